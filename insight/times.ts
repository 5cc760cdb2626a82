/**
 * Times as the calculations take them.
 *
 * @module
 */

import { type Measured, timeOf } from "./point.ts";

/**
 * When something was recorded, in any order: seconds since 1970 UTC, or points,
 * of which only the time counts.
 *
 * @example Usage
 * ```ts
 * import type { Times } from "@esmond/client/insight";
 *
 * const times: Times = [1456790400, { ts: 1456790700, val: 0.002 }];
 * console.log([...times].length);
 * ```
 */
export type Times = Iterable<number | Measured<unknown>>;

/** Ascending, each once; what is not a finite number is left out. */
export function sortedTimes(times: Times): number[] {
  const seconds: number[] = [];
  let last = -Infinity;
  let isAscending = true;
  for (const each of times) {
    const time = typeof each === "number" ? each : timeOf(each);
    if (!Number.isFinite(time) || time === last) continue;
    if (time < last) isAscending = false;
    seconds.push(time);
    last = time;
  }
  return isAscending ? seconds : distinct(Float64Array.from(seconds).sort());
}

function distinct(sorted: Float64Array): number[] {
  const times: number[] = [];
  for (const time of sorted) if (time !== times.at(-1)) times.push(time);
  return times;
}

/** Two sorted lists as one, each time once. */
export function union(
  one: readonly number[],
  other: readonly number[],
): readonly number[] {
  if (other.length === 0) return one;
  if (one.length === 0) return other;
  const times: number[] = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    const [a, b] = [one[i] ?? Infinity, other[j] ?? Infinity];
    times.push(Math.min(a, b));
    if (a <= b) i++;
    if (b <= a) j++;
  }
  return times;
}

/** Where the first number is in a sorted list that is not below another. */
export function indexFrom(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the first time after a time is in a list sorted with each time once. */
export function indexAfter(times: readonly number[], time: number): number {
  const index = indexFrom(times, time);
  return times[index] === time ? index + 1 : index;
}

/** Times closer than half an interval as one: the first of them. */
export function firstOfEach(
  times: readonly number[],
  interval: number,
): number[] {
  const firsts: number[] = [];
  for (const time of times) {
    const first = firsts.at(-1);
    if (first === undefined || time - first >= interval / 2) firsts.push(time);
  }
  return firsts;
}

/** How many times say how far apart times are. */
const MEASURED = 500;

/** The spacings of the last 500 times before an index. */
export function spacingsOf(
  times: readonly number[],
  after = times.length,
): number[] {
  const spacings: number[] = [];
  for (let at = Math.max(1, after - MEASURED + 1); at < after; at++) {
    spacings.push(times[at]! - times[at - 1]!);
  }
  return spacings;
}
