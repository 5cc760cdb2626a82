import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ApiConnect, type Metadata } from "../../../mod.ts";
import { UsageError } from "../../../cli/errors.ts";
import type { Format, QueryName } from "../../../cli/names.ts";
import { readAdded, withKnown } from "../../../cli/query/with.ts";
import { test } from "../../helpers/listed.ts";
import { json, withServer } from "../../servers/serve.ts";

function added(
  texts: string[],
  format: Format = "csv",
  command: QueryName = "get",
): string[] {
  const options = {
    ...{ words: [], wordsAfter: () => [], flag: () => false },
    ...{ text: () => undefined, texts: () => texts },
  };
  return readAdded(options, command, format);
}

Deno.test("readAdded() reads names from all values, each once, in their order", () => {
  assertEquals(added([]), []);
  assertEquals(added(["b, a", "extra,b"]), ["b", "a", "extra"]);
});

Deno.test("readAdded() refuses an empty name", () => {
  for (const text of ["", "a,", ",a", "a,,b"]) {
    assertThrows(() => added([text]), UsageError, "--with needs the names");
  }
});

Deno.test("readAdded() refuses formats that take no columns, but for endpoints", () => {
  for (const format of ["ndjson", "parquet"] as const) {
    assertEquals(added([], format), []);
    assertThrows(() => added(["a"], format), UsageError, `, ${format} has`);
    assertThrows(() => added(["a"], format, "get-metadata"), UsageError);
  }
  assertEquals(added(["a"], "ndjson", "get-endpoints"), ["a"]);
});

/** The keys of the tests that come, before and after they are held back. */
async function known(tests: unknown[], names: string[]): Promise<string> {
  const steps: string[] = [];
  await withServer(() => json(tests), async (origin) => {
    async function* source(): AsyncGenerator<Metadata, void, void> {
      for await (const test of new ApiConnect(origin).getMetadata()) {
        steps.push(`+${test.metadataKey}`);
        yield test;
      }
    }
    for await (const { metadataKey } of withKnown(source(), names)) {
      steps.push(metadataKey!);
    }
  });
  return steps.join(" ");
}

const TESTS = [
  { ...test("k1", ["throughput"]), "metadata-count-total": 3 },
  { ...test("k2", ["throughput"]), "bw-target-bandwidth": null },
  { ...test("k3", ["throughput"]), "ip-tos": 0 },
];

Deno.test("withKnown() holds tests back until every parameter was seen", async () => {
  assertEquals(await known(TESTS, []), "+k1 k1 +k2 k2 +k3 k3");
  assertEquals(
    await known(TESTS, ["extra", "source"]),
    "+k1 k1 +k2 k2 +k3 k3",
  );
  assertEquals(
    await known(TESTS, ["bw_target_bandwidth", "source"]),
    "+k1 +k2 k1 k2 +k3 k3",
  );
});

Deno.test("withKnown() names a parameter that no test has, and the nearest that one has", async () => {
  const refused = async (name: string) =>
    (await assertRejects(
      () => known(TESTS, ["source", name]),
      UsageError,
    )).message;
  assertEquals(
    await refused("bw-target-bandwith"),
    "--with bw-target-bandwith: no test that was found has it (did you mean bw-target-bandwidth?)",
  );
  assertEquals(
    await refused("qqqqqqqq"),
    "--with qqqqqqqq: no test that was found has it; they have bw-target-bandwidth, destination, event-types, ip-tos, metadata-key, source, tool-name, uri",
  );
  assertEquals(
    (await refused("metadata-count-total")).includes("no test that was found"),
    true,
  );
  assertEquals(await known([], ["qqqqqqqq"]), "");
});
