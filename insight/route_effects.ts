/**
 * Whether a change of the route mattered: what the delay did when the route
 * changed, and whether the route changed when the delay did.
 *
 * @module
 */

import { type Measured, timeOf } from "./point.ts";
import { median } from "./robust.ts";
import type { RouteChange } from "./route_changes.ts";
import { spacingOf } from "./spacing.ts";
import {
  clockSteps,
  type DelayStepOptions,
  delaySteps,
  isDelayStep,
  type Step,
  STEP_RUNS,
} from "./steps.ts";

/**
 * What a change of the route, or a step of the delay, means.
 *
 * @example Usage
 * ```ts
 * import { routeEffects, type RouteVerdict } from "@esmond/client/insight";
 *
 * const verdicts: (RouteVerdict | undefined)[] = routeEffects([], { forward: [] })
 *   .changes.map(({ verdict }) => verdict);
 * console.log(verdicts.length); // 0
 * ```
 */
export type RouteVerdict =
  | "latency changed with the route"
  | "route changed, latency did not"
  | "latency changed, route did not"
  | "clock step";

/**
 * A change of the route, and what the delay did.
 *
 * @example Usage
 * ```ts
 * import { type RouteEffect, routeEffects } from "@esmond/client/insight";
 *
 * const effects: readonly RouteEffect[] = routeEffects([], { forward: [] }).changes;
 * for (const { change, verdict, difference } of effects) {
 *   console.log(change.time, verdict, difference, "ms");
 * }
 * ```
 */
export interface RouteEffect {
  /** The change. */
  readonly change: RouteChange;
  /** What it did; `undefined` where no delay was measured on both sides. */
  readonly verdict: RouteVerdict | undefined;
  /**
   * Where to compare what was measured before and after: 6 hours, but not beyond
   * other changes of the route or other steps of the delay.
   */
  readonly sides: Sides;
  /** The median delay before, in milliseconds; `undefined` without a run. */
  readonly before: number | undefined;
  /** The median delay after. */
  readonly after: number | undefined;
  /** How many runs these are the medians of. */
  readonly runs: { readonly before: number; readonly after: number };
  /** The step of the delay that was when the route changed, if there is one. */
  readonly step: Step | undefined;
  /**
   * By how much the delay changed, in milliseconds: by the step, or
   * `after − before`; `undefined` where one of them is.
   */
  readonly difference: number | undefined;
}

/**
 * A step of the delay that was not when the route changed.
 *
 * @example Usage
 * ```ts
 * import { type OtherStep, routeEffects } from "@esmond/client/insight";
 *
 * const steps: readonly OtherStep[] = routeEffects([], { forward: [] }).steps;
 * for (const { step, verdict } of steps) console.log(step.time, verdict);
 * ```
 */
export interface OtherStep {
  /** The step. */
  readonly step: Step;
  /** What it means. */
  readonly verdict: RouteVerdict;
}

/**
 * One value a run: the minimum of its histogram of delays, in milliseconds.
 *
 * @example Usage
 * ```ts
 * import type { RouteDelays } from "@esmond/client/insight";
 *
 * const delays: RouteDelays = { forward: [{ ts: 1456790400, val: 24.6 }] };
 * console.log(delays);
 * ```
 */
export interface RouteDelays {
  /** From the source to the destination of the traces, or there and back. */
  readonly forward: Iterable<Measured<number>>;
  /** From the destination to the source, which tells steps of a clock. */
  readonly reverse?: Iterable<Measured<number>> | undefined;
}

/**
 * What changes of a route did to the delay, and steps of the delay that they do
 * not explain. A step belongs to a change if both can have been at the same
 * moment: between the last trace of the old route and the first of the new one,
 * and, give or take one run, between the last run before the step and the first
 * after it. Where there are too few runs to look for steps, the delays up to 6
 * hours before and after the change are compared by the same rule.
 *
 * @param changes The changes of the route by time.
 * @param delays The delays around them.
 * @param options How to look for steps.
 * @returns The changes with what they did, and the other steps by time.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { routeChanges, routeEffects, tracesOf } from "@esmond/client/insight";
 *
 * const traces = tracesOf(Array.from({ length: 20 }, (_, at) => ({
 *   ts: 600 * at,
 *   val: [{ ttl: 1, success: 1, ip: at < 10 ? "192.0.2.1" : "192.0.2.2" }],
 * })));
 * const forward = Array.from({ length: 40 }, (_, at) => ({
 *   ts: 300 * at,
 *   val: at < 20 ? 24.6 : 30.9,
 * }));
 * const { changes, steps } = routeEffects(routeChanges(traces), { forward });
 * assertEquals(changes[0]?.verdict, "latency changed with the route");
 * assertEquals(changes[0]?.difference?.toFixed(1), "6.3");
 * assertEquals(steps, []);
 * ```
 */
