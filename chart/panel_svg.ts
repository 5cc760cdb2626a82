/**
 * What is drawn in a panel: lines, bars and bands.
 *
 * @module
 */

import { indexFrom } from "../insight/times.ts";
import { breaksOf } from "./absent.ts";
import type { Column, Columns, Drawn } from "./columns.ts";
import { decimated } from "./decimate.ts";
import { element, type Markup } from "./markup.ts";
import type { Span } from "./measured.ts";
import type { Panel, PanelSeries } from "./panels.ts";
import type { Scale } from "./scale.ts";

/** Where a panel is drawn, in pixels. */
export interface PanelPlace {
  /** Begins the ids of its parts. */
  id: string;
  /** The id of the hatching. */
  hatch: string;
  /** The place of a time. */
  x(time: number): number;
  /** The place of a value, from the top of the panel. */
  scale: Scale;
  /** What is drawn. */
  window: Span;
  /** The columns. */
  columns: Columns;
  /** The columns of pixels. */
  pixels: Columns;
  left: number;
  right: number;
  top: number;
  height: number;
}

/** How high panels are, in pixels. */
export const HEIGHTS: Record<Drawn, number> = {
  throughput: 132,
  retransmits: 40,
  loss: 112,
  delay: 170,
};

/** Draws the values of a panel, the second direction below the first. */
export function drawPanel(panel: Panel, place: PanelPlace): Markup {
  const draw = DRAWERS[panel.drawn];
  const bands = panel.series.map((series) => draw(panel, series, place));
  return bands.reverse().join("");
}

type Drawer = (panel: Panel, series: PanelSeries, place: PanelPlace) => Markup;

const DRAWERS: Record<Drawn, Drawer> = {
  throughput: drawThroughput,
  retransmits: drawRetransmits,
  loss: drawLoss,
  delay: drawDelay,
};

/** A coordinate: a tenth of a pixel is enough. */
function c(value: number): string {
  return String(Math.round(value * 10) / 10 + 0);
}

/** The classes of a direction: the second one is told by its dashes, too. */
function classOf(name: string, { test }: PanelSeries): string {
  return test.isReverse ? `${name} other` : name;
}

function dashed(name: string, series: PanelSeries): string {
  const both = classOf(name, series);
  return series.test.isReverse ? `${both} dashed` : both;
}

/** Points further apart than this are marked. */
const APART = 5;

function drawThroughput(
  { unit }: Panel,
  series: PanelSeries,
  { scale, top, pixels, left, right, window }: PanelPlace,
): Markup {
  const { throughput } = series.test;
  if (throughput === undefined) return "";
  // One beyond each end, so that the line goes there.
  const from = Math.max(0, indexFrom(throughput.times, window.start) - 1);
  const after = indexFrom(throughput.times, window.end + 1) + 1;
  const times = throughput.times.slice(from, after);
  const values = throughput.values.slice(from, after);
  const seconds = Math.max(1, window.end + 1 - window.start);
  const x = (time: number) =>
    left + (time - window.start) / seconds * (right - left);
  const pieces = decimated(
    { times, values },
    (time) => pixels.of(time),
    breaksOf(series.test),
  );
  const point = (at: number) =>
    `${c(x(times[at]!))},${c(top + scale.place(values[at]! / unit))}`;
  const d = pieces.map((piece) => lineOf(piece.map(point))).join("");
  const line = element("path", { class: dashed("line", series), d });
  if ((right - left) / Math.max(1, times.length) < APART) return line;
  const dots = times.map((_, at) => {
    const [cx, cy] = point(at).split(",");
    return element("circle", { cx, cy, r: 2 });
  });
  return line + element("g", { class: classOf("dot", series) }, ...dots);
}

/** A line through points; one that is alone is a dot. */
function lineOf([first, ...others]: readonly string[]): string {
  if (first === undefined) return "";
  return `M${first}${others.length === 0 ? "h0" : `L${others.join(" ")}`}`;
}

/** Where the bar of a column is, in pixels. */
type Bars = (column: Column) => { middle: number; width: number };

/**
 * The bars of columns: each fills its column or, where runs are further apart
 * than columns, stands where its run is, not wider than what it stands for.
 */
function barsOf(
  { test: { interval = 0 } }: PanelSeries,
  { x, columns }: PanelPlace,
): Bars {
  if (interval <= columns.seconds) {
    return ({ from, to }) => ({
      middle: (x(from) + x(to)) / 2,
      width: x(to) - x(from),
    });
  }
  const start = columns.from(0);
  const room = x(start + interval) - x(start);
  const width = Math.max(1, Math.min(0.8 * room, 10));
  return ({ time }) => ({ middle: x(time), width });
}

function drawRetransmits(
  _: Panel,
  series: PanelSeries,
  place: PanelPlace,
): Markup {
  const { scale, top } = place;
  const barOf = barsOf(series, place);
  const base = top + scale.place(0);
  const bars = series.columns.flatMap((column) => {
    const { max = 0 } = column;
    if (max <= 0) return [];
    const { middle, width } = barOf(column);
    const shift = series.test.isReverse ? width / 2 : 0;
    return [bar(middle + shift, base, top + scale.place(max), width)];
  });
  return element("path", {
    class: classOf("retransmits", series),
    d: bars.join(""),
  });
}

