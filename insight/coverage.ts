/**
 * How much of a window a test covers: its runs, how they ended, and which are
 * missing.
 *
 * @module
 */

import {
  type Run,
  type RunRecords,
  runsAt,
  runTimes,
  sortRecords,
} from "./runs.ts";
import {
  type Freshness,
  freshnessOf,
  type Gap,
  gapsOfRuns,
  isOpen,
  lastSecond,
  type Spacing,
  spacingOfSorted,
  type SpacingOptions,
  type TimeWindow,
} from "./spacing.ts";
import { firstOfEach, indexAfter, indexFrom } from "./times.ts";

/**
 * What a test has of a window. Unknown is `undefined`, never 0.
 *
 * @example Usage
 * ```ts
 * import { type Coverage, coverageOf } from "@esmond/client/insight";
 *
 * const { runs, coverage, success }: Coverage = coverageOf(
 *   { values: [0, 300, 600, 900, 1200], failures: [1500] },
 *   { start: 0, end: 1800 },
 * );
 * console.log(runs, coverage, success); // 6 1 0.8333333333333334
 * ```
 */
export interface Coverage {
  /** How far apart runs are expected. */
  readonly spacing: Spacing;
  /** How many runs there are, including failed ones. */
  readonly runs: number;
  /** How many have a value. */
  readonly measured: number;
  /** How many lost all packets. */
  readonly lost: number;
  /** How many failed. */
  readonly failed: number;
  /** How many left neither a value nor a failure. */
  readonly empty: number;
  /** How many are missing; `undefined` if the interval is unknown. */
  readonly missing: number | undefined;
  /**
   * `runs / (runs + missing)`; `undefined` if the interval is unknown, or
   * nothing was expected.
   */
  readonly coverage: number | undefined;
  /** `(measured + lost) / runs`; `undefined` without runs. */
  readonly success: number | undefined;
  /** The first run of the window, in seconds since 1970 UTC. */
  readonly first: number | undefined;
  /** The last run up to its end, also one before it began. */
  readonly last: number | undefined;
  /**
   * The first run, if none is known before the window: what is missing before
   * it, if anything, is unknown, and does not count.
   */
  readonly firstSeen: number | undefined;
  /** Where runs are missing, in order. */
  readonly gaps: readonly Gap[];
  /**
   * Whether it still writes at the end of the window; `undefined` if that is in
   * the past.
   */
  readonly freshness: Freshness | undefined;
  /** How many runs are more than 60 s in the future; they do not count. */
  readonly future: number;
}

/**
 * How much of a window a test covers. A failed run is a run: it explains, and
 * leaves no gap.
 *
 * @param records What the archive has of the test's runs, also from before the
 * window: at least as far back as {@linkcode lookBack} says.
 * @param options The window, and what is known of the schedule.
 * @returns Runs, gaps, and shares from 0 to 1.
 * @throws {RangeError} as {@linkcode spacingOf} does.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { coverageOf } from "@esmond/client/insight";
 *
 * const values = [0, 300, 600, 900, 1500, 1800, 2100, 2101, 2400, 6000, 6300];
 * const { runs, missing, coverage } = coverageOf({ values }, { start: 0, end: 6600 });
 * assertEquals([runs, missing, coverage], [10, 12, 10 / 22]);
 * ```
 */
export function coverageOf(
  records: RunRecords,
  options: SpacingOptions & TimeWindow = {},
): Coverage {
  const { start = -Infinity, now } = options;
  const end = lastSecond(options);
  const sorted = sortRecords(records);
  const times = runTimes(sorted);
  const spacing = spacingOfSorted(times, { ...options, end });
  const firsts = firstOfEach(times, spacing.interval ?? 0);
  const all = runsAt(firsts, sorted, spacing.interval);
  const [from, after] = [indexFrom(firsts, start), indexAfter(firsts, end)];
  const gaps = gapsOfRuns(firsts, { ...options, ...spacing });
  const counts = countsOf(all, from, after);
  const missing = spacing.interval === undefined
    ? undefined
    : gaps.reduce((sum, gap) => sum + gap.missing, 0);
  const expected = counts.runs + (missing ?? NaN);
  const first = from < after ? firsts[from] : undefined;
  const last = firsts[after - 1];
  return {
    spacing,
    ...counts,
    missing,
    coverage: expected > 0 ? counts.runs / expected : undefined,
    success: counts.runs > 0
      ? (counts.measured + counts.lost) / counts.runs
      : undefined,
    first,
    last,
    firstSeen: from === 0 ? first : undefined,
    gaps,
    freshness: isOpen(options) ? freshnessOf(last, now!, spacing) : undefined,
    future: now === undefined
      ? 0
      : firsts.length - indexAfter(firsts, lastSecond({ now })),
  };
}

function countsOf(runs: readonly Run[], from: number, after: number) {
  const counts = { measured: 0, lost: 0, failed: 0, empty: 0 };
  for (let at = from; at < after; at++) counts[runs[at]!.outcome]++;
  return { runs: Math.max(0, after - from), ...counts };
}
