/**
 * Numbers that an archive keeps with four decimals.
 *
 * @module
 */

import { FLOAT_SCALE } from "../../client/values.ts";

/**
 * The text of a number that an archive keeps as it is meant. It multiplies, and
 * cuts off the rest: of 0.57 it keeps 0.5699, because the product is a little
 * less than 5700. What it gives as 0.57 has to be sent as the next larger
 * number.
 *
 * @param text The number, in JSON.
 * @returns The same text, unless that would be kept as another number.
 */
export function keptText(text: string): string {
  const value = Number(text);
  const meant = Math.round(value * FLOAT_SCALE);
  const isKept = Math.trunc(value * FLOAT_SCALE) === meant;
  if (isKept || meant / FLOAT_SCALE !== value) return text;
  let next = value;
  while (Math.trunc(next * FLOAT_SCALE) !== meant) next = awayFromZero(next);
  return String(next);
}

/**
 * What an archive keeps of a number that has more decimals than four;
 * `undefined` if it keeps all of it.
 */
export function partKept(text: string): number | undefined {
  const kept = Math.trunc(Number(keptText(text)) * FLOAT_SCALE) / FLOAT_SCALE;
  return kept === Number(text) || !Number.isFinite(kept) ? undefined : kept;
}

/** The next number. */
function awayFromZero(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0);
}
