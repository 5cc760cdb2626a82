/**
 * How far apart the runs of a test are, and where some are missing.
 *
 * Runs are not counted into slots of an interval: schedules slip at random,
 * which puts two runs into one slot and none into the next. What counts is how
 * far each run is from the next, held against the test's own spacings.
 *
 * @module
 */

import { mad, MAD_TO_SIGMA, median } from "./robust.ts";
import {
  firstOfEach,
  indexAfter,
  indexFrom,
  sortedTimes,
  spacingsOf,
  type Times,
} from "./times.ts";

/**
 * Where an expected interval comes from: it was given, a template says so, it is
 * in the metadata, or the spacings say so.
 *
 * @example Usage
 * ```ts
 * import { type IntervalSource, spacingOf } from "@esmond/client/insight";
 *
 * const source: IntervalSource = spacingOf([0, 300]).source;
 * console.log(source); // "unknown": one spacing is not enough
 * ```
 */
export type IntervalSource =
  | "given"
  | "template"
  | "metadata"
  | "measured"
  | "unknown";

/**
 * How often a test is meant to run, such as a pSConfig template says.
 *
 * @example Usage
 * ```ts
 * import { type Schedule, spacingOf } from "@esmond/client/insight";
 *
 * const schedule: Schedule = { interval: 3600, slip: 7200 };
 * console.log(spacingOf([], { schedule }).threshold); // 10800
 * ```
 */
export interface Schedule {
  /** Seconds between two runs, above 0: `repeat`. */
  readonly interval: number;
  /**
   * How late a run may be, in seconds.
   *
   * @default {0}
   */
  readonly slip?: number | undefined;
}

/**
 * What is known of a test's schedule.
 *
 * @example Usage
 * ```ts
 * import { spacingOf, type SpacingOptions } from "@esmond/client/insight";
 *
 * const options: SpacingOptions = { timeInterval: "300" };
 * console.log(spacingOf([0, 300], options).source); // "metadata"
 * ```
 */
export interface SpacingOptions {
  /** Seconds between two runs, whatever else says. */
  readonly interval?: number | undefined;
  /** What a template says; it counts unless there is an `interval`. */
  readonly schedule?: Schedule | undefined;
  /**
   * `time-interval` of the metadata: seconds, or text of them. It counts if it
   * is above 0, and the measured spacing is not more than twice or less than
   * half of it.
   */
  readonly timeInterval?: unknown;
  /** How many intervals apart runs may be, instead of what spacings say. */
  readonly gapFactor?: number | undefined;
  /**
   * The last second that counts, since 1970 UTC.
   *
   * @default {Infinity}
   */
  readonly end?: number | undefined;
}

/**
 * How far apart the runs of a test are.
 *
 * @example Usage
 * ```ts
 * import { type Spacing, spacingOf } from "@esmond/client/insight";
 *
 * const { interval, threshold }: Spacing = spacingOf([0, 300, 600, 900, 1200, 1500]);
 * console.log(interval, threshold); // 300 450
 * ```
 */
export interface Spacing {
  /** The expected time between two runs, in seconds; `undefined` if unknown. */
  readonly interval: number | undefined;
  /** Where the interval comes from. */
  readonly source: IntervalSource;
  /**
   * The median absolute deviation of the spacings, in seconds; `undefined` if
   * there are fewer than 5.
   */
  readonly deviation: number | undefined;
  /**
   * Runs that are further apart than this have a gap between them, in seconds;
   * `undefined` if the interval is unknown.
   */
  readonly threshold: number | undefined;
}

/** With fewer spacings than this, they say nothing. */
const FEWEST_SPACINGS = 5;

/**
 * The expected interval between runs, first that fits: the one that is given;
 * that of a template; that of the metadata; the median of the positive spacings
 * of the last 500 times, if there are at least 5. Runs are missing where two are
 * further apart than `max(1.5 · interval, interval + 3 · 1.4826 · MAD)`, so that
 * schedules with random slip have no gaps; and where a template says how far
 * they slip, than `interval + slip`, if that is more.
 *
 * @param times When runs were, in any order; also some before the window, if it
 * has few.
 * @param options What else is known.
 * @returns The interval and the threshold, in seconds.
 * @throws {RangeError} for an interval that is not above 0, and for a factor
 * below 1.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { spacingOf } from "@esmond/client/insight";
 *
 * const { interval, deviation, threshold } = spacingOf(
 *   [0, 7200, 14460, 21560, 28860, 36010, 43260, 50450, 64950],
 * );
 * assertEquals([interval, deviation, threshold], [7225, 55, 10837.5]);
 * ```
 */
export function spacingOf(times: Times, options: SpacingOptions = {}): Spacing {
  return spacingOfSorted(sortedTimes(times), options);
}

