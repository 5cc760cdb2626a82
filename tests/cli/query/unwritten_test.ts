import { assertEquals } from "@std/assert";
import { Unwritten } from "../../../cli/query/unwritten.ts";
import { ApiConnect } from "../../../mod.ts";
import { test } from "../../helpers/listed.ts";
import { json, withServer } from "../../servers/serve.ts";

/** A test whose event types were written to then. */
function written(
  key: string,
  times: Record<string, number | null | undefined>,
) {
  return test(key, [], {
    "event-types": Object.entries(times).map(([name, time]) => ({
      "event-type": name,
      "base-uri": `/esmond/perfsonar/archive/${key}/${name}/base`,
      "time-updated": time,
    })),
  });
}

/** What is told of these tests. */
async function told(tests: unknown[], eventTypes: string[]): Promise<string[]> {
  const lines: string[] = [];
  const unwritten = new Unwritten(eventTypes, (line) => lines.push(line));
  await withServer(() => json(tests), async (origin) => {
    for await (const each of new ApiConnect(origin).getMetadata()) {
      unwritten.take(each);
    }
  });
  unwritten.tell();
  unwritten.tell(); // it counts anew
  return lines;
}

Deno.test("Unwritten tells how many tests and series were never written to", async () => {
  const tests = [
    written("k1", { throughput: 5, failures: null }),
    written("k2", { throughput: null, failures: null }),
    written("k3", { throughput: undefined }), // some archives do not say
    written("k4", {}),
  ];
  assertEquals(await told(tests, []), [
    "never written to: 1 of 4 tests, 3 of 5 series",
  ]);
  assertEquals(await told(tests, ["failures"]), [
    "never written to: 2 of 4 tests, 2 of 2 series",
  ]);
});

Deno.test("Unwritten tells nothing where all was written to", async () => {
  assertEquals(await told([written("k1", { throughput: 0 })], []), []);
  assertEquals(await told([], []), []);
});
