import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { needs } from "../../helpers/binary.ts";
import { filterValue } from "../../../cli/query/filter.ts";
import { carriedOut, LIST, NOW, NOW_SECONDS } from "./asking.ts";

Deno.test("D07: both spellings of a filter are read", async () => {
  for (const name of ["tool_name", "tool-name"]) {
    const { query, stderr } = await carriedOut([...LIST, "-F", `${name}:ntp`]);
    assertEquals(query["tool-name"], "ntp");
    assertEquals(stderr, "");
  }
});

Deno.test("D07: every filter of the library is sent", async () => {
  const names = "metadata-key destination input-destination input-source " +
    "measurement-agent source tool-name event-type subject-type summary-type " +
    "summary-window";
  const known = { "event-type": "throughput", "summary-type": "average" };
  for (const name of names.split(" ")) {
    const value = new Map(Object.entries(known)).get(name) ?? "1";
    const { query, stderr } = await carriedOut(
      [...LIST, "-F", `${name}:${value}`],
    );
    assertEquals(query[name], value, name);
    assertEquals(stderr, "");
  }
});

Deno.test("D06: a filter is split at its first colon", async () => {
  const { query } = await carriedOut(
    [...LIST, "-F", "source:2001:db8:a::11", "-F", "input-source::"],
  );
  assertEquals(query["source"], "2001:db8:a::11");
  assertEquals(query["input-source"], ":");
});

Deno.test("the last of a repeated filter counts, whatever its spelling", async () => {
  const { query } = await carriedOut(
    [...LIST, "-F", "tool_name:a", "-F", "tool-name:b", "-F", "tool_name:c"],
  );
  assertEquals(query["tool-name"], "c");
});

Deno.test("filters override the other options, wherever they stand", async () => {
  const argv = ["-F", "tool-name:filter", "-F", "time-start:100"];
  const { query } = await carriedOut(
    [...LIST, ...argv, "-t", "option", "-S", "2016-03-01"],
  );
  assertEquals(query["tool-name"], "filter");
  assertEquals(query["time-start"], "100");
});

Deno.test("an empty filter is sent as an empty parameter", async () => {
  const { query, stderr } = await carriedOut([...LIST, "-F", "tool_name:"]);
  assertEquals(query["tool-name"], "");
  assertEquals(stderr, "");
});

Deno.test("a filter is sent letter by letter, whatever it holds", async () => {
  for (
    const value of ["a b", "a&b=c#d?e", "100%", "+1", "é測😀", "x".repeat(900)]
  ) {
    const { query } = await carriedOut([
      ...LIST,
      "-F",
      `input-source:${value}`,
    ]);
    assertEquals(query["input-source"], value);
  }
});

for (
  const [what, filter] of [
    ["has no colon", "powstream"],
    ["is empty", ""],
    ["has no name", ":x"],
    ["is unknown", "nosuchkey:1"],
    ["is a switch of the client", "verbose:1"],
    ["is a setting of the client", "timeout:5"],
    ["is a secret of the client", "auth_apikey:x"],
    ["switches off verification", "ssl_verify:0"],
    ["cannot be set", "time_filters:1"],
    ["would page the list", "limit:5"],
    ["would skip tests", "offset:5"],
    ["would change the format", "format:xml"],
    ["objects happen to have", "constructor:1"],
    ["is only a prefix", "bw-:1"],
    ["is not a time", "time-start:yesterday"],
    ["is an empty time", "time-end:"],
  ] as const
) {
  Deno.test(`D07: a filter that ${what} is ignored, with a notice`, async () => {
    const argv = [...LIST, "-S", "2016-03-01", "-E", "2016-03-02T00:00"];
    const plain = await carriedOut(argv);
    const { query, stderr, stdout } = await carriedOut(
      [...argv, "--filter", filter],
    );
    assertEquals(query, plain.query);
    assertEquals(stdout, plain.stdout);
    assertMatch(stderr, /^[^\n]+\n$/);
    assertStringIncludes(stderr, `--filter ${filter} is ignored: `);
  });
}

Deno.test("times in filters are seconds", async () => {
  const { query } = await carriedOut(
    [...LIST, "-F", "time_start:1397075053.5", "-F", "time-end:1397075100"],
  );
  assertEquals(query["time-start"], "1397075053");
  assertEquals(query["time-end"], "1397075100");
});

needs(
  "clock",
  "a time range without effect is told",
  async () => {
    // Archives read time-range only where start or end is missing, and both are
    // always sent.
    const { query, stderr } = await carriedOut([
      ...LIST,
      "-F",
      "time-range:3600",
    ], { now: NOW });
    const isInEffect = query["time-start"] === undefined ||
      query["time-end"] === undefined ||
      query["time-start"] === String(NOW_SECONDS - 3600);
    assert(isInEffect || stderr.includes("time-range"), JSON.stringify(query));
  },
);

Deno.test("filterValue() gives the last value of a filter, in both spellings of its name", () => {
  const filters = ["event_type:a", "source:x", "event-type:b:c", "event-type"];
  assertEquals(filterValue(filters, "event-type"), "b:c");
  assertEquals(filterValue(filters, "tool-name"), undefined);
  assertEquals(filterValue([], "source"), undefined);
});
