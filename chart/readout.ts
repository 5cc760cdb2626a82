/**
 * What was measured in a column, in words and in the cells of a table.
 *
 * @module
 */

import {
  formatDelay,
  formatNumber,
  formatPercent,
  formatRate,
} from "../insight/units.ts";
import type { Column, Columns, Drawn } from "./columns.ts";
import type { PlotData } from "./measured.ts";
import type { Panel } from "./panels.ts";
import { timeText } from "./time_ticks.ts";

/** What was measured in each panel at a time. */
export function columnText(
  { zone, title, reverseTitle }: PlotData,
  panels: readonly Panel[],
  columns: Columns,
  time: number,
): string {
  const from = columns.from(columns.of(time));
  const isBoth = panels.some(({ series }) => series.length > 1);
  const texts = panels.flatMap(({ drawn, series }) =>
    series.flatMap(({ test, columns: found }) => {
      const column = found.find((each) => each.from === from);
      if (column === undefined) return [];
      const whose = isBoth ? `${test.isReverse ? reverseTitle : title}, ` : "";
      return [`${whose}${SAID[drawn](column)}`];
    })
  );
  return [`${timeText(from, zone)} ${zone}`, ...texts].join(" · ");
}

const SAID: Record<Drawn, (column: Column) => string> = {
  throughput: ({ p50, n, outcome }) =>
    n === 0 ? `throughput ${outcome}` : formatRate(p50),
  retransmits: ({ max, n }) =>
    n === 0 ? "" : `${formatNumber(max)} retransmits`,
  loss: ({ loss, lost, sent, n, outcome }) =>
    n === 0
      ? `loss ${outcome}`
      : `loss ${formatPercent(loss)}${
        sent === undefined ? "" : ` (${lost} of ${sent})`
      }`,
  delay: ({ min, p50, p95, n, outcome }) =>
    n === 0
      ? `delay ${outcome}`
      : `delay ${formatDelay(p50)} (${formatDelay(min)} to ${
        formatDelay(p95)
      })`,
};

/** The heads of the columns of a table. */
export const HEADS: Record<Drawn, readonly string[]> = {
  throughput: numbers(),
  retransmits: numbers(),
  delay: numbers(),
  loss: ["from", "runs", "lost", "sent", "loss", "worst run", "outcome"],
};

function numbers(): string[] {
  return [
    ...["from", "runs", "minimum", "25 %", "median", "75 %", "95 %"],
    ...["maximum", "outcome"],
  ];
}

/** The cells of a column, in the unit of its panel. */
export function cellsOf(
  { drawn, unit }: Panel,
  column: Column,
  zone: string,
): string[] {
  const { from, n, outcome } = column;
  const text = (value: number | undefined) =>
    value === undefined ? "" : formatNumber(value / unit, 4);
  const share = (value: number | undefined) =>
    value === undefined ? "" : formatPercent(value);
  const { min, p25, p50, p75, p95, max, lost, sent, loss } = column;
  return [
    timeText(from, zone),
    String(n),
    ...drawn === "loss"
      ? [text(lost), text(sent), share(loss), share(max)]
      : [min, p25, p50, p75, p95, max].map(text),
    outcome,
  ];
}
