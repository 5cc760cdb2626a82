/**
 * Rows of a spool, many together: times and plain numbers as doubles, all else
 * as JSON text.
 *
 * @module
 */

import type { ParquetRows } from "../output/parquet.ts";
import { plainNumber } from "../output/plain_number.ts";

/** Rows in a block, at most: what a dataset takes of a spool is a day. */
const MOST_ROWS = 512;

/** Bytes of text in a block, not counting its last row. */
const MOST_TEXT = 1 << 16;

/** Memory for more text than this is not kept. */
const MUCH_TEXT = 4 * MOST_TEXT;

/** Blocks begin where doubles can. */
const ALIGNMENT = 8;

/** How many rows there are, and how many bytes of text. */
const HEADER = 2 * Uint32Array.BYTES_PER_ELEMENT;

/** Gathers rows, and makes a block of them. */
export class BlockWriter {
  #rows = 0;
  readonly #seconds = new Float64Array(MOST_ROWS);
  readonly #numbers = new Float64Array(MOST_ROWS);
  /** Where the text of each row ends. */
  readonly #ends = new Uint32Array(MOST_ROWS);
  #text = new Uint8Array();
  #textLength = 0;

  /** Whether no more rows are to be added. */
  get isFull(): boolean {
    return this.#rows === MOST_ROWS || this.#textLength >= MOST_TEXT;
  }

  /** How many bytes it takes; none without rows. */
  get size(): number {
    return this.#rows === 0 ? 0 : sizeOf(this.#rows, this.#textLength);
  }

  /**
   * Adds a row.
   *
   * @param second Its time; NaN for none.
   * @param bytes Where the JSON text of its value is.
   * @param from Where that begins.
   * @param to Where it ends.
   */
  add(second: number, bytes: Uint8Array, from: number, to: number): void {
    const row = this.#rows++;
    const number = plainNumber(bytes, from, to);
    this.#seconds[row] = second;
    this.#numbers[row] = number;
    if (number !== number) this.#addText(bytes.subarray(from, to));
    this.#ends[row] = this.#textLength;
  }

  /** Writes the block, if any, to a place in memory, and begins the next. */
  moveTo({ buffer }: Uint8Array, at: number): void {
    const [rows, length] = [this.#rows, this.#textLength];
    if (rows === 0) return;
    new Uint32Array(buffer, at, 2).set([rows, length]);
    const places = placesIn(at, rows, length);
    new Float64Array(buffer, places.seconds)
      .set(this.#seconds.subarray(0, rows));
    new Float64Array(buffer, places.numbers)
      .set(this.#numbers.subarray(0, rows));
    if (length > 0) {
      new Uint32Array(buffer, places.ends).set(this.#ends.subarray(0, rows));
      const text = new Uint8Array(buffer, places.text);
      text.set(this.#text.subarray(0, length));
      text.fill(0, length, at + this.size - places.text); // up to the next one
    }
    this.clear();
  }

  /** Forgets its rows. */
  clear(): void {
    this.#rows = this.#textLength = 0;
    if (this.#text.length > MUCH_TEXT) this.#text = new Uint8Array();
  }

  #addText(text: Uint8Array): void {
    const length = this.#textLength + text.length;
    if (length > this.#text.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#text);
      this.#text = larger;
    }
    this.#text.set(text, this.#textLength);
    this.#textLength = length;
  }
}

/** A block without rows, which has text alone. */
export function blockOf(text: string): Uint8Array {
  const encoded = new TextEncoder().encode(text);
  const block = new Uint8Array(sizeOf(0, encoded.length));
  new Uint32Array(block.buffer).set([0, encoded.length]);
  block.set(encoded, HEADER);
  return block;
}

/** Rows of a block. */
export class BlockRows implements ParquetRows {
  readonly seconds: Float64Array;
  readonly numbers: Float64Array;
  readonly #ends: Uint32Array;
  /** Where the text of the first row begins. */
  readonly #begin: number;
  readonly #text: Uint8Array;

  /** Takes the columns; without texts, all values are numbers. */
  constructor(
    seconds: Float64Array,
    numbers: Float64Array,
    ends: Uint32Array,
    text: Uint8Array,
    begin = 0,
  ) {
    this.seconds = seconds;
    this.numbers = numbers;
    this.#ends = ends;
    this.#text = text;
    this.#begin = begin;
  }

  /** The JSON text of a value that is not a plain number, in one line. */
  text(row: number): string {
    const begin = row > 0 ? this.#ends[row - 1]! : this.#begin;
    const text = DECODER.decode(this.#text.subarray(begin, this.#ends[row]));
    // JSON has line ends between the parts of a value, never inside text.
    return text.replace(/[\r\n]+/g, " ");
  }

  /** What a block without rows says. */
  get alone(): string {
    return DECODER.decode(this.#text);
  }

  /** Some of them. */
  slice(from: number, to: number): BlockRows {
    return new BlockRows(
      this.seconds.subarray(from, to),
      this.numbers.subarray(from, to),
      this.#ends.subarray(from, to),
      this.#text,
      from > 0 ? this.#ends[from - 1]! : this.#begin,
    );
  }
}

const DECODER = new TextDecoder();

/** A block in memory. */
export interface Block {
  /** Its rows, as long as the memory is as it is. */
  rows: BlockRows;
  /** Where it ends. */
  end: number;
}

/**
 * The block that begins at a place in memory.
 *
 * @returns It, or `undefined` if it is not all there.
 */
export function blockAt(
  { buffer, length }: Uint8Array,
  at: number,
): Block | undefined {
  if (length - at < HEADER) return undefined;
  const header = new Uint32Array(buffer, at, 2);
  const rows = header[0]!, text = header[1]!;
  const end = at + sizeOf(rows, text);
  if (end > length) return undefined;
  const places = placesIn(at, rows, text);
  return {
    rows: new BlockRows(
      new Float64Array(buffer, places.seconds, rows),
      new Float64Array(buffer, places.numbers, rows),
      new Uint32Array(buffer, places.ends, text > 0 ? rows : 0),
      new Uint8Array(buffer, places.text, text),
    ),
    end,
  };
}

function placesIn(at: number, rows: number, text: number) {
  const seconds = at + HEADER;
  const numbers = seconds + rows * Float64Array.BYTES_PER_ELEMENT;
  const ends = numbers + rows * Float64Array.BYTES_PER_ELEMENT;
  const hasEnds = text > 0 ? rows * Uint32Array.BYTES_PER_ELEMENT : 0;
  return { seconds, numbers, ends, text: ends + hasEnds };
}

function sizeOf(rows: number, text: number): number {
  const size = placesIn(0, rows, text).text + text;
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
