import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { ApiFilters, FilterError } from "../../mod.ts";

Deno.test("ApiFilters takes every property and sends it by its wire name", () => {
  const filters = new ApiFilters({
    metadataKey: "k",
    destination: "d",
    inputDestination: "id",
    inputSource: "is",
    measurementAgent: "ma",
    source: "s",
    toolName: "t",
    eventType: "e",
    subjectType: "st",
    summaryType: "sut",
    summaryWindow: 300,
  });
  assertEquals(filters.metadataFilters, {
    "metadata-key": "k",
    destination: "d",
    "input-destination": "id",
    "input-source": "is",
    "measurement-agent": "ma",
    source: "s",
    "tool-name": "t",
    "event-type": "e",
    "subject-type": "st",
    "summary-type": "sut",
    "summary-window": 300,
  });
  assertStrictEquals(filters.summaryWindow, 300);
});

Deno.test("ApiFilters takes null, which only code without types can give, for what None was", () => {
  const none = { source: null } as unknown as { source: string };
  const filters = new ApiFilters(none);
  assertEquals(filters.metadataFilters, {});
  filters.toolName = "t";
  Object.assign(filters, { toolName: null });
  assertEquals(filters.metadataFilters, {});
});

Deno.test("ApiFilters refuses a property that does not exist", () => {
  const options = { sauce: "192.0.2.10" } as Record<string, string>;
  const error = assertThrows(() => new ApiFilters(options), FilterError);
  assertEquals(error.field, "sauce");
  assertStringIncludes(error.message, "set()");
});

Deno.test("ApiFilters takes times as Date, number or text of a number, in whole seconds", () => {
  const filters = new ApiFilters();
  for (
    const [given, wanted] of [
      [new Date("2016-03-01T00:00:00.900Z"), 1456790400],
      [1456790400.9, 1456790400],
      [-0.5, 0],
      ["1e9", 1000000000],
      [" 42 ", 42],
    ] as const
  ) {
    filters.timeStart = given;
    assertEquals(filters.timeStart, wanted);
  }
  filters.timeStart = undefined;
  assertEquals(filters.timeFilters, {});
});

Deno.test("D28: a bad time is one clear error, and leaves the earlier value", () => {
  const filters = new ApiFilters({ timeEnd: 5 });
  for (
    const bad of ["yesterday", "", NaN, Infinity, new Date(NaN), null, true, {}]
  ) {
    const error = assertThrows(
      () => filters.timeEnd = bad as number,
      FilterError,
      "Date or seconds",
    );
    assertEquals(error.field, "timeEnd");
  }
  assertEquals(filters.timeEnd, 5);
});

Deno.test("ApiFilters sets any parameter by its wire name, times too", () => {
  const filters = new ApiFilters();
  filters.set("bw-parallel-streams", 4);
  filters.set("dns-match-rule", "only-v6");
  filters.set("time-range", "3600");
  filters.set("source", "192.0.2.10");
  assertEquals(filters.get("bw-parallel-streams"), 4);
  assertEquals(filters.source, "192.0.2.10");
  assertEquals(filters.timeRange, 3600);
  assert(filters.delete("source"));
  assert(!filters.delete("source"));
  assertEquals(filters.metadataFilters, {
    "bw-parallel-streams": 4,
    "dns-match-rule": "only-v6",
  });
});

Deno.test("ApiFilters leaves paging and format to the client", () => {
  const filters = new ApiFilters();
  for (const name of ["limit", "offset", "format", ""]) {
    assertThrows(() => filters.set(name, "1"), FilterError, "not a filter");
  }
});

Deno.test("ApiFilters.with() gives a copy with other filters, times included, and leaves this one", () => {
  const filters = new ApiFilters({
    ...{ source: "s", toolName: "t", timeStart: 5, timeEnd: 9 },
    ...{ timeout: 3, verbose: true, authApikey: "k" },
  });
  const copy = filters.with({
    ...{ source: "other", "tool-name": undefined, destination: "d" },
    ...{ "time-start": undefined, "time-end": 8 },
  });
  assertEquals(copy.metadataFilters, { source: "other", destination: "d" });
  assertEquals(copy.timeFilters, { "time-end": 8 });
  assertEquals([copy.timeout, copy.verbose, copy.authApikey], [3, true, "k"]);
  assertEquals(filters.metadataFilters, { source: "s", "tool-name": "t" });
  assertEquals(filters.timeFilters, { "time-start": 5, "time-end": 9 });
  assertThrows(() => filters.with({ limit: 1 }), FilterError, "paging");
});

Deno.test("ApiFilters names the property that a misspelt one is most like", () => {
  for (
    const [wrong, right] of [["sorce", "source"], ["timestart", "timeStart"]]
  ) {
    const options = { [wrong!]: "x" } as Record<string, string>;
    assertThrows(
      () => new ApiFilters(options),
      FilterError,
      `(did you mean ${right}?)`,
    );
  }
});

Deno.test("ApiFilters refuses values and names that cannot be sent, in one sentence", () => {
  const filters = new ApiFilters({ source: "192.0.2.10", summaryWindow: 300 });
  const set = filters.set.bind(filters) as (...given: unknown[]) => void;
  for (
    const [name, value, said] of [
      ["source", { a: 1 }, 'source cannot be {"a":1}: give text'],
      ["source", 5, "source cannot be 5: give text"],
      ["event-type", ["x"], 'event-type cannot be ["x"]: give text'],
      ["event-type", true, "event-type cannot be true: give text"],
      ["summary-window", NaN, "summary-window cannot be NaN: give text or a"],
      ["ip-tos", () => 1, "ip-tos cannot be a function: give text or a number"],
      ["ip-tos", 2n, "ip-tos cannot be 2: give text or a number"],
      ["time-start", 1_795_884_732_907, "timeStart cannot be 1795884732907:"],
      [5, "x", "a filter needs a name, as text, not 5"],
      [undefined, "x", "a filter needs a name, as text, not undefined"],
    ]
  ) assertThrows(() => set(name, value), FilterError, said as string);
  assertEquals(filters.metadataFilters, {
    source: "192.0.2.10",
    "summary-window": 300,
  });
});
