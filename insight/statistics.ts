/**
 * The `statistics` roll-ups of archives: scaled, and put together over a longer
 * time as far as that can be done.
 *
 * @module
 */

import type { Statistics } from "../client/value_shapes.ts";

/**
 * The statistics in another unit.
 *
 * @param statistics Statistics of a histogram, in the unit of its buckets.
 * @param factor What a bucket is multiplied by, as {@linkcode bucketFactor}
 * tells for milliseconds; the variance is multiplied by its square.
 * @returns The same statistics in the other unit; what is missing stays so.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scaleStatistics } from "@esmond/client/insight";
 *
 * assertEquals(
 *   scaleStatistics({ median: 312.5, mode: [310], variance: 4 }, 0.5),
 *   { median: 156.25, mode: [155], variance: 1 },
 * );
 * ```
 */
export function scaleStatistics(
  statistics: Statistics,
  factor: number,
): Statistics {
  const scaled = (value: number | null, by: number) =>
    value === null ? null : Number((value * by).toPrecision(15));
  return Object.fromEntries(
    Object.entries(statistics).map(([name, value]) => {
      const by = name === "variance" ? factor * factor : factor;
      if (Array.isArray(value)) {
        return [name, value.map((each) => scaled(each, by))];
      }
      return [name, typeof value === "number" ? scaled(value, by) : value];
    }),
  );
}

/**
 * What statistics of several bins tell of all of them.
 *
 * @example Usage
 * ```ts
 * import { type BinStatistics, combineStatistics } from "@esmond/client/insight";
 *
 * const week: BinStatistics = combineStatistics([{ median: 24.6 }, { median: 31 }]);
 * console.log(`median of bins ${week.lowestMedian} to ${week.highestMedian} ms`);
 * ```
 */
export interface BinStatistics {
  /** How many bins have any of these. */
  readonly bins: number;
  /** The least minimum; `undefined` if no bin has one, as below. */
  readonly minimum: number | undefined;
  /** The greatest maximum. */
  readonly maximum: number | undefined;
  /** The lowest of the bins' medians: the median of all is not below it. */
  readonly lowestMedian: number | undefined;
  /** The highest of the bins' medians: the median of all is not above it. */
  readonly highestMedian: number | undefined;
}

/**
 * Puts statistics of bins together. Extremes are exact; percentiles of a longer
 * time cannot be had without the histograms, so that there is only the range of
 * the medians.
 *
 * @param bins The statistics of each bin, in one unit; empty ones do not count.
 * @returns Extremes, and the range of the medians, in that unit.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { combineStatistics } from "@esmond/client/insight";
 *
 * const { minimum, lowestMedian, highestMedian } = combineStatistics([
 *   { minimum: 24.5, median: 24.6 },
 *   { minimum: 24.7, median: 30.9 },
 *   {},
 * ]);
 * assertEquals([minimum, lowestMedian, highestMedian], [24.5, 24.6, 30.9]);
 * ```
 */
export function combineStatistics(
  bins: Iterable<Statistics | null | undefined>,
): BinStatistics {
  const minimum = new Range();
  const maximum = new Range();
  const median = new Range();
  let count = 0;
  for (const bin of bins) {
    const had = [
      minimum.take(bin?.minimum),
      maximum.take(bin?.maximum),
      median.take(bin?.median),
    ];
    if (had.includes(true)) count++;
  }
  return {
    bins: count,
    minimum: minimum.low,
    maximum: maximum.high,
    lowestMedian: median.low,
    highestMedian: median.high,
  };
}

/** The extremes of the numbers that it was given. */
class Range {
  low: number | undefined;
  high: number | undefined;

  /** Whether the value is one to count. */
  take(value: number | null | undefined): boolean {
    if (typeof value !== "number" || !Number.isFinite(value)) return false;
    this.low = Math.min(this.low ?? value, value);
    this.high = Math.max(this.high ?? value, value);
    return true;
  }
}
