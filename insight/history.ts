/**
 * What is usual at that hour: the runs of a window held against the history of
 * the same series.
 *
 * @module
 */

import { LEAST_HISTORY, Past, type RunDeviation, type Value } from "./past.ts";
import { type Measured, timeOf } from "./point.ts";
import { median } from "./robust.ts";
import type { Verdict } from "./verdict.ts";

/**
 * How values are held against their history.
 *
 * @example Usage
 * ```ts
 * import type { HistoryOptions } from "@esmond/client/insight";
 *
 * const delay: HistoryOptions = { worse: "high", resolution: 0.1 };
 * console.log(delay);
 * ```
 */
export interface HistoryOptions {
  /** Which values are worse: low ones of throughput, high ones of delay. */
  readonly worse: "low" | "high";
  /**
   * The smallest difference that is measured, in the unit of the values.
   *
   * @default {0}
   */
  readonly resolution?: number | undefined;
  /**
   * The smallest change that counts, as a share of what is usual.
   *
   * @default {0.1}
   */
  readonly minChange?: number | undefined;
  /**
   * Whose hours and days count: an IANA name, `"UTC"`, or `"local"` for
   * the zone of the system.
   *
   * @default {"UTC"}
   */
  readonly zone?: string | undefined;
}

/**
 * What the history says of the runs of a window.
 *
 * @example Usage
 * ```ts
 * import { compareWithHistory, type Comparison } from "@esmond/client/insight";
 *
 * const found: Comparison = compareWithHistory([], [], { worse: "low" });
 * console.log(found.verdict, found.reason); // unknown history too short (0 of 8)
 * ```
 */
export interface Comparison {
  /** Whether the window is worse than usual. */
  readonly verdict: Verdict;
  /** Why that is unknown. */
  readonly reason: string | undefined;
  /** The median z of the runs: it is what is judged; `undefined` if unknown. */
  readonly z: number | undefined;
  /** The median of the runs' values. */
  readonly value: number | undefined;
  /** The median of what would have been usual for each run. */
  readonly usual: number | undefined;
  /** The median change of the runs, as a share of what is usual. */
  readonly change: number | undefined;
  /** The runs, in order of time. */
  readonly runs: readonly RunDeviation[];
}

/** So many runs can be judged. */
const LEAST_RUNS = 3;

/** How many scales from what is usual a window is a warning, and critical. */
const LIMITS: readonly (readonly [z: number, verdict: Verdict])[] = [
  [5, "critical"],
  [3, "warning"],
];

/**
 * Holds the runs of a window against the history of the same series. Each run is
 * compared with the part of the history at its hour that has at least eight
 * values (see {@linkcode HistoryPart}); the median z of the runs is judged, in
 * the direction that is worse: a warning from 3 on, critical from 5 on, and only
 * if the change is large enough.
 *
 * @param runs The window: one value a run, at least three.
 * @param history What came before: one value a run, at least eight.
 * @param options What is worse, and from which change on.
 * @returns The verdict, and what it comes from.
 * @throws {RangeError} when the zone does not exist.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { compareWithHistory } from "@esmond/client/insight";
 *
 * const hourly = (values: number[], from = 0) =>
 *   values.map((val, hour) => ({ ts: from + hour * 3600, val }));
 * const history = hourly([9.1, 9.3, 9.2, 9.4, 9.0, 9.2, 9.1, 9.3]);
 * const runs = hourly([7.9, 8.0, 8.1], 7 * 86400);
 * const { verdict, usual, value } = compareWithHistory(runs, history, {
 *   worse: "low",
 * });
 * assertEquals([verdict, usual, value], ["critical", 9.2, 8.0]);
 * ```
 */
export function compareWithHistory(
  runs: Iterable<Measured<number>>,
  history: Iterable<Measured<number>>,
  options: HistoryOptions,
): Comparison {
  const { worse, resolution = 0, minChange = 0.1, zone = "UTC" } = options;
  const past = new Past(valuesOf(history), zone, resolution);
  const window = valuesOf(runs);
  const reason = past.size < LEAST_HISTORY
    ? `history too short (${past.size} of ${LEAST_HISTORY})`
    : window.length < LEAST_RUNS
    ? `too few runs (${window.length} of ${LEAST_RUNS})`
    : undefined;
  const found = past.size < LEAST_HISTORY
    ? []
    : window.map((run) => past.compare(run));
  const z = median(found.map((run) => run.z));
  const change = median(found.map(changeOf));
  return {
    verdict: reason === undefined
      ? verdictOf(worse === "low" ? -z! : z!, Math.abs(change!), minChange)
      : "unknown",
    reason,
    z,
    value: median(window.map(({ value }) => value)),
    usual: median(found.map(({ usual }) => usual)),
    change,
    runs: found,
  };
}

function changeOf({ value, usual }: RunDeviation): number {
  return (value - usual) / Math.max(Math.abs(usual), Number.EPSILON);
}

function verdictOf(badness: number, change: number, least: number): Verdict {
  if (change < least) return "ok";
  return LIMITS.find(([limit]) => badness >= limit)?.[1] ?? "ok";
}

/** The values that are numbers, with a time, in order of time. */
function valuesOf(points: Iterable<Measured<number>>): Value[] {
  const values: Value[] = [];
  for (const point of points) {
    const { val: value } = point;
    const ts = timeOf(point);
    const isNumber = typeof value === "number" && Number.isFinite(value);
    if (isNumber && !Number.isNaN(ts)) values.push({ ts, value });
  }
  return values.sort((a, b) => a.ts - b.ts);
}
