/**
 * Snappy, which the pages of a Parquet file are compressed with: text that
 * stood there before is referred to, all else is copied.
 *
 * @module
 */

/** References reach back so far. */
const MAX_DISTANCE = 0xffff;

/** Places that are remembered, by the four bytes that stand there. */
const MAX_BITS = 14;

/** So many bytes at the end are only copied. */
const MARGIN = 15;

/** After so many failures in a row, more and more bytes are passed over. */
const PATIENCE = 32;

const places = new Uint32Array(1 << MAX_BITS);

/** Where the compressed bytes are made; grows, and is used again. */
let out = new Uint8Array(1 << 16);
let end = 0;

/**
 * Compresses bytes.
 *
 * @param bytes What is to be compressed.
 * @returns The compressed bytes, which the next call overwrites.
 */
export function compress(bytes: Uint8Array): Uint8Array {
  // What cannot be compressed grows by a sixth at the most.
  const most = 32 + bytes.length + Math.ceil(bytes.length / 6);
  if (out.length < most) out = new Uint8Array(2 * most);
  end = 0;
  let size = bytes.length;
  for (; size > 127; size >>>= 7) out[end++] = size & 127 | 128;
  out[end++] = size;
  const copied = refer(bytes);
  if (copied < bytes.length) copy(bytes, copied, bytes.length);
  return out.subarray(0, end);
}

/** Writes all up to the last reference; returns where that ends. */
function refer(bytes: Uint8Array): number {
  if (bytes.length < MARGIN) return 0;
  const bits = Math.min(31 - Math.clz32(bytes.length), MAX_BITS);
  const shift = 32 - bits;
  places.fill(0, 0, 1 << bits);
  const last = bytes.length - MARGIN;
  let copied = 0;
  let at = 1;
  let next = load(bytes, at);
  for (;;) {
    let found: number;
    let wait = PATIENCE;
    for (let ahead = at;;) {
      at = ahead;
      const four = next;
      ahead = at + (wait++ >>> 5);
      if (at > last) return copied;
      next = load(bytes, ahead);
      const place = hash(four, shift);
      found = places[place]!;
      places[place] = at;
      if (at - found <= MAX_DISTANCE && load(bytes, found) === four) break;
    }
    copy(bytes, copied, at);
    for (;;) {
      const begin = at;
      at += 4;
      for (let same = found + 4; at < bytes.length; at++, same++) {
        if (bytes[at] !== bytes[same]) break;
      }
      repeat(begin - found, at - begin);
      copied = at;
      if (at >= last) return copied;
      places[hash(load(bytes, at - 1), shift)] = at - 1;
      const four = load(bytes, at);
      const place = hash(four, shift);
      found = places[place]!;
      places[place] = at;
      if (at - found > MAX_DISTANCE || load(bytes, found) !== four) break;
    }
    next = load(bytes, ++at);
  }
}

/** Four bytes as a number. */
function load(bytes: Uint8Array, at: number): number {
  return bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 |
    bytes[at + 3]! << 24;
}

function hash(four: number, shift: number): number {
  return Math.imul(four, 0x1e35a7bd) >>> shift;
}

/** Writes bytes as they are, after their number. */
function copy(bytes: Uint8Array, from: number, to: number): void {
  const size = to - from - 1;
  if (size < 60) out[end++] = size << 2;
  else {
    const width = Math.ceil((32 - Math.clz32(size)) / 8);
    out[end++] = 59 + width << 2;
    for (let byte = 0; byte < width; byte++) out[end++] = size >>> 8 * byte;
  }
  if (size < 60) { for (let at = from; at < to; at++) out[end++] = bytes[at]!; }
  else {
    out.set(bytes.subarray(from, to), end);
    end += to - from;
  }
}

/** Writes that bytes stand so far back; 64 at a time, 4 at the least. */
function repeat(distance: number, count: number): void {
  while (count >= 68) {
    refersTo(distance, 64);
    count -= 64;
  }
  if (count > 64) {
    refersTo(distance, 60);
    count -= 60;
  }
  refersTo(distance, count);
}

function refersTo(distance: number, count: number): void {
  const isNear = count < 12 && distance < 2048;
  out[end++] = isNear
    ? 1 | count - 4 << 2 | distance >>> 8 << 5
    : 2 | count - 1 << 2;
  out[end++] = distance & 255;
  if (!isNear) out[end++] = distance >>> 8;
}
