/**
 * The tests that a check judges, and what there is instead if there are none.
 *
 * @module
 */

import { METADATA_FILTERS } from "../../client/parameters.ts";
import { hostOf, representativeOf } from "../../insight.ts";
import { ArchiveHttpError } from "../../client/errors.ts";
import type { Metadata } from "../../mod.ts";
import { isAddress } from "../output/hostnames.ts";
import { familyOf } from "../query/answer_tests.ts";
import { findTests, idOf } from "../query/find_tests.ts";
import { ANY_TIME, type Search } from "../query/selection.ts";
import type { AnswerSettings, Settings } from "../query/settings.ts";
import { TRAITS } from "./traits.ts";
import type { CheckSettings } from "./settings.ts";

/** What a check goes by. */
export type Checking = Settings & AnswerSettings & {
  check: CheckSettings;
  /** The times of the last write by which tests are listed; any if absent. */
  times?: Search;
};

const { source: SOURCE, destination: DESTINATION, toolName: TOOL } =
  METADATA_FILTERS;

/** What a host is called in a test, beside its address. */
const INPUTS: readonly (readonly [address: string, input: string])[] = [
  [SOURCE, "input-source"],
  [DESTINATION, "input-destination"],
];

/** What lists came to. */
interface Listed {
  /** Their tests, each once. */
  tests: Metadata[];
  /** What the archive said of a name that it does not know. */
  refusal: string | undefined;
}

/** The tests that a check is about, and those that it found besides. */
export interface FoundTests extends Pick<Listed, "refusal"> {
  /** Those to judge. */
  meant: Metadata[];
  /** Others between the same hosts. */
  others: Metadata[];
}

/**
 * Lists the tests between the hosts, for a check whenever they last wrote: a
 * test that has stopped is not one that never was. Hosts match by address, by a
 * name that the archive or this machine resolves, and by the name that the test
 * was given.
 *
 * @throws {ArchiveError} (one of its kinds) when there is no whole list.
 */
export async function testsToCheck(settings: Checking): Promise<FoundTests> {
  const { eventTypes: wanted, isMeant } = TRAITS[settings.check.what];
  const hasTool = allFilters(settings)[TOOL] !== undefined ||
    settings.searches.some((search) => search[TOOL] !== undefined);
  const isWanted = (test: Metadata) =>
    (wanted ?? []).some((name) => test.eventTypes.includes(name)) ||
    wanted === undefined && test.eventTypes.length > 0;
  const isOurs = (test: Metadata) =>
    (settings.family === undefined || familyOf(test) === settings.family) &&
    isWanted(test) && (isMeant?.(test, hasTool) ?? true);
  const { tests: listed, refusal } = await listAll(
    settings,
    searchesOf(settings),
  );
  const all = listed.some(isOurs)
    ? listed
    : [...listed, ...await spelledOtherwise(settings)];
  const tests = [...new Map(all.map((test) => [idOf(test), test])).values()];
  return {
    meant: tests.filter(isOurs),
    others: tests.filter((test) => !isOurs(test)),
    refusal,
  };
}

function allFilters({ connection }: Pick<Settings, "connection">): Search {
  return connection.filters.metadataFilters as Search;
}

/** The searches, in both directions if asked for. */
function directed({ check, ...settings }: Checking): Search[] {
  return settings.searches.flatMap((search) => {
    const all = { ...allFilters(settings), ...search };
    const reverse = { [SOURCE]: all[DESTINATION], [DESTINATION]: all[SOURCE] };
    return [search, ...check.isBoth ? [{ ...search, ...reverse }] : []];
  });
}

/** All searches that the hosts come to. */
function searchesOf(settings: Checking): Search[] {
  return directed(settings).flatMap((search) => {
    const all = { ...allFilters(settings), ...search };
    const named = INPUTS.filter(([host]) => isName(all[host]));
    // The family is looked at here, so that others are found, too.
    const rule = { "dns-match-rule": undefined };
    const plain = settings.family === undefined
      ? search
      : { ...search, ...rule };
    if (named.length === 0) return [plain];
    const byInput = named.flatMap(([host, input]) => [
      [host, undefined],
      [input, all[host]],
    ]);
    return [plain, { ...search, ...Object.fromEntries(byInput), ...rule }];
  });
}

/**
 * The tests whose hosts have these names in other letters, or with a closing
 * dot: archives compare letter by letter, so that all names are looked at here.
 */
async function spelledOtherwise(settings: Checking): Promise<Metadata[]> {
  const lists = await Promise.all(
    directed(settings).map(async (search) => {
      const all = { ...allFilters(settings), ...search };
      const named = INPUTS.filter(([host]) => isName(all[host]));
      if (named.length === 0) return [];
      const any = Object.fromEntries(named.map(([host]) => [host, undefined]));
      const { tests } = await listAll(settings, [
        { ...search, ...any, "dns-match-rule": undefined },
      ]);
      return tests.filter((test) =>
        named.every(([host, input]) =>
          hostOf(test.toJSON()[input], undefined) ===
            hostOf(all[host], undefined)
        )
      );
    }),
  );
  return lists.flat();
}

