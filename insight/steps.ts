/**
 * Steps in a series of one value a run: where its level changed for good, and
 * where that was a clock and not the network.
 *
 * @module
 */

import { type Measured, timeOf } from "./point.ts";
import { MAD_TO_SIGMA, median } from "./robust.ts";
import { slidingMedians } from "./sliding.ts";

/**
 * A change of the level of a series.
 *
 * @example Usage
 * ```ts
 * import { delaySteps, type Step } from "@esmond/client/insight";
 *
 * const delays = [24.6, 24.7, 24.6, 24.6, 30.9, 30.9, 31.0, 30.9];
 * const points = delays.map((val, at) => ({ ts: 300 * at, val }));
 * const [step]: Step[] = delaySteps(points, { runs: 4 });
 * console.log(step?.time, step?.change.toFixed(1)); // 1200 "6.3"
 * ```
 */
export interface Step {
  /** The first run after it, in seconds since 1970 UTC. */
  readonly time: number;
  /** The last run before it. */
  readonly previous: number;
  /** The place of the first run after it, among those with a value. */
  readonly index: number;
  /** The median before, in the unit of the values. */
  readonly before: number;
  /** The median after. */
  readonly after: number;
  /**
   * Of delay, `after − before` in milliseconds; of throughput,
   * `after / before − 1`.
   */
  readonly change: number;
}

/**
 * How to look for steps of delay.
 *
 * @example Usage
 * ```ts
 * import type { DelayStepOptions } from "@esmond/client/insight";
 *
 * const options: DelayStepOptions = { minStep: 0.2, bucketWidth: 0.01 };
 * console.log(options);
 * ```
 */
export interface DelayStepOptions {
  /**
   * How many runs on each side tell the level.
   *
   * @default {8}
   */
  readonly runs?: number | undefined;
  /**
   * The least change, in milliseconds.
   *
   * @default {0.5}
   */
  readonly minStep?: number | undefined;
  /**
   * The width of a histogram's buckets, in milliseconds: noise is at least
   * that, and at least 0.1 ms.
   *
   * @default {0.1}
   */
  readonly bucketWidth?: number | undefined;
}

/**
 * How to look for steps of throughput.
 *
 * @example Usage
 * ```ts
 * import type { ThroughputStepOptions } from "@esmond/client/insight";
 *
 * const options: ThroughputStepOptions = { minStep: 0.5 };
 * console.log(options);
 * ```
 */
export interface ThroughputStepOptions {
  /**
   * How many runs on each side tell the level.
   *
   * @default {8}
   */
  readonly runs?: number | undefined;
  /**
   * The least change, as a share of what it was.
   *
   * @default {0.2}
   */
  readonly minStep?: number | undefined;
}

/** How many runs on each side tell the level. */
export const STEP_RUNS = 8;

/** The least change of a delay, in milliseconds. */
const MIN_DELAY_STEP = 0.5;

/** The least noise of delays, in milliseconds. */
const DELAY_NOISE = 0.1;

/** The least change of throughput, as a share. */
const MIN_THROUGHPUT_STEP = 0.2;

/** The least noise of log2 of throughput: about 2 %. */
const THROUGHPUT_NOISE = 0.03;

/**
 * Steps of delay. At a boundary, with d the difference between the medians of
 * the runs on each side, and s = max(1.4826 · MAD, noise) of how far these are
 * from their medians, there is a step if |d| ≥ 5 · s and |d| is at least
 * `minStep`. Of boundaries closer than `runs`, the one with the largest |d| / s
 * counts; the step is where the values on both sides are nearest to their
 * medians.
 *
 * @param points One value a run, in milliseconds: the minimum of its histogram,
 * which shows the way and not the load. In any order; without a value, or a
 * number, a run is left out.
 * @param options How to look.
 * @returns The steps, by time.
 * @throws {RangeError} when `runs` is not a whole number above 0.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { delaySteps } from "@esmond/client/insight";
 *
 * const delays = [
 *   ...[24.6, 24.7, 24.6, 24.6, 24.7, 24.6, 24.6, 24.7],
 *   ...[30.9, 30.9, 31.0, 30.9, 30.9, 31.0, 30.9, 30.9],
 * ];
 * const steps = delaySteps(delays.map((val, at) => ({ ts: 300 * at, val })));
 * assertEquals(steps.map(({ time, before, after }) => [time, before, after]), [
 *   [2400, 24.6, 30.9],
 * ]);
 * ```
 */
export function delaySteps(
  points: Iterable<Measured<number>>,
  options: DelayStepOptions = {},
): Step[] {
  const series = seriesOf(points);
  const rule = delayRule(options);
  return stepsOf(series.values, rule).map(({ index, before, after }) => ({
    time: series.times[index]!,
    previous: series.times[index - 1]!,
    index,
    before,
    after,
    change: after - before,
  }));
}

