/**
 * The data of elmond: values in the form of its documents, and what it
 * announces but does not serve.
 *
 * @module
 */

import { FLOAT_SCALE } from "../client/values.ts";
import { eventTypeInfo, type ValueClass } from "../client/event_types.ts";
import {
  elements,
  isArray,
  isObject,
  member,
  members,
} from "../client/json.ts";
import { Fault, Refusal } from "./answers.ts";
import { ELMOND_EVENT_TYPES, kindOfTest, testTypeOf } from "./elmond_types.ts";
import {
  type Combine,
  combinedStatistics,
  lossOf,
  meanOf,
  rolledUp,
  singleStatistics,
  sumOf,
} from "./elmond_summaries.ts";
import { floatText, parseFloatText } from "./python.ts";
import type { Row } from "./rows.ts";
import type { Series, Store, Test } from "./store.ts";
import { BASE, given, pointText, type Show } from "./values.ts";
import { pathOf } from "./writing.ts";

/** The parts of an address of data. */
export interface DataAddress {
  /** The event type. */
  readonly eventType: string;
  /** The type of roll-up, as in addresses. */
  readonly path: string;
  /** The window, in seconds; 0 and below for single results. */
  readonly seconds: number;
}

/** The time range and page of a request. */
export interface Range {
  /** The first second. */
  readonly from: number;
  /** The last second. */
  readonly to: number;
  /** How many results at most. */
  readonly limit: number;
  /** How many results precede them. */
  readonly offset: number;
}

/** Elmond announces these, and refuses to serve them. */
const UNREADABLE = new Set(["histogram-ttl-reverse"]);

/** The windows that have roll-ups. */
const WINDOWS = new Set([300, 3600, 86400]);

/** What elmond serves for single results besides base data. */
const OF_RESULTS: Record<string, RegExp> = {
  "statistics": /^histogram-(?:owdelay|ttl|rtt)$/,
  "averages": /^throughput$/,
  "aggregations": /^packet-(?:count-sent|(?:count-lost|loss-rate)(?:-bidir)?)$/,
};

/**
 * Checks an address, independent of any test.
 *
 * @throws {Refusal} if elmond refuses it.
 * @throws {Fault} if elmond crashes on it.
 */
export function checkAddress({ eventType, path, seconds }: DataAddress): void {
  const isKnown = ELMOND_EVENT_TYPES.has(eventType) &&
    !UNREADABLE.has(eventType);
  if (seconds <= 0) {
    const isServed = eventType === "pscheduler-raw" || isKnown &&
        (path === "base" || OF_RESULTS[path]?.test(eventType));
    if (!isServed) throw new Refusal(`Unrecognized event type ${eventType}`);
    return;
  }
  if (!WINDOWS.has(seconds)) {
    throw new Refusal(`${seconds} is not a supported summary_window`);
  }
  if (path === "base" || !(path in OF_RESULTS)) {
    throw new Refusal(`Unable to build aggregation for ${eventType}/${path}`);
  }
  if (path !== "statistics" && !(isKnown && isNumeric(eventType))) {
    throw new Fault(`${eventType} is not a number`);
  }
}

const NUMERIC: readonly ValueClass[] = ["integer", "float", "percentage"];

function isNumeric(eventType: string): boolean {
  return NUMERIC.includes(eventTypeInfo(eventType)!.valueClass);
}

/**
 * The points at an address.
 *
 * @param store The store.
 * @param test The test.
 * @param address The address.
 * @param range The time range and page.
 * @returns Their JSON texts.
 */
export function pointsAt(
  store: Store,
  test: Test,
  address: DataAddress,
  range: Range,
): Iterable<string> {
  const series = test.series.find(({ info }) =>
    info.name === address.eventType
  );
  return address.seconds > 0
    ? rollUps(store, test, series, address, range)
    : results(store, test, series, address, range);
}

/**
 * As in the original, results without a value are dropped after the page was
 * cut, so a page may be short.
 */
function* results(
  store: Store,
  test: Test,
  series: Series | undefined,
  { eventType, path }: DataAddress,
  { from, to, limit, offset }: Range,
): Generator<string> {
  const isFailures = eventType === "failures";
  const times = store.resultTimes(test, isFailures, from, to, limit, offset);
  const show = path === "statistics"
    ? (row: Row) => singleStatistics(eventType, row.json!)
    : path === "aggregations"
    ? undefined
    : showing(eventType, series);
  if (!series || !show || times.length === 0 || isMissing(test, eventType)) {
    return;
  }
  const wanted = new Set(times);
  for (
    const row of store.rows({ series: series.id }, times[0]!, times.at(-1)!)
  ) {
    const text = wanted.has(row.ts) ? show(row) : undefined;
    if (text !== undefined) yield pointText(row.ts, text);
  }
}

