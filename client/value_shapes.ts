/**
 * What values look like: the types of their shapes, and whether a value has one.
 *
 * @module
 */

import type { JsonValue } from "./wire.ts";

/**
 * What `failures` tells of a run that failed, beside `null` and plain text. The
 * message is text as a rule, and can be missing, empty, a list or an object.
 *
 * @example Usage
 * ```ts
 * import type { Failure } from "@esmond/client";
 *
 * const failure: Failure = { error: "No route to host" };
 * console.log(failure.error);
 * ```
 */
export type Failure = {
  /** What went wrong. */
  error?: JsonValue;
};

/**
 * A hop of a trace. Every field may be missing or `null`; some tools write
 * numbers as text.
 *
 * @example Usage
 * ```ts
 * import type { TraceHop } from "@esmond/client";
 *
 * const hop: TraceHop = { ttl: 1, query: 1, success: 1, ip: "192.0.2.1", rtt: 0.2 };
 * console.log(hop.ip ?? "*", Number(hop.rtt));
 * ```
 */
export type TraceHop = {
  /** The distance, from 1. */
  ttl?: number | string | null;
  /** Which of the queries with this distance, from 1. */
  query?: number | string | null;
  /** Whether it answered: 1 or 0, also as text, or a boolean. */
  success?: number | string | boolean | null;
  /** Who answered. */
  ip?: string | null;
  /** The round-trip time, in milliseconds. */
  rtt?: number | string | null;
  /** The path MTU up to here, in bytes. */
  mtu?: number | string | null;
  /** What went wrong (esmond). */
  error_message?: string | null;
  /** What went wrong (elmond). */
  "error-message"?: string | null;
  /** The name of who answered (elmond). */
  hostname?: string | null;
  /** The autonomous system: number and owner (elmond). */
  as?: { [field: string]: JsonValue } | null;
};

/**
 * The value of a part of a run.
 *
 * @example Usage
 * ```ts
 * import type { Subinterval } from "@esmond/client";
 *
 * const second: Subinterval = { start: 0, duration: 1, val: 7016320000 };
 * console.log(Number(second.start) + Number(second.duration), second.val);
 * ```
 */
export type Subinterval = {
  /** Seconds since the run began; some tools write text. */
  start: number | string;
  /** Seconds; some tools write text. */
  duration: number | string;
  /** The value, in the unit of the event type; `null` if there is none. */
  val: number | null;
};

/**
 * Statistics of a histogram, in the unit of its buckets. elmond sends some of
 * them only, or `null`; those of buckets that are not numbers are empty.
 *
 * @example Usage
 * ```ts
 * import type { Statistics } from "@esmond/client";
 *
 * const delay: Statistics = { minimum: 24.6, median: 24.7, mode: [24.7] };
 * console.log(delay.median, "ms");
 * ```
 */
export type Statistics = {
  /** The least. */
  minimum?: number | null;
  /** The greatest. */
  maximum?: number | null;
  /** The mean. */
  mean?: number | null;
  /** The median. */
  median?: number | null;
  /** The most frequent ones. */
  mode?: (number | null)[] | null;
  /** The variance, in the square of the unit. */
  variance?: number | null;
  /** The standard deviation. */
  "standard-deviation"?: number | null;
  /** A quarter is below it. */
  "percentile-25"?: number | null;
  /** Three quarters are below it. */
  "percentile-75"?: number | null;
  /** All but a twentieth is below it. */
  "percentile-95"?: number | null;
};

/**
 * What values look like, by the name of their shape. An archive keeps JSON of
 * any kind where it does not check it, also `null`.
 *
 * @example Usage
 * ```ts
 * import type { ValueShapes } from "@esmond/client";
 *
 * const delays: ValueShapes["histogram"] = { "24.6": 598, "24.7": 2 };
 * console.log(Object.keys(delays).length);
 * ```
 */
