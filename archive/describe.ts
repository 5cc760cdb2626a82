/**
 * Checks the JSON description of a new test, in the original's order and words,
 * and computes the checksum by which the same description is recognised.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { eventTypeInfo, SUMMARY_TYPES } from "../client/event_types.ts";
import type { SummaryType } from "../client/event_types.ts";
import { canonicalAddress } from "../client/ip_address.ts";
import { members } from "../client/json.ts";
import { Fault, Refusal } from "./answers.ts";
import { contains, iterate, kindOf, str, toInteger } from "./python.ts";
import type { NewTest, Parameter, Summary } from "./store.ts";

/**
 * A new test, and its addresses as posted, which the answer to the POST shows.
 */
export interface Description {
  /** The test to store. */
  readonly test: NewTest;
  /** Wire name → address as posted. */
  readonly posted: Readonly<Record<string, string>>;
}

/**
 * The kind of a subject's field: addresses are required, missing texts are
 * empty.
 */
type FieldKind = "address" | "text";

const NETWORK_ELEMENT: Record<string, FieldKind> = {
  "source": "address",
  "measurement-agent": "address",
  "tool-name": "text",
  "input-source": "text",
};

const POINT_TO_POINT: Record<string, FieldKind> = {
  ...NETWORK_ELEMENT,
  "destination": "address",
  "input-destination": "text",
};

const SUBJECTS: Record<string, Record<string, FieldKind>> = {
  "point-to-point": POINT_TO_POINT,
  "network-element": NETWORK_ELEMENT,
};

/**
 * The most roll-ups of an event type: each point is added to all of them.
 */
const MOST_SUMMARIES = 100;

/** The most fields of a description. */
const MOST_FIELDS = 1000;

/**
 * The longest name, tool and host that the original's tables hold; values of
 * free parameters have no limit there.
 */
const LONGEST_TEXT = 128;

/**
 * Checks the description of a test.
 *
 * @param body The JSON text of the request.
 * @throws {Refusal} if it is refused.
 * @throws {Fault} where the original crashes without storing anything.
 */
export function describe(body: string): Description {
  for (const name of ["subject-type", "event-types"]) {
    if (!contains(body, name)) {
      throw new Refusal(`Missing ${name} field in request`);
    }
  }
  if (kindOf(body) !== "object") {
    throw new Fault("The description of a test is an object");
  }
  const fields = members(body);
  if (fields.size > MOST_FIELDS) {
    throw new Refusal(`A test must not have more than ${MOST_FIELDS} fields`);
  }
  if (fields.has("metadata-key")) {
    throw new Refusal("metadata-key is not allowed to be specified");
  }
  const subjectType = str(fields.get("subject-type")!);
  const kinds = Object.hasOwn(SUBJECTS, subjectType)
    ? SUBJECTS[subjectType]!
    : undefined;
  if (!kinds) throw new Refusal(`Invalid subject type ${subjectType}`);
  const eventTypes = eventTypesOf(fields.get("event-types")!);
  const posted = subjectOf(fields, subjectType, kinds);
  const parameters = parametersOf(fields);
  const address = (name: string) => canonicalAddress(posted[name]!)!;
  return {
    posted,
    test: {
      checksum: checksumOf(fields, eventTypes),
      subjectType,
      source: address("source"),
      destination: "destination" in kinds ? address("destination") : null,
      measurementAgent: address("measurement-agent"),
      toolName: posted["tool-name"]!,
      inputSource: posted["input-source"]!,
      inputDestination: posted["input-destination"] ?? null,
      parameters,
      eventTypes: merged(eventTypes),
    },
  };
}

interface PostedSummary {
  type: SummaryType;
  seconds: number;
  /** The window as posted, which goes into the checksum. */
  window: string;
}

interface PostedEventType {
  name: string;
  summaries: PostedSummary[];
}

function eventTypesOf(text: string): PostedEventType[] {
  if (text === "null") return [];
  if (kindOf(text) !== "array") {
    throw new Refusal("event_types must be a list");
  }
  return iterate(text).map((item) => {
    if (!contains(item, "event-type")) {
      throw new Refusal("No event-type defined");
    }
    if (kindOf(item) !== "object") {
      throw new Fault("An event type is an object");
    }
    const fields = members(item);
    const name = hashable(fields.get("event-type")!);
    if (!eventTypeInfo(name)) throw new Refusal(`Invalid event-type ${name}`);
    return { name, summaries: summariesOf(name, fields.get("summaries")) };
  });
}

function summariesOf(
  eventType: string,
  text: string | undefined,
): PostedSummary[] {
  if (text === undefined) return [];
  const summaries = iterate(text).flatMap((item) => {
    if (!contains(item, "summary-type")) {
      throw new Refusal("Summary must contain summary-type");
    }
    if (kindOf(item) !== "object") throw new Fault("A summary is an object");
    const fields = members(item);
    const type = hashable(fields.get("summary-type")!);
    return type === "base" ? [] : [summaryOf(eventType, type, fields)];
  });
  return sorted(summaries);
}

