/**
 * Points of an input in batches of bounded size.
 *
 * @module
 */

import type { InputPoint } from "./fields.ts";

/** The most of a batch: points, and characters of their values. */
const MOST_POINTS = 10_000;
const MOST_TEXT = 1 << 23;

/** Points that are checked together, before the first of them is written. */
export interface Batch {
  /** The points. */
  points: InputPoint[];
  /** Whether the input ends with them. */
  isLast: boolean;
}

/** Gathers the points of pieces; even of an empty input there is a last batch. */
export async function* inBatches(
  pieces: AsyncIterable<InputPoint[]>,
): AsyncGenerator<Batch, void, void> {
  let points: InputPoint[] = [];
  let size = 0;
  for await (const piece of pieces) {
    for (const point of piece) {
      // Only another point tells that a full batch is not the last.
      if (points.length >= MOST_POINTS || size >= MOST_TEXT) {
        yield { points, isLast: false };
        [points, size] = [[], 0];
      }
      points.push(point);
      size += point.val.length;
    }
  }
  yield { points, isLast: true };
}
