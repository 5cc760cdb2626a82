/**
 * The parameters that describe tests and search for them, and the times that
 * archives can hold.
 *
 * @module
 */

import { TEST_PARAMETERS } from "./test_parameters.ts";

/**
 * The filters that every archive knows, by the property of `ApiFilters` that
 * sets them.
 */
export const METADATA_FILTERS = {
  metadataKey: "metadata-key",
  destination: "destination",
  inputDestination: "input-destination",
  inputSource: "input-source",
  measurementAgent: "measurement-agent",
  source: "source",
  toolName: "tool-name",
  eventType: "event-type",
  subjectType: "subject-type",
  summaryType: "summary-type",
  summaryWindow: "summary-window",
} as const;

/** The filters on time, by the property of `ApiFilters` that sets them. */
export const TIME_FILTERS = {
  time: "time",
  timeStart: "time-start",
  timeEnd: "time-end",
  timeRange: "time-range",
} as const;

/** Prefixes of parameters that depend on the tool. */
const PREFIXES = /^(bw|ip|mode|pscheduler|sample|tcp|trace)-./;

/** Whether a wire name is a filter that the archives document. */
export function isDocumentedFilter(name: string): boolean {
  return FILTER_NAMES.has(name) || PREFIXES.test(name);
}

const FILTER_NAMES = new Set<string>([
  ...Object.values(METADATA_FILTERS),
  ...Object.values(TIME_FILTERS),
  ...TEST_PARAMETERS.map(([, name]) => name),
  "dns-match-rule",
]);

/** The kinds of subjects that a test has. */
export const SUBJECT_TYPES: readonly string[] = [
  "point-to-point",
  "network-element",
];

/**
 * The arguments that every description of a test has, in the order in which
 * they are sent, and their names on the wire.
 */
export const TEST_ARGUMENTS = [
  ["subjectType", "subject-type"],
  ["source", "source"],
  ["destination", "destination"],
  ["toolName", "tool-name"],
  ["measurementAgent", "measurement-agent"],
  ["inputSource", "input-source"],
  ["inputDestination", "input-destination"],
] as const;

/** The first second of the year 1: archives keep no earlier time. */
export const FIRST_SECOND: number = -62_135_596_800;

/** The last second of the year 9999: archives keep no later time. */
export const LAST_SECOND = 253_402_300_799;

/**
 * Whether a calendar knows a time, in seconds since 1970 UTC: an archive may
 * keep one that none does. NaN is none.
 */
export function isTime(seconds: number): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

/** A window of time, in seconds since 1970 UTC; both ends are included. */
export interface TimeWindow {
  /** The first second. */
  start: number;
  /** The last second. */
  end: number;
}

/** Name and value of each parameter of a request. */
export type Parameters = [name: string, value: string][];

/** Parameters as they are sent. */
export function parametersOf(
  values: Record<string, string | number>,
): Parameters {
  return Object.entries(values).map(([name, value]) => [name, String(value)]);
}

/**
 * Whole seconds since 1970 UTC from a `Date`, a number, or text that is a
 * number; NaN for anything else.
 */
export function secondsOf(value: unknown): number {
  if (value instanceof Date) return Math.floor(value.getTime() / 1000);
  const isText = typeof value === "string" && value.trim() !== "";
  if (typeof value !== "number" && !isText) return NaN;
  const seconds = Math.trunc(Number(value)) + 0; // + 0: no -0
  return Number.isSafeInteger(seconds) ? seconds : NaN;
}

/**
 * The window that the time filters describe, read as archives do: the first
 * combination that fits.
 */
export function windowOf(
  times: Record<string, number>,
): Partial<TimeWindow> {
  const start = times[TIME_FILTERS.timeStart];
  const end = times[TIME_FILTERS.timeEnd];
  const range = times[TIME_FILTERS.timeRange];
  const time = times[TIME_FILTERS.time];
  if (time !== undefined) return { start: time, end: time };
  if (start !== undefined && end !== undefined) return { start, end };
  if (start !== undefined && range !== undefined) {
    return { start, end: start + range };
  }
  if (end !== undefined && range !== undefined) {
    return { start: end - range, end };
  }
  return {
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  };
}

/** The time filters with the end left open. */
export function withoutEnd(
  times: Record<string, number>,
): Record<string, number> {
  const { start, end } = windowOf(times);
  if (start !== undefined) return { [TIME_FILTERS.timeStart]: start };
  return end === undefined ? times : {};
}
