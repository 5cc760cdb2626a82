/** Measurements to draw, made up. */

import type { PlotData, PlotTest } from "../../chart/measured.ts";
import { measuredTexts } from "../../chart/plot_words.ts";
import { coverageOf, lossRuns, readHistogram, runsOf } from "../../insight.ts";

const [HOUR, DAY] = [3600, 86_400];

/** When the week begins: a Monday, at midnight UTC. */
export const START = 1_764_547_200;

/** The week. */
export const WEEK = { start: START, end: START + 7 * DAY - 1 };

/** What may be given of the tests of a link. */
export interface Faults {
  /** Times of runs that failed. */
  failed?: (time: number) => boolean;
  /** Times of runs that are not there. */
  missing?: (time: number) => boolean;
  /** Times of runs that lost everything. */
  lost?: (time: number) => boolean;
  /** The share of packets lost, otherwise. */
  loss?: (time: number) => number;
  /** The least delay. */
  delay?: (time: number) => number;
  /** Seconds between runs of the delay; those of throughput are 2 h apart. */
  every?: number;
  /** The window. */
  window?: { start: number; end: number };
  /** The other direction. */
  isReverse?: boolean;
}

/** A test of delay and loss. */
export function delayTest(
  {
    failed = () => false,
    missing = () => false,
    lost = () => false,
    loss = () => 0,
    delay = () => 12,
    every = 300,
    window = WEEK,
    isReverse = false,
  }: Faults = {},
): PlotTest {
  const times = timesOf(window, every).filter((time) => !missing(time));
  const measured = times.filter((time) => !failed(time));
  const answered = measured.filter((time) => !lost(time));
  const sent = measured.map((ts) => ({ ts, val: 600 }));
  const lostOf = (ts: number) => lost(ts) ? 600 : Math.round(600 * loss(ts));
  const values = answered.map((time) =>
    readHistogram({
      [delay(time).toFixed(1)]: 500,
      [(delay(time) + 0.4).toFixed(1)]: 100,
    })
  );
  const records = {
    values: measured,
    lost: measured.filter(lost),
    failures: times.filter(failed),
  };
  const parts = {
    loss: {
      ...lossRuns({
        sent,
        lost: measured.map((ts) => ({ ts, val: lostOf(ts) })),
      }),
      kind: "one-way" as const,
    },
    delay: { times: answered, values, isRoundTrip: false },
  };
  return testOf("powstream", records, parts, window, isReverse);
}

/** A test of throughput, each two hours. */
export function throughputTest(
  {
    failed = () => false,
    missing = () => false,
    every = 2 * HOUR,
    window = WEEK,
    isReverse = false,
  }: Faults = {},
  rate: (time: number) => number = (time) => 8e9 + 1e9 * Math.sin(time / 9000),
): PlotTest {
  const times = timesOf(window, every).filter((time) => !missing(time));
  const measured = times.filter((time) => !failed(time));
  const records = { values: measured, failures: times.filter(failed) };
  const parts = {
    throughput: { times: measured, values: measured.map(rate) },
    retransmits: { times: measured, values: measured.map((_, at) => at % 7) },
  };
  return testOf("iperf3", records, parts, window, isReverse);
}

function timesOf({ start, end }: typeof WEEK, every: number): number[] {
  const count = Math.floor((end - start) / every) + 1;
  return Array.from({ length: count }, (_, at) => start + at * every);
}

function testOf(
  label: string,
  records: Parameters<typeof runsOf>[0],
  parts: Partial<PlotTest>,
  window: typeof WEEK,
  isReverse: boolean,
): PlotTest {
  const coverage = coverageOf(records, window);
  const { interval, threshold } = coverage.spacing;
  const hasValues = [...records.values ?? []].length > 0;
  const measured = hasValues ? parts : {};
  return {
    ...{ label, isReverse, interval, threshold, ...measured },
    runs: runsOf(records, interval),
    gaps: coverage.gaps,
    coverage: coverage.coverage,
    counts: {
      runs: coverage.runs,
      failed: coverage.failed,
      lost: coverage.lost,
      empty: coverage.empty,
    },
    summary: measuredTexts(measured),
  };
}

/** A link with these tests. */
export function linkOf(
  tests: readonly PlotTest[],
  others: Partial<PlotData> = {},
): PlotData {
  return {
    title: "a.example → b.example",
    reverseTitle: "b.example → a.example",
    family: 4,
    window: WEEK,
    zone: "UTC",
    scale: "linear",
    tests,
    routeChanges: [],
    clockSteps: [],
    remarks: [],
    ...others,
  };
}
