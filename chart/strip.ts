/**
 * The strip below the panels: runs that failed or are missing, changes of the
 * route, steps of clocks.
 *
 * @module
 */

import { failedSpans, missingSpans } from "./absent.ts";
import { element, escaped, type Markup } from "./markup.ts";
import type { Mark, PlotData, PlotTest, Span } from "./measured.ts";
import { textAt } from "./svg.ts";
import { timeText } from "./time_ticks.ts";

/** A row of the strip. */
export interface StripRow {
  /** What it is called. */
  name: string;
  /** The class of its marks. */
  kind: "failed" | "missing" | "route" | "clock";
  /** Its spans. */
  spans: readonly (Span & { text: string })[];
  /** Its moments. */
  marks: readonly Mark[];
}

/** The rows with anything in them. */
export function stripRows(data: PlotData): StripRow[] {
  const { tests, window, routeChanges, clockSteps } = data;
  const directions = [false, true].map((isReverse) =>
    tests.filter((test) => test.isReverse === isReverse)
  );
  const isBoth = directions.every(({ length }) => length > 0);
  const rows = (
    name: string,
    kind: "failed" | "missing",
    spansOf: (test: PlotTest) => Span[],
  ) =>
    directions.map((tests, at): StripRow => ({
      name: isBoth ? `${name} ${at === 0 ? "→" : "←"}` : name,
      kind,
      spans: tests.flatMap((test) =>
        spansOf(test)
          .filter(({ start, end }) => end > window.start && start < window.end)
          .map((span) => ({ ...span, text: test.label }))
      ),
      marks: [],
    }));
  return [
    ...rows("failed", "failed", failedSpans),
    ...rows("missing", "missing", missingSpans),
    { name: "route", kind: "route", spans: [], marks: routeChanges } as const,
    { name: "clock", kind: "clock", spans: [], marks: clockSteps } as const,
  ].filter(({ spans, marks }) => spans.length + marks.length > 0);
}

/** Where the strip is, in pixels. */
interface StripPlace {
  id: string;
  x(time: number): number;
  left: number;
  right: number;
  top: number;
  margin: number;
}

const HEIGHT = 20;

/** Draws the rows, {@linkcode HEIGHT} pixels each. */
export function drawStrip(
  rows: readonly StripRow[],
  place: StripPlace,
  { zone }: PlotData,
): Markup {
  const { id, x, left, right, top } = place;
  return rows.map(({ name, kind, spans, marks }, at) => {
    const y = top + at * HEIGHT;
    const told = (text: string) => element("title", {}, escaped(text));
    const bars = spans.map(({ start, end, text }) =>
      element(
        "rect",
        {
          class: kind === "missing" ? undefined : kind,
          fill: kind === "missing" ? `url(#${id}-hatch)` : undefined,
          x: x(start),
          y: y + 4,
          width: Math.max(1.5, x(end) - x(start)),
          height: 12,
        },
        told(
          `${text}: ${name}, ${timeText(start, zone)} to ${
            timeText(end, zone)
          }`,
        ),
      )
    );
    const moments = marks.map(({ time, text }) => {
      const d = kind === "route"
        ? `M${Math.round(x(time))},${y + 3}l6,7l-6,7l-6,-7z`
        : `M${Math.round(x(time))},${y + 3}l6,13h-12z`;
      return element(
        "path",
        { class: kind, d },
        told(`${timeText(time, zone)}: ${text}`),
      );
    });
    return element(
      "g",
      {},
      textAt({ x: left - 7, y: y + 14, class: "faint", anchor: "end" }, name),
      element("path", { class: "grid", d: `M${left},${y + 16.5}H${right}` }),
      ...bars,
      ...moments,
    );
  }).join("");
}
