/**
 * Where a test has nothing: lines break there, and the ground is hatched.
 *
 * @module
 */

import type { PlotTest, Span } from "./measured.ts";

type Ran = Pick<PlotTest, "runs" | "gaps" | "interval" | "threshold">;

/**
 * The times at which a line through the values of a test is broken: once in each
 * gap, and at each run without a value.
 */
export function breaksOf({ runs, gaps }: Ran): number[] {
  const breaks = gaps.map(({ from, to }) => (from + to) / 2);
  for (const { time, outcome } of runs) {
    if (outcome !== "measured") breaks.push(time);
  }
  return breaks.sort((one, other) => one - other);
}

/**
 * The spans in which a test has no value, because no run was made, or because
 * runs failed. Where all packets were lost, there is a value: that.
 */
export function absentSpans(test: Ran, window: Span): Span[] {
  return joined([...withoutRuns(test, window), ...failedSpans(test)], window);
}

/** The spans in which runs are missing. */
export function missingSpans({ gaps, interval = 0 }: Ran): Span[] {
  return gaps.map(({ from, to }) => ({ start: from + interval, end: to }));
}

/**
 * The spans in which no run was made: also before the first one and after the
 * last, where none is known to be missing.
 */
function withoutRuns(test: Ran, { start, end }: Span): Span[] {
  const { runs, interval, threshold } = test;
  if (interval === undefined || threshold === undefined) return [];
  const spans = missingSpans(test);
  const [first, last] = [runs[0]?.time, runs.at(-1)?.time];
  if (first === undefined || last === undefined) return spans;
  const isKnown = (span: Span) =>
    spans.some((each) => each.start <= span.end && span.start <= each.end);
  const around = [
    ...first - start > threshold ? [{ start, end: first }] : [],
    ...end - last > threshold ? [{ start: last + interval, end }] : [],
  ];
  return [...spans, ...around.filter((each) => !isKnown(each))];
}

/** The spans of runs that failed, or left nothing, one after the other. */
export function failedSpans({ runs, interval = 0 }: Ran): Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  for (const [at, { time, outcome }] of runs.entries()) {
    const hasFailed = outcome === "failed" || outcome === "empty";
    if (hasFailed) start ??= time;
    if (start === undefined) continue;
    const before = runs[at - 1]?.time ?? time;
    // What comes after a gap is not of the same span.
    const latest = before + Math.max(2 * interval, 1);
    if (!hasFailed || time > latest) {
      spans.push({ start, end: Math.min(time, latest) });
      start = hasFailed ? time : undefined;
    }
  }
  const last = runs.at(-1);
  if (start !== undefined && last !== undefined) {
    spans.push({ start, end: last.time + Math.max(interval, 1) });
  }
  return spans;
}

/** Spans within a window, those that overlap as one. */
function joined(spans: readonly Span[], window: Span): Span[] {
  const found: { start: number; end: number }[] = [];
  const sorted = [...spans].sort((one, other) => one.start - other.start);
  for (const span of sorted) {
    const start = Math.max(span.start, window.start);
    const end = Math.min(span.end, window.end);
    if (start >= end) continue;
    const last = found.at(-1);
    if (last !== undefined && start <= last.end) {
      last.end = Math.max(last.end, end);
    } else found.push({ start, end });
  }
  return found;
}
