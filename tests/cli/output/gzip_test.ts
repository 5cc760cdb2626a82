import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { constants, gunzipSync, inflateRawSync } from "node:zlib";
import { GzipSink } from "../../../cli/output/gzip.ts";
import { Bytes } from "./sinks.ts";
import { runProcess } from "../../helpers/process.ts";
import { withPrograms } from "../../helpers/skipping.ts";

const MiB = 1 << 20;

/** Lines of text, together of at least so many characters. */
function lines(size: number): string[] {
  const all: string[] = [];
  for (let length = 0; length < size; length += all.at(-1)!.length) {
    const at = all.length;
    const rows = Array.from(
      { length: 8 },
      (_, row) => `${at},é ${(at * 7919 + row) % 10_007}.25,测定\r\n`,
    );
    all.push(rows.join(""));
  }
  return all;
}

async function zipped(
  pieces: string[],
  sink: (bytes: Bytes) => GzipSink = (bytes) => new GzipSink(bytes),
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Bytes();
  const gzip = sink(bytes);
  for (const piece of pieces) await gzip.write(piece);
  await gzip.end();
  return bytes.bytes;
}

/** By a decompressor that takes one member and nothing after it. */
async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).text();
}

const SIZES = [0, 1, 1000, MiB - 1, MiB, MiB + 1, 3 * MiB + 12_345];

Deno.test("GzipSink writes what every decompressor reads, whatever the size", async () => {
  for (const size of SIZES) {
    const pieces = lines(size);
    const text = pieces.join("");
    const bytes = await zipped(pieces);
    assertEquals(await unzipped(bytes), text);
    assertEquals(gunzipSync(bytes).toString(), text);
  }
});

withPrograms(["zcat"], "GzipSink writes what zcat reads", async () => {
  for (const size of [0, 10, 3 * MiB]) {
    const pieces = lines(size);
    const input = await zipped(pieces);
    const { exit, stdout } = await runProcess(["zcat"], { input });
    assertEquals([exit, stdout], [0, pieces.join("")]);
  }
});

Deno.test("GzipSink takes pieces of any size, empty ones included", async () => {
  const pieces = ["", "x".repeat(2.5 * MiB), "", "y", "z".repeat(MiB), ""];
  assertEquals(await unzipped(await zipped(pieces)), pieces.join(""));
  assertEquals(await unzipped(await zipped(["", ""])), "");
});

Deno.test("GzipSink compresses text that repeats itself", async () => {
  const pieces = lines(2 * MiB);
  const size = new TextEncoder().encode(pieces.join("")).length;
  assert((await zipped(pieces)).length < size / 4);
});

Deno.test("GzipSink gives the same bytes at any pace and at any time", async () => {
  const pieces = lines(2.5 * MiB);
  const bytes = await zipped(pieces);
  assertEquals([...bytes.subarray(0, 10)], [31, 139, 8, 0, 0, 0, 0, 0, 0, 255]);
  const slow = new Bytes(777);
  const gzip = new GzipSink(slow);
  for (const [index, piece] of pieces.entries()) {
    gzip.write(piece); // not waited for
    if (index % 100 === 0) await gzip.flush();
  }
  await gzip.end();
  assertEquals(slow.bytes, bytes);
});

Deno.test("GzipSink cuts a segment with the piece that fills it", async () => {
  const bytes = new Bytes();
  const gzip = new GzipSink(bytes);
  assertEquals(gzip.write("x".repeat(MiB - 1)), undefined);
  await gzip.flush();
  assertEquals([bytes.length, gzip.piecesWritten], [0, 0]);
  await gzip.write("é");
  assertEquals([gzip.piecesWritten, gzip.state.size], [2, MiB + 1]);
  assert(bytes.length > 0);
  assertEquals(gzip.write("y"), undefined);
  assertEquals([gzip.piecesWritten, gzip.state.size], [2, MiB + 1]);
  await gzip.end();
  assertEquals([gzip.piecesWritten, gzip.state.size], [3, MiB + 2]);
});

Deno.test("GzipSink resumes after any segment, with the bytes of an uninterrupted run", async () => {
  const pieces = lines(3.5 * MiB);
  const whole = await zipped(pieces);
  const bytes = new Bytes();
  const gzip = new GzipSink(bytes);
  let resumed = 0;
  for (const piece of pieces) {
    const wait = gzip.write(piece);
    if (wait === undefined) continue;
    await wait;
    const state = JSON.parse(JSON.stringify(gzip.state));
    const rest = await zipped(
      pieces.slice(gzip.piecesWritten),
      (bytes) => new GzipSink(bytes, state),
    );
    assertEquals(new Uint8Array(Buffer.concat([bytes.bytes, rest])), whole);
    resumed++;
  }
  assertEquals(resumed, 3);
});

Deno.test("GzipSink that resumes counts its own pieces, and all of the text", async () => {
  const state = { crc: 0, size: 2 ** 32 + 5 };
  const bytes = new Bytes();
  const gzip = new GzipSink(bytes, state);
  gzip.write("abc");
  await gzip.end();
  assertEquals([gzip.piecesWritten, gzip.state.size], [1, 2 ** 32 + 8]);
  assertEquals([...bytes.bytes.slice(-4)], [8, 0, 0, 0]);
});

Deno.test("breakOff() writes all text, and no end", async () => {
  for (const size of [100, 1.5 * MiB]) {
    const pieces = lines(size);
    const bytes = new Bytes();
    const gzip = new GzipSink(bytes);
    for (const piece of pieces) await gzip.write(piece);
    await gzip.breakOff();
    assertThrows(() => gunzipSync(bytes.bytes), Error, "unexpected end");
    const found = inflateRawSync(bytes.bytes.subarray(10), {
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    assertEquals(found.toString(), pieces.join(""));
  }
  const bytes = new Bytes();
  await new GzipSink(bytes).breakOff();
  assertEquals(bytes.length, 0);
});

Deno.test("GzipSink throws when writing fails, and its state stays what it was", async () => {
  let room = 1;
  const full = new Error("no space left");
  const gzip = new GzipSink({
    write: (bytes) =>
      room-- > 0 ? Promise.resolve(bytes.length) : Promise.reject(full),
  });
  await assertRejects(
    async () => await gzip.write("x".repeat(MiB)),
    Error,
    "space",
  );
  assertEquals(gzip.state, { crc: 0, size: 0 });
  assertEquals(gzip.piecesWritten, 0);
  await assertRejects(() => gzip.flush(), Error, "space");
  await assertRejects(() => gzip.end(), Error, "space");
});

Deno.test("a text that breakOff() has left can be resumed", async () => {
  const [one, two] = [lines(1000), lines(MiB + 5)];
  const bytes = new Bytes();
  const gzip = new GzipSink(bytes);
  for (const piece of one) await gzip.write(piece);
  await gzip.breakOff();
  assertEquals(gzip.piecesWritten, one.length);
  const rest = await zipped(two, (bytes) => new GzipSink(bytes, gzip.state));
  const resumed = new Uint8Array(Buffer.concat([bytes.bytes, rest]));
  for (const piece of two) await gzip.write(piece);
  await gzip.end();
  assertEquals(bytes.bytes, resumed);
  assertEquals(await unzipped(bytes.bytes), [...one, ...two].join(""));
});
