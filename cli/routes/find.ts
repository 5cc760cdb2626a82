/**
 * The links that are traced, and the tests that measure what else happens on
 * them.
 *
 * @module
 */

import { METADATA_FILTERS } from "../../client/parameters.ts";
import { addressesOf, linkOf } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import type { Io } from "../io.ts";
import {
  answerTests,
  familyOf,
  namesOfTest,
  type TestNames,
} from "../query/answer_tests.ts";
import { findTests, idOf } from "../query/find_tests.ts";
import { mirror, namerOf } from "../query/links.ts";
import type { Search } from "../query/selection.ts";
import { tellApart, traitsOf } from "../query/told_apart.ts";
import { type RoutesSettings, TRACES } from "./settings.ts";

/** A test that traces a link. */
export interface TracedLink {
  /** The test. */
  test: Metadata;
  /** Its names. */
  names: TestNames;
  /** What tells it from others with the same names; empty if nothing has to. */
  told: string;
  /** All addresses of the host that it leads to. */
  destinations: ReadonlySet<string>;
  /** The tests between the same hosts, over the same family. */
  there: readonly Metadata[];
  /** Those in the other direction. */
  back: readonly Metadata[];
}

const { eventType: EVENT_TYPE, toolName: TOOL } = METADATA_FILTERS;

/**
 * Lists tests, once for each direction that the options choose, and once if
 * they choose neither hosts. Tests belong together by their hosts and family,
 * whatever else differs; tool and event type choose among those that trace.
 *
 * @throws {ArchiveError} (one of its kinds) when there is no whole list.
 */
export async function tracedLinks(
  settings: RoutesSettings,
  io: Pick<Io, "note">,
): Promise<TracedLink[]> {
  const filters = settings.connection.filters.metadataFilters as Search;
  const wanted = settings.searches.map((search) => ({ ...filters, ...search }));
  const searches = distinct(
    settings.searches.map((search) => ({
      ...search,
      [EVENT_TYPE]: undefined,
      [TOOL]: undefined,
    })),
  );
  const mirrored = searches.flatMap((search) => mirror(filters, search));
  const quiet = { ...settings, unwritten: undefined };
  const [asked, others] = await Promise.all([
    listed(answerTests({ ...quiet, searches }, io)),
    mirrored.length === 0 ? new Map<string, Metadata>() : listed(
      findTests({ ...quiet, searches: mirrored }, { stillRunning: true }),
    ),
  ]);
  const { family, routes: { isBoth } } = settings;
  const isOurs = (test: Metadata) =>
    family === undefined || familyOf(test) === family;
  const tests = [...new Map([...others, ...asked]).values()].filter(isOurs);
  const traced = [...(isBoth ? new Map([...asked, ...others]) : asked).values()]
    .filter((test) => isOurs(test) && isTraced(test, wanted));
  if (traced.length === 0 && asked.size > 0) {
    io.note(
      `none of ${
        asked.size === 1 ? "1 test" : `${asked.size} tests`
      } traces a route: ${TRACES.join(" and ")} are read`,
    );
  }
  return await linksOf(traced, tests, settings);
}

/** The tests of a list, by what identifies them. */
async function listed(
  list: AsyncIterable<Metadata>,
): Promise<Map<string, Metadata>> {
  const tests = new Map<string, Metadata>();
  for await (const test of list) tests.set(idOf(test), test);
  return tests;
}

function distinct(searches: readonly Search[]): Search[] {
  return [...new Map(searches.map((search) => {
    const given = Object.entries(search).filter(([, value]) => value);
    return [JSON.stringify(given.sort()), search];
  })).values()];
}

/** Whether a test traces, and has the tool and event type of a search. */
function isTraced(
  { eventTypes, toolName }: Metadata,
  wanted: readonly Search[],
): boolean {
  const has = (name: string) => eventTypes.includes(name);
  return TRACES.some(has) && wanted.some((search) => {
    const { [EVENT_TYPE]: name, [TOOL]: tool } = search;
    return (!name || has(name)) && (!tool || tool === toolName);
  });
}

async function linksOf(
  traced: readonly Metadata[],
  tests: readonly Metadata[],
  { hostnames }: RoutesSettings,
): Promise<TracedLink[]> {
  const described = tests.map((test) => test.toJSON());
  const hosts = addressesOf(described);
  const nameOf = namerOf(hosts);
  const keysOf = (test: Metadata) => {
    const link = linkOf(test.toJSON());
    if (link === undefined) return undefined;
    const [from, to] = [nameOf(link.source), nameOf(link.destination)];
    const key = (...ends: string[]) => JSON.stringify([ends, link.family]);
    return { there: key(from, to), back: key(to, from), to };
  };
  const byLink = Map.groupBy(tests, (test) => keysOf(test)?.there);
  const links = traced.flatMap((test) => {
    const keys = keysOf(test);
    return keys === undefined ? [] : [{ test, keys }];
  });
  const shown = await Promise.all(
    links.map(({ test }) => namesOfTest(test, hostnames)),
  );
  const told = tellApart(
    links.map(({ test }, at) => ({
      names: shown[at]!,
      traits: traitsOf(test),
    })),
  );
  return links.map(({ test, keys }, at) => ({
    test,
    names: shown[at]!,
    told: told[at]!,
    destinations: new Set([
      ...hosts.get(keys.to) ?? [],
      ...test.destination === undefined ? [] : [test.destination],
    ]),
    there: byLink.get(keys.there) ?? [],
    back: byLink.get(keys.back) ?? [],
  }));
}
