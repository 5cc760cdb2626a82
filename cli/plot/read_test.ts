/**
 * What a test measured, as a picture takes it.
 *
 * @module
 */

import type { PlotTest, Values } from "../../chart/measured.ts";
import { measuredTexts } from "../../chart/plot_words.ts";
import {
  formatSpan,
  type Histogram,
  type HistogramValue,
  lossSource,
  readHistogram,
  runsOf,
} from "../../insight.ts";
import type { TestNames } from "../query/answer_tests.ts";
import { bucketRuleOf } from "../query/delays.ts";
import {
  lossOf,
  pointsOf,
  type RollUp,
  rollUpFor,
} from "../query/read_points.ts";
import { readRuns } from "../query/read_runs.ts";
import type { TimeWindow } from "../query/window.ts";
import type { LinkTest } from "./find.ts";
import { DRAWN_TYPES, type PlotSettings } from "./settings.ts";

/** What a test measured, and which it is. */
export interface ReadTest extends PlotTest {
  /** Its names. */
  names: TestNames;
  /** What has to be said of its numbers. */
  remarks: string[];
}

/** With more points than this, roll-ups are drawn. */
const MOST_POINTS = 200_000;

/**
 * Reads a test.
 *
 * @param link The test.
 * @param settings What is drawn.
 * @param window The window.
 * @param columns How many columns it is drawn in.
 * @returns `undefined` for a test without anything to draw.
 * @throws {ArchiveError} (one of its kinds) when it cannot be read completely.
 */
export async function readTest(
  { test, names, told, isReverse }: LinkTest,
  { isOpen, eventTypes, plot }: PlotSettings,
  window: TimeWindow,
  columns: number,
): Promise<ReadTest | undefined> {
  const typeOf = (drawn: keyof typeof DRAWN_TYPES) =>
    DRAWN_TYPES[drawn].find((name) =>
      test.eventTypes.includes(name) &&
      (eventTypes.length === 0 || eventTypes.includes(name))
    );
  const types = {
    throughput: typeOf("throughput"),
    retransmits: typeOf("retransmits"),
    loss: typeOf("loss"),
    delay: typeOf("delay"),
  };
  if (!types.throughput && !types.loss && !types.delay) return undefined;
  const { spacing, bucketWidth } = plot;
  const { coverage, records } = await readRuns(test, {
    window,
    isOpen,
    spacing,
  });
  const { interval, threshold } = coverage.spacing;
  const series = [types.throughput, types.loss, types.delay].filter(Boolean);
  const isMuch = coverage.runs * series.length > MOST_POINTS;
  const seconds = window.end - Math.max(window.start, coverage.first ?? 0);
  const rollUps = new Set<number>();
  const rollUp = (...names: (string | undefined)[]): RollUp | undefined => {
    const found = isMuch
      ? rollUpFor(test, names, seconds / columns)
      : undefined;
    if (found) rollUps.add(found.window);
    return found;
  };
  const source = lossSource(test.toJSON());
  const [throughput, retransmits, loss, points] = await Promise.all([
    pointsOf(test, types.throughput, window),
    pointsOf(test, types.throughput && types.retransmits, window),
    types.loss && source
      ? lossOf(test, window, rollUp(source.lost, source.sent, source.rates))
      : undefined,
    pointsOf(test, types.delay, window, rollUp(types.delay)),
  ]);
  const rule = types.delay && bucketRuleOf(test, types.delay, bucketWidth);
  const delays = delaysOf(points, (rule || undefined)?.factor ?? 1);
  const all = runsOf(records, interval);
  const label = [names.tool ?? "unknown tool", told].filter(Boolean)
    .join(", ");
  const measured = {
    throughput: numbersOf(throughput),
    retransmits: numbersOf(retransmits),
    loss: loss && source && loss.runs.length > 0
      ? { ...loss, kind: source.kind }
      : undefined,
    delay: delays.times.length === 0 ? undefined : {
      ...delays,
      isRoundTrip: types.delay === "histogram-rtt",
    },
  };
  return {
    ...{ isReverse, label, names, interval, threshold },
    ...measured,
    counts: {
      runs: coverage.runs,
      failed: coverage.failed,
      lost: coverage.lost,
      empty: coverage.empty,
    },
    summary: measuredTexts(measured),
    runs: all.filter(({ time }) => window.start <= time && time <= window.end),
    gaps: coverage.gaps,
    coverage: coverage.coverage,
    remarks: [
      ...[...rollUps].map((each) =>
        `${label}: roll-ups of ${formatSpan(each)}`
      ),
      ...rule && rule.isNotable ? [`${label}: ${rule.words}`] : [],
      ...delays.values.some(({ minimum }) => minimum! < 0)
        ? [`${label}: delays below 0: the clocks of the two hosts differ`]
        : [],
    ],
  };
}

type Points = Awaited<ReturnType<typeof pointsOf>>;

/** By time, as far as they are numbers; `undefined` if none is. */
function numbersOf(points: Points): Values<number> | undefined {
  const found = points.flatMap(({ ts, val }) =>
    typeof val === "number" && Number.isFinite(val) ? [{ ts, val }] : []
  ).sort((one, other) => Number(one.ts) - Number(other.ts));
  if (found.length === 0) return undefined;
  return {
    times: found.map(({ ts }) => Number(ts)),
    values: found.map(({ val }) => val),
  };
}

function delaysOf(points: Points, factor: number): Values<Histogram> {
  const found = points.map(({ ts, val }) => ({
    time: Number(ts),
    histogram: readHistogram(val as HistogramValue, factor),
  })).filter(({ histogram }) => histogram.count > 0)
    .sort((one, other) => one.time - other.time);
  return {
    times: found.map(({ time }) => time),
    values: found.map(({ histogram }) => histogram),
  };
}
