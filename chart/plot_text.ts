/**
 * A link over time in the cells of a terminal.
 *
 * @module
 */

import { absentSpans, breaksOf } from "./absent.ts";
import { Dots } from "./braille.ts";
import { type Column, Columns } from "./columns.ts";
import { decimated } from "./decimate.ts";
import { harmless } from "./markup.ts";
import type { PlotData } from "./measured.ts";
import { type Panel, type PanelSeries, panelsOf, scaleOf } from "./panels.ts";
import { notesOf, titleOf, windowText } from "./plot_words.ts";
import type { Tick } from "./scale.ts";
import { stripRows } from "./strip.ts";
import { cells, cut, wrapped } from "./text_width.ts";
import { timeText, timeTicks } from "./time_ticks.ts";

/** What a terminal shows. */
export interface TerminalOptions {
  /** Its columns. */
  width: number;
  /** Whether it shows ASCII alone. */
  isAscii: boolean;
  /** Whether it shows colours. */
  hasColors: boolean;
}

/** The least and the greatest width that is drawn. */
export const TERMINAL_WIDTHS = [20, 300] as const;

/** The marks, with braille and without. */
const MARKS = {
  unicode: {
    axis: "┤",
    hatch: "░",
    none: "·",
    failed: "×",
    route: "◆",
    clock: "▲",
    losses: ["▁", "▂", "▄", "▆", "█"],
  },
  ascii: {
    axis: "|",
    hatch: "/",
    none: ".",
    failed: "x",
    route: "R",
    clock: "C",
    losses: ["1", "2", "3", "4", "5"],
  },
};

/** The losses below which the marks of loss are. */
const LOSSES = [1e-4, 1e-3, 1e-2, 1e-1];

/** How many rows of cells a panel has. */
const ROWS = { throughput: 5, retransmits: 2, loss: 1, delay: 5 };

/** Draws a link as lines of text. */
export function plotText(data: PlotData, options: TerminalOptions): string[] {
  return new TextPlot(data, options).lines();
}

class TextPlot {
  readonly #data: PlotData;
  readonly #options: TerminalOptions;
  readonly #label: number;
  readonly #count: number;
  readonly #marks: (typeof MARKS)["unicode"];

  constructor(data: PlotData, options: TerminalOptions) {
    const [least, most] = TERMINAL_WIDTHS;
    const width = Math.min(most, Math.max(least, options.width));
    this.#data = data;
    this.#options = { ...options, width };
    this.#label = width < 40 ? 6 : 10;
    this.#count = width - this.#label - 1;
    this.#marks = MARKS[options.isAscii ? "ascii" : "unicode"];
  }

