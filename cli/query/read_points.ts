/**
 * The points of a test within a window, as the calculations take them.
 *
 * @module
 */

import {
  type LossRuns,
  lossRuns,
  lossSource,
  type Measured,
} from "../../insight.ts";
import type { JsonValue, Metadata, SummaryType } from "../../mod.ts";
import type { TimeWindow } from "./window.ts";

/** A roll-up of a series. */
export interface RollUp {
  /** Its kind. */
  type: SummaryType;
  /** How long its bins are, in seconds. */
  window: number;
}

/**
 * The longest roll-up of whole histograms, counts or losses that all of these
 * event types have, up to a length; `undefined` if there is none.
 */
export function rollUpFor(
  test: Metadata,
  eventTypes: readonly (string | undefined)[],
  most: number,
): RollUp | undefined {
  const type = "aggregation";
  const windows = eventTypes.flatMap((name) => {
    const series = name === undefined ? undefined : test.getEventType(name);
    return series === undefined ? [] : [
      series.summaries.filter((each) => each[0] === type)
        .map((each) => Number(each[1])),
    ];
  });
  const [first = [], ...others] = windows;
  const shared = first.filter((window) =>
    window <= most && others.every((each) => each.includes(window))
  );
  return shared.length === 0
    ? undefined
    : { type, window: Math.max(...shared) };
}

/**
 * The points of an event type within a window, or of a roll-up of it; none if a
 * test lacks it.
 */
export async function pointsOf(
  test: Metadata,
  eventType: string | undefined,
  { start, end }: TimeWindow,
  rollUp?: RollUp,
): Promise<Measured<JsonValue>[]> {
  const base = eventType && test.eventTypes.includes(eventType)
    ? test.getEventType(eventType)
    : undefined;
  const series = rollUp ? base?.getSummary(rollUp.type, rollUp.window) : base;
  const points: Measured<JsonValue>[] = [];
  if (series === undefined) return points;
  const pages = series.streamPages({ timeStart: start, timeEnd: end });
  for await (const page of pages) {
    // Only the time and the value are needed; the rest need not be kept.
    for (const { tsEpoch, val } of page) points.push({ ts: tsEpoch, val });
  }
  return points;
}

/** The loss of the runs of a test within a window, or of bins of a roll-up. */
export async function lossOf(
  test: Metadata,
  window: TimeWindow,
  rollUp?: RollUp,
): Promise<LossRuns> {
  const source = lossSource(test.toJSON());
  const [lost, sent, rates] = await Promise.all([
    pointsOf(test, source?.lost, window, rollUp),
    pointsOf(test, source?.sent, window, rollUp),
    pointsOf(test, source?.rates, window, rollUp),
  ]) as Measured<number>[][];
  const sampleSize = test.get("sample-size") as number | string | undefined;
  return lossRuns({ lost, sent, rates, sampleSize });
}
