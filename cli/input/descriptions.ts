/**
 * Descriptions of tests in JSON, as archives show them.
 *
 * @module
 */

import {
  elements,
  isArray,
  isObject,
  members,
  NULL,
} from "../../client/json.ts";
import { TEST_ARGUMENTS } from "../../client/parameters.ts";
import { eventTypeInfo } from "../../client/event_types.ts";
import { ARCHIVE_FIELDS, PAGING_FIELDS } from "../../client/wire.ts";
import { ARCHIVE } from "../output/added.ts";
import { JsonText, type MetadataPostOptions } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import { saidTwice } from "./fields.ts";
import { lineOfError, reasonOf } from "./json_errors.ts";
import { type Input, readAll, readEach } from "./text.ts";

/** The description of a test. */
export interface Description {
  /** Where it stands, for messages: `line 3`; empty for the only one. */
  place: string;
  /** The key that the test has in the archive that it comes from. */
  key?: string;
  /** Who measures what. */
  options: MetadataPostOptions;
  /** Its event types. */
  eventTypes: string[];
  /** Their roll-ups. */
  summaries: Summaries[];
  /** Its other parameters; one that is no string is exact JSON. */
  parameters: [name: string, value: string | JsonText][];
  /** What an archive has shown of it that archives do not take. */
  left?: string[];
}

/** Roll-ups of one kind. */
export type Summaries = [
  eventType: string,
  type: string,
  windows: (string | number)[],
];

/**
 * Reads the descriptions of several inputs.
 *
 * @throws {UsageError} that says where an input is wrong.
 */
export function readInputs(
  inputs: readonly Input[],
): Promise<Description[]> {
  return Array.fromAsync(readEach(inputs, async function* (input, prefix) {
    for (const described of readDescriptions(await readAll(input))) {
      const { place } = described;
      if (prefix === "") yield described;
      else yield { ...described, place: place ? prefix + place : input.name };
    }
  }));
}

/**
 * Reads descriptions: an object, a list of objects, or one per line.
 *
 * @throws {UsageError} that says where the text is wrong.
 */
export function readDescriptions(text: string): Description[] {
  const objects = objectsOf(text);
  if (objects.length === 0) {
    throw new UsageError("there is no description of a test in the input");
  }
  return objects.map(([place, json]) => {
    const described = fromWire(json, place);
    return described.key === undefined ? described : acceptable(described);
  });
}

/**
 * The description that an archive takes: elmond, and archives that have been
 * updated, show some more.
 */
function acceptable(described: Description): Description {
  const left = new Set<string>();
  const { options, eventTypes, summaries } = described;
  const isElement = options.subjectType === "network-element";
  for (const name of FAR_END) {
    if (isElement && options[name] !== undefined) {
      left.add(`${WIRE_NAMES.get(name)} (of a network-element)`);
    }
  }
  return {
    ...described,
    options: isElement
      ? Object.fromEntries(
        Object.entries(options).filter(([name]) =>
          !FAR_END.includes(name as FarEnd)
        ),
      )
      : options,
    eventTypes: eventTypes.filter((name) => {
      const isKnown = eventTypeInfo(name) !== undefined;
      if (!isKnown) left.add(`the event type ${name}`);
      return isKnown;
    }),
    summaries: summaries.filter(([name, type]) => {
      const known: readonly string[] = eventTypeInfo(name)?.summaries ?? [];
      const isKept = known.includes(type);
      if (!isKept) left.add(`the ${type} of ${name}`);
      return isKept;
    }),
    left: [...left],
  };
}

type FarEnd = "destination" | "inputDestination";

const FAR_END: readonly FarEnd[] = ["destination", "inputDestination"];

/** The place and the text of each object. */
function objectsOf(text: string): [place: string, json: string][] {
  if (text.trim() === "") return [];
  const whole = problemOf(text);
  if (whole === undefined) {
    const json = text.trim();
    if (!isArray(json)) return [["", json]];
    return elements(json).map((each, at) => [`description ${at + 1}`, each]);
  }
  const lines = text.split("\n").map((line, at) =>
    [`line ${at + 1}`, line.trim()] as [string, string]
  ).filter(([, line]) => line !== "");
  // One object over many lines, or one on each?
  if (lines.length < 2 || problemOf(lines[0]![1]) !== undefined) {
    throw new UsageError(
      `line ${lineOfError(text)} of the description is not JSON: ${whole}`,
    );
  }
  for (const [place, line] of lines) {
    const problem = problemOf(line);
    if (problem === undefined) continue;
    throw new UsageError(
      `${place} of the descriptions is not JSON: ${problem}`,
    );
  }
  return lines;
}

