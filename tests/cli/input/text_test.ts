import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import { decodeInput } from "../../../cli/input/text.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("decodeInput() gives UTF-8 as text, without a byte order mark", () => {
  for (
    const text of ["", "ts,val\n", "\u00e9 \u6e2c\u5b9a \ud83d\ude00 \ufffd"]
  ) {
    assertEquals(decodeInput(encode(text), "x"), text);
    assertEquals(decodeInput(encode(`\ufeff${text}`), "x"), text);
  }
});

Deno.test("decodeInput() names the first line that is not UTF-8", () => {
  const table: [bytes: number[], line: number][] = [
    [[0xe9], 1], // Latin-1
    [[0xed, 0xa0, 0x80], 1], // half a character
    [[0xc3], 1], // cut off
    [[0xc0, 0x80], 1],
    [[...encode("a\nb\n"), 0xff, 0x0a], 3],
    [[...encode("a\nb"), 0xc3, 0x0a, 0xa9], 2],
  ];
  for (const [bytes, line] of table) {
    assertThrows(
      () => decodeInput(Uint8Array.from(bytes), "points.csv"),
      UsageError,
      `points.csv is not UTF-8: line ${line} has bytes`,
    );
  }
});

Deno.test("decodeInput() knows UTF-16 by its byte order mark", () => {
  for (const mark of [[0xff, 0xfe], [0xfe, 0xff]]) {
    assertThrows(
      () => decodeInput(Uint8Array.from([...mark, 0x74, 0]), "points.csv"),
      UsageError,
      "points.csv is UTF-16: convert it to UTF-8 first",
    );
  }
});