  lines(): string[] {
    const data = this.#data;
    // Two dots are beside each other in a cell.
    const dots = new Columns(data.window, 2 * this.#count);
    const panels = panelsOf(data, dots);
    const cellColumns = new Columns(data.window, this.#count);
    const losses = panelsOf(data, cellColumns)
      .filter(({ drawn }) => drawn === "loss");
    return [
      ...this.#text(titleOf(data)),
      ...this.#text(windowText(data)),
      ...notesOf(data, dots).flatMap((note) => this.#text(note)),
      ...data.tests.flatMap((test) =>
        test.summary.flatMap((text) =>
          this.#text(`${this.#arrow(test.isReverse)}${test.label}: ${text}.`)
        )
      ),
      "",
      ...panels.filter(({ drawn }) => drawn !== "loss").flatMap((panel) =>
        panel.series.flatMap((series) => this.#panel(panel, series, dots))
      ),
      ...losses.flatMap((panel) =>
        panel.series.flatMap((series) => this.#loss(panel, series))
      ),
      ...this.#strip(),
      this.#times(),
      ...this.#happened(),
    ].map((line) => line.trimEnd());
  }

  /** Text of the archive in lines that fit. */
  #text(text: string): string[] {
    const shown = this.#options.isAscii ? inAscii(text) : harmless(text);
    return wrapped(shown, this.#options.width, cells);
  }

  #arrow(isReverse: boolean): string {
    const isBoth = this.#data.tests.some((test) => test.isReverse);
    return isBoth ? isReverse ? "← " : "→ " : "";
  }

  #nameOf(panel: Panel, { test }: PanelSeries, more = ""): string[] {
    const arrow = this.#arrow(test.isReverse);
    return this.#text(`${arrow}${panel.name}${more} (${panel.label})`);
  }

  /** The label of an axis. */
  #axis(text: string): string {
    const room = this.#label - 1;
    const shown = cut(text, room, cells);
    const safe = this.#options.isAscii ? shown.replace("…", "~") : shown;
    return `${" ".repeat(room - cells(safe))}${safe} ${this.#marks.axis}`;
  }

  #painted(text: string, color: number): string {
    return this.#options.hasColors && text.trim() !== ""
      ? `\x1b[${color}m${text}\x1b[0m`
      : text;
  }

  /** Where a test has nothing, by the cells. */
  #absent(test: PanelSeries["test"]): boolean[] {
    const columns = new Columns(this.#data.window, this.#count);
    const spans = absentSpans(test, this.#data.window);
    return Array.from({ length: this.#count }, (_, at) => {
      if (at >= columns.count) return false;
      const middle = (columns.from(at) + columns.from(at + 1)) / 2;
      return spans.some(({ start, end }) => start <= middle && middle < end);
    });
  }

  #panel(panel: Panel, series: PanelSeries, columns: Columns): string[] {
    const rows = ROWS[panel.drawn];
    const dots = new Dots(this.#count, rows);
    const axis = { from: dots.height - 1, to: 0, count: Math.max(2, rows) };
    const scale = scaleOf(panel, this.#data.scale, axis);
    // Where a window has fewer seconds than dots.
    const stretch = dots.width / columns.count;
    const x = (time: number) => Math.floor(columns.of(time) * stretch);
    const y = (value: number) => Math.round(scale.place(value / panel.unit));
    DRAW[panel.drawn]?.(series, { dots, x, y, columns });
    const absent = this.#absent(series.test);
    const hatch = this.#painted(this.#marks.hatch, 2);
    const cellRows = dots.rows(
      this.#options.isAscii,
      (column) => absent[column] ? hatch : " ",
    );
    const named = new Map(
      scale.ticks.map((
        tick,
      ) => [Math.floor(scale.place(tick.value) / 4), tick]),
    );
    const labels = labelsOf(named, rows);
    const more = panel.drawn === "delay" ? ": 25th to 75th percentile" : "";
    return [
      ...this.#nameOf(panel, series, more),
      ...cellRows.map((row, at) => this.#axis(labels[at] ?? "") + row.join("")),
    ];
  }

  #loss(panel: Panel, series: PanelSeries): string[] {
    const { none, failed, hatch, losses } = this.#marks;
    const hatched = this.#painted(hatch, 2);
    const row = this.#absent(series.test)
      .map((isAbsent) => isAbsent ? hatched : " ");
    const columns = new Columns(this.#data.window, this.#count);
    const stretch = this.#count / columns.count;
    const markOf = ({ loss, outcome }: Column) => {
      if (loss === 0) return none;
      if (loss !== undefined) {
        const at = LOSSES.findIndex((each) => loss < each);
        return this.#painted(losses.at(at)!, 31);
      }
      return outcome === "missing" ? hatched : this.#painted(failed, 31);
    };
    for (const column of series.columns) {
      const from = Math.floor(columns.of(column.from) * stretch);
      for (let at = from; at < from + Math.max(1, stretch - 1); at++) {
        if (at < row.length) row[at] = markOf(column);
      }
    }
    const key = [
      `${none} none`,
      ...["<0.01", "<0.1", "<1", "<10"].map((text, at) =>
        `${losses[at]} ${text} %`
      ),
      `${losses.at(-1)} more`,
      `${failed} failed`,
      `${hatch} no data`,
    ].join("  ");
    return [
      ...this.#nameOf(panel, series),
      this.#axis("") + row.join(""),
      ...this.#text(key),
    ];
  }

  #strip(): string[] {
    return stripRows(this.#data).map(({ name, kind, spans, marks }) => {
      const columns = new Columns(this.#data.window, this.#count);
      const row = new Array<string>(this.#count).fill(" ");
      const { hatch, ...signs } = this.#marks;
      const sign = kind === "missing" ? hatch : signs[kind];
      const { start, end } = this.#data.window;
      for (const span of spans) {
        const to = columns.of(Math.min(span.end - 1, end));
        for (let at = columns.of(Math.max(span.start, start)); at <= to; at++) {
          row[at] = sign;
        }
      }
      for (const { time } of marks) row[columns.of(time)] = sign;
      const shown = this.#options.isAscii ? inAscii(name) : name;
      return this.#axis(shown) + this.#painted(row.join("").trimEnd(), 31);
    });
  }

  /** The axis of time. */
  #times(): string {
    const { window: { start, end }, zone } = this.#data;
    const columns = new Columns(this.#data.window, this.#count);
    const ticks = timeTicks(start, end, zone, this.#count / 9);
    const from = this.#label + 1;
    let line = "";
    for (const { value, text } of ticks) {
      const middle = from + columns.of(value);
      const at = Math.max(0, middle - Math.floor(text.length / 2));
      if (at < line.length + 1 && line !== "") continue;
      if (at + text.length > this.#options.width) continue;
      line = line.padEnd(at) + text;
    }
    const isRoom = line.length + 2 + zone.length <= this.#options.width;
    return isRoom ? `${line}  ${zone}` : line;
  }

  /** What the marks of the strip are. */
  #happened(): string[] {
    const { routeChanges, clockSteps, zone } = this.#data;
    const { route, clock } = this.#marks;
    return [
      ...routeChanges.map((mark) => [route, mark] as const),
      ...clockSteps.map((mark) => [clock, mark] as const),
    ].flatMap(([sign, { time, text }]) =>
      this.#text(`${sign} ${timeText(time, zone)} ${zone}: ${text}`)
    );
  }
}

/** What draws a panel needs. */
interface Drawing {
  dots: Dots;
  columns: Columns;
  x(time: number): number;
  y(value: number): number;
}

type Draw = (series: PanelSeries, drawing: Drawing) => void;

const DRAW: Partial<Record<Panel["drawn"], Draw>> = {
  throughput: ({ test }, { dots, columns, x, y }) => {
    const { throughput } = test;
    if (throughput === undefined) return;
    const { times, values } = throughput;
    const breaks = breaksOf(test);
    for (
      const piece of decimated(throughput, (time) => columns.of(time), breaks)
    ) {
      let last = piece[0]!;
      for (const at of piece) {
        dots.line(
          ...[x(times[last]!), y(values[last]!)] as const,
          ...[x(times[at]!), y(values[at]!)] as const,
        );
        last = at;
      }
    }
  },
  retransmits: ({ columns }, { dots, x, y }) => {
    for (const { time, max } of columns) {
      if (max === undefined || max <= 0) continue;
      dots.line(x(time), dots.height - 1, x(time), y(max));
    }
  },
  delay: ({ columns, test }, { dots, x, y }) => {
    const breaks = breaksOf(test);
    const known = columns.filter(({ p50 }) => p50 !== undefined);
    for (const [at, { time, p25, p50, p75 }] of known.entries()) {
      dots.line(x(time), y(p25!), x(time), y(p75!));
      const next = known[at + 1];
      const isJoined = next !== undefined &&
        !breaks.some((each) => each > time && each < next.time);
      if (isJoined) dots.line(x(time), y(p50!), x(next.time), y(next.p50!));
    }
  },
};

/** The labels of rows: those of the first and the last, and where ticks are. */
function labelsOf(named: ReadonlyMap<number, Tick>, rows: number): string[] {
  return Array.from({ length: rows }, (_, at) => named.get(at)?.text ?? "");
}

/** Text without anything but ASCII. */
function inAscii(text: string): string {
  return harmless(text).replaceAll("→", "->").replaceAll("←", "<-")
    .replaceAll("⇄", "<->").replaceAll("…", "...")
    .replace(/[^\x20-\x7e]/g, "?");
}
