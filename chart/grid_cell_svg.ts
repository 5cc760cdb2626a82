/**
 * The cells of a matrix of links, in an SVG.
 *
 * @module
 */

import { type GridCell, type Mark, markOf, MARKS, sentenceOf } from "./grid.ts";
import { element, escaped, type Markup, short } from "./markup.ts";
import { textAt, textWidth } from "./svg.ts";
import { pixels } from "./text_width.ts";

/** The size of small text, in pixels. */
export const SMALL = 11;

/** The width of small text. */
export const smallWidth = pixels(SMALL);

/** The size of cells, in pixels. */
export interface CellSize {
  /** The width. */
  width: number;
  /** The height. */
  height: number;
}

/** What the number and the mark of a link need, in pixels. */
export function cellRoom({ number }: Pick<GridCell, "number">): number {
  return textWidth(number) + 30;
}

/** What how many tests there are needs besides. */
export function countRoom({ tests }: Pick<GridCell, "tests">): number {
  return smallWidth(countOf(tests));
}

/** Whether a cell has room for how many tests there are. */
export function hasCount(cell: GridCell, { width }: CellSize): boolean {
  return cell.number !== "" && width >= cellRoom(cell) + countRoom(cell);
}

function countOf(tests: number): string {
  return tests > 1 ? `/${tests}` : "";
}

/** What cells are made of: for each mark its shape, its ground, and both. */
export function cellParts({ width, height }: CellSize): Markup {
  const marks = Object.keys(MARKS) as Mark[];
  return element(
    "defs",
    {},
    ...marks.map((mark) => {
      const ground = element("rect", {
        ...{ id: `b-${mark}`, class: `c-${mark}` },
        ...{ x: 1, y: 1, width: width - 2, height: height - 2, rx: 3 },
      });
      const both = use(`b-${mark}`, 0, 0) + shape(mark, width / 2, height / 2);
      return shapeOf(mark) + ground +
        element("g", { id: `q-${mark}` }, both);
    }),
  );
}

/** The shape of a mark about a place. */
export function shape(mark: Mark, x: number, y: number): Markup {
  return use(`k-${mark}`, x, y);
}

function use(id: string, x: number, y: number): Markup {
  return element("use", {
    href: `#${id}`,
    x: x === 0 ? undefined : x,
    y: y === 0 ? undefined : y,
  });
}

/** Whether cells have room for the bar of a scale. */
export function hasBars({ height }: CellSize): boolean {
  return height >= 24;
}

/** The last step of a fixed scale: its bar is as long as the cell is wide. */
const STEPS = 5;

/**
 * A cell.
 *
 * @param cell The link; `undefined` where there is none.
 * @param isSelf Whether it is of a host with itself.
 * @param x Where it begins in its row.
 * @param size Its size.
 * @param hasTitle Whether pointers show its sentence.
 */
export function cellAt(
  cell: GridCell | undefined,
  isSelf: boolean,
  x: number,
  { width, height }: CellSize,
  hasTitle: boolean,
): Markup {
  if (cell === undefined) return use(`q-${isSelf ? "self" : "none"}`, x, 0);
  const mark = markOf(cell);
  const title = hasTitle ? element("title", {}, escaped(sentenceOf(cell))) : "";
  const hasNumber = cell.number !== "" && width >= cellRoom(cell);
  const isBar = cell.number !== "" && hasBars({ width, height });
  const level = isBar ? cell.level ?? 0 : 0;
  if (!hasNumber && level === 0) {
    return element("use", { href: `#q-${mark}`, x }, title);
  }
  const y = height / 2;
  const counted = hasCount(cell, { width, height }) ? countRoom(cell) : 0;
  const right = hasNumber
    ? Math.min(width - 10 - counted, width / 2 + 16)
    : width / 2;
  return element(
    "g",
    { transform: `translate(${short(x)})` },
    title,
    use(`b-${mark}`, 0, 0),
    hasNumber
      ? textAt({ x: right - 12, y: y + 4, anchor: "end" }, cell.number)
      : "",
    shape(mark, right, y),
    hasNumber && counted > 0
      ? textAt(
        { x: right + 7, y: y + 4, class: "faint small" },
        countOf(cell.tests),
      )
      : "",
    level === 0 ? "" : element("rect", {
      class: `m-${mark}`,
      ...{ x: 4, y: height - 5, width: (width - 8) * level / STEPS, height: 2 },
    }),
  );
}

const DISC = "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z";

/** The shapes, 10 pixels wide. */
const SHAPES: Readonly<
  Record<Exclude<Mark, "unknown">, { d: string; isHollow?: true }>
> = {
  ok: { d: DISC },
  warning: { d: "M0-5L5.4 4.4H-5.4z" },
  critical: { d: "M-4.5-4.5h9v9h-9z" },
  failed: { d: "M-4-4L4 4M4-4L-4 4", isHollow: true },
  silent: { d: DISC, isHollow: true },
  absent: { d: "M0-5L5 0L0 5L-5 0z", isHollow: true },
  none: { d: "M-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0z" },
  self: { d: "M-4 0h8", isHollow: true },
};

function shapeOf(mark: Mark): Markup {
  const id = `k-${mark}`;
  if (mark === "unknown") {
    return element("text", {
      ...{ id, class: "name m-unknown", y: 4, "text-anchor": "middle" },
    }, "?");
  }
  const { d, isHollow } = SHAPES[mark];
  return element("path", { id, class: `${isHollow ? "h" : "m"}-${mark}`, d });
}
