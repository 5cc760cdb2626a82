/**
 * The addresses of hosts that are known by name alone, so that a template and an
 * archive mean the same host where one has its name and the other its address.
 *
 * @module
 */

import { familyOf } from "../../client/ip_address.ts";
import { hostOf } from "../../insight.ts";

/** The most names that are looked up. */
export const MOST_NAMES = 1000;

/** Who knows the addresses of names. */
export interface NameService {
  /** The addresses of a name; none if it has none, or nobody can tell. */
  addresses(name: string): Promise<string[]>;
}

/** What an end of a test is called; `undefined` where it has no such end. */
export type EndNames = ReadonlySet<string | undefined>;

/** Which names and addresses are of one host, as far as it was asked for. */
export class Aliases {
  /** Of an address its names, and of a name its addresses. */
  readonly #others = new Map<string, Set<string>>();
  readonly #asked = new Map<string, Promise<void>>();
  readonly #service: NameService;
  readonly #note: (line: string) => void;

  /**
   * Knows none yet.
   *
   * @param note Told once when there are more names than are looked up.
   */
  constructor(service: NameService, note: (line: string) => void) {
    this.#service = service;
    this.#note = note;
  }

  /** Looks up names, each once; what is not a name is left out. */
  async learn(names: Iterable<string | undefined>): Promise<void> {
    await Promise.all(
      [...names].map((name) =>
        name === undefined ? undefined : this.#ask(name)
      ),
    );
  }

  /** These names, with what else is known of the same host. */
  allOf(names: EndNames): EndNames {
    const all = new Set(names);
    // What is added is gone through, too: from a name by address to another.
    for (const name of all) {
      for (const other of this.#others.get(name ?? "") ?? []) all.add(other);
    }
    return all;
  }

  #ask(name: string): Promise<void> | undefined {
    if (familyOf(name) !== undefined) return undefined;
    const asked = this.#asked.get(name);
    if (asked !== undefined) return asked;
    if (this.#asked.size === MOST_NAMES) {
      this.#note(
        `--mesh: ${MOST_NAMES} names were looked up: hosts that are known by others alone are not found (--ip looks up none)`,
      );
    }
    const found = this.#asked.size >= MOST_NAMES
      ? Promise.resolve()
      : this.#service.addresses(name).then((addresses) => {
        for (const address of addresses) this.#join(name, address);
      });
    this.#asked.set(name, found);
    return found;
  }

  #join(name: string, found: string): void {
    const address = hostOf(undefined, found) ?? found;
    for (const [one, other] of [[name, address], [address, name]] as const) {
      const others = this.#others.get(one) ?? new Set();
      this.#others.set(one, others.add(other));
    }
  }
}
