/**
 * Roll-ups: the bin of a point, sums of histograms, and the statistics of a
 * histogram, with the original's arithmetic.
 *
 * @module
 */

import { members } from "../client/json.ts";
import { Fault } from "./answers.ts";
import { floatText, parseFloatText } from "./python.ts";

/**
 * The second at which the bin of a point begins; window 0 has one bin for each
 * point.
 */
export function binOf(ts: number, window: number): number {
  return window === 0 ? ts : Math.floor(ts / window) * window + 0;
}

/** Buckets and their counts, in the order in which they were first seen. */
export type Buckets = Map<string, bigint>;

/**
 * Parses a stored histogram; the empty text and the empty list, which are
 * accepted too, have no buckets.
 */
export function bucketsOf(json: string): Buckets {
  const buckets: Buckets = new Map();
  for (const [bucket, count] of members(json)) {
    buckets.set(bucket, BigInt(count));
  }
  return buckets;
}

/** Adds a histogram to another one, `times` over. */
export function addBuckets(to: Buckets, from: Buckets, times = 1n): Buckets {
  for (const [bucket, count] of from) {
    to.set(bucket, (to.get(bucket) ?? 0n) + count * times);
  }
  return to;
}

/** A histogram as JSON text. */
export function bucketsText(buckets: Buckets): string {
  const parts: string[] = [];
  for (const [bucket, count] of buckets) {
    parts.push(`${JSON.stringify(bucket)}:${count}`);
  }
  return `{${parts.join(",")}}`;
}

/**
 * The statistics of a histogram, by wire name.
 */
export interface Statistics {
  /**
   * The buckets with the highest count, in the order in which they were posted.
   */
  "mode": number[];
  /** The mean. */
  "mean": number;
  /** The smallest bucket. */
  "minimum": number;
  /** The largest bucket. */
  "maximum": number;
  /** The lower quartile. */
  "percentile-25": number | undefined;
  /** The middle. */
  "median": number | undefined;
  /** The upper quartile. */
  "percentile-75": number | undefined;
  /** The 95th percentile. */
  "percentile-95": number | undefined;
  /** The variance, divided by the number of samples. */
  "variance": number;
  /** Its root. */
  "standard-deviation": number;
}

/**
 * The statistics of a histogram, or `undefined` if its buckets are not numbers.
 *
 * @throws {Fault} if there are no samples, or negative counts make the variance
 * negative.
 */
export function statisticsOf(buckets: Buckets): Statistics | undefined {
  const bars: Bar[] = [];
  let size = 0;
  let sum = 0;
  for (const [bucket, text] of buckets) {
    const value = parseFloatText(bucket);
    if (value === undefined || !Number.isFinite(value)) return undefined;
    const count = Number(text);
    bars.push({ value, count });
    size += count;
    sum += value * count;
  }
  if (size === 0) throw new Fault("statistics of a histogram without samples");
  const mean = sum / size;
  const sorted = bars.toSorted((a, b) => a.value - b.value);
  // Summed in the order of the buckets (the mean in the order of posting), as
  // in the original, to have the same last digits.
  const variance = sorted.reduce((total, { value, count }) => {
    const distance = value - mean;
    return total + distance * distance * count;
  }, 0) / size;
  if (variance < 0) throw new Fault("the counts give a negative variance");
  const highest = bars.reduce(
    (most, { count }) => Math.max(most, count),
    -Infinity,
  );
  const mode = bars.filter(({ count }) => count === highest)
    .map(({ value }) => value);
  return {
    mode,
    mean,
    "minimum": sorted[0]!.value,
    "maximum": sorted.at(-1)!.value,
    "percentile-25": percentile(sorted, size, 25),
    "median": percentile(sorted, size, 50),
    "percentile-75": percentile(sorted, size, 75),
    "percentile-95": percentile(sorted, size, 95),
    variance,
    "standard-deviation": Math.sqrt(variance),
  };
}

interface Bar {
  value: number;
  count: number;
}

/**
 * NIST's percentile: rank p/100·(n+1), between two samples by proportion,
 * beyond the ends the extreme.
 */
function percentile(
  sorted: Bar[],
  size: number,
  percent: number,
): number | undefined {
  const rank = percent / 100 * (size + 1);
  const whole = Math.floor(rank);
  if (whole <= 0) return sample(sorted, 1);
  if (whole >= size) return sample(sorted, size);
  const below = sample(sorted, whole);
  const above = sample(sorted, whole + 1);
  if (below === undefined || above === undefined) return undefined;
  return below + (rank - whole) * (above - below);
}

/** The n-th smallest sample; `undefined` where negative counts leave a gap. */
function sample(sorted: Bar[], n: number): number | undefined {
  let seen = 0;
  return sorted.find(({ count }) => (seen += count) >= n)?.value;
}

/**
 * Statistics as JSON text: every number a float, `{}` for buckets that are not
 * numbers.
 */
export function statisticsText(statistics: Statistics | undefined): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(statistics ?? {})) {
    if (value === undefined) continue;
    const text = Array.isArray(value)
      ? `[${value.map(floatText).join(",")}]`
      : floatText(value);
    parts.push(`"${name}":${text}`);
  }
  return `{${parts.join(",")}}`;
}
