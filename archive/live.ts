/**
 * An archive whose results keep arriving: results later than its clock are
 * hidden, and each request advances the clock.
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

/** The part of the stored time that has arrived at the start. */
const FIRST_PART = 3 / 4;

/** The number of requests after which the rest has arrived. */
const REQUESTS = 1000;

/** The default pace: the last quarter arrives in a thousand requests. */
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
   * The total that an answer names: exact up to 3000, above that an estimate
   * within one per cent.
   */
  estimate(count: number): number {
    return count <= 3000
      ? count
      : Math.round(count * (1 + Math.sin(count) / 100));
  }
}
