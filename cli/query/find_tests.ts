/**
 * The tests that match, also by names of hosts that the archive cannot resolve.
 *
 * @module
 */

import { isIP } from "node:net";
import { MATCH_RULES } from "../../client/match_rules.ts";
import {
  type ApiConnect,
  type ApiFilters,
  ArchiveHttpError,
  type GetMetadataOptions,
  type Metadata,
} from "../../mod.ts";
import type { Hostnames } from "../output/hostnames.ts";
import type { Settings } from "./settings.ts";

/**
 * Reads the tests that match. The archive is asked by name first. If it refuses
 * that, the names are resolved here, each address is asked for, and a test that
 * several of them find comes once.
 *
 * @param settings The archive, and names of addresses.
 * @param options How the time filters are read.
 */
export async function* findTests(
  { connection, hostnames }: Pick<Settings, "connection" | "hostnames">,
  options: GetMetadataOptions = {},
): AsyncGenerator<Metadata, void, void> {
  const { filters } = connection;
  let hasBegun = false;
  try {
    for await (const test of connection.getMetadata(options)) {
      hasBegun = true;
      yield test;
    }
    return;
  } catch (error) {
    const isRefused = error instanceof ArchiveHttpError && error.status === 400;
    if (hasBegun || !isRefused || namesIn(filters).length === 0) throw error;
    const searches = await resolved(filters, hostnames);
    if (searches.length === 0) throw error;
    const seen = new Set<string | undefined>();
    for (const hosts of searches) {
      for await (const test of search(connection, hosts, options)) {
        const key = test.metadataKey ?? test.uri;
        if (key !== undefined && seen.has(key)) continue;
        seen.add(key);
        yield test;
      }
    }
  }
}

/** The filters that are hosts. */
const HOSTS = ["source", "destination", "measurementAgent"] as const;

type Hosts = { [host in (typeof HOSTS)[number]]?: string };

function namesIn(filters: ApiFilters): string[] {
  return HOSTS.flatMap((host) => filters[host] ?? [])
    .filter((name) => isIP(name) === 0);
}

/**
 * Every combination of the addresses of all hosts; none if a name has no
 * address here either.
 */
async function resolved(
  filters: ApiFilters,
  hostnames: Hostnames,
): Promise<Hosts[]> {
  const rule = filters.metadataFilters["dns-match-rule"] ?? "v4v6";
  // the archive knows no other
  if (!Object.hasOwn(MATCH_RULES, rule)) return [];
  const choose = MATCH_RULES[rule]!;
  let searches: Hosts[] = [{}];
  for (const host of HOSTS) {
    const name = filters[host];
    if (name === undefined) continue;
    const all = isIP(name) === 0 ? await hostnames.addresses(name) : [name];
    const addresses = isIP(name) === 0
      ? choose(
        all.filter((each) => isIP(each) === 4),
        all.filter((each) => isIP(each) === 6),
      )
      : all;
    searches = searches.flatMap((search) =>
      addresses.map((address) => ({ ...search, [host]: address }))
    );
  }
  return searches;
}

/** A search for other hosts; the filters stay what they are. */
async function* search(
  connection: ApiConnect,
  hosts: Hosts,
  options: GetMetadataOptions,
): AsyncGenerator<Metadata, void, void> {
  const { filters } = connection;
  const named = HOSTS.map((host) => [host, filters[host]] as const);
  Object.assign(filters, hosts);
  const tests = connection.getMetadata(options); // which reads them at once
  const first = tests.next();
  Object.assign(filters, Object.fromEntries(named));
  try {
    for (let next = await first; !next.done; next = await tests.next()) {
      yield next.value;
    }
  } finally {
    await tests.return();
  }
}
