/**
 * Whether a test is worse than it used to be at this time of day or week.
 *
 * @module
 */

import {
  alerts,
  compareLoss,
  compareWithHistory,
  type Comparison,
  formatDelay,
  formatNumber,
  formatPercent,
  formatRate,
  type Histogram,
  type HistogramValue,
  jitter,
  type LossRuns,
  type Measured,
  readHistogram,
  type Verdict,
} from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { bucketRuleOf } from "../query/delays.ts";
import type { Finding } from "./finding.ts";
import {
  failuresOf,
  future,
  type JudgeOne,
  type Judging,
  type Ran,
  withoutValue,
} from "./judge.ts";
import { lossOf, pointsOf } from "../query/read_points.ts";
import { delayOf, labelOf } from "./measure.ts";
import { COMPARED } from "./traits.ts";

/** Values that are compared: one a run. */
interface Series {
  /** What they are. */
  noun: string;
  /** The values of the window and of the history. */
  values: readonly Measured<number>[];
  /** Which are worse. */
  worse: "low" | "high";
  /** The smallest difference that is measured. */
  resolution: number;
  /** A value with its unit. */
  show(value: number | undefined): string;
}

/** Judges what a test measured by its history, each kind of value alone. */
export const judgeBaseline: JudgeOne = async (ran, judging) => {
  const { window, check: { history } } = judging;
  const whole = { start: window.start - Math.round(history), end: window.end };
  const asked = judging.eventTypes;
  const types = COMPARED.filter((name) =>
    ran.test.eventTypes.includes(name) &&
    (asked.length === 0 || asked.includes(name))
  );
  // Archives declare more than a test measures: what it never did is left out.
  const found = await Promise.all(types.map(async (name) => {
    if (name.startsWith("packet-loss-rate")) {
      const loss = await lossOf(ran.test, whole);
      return loss.runs.length > 0 ? [judgeLoss(ran, judging, loss)] : [];
    }
    const all = name.startsWith("histogram-")
      ? await delays(ran.test, name, whole, judging)
      : await numbers(ran.test, name, whole);
    return all.filter(({ values }) => values.length > 0)
      .map((series) => judgeSeries(ran, judging, series));
  }));
  const findings = found.flat();
  const hasValues = findings.some(({ judged }) => judged.value !== undefined);
  const isMute = ran.coverage.measured + ran.coverage.lost === 0;
  return findings.length === 0 || isMute && !hasValues
    ? [withoutValue(ran, judging)]
    : findings;
};

type TimeWindow = Judging["window"];

async function numbers(
  test: Metadata,
  eventType: string,
  whole: TimeWindow,
): Promise<Series[]> {
  const values = await pointsOf(test, eventType, whole) as Measured<number>[];
  return [
    eventType === "throughput"
      ? {
        noun: "throughput",
        values,
        worse: "low",
        resolution: 0,
        show: formatRate,
      }
      : {
        noun: "retransmits",
        values,
        worse: "high",
        resolution: 1,
        show: (value) => formatNumber(value),
      },
  ];
}

async function delays(
  test: Metadata,
  eventType: string,
  whole: TimeWindow,
  { check: { bucketWidth, stat = "median" } }: Judging,
): Promise<Series[]> {
  const rule = bucketRuleOf(test, eventType, bucketWidth)!;
  const runs: { ts: Measured<unknown>["ts"]; histogram: Histogram }[] = [];
  for (const { ts, val } of await pointsOf(test, eventType, whole)) {
    const histogram = readHistogram(val as HistogramValue, rule.factor);
    if (histogram.count > 0) runs.push({ ts, histogram });
  }
  const noun = eventType === "histogram-rtt" ? "round-trip time" : "delay";
  const common = {
    worse: "high" as const,
    resolution: resolutionOf(test, eventType),
    show: formatDelay,
  };
  return [
    {
      ...common,
      noun: stat === "median" ? noun : `${stat} ${noun}`,
      values: runs.map(({ ts, histogram }) => ({
        ts,
        val: delayOf(histogram, histogram, stat),
      })),
    },
    {
      ...common,
      noun: `jitter of ${noun}`,
      values: runs.map(({ ts, histogram }) => ({
        ts,
        val: jitter(histogram),
      })),
    },
  ];
}

/** The width of a bucket, in milliseconds: what can be told apart. */
function resolutionOf(test: Metadata, eventType: string): number {
  const width = Number(test.sampleBucketWidth ?? NaN) * 1000;
  if (width > 0 && width < Infinity) return width;
  return eventType === "histogram-rtt" ? 0.1 : 1;
}

function judgeSeries(
  ran: Ran,
  { check, window }: Judging,
  { noun, values, worse, resolution, show }: Series,
): Finding {
  const isOfWindow = ({ ts }: Measured<number>) => Number(ts) >= window.start;
  const found = compareWithHistory(
    values.filter(isOfWindow),
    values.filter((each) => !isOfWindow(each)),
    { worse, resolution, minChange: check.minChange, zone: check.zone },
  );
  const { z, value, usual, change, reason } = found;
  const badness = z === undefined ? undefined : worse === "low" ? -z : z;
  // Of nothing there is no share.
  const percent = change === undefined || usual === 0
    ? undefined
    : 100 * change;
  return {
    ...common(ran, `${labelOf(check)} ${noun}`, badness),
    state: stateOf(found, badness, check),
    text: reason === undefined
      ? `${noun} ${show(value)}, usually ${show(usual)} (z ${
        formatNumber(Math.abs(z ?? NaN))
      }${directionOf(badness ?? 0)})`
      : `${noun}: ${reason}`,
    items: [["Count", found.runs.length], ["Change", percent]],
  };
}

function directionOf(badness: number): string {
  return badness === 0 ? "" : badness > 0 ? ", worse" : ", better";
}

/** The verdict of the comparison, or of thresholds of its z. */
function stateOf(
  { verdict, reason, change }: Comparison,
  badness: number | undefined,
  { warning, critical, minChange }: Judging["check"],
): Verdict {
  if (warning === undefined && critical === undefined) return verdict;
  if (reason !== undefined || badness === undefined) return "unknown";
  if (Math.abs(change ?? 0) < minChange) return "ok";
  if (critical && alerts(critical, badness)) return "critical";
  return warning && alerts(warning, badness) ? "warning" : "ok";
}

function judgeLoss(ran: Ran, judging: Judging, all: LossRuns): Finding {
  const { window, check: { zone } } = judging;
  const isOfWindow = ({ ts }: { ts: number }) => ts >= window.start;
  const part = (isWanted: boolean): LossRuns => ({
    ...all,
    runs: all.runs.filter((run) => isOfWindow(run) === isWanted),
  });
  const found = compareLoss(part(true), part(false), zone);
  const loss = found.window?.loss;
  return {
    ...common(ran, "Loss", loss === undefined ? undefined : 100 * loss),
    state: found.verdict,
    text: found.reason === undefined
      ? `loss ${formatPercent(loss)}, usually up to ${
        formatPercent(found.limit)
      }`
      : `loss: ${found.reason}`,
    items: [["Count", found.window?.runs ?? 0], ["Days", found.days]],
  };
}

function common(ran: Ran, label: string, value: number | undefined) {
  return {
    test: ran.test,
    judged: { label, value },
    badness: value ?? 0,
    details: [...failuresOf(ran), ...future(ran)],
  };
}
