/**
 * The points of a page in the form in which a file stores them.
 *
 * @module
 */

import type { GivenKind, GivenPoint } from "../../archive/copies.ts";
import { givenValue, givenWhole } from "../../archive/given_value.ts";
import type { PointPage } from "../../client/point_pages.ts";

/** So many are made at a time: objects are much larger than their texts. */
const READY = 200;

/**
 * The points of a page.
 *
 * @param page The page, whose memory is used again after this.
 * @param kind What decides the form of their values.
 * @returns The points; those without a time have NaN.
 */
export function* givenPoints(
  page: PointPage<unknown>,
  kind: GivenKind,
): Generator<GivenPoint[], void, void> {
  for (let from = 0; from < page.length; from += READY) {
    const to = Math.min(page.length, from + READY);
    yield wholeNumbers(page, kind, from, to) ??
      page.points(from, to).map(({ tsEpoch, raw, text }) => ({
        ts: tsEpoch,
        ...givenValue(kind, raw, text),
      }));
  }
}

/** The same of whole numbers, from their bytes; `undefined` of others. */
function wholeNumbers(
  { numbers }: PointPage<unknown>,
  kind: GivenKind,
  from: number,
  to: number,
): GivenPoint[] | undefined {
  if (numbers === undefined) return undefined;
  const { bytes, seconds, spans } = numbers;
  const points: GivenPoint[] = [];
  for (let index = from; index < to; index++) {
    const [begin, end] = [spans[2 * index]!, spans[2 * index + 1]!];
    const value = givenWhole(kind, bytes, begin, end);
    if (value === undefined) return undefined;
    const { number, divisor, json } = value;
    points.push({ ts: seconds[index]!, number, divisor, json });
  }
  return points;
}
