/**
 * What `--filter` takes.
 *
 * @module
 */

import { isDocumentedFilter } from "../../client/parameters.ts";
import { type ApiFilters, FilterError } from "../../mod.ts";
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
  const colon = filter.indexOf(":");
  const name = filter.slice(0, Math.max(colon, 0)).replaceAll("_", "-");
  if (colon < 0) return ignore("it has to be key:value");
  if (!isDocumentedFilter(name)) {
    return ignore(`there is no filter ${name || '""'}`);
  }
  try {
    filters.set(name, filter.slice(colon + 1));
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    ignore(error.message);
  }
}
