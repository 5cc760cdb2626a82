/**
 * The colours of a matrix of links, on light and dark ground and on paper.
 *
 * @module
 */

import type { Mark } from "./grid.ts";

/** The colours of a mark: its own, and that of the cell behind it. */
type Pair = readonly [mark: string, cell: string];

type Palette = Readonly<Record<Mark, Pair>>;

const LIGHT: Palette = {
  ok: ["#1a7f37", "#e6f6ea"],
  warning: ["#8a5a00", "#fff2c2"],
  critical: ["#c4142b", "#ffe0e0"],
  failed: ["#fff", "#8f1023"],
  absent: ["#c4142b", "#ffe0e0"],
  unknown: ["#59636e", "#eef1f4"],
  silent: ["#59636e", "#eef1f4"],
  none: ["#818b98", "none"],
  self: ["#818b98", "none"],
};

const DARK: Palette = {
  ok: ["#4ac26b", "#12291b"],
  warning: ["#e3b341", "#3a2d0c"],
  critical: ["#ff8182", "#4a1519"],
  failed: ["#fff", "#b3202f"],
  absent: ["#ff8182", "#4a1519"],
  unknown: ["#9198a1", "#22282f"],
  silent: ["#9198a1", "#22282f"],
  none: ["#656c76", "none"],
  self: ["#656c76", "none"],
};

/**
 * The style sheet of an SVG: for each mark `.c-` (the cell), `.m-` (the mark)
 * and `.h-` (a mark that is a line).
 */
export function gridStyle(): string {
  return styleOf((mark, [own, cell]) =>
    `.c-${mark}{fill:${cell}}.m-${mark}{fill:${own}}` +
    `.h-${mark}{fill:none;stroke:${own};stroke-width:2}`
  );
}

/** The style sheet of a table: `.c-` the cell, `.m-` the mark, `.b-` its bar. */
export function gridTableStyle(): string {
  return styleOf((mark, [own, cell]) =>
    `.c-${mark}{background:${cell}}.m-${mark}{color:${own}}` +
    `.b-${mark}{background:${own}}`
  );
}

function styleOf(rules: (mark: string, pair: Pair) => string): string {
  const of = (palette: Palette) =>
    Object.entries(palette).map(([mark, pair]) => rules(mark, pair)).join("");
  // Paper is white, whatever the screen is.
  return of(LIGHT) +
    `@media screen and (prefers-color-scheme:dark){${of(DARK)}}`;
}
