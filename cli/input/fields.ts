/**
 * The fields of a point, as they are named in every format of the input: those
 * of the archive's own JSON, and those that the reading commands print.
 *
 * @module
 */

import { encodeString, members } from "../../client/json.ts";
import { UsageError } from "../errors.ts";
import { parseTime, TimeError } from "../options/time.ts";

/** A point as it was written down. */
export interface InputPoint {
  /** Where it stands, for messages: `line 3`, `point 3`. */
  place: string;
  /** Its event type, if it names one. */
  eventType?: string;
  /** Seconds since 1970 UTC. */
  ts: number;
  /** The value, as JSON text. */
  val: string;
  /**
   * What tells its test from others; absent if it is not a row of a reading
   * command.
   */
  test?: string;
  /** The key of its test, if it names one. */
  key?: string;
  /** Why an archive cannot store it. */
  problem?: string;
}

/** The names of each field. */
export const FIELDS = {
  ts: ["ts", "timestamp"],
  val: ["val", "value"],
  eventType: ["event_type", "event-type"],
} as const;

/** Columns that take a value apart: their rows are not points. */
const PARTS = ["stream_num", "start", "duration", "ttl"];

/** Columns that tell tests apart. */
const OF_TEST = [
  "archive",
  "metadata_key",
  "source",
  "destination",
  "measurement_agent",
  "tool",
];

/** The columns that only the rows of the reading commands have. */
export const ROW_COLUMNS: readonly string[] = ["summary_type", ...OF_TEST];

/**
 * Refuses columns that take values apart.
 *
 * @param place Where they stand, for the message.
 * @param names The columns.
 */
export function refuseParts(place: string, names: Iterable<string>): void {
  for (const name of names) {
    if (!PARTS.includes(name)) continue;
    throw new UsageError(
      `${place}: rows with the column ${name} are parts of values, which cannot be put together again: export ndjson`,
    );
  }
}

/** Says that two columns mean the same. */
export function saidTwice(
  place: string,
  [one, other]: readonly [string, string],
): UsageError {
  return new UsageError(
    one === other
      ? `${place} has ${one} twice: leave one out`
      : `${place} has ${one} and ${other}, which mean the same: leave one out`,
  );
}

/**
 * What a row says of its test, and whether it is a roll-up.
 *
 * @param cell The text of a column; `undefined` if there is none.
 */
export function originOf(
  cell: (name: string) => string | undefined,
): Pick<InputPoint, "test" | "key" | "problem"> {
  if (ROW_COLUMNS.every((name) => cell(name) === undefined)) return {};
  const key = cell("metadata_key");
  const summary = cell("summary_type") ?? "base";
  return {
    test: OF_TEST.map((name) => cell(name) ?? "").join("\0"),
    ...(key ? { key } : {}),
    ...(summary === "base" ? {} : {
      problem:
        `it is a roll-up (${summary}), which the archive computes itself: post base data`,
    }),
  };
}

/**
 * The value of a failure, as the reading commands print it.
 *
 * @param error The JSON text of its message.
 * @param extra That of all else that it has; `null` for nothing.
 */
export function failureOf(error: string, extra: string): string {
  const rest = [...members(extra)].map(([name, value]) =>
    `, ${encodeString(name)}: ${value}`
  );
  return `{"error": ${error}${rest.join("")}}`;
}

const FULL_TIME = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?( ?[-+]\d\d:?\d\d|Z)?$/;

/**
 * Reads seconds, or a timestamp as `esmond-ps get` prints it: nothing that
 * would mean another time tomorrow.
 *
 * @throws {UsageError} for any other text.
 */
export function readTime(text: string, place: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  try {
    if (FULL_TIME.test(text)) return parseTime(text, new Date(0));
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
  }
  throw new UsageError(
    `${place}: ${
      JSON.stringify(text)
    } is not a time: give seconds since 1970 UTC, or 2016-03-01 10:00:00`,
  );
}
