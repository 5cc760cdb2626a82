/**
 * The report at the end of an export.
 *
 * @module
 */

import {
  exact,
  noun,
  red,
  retriesText,
  shortBytes,
  shortTime,
} from "./amounts.ts";
import type { ProgressState } from "./progress_line.ts";

/** A series that could not be read whole. */
export interface FailedSeries {
  /** The series, for people. */
  which: string;
  /** What happened; the message of the error. */
  why: string;
}

/**
 * How many reasons the report names, and how many series for each; the manifest
 * has them all.
 */
const MAX_REASONS = 10;
const MAX_NAMED = 5;

/**
 * The report at the end: one line, and more only for what needs attention.
 *
 * @param state How far the export has got.
 * @param elapsed How long it has taken, in ms.
 * @param failures The series that failed.
 * @param colors Whether failures are red.
 * @returns The lines; none if there was no series at all.
 */
export function reportLines(
  state: ProgressState,
  elapsed: number,
  failures: readonly FailedSeries[],
  colors = false,
): string[] {
  const { series, done } = state;
  if (series === 0) return [];
  const lines = [summaryLine(state, elapsed)];
  if (done < series) {
    lines.push(`${exact(series - done)} series not finished`);
  }
  const failed = Math.max(state.failed, failures.length);
  if (failed === 0) return lines;
  const headline = `${exact(failed)} of ${exact(series)} series failed`;
  lines.push(red(headline, colors) + (failures.length > 0 ? ":" : ""));
  return [...lines, ...reasonLines(failures)];
}

function summaryLine(state: ProgressState, elapsed: number): string {
  const { series, done, points, bytes, files, retries, skipped } = state;
  const count = done < series
    ? `${exact(done)} of ${exact(series)}`
    : exact(series);
  const share = skipped === series ? "all" : exact(skipped);
  const isAnything = files > 0 || bytes > 0;
  return [
    `${count} series${skipped > 0 ? ` (${share} complete already)` : ""}`,
    isAnything || points > 0 ? `${exact(points)} ${noun(points, "point")}` : "",
    state.isStreamed
      ? ""
      : isAnything
      ? `${shortBytes(bytes)} in ${exact(files)} ${noun(files, "file")}`
      : "nothing written",
    shortTime(elapsed),
    retriesText(retries),
  ].filter((text) => text !== "").join(", ");
}

/** The reasons, the most frequent first, each with some of its series. */
function reasonLines(failures: readonly FailedSeries[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { which, why } of failures) {
    const reason = reasonOf(why);
    const struck = byReason.get(reason);
    if (struck) struck.push(which);
    else byReason.set(reason, [which]);
  }
  const reasons = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  const others = reasons.slice(MAX_REASONS);
  const lines = reasons.slice(0, MAX_REASONS).flatMap(([reason, struck]) => [
    `  ${exact(struck.length)} series: ${reason}`,
    ...struck.slice(0, MAX_NAMED).map((which) => `    ${which}`),
    ...more(struck.length - MAX_NAMED),
  ]);
  if (others.length === 0) return lines;
  const count = others.reduce((sum, [, struck]) => sum + struck.length, 0);
  return [...lines, `  ${exact(count)} series: other reasons`];
}

function more(count: number): string[] {
  return count > 0 ? [`    and ${exact(count)} more`] : [];
}

/**
 * What errors of one kind share: the message without the address and the number
 * of points.
 */
function reasonOf(why: string): string {
  return why
    .replace(/ \(https?:\/\/\S*\)$/, "")
    .replace(/, after \d+ had arrived$/, "");
}
