/**
 * Tables of text for people.
 *
 * @module
 */

import { printable } from "../io.ts";

/** A table. */
export interface TextTable {
  /** The names of its columns. */
  columns: readonly string[];
  /** The columns whose cells end below each other, such as numbers. */
  right?: readonly string[];
  /** The cells of each row. */
  rows: readonly (readonly string[])[];
}

/** Between two columns. */
const GAP = "  ";

/** The lines of a table, its columns as wide as their longest cell. */
export function tableLines({ columns, right = [], rows }: TextTable): string[] {
  const lines = [columns, ...rows].map((cells) => cells.map(onOneLine));
  const widths = columns.map((_, at) =>
    Math.max(...lines.map((cells) => widthOf(cells[at] ?? "")))
  );
  return lines.map((cells) =>
    cells.map((cell, at) => {
      const blanks = " ".repeat(Math.max(widths[at]! - widthOf(cell), 0));
      return right.includes(columns[at]!) ? blanks + cell : cell + blanks;
    }).join(GAP).trimEnd()
  );
}

/** Text of the archive moves no cursor and begins no line. */
function onOneLine(cell: string): string {
  return printable(cell).replaceAll("\n", "\\n");
}

/** How many columns of a terminal a text takes, but for wide characters. */
function widthOf(text: string): number {
  return [...text].length;
}
