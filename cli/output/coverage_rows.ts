/**
 * What `coverage` says of a test, as programs read it.
 *
 * @module
 */

import type { Coverage } from "../../insight/coverage.ts";
import type { FailureGroup } from "../../insight/failures.ts";
import type { Gap, Schedule } from "../../insight/spacing.ts";

/** The states of a test, the worst first. */
export const COVERAGE_STATES = [
  "absent",
  "never",
  "stale",
  "late",
  "failing",
  "gaps",
  "unknown",
  "ok",
] as const;

/** The state of a test. */
export type CoverageState = (typeof COVERAGE_STATES)[number];

/** What is said of a test; what is unknown is null. */
export type CoverageRow = {
  source: string | null;
  destination: string | null;
  family: number | null;
  tool: string | null;
  metadata_key: string | null;
  archive?: string | null;
  /** The task of the template, if there is one; null if it has none for it. */
  task?: string | null;
  /** Seconds. */
  interval: number | null;
  interval_from: string | null;
  runs: number | null;
  measured: number | null;
  lost: number | null;
  failed: number | null;
  empty: number | null;
  missing: number | null;
  /** A share from 0 to 1, as is success. */
  coverage: number | null;
  success: number | null;
  /** Seconds since 1970 UTC, as is last. */
  first: number | null;
  last: number | null;
  state: CoverageState;
  gaps: readonly { from: number; to: number; missing: number }[];
  failures: readonly {
    message: string;
    count: number;
    first: number;
    last: number;
  }[];
};

/** The names of the test that a row is about. */
export type CoverageNames = Pick<
  CoverageRow,
  | "source"
  | "destination"
  | "family"
  | "tool"
  | "metadata_key"
  | "archive"
  | "task"
>;

/** The columns of json and ndjson. */
export const COVERAGE_COLUMNS: readonly (keyof CoverageRow)[] = [
  ...["source", "destination", "family", "tool", "metadata_key"] as const,
  ...["interval", "interval_from"] as const,
  ...["runs", "measured", "lost", "failed", "empty", "missing"] as const,
  ...["coverage", "success", "first", "last", "state"] as const,
  ...["gaps", "failures"] as const,
];

/** The columns of csv: a row is a gap. */
export const GAP_COLUMNS: readonly string[] = [
  ...["source", "destination", "family", "tool", "metadata_key"],
  ...["from", "to", "missing"],
];

/** What is known of the runs of a test. */
export interface KnownRuns {
  /** What it has of the window. */
  coverage: Coverage;
  /** Why runs of the window failed. */
  failures: readonly FailureGroup[];
  /** Whether anything was ever written. */
  wasWritten: boolean;
}

/** The row of a test whose runs are known. */
export function coverageRow(
  names: CoverageNames,
  { coverage, failures, wasWritten }: KnownRuns,
): CoverageRow {
  const { spacing, gaps } = coverage;
  const isKnown = spacing.source !== "unknown";
  return {
    ...names,
    interval: spacing.interval ?? null,
    interval_from: isKnown ? spacing.source : null,
    runs: coverage.runs,
    measured: coverage.measured,
    lost: coverage.lost,
    failed: coverage.failed,
    empty: coverage.empty,
    missing: coverage.missing ?? null,
    coverage: coverage.coverage ?? null,
    success: coverage.success ?? null,
    first: coverage.first ?? null,
    last: coverage.last ?? null,
    state: wasWritten ? stateOf(coverage) : "never",
    gaps: gaps.map(({ from, to, missing }) => ({ from, to, missing })),
    failures: failures.map(({ message, count, first, last }) => ({
      message,
      count,
      first,
      last,
    })),
  };
}

/** The row of a test of which nothing is known, or was ever written. */
export function emptyRow(
  names: CoverageNames,
  state: CoverageState,
): CoverageRow {
  const nothing = state === "never" || state === "absent" ? 0 : null;
  return {
    ...names,
    ...{ interval: null, interval_from: null },
    ...{ runs: nothing, measured: nothing, lost: nothing },
    ...{ failed: nothing, empty: nothing },
    ...{ missing: null, coverage: null, success: null },
    ...{ first: null, last: null, state, gaps: [], failures: [] },
  };
}

/**
 * The row of a test that a template has, and no archive.
 *
 * @param window When it should have run; absent for any time.
 */
export function absentRow(
  names: CoverageNames,
  schedule: Schedule | undefined,
  window: { start: number; end: number } | undefined,
): CoverageRow {
  const { start, end } = window ?? { start: 0, end: 0 };
  const missing = schedule && window &&
    Math.floor((end - start) / schedule.interval);
  const isMissing = missing !== undefined && missing > 0;
  return {
    ...emptyRow(names, "absent"),
    interval: schedule?.interval ?? null,
    interval_from: schedule ? "template" : null,
    missing: missing ?? null,
    coverage: isMissing ? 0 : null,
    gaps: isMissing ? [{ from: start, to: end, missing }] : [],
  };
}

function stateOf(
  { freshness, success, gaps, spacing }: Coverage,
): CoverageState {
  if (freshness === "stale" || freshness === "late") return freshness;
  if (success !== undefined && success < 1) return "failing";
  if (gaps.length > 0) return "gaps";
  return spacing.interval === undefined || success === undefined
    ? "unknown"
    : "ok";
}

/**
 * Puts the worst first; those of one state by what is missing or failed. What a
 * template does not have comes last.
 */
export function worstFirst(one: CoverageRow, other: CoverageRow): number {
  return Number(one.task === null) - Number(other.task === null) ||
    COVERAGE_STATES.indexOf(one.state) -
      COVERAGE_STATES.indexOf(other.state) ||
    shareOf(one) - shareOf(other) ||
    compare(linkOf(one), linkOf(other));
}

function shareOf({ coverage, success }: CoverageRow): number {
  return (coverage ?? 1) * (success ?? 1);
}

function linkOf(
  { source, destination, tool, metadata_key, archive, task }: CoverageRow,
) {
  return [source, destination, tool, metadata_key, archive, task].join(" ");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The rows of csv. */
export function gapRows(
  { gaps, ...row }: CoverageRow,
): ({ from: number; to: number; missing: number } & CoverageNames)[] {
  const { source, destination, family, tool, metadata_key } = row;
  const { archive, task } = row;
  const names = {
    ...{ source, destination, family, tool, metadata_key },
    ...archive === undefined ? {} : { archive },
    ...task === undefined ? {} : { task },
  };
  return gaps.map((gap: Gap) => ({ ...names, ...gap }));
}
