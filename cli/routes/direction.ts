/**
 * What is measured in one direction of a link besides its route: delay, loss and
 * throughput, each by the test that fits best. Several tests are never mixed.
 *
 * @module
 */

import { dialectOf } from "../../client/wire.ts";
import {
  type Histogram,
  type HistogramValue,
  type LossKind,
  type LossRuns,
  lossRuns,
  lossSource,
  type Measured,
  readHistogram,
  type TimeSpan,
} from "../../insight.ts";
import type { JsonValue, Metadata } from "../../mod.ts";
import { type BucketNotes, bucketRuleOf } from "../query/delays.ts";
import { isUnwritten } from "../query/newest.ts";

/** The delay of a run. */
export interface RunDelay {
  /** When it began, in seconds since 1970 UTC. */
  ts: number;
  /** The least delay, in milliseconds. */
  val: number;
  /** All of them, where they are needed. */
  histogram: Histogram | undefined;
}

/** The delays of a test. */
export interface Delays {
  /** Whether they are of one way, or there and back; absent without any. */
  kind: "one-way" | "round-trip" | undefined;
  /** The delays, by time. */
  runs: RunDelay[];
  /** The smallest difference that is measured, if it is known. */
  width: number | undefined;
}

/** The loss of a test. */
export interface Losses extends LossRuns {
  /** What it is of; absent without any. */
  kind: LossKind | undefined;
}

/** How delays are read. */
export interface DelayReading {
  /** The width of buckets, if it is given. */
  bucketWidth: number | "ms" | undefined;
  /** Takes the rules by which they are read. */
  notes: BucketNotes;
}

const DELAYS = ["histogram-owdelay", "histogram-rtt"] as const;

/**
 * Reads delays: one-way if there are any, else there and back.
 *
 * @param tests The tests of the direction.
 * @param spans When.
 * @param how How to read them.
 * @param isNear Whether all delays of a run are needed.
 * @throws {ArchiveError} (one of its kinds) when they cannot be read completely.
 */
export async function readDelays(
  tests: readonly Metadata[],
  spans: readonly TimeSpan[],
  { bucketWidth, notes }: DelayReading,
  isNear: (ts: number) => boolean,
): Promise<Delays> {
  for (const name of DELAYS) {
    for (const test of bestFirst(tests, (each) => has(each, name))) {
      const rule = bucketRuleOf(test, name, bucketWidth)!;
      const runs: RunDelay[] = [];
      for (const span of spans) {
        for await (const { ts, val } of pointsIn(test, name, span)) {
          const histogram = readHistogram(val as HistogramValue, rule.factor);
          if (histogram.minimum === undefined) continue;
          runs.push({
            ts,
            val: histogram.minimum,
            histogram: isNear(ts) ? histogram : undefined,
          });
        }
      }
      if (runs.length === 0) continue;
      notes.take(rule, test);
      const kind = name === "histogram-owdelay" ? "one-way" : "round-trip";
      return { kind, runs, width: widthOf(test, runs) };
    }
  }
  return { kind: undefined, runs: [], width: undefined };
}

/**
 * The width of buckets in milliseconds. Where delays are told more finely than
 * in whole buckets, as pScheduler does, it is not the smallest difference.
 */
function widthOf(
  { sampleBucketWidth }: Metadata,
  runs: readonly RunDelay[],
): number | undefined {
  const width = Number(sampleBucketWidth ?? NaN) * 1000;
  const isWhole = ({ val }: RunDelay) =>
    Math.abs(val / width - Math.round(val / width)) < 1e-6;
  return width > 0 && runs.every(isWhole) ? width : undefined;
}

/**
 * Reads loss: of one way if there is any, else there and back. That of UDP
 * throughput tests is of another kind.
 *
 * @throws {ArchiveError} (one of its kinds) when it cannot be read completely.
 */
export async function readLoss(
  tests: readonly Metadata[],
  span: TimeSpan,
): Promise<Losses> {
  for (const kind of ["one-way", "round-trip"] as const) {
    const isKind = (test: Metadata) => lossSource(test.toJSON())?.kind === kind;
    for (const test of bestFirst(tests, isKind)) {
      const { lost, sent, rates } = lossSource(test.toJSON())!;
      const read = async (name: string | undefined) =>
        name === undefined ? [] : await numbersIn(test, name, span);
      const [counted, all] = await Promise.all([read(lost), read(sent)]);
      const isCounted = counted.length > 0 && all.length > 0;
      const found = lossRuns({
        lost: counted,
        sent: all,
        rates: isCounted ? [] : await read(rates),
        sampleSize: Number(test.toJSON()["sample-size"] ?? NaN),
      });
      if (found.runs.length > 0) return { ...found, kind };
    }
  }
  return { ...lossRuns({}), kind: undefined };
}

/**
 * Reads throughput, over TCP if there is any.
 *
 * @throws {ArchiveError} (one of its kinds) when it cannot be read completely.
 */
export async function readThroughput(
  tests: readonly Metadata[],
  span: TimeSpan,
): Promise<Measured<number>[]> {
  const isUdp = ({ ipTransportProtocol }: Metadata) =>
    ipTransportProtocol === "udp";
  const measuring = tests.filter((test) => has(test, "throughput"));
  for (
    const test of [
      ...measuring.filter((each) => !isUdp(each)),
      ...measuring.filter(isUdp),
    ]
  ) {
    const points = await numbersIn(test, "throughput", span);
    if (points.length > 0) return points;
  }
  return [];
}

function has({ eventTypes }: Metadata, name: string): boolean {
  return eventTypes.includes(name);
}

/** The tests that fit, those first that measure all the time. */
function bestFirst(
  tests: readonly Metadata[],
  fits: (test: Metadata) => boolean,
): Metadata[] {
  const isContinuous = ({ toolName }: Metadata) =>
    toolName?.includes("powstream") ?? false;
  const fitting = tests.filter(fits);
  return [
    ...fitting.filter(isContinuous),
    ...fitting.filter((each) => !isContinuous(each)),
  ];
}

async function numbersIn(
  test: Metadata,
  eventType: string,
  span: TimeSpan,
): Promise<Measured<number>[]> {
  const points: Measured<number>[] = [];
  for await (const { ts, val } of pointsIn(test, eventType, span)) {
    points.push({ ts, val: val as number });
  }
  return points;
}

/** The points of a test within a span, of which nothing else is kept. */
async function* pointsIn(
  test: Metadata,
  eventType: string,
  { from, to }: TimeSpan,
): AsyncGenerator<{ ts: number; val: JsonValue }, void, void> {
  const series = test.getEventType(eventType);
  if (!series || isUnwritten(series, dialectOf(test.toJSON()))) return;
  const pages = series.streamPages({
    timeStart: Math.floor(from),
    timeEnd: Math.ceil(to) - 1,
  });
  for await (const page of pages) {
    for (const { tsEpoch, val } of page) {
      yield { ts: tsEpoch, val: val as JsonValue };
    }
  }
}