/**
 * Steps of throughput: as {@linkcode delaySteps}, on the logarithm to base 2 and
 * with a noise of at least 0.03, so that a change counts by its share.
 *
 * @param points One value a run, in any unit and order; without a value, or a
 * number, a run is left out.
 * @param options How to look.
 * @returns The steps, by time; `before` and `after` in the unit of the values.
 * @throws {RangeError} when `runs` is not a whole number above 0.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { throughputSteps } from "@esmond/client/insight";
 *
 * const rates = [9.2e9, 9.1e9, 9.3e9, 9.2e9, 0.7e9, 0.6e9, 0.7e9, 0.8e9];
 * const points = rates.map((val, at) => ({ ts: 7200 * at, val }));
 * const [step] = throughputSteps(points, { runs: 4 });
 * assertEquals(step?.time, 28800);
 * assertEquals(step?.change.toFixed(2), "-0.92");
 * ```
 */
export function throughputSteps(
  points: Iterable<Measured<number>>,
  options: ThroughputStepOptions = {},
): Step[] {
  const { runs, minStep = MIN_THROUGHPUT_STEP } = options;
  const series = seriesOf(points);
  const largest = series.values.reduce((a, b) => Math.max(a, b), 0);
  if (largest === 0) return [];
  // There is no logarithm of 0: it counts as a millionth of the largest.
  const logarithms = series.values.map((value) =>
    Math.log2(Math.max(value, largest * 1e-6))
  );
  const ratio = (before: number, after: number) =>
    rateOf(after) / rateOf(before) - 1;
  return stepsOf(logarithms, {
    runs,
    noise: THROUGHPUT_NOISE,
    isLarge: (before, after) =>
      isAtLeast(Math.abs(ratio(before, after)), minStep),
  }).map(({ index, before, after }) => ({
    time: series.times[index]!,
    previous: series.times[index - 1]!,
    index,
    before: rateOf(before),
    after: rateOf(after),
    change: ratio(before, after),
  }));
}

/** The number of a logarithm, without the last digits, which are not exact. */
function rateOf(logarithm: number): number {
  return Number((2 ** logarithm).toPrecision(14));
}

/**
 * Whether delays, in milliseconds, are at another level after some moment than
 * before it, by the rule of {@linkcode delaySteps}.
 */
export function isDelayStep(
  before: readonly number[],
  after: readonly number[],
  options: DelayStepOptions = {},
): boolean {
  const [low, high] = [median(before), median(after)];
  if (low === undefined || high === undefined) return false;
  const all = [...before, ...after];
  return strengthOf(all, before.length, low, high, delayRule(options)) > 0;
}

function delayRule(
  { runs, minStep = MIN_DELAY_STEP, bucketWidth = 0 }: DelayStepOptions,
): Rule {
  return {
    runs,
    noise: Math.max(bucketWidth, DELAY_NOISE),
    isLarge: (before, after) => isAtLeast(Math.abs(after - before), minStep),
  };
}

/** Not quite, because a difference of decimals can miss by its last digits. */
function isAtLeast(value: number, least: number): boolean {
  return value >= least * (1 - 1e-12);
}

/** Values that are numbers, and their times, in order of time. */
function seriesOf(
  points: Iterable<Measured<number>>,
): { times: number[]; values: number[] } {
  const pairs: [time: number, value: number][] = [];
  for (const point of points) {
    const time = timeOf(point);
    const value = point.val;
    if (typeof value === "number" && Number.isFinite(value) && !isNaN(time)) {
      pairs.push([time, value]);
    }
  }
  pairs.sort(([a], [b]) => a - b);
  return {
    times: pairs.map(([time]) => time),
    values: pairs.map(([, value]) => value),
  };
}

/** What makes a difference of levels a step. */
interface Rule {
  runs: number | undefined;
  noise: number;
  isLarge(before: number, after: number): boolean;
}

interface Level {
  index: number;
  before: number;
  after: number;
}

/** How many times the noise a step is at least. */
const STEP_TO_NOISE = 5;

