/**
 * A cell in the text formats.
 *
 * @module
 */

import { display, elements, isArray } from "../../client/json.ts";
import type { Row } from "../rows.ts";

/** A cell as people read it: a list is its items with commas between, everything nested in them JSON. */
export function cellText(cell: string, row: Row): string {
  return isArray(cell) && !row.keepsLists
    ? elements(cell).map(display).join(", ")
    : display(cell);
}
