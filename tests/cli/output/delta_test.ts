import { assertEquals } from "@std/assert";
import { writeDeltas } from "../../../cli/output/delta.ts";

/** The bytes of numbers, in hex. */
function packed(values: number[]): string {
  const bytes: number[] = [];
  // what of the package's writer is used
  const writer = {
    appendUint8: (value: number) => bytes.push(value),
    appendVarInt: (value: number) => {
      for (; value > 127; value >>>= 7) bytes.push(value & 127 | 128);
      bytes.push(value);
    },
    appendUint32: (value: number) =>
      bytes.push(...new Uint8Array(Uint32Array.of(value).buffer)),
    appendBytes: (more: Uint8Array) => bytes.push(...more),
  };
  const all = Float64Array.from(values);
  writeDeltas(writer as never, all, values.length);
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("writeDeltas writes the examples of the format's specification", () => {
  // 128 numbers a block in 4 parts, 5 numbers, the first 1 or 7; the least
  // difference and the bits of each part, then the differences above it.
  assertEquals(
    packed([1, 2, 3, 4, 5]),
    "8001" + "04" + "05" + "02" + "02" + "00000000",
  );
  assertEquals(
    packed([7, 5, 3, 1, 2, 3, 4, 5]),
    "8001" + "04" + "08" + "0e" + "03" + "02000000" + "c03f" + "00".repeat(6),
  );
});

Deno.test("writeDeltas packs differences of more than 32 bits", () => {
  assertEquals(
    packed([0, 0, 2 ** 40]),
    "8001" + "04" + "03" + "00" + "00" + "29000000" +
      "00".repeat(10) + "02" + "00".repeat(4 * 41 - 11),
  );
});
