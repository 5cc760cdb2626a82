/**
 * Where one page of a series ends and the next one begins: at the last second
 * that was read. Its points come again with the next page, and are taken once.
 *
 * @module
 */

import type { Points } from "./points.ts";
import type { Dialect } from "./wire.ts";

/** The last second that was read. */
export class Border {
  readonly #dialect: Dialect;
  #second = NaN;
  /** Its points, by what tells them apart. */
  #known: string[] = [];
  /** Those of them that are still to come once more. */
  #expected: string[] = [];

  /** Begins before the first point. */
  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** The last second; NaN before the first point that has a time. */
  get second(): number {
    return this.#second;
  }

  /** How many points of the last second have been read. */
  get known(): number {
    return this.#known.length;
  }

  /** The last second, to be read again. */
  again(): number {
    this.#expected = [...this.#known];
    return this.#second;
  }

  /** Whether points lack some that are to come once more. */
  misses(points: Points): boolean {
    const head = this.#headOf(points);
    return head < this.#expected.length &&
      (head < points.length || points.length === 0);
  }

  /** Moves on to the last second of the points; returns those that are new. */
  pass(points: Points): Points {
    const head = this.#headOf(points);
    const known = this.#knownOf(points, head);
    const last = lastSecondOf(points);
    if (Number.isNaN(last) || last === this.#second) {
      for (let index = 0; index < points.length; index++) {
        if (!known.has(index)) this.#known.push(this.#markOf(points, index));
      }
    } else {
      this.#second = last;
      this.#known = [];
      this.#expected = [];
      for (let index = points.length - 1; index >= 0; index--) {
        const second = points.second(index);
        if (second < last) break;
        this.#known.push(this.#markOf(points, index));
      }
    }
    return known.size === 0 ? points : points.without(known);
  }

  /** How many of the points are of the last second, before any later one. */
  #headOf(points: Points): number {
    let head = 0;
    // A point without a time belongs to the second before it.
    while (head < points.length && !(points.second(head) > this.#second)) {
      head++;
    }
    return Number.isNaN(this.#second) ? 0 : head;
  }

  /** Which of the first points had come before. */
  #knownOf(points: Points, head: number): Set<number> {
    const known = new Set<number>();
    for (
      let index = 0;
      index < head && this.#expected.length > 0;
      index++
    ) {
      const at = this.#expected.indexOf(this.#markOf(points, index));
      if (at < 0) continue;
      this.#expected.splice(at, 1);
      known.add(index);
    }
    return known;
  }

  /**
   * What tells a point from others of its second: its value. esmond has one a
   * second, which stays the same one when it is corrected.
   */
  #markOf(points: Points, index: number): string {
    return this.#dialect === "esmond" ? "" : points.value(index);
  }
}

/** The second of the last point that has a time; NaN if none has. */
function lastSecondOf(points: Points): number {
  for (let index = points.length - 1; index >= 0; index--) {
    const second = points.second(index);
    if (!Number.isNaN(second)) return second;
  }
  return NaN;
}
