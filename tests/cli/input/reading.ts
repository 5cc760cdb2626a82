/** What becomes of the text of an input. */

import { assert } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import { type InputPoint, readPoints } from "../../../cli/input/points.ts";
import { readPieces } from "../../../cli/input/text.ts";
import type { InputFormat } from "../../../cli/names.ts";

/** 2016-03-01 00:00:00 UTC. */
export const TS = 1456790400;

/** The points of a text, which comes in two pieces. */
export async function pointsOf(
  text: string,
  format?: InputFormat,
): Promise<InputPoint[]> {
  const bytes = new TextEncoder().encode(text);
  const half = bytes.length >> 1;
  async function* chunks() {
    yield bytes.subarray(0, half);
    yield bytes.subarray(half);
  }
  const pieces = readPieces({ chunks: chunks(), name: "x" });
  return (await Array.fromAsync(readPoints(pieces, format))).flat();
}

/** Time, value and event type, as far as it is named. */
export async function read(
  text: string,
  format?: InputFormat,
): Promise<unknown[][]> {
  const points = await pointsOf(text, format);
  return points.map(({ ts, val, eventType }) => {
    const value: unknown = JSON.parse(val);
    return eventType === undefined ? [ts, value] : [ts, value, eventType];
  });
}

/** The message of what is refused, or why the last point is not stored. */
export async function problem(
  text: string,
  format?: InputFormat,
): Promise<string> {
  try {
    const { place, problem = "" } = (await pointsOf(text, format)).at(-1)!;
    return `${place}: ${problem}`;
  } catch (error) {
    assert(error instanceof UsageError, `${error}`);
    return error.message;
  }
}