function bar(middle: number, base: number, to: number, width: number) {
  const height = Math.max(1, base - to);
  return `M${c(middle - width / 2)},${c(base)}v${c(-height)}h${c(width)}v${
    c(height)
  }z`;
}

function drawLoss(_: Panel, series: PanelSeries, place: PanelPlace): Markup {
  const { x, scale, top } = place;
  const y = (loss: number) => top + scale.place(loss);
  const barOf = barsOf(series, place);
  const known = series.columns.filter(({ loss }) => loss !== undefined);
  const isReverse = series.test.isReverse;
  const bars = known.flatMap((column) => {
    if (isReverse || column.loss === 0) return [];
    const { middle, width } = barOf(column);
    return [bar(middle, y(0), y(column.loss!), width)];
  });
  const worst = known.flatMap((column) => {
    if (column.max! <= column.loss!) return [];
    const { middle, width } = barOf(column);
    const tick = Math.max(width, 3);
    return [`M${c(middle - tick / 2)},${c(y(column.max!))}h${c(tick)}`];
  });
  const paths: [name: string, d: string][] = [
    ["loss", bars.join("")],
    ["worst", worst.join("")],
    ["none", isReverse ? "" : noneLost(series, known, place)],
    [
      "line lost dashed",
      isReverse
        ? pieces(series, known).map((piece) =>
          lineOf(piece.map(({ time, loss }) => `${c(x(time))},${c(y(loss!))}`))
        ).join("")
        : "",
    ],
  ];
  return paths.flatMap(([name, d]) =>
    d === "" ? [] : [element("path", { class: name, d })]
  ).join("");
}

/** A line where packets were sent, and none lost: no data has no line. */
function noneLost(
  series: PanelSeries,
  known: readonly Column[],
  place: PanelPlace,
): string {
  const { scale, top } = place;
  const base = c(top + scale.place(0) - 1);
  const barOf = barsOf(series, place);
  const lines: string[] = [];
  for (const piece of pieces(series, known)) {
    let begun: Column | undefined;
    for (const [at, column] of piece.entries()) {
      if (column.loss !== 0) continue;
      begun ??= column;
      if (piece[at + 1]?.loss === 0) continue;
      const [from, to] = [barOf(begun), barOf(column)];
      lines.push(
        `M${c(from.middle - from.width / 2)},${base}H${
          c(to.middle + to.width / 2)
        }`,
      );
      begun = undefined;
    }
  }
  return lines.join("");
}

/** Columns in pieces: between two of them is a gap, or a run without a value. */
function pieces(
  { test }: PanelSeries,
  columns: readonly Column[],
  breaks: readonly number[] = breaksOf({
    ...test,
    // Where all packets were lost, the loss is known.
    runs: test.runs.filter(({ outcome }) => outcome !== "lost"),
  }),
): Column[][] {
  const found: Column[][] = [];
  let next = 0;
  let last = -Infinity;
  for (const column of columns) {
    let isBroken = found.length === 0;
    while (next < breaks.length && breaks[next]! < column.time) {
      isBroken ||= breaks[next]! > last;
      next++;
    }
    if (isBroken) found.push([]);
    found.at(-1)!.push(column);
    last = column.time;
  }
  return found;
}

function drawDelay(
  _: Panel,
  series: PanelSeries,
  { x, scale, top, columns }: PanelPlace,
): Markup {
  const known = series.columns.filter(({ p50 }) => p50 !== undefined);
  const all = pieces(series, known, breaksOf(series.test));
  const y = (value: number) => c(top + scale.place(value));
  const half = Math.max(0.5, (x(columns.from(1)) - x(columns.from(0))) / 2);
  const band = (low: keyof Column, high: keyof Column) =>
    all.map((piece) => {
      const sides = [high, low].map((name) =>
        piece.map((column) => [x(column.time), y(column[name] as number)])
      );
      const [upper, lower] = sides.map((side) =>
        // What is alone would be too thin to be seen.
        side.length === 1
          ? [-half, half].map((by) =>
            `${c(Number(side[0]![0]) + by)},${side[0]![1]}`
          )
          : side.map(([at, value]) => `${c(Number(at))},${value}`)
      );
      return `M${[...upper!, ...lower!.reverse()].join(" ")}z`;
    }).join("");
  const median = all.map((piece) =>
    lineOf(piece.map(({ time, p50 }) => `${c(x(time))},${y(p50!)}`))
  ).join("");
  const kind = classOf("band", series);
  return [
    element("path", {
      // Two of them would be mud.
      class: series.test.isReverse ? "edge other" : `${kind} wide`,
      d: band("min", "p95"),
    }),
    element("path", { class: `${kind} narrow`, d: band("p25", "p75") }),
    element("path", { class: dashed("line", series), d: median }),
  ].join("");
}
