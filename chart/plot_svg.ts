/**
 * A link over time as SVG: a panel for each quantity, below each other on one
 * axis of time, and a strip of what happened.
 *
 * @module
 */

import { absentSpans } from "./absent.ts";
import { Columns } from "./columns.ts";
import { element, type Markup } from "./markup.ts";
import { legendOf } from "./legend.ts";
import type { PlotData, Span } from "./measured.ts";
import { drawPanel, HEIGHTS, type PanelPlace } from "./panel_svg.ts";
import { type Panel, panelsOf, scaleOf } from "./panels.ts";
import { descriptionOf, notesOf, titleOf, windowText } from "./plot_words.ts";
import type { Scale } from "./scale.ts";
import { drawStrip, stripRows } from "./strip.ts";
import { heading, type Picture, TEXT, textAt, textWidth } from "./svg.ts";
import { pixels as pixelsOf, wrapped } from "./text_width.ts";
import { timeTicks } from "./time_ticks.ts";

/** How a picture is drawn. */
export interface PlotOptions {
  /** Pixels; 1000 by default. */
  width?: number;
  /** Begins the ids of its parts. */
  id?: string;
  /** The part of the window to draw; all of it by default. */
  view?: Span;
}

/** The width of a picture, in pixels, where none is given. */
export const DEFAULT_WIDTH = 1000;

/** What is free at the sides. */
const MARGIN = 12;

/** The least width for a label of the axis of time. */
const TIME_WIDTH = 68;

/** The least height for a label of an axis. */
const LABEL_HEIGHT = 26;

/** How far labels are from their axis. */
const LABEL_GAP = 7;

/** How many columns a picture has. */
export function columnCount(width: number): number {
  const { left, right } = sidesOf(width);
  return Math.max(1, Math.round((right - left) / COLUMN));
}

/**
 * The pixels of a column of bands and bars. Lines have all of their pixels; to
 * the eye, bands that change with each pixel are noise.
 */
const COLUMN = 4;

/** Room for the labels of an axis, for all pictures the same. */
const LABELS = 76;

function sidesOf(width: number): { left: number; right: number } {
  return { left: Math.min(LABELS, width / 3), right: width - 2 * MARGIN };
}

/** Draws a link. */
export function plotPicture(
  whole: PlotData,
  { width = DEFAULT_WIDTH, id = "p", view }: PlotOptions = {},
): Picture & { plot: PlotFrame } {
  const data = view === undefined ? whole : within(whole, view);
  const columns = new Columns(data.window, columnCount(width));
  const panels = panelsOf(data, columns);
  const scales = panels.map((panel) => {
    const height = HEIGHTS[panel.drawn];
    const count = Math.max(2, Math.floor(height / LABEL_HEIGHT));
    return scaleOf(panel, data.scale, { from: height, to: 0, count });
  });
  const { left, right } = sidesOf(width);
  const pixels = new Columns(data.window, right - left);
  const x = timePlace(data.window, left, right);
  const head = heading({
    title: titleOf(data),
    aside: windowText(data),
    notes: notesOf(data, columns),
    width,
    margin: MARGIN,
  });
  const parts: Markup[] = [hatching(id), head.content];
  let y = head.height;
  const legend = legendOf(data, panels, { width, top: y, id });
  parts.push(legend.content);
  y += legend.height;
  const ticks = timeTicks(
    data.window.start,
    data.window.end,
    data.zone,
    (right - left) / TIME_WIDTH,
  );
  const top = y;
  for (const [at, panel] of panels.entries()) {
    const names = wrapped(
      nameOf(panel, panels),
      width - 2 * MARGIN,
      pixelsOf(1.06 * TEXT),
      3,
    );
    y += 6;
    for (const line of names) {
      parts.push(textAt({ x: MARGIN, y: y += 15, class: "name" }, line));
    }
    y += 10;
    const place = {
      ...{ id: `${id}${at}`, hatch: `${id}-hatch`, x, left, right },
      ...{ top: y, height: HEIGHTS[panel.drawn] },
      ...{ scale: scales[at]!, columns, pixels, window: data.window },
    };
    parts.push(
      frameOf(panel, place, ticks.map(({ value }) => x(value)), data),
    );
    y += place.height;
  }
  y += 4;
  for (const { value, text } of ticks) {
    const half = textWidth(text) / 2;
    if (x(value) + half > width || x(value) - half < 0) continue;
    parts.push(
      textAt(
        { x: x(value), y: y + 14, class: "faint", anchor: "middle" },
        text,
      ),
    );
  }
  parts.push(
    textAt({ x: MARGIN, y: y + 30, class: "faint" }, `Times: ${data.zone}`),
  );
  y += 38;
  const rows = stripRows(data);
  const strip = { id, x, left, right, top: y, margin: MARGIN };
  parts.push(drawStrip(rows, strip, data));
  y += rows.length * 20;
  return {
    width,
    height: y + 8,
    title: titleOf(data),
    description: descriptionOf(data),
    content: parts.join(""),
    plot: { left, right, top, bottom: y },
  };
}