/** The same of times that are sorted. */
export function spacingOfSorted(
  times: readonly number[],
  {
    interval: given,
    schedule,
    timeInterval,
    gapFactor,
    end = Infinity,
  }: SpacingOptions,
): Spacing {
  const slip = schedule?.slip ?? 0;
  for (const each of [given, schedule?.interval]) {
    checkRange("an interval is above 0 seconds", each, Number.MIN_VALUE);
  }
  checkRange("a slip is 0 seconds or more", slip, 0);
  checkRange("the factor of gaps is 1 or more", gapFactor, 1);
  const { interval: measured, deviation } = measuredSpacing(times, end);
  const [interval, source] = given === undefined && schedule !== undefined
    ? [schedule.interval, "template"] as const
    : choose(given, secondsIn(timeInterval), measured);
  return {
    interval,
    source,
    deviation,
    threshold: interval === undefined
      ? undefined
      : gapFactor !== undefined
      ? gapFactor * interval
      : Math.max(
        1.5 * interval,
        interval + 3 * MAD_TO_SIGMA * (deviation ?? 0),
        source === "template" ? interval + slip : 0,
      ),
  };
}

function checkRange(
  rule: string,
  value: number | undefined,
  least: number,
): void {
  if (value !== undefined && !(value >= least && value < Infinity)) {
    throw new RangeError(`${rule}, not ${value}`);
  }
}

function measuredSpacing(
  times: readonly number[],
  end: number,
): { interval: number | undefined; deviation: number | undefined } {
  const spacings = spacingsOf(times, indexAfter(times, end));
  if (spacings.length < FEWEST_SPACINGS) {
    return { interval: undefined, deviation: undefined };
  }
  const interval = median(spacings);
  return { interval, deviation: mad(spacings, interval) };
}

/** Seconds above 0; text as esmond sends it is a number, too. */
function secondsIn(value: unknown): number | undefined {
  const seconds = typeof value === "string" ? Number(value) : value;
  return typeof seconds === "number" && seconds > 0 && seconds < Infinity
    ? seconds
    : undefined;
}

function choose(
  given: number | undefined,
  metadata: number | undefined,
  measured: number | undefined,
): [number | undefined, IntervalSource] {
  if (given !== undefined) return [given, "given"];
  if (metadata !== undefined && agree(metadata, measured)) {
    return [metadata, "metadata"];
  }
  return measured === undefined
    ? [undefined, "unknown"]
    : [measured, "measured"];
}

function agree(metadata: number, measured: number | undefined): boolean {
  return measured === undefined ||
    measured <= 2 * metadata && metadata <= 2 * measured;
}

/**
 * The time that is looked at.
 *
 * @example Usage
 * ```ts
 * import { gaps, type TimeWindow } from "@esmond/client/insight";
 *
 * const window: TimeWindow = { start: 0, end: 3600 };
 * console.log(gaps([0, 300, 600, 900, 1200, 1500], window)); // one from 1500 to 3600
 * ```
 */
export interface TimeWindow {
  /**
   * The first second, since 1970 UTC. Times before it are read, too: what is
   * missing at the beginning is known only if there was a run before.
   *
   * @default {-Infinity}
   */
  readonly start?: number | undefined;
  /**
   * The last second, since 1970 UTC; by default `now`, or the last run if that
   * is absent, too.
   */
  readonly end?: number | undefined;
  /**
   * What time it is, in seconds since 1970 UTC: at the end of a window that
   * reaches up to now, a run can still come. If absent, the window is over.
   */
  readonly now?: number | undefined;
}

/**
 * Runs that are missing.
 *
 * @example Usage
 * ```ts
 * import { type Gap, gaps } from "@esmond/client/insight";
 *
 * const found: Gap[] = gaps([0, 300, 600, 900, 1200, 1500, 2400]);
 * console.log(found); // [ { from: 1500, to: 2400, missing: 2 } ]
 * ```
 */
export interface Gap {
  /** The last run before, in seconds since 1970 UTC. */
  readonly from: number;
  /** The first run after, or the end of the window. */
  readonly to: number;
  /** How many runs are missing: of a gap that begins before the window, in it. */
  readonly missing: number;
}

/**
 * The gaps between runs: where two are further apart than the threshold of
 * {@linkcode spacingOf}. Times closer than half an interval are one run; between
 * two of them `max(1, round(spacing / interval) − 1)` are missing. Before the
 * first run there is a gap only if there was a run before the window. After the
 * last one there is one where the window is over, or nothing came for as long
 * as {@linkcode freshnessOf} calls stale.
 *
 * @param times When runs were, in any order; those that failed count.
 * @param options The window, and what is known of the schedule.
 * @returns The gaps in order; none if the interval is unknown.
 * @throws {RangeError} as {@linkcode spacingOf} does.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gaps } from "@esmond/client/insight";
 *
 * const times = [0, 300, 600, 900, 1500, 1800, 2100, 2101, 2400, 6000, 6300];
 * assertEquals(gaps(times, { start: 0, end: 6600 }), [
 *   { from: 900, to: 1500, missing: 1 },
 *   { from: 2400, to: 6000, missing: 11 },
 * ]);
 * ```
 */
