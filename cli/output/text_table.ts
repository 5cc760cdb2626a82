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
  /** The width of the terminal, if it is for one. */
  width?: number | undefined;
}

/** Between two columns. */
const GAP = "  ";

/** Before the columns that find no room beside the others. */
const INDENT = "  ";

/**
 * The lines of a table, its columns as wide as their longest cell. Where the
 * terminal is narrower, what does not fit follows below, a line a row and more:
 * a terminal would cut cells in two.
 */
export function tableLines(
  { columns, right = [], rows, width = Infinity }: TextTable,
): string[] {
  const lines = [columns, ...rows].map((cells) => cells.map(onOneLine));
  const widths = columns.map((_, at) =>
    Math.max(...lines.map((cells) => widthOf(cells[at] ?? "")))
  );
  const starts = new Set(startsOf(widths, width));
  return lines.flatMap((cells) => {
    const parts: string[][] = [];
    for (const [at, cell] of cells.entries()) {
      const blanks = " ".repeat(Math.max(widths[at]! - widthOf(cell), 0));
      if (starts.has(at)) parts.push([]);
      parts.at(-1)!.push(
        right.includes(columns[at]!) ? blanks + cell : cell + blanks,
      );
    }
    return parts.map((part, at) =>
      `${at === 0 ? "" : INDENT}${part.join(GAP)}`.trimEnd()
    ).filter((line, at) => at === 0 || line !== "");
  });
}

/** The columns that begin a line. */
function startsOf(widths: readonly number[], width: number): number[] {
  const starts: number[] = [];
  let used = Infinity;
  for (const [at, own] of widths.entries()) {
    used += GAP.length + own;
    if (used <= width && at > 0) continue;
    used = own + (at === 0 ? 0 : INDENT.length);
    starts.push(at);
  }
  return starts;
}

/** Text of the archive moves no cursor and begins no line. */
function onOneLine(cell: string): string {
  return printable(cell).replaceAll("\n", "\\n");
}

/** How many columns of a terminal a text takes, but for wide characters. */
function widthOf(text: string): number {
  return [...text].length;
}
