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
