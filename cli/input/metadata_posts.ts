/**
 * From the description of a test to what posts it.
 *
 * @module
 */

import { TEST_ARGUMENTS } from "../../client/parameters.ts";
import { MetadataPost, PostError, type PostOptions } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import { checkEventType, withUrl } from "../options/values.ts";
import type { Description } from "./descriptions.ts";

/**
 * What posts a description.
 *
 * @throws {UsageError} for what an archive does not take.
 */
export function buildPost(
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
  const taken = new Set<string>();
  for (const [name, value] of parameters) {
    const key = name.replaceAll("_", "-");
    const [argument] = TEST_ARGUMENTS.find(([, wire]) => wire === key) ?? [];
    if (argument !== undefined) {
      throw new UsageError(
        `--param: ${name} is not a parameter: give it with ${
          OPTION_OF[argument]
        }, or as "${key}" in JSON, as get-metadata -o ndjson prints it`,
      );
    }
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
export function tellOption(option?: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof PostError)) throw error;
    const name = option ?? OPTION_OF[error.argument];
    throw new UsageError(`${name ? `${name}: ` : ""}${error.message}`);
  };
}