function stepsOf(values: readonly number[], rule: Rule): Level[] {
  const { runs = STEP_RUNS } = rule;
  if (!(Number.isInteger(runs) && runs > 0)) {
    throw new RangeError(`runs is a whole number above 0, not ${runs}`);
  }
  const found = new Map<number, Level>();
  for (const boundary of strongest(values, runs, rule)) {
    const index = place(values, boundary, runs);
    found.set(index, {
      index,
      before: median(values.slice(Math.max(0, index - runs), index))!,
      after: median(values.slice(index, index + runs))!,
    });
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
}

/** Boundaries with a step, of those that are closer than `runs` the best. */
function strongest(
  values: readonly number[],
  runs: number,
  rule: Rule,
): number[] {
  const medians = slidingMedians(values, runs);
  const candidates: { at: number; strength: number }[] = [];
  for (let at = runs; at + runs <= values.length; at++) {
    const [before, after] = [medians[at - runs]!, medians[at]!];
    // Most boundaries are not worth a look at their values.
    const change = Math.abs(after - before);
    if (!isAtLeast(change, STEP_TO_NOISE * rule.noise)) continue;
    const both = values.slice(at - runs, at + runs);
    const strength = strengthOf(both, runs, before, after, rule);
    if (strength > 0) candidates.push({ at, strength });
  }
  candidates.sort((a, b) => b.strength - a.strength || a.at - b.at);
  const isTaken = new Uint8Array(values.length + 1);
  return candidates.flatMap(({ at }) => {
    if (isTaken[at]) return [];
    isTaken.fill(1, at - runs + 1, at + runs);
    return [at];
  });
}

/** How many times the noise a step is; 0 if there is none. */
function strengthOf(
  values: readonly number[],
  boundary: number,
  before: number,
  after: number,
  { noise, isLarge }: Rule,
): number {
  const residuals = values.map((value, at) =>
    Math.abs(value - (at < boundary ? before : after))
  );
  const spread = Math.max(MAD_TO_SIGMA * median(residuals)!, noise);
  const strength = Math.abs(after - before) / spread;
  return isAtLeast(strength, STEP_TO_NOISE) && isLarge(before, after)
    ? strength
    : 0;
}

/** Where within `runs` of a boundary both sides fit their medians best. */
function place(
  values: readonly number[],
  boundary: number,
  runs: number,
): number {
  const around = values.slice(boundary - runs, boundary + runs);
  let best = { at: runs, misfit: Infinity };
  for (let at = 1; at < around.length; at++) {
    const misfit = misfitOf(around.slice(0, at)) + misfitOf(around.slice(at));
    if (misfit < best.misfit) best = { at, misfit };
  }
  return boundary - runs + best.at;
}

/** How far values are from their median, in sum. */
function misfitOf(values: readonly number[]): number {
  const middle = median(values)!;
  return values.reduce((sum, value) => sum + Math.abs(value - middle), 0);
}

/**
 * A step of a clock: one direction became faster by what the other became
 * slower.
 *
 * @example Usage
 * ```ts
 * import { type ClockStep, clockSteps } from "@esmond/client/insight";
 *
 * const found: ClockStep[] = clockSteps([], [], 300);
 * console.log(found.length); // 0
 * ```
 */
export interface ClockStep {
  /** The step from the source to the destination. */
  readonly forward: Step;
  /** The step on the way back. */
  readonly reverse: Step;
}

/**
 * Steps of a clock among steps of one-way delay: a step there and a step back
 * within one interval, whose sum is at most a fifth of the larger one. What the
 * network does to one direction, the other does not undo.
 *
 * @param forward Steps from the source to the destination, by time, in
 * milliseconds.
 * @param reverse Steps on the way back.
 * @param interval How far apart in time the two may be: the interval between
 * runs, in seconds.
 * @returns Pairs of steps; each step is in one at most.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clockSteps, delaySteps } from "@esmond/client/insight";
 *
 * const at = (...delays: number[]) => delays.map((val, i) => ({ ts: 300 * i, val }));
 * const forward = delaySteps(at(12.4, 12.4, 12.5, -3.1, -3.1, -3.0), { runs: 3 });
 * const reverse = delaySteps(at(12.6, 12.6, 12.6, 28.1, 28.1, 28.2), { runs: 3 });
 * assertEquals(clockSteps(forward, reverse, 300).length, 1);
 * ```
 */
export function clockSteps(
  forward: readonly Step[],
  reverse: readonly Step[],
  interval: number,
): ClockStep[] {
  const pairs: ClockStep[] = [];
  let from = 0;
  for (const there of forward) {
    while (
      from < reverse.length && reverse[from]!.time < there.time - interval
    ) from++;
    for (let at = from; at < reverse.length; at++) {
      const back = reverse[at]!;
      if (back.time > there.time + interval) break;
      if (!cancels(there.change, back.change)) continue;
      pairs.push({ forward: there, reverse: back });
      from = at + 1;
      break;
    }
  }
  return pairs;
}

function cancels(one: number, other: number): boolean {
  const largest = Math.max(Math.abs(one), Math.abs(other));
  return isAtLeast(0.2 * largest, Math.abs(one + other));
}