function summaryOf(
  eventType: string,
  name: string,
  fields: Map<string, string>,
): PostedSummary {
  const type = SUMMARY_TYPES.find((known) => known === name);
  if (!type) throw new Refusal(`Invalid summary type '${name}'`);
  if (!eventTypeInfo(eventType)!.summaries.includes(type)) {
    throw new Refusal(
      `Summary type ${type} not allowed for event-type ${eventType}`,
    );
  }
  const window = fields.get("summary-window");
  if (window === undefined) {
    throw new Refusal("Summary must contain summary-window");
  }
  const seconds = toInteger(window);
  if (seconds === undefined) {
    throw new Refusal("Summary window must be an integer");
  }
  if (typeof seconds === "bigint") throw new Fault("The window is too large");
  return { type, seconds, window };
}

/** By type, then by window as posted: numbers by value, texts as texts. */
function sorted(summaries: PostedSummary[]): PostedSummary[] {
  return summaries.toSorted((a, b) => {
    if (a.type !== b.type) return a.type < b.type ? -1 : 1;
    const isText = kindOf(a.window) === "string";
    if (isText !== (kindOf(b.window) === "string")) {
      throw new Fault("Windows are either texts or numbers");
    }
    return isText
      ? compare(str(a.window), str(b.window))
      : numeric(a.window) - numeric(b.window);
  });
}

function numeric(window: string): number {
  return window === "true" ? 1 : window === "false" ? 0 : Number(window);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The key for looking a value up in a table: lists and objects have none. */
function hashable(text: string): string {
  if (["object", "array"].includes(kindOf(text))) {
    throw new Fault(`${text} is not a name`);
  }
  return str(text);
}

/**
 * The same event type twice becomes one with the summaries of both; the same
 * summary twice counts twice.
 */
function merged(eventTypes: PostedEventType[]): Map<string, Summary[]> {
  const found = new Map<string, Summary[]>();
  for (const { name, summaries } of eventTypes) {
    const all = found.get(name) ?? [];
    found.set(name, all);
    const number = all.reduce((sum, { times }) => sum + times, 0);
    if (number + summaries.length > MOST_SUMMARIES) {
      throw new Refusal(
        `The event type ${name} must not have more than ${MOST_SUMMARIES} summaries`,
      );
    }
    for (const { type, seconds } of summaries) {
      const at = all.findIndex((one) =>
        one.type === type && one.seconds === seconds
      );
      if (at < 0) all.push({ type, seconds, times: 1 });
      else all[at] = { type, seconds, times: all[at]!.times + 1 };
    }
  }
  return found;
}

/**
 * The original crashes on all of these and keeps a test without its subject;
 * here nothing is stored.
 */
function subjectOf(
  fields: Map<string, string>,
  subjectType: string,
  kinds: Record<string, FieldKind>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const text = fields.get(name);
    if (text === "null" || (text === undefined && kind === "address")) {
      throw new Refusal(`Missing ${name} field in request`);
    }
    const value = text === undefined ? "" : str(text);
    if (kind === "address" && canonicalAddress(value) === undefined) {
      throw new Refusal(`The field '${name}' must be an IP address`);
    }
    checkText(name, value);
    checkLength(name, value);
    found[name] = value;
  }
  for (const name of Object.keys(POINT_TO_POINT)) {
    if (fields.has(name) && !(name in kinds)) {
      throw new Refusal(`A ${subjectType} has no ${name}`);
    }
  }
  return found;
}

function parametersOf(fields: Map<string, string>): Parameter[] {
  const parameters: Parameter[] = [];
  for (const [name, json] of fields) {
    // The original crashes on null, and clients retry for ever.
    if (OTHER_FIELDS.has(name) || json === "null") continue;
    const value = str(json);
    checkText(name, value);
    checkLength(name, name);
    parameters.push({ name, value, json });
  }
  return parameters;
}

const OTHER_FIELDS = new Set([
  ...Object.keys(POINT_TO_POINT),
  "subject-type",
  "event-types",
]);

function checkText(name: string, value: string): void {
  if (![name, value].every((text) => text.isWellFormed() && !/\0/.test(text))) {
    throw new Refusal(
      `The field '${name}' has characters that cannot be stored`,
    );
  }
}

function checkLength(name: string, text: string): void {
  if (text.length > LONGEST_TEXT) {
    throw new Refusal(
      `The field '${name}' must not be longer than ${LONGEST_TEXT} characters`,
    );
  }
}

/**
 * Equal for equal descriptions: all fields as texts, event types and summaries
 * in order, ignoring case.
 */
function checksumOf(
  fields: Map<string, string>,
  eventTypes: PostedEventType[],
): string {
  const hash = createHash("sha256");
  // As JSON, so that no text can be taken for several.
  const add = (...parts: string[]) =>
    hash.update(`${JSON.stringify(parts).toLowerCase()}\n`);
  for (const name of [...fields.keys()].sort()) {
    const json = fields.get(name)!;
    if (name !== "event-types" && json !== "null") add(name, str(json));
  }
  for (const one of eventTypes.toSorted((a, b) => compare(a.name, b.name))) {
    add("event-types", one.name);
    for (const { type, window } of one.summaries) {
      add("summaries", type, str(window));
    }
  }
  return hash.digest("hex");
}
