/** The archives of a command that reads one. */

import { Archives } from "../../cli/query/archives.ts";
import { ApiConnect, type ApiFilters } from "../../mod.ts";

/** The archive of a connection, with nobody to tell anything. */
export function oneArchive(
  connection: ApiConnect,
  giveUp: AbortController = new AbortController(),
): Archives {
  return new Archives([{ connection, giveUp }], {
    filters: connection.filters,
    concurrency: 6,
    isDistinct: false,
    explain: () => {},
  }, { note: () => {}, signal: new AbortController().signal });
}

/** The archive of an address. */
export function archiveOf(url: string, filters: ApiFilters): Archives {
  return oneArchive(new ApiConnect(url, filters));
}
