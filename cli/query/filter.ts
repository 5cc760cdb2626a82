/**
 * What `--filter` takes.
 *
 * @module
 */

import { isDocumentedFilter } from "../../client/parameters.ts";
import { FilterError } from "../../client/errors.ts";
import type { ApiFilters } from "../../mod.ts";
import type { Io } from "../io.ts";

/**
 * Applies `key:value`. What is not a filter is ignored with a notice, as the
 * original client documents it.
 */
export function addFilter(
  filters: ApiFilters,
  filter: string,
  io: Pick<Io, "note">,
): void {
  const ignore = (why: string) =>
    io.note(`--filter ${filter} is ignored: ${why}`);
  const { name, value } = partsOf(filter);
  if (value === undefined) return ignore("it has to be key:value");
  if (!isDocumentedFilter(name)) {
    return ignore(`there is no filter ${name || '""'}`);
  }
  try {
    filters.set(name, value);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    ignore(error.message);
  }
}

/** The value of the last of these filters with a name; undefined without one. */
export function filterValue(
  filters: readonly string[],
  wanted: string,
): string | undefined {
  return filters.map(partsOf).findLast(({ name }) => name === wanted)?.value;
}

/** Name and value, which is undefined without a colon. */
function partsOf(filter: string): { name: string; value?: string } {
  const colon = filter.indexOf(":");
  const name = filter.slice(0, Math.max(colon, 0)).replaceAll("_", "-");
  return colon < 0 ? { name } : { name, value: filter.slice(colon + 1) };
}
