import { assertEquals } from "@std/assert";
import { LAYOUTS } from "../../../client/layouts.ts";
import { Unshown } from "../../../cli/output/unshown.ts";

/** What is told of values of traces. */
function told(...values: string[]): string[] {
  const unshown = new Unshown();
  for (const value of values) {
    for (const row of LAYOUTS.packet_trace.rows(value, "null")) {
      if (row.rest !== undefined) unshown.take("packet-trace", row);
    }
  }
  return unshown.lines();
}

Deno.test("Unshown tells the names of all members once, in the order of the alphabet", () => {
  assertEquals(
    told('[{"hostname": "a", "ttl": 1}]', '[{"as": 1, "hostname": "b"}]'),
    [
      "packet-trace: as, hostname are not among the columns; --with extra or -o ndjson has them",
    ],
  );
  assertEquals(told('[{"as": 1}]'), [
    "packet-trace: as is not among the columns; --with extra or -o ndjson has it",
  ]);
  assertEquals(told('[{"ttl": 1}]'), []);
});

Deno.test("Unshown tells of values that are empty, or of another kind", () => {
  assertEquals(told("[]", '["x"]', '[{"as": 1}]'), [
    "packet-trace: as, empty values, values of another kind are not among the columns; --with extra or -o ndjson has them",
  ]);
  assertEquals(told("null"), [
    "packet-trace: empty values are not among the columns; --with extra or -o ndjson has them",
  ]);
});

Deno.test("Unshown keeps a few names only, and a line for each event type", () => {
  const names = Array.from({ length: 50 }, (_, n) => `"n${n + 10}": 1`);
  const [line] = told(`[{${names.join()}}]`);
  assertEquals(line!.split(", ").slice(18, 21), [
    "n28",
    "n29",
    "others are not among the columns; --with extra or -o ndjson has them",
  ]);
  const unshown = new Unshown();
  for (const type of ["failures", "packet-trace", "failures"]) {
    unshown.take(type, { cells: [], rest: new Map([["a", "1"]]) });
  }
  assertEquals(unshown.lines().map((each) => each.split(":")[0]), [
    "failures",
    "packet-trace",
  ]);
});