export interface ValueShapes {
  /** A number, in the unit of the event type. */
  numeric: number;
  /** How often each bucket was seen; buckets need not be numbers. */
  histogram: Record<string, number>;
  /** The parts of a run. */
  subintervals: Subinterval[];
  /** Why a run failed. */
  failures: Failure | string | null;
  /** The hops of a trace; none if it got nowhere. */
  packet_trace: TraceHop[] | null;
  /** Several traces. */
  packet_traces: TraceHop[][] | null;
  /** One for each stream: a number, or whatever there was instead. */
  number_list: JsonValue[] | null;
  /** The parts of each stream. */
  subinterval_list: Subinterval[][] | null;
  /** Anything. */
  json: JsonValue;
}

/** What the values of a series are expected to be. */
export interface Expected {
  /** In words, for messages. */
  readonly words: string;
  /** Whether a value is that. */
  fits(value: JsonValue): boolean;
}

/** What is expected of a shape; nothing of JSON, and of what is not known. */
export function expectedOf(
  shape: keyof ValueShapes | "statistics" | undefined,
): Expected | undefined {
  return shape === undefined || shape === "json" ? undefined : EXPECTED[shape];
}

const EXPECTED: Record<
  Exclude<keyof ValueShapes, "json"> | "statistics",
  Expected
> = {
  numeric: { words: "a number", fits: isNumber },
  histogram: {
    words: "counts by bucket",
    fits: (value) => isObject(value) && Object.values(value).every(isNumber),
  },
  subintervals: {
    words: "a list of { start, duration, val }",
    fits: isListOf(isSubinterval),
  },
  failures: {
    words: "an object with the error, or text",
    fits: (value) =>
      value === null || typeof value === "string" || isObject(value),
  },
  packet_trace: { words: "a list of hops", fits: orNull(isListOf(isHop)) },
  packet_traces: {
    words: "a list of lists of hops",
    fits: orNull(isListOf(isListOf(isHop))),
  },
  number_list: { words: "a list", fits: orNull(Array.isArray) },
  subinterval_list: {
    words: "a list of lists of { start, duration, val }",
    fits: orNull(isListOf(isListOf(isSubinterval))),
  },
  statistics: { words: "an object of statistics", fits: isStatistics },
};

type Check = (value: JsonValue) => boolean;

function orNull(fits: Check): Check {
  return (value) => value === null || fits(value);
}

function isListOf(fits: Check): Check {
  return (value) => Array.isArray(value) && value.every((each) => fits(each));
}

function isNumber(value: JsonValue | undefined): boolean {
  return typeof value === "number";
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSubinterval(value: JsonValue): boolean {
  return isObject(value) && isOneOf(NUMBER_OR_TEXT, value["start"]) &&
    isOneOf(NUMBER_OR_TEXT, value["duration"]) &&
    (value["val"] === null || isNumber(value["val"]));
}

const NUMBER_OR_TEXT = ["number", "string"];

/** What each field of a hop can be, by `typeof`, if it is there. */
const HOP: Record<keyof TraceHop, readonly string[]> = {
  ttl: NUMBER_OR_TEXT,
  query: NUMBER_OR_TEXT,
  success: [...NUMBER_OR_TEXT, "boolean"],
  ip: ["string"],
  rtt: NUMBER_OR_TEXT,
  mtu: NUMBER_OR_TEXT,
  error_message: ["string"],
  "error-message": ["string"],
  hostname: ["string"],
  as: ["object"],
};

const HOP_FIELDS = Object.entries(HOP);

function isHop(value: JsonValue): boolean {
  return isObject(value) && HOP_FIELDS.every(([name, types]) => {
    const field = value[name] ?? null;
    return field === null || isOneOf(types, field) && !Array.isArray(field);
  });
}

function isOneOf(
  types: readonly string[],
  value: JsonValue | undefined,
): boolean {
  return types.includes(typeof value);
}

function isStatistics(value: JsonValue): boolean {
  return isObject(value) && Object.entries(STATISTICS).every(([name, fits]) => {
    const field = value[name] ?? null;
    return field === null || fits(field);
  });
}

const STATISTICS: Record<keyof Statistics, Check> = {
  minimum: isNumber,
  maximum: isNumber,
  mean: isNumber,
  median: isNumber,
  mode: isListOf(orNull(isNumber)),
  variance: isNumber,
  "standard-deviation": isNumber,
  "percentile-25": isNumber,
  "percentile-75": isNumber,
  "percentile-95": isNumber,
};
