/**
 * Which points of a series have come already, for whoever reads its end again
 * and again.
 *
 * @module
 */

/**
 * The points that have come, from some second on. What was read before it is
 * forgotten, so that memory is bounded by what is read again.
 */
export class Arrivals {
  /** How many points of a second are alike; the key tells which. */
  readonly #known = new Map<number | string, number>();
  /** The second that is being read, and what has come of it this time. */
  #second = NaN;
  #came = new Map<number | string, number>();

  /** How many different points are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** Begins to read from the start again. */
  again(): void {
    this.#second = NaN;
  }

  /**
   * Takes a point; points have to come in order of time.
   *
   * @param second Its time.
   * @param mark What tells it from others of its second; may be empty.
   * @returns Whether it has not come before.
   */
  isNew(second: number, mark: string): boolean {
    if (second !== this.#second) {
      this.#second = second;
      this.#came.clear();
    }
    const key = mark === "" ? second : `${second} ${mark}`;
    const count = (this.#came.get(key) ?? 0) + 1;
    this.#came.set(key, count);
    if (count <= (this.#known.get(key) ?? 0)) return false;
    this.#known.set(key, count);
    return true;
  }

  /** Forgets the points before a second, which is not read again. */
  forget(before: number): void {
    for (const key of this.#known.keys()) {
      const second = typeof key === "number" ? key : Number.parseInt(key);
      if (second < before) this.#known.delete(key);
    }
  }
}

/** So long a text is its own mark. */
const SHORT = 24;

/** A short text that differs where texts do, but for once in billions. */
export function markOf(text: string): string {
  if (text.length <= SHORT) return text;
  let hash = FNV_BASIS;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  }
  return `${text.length} ${(hash >>> 0).toString(36)}`;
}

/** The hash of Fowler, Noll and Vo. */
const [FNV_BASIS, FNV_PRIME] = [0x811c9dc5, 0x01000193];
