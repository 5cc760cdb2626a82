/**
 * A cell in the text formats.
 *
 * @module
 */

import { display, elements, isArray } from "./json.ts";
import type { Row } from "./rows.ts";

/**
 * The text of a cell: a list becomes its items, separated by commas; anything
 * nested in them stays JSON.
 */
export function cellText(cell: string, row: Row): string {
  return isArray(cell) && !row.keepsLists
    ? elements(cell).map(display).join(", ")
    : display(cell);
}

/**
 * Whether a cell is a number that every format prints unchanged. Most cells
 * are, and this test is cheap.
 */
export function isPlainNumber(cell: string): boolean {
  return cell.length <= 16 && PLAIN_NUMBER.test(cell);
}

/**
 * No signed zero, no trailing zeros, nothing below 1e-4: with up to 15 digits,
 * such text is its own shortest form.
 */
const PLAIN_NUMBER =
  /^(?:0|-?(?:[1-9]\d*|(?!0\.0000)(?:0|[1-9]\d*)\.(?:0|\d*[1-9])))$/;

const MINUS = 45, DOT = 46, ZERO = 48, NINE = 57;

/** The same of the bytes of a number of JSON. */
export function isPlainNumberIn(
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (to - from > 16) return false;
  const first = bytes[from] === MINUS ? from + 1 : from;
  const isZero = bytes[first] === ZERO;
  if (isZero && to === first + 1) return first === from;
  let dot = to;
  for (let at = first; at < to; at++) {
    const code = bytes[at]!;
    if (code === DOT) dot = at;
    else if (code > NINE || code < ZERO) return false; // an exponent
  }
  if (dot === to) return true;
  if (bytes[to - 1] === ZERO && to - dot > 2) return false;
  if (!isZero) return true;
  for (let at = dot + 1; at < dot + 5; at++) {
    if (at >= to || bytes[at] !== ZERO) return true;
  }
  return false;
}
