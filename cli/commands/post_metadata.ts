/**
 * `esmond-ps post-metadata`: the description of a test into an archive.
 *
 * @module
 */

import type { JsonValue, WireMetadata } from "../../client/wire.ts";
import { listOf } from "../../client/wire.ts";
import {
  MetadataPost,
  type MetadataPostOptions,
  PostError,
} from "../../mod.ts";
import { UsageError } from "../errors.ts";
import type { ParsedOptions } from "../options.ts";
import { type Posting, readPosting, readText, withUrl } from "../posting.ts";
import type { Command } from "./command.ts";

/** Prints the key of the test. */
export const run: Command = async (options, io) => {
  const described = isDescribed(options)
    ? fromOptions(options)
    : fromWire(parse(await readText(options, io)));
  const posting = await readPosting(options, io);
  const post = checked(() => build(described, posting));
  const metadata = await post.postMetadata();
  await io.stdout.write(`${metadata.metadataKey}\n`);
};

/** A test, as far as it has been described. */
interface Description {
  options: MetadataPostOptions;
  eventTypes: string[];
  summaries: [eventType: string, type: string, windows: (string | number)[]][];
  parameters: [name: string, value: JsonValue][];
}

/** Where an option describes the test, the description is theirs alone. */
const DESCRIBING = ["src", "dest", "agent", "tool", "subject-type"];

function isDescribed(options: ParsedOptions): boolean {
  return DESCRIBING.some((name) => options.text(name) !== undefined);
}

function fromOptions(options: ParsedOptions): Description {
  const source = options.text("src");
  const destination = options.text("dest");
  const subjectType = options.text("subject-type") ??
    (destination ? "point-to-point" : "network-element");
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
    summaries: options.texts("summary").map(readSummary),
    parameters: options.texts("param").map(readParameter),
  };
}

function readSummary(text: string): Description["summaries"][number] {
  const [eventType = "", type = "", windows = ""] = text.split(":");
  if (eventType && type && /^\d+(,\d+)*$/.test(windows)) {
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
    read = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `the description is no JSON: ${(error as Error).message}`,
    );
  }
  if (typeof read === "object" && read !== null && !Array.isArray(read)) {
    return read as WireMetadata;
  }
  throw new UsageError("the description has to be one JSON object");
}

/** The names of the arguments on the wire. */
const ARGUMENTS: Record<string, keyof MetadataPostOptions> = {
  "subject-type": "subjectType",
  source: "source",
  destination: "destination",
  "tool-name": "toolName",
  "measurement-agent": "measurementAgent",
  "input-source": "inputSource",
  "input-destination": "inputDestination",
  "time-duration": "timeDuration",
  "ip-transport-protocol": "ipTransportProtocol",
};

/** What an archive says of a test that it finds for itself. */
const ARCHIVES_OWN = new Set([
  "event-types",
  "metadata-key",
  "uri",
  "url",
  "metadata-count-total",
  "metadata-next-page",
  "metadata-previous-page",
]);

function fromWire(entry: WireMetadata): Description {
  const eventTypes = listOf(entry["event-types"]);
  const fields = Object.entries(entry);
  return {
    options: given(
      Object.fromEntries(
        fields.filter(([name]) => name in ARGUMENTS)
          .map(([name, value]) => [ARGUMENTS[name], value]),
      ),
    ),
    eventTypes: eventTypes.map((each) => String(each?.["event-type"])),
    summaries: eventTypes.flatMap((each) =>
      [...new Set(listOf(each?.summaries).map((one) => one["summary-type"]))]
        .map((type): Description["summaries"][number] => [
          String(each["event-type"]),
          String(type),
          listOf(each.summaries)
            .filter((one) => one["summary-type"] === type)
            .map((one) => one["summary-window"] ?? ""),
        ])
    ),
    parameters: fields
      .filter(([name]) => !(name in ARGUMENTS) && !ARCHIVES_OWN.has(name))
      .map(([name, value]) => [name, value as JsonValue]),
  };
}

function given(options: Record<string, unknown>): MetadataPostOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
}

function build(described: Description, { url, access }: Posting): MetadataPost {
  const post = withUrl(() =>
    new MetadataPost(url, { ...described.options, ...access })
  );
  for (const name of new Set(described.eventTypes)) post.addEventType(name);
  for (const summary of described.summaries) post.addSummaryType(...summary);
  for (const parameter of described.parameters) {
    post.addFreeformKeyValue(...parameter);
  }
  post.jsonPayload(); // complains of what is missing
  return post;
}

/** The options that arguments of the library are given by. */
const OPTION_OF: Record<string, string> = {
  source: "--src",
  destination: "--dest",
  toolName: "--tool",
  measurementAgent: "--agent",
  subjectType: "--subject-type",
  inputSource: "--input-source",
  inputDestination: "--input-destination",
  eventType: "--event-type",
  summaryType: "--summary",
  windows: "--summary",
  key: "--param",
  value: "--param",
};

function checked<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof PostError)) throw error;
    const option = OPTION_OF[error.argument];
    throw new UsageError(`${option ? `${option}: ` : ""}${error.message}`);
  }
}
