/**
 * Elmond's roll-ups: sums of counts, means of everything else; statistics are
 * the means of the statistics of the results.
 *
 * @module
 */

import type { SummaryType } from "../client/event_types.ts";
import { Fault } from "./answers.ts";
import { floatText } from "./python.ts";
import type { Row, Series } from "./store.ts";
import {
  binOf,
  bucketsOf,
  type Statistics,
  statisticsOf,
  statisticsText,
} from "./summaries.ts";

/**
 * Rolls the rows of a series up.
 *
 * @param series What the rows are of.
 * @param type The kind of roll-up.
 * @param seconds The window, above 0.
 * @param rows The rows, ascending.
 * @returns The beginning of each window that has rows, and the JSON text of its
 * value.
 */
export function summaryTexts(
  { info }: Series,
  type: SummaryType,
  seconds: number,
  rows: Iterable<Row>,
): [number, string][] {
  const combine = type === "statistics"
    ? combinedStatistics
    : type === "average" || info.valueClass === "percentage"
    ? meanOf
    : sumOf;
  const found: [number, string][] = [];
  let bin: Row[] = [];
  for (const row of rows) {
    const first = bin[0];
    if (first && binOf(first.ts, seconds) !== binOf(row.ts, seconds)) {
      found.push([binOf(first.ts, seconds), combine(bin)]);
      bin = [];
    }
    bin.push(row);
  }
  if (bin[0]) found.push([binOf(bin[0].ts, seconds), combine(bin)]);
  return found;
}

function sumOf(rows: Row[]): string {
  return floatText(rows.reduce((sum, row) => sum + fractionOf(row), 0));
}

function meanOf(rows: Row[]): string {
  return floatText(mean(rows.map(fractionOf)));
}

function fractionOf({ number, divisor }: Row): number {
  return Number(number) / Number(divisor);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function combinedStatistics(rows: Row[]): string {
  const all = rows.flatMap(({ json }) => readableStatistics(json!) ?? []);
  if (all.length === 0) return statisticsText(undefined);
  const meanBy = (read: (one: Statistics) => number | undefined) =>
    mean(all.flatMap((one) => read(one) ?? []));
  return statisticsText({
    "mode": [meanBy((one) => one.mode[0])],
    "mean": meanBy((one) => one.mean),
    "minimum": Math.min(...all.map((one) => one.minimum)),
    "maximum": Math.max(...all.map((one) => one.maximum)),
    "percentile-25": meanBy((one) => one["percentile-25"]),
    "median": meanBy((one) => one.median),
    "percentile-75": meanBy((one) => one["percentile-75"]),
    "percentile-95": meanBy((one) => one["percentile-95"]),
    "variance": meanBy((one) => one.variance),
    "standard-deviation": meanBy((one) => one["standard-deviation"]),
  });
}

/**
 * The statistics of a stored histogram, if it has any: those without samples
 * are stored where nobody asked for statistics.
 */
export function readableStatistics(json: string): Statistics | undefined {
  try {
    return statisticsOf(bucketsOf(json));
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
