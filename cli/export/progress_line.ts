/**
 * The line that says how far an export has got: functions from numbers to text.
 *
 * @module
 */

import {
  exact,
  fitting,
  noun,
  red,
  retriesText,
  shortBytes,
  shortCount,
  shortTime,
  wholeTime,
} from "./amounts.ts";

/** How far an export has got. */
export interface ProgressState {
  /** All series; 0 while tests are listed. */
  series: number;
  /** What is counted in place of series, whose points are not told then. */
  unit?: "links";
  /** Series finished, whatever came of them. */
  done: number;
  /** Series that could not be read whole. */
  failed: number;
  /** Data points read. */
  points: number;
  /** Bytes written to files. */
  bytes: number;
  /** Files written. */
  files: number;
  /** Whether points go to standard output, and no file is written. */
  isStreamed?: true;
  /** Requests that were tried again. */
  retries: number;
  /**
   * Series of those finished that were complete already, from an earlier run.
   */
  skipped: number;
  /** Whether more series are going to be listed: how long it takes is unknown. */
  isGrowing?: boolean;
  /**
   * Series under way; they make the estimate of the time left better when there
   * are several.
   *
   * @default {0}
   */
  active?: number;
  /**
   * When the series were known, in ms from the beginning; `Progress` notices by
   * itself.
   *
   * @default {0}
   */
  begun?: number;
  /**
   * When a series was last finished, in ms from the beginning; `Progress`
   * notices by itself. Default: just now.
   */
  lastDone?: number;
}

/** The state of an export that has not begun. */
export function emptyProgress(): ProgressState {
  return {
    series: 0,
    done: 0,
    failed: 0,
    points: 0,
    bytes: 0,
    files: 0,
    retries: 0,
    skipped: 0,
  };
}

/**
 * One line for a terminal; what matters least is left out where it is narrow.
 *
 * @param state How far the export has got.
 * @param elapsed How long it has taken, in ms.
 * @param width How many columns there are.
 * @param rate Recent points per second, if known.
 * @param colors Whether failures are red.
 * @returns The line, of `width` columns at most.
 */
export function progressLine(
  state: ProgressState,
  elapsed: number,
  width: number,
  rate?: number,
  colors = false,
): string {
  const { series, unit, done, points, retries, failed } = state;
  if (series === 0) {
    return fitting(width, `listing tests, ${wholeTime(elapsed)}`, "listing");
  }
  const count = `${exact(done)}/${exact(series)}`;
  const left = leftText(state, elapsed);
  const failures = failed > 0 ? `${exact(failed)} failed` : "";
  // In the order of the line; those with the highest rank go first.
  const parts = [
    { rank: 0, text: `${count} ${unit ?? "series"}` },
    {
      rank: 3,
      text: unit ? "" : `${shortCount(points)} ${noun(points, "point")}`,
    },
    {
      rank: 4,
      text: unit || rate === undefined ? "" : `${shortCount(rate)}/s`,
    },
    { rank: 2, text: left && `${left} left` },
    { rank: 5, text: retriesText(retries) },
    { rank: 1, text: failures },
  ].filter(({ text }) => text !== "");
  for (let most = 5; most >= 0; most--) {
    const kept = parts.filter(({ rank }) => rank <= most);
    const line = kept.map(({ text }) => text).join(", ");
    if (line.length > width) continue;
    return failures && most > 0
      ? line.slice(0, -failures.length) + red(failures, colors)
      : line;
  }
  return fitting(width, count);
}

/** One line for a log. */
export function plainLine(state: ProgressState, elapsed: number): string {
  const { series, unit, done, points, bytes, retries, failed } = state;
  if (series === 0) return `listing tests, ${wholeTime(elapsed)}`;
  const left = leftText(state, elapsed);
  return [
    `${exact(done)} of ${exact(series)} ${unit ?? "series"}`,
    ...unit
      ? []
      : [`${exact(points)} ${noun(points, "point")}`, shortBytes(bytes)],
    wholeTime(elapsed),
    left && `about ${left} left`,
    retriesText(retries),
    failed > 0 ? `${exact(failed)} failed` : "",
  ].filter((text) => text !== "").join(", ");
}

/** After fewer series, or less time, an estimate would be a guess. */
const MIN_SERIES = 3;
const MIN_TIME = 2_000;

/**
 * Estimates how long an export will take, as if the remaining series were like
 * those that were read.
 *
 * @returns The time in ms, or `undefined` while nothing sensible can be said.
 */
export function timeLeft(
  state: ProgressState,
  elapsed: number,
): number | undefined {
  if (state.isGrowing) return;
  const { begun = 0, lastDone = elapsed, active = 0 } = state;
  // Files of an earlier export took no time.
  const read = state.done - state.skipped;
  const all = state.series - state.skipped;
  const worked = lastDone - begun;
  if (read < Math.min(MIN_SERIES, all / 3) || worked < MIN_TIME) return;
  if (read >= all) return;
  // On average half of a series that is under way has been read.
  const sum = read + Math.min(active, all - read) / 2;
  const left = worked * (all - sum) / sum - (elapsed - lastDone);
  // it takes longer than it should
  return left > 0 ? left : undefined;
}

/** The time left, not more exact than it is known. */
function leftText(state: ProgressState, elapsed: number): string {
  const left = timeLeft(state, elapsed);
  if (left === undefined) return "";
  const step = left < 60_000 ? 1_000 : left < 600_000 ? 10_000 : 60_000;
  return shortTime(Math.ceil(left / step) * step);
}
