/**
 * The searches of elmond: which tests it finds, which ones it misses silently,
 * and what crashes it.
 *
 * @module
 */

import { decodeString, elements, isArray } from "../client/json.ts";
import { SUBJECT_TYPES } from "../client/parameters.ts";
import { Fault, Refusal } from "./answers.ts";
import type { Archive } from "./archive.ts";
import {
  announcedFor,
  FIXED_SUMMARIES,
  TEST_TYPE,
  testTypeOf,
  TOOL_PREFIX,
  typesAnnouncing,
} from "./elmond_types.ts";
import { kindOf, parseInteger } from "./python.ts";
import { every, fieldConditions, firstOf } from "./query.ts";
import type { Condition, Kind, Store } from "./store.ts";

/** Elmond has these, and crashes when they are searched for. */
const UNSEARCHABLE = new Set([
  "packet-trace-multi",
  "pscheduler-raw",
  "pscheduler-run-href",
  "failures",
]);

/**
 * The condition of a search on tests, without that on their results.
 *
 * @param archive The archive.
 * @param query The parameters of the request.
 * @throws {Refusal} if elmond refuses it.
 * @throws {Fault} if elmond crashes on it.
 */
export async function searchCondition(
  { store, resolve }: Archive,
  query: URLSearchParams,
): Promise<Condition> {
  const byText =
    (column: "tool_name" | "input_source" | "input_destination") =>
    (value: string): Condition => {
      const wanted = column === "tool_name"
        ? value.replace(TOOL_PREFIX, "")
        : value;
      const found = store.textsOf(column).filter((text) =>
        termsOf(text.replace(TOOL_PREFIX, "")).includes(wanted)
      );
      return among(column, found);
    };
  return every([
    ...await fieldConditions(query, resolve, {
      valueOf: firstOf,
      overrides: {
        "metadata-key": (key) => ({ sql: "checksum = ?", values: [key] }),
        "tool-name": byText("tool_name"),
        "input-source": byText("input_source"),
        "input-destination": byText("input_destination"),
        "subject-type": (value) => subjectCondition(store, value),
        [TEST_TYPE]: (value) =>
          ofKind(store, (kind) => termsOf(testTypeOf(kind)).includes(value)),
      },
      parameter: (name, value) => parameterCondition(store, name, value),
    }),
    ...query.has("source") ? [HAS_ITS_OWN_SOURCE] : [],
    ...eventTypeCondition(store, query),
  ]);
}

/**
 * The terms that a text is found by, as OpenSearch's standard analyser makes
 * them: lower case, split at hyphens, colons, and dots between a letter and a
 * digit.
 */
export function termsOf(text: string): string[] {
  return text.toLowerCase().match(TERM) ?? [];
}

const TERM =
  /(?:[\p{L}\p{M}\p{N}_]|(?<=[\p{L}\p{M}])[.'](?=[\p{L}])|(?<=\p{N})[.,'](?=\p{N}))+/gu;

function among(
  column: string,
  values: readonly (string | number)[],
): Condition {
  return {
    sql: `${column} IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(values)],
  };
}

function ofKind(store: Store, isWanted: (kind: Kind) => boolean): Condition {
  return among(
    "test.id",
    store.kinds().filter(isWanted).map(({ id }) => id),
  );
}

/** Types of test between two hosts that a search finds. */
const POINT_TO_POINT = new Set([
  "latency",
  "latencybg",
  "rtt",
  "throughput",
  "trace",
]);

/** By the type of test, which can disagree with the subject type shown. */
function subjectCondition(store: Store, value: string): Condition {
  if (!SUBJECT_TYPES.includes(value)) {
    throw new Refusal(`Invalid subject-type ${value}.`);
  }
  const isPair = value === "point-to-point";
  return ofKind(
    store,
    (kind) => POINT_TO_POINT.has(testTypeOf(kind)) === isPair,
  );
}

/**
 * A test of one host is shown with its agent as source, but not found by it.
 */
const HAS_ITS_OWN_SOURCE: Condition = {
  sql: "subject_type <> 'network-element' OR source <> measurement_agent",
  values: [],
};

/** Elmond crashes when a number or boolean is compared with other text. */
function parameterCondition(
  store: Store,
  name: string,
  value: string,
): Condition {
  const found = store.parameterJson(name).filter((json) =>
    isMatch(json, value)
  );
  const condition: Condition = {
    sql: "EXISTS (SELECT 1 FROM parameter WHERE test = test.id AND name = ? " +
      "AND json IN (SELECT value FROM json_each(?)))",
    values: [name, JSON.stringify(found)],
  };
  // TCP is the default of throughput tests.
  return name === "ip-transport-protocol" && value.toLowerCase() === "tcp"
    ? either(
      condition,
      ofKind(
        store,
        (kind) =>
          testTypeOf(kind) === "throughput" && !(name in kind.parameters),
      ),
    )
    : condition;
}

function either(one: Condition, other: Condition): Condition {
  return {
    sql: `(${one.sql}) OR (${other.sql})`,
    values: [...one.values, ...other.values],
  };
}

function isMatch(json: string, value: string): boolean {
  switch (kindOf(json)) {
    case "string":
      return termsOf(decodeString(json)).includes(value);
    case "integer":
    case "float":
      if (value.trim() === "" || Number.isNaN(Number(value))) {
        throw new Fault(`${value} is not a number`);
      }
      return Number(json) === Number(value);
    case "boolean":
      if (!["true", "false", ""].includes(value)) {
        throw new Fault(`${value} is neither true nor false`);
      }
      return json === (value || "false");
    default:
      return isArray(json) && elements(json).some((one) => isMatch(one, value));
  }
}

/**
 * Elmond turns an event type into the types of test that make it.
 * `disk-to-disk` is never found because of its hyphens.
 */
function eventTypeCondition(
  store: Store,
  query: URLSearchParams,
): Condition[] {
  const [eventType, type, window] = [
    "event-type",
    "summary-type",
    "summary-window",
  ].map((name) => firstOf(query, name) || undefined);
  const isRollUp = type !== undefined || window !== undefined;
  const rolledUp = isRollUp ? summarised(eventType, type, window) : [];
  if (isRollUp && rolledUp.length === 0) {
    throw new Fault("There is no such roll-up");
  }
  if (eventType !== undefined) return [announcing(store, eventType)];
  if (!isRollUp) return [];
  const types = new Set(rolledUp.flatMap((name) => [...typesAnnouncing(name)]));
  return [
    ofKind(store, (kind) => isFound(kind) && types.has(testTypeOf(kind))),
  ];
}

function announcing(store: Store, eventType: string): Condition {
  if (UNSEARCHABLE.has(eventType) || typesAnnouncing(eventType).size === 0) {
    throw new Fault(`${eventType} cannot be searched for`);
  }
  return ofKind(
    store,
    (kind) => isFound(kind) && announcedFor(kind).includes(eventType),
  );
}

function isFound(kind: Kind): boolean {
  return testTypeOf(kind) !== "disk-to-disk";
}

/** The event types that have such a roll-up. */
function summarised(
  eventType: string | undefined,
  type: string | undefined,
  window: string | undefined,
): string[] {
  const seconds = window === undefined ? undefined : parseInteger(window);
  if (window !== undefined && typeof seconds !== "number") {
    throw new Fault(`summary-window=${window} is not an integer`);
  }
  return Object.entries(FIXED_SUMMARIES).filter(([name, fixed]) =>
    (eventType ?? name) === name && (type ?? fixed.type) === fixed.type &&
    (seconds === undefined || fixed.windows.includes(seconds as number))
  ).map(([name]) => name);
}
