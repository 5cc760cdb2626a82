/**
 * Whole numbers as Parquet's `DELTA_BINARY_PACKED`: the first one, then what
 * each adds to the one before, in as many bits as that takes. Of evenly spaced
 * times nearly nothing is left.
 *
 * @module
 */

import type { Bytes } from "./parquet_package.ts";

/** So many numbers share a least difference. */
const BLOCK = 128;
/** So many share a number of bits. */
const SMALL = 32;

/** What is added to the number before: of one block at a time. */
const added = new Float64Array(BLOCK);

/**
 * Writes numbers.
 *
 * @param values Whole numbers, whose differences a double holds exactly.
 * @param count How many of them; at least 1.
 */
export function writeDeltas(
  bytes: Bytes,
  values: Float64Array,
  count: number,
): void {
  bytes.appendVarInt(BLOCK);
  bytes.appendVarInt(BLOCK / SMALL);
  bytes.appendVarInt(count);
  writeSigned(bytes, values[0]!);
  for (let from = 1; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    let least = Infinity;
    let most = -Infinity;
    for (let at = 0; at < size; at++) {
      const each = values[from + at]! - values[from + at - 1]!;
      added[at] = each;
      if (each < least) least = each;
      if (each > most) most = each;
    }
    writeSigned(bytes, least);
    if (least === most) bytes.appendUint32(0); // no bits for any
    else writeBlock(bytes, size, least);
  }
}

function writeBlock(bytes: Bytes, size: number, least: number): void {
  added.fill(least, size);
  const widths = new Uint8Array(BLOCK / SMALL);
  for (let at = 0; at < BLOCK; at++) {
    const width = bitsOf(added[at]! -= least);
    const small = Math.floor(at / SMALL);
    if (width > widths[small]!) widths[small] = width;
  }
  bytes.appendBytes(widths);
  widths.forEach((width, small) => {
    if (width > 0) writePacked(bytes, small * SMALL, width);
  });
}

/** Writes some of what is added, each in so many bits, the lowest first. */
function writePacked(bytes: Bytes, from: number, width: number): void {
  // A byte more than is written, for the bits that are left over.
  const packed = new Uint8Array(4 * width + 1);
  let bit = 0;
  for (let at = from; at < from + SMALL; at++) {
    let rest = added[at]!;
    for (let left = width; left > 0;) {
      const place = bit & 7;
      const some = Math.min(left, 8 - place);
      const size = 1 << some;
      const above = Math.floor(rest / size);
      packed[bit >> 3]! |= (rest - above * size) << place;
      rest = above;
      bit += some;
      left -= some;
    }
  }
  bytes.appendBytes(packed.subarray(0, 4 * width));
}

/** How many bits a whole number takes. */
function bitsOf(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}

/** Writes a number with its sign in the lowest bit, 7 bits a byte. */
function writeSigned(bytes: Bytes, value: number): void {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    bytes.appendUint8(rest % 128 + 128);
  }
  bytes.appendUint8(rest);
}
