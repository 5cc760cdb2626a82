import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { UsageError } from "../../../cli/errors.ts";
import {
  type Input,
  readAll,
  readEach,
  readPieces,
} from "../../../cli/input/text.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** An input that comes in chunks of this size. */
function input(bytes: Uint8Array, size = 3) {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) {
      yield bytes.subarray(at, at + size);
    }
  }
  return { chunks: chunks(), name: "points.csv" };
}

Deno.test("readPieces() gives whole lines, whatever the chunks, and whose last line may lack its end", async () => {
  for (
    const text of [
      "",
      "ts,val\n",
      "a\n\nb\r\nc",
      "\u00e9 \u6e2c\u5b9a\n\ud83d\ude00 \ufffd\n\ufeff",
    ]
  ) {
    for (const size of [1, 3, 100]) {
      for (const mark of ["", "\ufeff"]) {
        const pieces = await Array.fromAsync(
          readPieces(input(encode(mark + text), size)),
        );
        assertEquals(pieces.join(""), text);
        assert(pieces.slice(0, -1).every((piece) => piece.endsWith("\n")));
      }
    }
  }
});

Deno.test("readPieces() names the first line that is not UTF-8", async () => {
  const table: [bytes: number[], line: number][] = [
    [[0xe9], 1], // Latin-1
    [[0xed, 0xa0, 0x80], 1], // half a character
    [[0xc3], 1], // cut off
    [[0xc0, 0x80], 1],
    [[...encode("a\nb\n"), 0xff, 0x0a], 3],
    [[...encode("a\nb"), 0xc3, 0x0a, 0xa9], 2],
  ];
  for (const [bytes, line] of table) {
    for (const size of [1, 100]) {
      await assertRejects(
        () => readAll(input(Uint8Array.from(bytes), size)),
        UsageError,
        `points.csv is not UTF-8: line ${line} has bytes`,
      );
    }
  }
});

Deno.test("readPieces() knows UTF-16 by its byte order mark", async () => {
  for (const mark of [[0xff, 0xfe], [0xfe, 0xff]]) {
    await assertRejects(
      () => readAll(input(Uint8Array.from([...mark, 0x74, 0]))),
      UsageError,
      "points.csv is UTF-16: convert it to UTF-8 first",
    );
  }
});

Deno.test("readPieces() knows what is often taken for text, whatever the chunks", async () => {
  const table: [begins: string, kind: string][] = [
    ["t\0s\0,\0v\0a\0l\0\n\0", "UTF-16"],
    ["\0t\0s\0,\0v\0a\0l\0\n", "UTF-16"],
    ["PAR1\x15\x04\n", "Parquet, which cannot be read back: export ndjson"],
    ["SQLite format 3\0\x10\n", "a database: copy --url FILE --to URL"],
    ["PK\x03\x04\x14\n", "a zip file: unpack it first"],
    ["BZh91AY&SY\n", "compressed, but not by gzip: decompress it first"],
    ["\xfd7zXZ\0\n", "compressed, but not by gzip: decompress it first"],
    ["\x28\xb5\x2f\xfd\n", "compressed, but not by gzip: decompress it first"],
  ];
  for (const [begins, kind] of table) {
    const bytes = Uint8Array.from(begins, (each) => each.charCodeAt(0));
    for (const size of [1, 100]) {
      await assertRejects(
        () => readAll(input(bytes, size)),
        UsageError,
        `points.csv is ${kind}`,
      );
    }
  }
});

Deno.test("readPieces() decompresses gzip, also several files in a row, and says where it is cut off", async () => {
  const [one, two] = [gzipSync("a\nb"), gzipSync("c\n")];
  for (const size of [1, 100]) {
    const both = Uint8Array.of(...one, ...two);
    assertEquals(await readAll(input(both, size)), "a\nbc\n");
    await assertRejects(
      () => readAll(input(one.subarray(0, -3), size)),
      UsageError,
      "points.csv cannot be decompressed: ",
    );
  }
});

async function* brokenAfter(head: Uint8Array) {
  yield head;
  throw new UsageError("cannot read x");
}

Deno.test("readPieces() passes on why an input ends early", async () => {
  for (const head of [encode("a\n"), gzipSync("a\n").subarray(0, 9)]) {
    await assertRejects(
      () => readAll({ chunks: brokenAfter(head), name: "x" }),
      UsageError,
      "cannot read x",
    );
  }
});

Deno.test("readEach() reads one input after the other, and says in which of several a mistake is", async () => {
  const named = (name: string, text: string): Input => ({
    ...input(encode(text)),
    name,
  });
  const read = (...inputs: Input[]) =>
    Array.fromAsync(readEach(inputs, async function* (one, prefix) {
      const text = await readAll(one);
      if (text === "bad") throw new UsageError("line 1 is bad");
      yield prefix + text;
    }));
  assertEquals(await read(named("a", "1")), ["1"]);
  assertEquals(await read(named("a", "1"), named("b", "2")), ["a: 1", "b: 2"]);
  const table: [inputs: Input[], message: RegExp][] = [
    [[named("a", "bad")], /^line 1 is bad$/],
    [[named("a", "1"), named("b", "bad")], /^b: line 1 is bad$/],
    [
      [named("a", "1"), { ...input(Uint8Array.of(0xe9)), name: "x.csv" }],
      /^x\.csv is not UTF-8/,
    ],
  ];
  for (const [inputs, message] of table) {
    const { message: told } = await assertRejects(
      () => read(...inputs),
      UsageError,
    );
    assertMatch(told, message);
  }
});