/** What is drawn of a part of the window. */
function within(data: PlotData, view: Span): PlotData {
  const isIn = ({ time }: { time: number }) =>
    view.start <= time && time <= view.end;
  return {
    ...data,
    window: view,
    routeChanges: data.routeChanges.filter(isIn),
    clockSteps: data.clockSteps.filter(isIn),
  };
}

/** Where the panels of a picture are, in pixels. */
export interface PlotFrame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function timePlace({ start, end }: Span, left: number, right: number) {
  const seconds = Math.max(1, end + 1 - start);
  return (time: number) =>
    left +
    Math.min(1, Math.max(0, (time - start) / seconds)) * (right - left);
}

function hatching(id: string): Markup {
  return element(
    "defs",
    {},
    element(
      "pattern",
      {
        id: `${id}-hatch`,
        width: 6,
        height: 6,
        patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(45)",
      },
      element("path", { d: "M3,0V6", class: "hatch" }),
    ),
  );
}

/** What the panel is called; what its marks mean stands in the legend. */
function nameOf({ name, label, drawn }: Panel, panels: readonly Panel[]) {
  const isAlone = panels.filter((panel) => panel.drawn === drawn).length === 1;
  const told = isAlone && drawn === "retransmits" ? "" : ` (${label})`;
  return `${name}${told}`;
}

/** What is the same in all panels: grid, hatching, changes of the route. */
function frameOf(
  panel: Panel,
  place: PanelPlace,
  ticks: readonly number[],
  data: PlotData,
): Markup {
  const { id, left, right, top, height, scale, x } = place;
  const lines = [
    ...shownTicks(scale).map(({ value }) =>
      `M${left},${whole(top + scale.place(value))}H${right}`
    ),
    ...ticks.map((at) => `M${whole(at)},${top}V${top + height}`),
  ].join("");
  const labels = shownTicks(scale).map(({ value, text }) =>
    textAt({
      x: left - LABEL_GAP,
      y: top + scale.place(value) + 4,
      class: "faint",
      anchor: "end",
    }, text)
  );
  const spans = panel.series.map(({ test }) => absentSpans(test, data.window));
  const hatched = common(spans).map(({ start, end }) =>
    element("rect", {
      x: x(start),
      y: top,
      width: Math.max(1, x(end) - x(start)),
      height,
      fill: `url(#${place.hatch})`,
    })
  );
  const changes = data.routeChanges.map(({ time }) =>
    `M${whole(x(time))},${top}V${top + height}`
  ).join("");
  return element(
    "g",
    {},
    element(
      "clipPath",
      { id: `${id}-clip` },
      element("rect", {
        x: left - 1,
        y: top - 3,
        width: right - left + 2,
        height: height + 6,
      }),
    ),
    element("path", { class: "grid", d: lines }),
    ...labels,
    element(
      "g",
      { "clip-path": `url(#${id}-clip)` },
      ...hatched,
      ...changes === ""
        ? []
        : [element("path", { class: "axis dashed", d: changes })],
      drawPanel(panel, place),
    ),
  );
}

/** Lines of one pixel are sharp between two. */
function whole(at: number): number {
  return Math.floor(at) + 0.5;
}

/** The ticks that have room for their text. */
function shownTicks({ ticks, place }: Scale) {
  let last: number | undefined;
  return ticks.filter(({ value }) => {
    const at = place(value);
    if (last !== undefined && Math.abs(at - last) < TEXT + 1) return false;
    last = at;
    return true;
  });
}

/** The spans in which none of the directions has anything. */
function common(all: readonly (readonly Span[])[]): readonly Span[] {
  const [first = [], second] = all;
  if (second === undefined) return first;
  return first.flatMap((one) =>
    second.flatMap((other) => {
      const start = Math.max(one.start, other.start);
      const end = Math.min(one.end, other.end);
      return start < end ? [{ start, end }] : [];
    })
  );
}
