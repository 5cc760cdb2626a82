/**
 * The tests that match, also by names of hosts that the archive cannot resolve.
 *
 * @module
 */

import { MATCH_RULES } from "../../client/match_rules.ts";
import { METADATA_FILTERS } from "../../client/parameters.ts";
import { ArchiveHttpError } from "../../client/errors.ts";
import { familyOf } from "../../client/ip_address.ts";
import type { GetMetadataOptions, Metadata } from "../../mod.ts";
import { type Hostnames, isAddress } from "../output/hostnames.ts";
import { concatAhead } from "./concurrent.ts";
import { ANY_TIME, type Search } from "./selection.ts";
import type { Settings } from "./settings.ts";
import type { Unwritten } from "./unwritten.ts";

/** How tests are listed. */
export interface FindOptions extends Pick<GetMetadataOptions, "stillRunning"> {
  /** Whether an archive, by its address, is not asked; all are if absent. */
  skips?(archive: string): boolean;
}

/**
 * Reads the tests that match, list by list; a test that several lists of an
 * archive have comes once. The archive is asked by name first. If it refuses
 * that, the names are resolved here, and each address is asked for.
 *
 * @param settings The archives, what to search for, at any time or not, names
 * of addresses, and what counts tests that were never written to.
 * @param options How the time filters are read.
 */
export async function* findTests(
  settings: Pick<Settings, "connection" | "hostnames" | "searches"> & {
    isAnyTime?: boolean;
    unwritten?: Unwritten | undefined;
  },
  { skips = () => false, ...options }: FindOptions = {},
): AsyncGenerator<Metadata, void, void> {
  const { connection, hostnames, searches, isAnyTime, unwritten } = settings;
  const times = isAnyTime ? ANY_TIME : {};
  const tests = connection.list((archive) =>
    eachOnce(concatAhead(
      searches.filter(() => !skips(archive.url)).map((search) => () =>
        searchTests(
          { connection, hostnames },
          { ...search, ...times },
          (filters) => archive.getMetadata({ ...options, filters }),
        )
      ),
    ))
  );
  for await (const test of tests) {
    unwritten?.take(test);
    yield test;
  }
  unwritten?.tell();
}

async function* eachOnce(
  tests: AsyncIterable<Metadata>,
): AsyncGenerator<Metadata, void, void> {
  const seen = new Set<string>();
  for await (const test of tests) {
    const id = idOf(test);
    if (id !== "" && seen.has(id)) continue;
    seen.add(id);
    yield test;
  }
}

/**
 * What is equal for a test wherever its archive lists it; empty if nothing is.
 */
export function idOf(test: Metadata): string {
  const id = test.metadataKey ?? test.uri ??
    [...test.getAllEventTypes()].map(({ baseUri }) => baseUri).join(" ");
  return id === "" ? "" : `${test.archive} ${id}`;
}

/**
 * Reads one list of tests: by name, or by the addresses of the names if the
 * archive refuses that.
 *
 * @param settings What has the other filters, and names of addresses.
 * @param search Changes to these filters; `undefined` removes one.
 * @param list How such a list is read.
 */
export async function* searchTests(
  { connection, hostnames }: Pick<Settings, "connection" | "hostnames">,
  search: Changes,
  list: (search: Changes) => AsyncIterable<Metadata>,
): AsyncGenerator<Metadata, void, void> {
  let hasBegun = false;
  try {
    for await (const test of list(search)) {
      hasBegun = true;
      yield test;
    }
    return;
  } catch (error) {
    const isRefused = error instanceof ArchiveHttpError && error.status === 400;
    if (hasBegun || !isRefused) throw error;
    const wanted = connection.filters.with(search).metadataFilters;
    if (namesIn(wanted).length === 0) throw error;
    const byAddress = await resolved(wanted, hostnames);
    if (byAddress.length === 0) throw error;
    for (const hosts of byAddress) yield* list({ ...search, ...hosts });
  }
}

/** Changes to filters, by wire name. */
type Changes = Record<string, string | number | undefined>;

/** The filters that are hosts. */
const HOSTS = [
  METADATA_FILTERS.source,
  METADATA_FILTERS.destination,
  METADATA_FILTERS.measurementAgent,
];

type Filters = Record<string, string | number>;

function namesIn(filters: Filters): string[] {
  return HOSTS.flatMap((host) => filters[host] ?? []).map(String)
    .filter((name) => !isAddress(name));
}

/**
 * Every combination of the addresses of all hosts; none if a name has no
 * address here either.
 */
async function resolved(
  filters: Filters,
  hostnames: Hostnames,
): Promise<Search[]> {
  const rule = filters["dns-match-rule"] ?? "v4v6";
  // the archive knows no other
  if (!Object.hasOwn(MATCH_RULES, rule)) return [];
  const choose = MATCH_RULES[rule]!;
  let searches: Search[] = [{}];
  for (const host of HOSTS) {
    if (filters[host] === undefined) continue;
    const name = String(filters[host]);
    const all = isAddress(name) ? [name] : await hostnames.addresses(name);
    const addresses = !isAddress(name)
      ? choose(
        all.filter((each) => familyOf(each) === 4),
        all.filter((each) => familyOf(each) === 6),
      )
      : all;
    searches = searches.flatMap((search) =>
      addresses.map((address) => ({ ...search, [host]: address }))
    );
  }
  return searches;
}
