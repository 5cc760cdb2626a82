/**
 * A cell in the text formats.
 *
 * @module
 */

import { display, elements, isArray } from "../../client/json.ts";
import type { Row } from "./rows.ts";

/**
 * A cell as people read it: a list is its items with commas between, everything
 * nested in them JSON.
 */
export function cellText(cell: string, row: Row): string {
  return isArray(cell) && !row.keepsLists
    ? elements(cell).map(display).join(", ")
    : display(cell);
}

/**
 * Whether a cell is a number that every format prints as it is. Nearly all are,
 * and this is told at a glance.
 */
export function isPlainNumber(cell: string): boolean {
  return cell.length <= 16 && PLAIN_NUMBER.test(cell);
}

/**
 * No zero with a sign, no needless zeros, nothing below 1e-4; up to 15 digits
 * are their own shortest form.
 */
const PLAIN_NUMBER =
  /^(?:0|-?(?:[1-9]\d*|(?!0\.0000)(?:0|[1-9]\d*)\.(?:0|\d*[1-9])))$/;
