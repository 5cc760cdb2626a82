/**
 * The links to draw, each with its tests.
 *
 * @module
 */

import type { Search } from "../query/selection.ts";
import { addressesOf, linkOf } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import type { Hostnames } from "../output/hostnames.ts";
import type { Io } from "../io.ts";
import {
  answerTests,
  familyOf,
  namesOfTest,
  type TestNames,
} from "../query/answer_tests.ts";
import { findTests, idOf } from "../query/find_tests.ts";
import { mirror, namerOf } from "../query/links.ts";
import { tellApart, traitsOf } from "../query/told_apart.ts";
import type { PlotSettings } from "./settings.ts";

/** A test of a link. */
export interface LinkTest {
  /** The test. */
  test: Metadata;
  /** Its names. */
  names: TestNames;
  /** What tells it from others with the same names; empty if nothing has to. */
  told: string;
  /** Whether it measures from the destination to the source. */
  isReverse: boolean;
}

/** A link to draw. */
export interface PlotLink {
  /** The source, as it is shown. */
  source: string;
  /** The destination, as it is shown. */
  destination: string;
  /** The family of its addresses; null where they are none. */
  family: 4 | 6 | null;
  /** Its tests. */
  tests: LinkTest[];
  /** All addresses of the host that it leads to. */
  destinations: ReadonlySet<string>;
}

/**
 * Lists the links that match, each with its tests of one family, and with those
 * of the other direction if both are drawn.
 *
 * @throws {ArchiveError} (one of its kinds) when there is no whole list.
 */
export async function linksToPlot(
  settings: PlotSettings,
  io: Pick<Io, "note">,
): Promise<PlotLink[]> {
  const { family, plot: { isBoth }, hostnames } = settings;
  const filters = settings.connection.filters.metadataFilters as Search;
  const searches = settings.searches.flatMap((each) => mirror(filters, each));
  const quiet = { ...settings, unwritten: undefined };
  const [there, back] = await Promise.all([
    listed(answerTests(settings, io)),
    isBoth && searches.length > 0
      ? listed(findTests({ ...quiet, searches }, { stillRunning: true }))
      : [],
  ]);
  const all = new Map<string, { test: Metadata; isReverse: boolean }>([
    ...back.map((test) => [idOf(test), { test, isReverse: true }] as const),
    ...there.map((test) => [idOf(test), { test, isReverse: false }] as const),
  ]);
  const ours = [...all.values()].filter(({ test }) =>
    family === undefined || familyOf(test) === family
  );
  return await plotLinksOf(ours, hostnames);
}

/** The links of tests, of which some measure the other direction. */
export async function plotLinksOf(
  tests: readonly { test: Metadata; isReverse: boolean }[],
  hostnames: Hostnames,
): Promise<PlotLink[]> {
  const shown = await Promise.all(
    tests.map(({ test }) => namesOfTest(test, hostnames)),
  );
  const told = tellApart(
    tests.map(({ test }, at) => ({
      names: shown[at]!,
      traits: traitsOf(test),
    })),
  );
  const hosts = addressesOf(tests.map(({ test }) => test.toJSON()));
  const nameOf = namerOf(hosts);
  const links = new Map<string, PlotLink>();
  for (const [at, { test, isReverse }] of tests.entries()) {
    const link = linkOf(test.toJSON());
    if (link === undefined) continue;
    const ends = [nameOf(link.source), nameOf(link.destination)];
    const [source, destination] = isReverse ? ends.reverse() : ends;
    const key = JSON.stringify([source, destination, link.family]);
    const names = shown[at]!;
    const [from, to] = isReverse
      ? [names.destination, names.source]
      : [names.source, names.destination];
    const known = links.get(key) ?? {
      source: from ?? source!,
      destination: to ?? destination!,
      family: link.family ?? null,
      tests: [],
      destinations: hosts.get(destination!) ?? new Set<string>(),
    };
    known.tests.push({ test, names, told: told[at]!, isReverse });
    links.set(key, known);
  }
  return [...links.values()].map((link) => ({
    ...link,
    tests: link.tests.sort((one, other) => compare(keyOf(one), keyOf(other))),
  }));
}

async function listed(list: AsyncIterable<Metadata>): Promise<Metadata[]> {
  return await Array.fromAsync(list);
}

/** The order of tests, which archives do not keep. */
function keyOf({ isReverse, names, told }: LinkTest): string {
  const { tool, metadata_key } = names;
  return JSON.stringify([isReverse, tool, told, metadata_key]);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
