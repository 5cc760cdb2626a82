/**
 * Reads a series, and posts its points in batches: each second once.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import type { ProgressState } from "../export/progress_line.ts";
import type { DataPoint } from "../../mod.ts";
import type { AddressedPoint } from "../input/destination.ts";
import type { Leftovers } from "../input/leftovers.ts";
import type { CopyJob } from "./jobs.ts";
import type { CopySettings } from "./settings.ts";

/** The most of a batch: points, and characters of their values. */
const MOST_POINTS = 5000;
const MOST_TEXT = 1 << 22;

/** What posting a series needs. */
export interface PostingSeries {
  /** What was asked for. */
  settings: Pick<CopySettings, "window">;
  /** Gets the points that the archive cannot have. */
  leftovers: Leftovers;
  /** Counts what is done. */
  state: ProgressState;
  /** Stores points. */
  send(points: readonly AddressedPoint[]): Promise<void>;
  /** Counts points without a value. */
  empty(): unknown;
}

/** What becomes of a point. */
type Fate = "taken" | "empty" | "again" | "second";

/**
 * Tells what an archive can have of a series, point by point: the first of each
 * second, and no values that say nothing.
 */
export function sieve(
  eventType: string,
): (point: Pick<DataPoint<unknown>, "tsEpoch" | "text">) => Fate {
  let last: { tsEpoch: number; text: string } | undefined;
  return ({ tsEpoch, text }) => {
    if (isEmpty(eventType, text)) return "empty";
    if (last?.tsEpoch === tsEpoch) {
      return last.text === text ? "again" : "second";
    }
    last = { tsEpoch, text };
    return "taken";
  };
}

/**
 * Copies a series.
 *
 * @param job The series.
 * @param key The key of its test.
 * @param target The key of that in the archive that it is copied to.
 * @returns The last second that has a point.
 */
export async function postSeries(
  job: CopyJob,
  key: string,
  target: string,
  { settings, leftovers, state, send, empty }: PostingSeries,
): Promise<number | undefined> {
  const { start, end } = settings.window;
  const { eventType } = job.name;
  const fateOf = sieve(eventType);
  let held: AddressedPoint[] = [];
  let size = 0;
  let last: number | undefined;
  const flush = async () => {
    if (held.length > 0) await send(held);
    state.points += held.length;
    [held, size] = [[], 0];
  };
  const pages = job.series.streamPages({ timeStart: start, timeEnd: end });
  for await (const page of pages) {
    for (const { tsEpoch, text } of page) {
      const point = {
        ...{ place: "", key, target, eventType },
        ...{ ts: tsEpoch, val: text, test: job.test },
      };
      const fate = fateOf({ tsEpoch, text });
      if (fate === "empty") empty();
      else if (fate === "second") {
        leftovers.add(point, "an archive keeps one value a second");
      } else if (fate === "taken") {
        held.push(point);
        size += text.length;
        last = tsEpoch;
      }
    }
    if (held.length >= MOST_POINTS || size >= MOST_TEXT) await flush();
  }
  await flush();
  return last;
}

/** What elmond shows of results that have no such value. */
function isEmpty(eventType: string, text: string): boolean {
  const valueClass = eventTypeInfo(eventType)?.valueClass;
  return text === "null" && valueClass !== "json" ||
    text === "[]" && valueClass === "subinterval";
}
