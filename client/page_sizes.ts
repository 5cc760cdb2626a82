/**
 * How many points to ask for in one request: few at first, more where the
 * archive is quick and points are small.
 *
 * @module
 */

import type { Dialect } from "./wire.ts";

/** The first page of a kind of data. */
const FIRST = 1000;

/** Gateways are taken to cap pages at no fewer points than this. */
export const LEAST_CAP = 100;

/** However slow the archive is, pages become no smaller. */
const LEAST = 100;

/**
 * The largest page. elmond refuses more than 10,000; esmond has no limit, but
 * builds each answer in memory before it sends any of it.
 */
const MOST: Record<Dialect, number> = { esmond: 10_000, elmond: 5_000 };

/** Roughly the most bytes of a page: several are held in memory at a time. */
const MAX_BYTES = 4 << 20;

/** A page that takes less than this, in ms, may be followed by a larger one. */
const QUICK = 2000;

/** A page that takes more than this, in ms, is followed by a smaller one. */
const SLOW = 10_000;

/** How a page turned out. */
export interface PageReport {
  /** How many points were asked for. */
  limit: number;
  /** How many came. */
  points: number;
  /** How large the answer was, in bytes or nearly so. */
  bytes: number;
  /** How long it took, in ms. */
  ms: number;
}

/**
 * The sizes of pages, by kind of data: histograms are larger than numbers. What
 * a gateway does to pages counts for all kinds.
 */
export class PageSizes {
  /** The size of all pages, if they are not to grow. */
  readonly fixed: number | undefined;
  readonly #sizes = new Map<string, number>();
  readonly #ceilings = new Map<string, number>();
  /** A page with fewer points than this is whole: the archive can send more. */
  #whole = LEAST_CAP;
  /** What a gateway in front of the archive caps pages at. */
  #cap = Infinity;

  /**
   * Begins with small pages.
   *
   * @param fixed The size of all pages, if they are not to grow.
   */
  constructor(fixed?: number) {
    this.fixed = fixed;
  }

  /** The size of the next page. */
  next(kind: string, dialect: Dialect): number {
    if (this.fixed === undefined) {
      const size = this.#sizes.get(kind) ?? FIRST;
      return Math.min(size, MOST[dialect], this.#cap);
    }
    return dialect === "elmond"
      ? Math.min(this.fixed, 2 * MOST.elmond)
      : this.fixed;
  }

  /** Learns from a page; only a full one shows that more would have come. */
  learn(kind: string, { limit, points, bytes, ms }: PageReport): void {
    if (points === 0) return;
    this.#whole = Math.max(this.#whole, points);
    const room = Math.max(1, Math.floor(MAX_BYTES / (bytes / points)));
    const size = this.#sizes.get(kind) ?? FIRST;
    const isFull = points >= limit * 0.9;
    const wanted = ms > SLOW
      ? Math.min(size, Math.max(LEAST, limit / 2))
      : isFull && ms < QUICK
      ? Math.max(size, limit * 4)
      : size;
    const ceiling = this.#ceilings.get(kind) ?? MOST.esmond;
    this.#sizes.set(kind, Math.floor(Math.min(wanted, room, ceiling)));
  }

  /**
   * A page of so many points failed: half as many are asked for from now on.
   */
  shrink(kind: string, limit: number): void {
    const half = Math.max(LEAST, Math.floor(limit / 2));
    this.#sizes.set(kind, Math.min(this.#sizes.get(kind) ?? FIRST, half));
    // It may grow to the first size again: below that, the size was not what
    // made it fail.
    this.#ceilings.set(
      kind,
      Math.min(this.#ceilings.get(kind) ?? Infinity, Math.max(FIRST, half)),
    );
  }

  /**
   * Whether a page with fewer points than were asked for is all that there is.
   * A gateway may cap pages, whatever `limit` says; but not below what the
   * archive has sent before.
   */
  isWhole(points: number): boolean {
    return points < this.#whole;
  }

  /** Nothing came after a short page of so many points. */
  ended(points: number): void {
    // That its series is as long as a cap is most unlikely, but for round
    // numbers, which caps are.
    if (points % 100 !== 0) this.#whole = Math.max(this.#whole, points + 1);
  }

  /** Pages of so many points follow each other, though more were asked for. */
  capped(points: number): void {
    this.#cap = points;
  }
}
