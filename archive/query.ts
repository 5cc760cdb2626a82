/**
 * Query parameters: time filters, and conditions on the fields of tests.
 *
 * @module
 */

import { addressesOf, type Resolve } from "./addresses.ts";
import { Refusal } from "./answers.ts";
import { parseInteger } from "./python.ts";
import type { Condition } from "./store.ts";
import { checkTime } from "./validate.ts";

/** The last value of a parameter. */
export function lastOf(
  query: URLSearchParams,
  name: string,
): string | undefined {
  return query.getAll(name).at(-1);
}

/** The first value of a parameter. */
export function firstOf(
  query: URLSearchParams,
  name: string,
): string | undefined {
  return query.get(name) ?? undefined;
}

/** Reads a parameter that may be repeated. */
export type ValueOf = typeof lastOf;

/** A time range, both ends included; an end that is `undefined` is open. */
export interface TimeRange {
  /** The first second. */
  readonly start: number | undefined;
  /** The last second. */
  readonly end: number | undefined;
}

/**
 * The time range of a request: the first combination of filters that fits.
 *
 * @param query Its parameters.
 * @param now Seconds since 1970 UTC.
 * @param valueOf Reads a parameter.
 */
export function timeRangeOf(
  query: URLSearchParams,
  now: number,
  valueOf: ValueOf = lastOf,
): TimeRange {
  const [time, first, last, length] = [
    "time",
    "time-start",
    "time-end",
    "time-range",
  ].map((name) => seconds(valueOf(query, name)));
  let start: number | undefined;
  let end: number | undefined;
  if (time !== undefined) start = end = time;
  else if (first !== undefined) {
    start = first;
    end = last ?? (length === undefined ? undefined : first + length);
  } else if (last !== undefined) {
    start = length === undefined ? 0 : last - length;
    end = last;
  } else if (length !== undefined) start = now - length;
  if (start !== undefined && end !== undefined && end < start) {
    throw new Refusal("Requested start time must be less than end time");
  }
  for (const moment of [start, end]) {
    if (moment !== undefined) checkTime(moment);
  }
  return { start, end };
}

function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = parseInteger(text);
  if (value === undefined) {
    throw new Refusal("Time parameter must be an integer");
  }
  return Number(value);
}

/** Wire name → column of `test`, for fields that are compared as text. */
const TEXT_COLUMNS: Record<string, string> = {
  "subject-type": "subject_type",
  "tool-name": "tool_name",
  "input-source": "input_source",
  "input-destination": "input_destination",
  "metadata-key": "key",
};

/** Wire name → column of `test`, for fields that are hosts. */
const HOST_COLUMNS: Record<string, string> = {
  "source": "source",
  "destination": "destination",
  "measurement-agent": "measurement_agent",
};

/**
 * Parameters that are not conditions on a field; each dialect handles them
 * itself.
 */
const OTHERS: ReadonlySet<string> = new Set([
  "time",
  "time-start",
  "time-end",
  "time-range",
  "limit",
  "offset",
  "format",
  "dns-match-rule",
  "event-type",
  "summary-type",
  "summary-window",
]);

/** How a dialect reads and compares the parameters of a search. */
export interface SearchDialect {
  /** Reads a parameter. */
  readonly valueOf: ValueOf;
  /** The conditions that it puts in its own way, by wire name. */
  readonly overrides: Readonly<Record<string, (value: string) => Condition>>;
  /** The condition on a free parameter. */
  readonly parameter: (name: string, value: string) => Condition;
}

const ESMOND: SearchDialect = {
  valueOf: lastOf,
  overrides: {},
  parameter: (name, value) => ({
    sql: "EXISTS (SELECT 1 FROM parameter WHERE test = test.id " +
      "AND name = ? AND value = ?)",
    values: [name, value],
  }),
};

/**
 * The conditions that a search puts on the fields of tests, free parameters
 * included.
 *
 * @param query Its parameters.
 * @param resolve Finds the addresses of a name.
 * @param dialect How they are read and compared; as esmond does by default.
 */
export async function fieldConditions(
  query: URLSearchParams,
  resolve: Resolve,
  { valueOf, overrides, parameter }: SearchDialect = ESMOND,
): Promise<Condition[]> {
  const conditions: Condition[] = [];
  const rule = valueOf(query, "dns-match-rule") ?? "v4v6";
  for (const name of new Set(query.keys())) {
    const value = valueOf(query, name)!;
    if (Object.hasOwn(overrides, name)) {
      conditions.push(overrides[name]!(value));
    } else if (Object.hasOwn(HOST_COLUMNS, name)) {
      const addresses = await addressesOf(value, rule, resolve);
      conditions.push({
        sql: `${HOST_COLUMNS[name]} IN (${addresses.map(() => "?").join(",")})`,
        values: addresses,
      });
    } else if (Object.hasOwn(TEXT_COLUMNS, name)) {
      conditions.push({ sql: `${TEXT_COLUMNS[name]} = ?`, values: [value] });
    } else if (!OTHERS.has(name)) conditions.push(parameter(name, value));
  }
  return conditions;
}

/** All of these conditions together. */
export function every(conditions: Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(" AND ") || "1",
    values: conditions.flatMap(({ values }) => values),
  };
}
