/**
 * What a test measured in a window: one number to judge, and what belongs to it.
 *
 * @module
 */

import {
  formatNumber,
  type Histogram,
  type HistogramValue,
  type Measured,
  median,
  mergeHistograms,
  percentile,
  poolLoss,
  readHistogram,
} from "../../insight.ts";
import type { JsonValue, Metadata } from "../../mod.ts";
import { bucketRuleOf } from "../query/delays.ts";
import { lossOf, pointsOf } from "../query/read_points.ts";
import type { TimeWindow } from "../query/window.ts";
import type { CheckSettings, Stat, What } from "./settings.ts";
import { TRAITS } from "./traits.ts";

/** What was measured, in the unit of the thresholds. */
export interface Measurement {
  /** What is judged. */
  value: number;
  /** What it is called. */
  label: string;
  /** What it is, in words. */
  text: string;
  /** How many runs it is of. */
  count: number;
  /** Further numbers. */
  items: [label: string, value: number | undefined][];
  /** What else is worth a line. */
  details: string[];
}

/** How to measure. */
export type Measuring = Pick<
  CheckSettings,
  "what" | "stat" | "percentiles" | "bucketWidth"
>;

/**
 * Reads what a test measured.
 *
 * @returns Nothing if it measured nothing in the window.
 * @throws {ArchiveError} (one of its kinds) when it cannot be read completely.
 */
export async function measure(
  test: Metadata,
  window: TimeWindow,
  how: Measuring,
): Promise<Measurement | undefined> {
  switch (how.what) {
    case "loss":
    case "ping-loss":
      return await measureLoss(test, window, how);
    case "delay":
    case "rtt":
      return await measureDelay(test, window, how);
    default:
      return await measureNumbers(test, window, how);
  }
}

/** What each statistic is called in front of a noun. */
const LABELS: Record<Stat, string> = {
  average: "Average",
  median: "Median",
  minimum: "Minimum",
  maximum: "Maximum",
  p95: "P95",
  last: "Last",
};

/** What is judged, of checks that have no statistics to choose from. */
const OWN_LABELS: Partial<Record<What, string>> = {
  traceroute: "Routes",
  fresh: "Age",
  failures: "Failed",
  baseline: "Z",
};

/** What the judged value is called in performance data. */
export function labelOf({ what, stat }: Pick<Measuring, "what" | "stat">) {
  const own = OWN_LABELS[what];
  if (own !== undefined) return own;
  const isPooled = what === "loss" || what === "ping-loss";
  if (isPooled && (stat ?? "average") === "average") return "Loss";
  return LABELS[stat ?? DEFAULT_STATS[what] ?? "average"];
}

/** What a value is multiplied by, for the unit of the thresholds. */
const FACTORS: Partial<Record<What, number>> = { throughput: 1e-9 };

/** What is judged by default. */
const DEFAULT_STATS: Partial<Record<What, Stat>> = {
  delay: "median",
  rtt: "median",
  mtu: "last",
};

async function measureNumbers(
  test: Metadata,
  window: TimeWindow,
  { what, stat = DEFAULT_STATS[what] ?? "average" }: Measuring,
): Promise<Measurement | undefined> {
  const points = what === "mtu"
    ? await mtuPoints(test, window)
    : await pointsOf(test, firstOf(test, what), window);
  const factor = FACTORS[what] ?? 1;
  const values = points.flatMap(({ val }) =>
    typeof val === "number" && Number.isFinite(val) ? [val * factor] : []
  );
  if (values.length === 0) return undefined;
  const value = statOf(values, stat);
  return {
    value,
    label: labelOf({ what, stat }),
    text: textOf(value, stat, what),
    count: values.length,
    items: [["Minimum", statOf(values, "minimum")], [
      "Maximum",
      statOf(values, "maximum"),
    ]],
    details: [],
  };
}

function firstOf(test: Metadata, what: What): string | undefined {
  return TRAITS[what].eventTypes?.find((name) =>
    test.eventTypes.includes(name)
  );
}

function statOf(values: readonly number[], stat: Stat): number {
  switch (stat) {
    case "average":
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case "median":
      return median(values)!;
    case "minimum":
      return values.reduce((one, other) => Math.min(one, other));
    case "maximum":
      return values.reduce((one, other) => Math.max(one, other));
    case "p95":
      return percentile(values, 95)!;
    case "last":
      return values.at(-1)!;
  }
}

function textOf(value: number, stat: Stat, what: What): string {
  const { noun, verb = "is" } = TRAITS[what];
  const name = stat === "p95" ? "95th percentile of" : LABELS[stat];
  return `${name} ${noun} ${verb} ${shown(value, what)}`;
}

