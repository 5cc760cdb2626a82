/**
 * A matrix of links as lines of text, for a terminal.
 *
 * @module
 */

import {
  type Grid,
  type GridCell,
  type GridPart,
  hostLines,
  inOrder,
  isBad,
  linkName,
  markOf,
  MARKS,
  marksIn,
  partsOf,
  summaryOf,
  worstFirst,
} from "./grid.ts";
import {
  beside,
  besideWidth,
  type Block,
  blockOf,
  Pen,
  type PenOptions,
} from "./grid_block.ts";
import { cells as columnsOf, wrapped } from "./text_width.ts";

/** What the lines are for. */
export interface GridTextOptions extends PenOptions {
  /** How many columns there are. */
  readonly width: number;
}

/** The most links that have a line, and the most lines of one. */
const MOST_LINKS = 20;
const MOST_LINES = 3;

/**
 * The matrix in lines, none longer than the width. Where it does not fit, the
 * worst links have a line each instead.
 */
export function gridLines(grid: Grid, options: GridTextOptions): string[] {
  const lines = linesOf(grid, options);
  return options.isAscii ? lines.map(asAscii) : lines;
}

/** Names of hosts, too, may have other characters. */
function asAscii(line: string): string {
  return [...line].map((char) =>
    char <= "~" ? char : char === "…" ? "." : "?".repeat(columnsOf(char))
  ).join("");
}

function linesOf(grid: Grid, options: GridTextOptions): string[] {
  const pen = new Pen(options);
  const { cells, title, window, rule } = grid;
  const parts = partsOf(grid);
  const named = parts.map((part) => blockOf(part, pen));
  // A name that is long stands once, with a number for its column.
  const numbers = new Map(
    hostsOf(parts, grid).map((host, at) => [host, `${at + 1}`]),
  );
  const numbered = parts.map((part) => blockOf(part, pen, numbers));
  const isRoom = (each: readonly Block[]) =>
    each.length > 0 &&
    besideWidth(each) <= options.width;
  const fits = (each: readonly Block[]) => each.every((one) => isRoom([one]));
  const blocks = [named, numbered].find(isRoom) ??
    [named, numbered].find(fits) ?? numbered;
  const isWhole = cells.length > 0 && fits(blocks);
  const head = [
    ...wrapped(title, options.width, columnsOf),
    ...wrapped(pen.text(window), options.width, columnsOf),
    ...wrapped(summaryOf(cells), options.width, columnsOf),
    ...hostLines(cells).flatMap((line) =>
      wrapped(line, options.width, columnsOf)
    ),
  ];
  if (cells.length === 0) return head;
  const legend = [
    ...wrapped(
      legendOf(cells, isWhole ? parts : [], pen),
      options.width,
      columnsOf,
    ),
    ...wrapped(rule, options.width, columnsOf),
  ];
  if (isWhole) {
    const bad = worstFirst(cells.filter(isBad));
    return [
      ...[...head, ""],
      ...[...beside(blocks, options.width), ""],
      ...legend,
      ...bad.length > 0 ? ["", ...linkLines(bad, pen, options.width)] : [],
    ];
  }
  const count = Math.min(MOST_LINKS, cells.length);
  const why = `the matrix needs ${
    Math.max(...blocks.map(({ width }) => width))
  } columns; ${
    count === cells.length ? "all links" : `the worst ${count} links`
  } instead:`;
  return [
    ...head,
    ...[...wrapped(why, options.width, columnsOf), ""],
    ...linkLines(worstFirst(cells), pen, options.width),
    ...["", ...legend],
  ];
}

function hostsOf(parts: readonly GridPart[], { order }: Grid): string[] {
  const all = parts.flatMap(({ sources, destinations }) => [
    ...sources,
    ...destinations,
  ]);
  return inOrder(all, order);
}

function legendOf(
  cells: readonly GridCell[],
  parts: readonly GridPart[],
  pen: Pen,
): string {
  const marks = marksIn(cells, parts).map((mark) =>
    `${pen.mark(mark)} ${MARKS[mark].word}`
  );
  const count = cells.some(({ tests }) => tests > 1)
    ? ["/2 the worst of 2 tests"]
    : [];
  return [...marks, ...count].join(", ");
}

/** A line a link: what it is, its number and mark, and what was found. */
function linkLines(
  cells: readonly GridCell[],
  pen: Pen,
  width: number,
): string[] {
  const shown = cells.slice(0, MOST_LINKS);
  const numberWidth = Math.max(
    ...shown.map(({ number }) => columnsOf(number)),
  );
  const more = cells.length - shown.length;
  return [
    ...shown.flatMap((cell) => {
      const mark = markOf(cell);
      const number = cell.number.padStart(numberWidth);
      const count = cell.tests > 1 ? `, the worst of ${cell.tests} tests` : "";
      const text = pen.text(`${linkName(cell)}: ${cell.text}${count}`);
      const blanks = numberWidth + 3;
      const room = Math.max(width - blanks, 10);
      const lines = wrapped(text, room, columnsOf, MOST_LINES);
      return lines.map((line, at) =>
        at === 0
          ? `${number} ${pen.paint(pen.mark(mark), mark)} ${line}`
          : " ".repeat(blanks) + line
      );
    }),
    ...more > 0 ? [`and ${more} more`] : [],
  ];
}