/** Why a text is not JSON. */
function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Wire name → argument. */
const ARGUMENTS = new Map<string, keyof MetadataPostOptions>(
  TEST_ARGUMENTS.map(([argument, name]) => [name, argument]),
);

/** Argument → wire name. */
const WIRE_NAMES = new Map<string, string>(TEST_ARGUMENTS);

/** What an archive adds to a description. */
const ARCHIVES_OWN = new Set([
  ...ARCHIVE_FIELDS,
  ...PAGING_FIELDS,
  "time-updated",
  ARCHIVE, // which get-metadata adds where there are several
]);

function fromWire(json: string, place: string): Description {
  if (!isObject(json)) {
    throw new UsageError(
      `${
        place || "the input"
      } is not a description: it has to be a JSON object`,
    );
  }
  // An archive shows parameters that it does not have as null.
  const fields = [
    ...members(json, (name) => {
      throw saidTwice(place || "the description", [name, name]);
    }),
  ].filter(([, value]) => value !== NULL);
  const entry: Record<string, unknown> = JSON.parse(json);
  const eventTypes = listIn(entry, "event-types", place);
  const key = entry["metadata-key"];
  return {
    place,
    ...(typeof key === "string" && key !== "" ? { key } : {}),
    options: withInputs(Object.fromEntries(
      fields.flatMap(([name, value]) => {
        const argument = ARGUMENTS.get(name);
        return argument === undefined ? [] : [[argument, JSON.parse(value)]];
      }),
    )),
    eventTypes: eventTypes.map((each) => textIn(each, "event-type", place)),
    summaries: mergeSummaries(
      eventTypes.flatMap((each) =>
        listIn(each, "summaries", place).map((summary): Summaries => [
          textIn(each, "event-type", place),
          textIn(summary, "summary-type", place),
          [textIn(summary, "summary-window", place)],
        ])
      ),
    ),
    parameters: fields.filter(([name]) =>
      !ARGUMENTS.has(name) && !ARCHIVES_OWN.has(name)
    ).map(([name, value]) => [name, new JsonText(value)]),
  };
}

/** elmond does not always know what the tester wrote. */
function withInputs(options: MetadataPostOptions): MetadataPostOptions {
  const { source, destination } = options;
  return {
    ...(source === undefined ? {} : { inputSource: source }),
    ...(destination === undefined ? {} : { inputDestination: destination }),
    ...options,
  };
}

/** Merges the windows of the same event type and kind. */
export function mergeSummaries(summaries: readonly Summaries[]): Summaries[] {
  const windows = new Map<string, Summaries>();
  for (const [eventType, type, more] of summaries) {
    const id = `${eventType} ${type}`;
    const [, , known] = windows.get(id) ?? [eventType, type, []];
    windows.set(id, [eventType, type, [...new Set([...known, ...more])]]);
  }
  return [...windows.values()];
}

function listIn(
  entry: Record<string, unknown>,
  name: string,
  place: string,
): Record<string, unknown>[] {
  const list = entry[name] ?? [];
  const isList = Array.isArray(list) &&
    list.every((each) => typeof each === "object" && each !== null);
  if (isList) return list;
  throw new UsageError(
    `${
      said(place)
    }${name} of the description has to be a list of objects, as the archive shows it`,
  );
}

function textIn(
  entry: Record<string, unknown>,
  name: string,
  place: string,
): string {
  const text = entry[name];
  if (typeof text === "string" || typeof text === "number") return `${text}`;
  const part = name === "event-type" ? "an event type" : "a summary";
  throw new UsageError(
    `${said(place)}${part} of the description has no ${name}`,
  );
}

function said(place: string): string {
  return place && `${place}: `;
}
