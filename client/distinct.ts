/**
 * The tests of several archives; those that several hold, each once.
 *
 * @module
 */

import { members } from "./json.ts";
import { merge } from "./merge.ts";
import type { Metadata } from "./metadata.ts";
import type { SilentOnes } from "./pool.ts";
import { ARCHIVE_FIELDS, PAGING_FIELDS } from "./wire.ts";

/**
 * The tests of several lists, as they come.
 *
 * @param lists The list of each archive, in the order in which they are named.
 * @param isDistinct Whether a test that several have is given once.
 * @param failed Told of the error that ended a list; what it throws ends all.
 * @param silent The archives that keep no others waiting.
 */
export async function* mergeTests(
  lists: readonly AsyncGenerator<Metadata, void, void>[],
  isDistinct: boolean,
  failed: (at: number, error: unknown) => void,
  silent?: SilentOnes<number>,
): AsyncGenerator<Metadata, void, void> {
  const apart = isDistinct ? new Distinct() : undefined;
  for await (const arrival of merge(lists, silent)) {
    const { at } = arrival;
    if ("item" in arrival) {
      yield* apart?.take(at, arrival.item) ?? [arrival.item];
      continue;
    }
    if ("error" in arrival) failed(at, arrival.error);
    yield* apart?.end(at) ?? [];
  }
}

/**
 * Leaves out a test that an archive named earlier has with the same
 * description. What comes before the earlier lists have ended is held back.
 */
export class Distinct {
  /** Which archive has a description. */
  readonly #owners = new Map<string, number>();
  readonly #held = new Map<number, Metadata[]>();
  readonly #ended = new Set<number>();
  /** The first archive whose list has not ended. */
  #first = 0;

  /** The tests to give now that one has come from an archive. */
  take(at: number, test: Metadata): Metadata[] {
    if (at <= this.#first) return this.#own(at, [test]);
    const held = this.#held.get(at) ?? [];
    this.#held.set(at, held);
    held.push(test);
    return [];
  }

  /** The tests to give now that the list of an archive has ended. */
  end(at: number): Metadata[] {
    this.#ended.add(at);
    const free: Metadata[] = [];
    while (this.#ended.has(this.#first)) {
      this.#first++;
      const held = this.#held.get(this.#first) ?? [];
      this.#held.delete(this.#first);
      free.push(...this.#own(this.#first, held));
    }
    return free;
  }

  /** Those that no earlier archive has. */
  #own(at: number, tests: readonly Metadata[]): Metadata[] {
    return tests.filter((test) => {
      const description = descriptionOf(test);
      const owner = this.#owners.get(description) ?? at;
      this.#owners.set(description, owner);
      return owner === at;
    });
  }
}

/**
 * What is equal for a test in every archive that holds it: its parameters, and
 * which event types it has.
 */
export function descriptionOf(test: Metadata): string {
  const parameters = [...members(test.text)].filter(([name]) =>
    !ARCHIVE_FIELDS.includes(name) && !PAGING_FIELDS.includes(name)
  ).sort(([one], [other]) => one < other ? -1 : 1);
  return JSON.stringify([parameters, test.eventTypes.sort()]);
}
