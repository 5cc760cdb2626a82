import { assertEquals } from "@std/assert";
import { inBatches } from "../../../cli/input/batches.ts";
import type { InputPoint } from "../../../cli/input/fields.ts";

async function sizes(...pieces: InputPoint[][]): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (
    const { points, isLast } of inBatches(ReadableStream.from(pieces))
  ) {
    found.push([points.length, isLast]);
  }
  return found;
}

const piece = (count: number, val = "5") =>
  Array.from({ length: count }, (_, ts) => ({ place: "line 1", ts, val }));

Deno.test("inBatches() gathers pieces, and knows the last batch", async () => {
  assertEquals(await sizes(), [[0, true]]);
  assertEquals(await sizes([], piece(2), [], piece(3), []), [[5, true]]);
  assertEquals(await sizes(piece(10_000), []), [[10_000, true]]);
  assertEquals(
    await sizes(piece(4_000), piece(8_000), piece(9_000)),
    [[10_000, false], [10_000, false], [1_000, true]],
  );
});

Deno.test("inBatches() makes smaller batches of long values", async () => {
  const long = "x".repeat(5 << 20);
  assertEquals(await sizes(piece(3, long)), [[2, false], [1, true]]);
});
