/**
 * An archive whose results keep arriving: what is newer than its clock has not
 * come yet, and each request sets the clock forward.
 *
 * @module
 */

import type { Store } from "./store.ts";

/** The pace at which results arrive. */
export interface Pace {
  /** The last second whose results have arrived before the first request. */
  readonly start: number;
  /** How many seconds of results arrive before each further request. */
  readonly step: number;
}

/** The part of the stored results that has arrived from the start. */
const FIRST_PART = 3 / 4;

/** How many requests it takes for the rest to arrive. */
const REQUESTS = 1000;

/** The pace at which the last quarter of what is stored arrives. */
export function paceOf(store: Store): Pace {
  const { first, last } = store.extent() ?? { first: 0, last: 0 };
  const length = last - first;
  return {
    start: first + Math.floor(length * FIRST_PART),
    step: Math.max(1, Math.ceil(length * (1 - FIRST_PART) / REQUESTS)),
  };
}

/** An archive's results as they arrive. */
export class Live {
  readonly #step: number;
  #now: number;

  /** Begins at the start of a pace. */
  constructor({ start, step }: Pace) {
    this.#now = start - step;
    this.#step = step;
  }

  /** The last second whose results have arrived. */
  now(): number {
    return this.#now;
  }

  /** Lets the next results arrive. */
  advance(): void {
    this.#now += this.#step;
  }

  /**
   * How many tests an answer claims that there are: up to 3000 are counted, more
   * are estimated, within a hundredth.
   */
  estimate(count: number): number {
    return count <= 3000
      ? count
      : Math.round(count * (1 + Math.sin(count) / 100));
  }
}
