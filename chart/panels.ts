/**
 * The panels of a picture: what is drawn in which, and on what axis.
 *
 * @module
 */

import { rateUnit } from "../insight/units.ts";
import { type Column, type Columns, columnsOf, type Drawn } from "./columns.ts";
import type { PlotData, PlotScale, PlotTest } from "./measured.ts";
import {
  type Axis,
  linearScale,
  logScale,
  lossScale,
  type Scale,
} from "./scale.ts";

/** One direction in a panel. */
export interface PanelSeries {
  /** Its test. */
  readonly test: PlotTest;
  /** What was measured in each column. */
  readonly columns: readonly Column[];
}

/** A panel: one quantity, in one direction or in both. */
export interface Panel {
  /** What is drawn. */
  readonly drawn: Drawn;
  /** What it is called, with the unit of its axis. */
  readonly name: string;
  /** What the tests are called. */
  readonly label: string;
  /** What the values are divided by. */
  readonly unit: number;
  /** One or two directions, the first from the source. */
  readonly series: readonly PanelSeries[];
}

/** The panels with data, in the order from top to bottom. */
export function panelsOf(data: PlotData, columns: Columns): Panel[] {
  return KINDS.flatMap(({ drawn, kindOf, nameOf }) => {
    const groups = new Map<string, { kind: string; series: PanelSeries[] }>();
    for (const test of data.tests) {
      const kind = kindOf(test);
      if (kind === undefined) continue;
      const found = columnsOf(test, drawn, columns, data.window);
      if (!found.some(({ n }) => n > 0)) continue;
      const series = { test, columns: found };
      const key = JSON.stringify([kind, test.label]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { kind, series: [series] });
      else group.series.push(series);
    }
    return [...groups.values()].map(({ kind, series }): Panel => {
      const [unit, name] = nameOf(greatest(series), kind);
      const label = series[0]!.test.label;
      const isOrdered = !series[0]!.test.isReverse;
      return {
        ...{ drawn, name, label, unit },
        series: isOrdered ? series : series.toReversed(),
      };
    });
  });
}

/** What is drawn, where a test has it, and its unit and name. */
interface Kind {
  drawn: Drawn;
  kindOf(test: PlotTest): string | undefined;
  nameOf(most: number, kind: string): [unit: number, name: string];
}

const LOSS_NAMES: Record<string, string> = {
  "one-way": "Packet loss",
  "round-trip": "Packet loss there and back",
  "udp-throughput": "Packet loss of UDP throughput",
};

const KINDS: readonly Kind[] = [
  {
    drawn: "throughput",
    kindOf: ({ throughput }) => throughput && "throughput",
    nameOf: (most) => {
      const [size, unit] = rateUnit(most);
      return [size, `Throughput, ${unit}`];
    },
  },
  {
    drawn: "retransmits",
    kindOf: ({ retransmits }) => retransmits && "retransmits",
    nameOf: () => [1, "Retransmits, segments of a run"],
  },
  {
    drawn: "loss",
    kindOf: ({ loss }) => loss?.kind,
    nameOf: (_, kind) => [1, LOSS_NAMES[kind]!],
  },
  {
    drawn: "delay",
    kindOf: ({ delay }) => delay && (delay.isRoundTrip ? "round" : "one-way"),
    nameOf: (_, kind) => [
      1,
      kind === "round" ? "Round-trip time, ms" : "One-way delay, ms",
    ],
  },
];

function greatest(series: readonly PanelSeries[]): number {
  let most = 0;
  for (const { columns } of series) {
    for (const { max } of columns) most = Math.max(most, max ?? 0);
  }
  return most;
}

/** The axis of a panel, in its unit. */
export function scaleOf(panel: Panel, scale: PlotScale, axis: Axis): Scale {
  const { drawn, unit } = panel;
  if (drawn === "loss") return lossScale(axis);
  const [low, high] = extremes(panel);
  if (drawn === "retransmits") {
    return linearScale(0, Math.max(high, 1), axis);
  }
  if (scale === "log" && high > 0) {
    return logScale((low > 0 ? low : high / 1000) / unit, high / unit, axis);
  }
  return drawn === "delay"
    ? linearScale(low, high, axis)
    : linearScale(Math.min(0, low), Math.max(high / unit, TINY), axis);
}

/** The axis of a throughput of 0 reaches to a bit per second. */
const TINY = 1;

/** The least and the greatest value that is drawn; above 0 if any is. */
function extremes({ drawn, series }: Panel): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { columns } of series) {
    for (const { min, p95, max } of columns) {
      if (min === undefined) continue;
      if (drawn === "delay" || min > 0) low = Math.min(low, min);
      high = Math.max(high, (drawn === "delay" ? p95 : max)!);
    }
  }
  return [low === Infinity ? high : low, high];
}

/** Whether delays are drawn that a logarithmic axis does not have. */
export function hasNoLogarithm({ tests }: PlotData): boolean {
  return tests.some(({ delay }) =>
    delay?.values.some(({ minimum }) => minimum !== undefined && minimum <= 0)
  );
}
