/**
 * Loss: lost packets by sent packets, never a mean of rates unless nothing else
 * is known.
 *
 * @module
 */

import { type Measured, timeOf } from "./point.ts";

/**
 * What a loss is computed from, best first: the counts of packets; rates, and
 * the packets sent by the same runs; rates, and the number of packets in the
 * description of the test; rates alone, of which there is only a mean, in which
 * a run of ten packets counts as much as one of ten thousand.
 *
 * @example Usage
 * ```ts
 * import { type LossBasis, pooledLoss } from "@esmond/client/insight";
 *
 * const basis: LossBasis | undefined =
 *   pooledLoss({ rates: [{ ts: 0, val: 0.01 }] })?.basis;
 * console.log(basis); // mean of rates
 * ```
 */
export type LossBasis =
  | "counts"
  | "rate×sent"
  | "rate×sample-size"
  | "mean of rates";

/**
 * What is known of the loss of a test: points of the same runs, or of the same
 * bins of one roll-up. Any of them may be missing.
 *
 * @example Usage
 * ```ts
 * import type { LossSeries } from "@esmond/client/insight";
 *
 * const series: LossSeries = {
 *   rates: [{ ts: 0, val: 0 }, { ts: 300, val: 0.005 }],
 *   sampleSize: 600,
 * };
 * console.log(series);
 * ```
 */
export interface LossSeries {
  /** Packets lost: `packet-count-lost`, or `packet-count-lost-bidir`. */
  readonly lost?: Iterable<Measured<number>> | undefined;
  /** Packets sent: `packet-count-sent`. */
  readonly sent?: Iterable<Measured<number>> | undefined;
  /** Fractions from 0 to 1: `packet-loss-rate`, or `packet-loss-rate-bidir`. */
  readonly rates?: Iterable<Measured<number>> | undefined;
  /** Packets of a run: `sample-size` of the test. */
  readonly sampleSize?: number | string | undefined;
}

/**
 * The loss of one run, or of one bin.
 *
 * @example Usage
 * ```ts
 * import { type LossRun, lossRuns } from "@esmond/client/insight";
 *
 * const runs: readonly LossRun[] = lossRuns({
 *   rates: [{ ts: 0, val: 0.005 }],
 *   sampleSize: 600,
 * }).runs;
 * console.log(runs[0]?.lost, "of", runs[0]?.sent); // 3 of 600
 * ```
 */
export interface LossRun {
  /** When, in seconds since 1970 UTC. */
  readonly ts: number;
  /** Lost by sent, from 0 to 1. */
  readonly loss: number;
  /** Packets lost; `undefined` if the basis is the mean of rates. */
  readonly lost: number | undefined;
  /** Packets sent, above 0; `undefined` if the basis is the mean of rates. */
  readonly sent: number | undefined;
}

/**
 * The loss of each run.
 *
 * @example Usage
 * ```ts
 * import { type LossRuns, lossRuns } from "@esmond/client/insight";
 *
 * const found: LossRuns = lossRuns({});
 * console.log(found.runs.length); // 0
 * ```
 */
export interface LossRuns {
  /** What the loss was computed from. */
  readonly basis: LossBasis;
  /** The runs, in order of time. */
  readonly runs: readonly LossRun[];
  /**
   * How many runs are left out: they lack what the others are computed from, or
   * have counts or rates that cannot be.
   */
  readonly ignored: number;
}

/**
 * The loss of each run, all computed from the same: the first basis that most
 * of the runs have.
 *
 * @param series What is known.
 * @returns The runs; none where nothing was sent.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lossRuns } from "@esmond/client/insight";
 *
 * const { basis, runs } = lossRuns({
 *   rates: [{ ts: 0, val: 0.5 }],
 *   sent: [{ ts: 0, val: 60 }],
 * });
 * assertEquals(basis, "rate×sent");
 * assertEquals(runs, [{ ts: 0, loss: 0.5, lost: 30, sent: 60 }]);
 * ```
 */
