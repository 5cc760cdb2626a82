/**
 * Watching an archive: new points as they arrive.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import type { EventType, Summary } from "./data.ts";
import type { DataPoint } from "./data_point.ts";
import { DEFAULT_EVERY, DEFAULT_OVERLAP } from "./defaults.ts";
import { FilterError } from "./errors.ts";
import type { ApiFilters } from "./filters.ts";
import { sameWindow } from "./list.ts";
import { eachOnce, look } from "./looks.ts";
import { findTests, type Metadata } from "./metadata.ts";
import { METADATA_FILTERS, TIME_FILTERS, windowOf } from "./parameters.ts";
import { sleep } from "./retry.ts";
import { onAbort } from "./signals.ts";

/**
 * How `watch()` watches an archive.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, type WatchOptions } from "@esmond/client";
 *
 * const options: WatchOptions = { every: 10, overlap: 7200, signal: AbortSignal.timeout(1000) };
 * const conn = new ApiConnect("http://archive.example.net/");
 * for await (const { eventType, point } of conn.watch(options)) {
 *   console.log(eventType.eventType, point.ts, point.text);
 * }
 * ```
 */
export interface WatchOptions {
  /**
   * Seconds between two looks at the archive, from 1 to 86400. While it is
   * away, they double up to five minutes.
   *
   * @default {30}
   */
  every?: number;
  /**
   * How late a point may arrive, in seconds after its time; later ones are not
   * seen. Each look reads the points of this time again.
   *
   * @default {3600}
   */
  overlap?: number;
  /** Ends the loop when it fires, without an error. */
  signal?: AbortSignal;
  /**
   * Waits so many milliseconds between two looks, or until the signal fires;
   * a timer if absent. For tests that do not wait.
   */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * A point that has arrived, and what it is of.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters, type WatchedPoint } from "@esmond/client";
 *
 * const shown = ({ test, eventType, point }: WatchedPoint) =>
 *   `${test.source} ${test.destination} ${eventType.eventType} ${point.tsText} ${point.text}`;
 * const filters = new ApiFilters({ eventType: "throughput", timeStart: new Date("2016-03-01") });
 * for await (const each of new ApiConnect("http://archive.example.net/", filters).watch()) {
 *   console.log(shown(each));
 *   break; // or it goes on for ever
 * }
 * ```
 */
export interface WatchedPoint {
  /** The test. */
  test: Metadata;
  /** Its event type. */
  eventType: EventType;
  /** The roll-up, if roll-ups are watched. */
  summary?: Summary;
  /** The point; of a roll-up, with the time at which its window starts. */
  point: DataPoint;
}

/** Rarest looks, in seconds: longer timers fire at once. */
export const MAX_EVERY = 86_400;

/**
 * New points as they arrive.
 *
 * @throws {FilterError} for options out of range, and for filters with an end.
 */
export function watch(
  connection: Connection,
  options: WatchOptions,
): AsyncGenerator<WatchedPoint, void, void> {
  const { every = DEFAULT_EVERY, overlap = DEFAULT_OVERLAP } = options;
  if (!(every >= 1 && every <= MAX_EVERY)) {
    throw new FilterError(
      "every",
      `every is ${every}: give seconds, from 1 to ${MAX_EVERY}`,
    );
  }
  if (!(overlap >= 0 && overlap < Infinity)) {
    throw new FilterError(
      "overlap",
      `overlap is ${overlap}: give seconds, 0 or more`,
    );
  }
  const since = startOf(connection.filters);
  return watched(connection, { ...options, every, overlap }, since);
}

/**
 * Where the time filters begin, if they do.
 *
 * @throws {FilterError} if they have an end.
 */
function startOf({ timeFilters }: ApiFilters): number | undefined {
  const { start, end } = windowOf(timeFilters);
  if (end !== undefined) {
    const property = timeFilters[TIME_FILTERS.time] !== undefined
      ? "time"
      : timeFilters[TIME_FILTERS.timeEnd] !== undefined
      ? "timeEnd"
      : "timeRange";
    throw new FilterError(
      property,
      `${property} gives the window an end, and watch() has none: leave it out`,
    );
  }
  const range = timeFilters[TIME_FILTERS.timeRange];
  return start ??
    (range === undefined ? undefined : Math.floor(Date.now() / 1000) - range);
}

async function* watched(
  connection: Connection,
  { every, overlap, signal, wait = sleep }:
    & WatchOptions
    & Required<Pick<WatchOptions, "every" | "overlap">>,
  since: number | undefined,
): AsyncGenerator<WatchedPoint, void, void> {
  const ended = new AbortController();
  const ending = [signal, connection.signal]
    .filter((each) => each !== undefined);
  const end = onAbort(ending, (reason) => ended.abort(reason));
  const archive = connection.with({
    signal: ended.signal,
    warn: eachOnce((line) => connection.warn(line)),
  });
  const { metadataFilters } = connection.filters; // they may be changed later
  const { seriesOf, window } = chooser(metadataFilters);
  const news = look({
    listTests: (start) =>
      findTests(archive, metadataFilters, { [TIME_FILTERS.timeStart]: start }),
    seriesOf,
    window,
    ...(since === undefined ? {} : { since }),
    overlap: Math.ceil(overlap),
    every,
    concurrency: connection.concurrency,
    clocks: () => {
      const { date } = connection.gate;
      return {
        archive: date === undefined ? undefined : new Date(date),
        own: new Date(),
      };
    },
    wait: (ms) => wait(ms, ended.signal),
    isEnded: () => signal?.aborted ?? false,
    warn: (line) => connection.warn(line),
  });
  try {
    for await (const { of: { test, eventType, summary }, points } of news) {
      for (const point of points) {
        yield { test, eventType, ...(summary ? { summary } : {}), point };
      }
    }
  } finally {
    end();
    ended.abort();
  }
}

/** A series that the filters choose. */
interface Chosen {
  test: Metadata;
  eventType: EventType;
  summary?: Summary;
  series: EventType | Summary;
}

/** What the filters choose of a test. */
function chooser(filters: Record<string, string | number>): {
  seriesOf: (test: Metadata) => Generator<Chosen, void, void>;
  window: number;
} {
  const [name, type, seconds] = [
    METADATA_FILTERS.eventType,
    METADATA_FILTERS.summaryType,
    METADATA_FILTERS.summaryWindow,
  ].map((filter) => filters[filter] ?? "");
  return {
    window: Number(seconds) || (type === "" ? 0 : LONGEST_WINDOW),
    *seriesOf(test) {
      for (const eventType of test.getAllEventTypes()) {
        if (name !== "" && eventType.eventType !== name) continue;
        if (type === "" && seconds === "") {
          yield { test, eventType, series: eventType };
          continue;
        }
        for (const summary of eventType.getAllSummaries()) {
          if (type !== "" && summary.summaryType !== type) continue;
          if (seconds !== "" && !sameWindow(summary.summaryWindow, seconds!)) {
            continue;
          }
          yield { test, eventType, summary, series: summary };
        }
      }
    },
  };
}

/** A day: archives hardly keep roll-ups of longer windows. */
const LONGEST_WINDOW = 86_400;