function isName(host: string | undefined): boolean {
  return host !== undefined && host !== "" && !isAddress(host);
}

/** The tests of all searches. */
async function listAll(
  settings: Checking,
  searches: readonly Search[],
): Promise<Listed> {
  const lists = await Promise.allSettled(searches.map(async (search) => {
    const found: Metadata[] = [];
    const options = { stillRunning: true };
    const timed = { ...search, ...settings.times ?? ANY_TIME };
    const one = { ...settings, searches: [timed] };
    for await (const test of findTests(one, options)) found.push(test);
    return found;
  }));
  const tests = new Map<string, Metadata>();
  for (const list of lists) {
    if (list.status === "rejected") continue;
    for (const test of list.value) tests.set(idOf(test), test);
  }
  const failures = lists.flatMap((list) =>
    list.status === "rejected" ? [list.reason] : []
  );
  // An archive refuses names that it cannot resolve; the tests may know them.
  const isUnknownName = (reason: unknown): reason is ArchiveHttpError =>
    reason instanceof ArchiveHttpError && reason.status === 400;
  const serious = failures.find((reason) => !isUnknownName(reason));
  if (serious !== undefined) throw serious;
  if (failures.length === lists.length) throw failures[0];
  const refusal = failures.find(isUnknownName)?.detail;
  return { tests: [...tests.values()], refusal };
}

/** That there is no test to judge, and what there is instead. */
export async function whatInstead(
  settings: Checking,
  { others, refusal }: Pick<FoundTests, "others" | "refusal">,
): Promise<string> {
  const { family, check } = settings;
  const all = { ...allFilters(settings), ...settings.searches[0] };
  const { noun, eventTypes } = TRAITS[check.what];
  const [from, to] = [all[SOURCE], all[DESTINATION]];
  const over = family === undefined ? "" : ` over IPv${family}`;
  const by = all[TOOL] === undefined ? "" : ` by ${all[TOOL]}`;
  const hosts = (from ? ` from ${from}` : "") + (to ? ` to ${to}` : "");
  const none = `no ${noun && `${noun} `}test${hosts}${over}${by}`;
  const isSame = (test: Metadata) =>
    eventTypes?.some((name) => test.eventTypes.includes(name)) ?? true;
  const otherFamily = others.filter((test) =>
    family !== undefined && familyOf(test) !== family && isSame(test)
  );
  if (otherFamily.length > 0) {
    return `${none}; ${counted(otherFamily)} over IPv${family === 4 ? 6 : 4}`;
  }
  if (others.length > 0) return `${none}; ${described(others, check)}`;
  if (by !== "") {
    const { tests } = await listAll(
      settings,
      searchesOf({
        ...settings,
        searches: settings.searches.map((search) => ({
          ...search,
          [TOOL]: undefined,
        })),
      }),
    );
    const tools = new Set(
      tests.filter(isSame).flatMap(({ toolName }) => toolName ?? []),
    );
    if (tools.size > 0) return `${none}; there are tests by ${listOf(tools)}`;
  }
  const unknown = refusal ? `${none}: ${refusal}` : none;
  if (!from || !to || check.isBoth) return unknown;
  const back = { [SOURCE]: to, [DESTINATION]: from };
  const reverse = await listAll(
    settings,
    searchesOf({
      ...settings,
      searches: [{ ...settings.searches[0], ...back }],
    }),
  ).catch(() => ({ tests: [] })); // advice is not worth an error
  const same = reverse.tests.filter(isSame);
  return same.length > 0
    ? `${none}; ${counted(same)} the other way round, from ${to} to ${from}`
    : unknown;
}

function described(
  tests: readonly Metadata[],
  { what }: CheckSettings,
): string {
  const { eventTypes = [] } = TRAITS[what];
  const alike = tests.filter((test) =>
    eventTypes.some((name) => test.eventTypes.includes(name))
  );
  if (alike.length > 0) {
    const tools = new Set(alike.flatMap(({ toolName }) => toolName ?? []));
    return `${counted(alike)} by ${
      listOf(tools)
    }, whose loss is of another kind: --tool chooses them`;
  }
  const kinds = new Set(tests.flatMap(({ eventTypes, toolName }) => {
    const type = representativeOf(eventTypes);
    return type === undefined ? [] : [`${type} (${toolName ?? "?"})`];
  }));
  return kinds.size > 0
    ? `there are tests with ${listOf([...kinds].sort())}`
    : `${counted(tests)} without event types`;
}

function listOf(names: Iterable<string>): string {
  return [...names].join(", ");
}

function counted({ length }: readonly unknown[]): string {
  return length === 1 ? "there is 1 test" : `there are ${length} tests`;
}
