/**
 * What a page keeps of the measurements to draw them anew: as much as it takes
 * to look closer, and no more.
 *
 * @module
 */

import { type Histogram, mergeHistograms } from "../insight/histogram.ts";
import { type LossRun, poolLoss } from "../insight/loss.ts";
import type { Outcome, Run } from "../insight/runs.ts";
import { breaksOf } from "./absent.ts";
import { Columns } from "./columns.ts";
import { decimated } from "./decimate.ts";
import type { PlotData, PlotTest, Values } from "./measured.ts";

/** The most points of a kind that a page keeps of a test. */
const MOST = 4000;

/** Values in two lists of numbers: times by their distance from the last. */
type PackedValues<V> = [distances: number[], values: V[]];

interface PackedTest extends
  Omit<
    PlotTest,
    "runs" | "throughput" | "retransmits" | "loss" | "delay"
  > {
  runs: [distances: number[], outcomes: string];
  throughput?: PackedValues<number> | undefined;
  retransmits?: PackedValues<number> | undefined;
  loss?:
    | Omit<NonNullable<PlotTest["loss"]>, "runs"> & {
      runs: PackedValues<[loss: number, lost?: number, sent?: number]>;
    }
    | undefined;
  delay?:
    | { isRoundTrip: boolean; values: PackedValues<number[]> }
    | undefined;
}

/** What a page keeps, as JSON. */
export interface PackedData extends Omit<PlotData, "tests"> {
  /** The tests. */
  tests: PackedTest[];
}

const OUTCOMES: Record<Outcome, string> = {
  measured: "m",
  lost: "l",
  failed: "f",
  empty: "e",
};

/** Packs the measurements, in 4,000 bins where there are more points. */
export function packed(data: PlotData): PackedData {
  const bins = new Columns(data.window, MOST);
  return {
    ...data,
    tests: data.tests.map((test) => packedTest(test, bins)),
  };
}

function packedTest(
  test: PlotTest,
  bins: Columns,
): PackedTest {
  const { throughput, retransmits, loss, delay, ...others } = test;
  const { isReverse, label, gaps, interval, threshold, coverage } = others;
  const { counts, summary } = others;
  const runs = fewerRuns(test.runs, bins);
  const lossBins = loss && binned(loss.runs.map(({ ts }) => ts), bins);
  const delayBins = delay && binned(delay.times, bins);
  return {
    ...{ isReverse, label, gaps, interval, threshold, coverage },
    ...{ counts, summary },
    runs: [
      distances(runs.map(({ time }) => time)),
      runs.map(({ outcome }) => OUTCOMES[outcome]).join(""),
    ],
    throughput: throughput && fewer(throughput, test, bins),
    retransmits: retransmits && fewer(retransmits, test, bins),
    loss: loss && lossBins && {
      basis: loss.basis,
      ignored: loss.ignored,
      kind: loss.kind,
      runs: [
        distances(lossBins.map(({ at }) => at)),
        lossBins.map(({ from, after }) => {
          const pooled = poolLoss({
            ...loss,
            runs: loss.runs.slice(from, after),
          })!;
          return pooled.sent === undefined
            ? [pooled.loss]
            : [pooled.loss, pooled.lost!, pooled.sent];
        }),
      ],
    },
    delay: delay && delayBins && {
      isRoundTrip: delay.isRoundTrip,
      values: [
        distances(delayBins.map(({ at }) => at)),
        delayBins.map(({ from, after }) =>
          mergeHistograms(delay.values.slice(from, after)).buckets.flat()
        ),
      ],
    },
  };
}

/** Runs in bins, where there are too many; a run each otherwise. */
function binned(
  times: readonly number[],
  bins: Columns,
): { at: number; from: number; after: number }[] {
  const found: { at: number; from: number; after: number; bin: number }[] = [];
  const isFew = times.length <= MOST;
  for (const [at, time] of times.entries()) {
    const bin = isFew ? at : bins.of(time);
    const last = found.at(-1);
    if (last?.bin === bin) last.after = at + 1;
    else found.push({ at: time, from: at, after: at + 1, bin });
  }
  return found;
}

function fewer(
  values: Values<number>,
  test: PlotTest,
  bins: Columns,
): PackedValues<number> {
  const { times } = values;
  const kept = times.length <= MOST
    ? times.map((_, at) => at)
    : decimated(values, (time) => bins.of(time), breaksOf(test)).flat();
  return [
    distances(kept.map((at) => times[at]!)),
    kept.map((at) => values.values[at]!),
  ];
}

/** All runs without a value and those beside them; of others one in each bin. */
function fewerRuns(runs: readonly Run[], bins: Columns): readonly Run[] {
  if (runs.length <= MOST) return runs;
  const isPlain = (at: number) =>
    (runs[at]?.outcome ?? "measured") === "measured";
  let last = -1;
  return runs.filter(({ time }, at) => {
    const bin = bins.of(time);
    const isKept = bin !== last || at === runs.length - 1 ||
      ![at - 1, at, at + 1].every(isPlain);
    last = bin;
    return isKept;
  });
}

function distances(times: readonly number[]): number[] {
  return times.map((time, at) => time - (at === 0 ? 0 : times[at - 1]!));
}

function timesOf(distances: readonly number[]): number[] {
  let time = 0;
  return distances.map((distance) => time += distance);
}

/** The measurements as they are drawn. */
export function unpacked(data: PackedData): PlotData {
  return { ...data, tests: data.tests.map(unpackedTest) };
}

function unpackedTest(test: PackedTest): PlotTest {
  const { runs: [times, outcomes], throughput, retransmits, loss, delay } =
    test;
  const names = Object.entries(OUTCOMES) as [Outcome, string][];
  const outcomeOf = new Map(names.map(([name, letter]) => [letter, name]));
  const values = (packed: PackedValues<number> | undefined) =>
    packed && { times: timesOf(packed[0]), values: packed[1] };
  return {
    ...test,
    // JSON has no word for what is not known.
    interval: test.interval ?? undefined,
    threshold: test.threshold ?? undefined,
    coverage: test.coverage ?? undefined,
    runs: timesOf(times).map((time, at) => ({
      time,
      outcome: outcomeOf.get(outcomes[at]!)!,
    })),
    throughput: values(throughput),
    retransmits: values(retransmits),
    loss: loss && {
      ...loss,
      runs: timesOf(loss.runs[0]).map((ts, at): LossRun => {
        const [rate, lost, sent] = loss.runs[1][at]!;
        return { ts, loss: rate, lost, sent };
      }),
    },
    delay: delay && {
      isRoundTrip: delay.isRoundTrip,
      times: timesOf(delay.values[0]),
      values: delay.values[1].map(histogramOf),
    },
  };
}

function histogramOf(flat: readonly number[]): Histogram {
  const buckets: [number, number][] = [];
  for (let at = 0; at < flat.length; at += 2) {
    buckets.push([flat[at]!, flat[at + 1]!]);
  }
  const empty = mergeHistograms([]);
  return mergeHistograms([{ ...empty, buckets }]);
}
