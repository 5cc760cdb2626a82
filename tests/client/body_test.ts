import { assert, assertEquals, assertRejects } from "@std/assert";
import { Body, readBody } from "../../client/body.ts";

/** A stream of these bytes, with its own buffers or those of its reader. */
function streamOf(
  pieces: Uint8Array<ArrayBuffer>[],
  isDirect: boolean,
): ReadableStream<Uint8Array> {
  const blob = new Blob(pieces).stream();
  const chunks = ReadableStream.from(pieces);
  return isDirect ? blob : chunks;
}

const PIECES = [3, 70_000, 1, 200_000].map((length, index) =>
  new Uint8Array(length).fill(index + 1)
);
const ALL = new Uint8Array(await new Blob(PIECES).arrayBuffer());

for (const isDirect of [true, false]) {
  const kind = isDirect ? "into its own buffer" : "piece by piece";

  Deno.test(`readBody() reads all of a stream ${kind}, however often buffers are reused`, async () => {
    for (let round = 0; round < 5; round++) {
      const sizes: number[] = [];
      const body = await readBody(streamOf(PIECES, isDirect), (size) => {
        sizes.push(size);
        return false;
      });
      assertEquals(body.bytes.length, ALL.length);
      assert(body.bytes.every((byte, at) => byte === ALL[at]));
      assertEquals(sizes.at(-1), ALL.length);
      assertEquals(sizes, sizes.toSorted((one, other) => one - other));
      body.release();
      body.release(); // twice is once
    }
  });

  Deno.test(`readBody() stops ${kind} when that is enough, and throws what it is told to`, async () => {
    const some = await readBody(streamOf(PIECES, isDirect), () => true);
    assert(some.bytes.length > 0 && some.bytes.length < ALL.length);
    await assertRejects(
      () =>
        readBody(streamOf(PIECES, isDirect), () => {
          throw new RangeError("enough");
        }),
      RangeError,
      "enough",
    );
  });
}

Deno.test("a body that was released does not share its buffer with two others", async () => {
  (await readBody(streamOf(PIECES, true), () => false)).release();
  const one = await readBody(streamOf([PIECES[1]!], true), () => false);
  const other = await readBody(streamOf([PIECES[3]!], true), () => false);
  assert(one.bytes.buffer !== other.bytes.buffer);
  assert(one.bytes.every((byte) => byte === 2));
  assert(other.bytes.every((byte) => byte === 4));
});

Deno.test("readBody() gives an empty body for none", async () => {
  assertEquals((await readBody(null, () => false)).bytes.length, 0);
  new Body(new Uint8Array(3)).release();
});
