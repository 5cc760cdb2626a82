/**
 * Histograms as archives keep them: read by number, merged by count, and what
 * can be told of the samples in them.
 *
 * @module
 */

/**
 * A histogram as an archive sends it: counts by bucket, which is the text of a
 * number.
 *
 * @example Usage
 * ```ts
 * import type { HistogramValue } from "@esmond/client/insight";
 *
 * const delay: HistogramValue = { "24.6": 598, "24.7": 2 };
 * console.log(delay);
 * ```
 */
export type HistogramValue = Readonly<Record<string, number>>;

/**
 * A histogram that has been read: its buckets are numbers in ascending order.
 *
 * @example Usage
 * ```ts
 * import { type Histogram, readHistogram } from "@esmond/client/insight";
 *
 * const delay: Histogram = readHistogram({ "100.2": 1, "9.5": 2 });
 * console.log(delay.minimum, delay.maximum, delay.count); // 9.5 100.2 3
 * ```
 */
export interface Histogram {
  /** Each value, and how many samples had it (above 0); ascending. */
  readonly buckets: readonly (readonly [value: number, count: number])[];
  /** How many samples there are. */
  readonly count: number;
  /** The least value; `undefined` without samples. */
  readonly minimum: number | undefined;
  /** The greatest value; `undefined` without samples. */
  readonly maximum: number | undefined;
  /** The mean of the samples; `undefined` without any. */
  readonly mean: number | undefined;
  /**
   * How many buckets were left out: their name, or their count, is not a finite
   * number, or the count is negative.
   */
  readonly ignored: number;
}

/**
 * Reads a histogram. Buckets are sorted by number (`"9.5"` before `"31.11"`),
 * may be negative, and are multiplied by the factor.
 *
 * @param value Counts by bucket; nothing is an empty histogram.
 * @param factor What a bucket is multiplied by, as {@linkcode bucketFactor}
 * tells for milliseconds.
 * @returns The histogram, in the unit of the buckets times the factor.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readHistogram } from "@esmond/client/insight";
 *
 * const delay = readHistogram({ "312.5": 3, "98": 1, "late": 1 }, 0.1);
 * assertEquals(delay.buckets, [[9.8, 1], [31.25, 3]]);
 * assertEquals(delay.ignored, 1);
 * ```
 */
export function readHistogram(
  value: HistogramValue | null | undefined,
  factor = 1,
): Histogram {
  return mergeHistograms([value], factor);
}

/**
 * Adds histograms up, so that percentiles can be taken over all of their
 * samples: those of the parts cannot be averaged.
 *
 * @param histograms Histograms as an archive sends them, or ones that have been
 * read; nothing is an empty one.
 * @param factor What the buckets of those that have not been read are
 * multiplied by.
 * @returns All samples in one histogram.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mergeHistograms, percentile } from "@esmond/client/insight";
 *
 * const first = { "10": 90, "11": 9, "50": 1 };
 * const second = { "20": 5, "30": 5 };
 * const all = mergeHistograms([first, second]);
 * assertEquals(all.count, 110);
 * assertEquals(percentile(all, 95), 30); // the mean of the two would be 20.5
 * ```
 */
export function mergeHistograms(
  histograms: Iterable<Histogram | HistogramValue | null | undefined>,
  factor = 1,
): Histogram {
  const counts = new Map<number, number>();
  let ignored = 0;
  const add = (value: number, count: number) => {
    if (Number.isFinite(value) && Number.isFinite(count) && count >= 0) {
      if (count > 0) counts.set(value, (counts.get(value) ?? 0) + count);
    } else ignored++;
  };
  for (const each of histograms) {
    if (isRead(each)) {
      ignored += each.ignored;
      for (const [value, count] of each.buckets) add(value, count);
    } else {
      for (const [name, count] of Object.entries(each ?? {})) {
        add(times(numberOf(name), factor), count);
      }
    }
  }
  return histogramOf(counts, ignored);
}

function isRead(
  value: Histogram | HistogramValue | null | undefined,
): value is Histogram {
  // An archive can name a bucket so, too, but not with a list of pairs.
  const buckets: unknown = value?.["buckets"];
  return Array.isArray(buckets) && buckets.every(Array.isArray) &&
    typeof value?.["count"] === "number";
}