export function lossRuns(series: LossSeries): LossRuns {
  const records = recordsOf(series);
  const sampleSize = Number(series.sampleSize);
  const runsBy: [LossBasis, LossRun[]][] = [
    ["counts", records.flatMap(({ ts, lost, sent }) => run(ts, lost, sent))],
    ["rate×sent", records.flatMap(({ ts, rate, sent }) => by(ts, rate, sent))],
    [
      "rate×sample-size",
      records.flatMap(({ ts, rate }) => by(ts, rate, sampleSize)),
    ],
    ["mean of rates", records.flatMap(({ ts, rate }) => alone(ts, rate))],
  ];
  // The newest run may be written in part: most of them have to do.
  const most = Math.max(...runsBy.map(([, runs]) => runs.length));
  const [basis, runs] = runsBy.find(([, { length }]) => length * 2 >= most)!;
  return { basis, runs, ignored: records.length - runs.length };
}

function run(
  ts: number,
  lost: number | undefined,
  sent: number | undefined,
): LossRun[] {
  const isSound = isAtLeast(lost, 0) && isAtLeast(sent, lost) && sent > 0;
  return isSound ? [{ ts, loss: lost / sent, lost, sent }] : [];
}

function by(
  ts: number,
  rate: number | undefined,
  sent: number | undefined,
): LossRun[] {
  if (!isRate(rate) || !isAtLeast(sent, 0)) return [];
  return run(ts, Math.round(rate * sent), sent);
}

function alone(ts: number, rate: number | undefined): LossRun[] {
  return isRate(rate)
    ? [{ ts, loss: rate, lost: undefined, sent: undefined }]
    : [];
}

function isRate(rate: number | undefined): rate is number {
  return isAtLeast(rate, 0) && rate <= 1;
}

function isAtLeast(value: number | undefined, least: number): value is number {
  return value !== undefined && value >= least && value < Infinity;
}

/** What there is of one run. */
interface Known {
  ts: number;
  lost?: number;
  sent?: number;
  rate?: number;
}

/** The records of runs that sent anything, in order of time. */
function recordsOf({ lost, sent, rates }: LossSeries): Known[] {
  const records = new Map<number, Known>();
  const take = (
    points: Iterable<Measured<number>> | undefined,
    field: "lost" | "sent" | "rate",
  ) => {
    for (const point of points ?? []) {
      const { val } = point;
      const ts = timeOf(point);
      if (typeof val !== "number" || Number.isNaN(ts)) continue;
      let key = ts;
      // elmond may have several results of one second.
      while (records.get(key)?.[field] !== undefined) key += 1 / 1024;
      const record: Known = records.get(key) ?? { ts };
      record[field] = val;
      records.set(key, record);
    }
  };
  take(lost, "lost");
  take(sent, "sent");
  take(rates, "rate");
  return [...records.values()]
    .filter(({ lost, sent, rate }) => rate !== undefined || lost || sent)
    .sort((a, b) => a.ts - b.ts);
}

/**
 * The loss of several runs together.
 *
 * @example Usage
 * ```ts
 * import { type PooledLoss, poolLoss } from "@esmond/client/insight";
 *
 * const none: PooledLoss | undefined = poolLoss({ basis: "counts", runs: [], ignored: 0 });
 * console.log(none); // undefined
 * ```
 */
export interface PooledLoss {
  /** What the loss was computed from. */
  readonly basis: LossBasis;
  /** From 0 to 1; unweighted if the basis is the mean of rates. */
  readonly loss: number;
  /** Packets lost; `undefined` if the basis is the mean of rates. */
  readonly lost: number | undefined;
  /** Packets sent; `undefined` if the basis is the mean of rates. */
  readonly sent: number | undefined;
  /** Where the true loss is, with 95 % confidence, if packets were counted. */
  readonly interval: readonly [low: number, high: number] | undefined;
  /** How many runs, or bins, went in. */
  readonly runs: number;
  /** How many could not. */
  readonly ignored: number;
}