/** The results of a throughput test over UDP do not count packets. */
function isMissing(test: Test, eventType: string): boolean {
  return /^packet-(?:count|loss)/.test(eventType) &&
    testTypeOf(kindOfTest(test)) === "throughput";
}

/** A value in elmond's form; `undefined` for a result without one. */
type ShowResult = (row: Row) => string | undefined;

function showing(
  eventType: string,
  series: Series | undefined,
): ShowResult | undefined {
  if (Object.hasOwn(FORMS, eventType)) return FORMS[eventType]!;
  const valueClass = series?.info.valueClass;
  return valueClass && CLASSES[valueClass];
}

/** Integers stay integers, which esmond makes floats of. */
const CLASSES: Record<ValueClass, ShowResult> = {
  ...BASE,
  integer: (row) => row.json ?? String(row.number),
  histogram: ({ json }) => histogramText(json!),
};

/** Buckets are floats in elmond's documents. */
function histogramText(json: string): string | undefined {
  const parts: string[] = [];
  for (const [bucket, count] of members(json)) {
    const value = parseFloatText(bucket);
    const name = value !== undefined && Number.isFinite(value)
      ? floatText(value)
      : bucket;
    parts.push(`${JSON.stringify(name)}:${count}`);
  }
  return parts.length > 0 ? `{${parts.join(",")}}` : undefined;
}

const nothing: Show = () => "[]";

const FORMS: Record<string, ShowResult> = {
  "histogram-rtt": () => undefined,
  // Elmond looks for these under a name that its documents do not have.
  "throughput-subintervals": nothing,
  "streams-throughput-subintervals": nothing,
  "streams-throughput": ({ json }) =>
    `[${isArray(json!) ? elements(json).map(() => "null").join(",") : ""}]`,
  "failures": ({ json }) => {
    const error = isObject(json!) ? member(json, "error") ?? "null" : json!;
    return error === "null" ? undefined : `{"error":${error}}`;
  },
  "packet-trace": ({ json }) => traceText(json!),
  "packet-trace-multi": ({ json }) =>
    isArray(json!) ? `[${elements(json).map(traceText).join(",")}]` : json!,
};

function traceText(json: string): string {
  if (!isArray(json)) return json;
  const hops = elements(json).map((hop) =>
    isObject(hop)
      ? `{${
        [...members(hop)].map(([name, value]) =>
          `${JSON.stringify(HOP_NAMES[name] ?? name)}:${value}`
        ).join(",")
      }}`
      : hop
  );
  return `[${hops.join(",")}]`;
}

const HOP_NAMES: Record<string, string> = { "error_message": "error-message" };

/** Every result makes a window, also a failed one. */
function rollUps(
  store: Store,
  test: Test,
  series: Series | undefined,
  { eventType, path, seconds }: DataAddress,
  { from, to }: Range,
): string[] {
  const copied = series?.summaries.find(({ type, seconds: window }) =>
    pathOf(type) === path && window === seconds
  )?.copied;
  if (copied !== undefined) {
    const source = { series: series!.id, seconds, copied };
    return [...store.rows(source, from, to)].flatMap((row) =>
      row.isGiven ? [pointText(row.ts, given(row))] : []
    );
  }
  const scale = series?.info.valueClass === "float" ? FLOAT_SCALE : 1;
  const combine = combining(eventType, path, scale);
  if (!combine) return [];
  const rows = series && !isMissing(test, eventType)
    ? store.rows({ series: series.id }, from, to)
    : [];
  const bins = store.resultBins(test, seconds, from, to);
  return rolledUp(bins, seconds, rows, combine)
    .map(([ts, text]) => pointText(ts, text));
}

function combining(
  eventType: string,
  path: string,
  scale: number,
): Combine | undefined {
  if (path === "averages") return meanOf(scale);
  if (path === "statistics") {
    return eventType.startsWith("histogram-")
      ? (rows) => combinedStatistics(eventType, rows)
      : undefined;
  }
  return /^packet-loss-rate/.test(eventType) ? lossOf : sumOf(scale);
}
