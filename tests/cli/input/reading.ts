/** What becomes of the text of an input. */

import { assertRejects } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import { readPoints } from "../../../cli/input/points.ts";
import type { InputFormat } from "../../../cli/names.ts";

/** 2016-03-01 00:00:00 UTC. */
export const TS = 1456790400;

/** Time, value and event type, as far as it is named. */
export async function read(
  text: string,
  format?: InputFormat,
): Promise<unknown[][]> {
  const points = await readPoints(text, format);
  return points.map(({ ts, val, eventType }) => {
    const value: unknown = JSON.parse(val);
    return eventType === undefined ? [ts, value] : [ts, value, eventType];
  });
}

/** The message of what is refused. */
export async function problem(
  text: string,
  format?: InputFormat,
): Promise<string> {
  const error = await assertRejects(() => readPoints(text, format), UsageError);
  return error.message;
}
