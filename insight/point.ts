/**
 * Points as the calculations take them.
 *
 * @module
 */

import { isTime } from "../client/parameters.ts";

/**
 * A measured value and its time: a `DataPoint` of the library, a point as the
 * archive sends it, or one of your own.
 *
 * @example Usage
 * ```ts
 * import type { Measured } from "@esmond/client/insight";
 *
 * const points: Measured<number>[] = [
 *   { ts: 1456790400, val: 7016320000 },
 *   { ts: new Date("2016-03-01T02:00:00Z"), val: 6891200000 },
 * ];
 * console.log(points.length);
 * ```
 */
export interface Measured<V> {
  /** The time: a `Date`, or seconds since 1970 UTC. */
  readonly ts: Date | number | string;
  /** The value; what is missing or of another type is not counted. */
  readonly val?: V | null | undefined;
}

/**
 * Seconds since 1970 UTC, with their fraction; NaN if there is no time, or one
 * that archives do not keep.
 */
export function timeOf({ ts }: Measured<unknown>): number {
  const seconds = ts instanceof Date
    ? ts.getTime() / 1000
    : typeof ts === "string" && ts.trim() === ""
    ? NaN
    : Number(ts);
  return isTime(seconds) ? seconds : NaN;
}
