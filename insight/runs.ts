/**
 * The runs of a test, and how each ended.
 *
 * @module
 */

import { type Measured, timeOf } from "./point.ts";
import { median } from "./robust.ts";
import {
  firstOfEach,
  sortedTimes,
  spacingsOf,
  type Times,
  union,
} from "./times.ts";

/**
 * How a run ended, first that fits: `lost` if all packets were lost, `measured`
 * if there is a value, `failed` if there is only a failure, `empty` if there is
 * neither.
 *
 * @example Usage
 * ```ts
 * import { type Outcome, runsOf } from "@esmond/client/insight";
 *
 * const outcomes: Outcome[] = runsOf({ values: [0], failures: [300] })
 *   .map(({ outcome }) => outcome);
 * console.log(outcomes); // [ "measured", "failed" ]
 * ```
 */
export type Outcome = "measured" | "lost" | "failed" | "empty";

/**
 * One attempt of a test.
 *
 * @example Usage
 * ```ts
 * import { type Run, runsOf } from "@esmond/client/insight";
 *
 * const [run]: Run[] = runsOf({ values: [1456790400] });
 * console.log(run?.time, run?.outcome); // 1456790400 "measured"
 * ```
 */
export interface Run {
  /** When: its first record, in seconds since 1970 UTC. */
  readonly time: number;
  /** How it ended. */
  readonly outcome: Outcome;
}

/**
 * What an archive has of the runs of a test.
 *
 * @example Usage
 * ```ts
 * import { lostTimes, type RunRecords } from "@esmond/client/insight";
 *
 * const rates = [{ ts: 0, val: 0 }, { ts: 60, val: 1 }];
 * const records: RunRecords = { values: rates, lost: lostTimes({ rates }) };
 * console.log(records.lost); // [ 60 ]
 * ```
 */
export interface RunRecords {
  /**
   * The points of the event type that represents the test, as
   * {@linkcode representativeOf} finds it.
   */
  readonly values?: Times | undefined;
  /** When all packets were lost, as {@linkcode lostTimes} finds it. */
  readonly lost?: Times | undefined;
  /** The points of `failures`. */
  readonly failures?: Times | undefined;
  /** The points of `pscheduler-run-href`: one for each run. */
  readonly hrefs?: Times | undefined;
}

/** Records as sorted times. */
export type SortedRecords = Record<keyof RunRecords, readonly number[]>;

/** Sorts the times of records, once. */
export function sortRecords(records: RunRecords): SortedRecords {
  return {
    values: sortedTimes(records.values ?? []),
    lost: sortedTimes(records.lost ?? []),
    failures: sortedTimes(records.failures ?? []),
    hrefs: sortedTimes(records.hrefs ?? []),
  };
}

/**
 * The times that the runs of a test had: those of `pscheduler-run-href` if it
 * has any, and of values and failures that are not within half a spacing of
 * them; otherwise of values and failures.
 */
export function runTimes(
  { values, lost, failures, hrefs }: SortedRecords,
): readonly number[] {
  const others = union(union(values, lost), failures);
  if (hrefs.length === 0) return others;
  const spacing = median(spacingsOf(hrefs)) ?? 0;
  return union(hrefs, apartFrom(hrefs, others, spacing / 2));
}

/** Times that are at least so many seconds from every run. */
function apartFrom(
  runs: readonly number[],
  times: readonly number[],
  least: number,
): number[] {
  const found: number[] = [];
  let next = 0;
  for (const time of times) {
    while (next < runs.length && runs[next]! < time) next++;
    const after = (runs[next] ?? Infinity) - time;
    const before = time - (runs[next - 1] ?? -Infinity);
    if (after > 0 && after >= least && before >= least) found.push(time);
  }
  return found;
}

