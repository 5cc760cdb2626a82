/**
 * What a template says should be there, and what archives have of it.
 *
 * @module
 */

import { familyOf } from "../../client/ip_address.ts";
import { hostOf, type Schedule } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import type { Aliases, EndNames } from "./aliases.ts";
import type { ExpectedTest } from "./expected.ts";
import { fits, typesOf } from "./kinds.ts";

/** What is known of a template besides its tests. */
export interface MeshTemplateOptions {
  /** What its hosts are called, in its order. */
  names?: readonly string[];
  /** The origins that it was read from, and what it includes. */
  origins?: readonly string[];
  /** Whether a test is asked for, so that it may be missed; all are if absent. */
  isAsked?(test: ExpectedTest): boolean;
  /** Names and addresses of one host; nothing is looked up if absent. */
  aliases?: Aliases | undefined;
}

/** A template, as commands use it. */
export class MeshTemplate {
  /** The addresses of the archives, each once. */
  readonly archives: readonly string[];
  /** The names of the groups that have tests, in its order. */
  readonly groups: readonly string[];
  /** What its hosts are called, in its order. */
  readonly names: readonly string[];
  /** The origins that it was read from. */
  readonly origins: readonly string[];
  readonly #tests: readonly ExpectedTest[];
  readonly #byLink = new Map<string, ExpectedTest[]>();
  readonly #isAsked: (test: ExpectedTest) => boolean;
  readonly #aliases: Aliases | undefined;
  readonly #types = new Set<string>();
  /** What the ends of its tests are called. */
  readonly #ends = new Set<string | undefined>();

  /** Takes the tests that should be there. */
  constructor(
    tests: readonly ExpectedTest[],
    { names = [], origins = [], isAsked = () => true, aliases }:
      MeshTemplateOptions = {},
  ) {
    this.names = names;
    this.origins = origins;
    this.archives = [...new Set(tests.flatMap(({ archives }) => archives))];
    this.groups = [...new Set(tests.map(({ group }) => group))];
    this.#tests = tests;
    this.#isAsked = isAsked;
    this.#aliases = aliases;
    for (const each of tests) {
      const { type, source, destination } = each;
      const from = hostOf(undefined, source.address);
      const to = hostOf(undefined, destination?.address);
      this.#types.add(type);
      this.#ends.add(from).add(to);
      const key = keyOf(type, from, to);
      const known = this.#byLink.get(key);
      if (known === undefined) this.#byLink.set(key, [each]);
      else known.push(each);
    }
  }

  /**
   * Looks up names, if there is need of it to tell whether the template has a
   * test: the template's own if it knows an end of the test by none of the names
   * and addresses that the archive has, and these if they are but names.
   */
  async learn(test: Metadata): Promise<void> {
    if (this.#aliases === undefined) return;
    if (!typesOf(test).some((type) => this.#types.has(type))) return;
    const unknown = endsOf(test).filter((names) => !this.#knows(names));
    if (unknown.length === 0) return;
    const isAddressed = (names: EndNames) =>
      [...names].some((name) => familyOf(name ?? "") !== undefined);
    await this.#aliases.learn(this.#ends);
    await this.#aliases.learn(
      unknown.filter((names) => !isAddressed(names))
        .flatMap((names) => [...names]),
    );
  }

  #knows(names: EndNames): boolean {
    return [...names].some((name) => this.#ends.has(name));
  }

  /**
   * What a test of an archive should be there for; nothing if the template does
   * not have it, as far as is known from it or was learnt before.
   */
  find(test: Metadata): ExpectedTest[] {
    const [sources, destinations] = endsOf(test).map((names) =>
      this.#knows(names) ? names : this.#aliases?.allOf(names) ?? names
    ) as [EndNames, EndNames];
    const found = new Set<ExpectedTest>();
    for (const type of typesOf(test)) {
      for (const from of sources) {
        for (const to of destinations) {
          for (const each of this.#byLink.get(keyOf(type, from, to)) ?? []) {
            if (fits(each, test)) found.add(each);
          }
        }
      }
    }
    return [...found];
  }

  /**
   * How often a test of an archive should run; `undefined` if the template does
   * not say, or says several things.
   */
  scheduleOf(test: Metadata): Schedule | undefined {
    const [first, ...others] = this.find(test).map((each) => each.schedule);
    const isOne = others.every((each) =>
      each?.interval === first?.interval && each?.slip === first?.slip
    );
    return isOne ? first : undefined;
  }

  /** The tests that are asked for, and are not among these. */
  without(held: ReadonlySet<ExpectedTest>): ExpectedTest[] {
    return this.#tests.filter((each) => !held.has(each) && this.#isAsked(each));
  }
}

function keyOf(
  type: string,
  source: string | undefined,
  destination: string | undefined,
): string {
  return JSON.stringify([type, source ?? null, destination ?? null]);
}

/** What the ends of a test of an archive may be called. */
function endsOf(test: Metadata): [EndNames, EndNames] {
  const { source, inputSource, destination, inputDestination } = test;
  return [
    namesOf(inputSource, source),
    namesOf(inputDestination, destination),
  ];
}

/** What an end may be called: by its address, and as it was given. */
function namesOf(
  input: string | undefined,
  address: string | undefined,
): EndNames {
  const names = [address, input].map((each) => hostOf(undefined, each))
    .filter((each) => each !== undefined);
  return new Set(names.length > 0 ? names : [undefined]);
}
