/**
 * The newest point of a series.
 *
 * @module
 */

import type { DataPoint, EventType } from "../../mod.ts";
import type { Dialect } from "../../client/wire.ts";
import type { TimeWindow } from "./window.ts";
import { TOLERANCE } from "./clock.ts";

/** What was found of a series. */
export interface Found {
  /** Its newest point, if it has any in the window. */
  point?: DataPoint<unknown>;
  /** The latest time of a point that is not counted: it is in the future. */
  future?: number;
}

/** What is looked for. */
export interface Wanted {
  /** The window, in seconds since 1970 UTC. */
  window: TimeWindow;
  /** Whether the window ends now. */
  isOpen: boolean;
  /** Now, in seconds since 1970 UTC, by the clock of the archive. */
  now: number;
  /** Whose times of last writes can be relied on. */
  dialect: Dialect;
}

/** How far before the last write, or now, a point is looked for at first. */
const FIRST_WIDTH = 900;

/**
 * The window grows by this until it has a point, to a day and then to 96: what
 * has no point in 15 minutes mostly has few in a day.
 */
const GROWTH = 96;

/** So far into the future points are looked for, to tell of them. */
const AHEAD = 7 * 86_400;

/**
 * The newest point within a window that is not more than 60 s in the future.
 * Archives page oldest first, so that a short window is asked for, which grows
 * backwards until it has a point.
 */
export async function newestPoint(
  series: EventType<string, unknown>,
  { window, isOpen, now, dialect }: Wanted,
): Promise<Found> {
  // What elmond calls so is when the task was added.
  const updated = dialect === "esmond" ? series.timeUpdated : undefined;
  const last = Math.min(Math.floor(updated ?? window.end), window.end);
  const latest = now + TOLERANCE;
  const found: Found = {};
  let end = isOpen ? window.end + AHEAD : window.end;
  for (let width = FIRST_WIDTH;; width *= GROWTH) {
    const start = Math.max(window.start, last - width);
    const pages = series.streamPages({ timeStart: start, timeEnd: end });
    for await (const page of pages) {
      for (const point of page) {
        const { tsEpoch } = point;
        if (tsEpoch > latest) {
          found.future = Math.max(found.future ?? tsEpoch, tsEpoch);
        } else if (tsEpoch >= (found.point?.tsEpoch ?? -Infinity)) {
          found.point = point;
        }
      }
    }
    const isAll = start <= window.start || !series.isServed;
    if (found.point !== undefined || isAll) return found;
    end = start - 1;
  }
}

/**
 * Whether nothing was ever written: esmond says so. elmond's times are of
 * something else.
 */
export function isUnwritten(
  series: EventType<string, unknown>,
  dialect: Dialect,
): boolean {
  return dialect === "esmond" && series.toJSON()["time-updated"] === null;
}
