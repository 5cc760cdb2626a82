/**
 * Tests that an archive lists, but that nothing was ever written to.
 *
 * @module
 */

import type { Metadata } from "../../mod.ts";

/** Counts them, and tells how many there are. */
export class Unwritten {
  readonly #eventTypes: readonly string[];
  readonly #note: (line: string) => void;
  #tests = { all: 0, unwritten: 0 };
  #series = { all: 0, unwritten: 0 };

  /**
   * Begins to count.
   *
   * @param eventTypes The event types that count; all if there are none.
   * @param note Told the numbers, in one line.
   */
  constructor(eventTypes: readonly string[], note: (line: string) => void) {
    this.#eventTypes = eventTypes;
    this.#note = note;
  }

  /** Takes a test of the list. */
  take(test: Metadata): void {
    const series = [...test.getAllEventTypes()].filter(({ eventType }) =>
      this.#eventTypes.length === 0 || this.#eventTypes.includes(eventType)
    );
    const unwritten = series.filter((each) =>
      each.toJSON()["time-updated"] === null
    );
    this.#series.all += series.length;
    this.#series.unwritten += unwritten.length;
    this.#tests.all++;
    const isUnwritten = series.length > 0 && unwritten.length === series.length;
    if (isUnwritten) this.#tests.unwritten++;
  }

  /** Tells of them, if there are any; then it counts anew. */
  tell(): void {
    const [tests, series] = [this.#tests, this.#series];
    this.#tests = { all: 0, unwritten: 0 };
    this.#series = { all: 0, unwritten: 0 };
    if (series.unwritten === 0) return;
    this.#note(
      `never written to: ${tests.unwritten} of ${tests.all} tests, ${series.unwritten} of ${series.all} series`,
    );
  }
}
