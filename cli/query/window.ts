/**
 * The window of time that a reading command reads.
 *
 * @module
 */

import {
  FIRST_SECOND,
  type TimeWindow,
  windowOf,
} from "../../client/parameters.ts";
import type { ApiFilters } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ReadingName } from "../names.ts";
import type { OptionsOf } from "../options/table.ts";
import { readZone, timeOf } from "../options/values.ts";
import { formatTime, parseTime } from "../options/time.ts";

export type { TimeWindow };

const DAY = 86_400; // seconds

/** What `--start-time` takes for a window without a start. */
const ANY = "any";

/**
 * The first second that is read if the window has no start: without a time,
 * esmond reads from there, too.
 */
const FIRST_READ = 0;

/** A window, and how tests are found. */
export interface SettledWindow {
  /** The window of points. */
  window: TimeWindow;
  /** Whether tests of any time are found. */
  isAnyTime: boolean;
}

/**
 * Settles the window and sets it in the filters: `--filter` overrides options,
 * which override the default, the last `span` seconds (a day), or any time.
 *
 * @throws {UsageError} for times that cannot be read, or in the wrong order.
 */
export function settleWindow(
  filters: ApiFilters,
  options: OptionsOf<ReadingName>,
  io: Io,
  span: number | typeof ANY = DAY,
): SettledWindow {
  const now = io.now();
  const zone = readZone(options, "tz");
  const read = (option: "start-time" | "end-time") => {
    const text = options.text(option);
    if (text === undefined) return undefined;
    const warn = (message: string) => io.note(`--${option}: ${message}`);
    refuseUnquoted(option, text, options.wordsAfter(option), now);
    const isEnd = option === "end-time";
    return timeOf(
      option,
      () => parseTime(text, now, { zone, isEnd, warn }),
    );
  };
  const seconds = Math.floor(now.getTime() / 1000);
  const isAnyByDefault = span === ANY && filters.timeRange === undefined;
  const typed = options.text("start-time") ??
    (isAnyByDefault ? ANY : undefined);
  const isAny = typed?.trim().toLowerCase() === ANY;
  const isAnyTime = isAny && filters.timeStart === undefined &&
    filters.time === undefined;
  const start = isAny ? FIRST_READ : read("start-time");
  const end = read("end-time");
  const isRange = filters.timeRange !== undefined &&
    (filters.timeStart ?? start) === undefined;
  if (filters.timeRange !== undefined && !isRange) {
    io.note("--filter time-range has no effect beside a start and an end");
  }
  if (!isRange) filters.timeStart ??= start ?? seconds - Number(span);
  filters.timeEnd ??= end ?? seconds;
  if (isAnyTime && filters.timeEnd < FIRST_READ) {
    filters.timeStart = FIRST_SECOND;
  }
  const { start: first, end: last } = windowOf(filters.timeFilters);
  const window = { start: first!, end: last! };
  if (window.start > window.end) {
    throw reversed(window, start, end, Number(span));
  }
  if (filters.verbose) {
    const [from, to] = [formatTime(window.start), formatTime(window.end)];
    io.note(`from ${from} UTC (${window.start}) to ${to} UTC (${window.end})`);
  }
  return { window, isAnyTime };
}

/** Refuses words that make a time together with the value of an option. */
function refuseUnquoted(
  option: string,
  text: string,
  words: readonly string[],
  now: Date,
): void {
  for (let count = words.length; count > 0; count--) {
    const whole = [text, ...words.slice(0, count)].join(" ");
    if (!isTime(whole, now)) continue;
    throw new UsageError(
      `--${option}: put a time of several words in quotes: "${whole}"`,
    );
  }
}

function isTime(text: string, now: Date): boolean {
  try {
    parseTime(text, now);
    return true;
  } catch {
    return false;
  }
}

function reversed(
  window: TimeWindow,
  start: number | undefined,
  end: number | undefined,
  span: number,
): UsageError {
  const [from, to] = [formatTime(window.start), formatTime(window.end)];
  if (start === undefined && end !== undefined) {
    return new UsageError(
      `--end-time (${to}) is before the default start, ${
        span / 3600
      } hours ago: give --start-time too`,
    );
  }
  if (end === undefined && start !== undefined) {
    return new UsageError(
      `--start-time (${from}) is after the default end, now: give an earlier one, or --end-time too`,
    );
  }
  return new UsageError(
    `--start-time (${from}) is after --end-time (${to}): exchange them`,
  );
}
