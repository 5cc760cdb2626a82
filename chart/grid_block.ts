/**
 * The matrix of one family, or of one group, as a block of text.
 *
 * @module
 */

import {
  type GridCell,
  type GridPart,
  type Mark,
  markOf,
  MARKS,
} from "./grid.ts";
import { cells as columnsOf } from "./text_width.ts";

/** What a terminal has. */
export interface PenOptions {
  /** Whether there are only the characters of ASCII. */
  readonly isAscii?: boolean;
  /** Whether marks are coloured; each has a shape of its own besides. */
  readonly hasColors?: boolean;
}

const COLORS: Partial<Record<Mark, number>> = {
  ...{ ok: 32, warning: 33, critical: 31, failed: 31, absent: 31 },
  ...{ unknown: 36, silent: 36, none: 2, self: 2 },
};

/** Draws marks, with what the terminal has. */
export class Pen {
  readonly #isAscii: boolean;
  readonly #hasColors: boolean;

  /**
   * Makes a pen.
   *
   * @param options What the terminal has.
   */
  constructor({ isAscii = false, hasColors = false }: PenOptions) {
    this.#isAscii = isAscii;
    this.#hasColors = hasColors;
  }

  /** A mark as a character. */
  mark(mark: Mark): string {
    const { glyph, ascii } = MARKS[mark];
    return this.#isAscii ? ascii : glyph;
  }

  /** Text in the colour of a mark. */
  paint(text: string, mark: Mark): string {
    const color = this.#hasColors ? COLORS[mark] : undefined;
    return color === undefined ? text : `\x1b[${color}m${text}\x1b[0m`;
  }

  /** Text with the signs that the terminal has. */
  text(text: string): string {
    return this.#isAscii
      ? text.replaceAll("→", "->").replaceAll("…", "...").replaceAll("×", "x")
      : text;
  }
}

/** Lines that take so many columns. */
export interface Block {
  /** The lines, and how many columns each takes. */
  lines: { text: string; length: number }[];
  /** The columns of the longest. */
  width: number;
}

/** Between two columns. */
const GAP = 2;

/** What a column has room for. */
interface Column {
  /** What stands above it. */
  head: string;
  /** Its cells, from the top. */
  cells: (GridCell | undefined)[];
  /** The columns of the longest count of tests. */
  count: number;
  /** All of it. */
  width: number;
}

/**
 * The block of a part.
 *
 * @param part The part.
 * @param pen What draws the marks.
 * @param numbers The numbers of hosts, which then stand above the columns and
 * before the names of rows.
 */
export function blockOf(
  part: GridPart,
  pen: Pen,
  numbers?: ReadonlyMap<string, string>,
): Block {
  const { sources, destinations } = part;
  const columns = destinations.map((host) =>
    columnOf(part, host, numbers?.get(host) ?? host)
  );
  const digits = numbers ? `${numbers.size}`.length : 0;
  const rowName = (host: string) =>
    numbers ? `${numbers.get(host)!.padStart(digits)} ${host}` : host;
  // Those that only receive have a number, and an empty row.
  const alone = numbers
    ? destinations.filter((host) => !sources.includes(host))
    : [];
  const corner = `${part.name} from \\ to`;
  const names = [corner, ...[...sources, ...alone].map(rowName)];
  const nameWidth = Math.max(...names.map(columnsOf));
  const line = (name: string, cells: readonly string[]) => ({
    text: name + " ".repeat(nameWidth - columnsOf(name)) + cells.join(""),
    length: cells.length === 0
      ? nameWidth
      : columns.reduce((sum, { width }) => sum + GAP + width, nameWidth),
  });
  const { group } = part;
  const lines = [
    ...group === undefined
      ? []
      : [{ text: pen.text(group), length: columnsOf(pen.text(group)) }],
    line(corner, columns.map(headOf)),
    ...sources.map((source, row) =>
      line(
        rowName(source),
        columns.map((column, at) =>
          cellIn(column, row, source === destinations[at], pen)
        ),
      )
    ),
    ...alone.map((host) => line(rowName(host), [])),
  ];
  return { lines, width: Math.max(...lines.map(({ length }) => length)) };
}

function columnOf(part: GridPart, host: string, head: string): Column {
  const cells = part.sources.map((source) => part.at(source, host));
  const number = Math.max(
    ...cells.map((cell) => columnsOf(cell?.number ?? "")),
  );
  const count = Math.max(...cells.map((cell) => countOf(cell).length));
  const width = Math.max(number + 2 + count, columnsOf(head));
  return { head, cells, count, width };
}

/** The head of a column, which ends above the marks. */
function headOf({ head, count, width }: Column): string {
  const taken = columnsOf(head);
  const right = Math.min(count, width - taken);
  return " ".repeat(GAP + width - right - taken) + head + " ".repeat(right);
}

function cellIn(
  { cells, count, width }: Column,
  row: number,
  isSelf: boolean,
  pen: Pen,
): string {
  const cell = cells[row];
  const mark = cell ? markOf(cell) : isSelf ? "self" : "none";
  const value = cell?.number ?? "";
  const text = value === "" ? pen.mark(mark) : `${value} ${pen.mark(mark)}`;
  const tests = countOf(cell);
  const blanks = width - count - columnsOf(text);
  return " ".repeat(GAP + blanks) + pen.paint(text, mark) + tests +
    " ".repeat(count - tests.length);
}

function countOf(cell: GridCell | undefined): string {
  return cell !== undefined && cell.tests > 1 ? `/${cell.tests}` : "";
}

/** Between two blocks. */
const BETWEEN = 6;

/** How wide blocks are side by side. */
export function besideWidth(blocks: readonly Block[]): number {
  const gaps = (blocks.length - 1) * BETWEEN;
  return blocks.reduce((sum, { width }) => sum + width, gaps);
}

/** Blocks side by side where there is room, else below each other. */
export function beside(blocks: readonly Block[], width: number): string[] {
  if (besideWidth(blocks) > width) {
    return blocks.flatMap(({ lines }, at) => [
      ...at > 0 ? [""] : [],
      ...lines.map(({ text }) => text.trimEnd()),
    ]);
  }
  const height = Math.max(...blocks.map(({ lines }) => lines.length));
  return Array.from(
    { length: height },
    (_, at) =>
      blocks.map(({ lines, width }) => {
        const { text = "", length = 0 } = lines[at] ?? {};
        return text + " ".repeat(width - length);
      }).join(" ".repeat(BETWEEN)).trimEnd(),
  );
}
