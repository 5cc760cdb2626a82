/**
 * The points in an answer, each with its exact text.
 *
 * @module
 */

import { type HttpAnswer, readList } from "./http.ts";
import { elements } from "./json.ts";
import { secondsOf } from "./parameters.ts";
import type { JsonValue, WirePoint } from "./wire.ts";

/** One point of a series. */
export interface SeriesPoint {
  /** Time and value; the time is NaN if the archive sent none that can be read. */
  point: WirePoint;
  /** The exact JSON text of the point, or of its value where that is a number. */
  text: string;
}

/**
 * The points of a page.
 *
 * @throws {ArchiveResponseError} when the answer is no JSON array.
 */
export function readPoints(answer: HttpAnswer, received = 0): SeriesPoint[] {
  const numbers = readNumbers(answer.text);
  if (numbers !== undefined) return numbers;
  const values = readList(answer, received);
  const texts = elements(answer.text);
  return values.map((value, index) => readPoint(value, texts[index]!));
}

/** What most pages are made of: a time and a number, and what stands behind them. */
const NUMBER_POINT =
  /[ \t\r\n]*\{[ \t\r\n]*"ts"[ \t\r\n]*:[ \t\r\n]*(-?(?:0|[1-9]\d{0,14}))[ \t\r\n]*,[ \t\r\n]*"val"[ \t\r\n]*:[ \t\r\n]*(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)[ \t\r\n]*\}[ \t\r\n]*([,\]])/y;

/** The points of a page of nothing but numbers, several times as fast as `JSON.parse`; `undefined` for any other page. */
function readNumbers(text: string): SeriesPoint[] | undefined {
  const begin = /^[ \t\r\n]*\[/.exec(text);
  if (begin === null) return undefined;
  const points: SeriesPoint[] = [];
  NUMBER_POINT.lastIndex = begin[0].length;
  for (;;) {
    const at = NUMBER_POINT.lastIndex;
    const found = NUMBER_POINT.exec(text);
    if (found === null) return undefined;
    const val = found[2]!;
    points.push({
      point: { ts: Number(found[1]), val: Number(val) },
      text: val,
    });
    if (found[3] === "]") {
      const end = NUMBER_POINT.lastIndex;
      return at < end && isBlank(text, end) ? points : undefined;
    }
  }
}

function isBlank(text: string, from: number): boolean {
  return /^[ \t\r\n]*$/.test(text.slice(from));
}

/** A point, whatever the archive made of it: what is no object is a value without a time. */
function readPoint(value: unknown, text: string): SeriesPoint {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { point: { ts: NaN, val: value as JsonValue }, text };
  }
  const point = value as WirePoint;
  return typeof point.ts === "number"
    ? { point, text }
    : { point: { ...point, ts: secondsOf(point.ts) }, text };
}