/** The number that a bucket is named by; NaN if its name is not a number. */
function numberOf(name: string): number {
  // `Number` takes "" for 0, and "0x10" for 16.
  return /\d/.test(name) && !/[xob]/i.test(name) ? Number(name) : NaN;
}

/** Without the last digits, in which 3 × 0.1 is not 0.3. */
function times(value: number, factor: number): number {
  return factor === 1 ? value : Number((value * factor).toPrecision(15));
}

function histogramOf(
  counts: ReadonlyMap<number, number>,
  ignored: number,
): Histogram {
  const buckets = [...counts].sort(([a], [b]) => a - b);
  let count = 0;
  let sum = 0;
  for (const [value, samples] of buckets) {
    count += samples;
    sum += value * samples;
  }
  return {
    buckets,
    count,
    minimum: buckets[0]?.[0],
    maximum: buckets.at(-1)?.[0],
    mean: count > 0 ? sum / count : undefined,
    ignored,
  };
}

/**
 * A percentile of samples: with n of them in order, the value at rank
 * p/100 · (n + 1), interpolated between neighbours and clamped to the extremes.
 * It is what esmond's `statistics` roll-ups and Python's
 * `statistics.quantiles(method="exclusive")` compute; the 50th is the median.
 *
 * @param samples A histogram, read or as an archive sends it, or a list of
 * numbers in any order; what is not a finite number is left out.
 * @param p Which percentile, from 0 to 100.
 * @returns The percentile, in the unit of the samples; `undefined` if there are
 * none.
 * @throws {RangeError} when `p` is not within 0 and 100.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { percentile } from "@esmond/client/insight";
 *
 * assertEquals(percentile({ "31.11": 1, "9.5": 2, "100.2": 1 }, 50), 20.305);
 * assertEquals(percentile([9.1, 2, 9.4], 50), 9.1);
 * ```
 */
export function percentile(
  samples: Histogram | HistogramValue | readonly number[],
  p: number,
): number | undefined {
  if (!(p >= 0 && p <= 100)) {
    throw new RangeError(`a percentile is from 0 to 100, not ${p}`);
  }
  return isList(samples)
    ? ofList(samples, p)
    : ofHistogram(isRead(samples) ? samples : readHistogram(samples), p);
}

function isList(
  samples: Histogram | HistogramValue | readonly number[],
): samples is readonly number[] {
  return Array.isArray(samples);
}

function ofList(samples: readonly number[], p: number): number | undefined {
  const sorted = samples.filter(Number.isFinite).sort((a, b) => a - b);
  return atRank(sorted.length, p, (rank) => sorted[rank - 1]!);
}

function ofHistogram(
  { buckets, count }: Histogram,
  p: number,
): number | undefined {
  return atRank(count, p, (rank) => {
    let upTo = 0;
    for (const [value, samples] of buckets) {
      upTo += samples;
      if (upTo >= rank) return value;
    }
    return buckets.at(-1)![0];
  });
}

/**
 * @param n How many samples there are.
 * @param p Which percentile.
 * @param sampleAt The sample of a rank, from 1 to n.
 */
function atRank(
  n: number,
  p: number,
  sampleAt: (rank: number) => number,
): number | undefined {
  if (n === 0) return undefined;
  // In this order, because p / 100 has no exact value where p · (n + 1) has.
  const rank = Math.min(Math.max(p * (n + 1) / 100, 1), Math.max(n, 1));
  const below = Math.floor(rank);
  const low = sampleAt(below);
  return rank === below
    ? low
    : low + (rank - below) * (sampleAt(below + 1) - low);
}

/**
 * Jitter: how far the 95th percentile is above the median, so that neither the
 * distance nor a single late packet counts.
 *
 * @param samples As {@linkcode percentile} takes them.
 * @returns The difference, in the unit of the samples; `undefined` if there are
 * none.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jitter } from "@esmond/client/insight";
 *
 * assertEquals(jitter({ "10": 90, "11": 9, "50": 1 }), 1);
 * ```
 */
export function jitter(
  samples: Histogram | HistogramValue | readonly number[],
): number | undefined {
  const median = percentile(samples, 50);
  return median === undefined ? undefined : percentile(samples, 95)! - median;
}
