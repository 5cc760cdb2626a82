/**
 * Statistics that a few outliers do not move.
 *
 * @module
 */

/**
 * The median: half of the values are below it, half above.
 *
 * @param values Numbers in any order; what is not finite is left out.
 * @returns The middle one, or the mean of the two in the middle, in the unit of
 * the values; `undefined` if there are none.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { median } from "@esmond/client/insight";
 *
 * assertEquals(median([24.5, 24.6, 90, 24.7]), 24.65);
 * assertEquals(median([]), undefined);
 * ```
 */
export function median(values: Iterable<number>): number | undefined {
  const finite: number[] = [];
  for (const value of values) if (Number.isFinite(value)) finite.push(value);
  // Sorts by number without calling back, and faster.
  const sorted = new Float64Array(finite).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return (sorted[middle - 1]! + upper) / 2;
}

/**
 * The median absolute deviation: the median of how far each value is from the
 * middle. Times {@linkcode MAD_TO_SIGMA} it estimates the standard deviation of
 * values that are normally distributed but for outliers.
 *
 * @param values Numbers in any order; what is not finite is left out.
 * @param middle From where to measure; the median of the values by default.
 * @returns The deviation, in the unit of the values; `undefined` if there are
 * none.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mad } from "@esmond/client/insight";
 *
 * assertEquals(mad([7200, 7260, 7100, 7300, 7150, 7250, 7190, 14500]), 55);
 * ```
 */
export function mad(
  values: readonly number[],
  middle: number | undefined = median(values),
): number | undefined {
  if (middle === undefined) return undefined;
  return median(values.map((value) => Math.abs(value - middle)));
}

/** 1 / Φ⁻¹(3/4): what a MAD is multiplied by, for a standard deviation. */
export const MAD_TO_SIGMA = 1.4826;