/**
 * The loss of a test over all of its runs: Σ lost / Σ sent.
 *
 * @param series What is known of the runs.
 * @returns The loss; `undefined` if nothing is known, or nothing was sent,
 * which is not a loss of 0.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pooledLoss } from "@esmond/client/insight";
 *
 * const loss = pooledLoss({
 *   lost: [{ ts: 0, val: 0 }, { ts: 300, val: 0 }, { ts: 600, val: 60 }],
 *   sent: [{ ts: 0, val: 600 }, { ts: 300, val: 600 }, { ts: 600, val: 60 }],
 * });
 * assertEquals(loss?.basis, "counts");
 * assertEquals(loss?.loss, 60 / 1260); // a mean of the rates would be 1/3
 * ```
 */
export function pooledLoss(series: LossSeries): PooledLoss | undefined {
  return poolLoss(lossRuns(series));
}

/**
 * The loss of runs together, as {@linkcode pooledLoss} computes it: for a part
 * of the runs that {@linkcode lossRuns} has told.
 *
 * @param runs The runs, and what they were computed from.
 * @returns The loss; `undefined` of no runs.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lossRuns, poolLoss } from "@esmond/client/insight";
 *
 * const all = lossRuns({
 *   rates: [{ ts: 0, val: 0 }, { ts: 300, val: 0.5 }],
 *   sampleSize: 600,
 * });
 * const late = all.runs.filter(({ ts }) => ts >= 300);
 * assertEquals(poolLoss({ ...all, runs: late })?.lost, 300);
 * ```
 */
export function poolLoss(
  { basis, runs, ignored }: LossRuns,
): PooledLoss | undefined {
  if (runs.length === 0) return undefined;
  const counts = { basis, runs: runs.length, ignored };
  if (basis === "mean of rates") {
    const loss = sumOf(runs, "loss") / runs.length;
    const unknown = { lost: undefined, sent: undefined, interval: undefined };
    return { ...counts, loss, ...unknown };
  }
  const lost = sumOf(runs, "lost");
  const sent = sumOf(runs, "sent");
  const interval = wilson(lost, sent);
  return { ...counts, loss: lost / sent, lost, sent, interval };
}

function sumOf(
  runs: readonly LossRun[],
  field: "lost" | "sent" | "loss",
): number {
  return runs.reduce((sum, run) => sum + (run[field] ?? 0), 0);
}

/** Φ⁻¹(0.975): 95 % of a normal distribution are within so many deviations. */
const Z = 1.959963984540054;

/**
 * Where the true loss is, with 95 % confidence: Wilson's score interval, which
 * is right for few packets and for no loss, too.
 *
 * @param lost Packets lost.
 * @param sent Packets sent.
 * @returns The ends, from 0 to 1; `undefined` if nothing was sent.
 * @throws {RangeError} when `lost` is not within 0 and `sent`.
 *
 * @example Usage
 * ```ts
 * import { wilson } from "@esmond/client/insight";
 *
 * const [low, high] = wilson(0, 600)!;
 * console.log(low, high.toFixed(6)); // 0 0.006362
 * ```
 */
export function wilson(
  lost: number,
  sent: number,
): [low: number, high: number] | undefined {
  if (!(lost >= 0 && lost <= sent && sent < Infinity)) {
    throw new RangeError(`${lost} of ${sent} packets cannot be lost`);
  }
  if (sent === 0) return undefined;
  const loss = lost / sent;
  const square = Z * Z / sent;
  const middle = loss + square / 2;
  const spread = Z * Math.sqrt((loss * (1 - loss) + square / 4) / sent);
  return [
    lost === 0 ? 0 : (middle - spread) / (1 + square),
    lost === sent ? 1 : (middle + spread) / (1 + square),
  ];
}
