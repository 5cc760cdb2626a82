/**
 * How far a value is from what is usual.
 *
 * @module
 */

import { mad, MAD_TO_SIGMA, median } from "./robust.ts";

/**
 * How far a value is from what is usual.
 *
 * @example Usage
 * ```ts
 * import { type Deviation, deviation } from "@esmond/client/insight";
 *
 * const now: Deviation | undefined = deviation(8, [9, 9.1, 9.2]);
 * console.log(now?.usual, now?.z);
 * ```
 */
export interface Deviation {
  /** The median of the history, in the unit of the value. */
  readonly usual: number;
  /** How far values usually are from it, in that unit. */
  readonly scale: number;
  /** How many times the scale the value is above it; below 0 if under it. */
  readonly z: number;
}

/** Below this share of what is usual, differences are not looked at. */
const LEAST_SCALE = 0.02;

/**
 * How far a value is from what is usual, by robust statistics: with m the median
 * of the history, z = (x − m) / s, where s is the greatest of 1.4826 · MAD,
 * 0.02 · |m| and the resolution. A few outliers in the history change nothing;
 * mean and standard deviation they would blind.
 *
 * @param value The value, x.
 * @param history Values in the same unit; what is not finite is left out.
 * @param resolution The smallest difference that is measured, in that unit: the
 * width of a bucket for delays, 1 for counts.
 * @returns The deviation; `undefined` without a history.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { deviation } from "@esmond/client/insight";
 *
 * const { usual, z } = deviation(8, [9.1, 9.3, 9.2, 9.4, 9.0, 9.2, 2.0])!;
 * assertEquals([usual, z.toFixed(4)], [9.2, "-6.5217"]);
 * ```
 */
export function deviation(
  value: number,
  history: readonly number[],
  resolution = 0,
): Deviation | undefined {
  const norm = normOf(history, resolution);
  return norm && { ...norm, z: zOf(value, norm) };
}

/** What is usual, and how far values usually are from it. */
export type Norm = Omit<Deviation, "z">;

/** What is usual in a history; `undefined` of nothing. */
export function normOf(
  history: readonly number[],
  resolution: number,
): Norm | undefined {
  const usual = median(history);
  if (usual === undefined) return undefined;
  const spread = MAD_TO_SIGMA * mad(history, usual)!;
  const least = LEAST_SCALE * Math.abs(usual);
  // Nothing is divided by 0, of a history of zeros.
  const scale = Math.max(spread, least, resolution, Number.EPSILON);
  return { usual, scale };
}

/** How many times the scale a value is above what is usual. */
export function zOf(value: number, { usual, scale }: Norm): number {
  return (value - usual) / scale;
}
