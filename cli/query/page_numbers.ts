/**
 * The times and numbers of a page, without an object for each point.
 *
 * @module
 */

import type { PointPage } from "../../client/point_pages.ts";
import { plainNumber } from "../output/plain_number.ts";

/** The time of each point of a page, in seconds since 1970 UTC. */
export function timesOf(page: PointPage<unknown>): Iterable<number> {
  return page.values?.seconds ??
    page.points(0, page.length).map(({ tsEpoch }) => tsEpoch);
}

/**
 * Gives the time of each point of a page, and its value; NaN for what is not a
 * number.
 */
export function eachNumber(
  page: PointPage<unknown>,
  take: (second: number, value: number) => void,
): void {
  if (page.numbers === undefined) {
    for (const { tsEpoch, val } of page.points(0, page.length)) {
      take(tsEpoch, typeof val === "number" ? val : NaN);
    }
    return;
  }
  const { bytes, seconds, spans } = page.numbers;
  // Of one byte a character, pieces of the text are cheaper than of the page.
  let text: string | undefined;
  for (let at = 0; at < seconds.length; at++) {
    const [from, to] = [spans[2 * at]!, spans[2 * at + 1]!];
    let value = plainNumber(bytes, from, to);
    if (Number.isNaN(value)) {
      text ??= TEXT.decode(bytes);
      const isAscii = text.length === bytes.length;
      value = Number(
        isAscii ? text.slice(from, to) : TEXT.decode(bytes.subarray(from, to)),
      );
    }
    take(seconds[at]!, value);
  }
}

const TEXT = new TextDecoder();