export function routeEffects(
  changes: readonly RouteChange[],
  delays: RouteDelays,
  options: DelayStepOptions = {},
): { changes: RouteEffect[]; steps: OtherStep[] } {
  const forward = [...delays.forward];
  const reverse = [...delays.reverse ?? []];
  const steps = delaySteps(forward, options);
  const slack = intervalOf(forward);
  const clock = new Set(
    clockSteps(
      steps,
      delaySteps(reverse, options),
      Math.max(slack, intervalOf(reverse)),
    ).map((pair) => pair.forward),
  );
  const free = new Set(steps);
  const effects = changes.map((change): RouteEffect => {
    const step = nearest(change, free, slack);
    if (step !== undefined) free.delete(step);
    const others = [...changes, ...steps].filter((each) =>
      each !== change && each !== step
    );
    const sides = sidesAround(change.time, others.map(({ time }) => time));
    const before = valuesIn(forward, sides.before);
    const after = valuesIn(forward, sides.after);
    const [low, high] = [median(before), median(after)];
    return {
      change,
      verdict: step === undefined
        ? verdictWithout(before, after, options)
        : clock.has(step)
        ? "clock step"
        : "latency changed with the route",
      sides,
      before: low,
      after: high,
      runs: { before: before.length, after: after.length },
      step,
      difference: step?.change ??
        (low === undefined || high === undefined ? undefined : high - low),
    };
  });
  return {
    changes: effects,
    steps: [...free].map((step) => ({
      step,
      verdict: clock.has(step)
        ? "clock step"
        : "latency changed, route did not",
    })),
  };
}

/** The interval between points, in seconds; 0 if it is not known. */
function intervalOf(points: readonly Measured<number>[]): number {
  return spacingOf(points).interval ?? 0;
}

/** The step that can have been when the route changed, the nearest of several. */
function nearest(
  change: RouteChange,
  steps: Iterable<Step>,
  slack: number,
): Step | undefined {
  let best: { step: Step; distance: number } | undefined;
  for (const step of steps) {
    const apart = Math.max(
      step.previous - change.time,
      change.previous - step.time,
    );
    const distance = Math.abs(step.time - change.time);
    if (apart <= slack && distance < (best?.distance ?? Infinity)) {
      best = { step, distance };
    }
  }
  return best?.step;
}

/** With fewer runs than this, a level says nothing. */
const FEWEST_RUNS = 3;

/** What a change did at which no step was found. */
function verdictWithout(
  before: readonly number[],
  after: readonly number[],
  options: DelayStepOptions,
): RouteVerdict | undefined {
  const runs = Math.min(before.length, after.length);
  if (runs < FEWEST_RUNS) return undefined;
  // With enough runs a step at this moment would have been found.
  const isUnseen = runs < (options.runs ?? STEP_RUNS) &&
    isDelayStep(before, after, options);
  return isUnseen
    ? "latency changed with the route"
    : "route changed, latency did not";
}

/**
 * A span of time.
 *
 * @example Usage
 * ```ts
 * import { type TimeSpan, valuesIn } from "@esmond/client/insight";
 *
 * const hour: TimeSpan = { from: 0, to: 3600 };
 * console.log(valuesIn([{ ts: 0, val: 5 }, { ts: 3600, val: 6 }], hour)); // [ 5 ]
 * ```
 */
export interface TimeSpan {
  /** Its first second, since 1970 UTC. */
  readonly from: number;
  /** The second after it. */
  readonly to: number;
}

/**
 * The time before and after a change.
 *
 * @example Usage
 * ```ts
 * import { routeEffects, type Sides } from "@esmond/client/insight";
 *
 * const sides: Sides[] = routeEffects([], { forward: [] })
 *   .changes.map(({ sides }) => sides);
 * console.log(sides.length); // 0
 * ```
 */
export interface Sides {
  /** Up to the change. */
  readonly before: TimeSpan;
  /** From the change on. */
  readonly after: TimeSpan;
}

/** How far from a change to compare, in seconds. */
const SPAN = 6 * 3600;

/** The time before and after a change, up to other changes. */
function sidesAround(time: number, others: readonly number[]): Sides {
  let [from, to] = [time - SPAN, time + SPAN];
  for (const other of others) {
    if (other <= time) from = Math.max(from, other);
    else to = Math.min(to, other);
  }
  return { before: { from, to: time }, after: { from: time, to } };
}

/**
 * The values in a span of time, for medians and their number beside a change.
 *
 * @param points Points in any order.
 * @param span The span.
 * @returns The values that are finite numbers, in the order of the points.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { valuesIn } from "@esmond/client/insight";
 *
 * const points = [{ ts: 0, val: 24.6 }, { ts: 300, val: null }, { ts: 600, val: 30.9 }];
 * assertEquals(valuesIn(points, { from: 0, to: 600 }), [24.6]);
 * ```
 */
export function valuesIn(
  points: Iterable<Measured<number>>,
  { from, to }: TimeSpan,
): number[] {
  const values: number[] = [];
  for (const point of points) {
    const time = timeOf(point);
    const value = point.val;
    if (time >= from && time < to && Number.isFinite(value)) {
      values.push(value as number);
    }
  }
  return values;
}
