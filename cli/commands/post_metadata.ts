/**
 * `esmond-ps post-metadata`: the description of a test into an archive.
 *
 * @module
 */

import { OPTIONAL_ARGUMENTS, TEST_ARGUMENTS } from "../../client/parameters.ts";
import {
  ARCHIVE_FIELDS,
  type JsonValue,
  PAGING_FIELDS,
  type WireMetadata,
} from "../../client/wire.ts";
import {
  MetadataPost,
  type MetadataPostOptions,
  PostError,
  type PostOptions,
} from "../../mod.ts";
import { UsageError } from "../errors.ts";
import { lineOfError } from "../input/json_errors.ts";
import { readPosting, readText } from "../input/posting.ts";
import { checkEventType, withUrl } from "../options/values.ts";
import type { OptionsOf } from "../options/table.ts";
import type { Command } from "./command.ts";

/** Prints the key of the test. */
export const run: Command<"post-metadata"> = async (options, io) => {
  const described = isDescribed(options)
    ? fromOptions(options)
    : fromWire(parse(await readText(options, io)));
  const { url, access, close } = await readPosting(options, io);
  try {
    const post = build(described, url, access);
    // Refuses an incomplete description before it sends anything.
    const { metadataKey } = await post.postMetadata().catch(tellOption());
    await io.stdout.write(`${metadataKey}\n`);
  } finally {
    close();
  }
};

/** The description of a test. */
interface Description {
  options: MetadataPostOptions;
  eventTypes: string[];
  summaries: [eventType: string, type: string, windows: (string | number)[]][];
  parameters: [name: string, value: JsonValue][];
}

/** The options that describe a test: given one, no JSON is read. */
const DESCRIBING = [
  "src",
  "dest",
  "agent",
  "tool",
  "subject-type",
  "input-source",
  "input-destination",
] as const;
const DESCRIBING_LISTS = ["event-type", "summary", "param"] as const;

function isDescribed(options: OptionsOf<"post-metadata">): boolean {
  const given = [
    ...DESCRIBING.filter((name) => options.text(name) !== undefined),
    ...DESCRIBING_LISTS.filter((name) => options.texts(name).length > 0),
  ];
  const empty = DESCRIBING.find((name) => options.text(name) === "");
  if (empty !== undefined) {
    throw new UsageError(
      `--${empty}: it is empty: leave it out, or give a value`,
    );
  }
  const [file] = options.words;
  if (given.length > 0 && file !== undefined) {
    throw new UsageError(
      `--${
        given[0]
      } and ${file} both describe the test: give options or JSON, not both`,
    );
  }
  return given.length > 0;
}

function fromOptions(options: OptionsOf<"post-metadata">): Description {
  const source = options.text("src");
  const destination = options.text("dest");
  const subjectType = options.text("subject-type") ??
    (destination === undefined ? "network-element" : "point-to-point");
  return {
    options: given({
      subjectType,
      source,
      destination,
      toolName: options.text("tool"),
      measurementAgent: options.text("agent"),
      inputSource: options.text("input-source") ?? source,
      inputDestination: options.text("input-destination") ?? destination,
    }),
    eventTypes: options.texts("event-type"),
    summaries: merged(options.texts("summary").map(readSummary)),
    parameters: options.texts("param").map(readParameter),
  };
}

/** Merges the windows of the same event type and kind. */
function merged(
  summaries: Description["summaries"],
): Description["summaries"] {
  const windows = new Map<string, Description["summaries"][number]>();
  for (const [eventType, type, more] of summaries) {
    const id = `${eventType} ${type}`;
    const [, , known] = windows.get(id) ?? [eventType, type, []];
    windows.set(id, [eventType, type, [...new Set([...known, ...more])]]);
  }
  return [...windows.values()];
}

function readSummary(text: string): Description["summaries"][number] {
  const [eventType = "", type = "", windows = "", ...rest] = text.split(":");
  const isWhole = rest.length === 0 && /^\d+(,\d+)*$/.test(windows);
  if (eventType && type && isWhole) {
    return [eventType, type, windows.split(",").map(Number)];
  }
  throw new UsageError(
    `--summary is ${
      JSON.stringify(text)
    }: give EVENT:TYPE:SECONDS, such as packet-loss-rate:aggregation:300,3600`,
  );
}

function readParameter(text: string): [string, string] {
  const colon = text.indexOf(":");
  if (colon > 0) return [text.slice(0, colon), text.slice(colon + 1)];
  throw new UsageError(
    `--param is ${
      JSON.stringify(text)
    }: give KEY:VALUE, such as ip-transport-protocol:tcp`,
  );
}

