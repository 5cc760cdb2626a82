/**
 * The values that options choose among: each list once, for the checks, the
 * help and the shells.
 *
 * @module
 */

import { EVENT_TYPES } from "../../client/event_types.ts";
import type {
  Format,
  InputFormat,
  Partition,
  QueryName,
  Shell,
} from "../names.ts";

/** The commands that print a format; one that is left out does not compile. */
const PRINTED_BY: Record<Format, readonly QueryName[]> = {
  human: ["get-endpoints", "get-metadata", "get"],
  json: ["get-endpoints", "get-metadata", "get", "get-bulk"],
  csv: ["get-endpoints", "get-metadata", "get", "get-bulk"],
  ndjson: ["get-endpoints", "get-metadata", "get", "get-bulk"],
  parquet: ["get", "get-bulk"], // it needs columns whose types are known
};

/** The formats of the output, in the order in which messages name them. */
export const FORMATS: Record<QueryName, readonly Format[]> = {
  "get-endpoints": printedBy("get-endpoints"),
  "get-metadata": printedBy("get-metadata"),
  "get": printedBy("get"),
  "get-bulk": printedBy("get-bulk"),
};

function printedBy(command: QueryName): readonly Format[] {
  return allOf(PRINTED_BY)
    .filter((format) => PRINTED_BY[format].includes(command));
}

/** The formats of the input, in the order in which messages name them. */
export const INPUT_FORMATS: readonly InputFormat[] = allOf<InputFormat>({
  json: true,
  ndjson: true,
  csv: true,
});

/** The ways to divide a series. */
export const PARTITIONS: readonly Partition[] = allOf<Partition>({
  day: true,
  month: true,
});

/** The servers that `serve` answers as. */
export const DIALECTS = ["esmond", "elmond"] as const;

/** The shells that have completions. */
export const SHELLS: readonly Shell[] = allOf<Shell>({
  bash: true,
  zsh: true,
  fish: true,
  powershell: true,
});

/** The names of the event types. */
export const EVENT_NAMES: readonly string[] = EVENT_TYPES.map(({ name }) =>
  name
);

/**
 * The beginnings of what says which roll-ups an archive is to keep; the windows
 * follow.
 */
export const ROLL_UPS: readonly string[] = EVENT_TYPES.flatMap((
  { name, summaries },
) => summaries.map((type) => `${name}:${type}:`));

/** All names of a type, in the order of the table that has each of them. */
function allOf<Name extends string>(table: Record<Name, unknown>): Name[] {
  return Object.keys(table) as Name[];
}