/** A value with its unit, as the line of a check has it. */
export function shown(value: number, what: What): string {
  return `${formatNumber(value, 4)}${TRAITS[what].shown}`;
}

/**
 * Path MTUs as the archive has them: of `path-mtu`, or else the least that a
 * trace saw.
 */
async function mtuPoints(
  test: Metadata,
  window: TimeWindow,
): Promise<Measured<JsonValue>[]> {
  const points = await pointsOf(test, "path-mtu", window);
  if (points.length > 0) return points;
  const traces = await pointsOf(test, "packet-trace", window);
  return traces.flatMap(({ ts, val }) => {
    const hops = Array.isArray(val) ? val : [];
    const sizes = hops.flatMap((hop) => {
      const size = hop !== null && typeof hop === "object" && "mtu" in hop
        ? Number(hop["mtu"] ?? NaN)
        : NaN;
      return size > 0 && size < Infinity ? [size] : [];
    });
    return sizes.length > 0 ? [{ ts, val: Math.min(...sizes) }] : [];
  });
}

async function measureLoss(
  test: Metadata,
  window: TimeWindow,
  { what, stat }: Measuring,
): Promise<Measurement | undefined> {
  const runs = await lossOf(test, window);
  const pooled = poolLoss(runs);
  if (pooled === undefined) return undefined;
  const isPooled = stat === undefined || stat === "average";
  const each = runs.runs.map(({ loss }) => 100 * loss);
  const value = isPooled ? 100 * pooled.loss : statOf(each, stat);
  const how = pooled.sent === undefined
    ? "mean of rates, unweighted"
    : `${pooled.lost} of ${pooled.sent} packets, by ${pooled.basis}`;
  const [low, high] = pooled.interval ?? [];
  return {
    value,
    label: labelOf({ what, stat }),
    text: isPooled
      ? `Loss is ${shown(value, what)} (${how})`
      : `${LABELS[stat]} loss of a run is ${shown(value, what)}`,
    count: pooled.runs,
    items: [["Lost", pooled.lost], ["Sent", pooled.sent], [
      "Maximum",
      statOf(each, "maximum"),
    ]],
    details: [
      ...low === undefined ? [] : [
        `95 % confidence: ${formatNumber(100 * low)} to ${
          formatNumber(100 * high!)
        } %`,
      ],
      ...isPooled
        ? []
        : [`loss of all packets: ${shown(100 * pooled.loss, what)} (${how})`],
      ...pooled.ignored > 0
        ? [`${pooled.ignored} runs lack what loss is computed from`]
        : [],
    ],
  };
}

async function measureDelay(
  test: Metadata,
  window: TimeWindow,
  { what, stat = DEFAULT_STATS[what]!, percentiles, bucketWidth }: Measuring,
): Promise<Measurement | undefined> {
  const eventType = firstOf(test, what);
  const points = await pointsOf(test, eventType, window);
  const rule = bucketRuleOf(test, eventType!, bucketWidth)!;
  const read = (each: Measured<JsonValue>) =>
    readHistogram(each.val as HistogramValue, rule.factor);
  const runs = points.map(read).filter(({ count }) => count > 0);
  const last = runs.at(-1);
  if (last === undefined) return undefined;
  const all = mergeHistograms(runs);
  const value = delayOf(all, last, stat)!;
  const ignored = points.reduce((sum, each) => sum + read(each).ignored, 0);
  return {
    value,
    label: labelOf({ what, stat }),
    text: textOf(value, stat, what),
    count: runs.length,
    items: [
      ["Minimum", all.minimum],
      ["Maximum", all.maximum],
      ...percentiles.map((p): [string, number | undefined] => [
        `P${p}`,
        percentile(all, p),
      ]),
    ],
    details: [
      ...rule.isNotable ? [rule.words] : [],
      ...all.minimum! < 0
        ? ["delays below 0: the clocks of the two hosts differ"]
        : [],
      ...ignored > 0
        ? [`${ignored} buckets that are not numbers are left out`]
        : [],
    ],
  };
}

/** A statistic of delays: of all runs, or for `last` of the last one. */
export function delayOf(
  all: Histogram,
  last: Histogram,
  stat: Stat,
): number | undefined {
  switch (stat) {
    case "average":
      return all.mean;
    case "minimum":
      return all.minimum;
    case "maximum":
      return all.maximum;
    case "p95":
      return percentile(all, 95);
    case "median":
      return percentile(all, 50);
    case "last":
      return percentile(last, 50);
  }
}
