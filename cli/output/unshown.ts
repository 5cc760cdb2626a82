/**
 * What values have besides the columns that are printed: told once for each
 * event type, so that nothing is lost without a word.
 *
 * @module
 */

import { oneLine } from "../io.ts";
import type { ValueRow } from "../../client/layouts.ts";

/** Names that are kept of an event type, which an archive may send any of. */
const MOST_NAMES = 20;

/** What was found of an event type. */
interface Found {
  names: Set<string>;
  kinds: Set<string>;
}

/** Collects what is not among the columns. */
export class Unshown {
  readonly #found = new Map<string, Found>();

  /** Takes what a row does not show. */
  take(eventType: string, { rest, isBare }: ValueRow): void {
    let found = this.#found.get(eventType);
    if (found === undefined) {
      found = { names: new Set(), kinds: new Set() };
      this.#found.set(eventType, found);
    }
    const { names, kinds } = found;
    if (typeof rest === "string") {
      kinds.add(isBare ? "empty values" : "values of another kind");
      return;
    }
    for (const each of rest?.keys() ?? []) {
      const name = oneLine(each, 80);
      if (names.size < MOST_NAMES) names.add(name);
      else if (!names.has(name)) kinds.add("others");
    }
  }

  /** A line for each event type, in the order in which they came. */
  lines(): string[] {
    return Array.from(this.#found, ([eventType, { names, kinds }]) => {
      const all = [...[...names].sort(), ...kinds];
      const isOne = names.size === 1 && all.length === 1;
      return `${eventType}: ${all.join(", ")} ${
        isOne ? "is" : "are"
      } not among the columns; --with extra or -o ndjson has ${
        isOne ? "it" : "them"
      }`;
    });
  }
}
