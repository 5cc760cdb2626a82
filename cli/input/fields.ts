/**
 * The fields of a point, as they are named in every format of the input: those
 * of the archive's own JSON, and those that the reading commands print.
 *
 * @module
 */

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

/** The columns that tell which rows can be posted. */
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
      `${place}: rows with the column ${name} are parts of values, which cannot be put together again`,
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

/** Refuses roll-ups, and rows of a second test. */
export class RowCheck {
  #first: { place: string; cells: (string | undefined)[] } | undefined;

  /**
   * Checks a row.
   *
   * @param place Where it stands, for messages.
   * @param cell The text of a column; `undefined` if there is none.
   */
  check(place: string, cell: (name: string) => string | undefined): void {
    const summary = cell("summary_type") ?? "base";
    if (summary !== "base") {
      throw new UsageError(
        `${place} is a roll-up (${summary}), which the archive computes itself: post base data`,
      );
    }
    const cells = OF_TEST.map(cell);
    this.#first ??= { place, cells };
    const first = this.#first;
    if (cells.some((each, at) => each !== first.cells[at])) {
      throw new UsageError(
        `${place} is of another test than ${first.place}: post each under its own key`,
      );
    }
  }
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
