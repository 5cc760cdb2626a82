/**
 * Numbers that have been computed, held against numbers that were written down.
 *
 * @module
 */

import { assert } from "@std/assert";

/**
 * Asserts that a number is the expected one.
 *
 * @param within How far it may be off.
 */
export function assertClose(
  actual: number | undefined,
  expected: number,
  within = 1e-12,
): void {
  const isClose = actual !== undefined &&
    Math.abs(actual - expected) <= within;
  assert(isClose, `${actual} is not ${expected}, within ${within}`);
}
