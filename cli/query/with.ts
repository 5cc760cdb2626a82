/**
 * `--with`: which columns are added, and whether any test has them.
 *
 * @module
 */

import { members } from "../../client/json.ts";
import { PAGING_FIELDS } from "../../client/wire.ts";
import type { Metadata } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import { oneLine } from "../io.ts";
import type { Format, ParsedOptions, ReadingName } from "../names.ts";
import { suggestion } from "../../client/nearest.ts";
import { ARCHIVE, cellOf, EXTRA } from "../output/added.ts";

/** Parameters that are named, at most. */
const MOST_NAMES = 50;

/** What is added in these formats would be there twice, or has no type. */
const WHY_NOT: { [format in Format]?: string } = {
  ndjson: "ndjson has all that the archive has",
  parquet: "parquet has the same columns for every event type",
};

/**
 * Reads which columns are added.
 *
 * @throws {UsageError} where the format takes none, or a name is empty.
 */
export function readAdded(
  options: ParsedOptions<never, "with">,
  command: ReadingName,
  format: Format,
): string[] {
  const names = options.texts("with").flatMap((text) => text.split(","))
    .map((name) => name.trim());
  if (names.includes("")) {
    throw new UsageError(
      "--with needs the names of parameters, such as metadata-key,bw-target-bandwidth",
    );
  }
  const why = WHY_NOT[format];
  if (names.length > 0 && why && command !== "get-endpoints") {
    throw new UsageError(
      `--with adds columns to human, json and csv: leave it out, ${why}`,
    );
  }
  return [...new Set(names)];
}

/**
 * The tests, held back until each of the parameters that are added has been
 * seen: a misspelt one is told before anything is written.
 *
 * @throws {UsageError} if none of the tests has a parameter.
 */
export async function* withKnown(
  tests: AsyncIterable<Metadata>,
  added: readonly string[],
): AsyncGenerator<Metadata, void, void> {
  const unseen = new Set(
    added.filter((name) => name !== EXTRA && name !== ARCHIVE),
  );
  const seen = new Set<string>();
  const held: Metadata[] = [];
  for await (const test of tests) {
    if (unseen.size === 0) {
      yield test;
      continue;
    }
    held.push(test);
    const fields = parametersOf(test);
    for (const name of fields.keys()) seen.add(name);
    for (const name of unseen) {
      if (cellOf(fields, name) !== undefined) unseen.delete(name);
    }
    if (unseen.size === 0) yield* held.splice(0);
  }
  const [name] = unseen;
  if (name === undefined || held.length === 0) return;
  const shown = [...seen].sort().slice(0, MOST_NAMES)
    .map((each) => oneLine(each, 80));
  const hint = suggestion(name, seen) ||
    `; they have ${shown.join(", ")}${
      seen.size > MOST_NAMES ? " and more" : ""
    }`;
  throw new UsageError(`--with ${name}: no test that was found has it${hint}`);
}

/** What a test has, by wire name. */
function parametersOf(test: Metadata): Map<string, string> {
  const fields = members(test.text);
  for (const name of PAGING_FIELDS) fields.delete(name);
  return fields;
}
