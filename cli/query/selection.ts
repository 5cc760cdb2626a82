/**
 * Which tests a reading command looks for: the options that may be repeated.
 *
 * @module
 */

import { METADATA_FILTERS, TIME_FILTERS } from "../../client/parameters.ts";
import type { ApiFilters } from "../../mod.ts";
import type { ReadingName } from "../names.ts";
import type { OptionsOf } from "../options/table.ts";

/** The filters that one list of tests has besides the others, by wire name. */
export type Search = Readonly<Record<string, string | undefined>>;

/** The options that may be repeated, and the filter that each sets. */
const REPEATED = {
  src: METADATA_FILTERS.source,
  dest: METADATA_FILTERS.destination,
  agent: METADATA_FILTERS.measurementAgent,
  "event-type": METADATA_FILTERS.eventType,
  tool: METADATA_FILTERS.toolName,
} as const;

/** What takes the times out of a search. */
export const ANY_TIME: Search = Object.fromEntries(
  Object.values(TIME_FILTERS).map((name) => [name, undefined]),
);

/** What the values of the repeated options come to. */
export interface Selection {
  /** The filters of the options that have one value, in the options' order. */
  single: [filter: string, value: string][];
  /** The values of the others, by filter. */
  several: [filter: string, values: string[]][];
}

/** Reads the options that may be repeated; a value counts once. */
export function readSelection(options: OptionsOf<ReadingName>): Selection {
  const names = Object.keys(REPEATED) as (keyof typeof REPEATED)[];
  const given = names.map((name): [string, string[]] => [
    REPEATED[name],
    [...new Set(options.texts(name))],
  ]);
  return {
    single: given.filter(([, values]) => values.length === 1)
      .map(([filter, [value]]) => [filter, value!]),
    several: given.filter(([, values]) => values.length > 1),
  };
}

/**
 * One search for each combination of the values: an archive takes one value of
 * each filter only. What the filters set already is not searched for.
 */
export function searchesFor(
  { several }: Selection,
  filters: ApiFilters,
): Search[] {
  let searches: Search[] = [{}];
  for (const [filter, values] of several) {
    if (filters.get(filter) !== undefined) continue;
    searches = searches.flatMap((search) =>
      values.map((value) => ({ ...search, [filter]: value }))
    );
  }
  return searches;
}
