/**
 * The points of a line that are enough to draw it exactly.
 *
 * @module
 */

import type { Values } from "./measured.ts";

/**
 * M4: of the points in each column of pixels the first, the least, the greatest
 * and the last. The line through them covers the same pixels as the line
 * through all.
 *
 * @param points The points.
 * @param columnOf The column of a time.
 * @returns The places of these points, in pieces of the line: between two pieces
 * it is broken.
 * @param breaks Times at which the line is broken, ascending.
 */
export function decimated(
  { times, values }: Values<number>,
  columnOf: (time: number) => number,
  breaks: readonly number[],
): number[][] {
  const pieces: number[][] = [];
  let piece: number[] = [];
  let column = -1;
  let [first, least, greatest, last] = [0, 0, 0, 0];
  const close = () => {
    if (column < 0) return;
    const kept = [first, least, greatest, last].sort((a, b) => a - b);
    for (const at of kept) if (at !== piece.at(-1)) piece.push(at);
    column = -1;
  };
  let next = 0;
  for (const [at, time] of times.entries()) {
    let isBroken = false;
    while (next < breaks.length && breaks[next]! <= time) {
      isBroken ||= at > 0 && breaks[next]! > times[at - 1]!;
      next++;
    }
    const here = columnOf(time);
    if (isBroken || here !== column) close();
    if (isBroken && piece.length > 0) {
      pieces.push(piece);
      piece = [];
    }
    if (column < 0) {
      column = here;
      first =
        least =
        greatest =
        last =
          at;
      continue;
    }
    last = at;
    if (values[at]! < values[least]!) least = at;
    if (values[at]! > values[greatest]!) greatest = at;
  }
  close();
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}
