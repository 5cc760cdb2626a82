/**
 * Whether loss is worse than usual: of loss most of the history is 0, so that
 * days are compared, by what the number of packets can tell.
 *
 * @module
 */

import { offsetsIn } from "../client/zone.ts";
import { percentile } from "./histogram.ts";
import { LEAST_HISTORY } from "./past.ts";
import {
  type LossRun,
  type LossRuns,
  type PooledLoss,
  poolLoss,
} from "./loss.ts";
import type { Verdict } from "./verdict.ts";

const DAY = 86_400;

/**
 * What the history says of the loss of a window.
 *
 * @example Usage
 * ```ts
 * import { compareLoss, type LossComparison, lossRuns } from "@esmond/client/insight";
 *
 * const found: LossComparison = compareLoss(lossRuns({}), lossRuns({}));
 * console.log(found.verdict, found.reason);
 * ```
 */
export interface LossComparison {
  /** A warning if the window is worse than usual. */
  readonly verdict: Verdict;
  /** Why that is unknown. */
  readonly reason: string | undefined;
  /** The loss of the window; `undefined` if nothing was sent. */
  readonly window: PooledLoss | undefined;
  /**
   * The most that is usual, from 0 to 1: the 95th percentile of the loss of each
   * day, 0.0001 at least; `undefined` without a history.
   */
  readonly limit: number | undefined;
  /** How many days the history has. */
  readonly days: number;
}

/** Less loss than this is never worse than usual. */
const LEAST_LOSS = 1e-4;

/**
 * Holds the loss of a window against its history: it is worse than usual if the
 * lower end of its interval of confidence ({@linkcode wilson}) is above the 95th
 * percentile of the loss of each day before, and above 0.0001.
 *
 * @param window The runs of the window.
 * @param history The runs before it, at least eight.
 * @param zone Whose days count: an IANA name, `"UTC"`, or `"local"` for the
 * zone of the system.
 * @returns The verdict, and what it comes from.
 * @throws {RangeError} when the zone does not exist.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { compareLoss, lossRuns } from "@esmond/client/insight";
 *
 * const daily = (rates: number[]) =>
 *   lossRuns({
 *     rates: rates.map((val, day) => ({ ts: day * 86400, val })),
 *     sampleSize: 600,
 *   });
 * const history = daily([0, 0, 0, 0, 0, 0, 0, 0.005]);
 * assertEquals(compareLoss(daily([0.02]), history).verdict, "warning");
 * assertEquals(compareLoss(daily([0.005]), history).verdict, "ok");
 * ```
 */
export function compareLoss(
  window: LossRuns,
  history: LossRuns,
  zone = "UTC",
): LossComparison {
  const days = lossByDay(history, zone);
  const pooled = poolLoss(window);
  const usual = percentile(days, 95);
  const limit = usual === undefined ? undefined : Math.max(usual, LEAST_LOSS);
  const reason = history.runs.length < LEAST_HISTORY
    ? `history too short (${history.runs.length} of ${LEAST_HISTORY})`
    : pooled === undefined
    ? "nothing was sent"
    : pooled.interval === undefined
    ? "it is not known how many packets were sent"
    : undefined;
  const low = pooled?.interval?.[0] ?? NaN;
  const verdict = reason ? "unknown" : low > limit! ? "warning" : "ok";
  return { verdict, reason, window: pooled, limit, days: days.length };
}

/** The loss of each day with runs, in order of time. */
function lossByDay(history: LossRuns, zone: string): number[] {
  const offset = offsetsIn(zone);
  const days = new Map<number, LossRun[]>();
  for (const run of history.runs) {
    const day = Math.floor((run.ts + offset(run.ts)) / DAY);
    const runs = days.get(day) ?? [];
    runs.push(run);
    days.set(day, runs);
  }
  return [...days.values()].map((runs) => poolLoss({ ...history, runs })!.loss);
}