function parse(text: string): WireMetadata {
  let read: unknown;
  try {
    read = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new UsageError(
      `line ${lineOfError(text)} of the description is not JSON: ${
        (error as Error).message
      }`,
    );
  }
  if (typeof read === "object" && read !== null && !Array.isArray(read)) {
    return read as WireMetadata;
  }
  throw new UsageError("the description has to be one JSON object");
}

/** Wire name → argument. */
const ARGUMENTS = new Map<string, keyof MetadataPostOptions>(
  TEST_ARGUMENTS.map(([argument, name]) => [name, argument]),
);

/** What an archive adds to a description. */
const ARCHIVES_OWN = new Set([...ARCHIVE_FIELDS, ...PAGING_FIELDS]);

function fromWire(entry: WireMetadata): Description {
  const eventTypes = listIn(entry, "event-types");
  // An archive shows parameters that it does not have as null.
  const fields = Object.entries(entry).filter(([, value]) => value !== null);
  return {
    options: given(
      Object.fromEntries(
        fields.filter(([name]) => ARGUMENTS.has(name))
          .map(([name, value]) => [ARGUMENTS.get(name), value]),
      ),
    ),
    eventTypes: eventTypes.map((each) => textIn(each, "event-type")),
    summaries: merged(
      eventTypes.flatMap((each) =>
        listIn(each, "summaries").map((
          summary,
        ): Description["summaries"][number] => [
          textIn(each, "event-type"),
          textIn(summary, "summary-type"),
          [textIn(summary, "summary-window")],
        ])
      ),
    ),
    parameters: fields
      .filter(([name]) => !ARGUMENTS.has(name) && !ARCHIVES_OWN.has(name))
      .map(([name, value]) => [name, value as JsonValue]),
  };
}

function listIn(
  entry: Record<string, unknown>,
  name: string,
): Record<string, unknown>[] {
  const list = entry[name] ?? [];
  const isList = Array.isArray(list) &&
    list.every((each) => typeof each === "object" && each !== null);
  if (isList) return list;
  throw new UsageError(
    `${name} of the description has to be a list of objects, as the archive shows it`,
  );
}

function textIn(entry: Record<string, unknown>, name: string): string {
  const text = entry[name];
  if (typeof text === "string" || typeof text === "number") return `${text}`;
  const part = name === "event-type" ? "an event type" : "a summary";
  throw new UsageError(`${part} of the description has no ${name}`);
}

function given(options: Record<string, unknown>): MetadataPostOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
}

function build(
  described: Description,
  url: string,
  access: PostOptions,
): MetadataPost {
  const post = withUrl(() =>
    new MetadataPost(url, { ...described.options, ...access })
  );
  const { eventTypes, summaries, parameters } = described;
  for (const name of new Set(eventTypes)) {
    checkEventType(name);
    checked("--event-type", () => post.addEventType(name));
  }
  for (const summary of summaries) {
    checkEventType(summary[0], "--summary");
    checked("--summary", () => post.addSummaryType(...summary));
  }
  // Only --param sets optional arguments.
  const taken = new Set<string>(
    TEST_ARGUMENTS.filter(([argument]) =>
      !OPTIONAL_ARGUMENTS.includes(argument) ||
      described.options[argument] !== undefined
    ).map(([, name]) => name),
  );
  for (const [name, value] of parameters) {
    const key = name.replaceAll("_", "-");
    if (taken.has(key)) {
      throw new UsageError(
        `--param: ${name} is given already: a test has each parameter once`,
      );
    }
    taken.add(key);
    checked("--param", () => post.addFreeformKeyValue(name, value));
  }
  if (eventTypes.length + summaries.length === 0) {
    throw new UsageError(
      "the test measures nothing: give --event-type or --summary, or event-types in JSON",
    );
  }
  return post;
}

/** The option for each argument of the library. */
const OPTION_OF: Record<string, string> = {
  source: "--src",
  destination: "--dest",
  toolName: "--tool",
  measurementAgent: "--agent",
  subjectType: "--subject-type",
  inputSource: "--input-source",
  inputDestination: "--input-destination",
};

/**
 * What `make` returns; what the library refuses is wrong usage of an option.
 */
function checked<T>(option: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    return tellOption(option)(error);
  }
}

/** Turns what the library refuses into wrong usage of an option. */
function tellOption(option?: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof PostError)) throw error;
    const name = option ?? OPTION_OF[error.argument];
    throw new UsageError(`${name ? `${name}: ` : ""}${error.message}`);
  };
}
