/**
 * Medians of all windows of a series, without sorting each anew.
 *
 * @module
 */

import { indexFrom } from "./times.ts";

/**
 * The median of each window.
 *
 * @param values Finite numbers.
 * @param length How many values a window has.
 * @returns The medians of the windows that begin at 0, 1, 2, …; none if the
 * values are fewer.
 */
export function slidingMedians(
  values: readonly number[],
  length: number,
): number[] {
  if (values.length < length) return [];
  const window = values.slice(0, length).sort((a, b) => a - b);
  const medians = [middleOf(window)];
  for (let at = length; at < values.length; at++) {
    window.splice(indexFrom(window, values[at - length]!), 1);
    const value = values[at]!;
    window.splice(indexFrom(window, value), 0, value);
    medians.push(middleOf(window));
  }
  return medians;
}

function middleOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
