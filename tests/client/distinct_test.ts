import { assertEquals } from "@std/assert";
import { Connection } from "../../client/connection.ts";
import { Distinct } from "../../client/distinct.ts";
import { ApiFilters } from "../../client/filters.ts";
import { makeMetadata, type Metadata } from "../../client/metadata.ts";

const CONNECTION = new Connection("http://127.0.0.1", new ApiFilters());

function test(key: string, parameters: Record<string, unknown>): Metadata {
  const entry = {
    "metadata-key": key,
    "uri": `/esmond/perfsonar/archive/${key}/`,
    "metadata-count-total": key.length,
    ...parameters,
  };
  return makeMetadata(entry, JSON.stringify(entry), CONNECTION);
}

const keys = (tests: readonly Metadata[]) =>
  tests.map(({ metadataKey }) => metadataKey);

Deno.test("Distinct gives a test of the first archive that has it, whatever comes first", () => {
  const distinct = new Distinct();
  const shared = { source: "192.0.2.1", destination: "192.0.2.2" };
  // In another order, and of three archives.
  const again = { destination: "192.0.2.2", source: "192.0.2.1" };
  assertEquals(keys(distinct.take(2, test("third", again))), []);
  assertEquals(keys(distinct.take(1, test("second", again))), []);
  assertEquals(keys(distinct.take(1, test("own", { source: "::1" }))), []);
  assertEquals(keys(distinct.end(2)), []);
  assertEquals(keys(distinct.take(0, test("first", shared))), ["first"]);
  assertEquals(keys(distinct.end(0)), ["own"]);
  // The lists before it have ended: nothing has to wait.
  assertEquals(keys(distinct.take(1, test("late", { source: "::2" }))), [
    "late",
  ]);
  assertEquals(keys(distinct.end(1)), []);
});

Deno.test("Distinct takes what an archive adds for no difference, and a parameter or an event type for one", () => {
  const distinct = new Distinct();
  const types = (...names: string[]) => ({
    "event-types": names.map((name) => ({
      "event-type": name,
      "base-uri": `/${name}/${Math.random()}`,
    })),
  });
  distinct.take(0, test("a", { ...types("throughput", "failures"), x: "1" }));
  distinct.end(0);
  assertEquals(
    keys([
      ...distinct.take(
        1,
        test("b", { ...types("failures", "throughput"), x: "1" }),
      ),
      ...distinct.take(
        1,
        test("c", { ...types("failures", "throughput"), x: "2" }),
      ),
      ...distinct.take(1, test("d", { ...types("failures"), x: "1" })),
    ]),
    ["c", "d"],
  );
});
