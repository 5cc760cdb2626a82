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

/**
 * The formats that list whatever there is; Parquet needs columns whose types
 * are known.
 */
const LISTS: readonly Format[] = ["human", "json", "csv", "ndjson"];

/** The formats of the output, in the order in which messages name them. */
export const FORMATS: Record<QueryName, readonly Format[]> = {
  "get-endpoints": LISTS,
  "get-metadata": LISTS,
  "get": [...LISTS, "parquet"],
  "get-bulk": ["json", "csv", "ndjson", "parquet"],
};

/** The formats of the input, in the order in which messages name them. */
export const INPUT_FORMATS: readonly InputFormat[] = ["json", "ndjson", "csv"];

/** The ways to divide a series. */
export const PARTITIONS: readonly Partition[] = ["day", "month"];

/** The servers that `serve` answers as. */
export const DIALECTS = ["esmond", "elmond"] as const;

/** The shells that there is a completion script for. */
export const SHELLS: readonly Shell[] = ["bash", "zsh", "fish", "powershell"];

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
