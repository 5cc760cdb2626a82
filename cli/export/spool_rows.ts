/**
 * The rows in the lines of a spool.
 *
 * @module
 */

import { NULL } from "../../client/json.ts";
import type { PointBytes } from "../../client/points.ts";

/** What was found in lines. */
export interface SpoolRows extends PointBytes {
  /** Where the next line begins that was not looked at. */
  end: number;
  /** The second of that line; absent after the last line. */
  next?: number;
  /** How many rows without a time were passed over. */
  timeless: number;
}

/** What is taken of lines. */
export interface Wanted {
  /** The first second that is not taken. */
  before?: number;
  /** Whether rows without a time are left out. */
  isTimed?: boolean;
}

/** No line is shorter than `[0,0]` with its end. */
const LEAST_LENGTH = 6;

/** Finds rows; what is found is overwritten by the next lines. */
export class SpoolScanner {
  #seconds = new Float64Array();
  #spans = new Uint32Array();

  /**
   * Finds the rows of lines.
   *
   * @param lines Whole lines, each with its end.
   * @param wanted Which rows are taken.
   */
  scan(
    lines: Uint8Array,
    { before = Infinity, isTimed = false }: Wanted = {},
  ): SpoolRows {
    this.#makeRoom(Math.ceil(lines.length / LEAST_LENGTH));
    const seconds = this.#seconds;
    const spans = this.#spans;
    let count = 0;
    let timeless = 0;
    let next: number | undefined;
    let at = 0;
    while (at < lines.length) {
      const { second, comma } = timeAt(lines, at);
      if (second >= before) {
        next = second;
        break;
      }
      const after = endOfLine(lines, comma);
      at = after;
      if (isTimed && Number.isNaN(second)) {
        timeless++;
        continue;
      }
      seconds[count] = second;
      spans[2 * count] = comma + 1;
      spans[2 * count + 1] = after - 2; // before the bracket
      count++;
    }
    return {
      bytes: lines,
      seconds: seconds.subarray(0, count),
      spans: spans.subarray(0, 2 * count),
      end: at,
      timeless,
      ...(next === undefined ? {} : { next }),
    };
  }

  #makeRoom(rows: number): void {
    if (this.#seconds.length >= rows) return;
    this.#seconds = new Float64Array(rows);
    this.#spans = new Uint32Array(2 * rows);
  }
}

const LINE_END = 10, COMMA = 44, ZERO = 48, NINE = 57;

/** Where the line after that which this is in begins. */
export function endOfLine(lines: Uint8Array, at: number): number {
  // Most lines are short: a call for each would take longer.
  const near = Math.min(at + 32, lines.length);
  for (let next = at; next < near; next++) {
    if (lines[next] === LINE_END) return next + 1;
  }
  return lines.indexOf(LINE_END, near) + 1;
}

/** What was found last: an object for each line would have to be collected. */
const time = { second: NaN, comma: 0 };

/** The second of the line that begins there, and where it ends. */
function timeAt(lines: Uint8Array, at: number): typeof time {
  let second = 0;
  let next = at + 1;
  for (;; next++) {
    const code = lines[next]!;
    if (code === COMMA) {
      time.second = second;
      time.comma = next;
      return time;
    }
    if (code < ZERO || code > NINE) break;
    second = 10 * second + code - ZERO;
  }
  const comma = lines.indexOf(COMMA, next);
  time.second = secondOf(String.fromCharCode(...lines.subarray(at + 1, comma)));
  time.comma = comma;
  return time;
}

function secondOf(text: string): number {
  return text === NULL ? NaN : Number(text);
}
