/**
 * `esmond-ps post-metadata`: descriptions of tests into an archive.
 *
 * @module
 */

import {
  ArchiveHttpError,
  type MetadataPostOptions,
  type PostOptions,
} from "../../mod.ts";
import { EXIT, PartialError, UsageError } from "../errors.ts";
import {
  type Description,
  mergeSummaries,
  readInputs,
  type Summaries,
} from "../input/descriptions.ts";
import { type Keys, readKnownKeys, writeKeys } from "../input/keys.ts";
import { buildPost, tellOption } from "../input/metadata_posts.ts";
import { openInputs, readPosting } from "../input/posting.ts";
import type { Io } from "../io.ts";
import type { OptionsOf } from "../options/table.ts";
import type { Command } from "./command.ts";

/** Prints the key of each test. */
export const run: Command<"post-metadata"> = async (options, io) => {
  const described = isDescribed(options)
    ? [fromOptions(options)]
    : await readInputs(openInputs(options, io));
  const path = options.text("keys");
  const keys = path === undefined ? undefined : await readKnownKeys(path);
  if (keys !== undefined) requireKeys(described);
  const { url, access, close } = await readPosting(options, io);
  try {
    const [first] = described;
    const isWhole = first?.place === ""
      ? await postOne(first, url, access, keys, io)
      : await postAll(described, url, access, keys, io);
    if (!isWhole) throw new PartialError(EXIT.partial);
  } catch (error) {
    if (error instanceof ArchiveHttpError && error.status === 405) {
      error.message += "; an elmond archive (perfSONAR 5) is read-only";
    }
    throw error;
  } finally {
    close();
    if (path !== undefined && keys !== undefined) await writeKeys(path, keys);
  }
};

/** The file of `--keys` is of use only for tests that had one. */
function requireKeys(described: readonly Description[]): void {
  const keyless = described.find(({ key }) => key === undefined);
  if (keyless === undefined) return;
  throw new UsageError(
    `--keys: ${
      keyless.place || "the description"
    } has no metadata-key, so there is no old key to write down`,
  );
}

/** Posts a description, and tells whether that is all that is known of it. */
async function postOne(
  described: Description,
  url: string,
  access: PostOptions,
  keys: Keys | undefined,
  io: Io,
): Promise<boolean> {
  const { place, key, left = [] } = described;
  const post = buildPost(described, url, access);
  // Refuses an incomplete description before it sends anything.
  const { metadataKey } = await post.postMetadata().catch(tellOption());
  if (key !== undefined) keys?.set(key, metadataKey!);
  await io.stdout.write(`${metadataKey}\n`);
  if (left.length === 0) return true;
  io.note(
    `${
      place || `the test ${key}`
    }: left out, because archives do not take it: ${left.join(", ")}`,
  );
  return false;
}

/**
 * Posts all descriptions but those that an archive cannot have.
 *
 * @returns Whether there are none of these.
 * @throws {UsageError} if there are no others.
 */
async function postAll(
  all: readonly Description[],
  url: string,
  access: PostOptions,
  keys: Keys | undefined,
  io: Io,
): Promise<boolean> {
  const failures: string[] = [];
  let isWhole = true;
  for (const described of all) {
    try {
      if (!await postOne(described, url, access, keys, io)) isWhole = false;
    } catch (error) {
      if (!isOfTest(error)) throw error;
      failures.push(`${described.place}: ${error.message}`);
    }
  }
  const last = failures.pop();
  if (last === undefined) return isWhole;
  for (const line of failures) io.note(line);
  if (failures.length + 1 === all.length) throw new UsageError(last);
  io.note(last);
  return false;
}

/** Whether other tests may do better. */
function isOfTest(error: unknown): error is Error {
  return error instanceof UsageError ||
    error instanceof ArchiveHttpError && [400, 500].includes(error.status);
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
    place: "",
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
    summaries: mergeSummaries(options.texts("summary").map(readSummary)),
    parameters: options.texts("param").map(readParameter),
  };
}

function readSummary(text: string): Summaries {
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

function given(options: Record<string, unknown>): MetadataPostOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
}