export function gaps(
  times: Times,
  options: SpacingOptions & TimeWindow = {},
): Gap[] {
  const sorted = sortedTimes(times);
  const end = lastSecond(options);
  const spacing = spacingOfSorted(sorted, { ...options, end });
  return gapsOfRuns(firstOfEach(sorted, spacing.interval ?? 0), {
    ...options,
    ...spacing,
  });
}

/** The same of times that are sorted, each the only one of its run. */
export function gapsOfRuns(
  times: readonly number[],
  { interval, threshold, ...window }: Spacing & TimeWindow,
): Gap[] {
  if (interval === undefined || threshold === undefined) return [];
  const { start = -Infinity, now } = window;
  const found: Gap[] = [];
  const add = (from: number, to: number) => {
    if (to - from <= threshold) return;
    const missing = Math.max(1, Math.round((to - from) / interval) - 1);
    const before = start <= from ? 0 : Math.ceil((start - from) / interval) - 1;
    if (missing > before) found.push({ from, to, missing: missing - before });
  };
  const after = indexAfter(times, lastSecond(window));
  for (let at = Math.max(1, indexFrom(times, start)); at < after; at++) {
    add(times[at - 1]!, times[at]!);
  }
  const last = times[after - 1];
  if (last === undefined) return found;
  if (!isOpen(window)) add(last, window.end ?? last);
  else if (freshnessOf(last, now!, { interval, threshold }) === "stale") {
    add(last, now!);
  }
  return found;
}

/** How far into the future clocks that are right can be, in seconds. */
const CLOCKS_DIFFER = 60;

/** Whether the window reaches up to now, so that a run can still come. */
export function isOpen({ end, now }: TimeWindow): boolean {
  return now !== undefined && (end === undefined || end >= now);
}

/** The last second of which runs count. */
export function lastSecond(window: TimeWindow): number {
  return isOpen(window) ? window.now! + CLOCKS_DIFFER : window.end ?? Infinity;
}

/**
 * Whether a test still writes: `ok`, `late` if its next run should have been
 * there, `stale` if several should have been; `unknown` if nothing is known of
 * its schedule, or no run.
 *
 * @example Usage
 * ```ts
 * import { type Freshness, freshnessOf, spacingOf } from "@esmond/client/insight";
 *
 * const spacing = spacingOf([0, 300, 600, 900, 1200, 1500]);
 * const state: Freshness = freshnessOf(1500, 2000, spacing);
 * console.log(state); // "late"
 * ```
 */
export type Freshness = "ok" | "late" | "stale" | "unknown";

/**
 * Whether a test still writes: it is late when its last run is longer ago than
 * the threshold for gaps, and stale when it is also longer ago than 3 intervals.
 *
 * @param last Its last run, in seconds since 1970 UTC; `undefined` for none.
 * @param now What time it is, on the same clock.
 * @param spacing How far apart its runs are.
 * @returns The state.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { freshnessOf, spacingOf } from "@esmond/client/insight";
 *
 * const spacing = spacingOf([0, 300, 600, 900, 1200, 1500]);
 * assertEquals(freshnessOf(1500, 1950, spacing), "ok");
 * assertEquals(freshnessOf(1500, 1951, spacing), "late");
 * assertEquals(freshnessOf(1500, 2401, spacing), "stale");
 * ```
 */
export function freshnessOf(
  last: number | undefined,
  now: number,
  { interval, threshold }: Pick<Spacing, "interval" | "threshold">,
): Freshness {
  if (last === undefined || interval === undefined || threshold === undefined) {
    return "unknown";
  }
  const age = now - last;
  if (age <= threshold) return "ok";
  return age > 3 * interval ? "stale" : "late";
}

/**
 * How far before a window to look for an earlier run, in seconds: 3 thresholds,
 * at least an hour.
 *
 * @param spacing How far apart runs are.
 * @returns Seconds before the start of the window.
 *
 * @example Usage
 * ```ts
 * import { lookBack, spacingOf } from "@esmond/client/insight";
 *
 * console.log(lookBack(spacingOf([], { interval: 7200 }))); // 32400
 * ```
 */
export function lookBack({ threshold = 0 }: Partial<Spacing>): number {
  return Math.max(3 * threshold, 3600);
}
