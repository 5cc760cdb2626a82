import { assert, assertEquals } from "@std/assert";
import { compress } from "../../../cli/output/snappy.ts";
import { fc } from "../../packages/fast_check.ts";
import { snappyCompress } from "../../packages/parquet_lists.ts";

function assertSame(bytes: Uint8Array): void {
  assertEquals(compress(bytes).slice(), snappyCompress(bytes).slice());
}

Deno.test("compress() makes what the package makes, whatever the bytes", () => {
  const piece = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(60));
  const bytes = fc.array(piece, { maxLength: 30 }).map((pieces) =>
    Uint8Array.from(
      pieces.flatMap(([part, times]) =>
        Array.from({ length: times }, () => [...part]).flat()
      ),
    )
  );
  fc.assert(
    fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 400 })), assertSame),
    { numRuns: 500, seed: 2016 },
  );
});

Deno.test("compress() makes the same of doubles, of zeros, and of what is far apart", () => {
  let state = 1;
  const draw = () => state = Math.imul(state, 1_664_525) + 1_013_904_223 >>> 0;
  const doubles = Float64Array.from({ length: 16_384 }, () => draw() % 9e6 / 8);
  const large = new Uint8Array(doubles.buffer);
  const twice = new Uint8Array(150_000);
  for (let at = 0; at < 500; at++) {
    twice[at] = twice[at + 140_000] = draw() >> 8;
  }
  for (
    const bytes of [large, large.subarray(3, 70_000), new Uint8Array(1 << 17)]
  ) assertSame(bytes);
  assertSame(twice);
  assertSame(Uint8Array.from({ length: 80_000 }, () => draw() >> 16));
  for (let size = 0; size < 300; size++) assertSame(large.subarray(0, size));
});

Deno.test("compress() makes zeros small, and chance hardly larger", () => {
  assert(compress(new Uint8Array(100_000)).length < 5000);
  const chance = crypto.getRandomValues(new Uint8Array(60_000));
  assert(compress(chance).length < 60_100);
});
