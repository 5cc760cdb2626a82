/**
 * What is beside a change of the route: delay, loss and throughput before and
 * after it, in both directions.
 *
 * @module
 */

import {
  type LossBasis,
  type LossKind,
  type Measured,
  median,
  mergeHistograms,
  percentile,
  poolLoss,
  type RouteEffect,
  type Sides,
  type TimeSpan,
  valuesIn,
} from "../../insight.ts";
import type { Delays, Losses } from "./direction.ts";

/** A number before a change and after it; `undefined` if it is not known. */
export interface Pair {
  /** Up to the change. */
  before: number | undefined;
  /** From the change on. */
  after: number | undefined;
}

/** How many runs a pair is of. */
export type Counts = {
  /** Up to the change. */
  before: number;
  /** From the change on. */
  after: number;
};

/** What was measured in one direction, before a change and after it. */
export interface Beside {
  /** What the delays are of; absent without any. */
  delayKind: Delays["kind"];
  /** The median of the least delay of each run, in milliseconds. */
  delay: Pair;
  /** The median of all delays. */
  median: Pair;
  /** Lost by sent packets. */
  loss: Pair;
  /** What the loss is of; absent without any. */
  lossKind: LossKind | undefined;
  /** What it was computed from. */
  lossBasis: LossBasis;
  /** The median of throughput, in bits per second. */
  throughput: Pair;
  /** How many runs each is of. */
  n: { delay: Counts; loss: Counts; throughput: Counts };
}

/** A change of the route, and what is beside it. */
export interface ChangeFacts {
  /** The change, and whether it mattered. */
  effect: RouteEffect;
  /** From the source to the destination. */
  there: Beside;
  /** The way back. */
  back: Beside;
}

/** What was read of a direction around a change. */
export interface Around {
  /** Delays. */
  delays: Delays;
  /** Loss. */
  losses: Losses;
  /** Throughput. */
  throughput: readonly Measured<number>[];
}

/** Compares what was read on both sides of a change. */
export function besideOf(
  { delays, losses, throughput }: Around,
  sides: Sides,
): Beside {
  const { before, after } = sides;
  const both = <T>(of: (span: TimeSpan) => T) => ({
    before: of(before),
    after: of(after),
  });
  const least = both((span) => valuesIn(delays.runs, span));
  const rates = both((span) => valuesIn(throughput, span));
  const loss = both((span) =>
    poolLoss({
      ...losses,
      runs: losses.runs.filter(({ ts }) => isIn(span, ts)),
    })
  );
  const pair = ({ before, after }: { before: number[]; after: number[] }) => ({
    before: median(before),
    after: median(after),
  });
  const counts = (
    { before, after }: { before: number[]; after: number[] },
  ) => ({ before: before.length, after: after.length });
  return {
    delayKind: delays.kind,
    delay: pair(least),
    median: both((span) => medianIn(delays, span)),
    loss: { before: loss.before?.loss, after: loss.after?.loss },
    lossKind: losses.kind,
    lossBasis: losses.basis,
    throughput: pair(rates),
    n: {
      delay: counts(least),
      loss: { before: loss.before?.runs ?? 0, after: loss.after?.runs ?? 0 },
      throughput: counts(rates),
    },
  };
}

/** The median of all delays of a side: percentiles cannot be averaged. */
function medianIn({ runs }: Delays, span: TimeSpan): number | undefined {
  const histograms = runs.flatMap(({ ts, histogram }) =>
    histogram && isIn(span, ts) ? [histogram] : []
  );
  return percentile(mergeHistograms(histograms), 50);
}

function isIn({ from, to }: TimeSpan, ts: number): boolean {
  return from <= ts && ts < to;
}
