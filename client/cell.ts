/**
 * A cell in the text formats.
 *
 * @module
 */

import { display, elements, isArray } from "./json.ts";
import { skipDigits } from "./json_bytes.ts";
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

const MINUS = 45, DOT = 46, ZERO = 48, UPPER_E = 69, LOWER_E = 101;

/** The index after such a number in bytes; negative if there is none. */
export function skipPlainNumber(bytes: Uint8Array, from: number): number {
  const first = bytes[from] === MINUS ? from + 1 : from;
  const isZero = bytes[first] === ZERO;
  let end = skipDigits(bytes, first);
  if (end === first || isZero && end > first + 1) return -1;
  if (bytes[end] === DOT) {
    const fraction = end + 1;
    end = skipDigits(bytes, fraction);
    if (end === fraction) return -1;
    if (bytes[end - 1] === ZERO && end > fraction + 1) return -1;
    if (isZero && end >= fraction + 4) {
      let at = fraction;
      while (at < fraction + 4 && bytes[at] === ZERO) at++;
      if (at === fraction + 4) return -1;
    }
  } else if (isZero && first > from) return -1;
  const next = bytes[end];
  const isNumber = next !== LOWER_E && next !== UPPER_E && end - from <= 16;
  return isNumber ? end : -1;
}
