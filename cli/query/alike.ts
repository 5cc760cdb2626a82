/**
 * Tests whose rows no column tells apart: a notice says in what they differ,
 * and what helps.
 *
 * @module
 */

import { display, members } from "../../client/json.ts";
import { ARCHIVE_FIELDS, PAGING_FIELDS } from "../../client/wire.ts";
import type { Metadata } from "../../mod.ts";
import { oneLine } from "../io.ts";
import { ARCHIVE } from "../output/added.ts";

/** Tests of which the parameters are kept, at most. */
const MOST_TESTS = 10_000;

/** Parameters that are named, at most. */
const MOST_NAMES = 8;

const KEY = "metadata-key";

/** The parameters of a test, by wire name. */
type Parameters = Record<string, string>;

/** Tests whose rows are the same. */
interface Group {
  /** How many. */
  count: number;
  /** What is kept of them. */
  tests: Parameters[];
}

/** Collects the tests of rows. */
export class Alike {
  readonly #groups = new Map<string, Group>();
  #kept = 0;

  /**
   * Takes a test.
   *
   * @param shown What its rows have of it.
   * @param test The test.
   * @returns Whether the rows of no other test before were like these.
   */
  take(shown: string, test: Metadata): boolean {
    const group = this.#groups.get(shown) ?? { count: 0, tests: [] };
    this.#groups.set(shown, group);
    group.count++;
    if (this.#kept++ < MOST_TESTS) group.tests.push(parametersOf(test));
    return group.count === 1;
  }

  /** What is to be told; nothing if all tests can be told apart. */
  line(): string | undefined {
    const groups = [...this.#groups.values()]
      .filter(({ count }) => count > 1);
    if (groups.length === 0) return undefined;
    const all = groups.map(({ tests }) => tests);
    const count = countOf(groups);
    const differing = differencesIn(all);
    const named = differing.filter((name) => name !== KEY);
    const where = named.length === 0
      ? "no parameter"
      : listed(named.map((name) => oneLine(name, 80)));
    const helping = helpingIn(all, named);
    const told =
      `no column tells the rows of ${count} tests apart, which differ in ${where}`;
    if (!differing.includes(helping[0]!)) return told;
    return `${told}; --with ${helping.join(",")} adds what does, ${
      filtersFor(helping, all)
    } finds one of them`;
  }
}

/** How many tests there are, some of them in several groups. */
function countOf(groups: readonly Group[]): number {
  const keys = new Set(
    groups.flatMap(({ tests }) => tests.map((each) => each[KEY])),
  );
  const isAll = groups.every(({ count, tests }) => count === tests.length);
  return isAll && !keys.has(undefined)
    ? keys.size
    : groups.reduce((sum, { count }) => sum + count, 0);
}

/** What is kept of a test: a copy, which does not keep its text in memory. */
function parametersOf(test: Metadata): Parameters {
  const fields = members(test.text);
  for (const name of [...ARCHIVE_FIELDS, ...PAGING_FIELDS]) {
    if (name !== KEY) fields.delete(name);
  }
  fields.set(ARCHIVE, JSON.stringify(test.archive));
  return JSON.parse(JSON.stringify(Object.fromEntries(fields)));
}

/** The parameters in which tests of a group differ. */
function differencesIn(groups: readonly Parameters[][]): string[] {
  const names = new Set<string>();
  for (const tests of groups) {
    for (const name of new Set(tests.flatMap((each) => Object.keys(each)))) {
      if (new Set(tests.map((each) => each[name])).size > 1) names.add(name);
    }
  }
  return [...names].sort();
}

/** The fewest of these parameters that tell all tests apart; else the key. */
function helpingIn(
  groups: readonly Parameters[][],
  names: readonly string[],
): string[] {
  const wanted = groups.reduce((sum, { length }) => sum + length, 0);
  const apart = (chosen: readonly string[]) =>
    groups.reduce(
      (sum, tests) =>
        sum + new Set(tests.map((test) =>
          JSON.stringify(chosen.map((name) => test[name]))
        )).size,
      0,
    );
  const chosen: string[] = [];
  const left = new Set(names.slice(0, 50));
  while (apart(chosen) < wanted && left.size > 0) {
    let best: string | undefined;
    let most = apart(chosen);
    for (const name of left) {
      const count = apart([...chosen, name]);
      if (count > most) [best, most] = [name, count];
    }
    if (best === undefined) break;
    chosen.push(best);
    left.delete(best);
  }
  return apart(chosen) === wanted ? chosen : [KEY];
}

/** The filters that choose the first test that has all of these parameters. */
function filtersFor(
  names: readonly string[],
  groups: readonly Parameters[][],
): string {
  const has = (test: Parameters) => names.every((name) => name in test);
  const test = groups.flat().find(has) ?? groups[0]![0]!;
  return names.filter((name) => name in test).map((name) => {
    if (name === ARCHIVE) return `--url ${oneLine(display(test[name]!), 300)}`;
    const value = `${name}:${oneLine(display(test[name]!), 100)}`;
    return `--filter ${/^[\w.:@+-]+$/.test(value) ? value : `"${value}"`}`;
  }).join(" ");
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
