/**
 * Links and their other direction, whatever the hosts are called.
 *
 * @module
 */

import { METADATA_FILTERS } from "../../client/parameters.ts";
import type { Search } from "./selection.ts";

const { source: SOURCE, destination: DESTINATION } = METADATA_FILTERS;

/** The search in the other direction; none if that is the same. */
export function mirror(filters: Search, search: Search): Search[] {
  const { [SOURCE]: from, [DESTINATION]: to } = { ...filters, ...search };
  return from === to ? [] : [{ ...search, [SOURCE]: to, [DESTINATION]: from }];
}

/**
 * What a host is called, whatever a test calls it: one may name it where another
 * has its address, or another name of it.
 */
export function namerOf(
  hosts: ReadonlyMap<string, ReadonlySet<string>>,
): (host: string) => string {
  const names = new Map<string, string>();
  for (const [host, addresses] of hosts) {
    if (addresses.has(host)) continue;
    for (const address of addresses) {
      if (!names.has(address)) names.set(address, host);
    }
  }
  return (host) => {
    for (const address of hosts.get(host) ?? []) {
      const name = names.get(address);
      if (name !== undefined) return name;
    }
    return host;
  };
}
