/**
 * Stored rows in their form on the wire.
 *
 * @module
 */

import { FLOAT_SCALE } from "../client/values.ts";
import type { SummaryType, ValueClass } from "../client/event_types.ts";
import { floatText } from "./python.ts";
import type { Row } from "./rows.ts";
import type { Series, Subject } from "./store.ts";
import {
  addBuckets,
  bucketsOf,
  bucketsText,
  statisticsOf,
  statisticsText,
} from "./summaries.ts";

/** The JSON text of a row's value. */
export type Show = (row: Row) => string;

/** The JSON text of a point. */
export function pointText(ts: number, value: string): string {
  return `{"ts":${ts},"val":${value}}`;
}

/** The subject of a test by wire name, in the order of both dialects. */
export function subjectFields(test: Subject): Record<string, string | null> {
  const isElement = test.subjectType === "network-element";
  return {
    "source": test.source,
    ...(!isElement && { "destination": test.destination }),
    "measurement-agent": test.measurementAgent,
    "tool-name": test.toolName,
    "input-source": test.inputSource,
    ...(!isElement && { "input-destination": test.inputDestination }),
  };
}

const fraction: Show = ({ number, divisor }) =>
  floatText(Number(number) / Number(divisor));

/** A value as the source of a copy gave it. */
export const given: Show = ({ number, json }) =>
  json ?? floatText(Number(number));

/** Whether a point is as the source of a copy gave it, whatever its class. */
export function isGiven({ divisor, json }: Row): boolean {
  return json !== null || divisor === 0;
}

function unlessGiven(show: Show): Show {
  return (row) => isGiven(row) ? given(row) : show(row);
}

/** Values as they were posted; numbers are always floats. */
export const BASE: Record<ValueClass, Show> = {
  integer: given,
  float: unlessGiven(({ number }) => floatText(Number(number) / FLOAT_SCALE)),
  percentage: unlessGiven(fraction),
  histogram: given,
  subinterval: given,
  json: given,
};

/** Means: the sum over the count. */
const MEAN: Partial<Record<ValueClass, Show>> = {
  integer: fraction,
  float: ({ number, divisor }) =>
    floatText(Number(number) / (Number(divisor) * FLOAT_SCALE)),
};

/** Sums; a summary that was declared twice shows them twice as large. */
const SUM: Partial<Record<ValueClass, (row: Row, times: number) => string>> = {
  integer: ({ number }, times) => floatText(Number(number) * times),
  float: ({ number }, times) => floatText(Number(number) * times / FLOAT_SCALE),
  percentage: fraction,
  histogram: ({ json }, times) =>
    times === 1 ? json! : bucketsText(
      addBuckets(new Map(), bucketsOf(json!), BigInt(times)),
    ),
};

/**
 * How a roll-up of a series is shown; `undefined` if its class does not have
 * such a roll-up.
 */
export function showSummary(
  { info }: Series,
  type: SummaryType,
  times: number,
): Show | undefined {
  switch (type) {
    case "aggregation": {
      const sum = SUM[info.valueClass];
      return sum && ((row) => sum(row, times));
    }
    case "average":
      return MEAN[info.valueClass];
    case "statistics":
      return ({ json }) => statisticsText(statisticsOf(bucketsOf(json!)));
  }
}
