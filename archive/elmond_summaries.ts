/**
 * Elmond's roll-ups: loss is lost packets over sent packets, counts are summed,
 * everything else is a mean; statistics are means of the results' statistics.
 *
 * @module
 */

import { Fault } from "./answers.ts";
import { floatText } from "./python.ts";
import type { Row } from "./rows.ts";
import {
  binOf,
  bucketsOf,
  type Statistics,
  statisticsOf,
} from "./summaries.ts";

/**
 * Combines the rows of a window into JSON text; `undefined` if elmond omits the
 * window. There are no rows where all results failed.
 */
export type Combine = (rows: readonly Row[]) => string | undefined;

/**
 * Computes the roll-ups of a series.
 *
 * @param bins The beginnings of the windows, ascending.
 * @param seconds The window, above 0.
 * @param rows The rows, ascending.
 * @param combine Combines the rows of a window.
 * @returns The beginning of each window, and the JSON text of its value.
 */
export function rolledUp(
  bins: readonly number[],
  seconds: number,
  rows: Iterable<Row>,
  combine: Combine,
): [number, string][] {
  const inBins = new Map<number, Row[]>(bins.map((bin) => [bin, []]));
  for (const row of rows) inBins.get(binOf(row.ts, seconds))?.push(row);
  return [...inBins].flatMap(([bin, all]): [number, string][] => {
    const text = combine(all);
    return text === undefined ? [] : [[bin, text]];
  });
}

/**
 * The sum; 0 of nothing.
 *
 * @param scale What the stored numbers are multiplied by.
 */
export function sumOf(scale: number): Combine {
  return (rows) =>
    floatText(
      rows.reduce((sum, row) => sum + (measured(row, scale) ?? 0), 0) / scale,
    );
}

/**
 * The mean; nothing of nothing.
 *
 * @param scale What the stored numbers are multiplied by.
 */
export function meanOf(scale: number): Combine {
  return (rows) => {
    const value = mean(
      rows.flatMap((row) => {
        const number = measured(row, scale);
        return number === undefined ? [] : number / (Number(row.divisor) || 1);
      }),
    );
    return value === undefined ? undefined : floatText(value / scale);
  };
}

/**
 * The stored number of a row; `undefined` for what is not one. In a copy it may
 * be the value itself.
 */
function measured(
  { number, divisor }: Row,
  scale: number,
): number | undefined {
  if (number === null) return undefined;
  return Number(number) * (divisor === 0 ? scale : 1);
}

/**
 * Lost packets over sent packets; nothing if none were sent. Of a copy that
 * knows the rates alone, it is their mean.
 */
export const lossOf: Combine = (rows) => {
  if (rows.some(({ divisor }) => divisor === 0)) return meanOf(1)(rows);
  const sum = (read: (row: Row) => Row["number"]) =>
    rows.reduce((total, row) => total + Number(read(row)), 0);
  const sent = sum(({ divisor }) => divisor);
  return sent === 0 ? undefined : floatText(sum(({ number }) => number) / sent);
};

function mean(values: readonly number[]): number | undefined {
  return values.length === 0
    ? undefined
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}

type Name = keyof Statistics;

const NAMES: readonly Name[] = [
  "mode",
  "mean",
  "minimum",
  "maximum",
  "percentile-25",
  "median",
  "percentile-75",
  "percentile-95",
  "variance",
  "standard-deviation",
];

/** All that pScheduler reports of round trips, which have no histogram. */
const OF_ROUND_TRIPS: readonly Name[] = [
  "minimum",
  "mean",
  "maximum",
  "standard-deviation",
];

function namesFor(eventType: string): readonly Name[] {
  return eventType === "histogram-rtt" ? OF_ROUND_TRIPS : NAMES;
}

/**
 * The statistics of one result.
 *
 * @param eventType The event type.
 * @param json The histogram.
 * @returns JSON text; `undefined` for a histogram that has none.
 */
export function singleStatistics(
  eventType: string,
  json: string,
): string | undefined {
  const found = readableStatistics(json);
  if (!found) return undefined;
  const known = namesFor(eventType);
  return allNames((name) => {
    const value = known.includes(name) ? found[name] : undefined;
    return Array.isArray(value)
      ? `[${value.map(floatText).join(",")}]`
      : numberText(value);
  });
}

/** The statistics of a window; nulls where no result has any. */
export function combinedStatistics(
  eventType: string,
  rows: readonly Row[],
): string {
  const all = rows.flatMap(({ json }) => readableStatistics(json!) ?? []);
  const known = namesFor(eventType);
  return allNames((name) => {
    const values = known.includes(name)
      ? all.flatMap((one) => [one[name]].flat()[0] ?? [])
      : [];
    const text = numberText(COMBINED[name]?.(values) ?? mean(values));
    return name === "mode" ? `[${text}]` : text;
  });
}

const COMBINED: Partial<
  Record<Name, (values: readonly number[]) => number | undefined>
> = {
  "minimum": (values) => values.length > 0 ? Math.min(...values) : undefined,
  "maximum": (values) => values.length > 0 ? Math.max(...values) : undefined,
};

function allNames(textOf: (name: Name) => string): string {
  return `{${NAMES.map((name) => `"${name}":${textOf(name)}`).join(",")}}`;
}

function numberText(value: number | undefined): string {
  return value === undefined ? "null" : floatText(value);
}

/**
 * The statistics of a stored histogram; `undefined` for one without samples,
 * which is stored where no statistics were declared.
 */
function readableStatistics(json: string): Statistics | undefined {
  try {
    return statisticsOf(bucketsOf(json));
  } catch (error) {
    // Of a copy, counts may be anything.
    if (error instanceof Fault || error instanceof SyntaxError) return;
    throw error;
  }
}