/**
 * The runs of a test. Their times are those of `pscheduler-run-href`, of values,
 * and of failures; times closer than half an interval are one run.
 *
 * @param records What the archive has of them, in any order.
 * @param interval The expected time between two runs, in seconds, from
 * {@linkcode spacingOf}; if absent, only the same second is the same run.
 * @returns The runs in order.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runsOf } from "@esmond/client/insight";
 *
 * const runs = runsOf({ values: [0, 300, 301], failures: [301, 600] }, 300);
 * assertEquals(runs, [
 *   { time: 0, outcome: "measured" },
 *   { time: 300, outcome: "measured" },
 *   { time: 600, outcome: "failed" },
 * ]);
 * ```
 */
export function runsOf(records: RunRecords, interval?: number): Run[] {
  const sorted = sortRecords(records);
  return runsAt(firstOfEach(runTimes(sorted), interval ?? 0), sorted, interval);
}

const VALUE = 1;
const LOST = 2;
const FAILED = 4;

/** The same of records that are sorted, with the first time of each run. */
export function runsAt(
  times: readonly number[],
  { values, lost, failures }: SortedRecords,
  interval = 0,
): Run[] {
  const seen = new Uint8Array(times.length);
  const mark = (records: readonly number[], what: number) => {
    let at = 0;
    for (const record of records) {
      while (at + 1 < times.length && times[at + 1]! <= record) at++;
      const after = times[at + 1] ?? Infinity;
      const before = record - times[at]!;
      // Within half an interval it is this run's, whatever comes next.
      const isNext = before >= interval / 2 && after - record < before;
      seen[isNext ? at + 1 : at]! |= what;
    }
  };
  mark(values, VALUE);
  mark(lost, LOST);
  mark(failures, FAILED);
  return times.map((time, at) => ({ time, outcome: outcomeOf(seen[at]!) }));
}

function outcomeOf(seen: number): Outcome {
  if (seen & LOST) return "lost";
  if (seen & VALUE) return "measured";
  return seen & FAILED ? "failed" : "empty";
}

/**
 * What says that packets were lost.
 *
 * @example Usage
 * ```ts
 * import { type LossRecords, lostTimes } from "@esmond/client/insight";
 *
 * const records: LossRecords = { rates: [{ ts: 0, val: 1 }] };
 * console.log(lostTimes(records)); // [ 0 ]
 * ```
 */
export interface LossRecords {
  /** `packet-loss-rate` or `packet-loss-rate-bidir`: fractions from 0 to 1. */
  readonly rates?: Iterable<Measured<number>> | undefined;
  /** `packet-count-lost` or `packet-count-lost-bidir`. */
  readonly lost?: Iterable<Measured<number>> | undefined;
  /** `packet-count-sent`. */
  readonly sent?: Iterable<Measured<number>> | undefined;
}

/**
 * When all packets were lost: the loss is 1, or packets were sent and as many
 * were lost. No delay is written then, which is not a gap.
 *
 * @param records Loss rates, or counts of packets.
 * @returns Seconds since 1970 UTC, ascending.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lostTimes } from "@esmond/client/insight";
 *
 * const lost = [{ ts: 0, val: 3 }, { ts: 60, val: 600 }];
 * const sent = [{ ts: 0, val: 600 }, { ts: 60, val: 600 }];
 * assertEquals(lostTimes({ lost, sent }), [60]);
 * ```
 */
export function lostTimes({ rates, lost, sent }: LossRecords): number[] {
  const times: number[] = [];
  for (const point of rates ?? []) {
    if (Number(point.val) === 1) times.push(timeOf(point));
  }
  const sentAt = new Map<number, number>();
  for (const point of lost ? sent ?? [] : []) {
    if (Number(point.val) > 0) sentAt.set(timeOf(point), Number(point.val));
  }
  for (const point of lost ?? []) {
    const time = timeOf(point);
    if (Number(point.val) >= (sentAt.get(time) ?? Infinity)) times.push(time);
  }
  return sortedTimes(times);
}
