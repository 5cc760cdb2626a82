/**
 * Pages of a list whose places are known, fetched side by side.
 *
 * @module
 */

import { type Gate, Turn } from "./gate.ts";
import type { HttpOptions } from "./http.ts";

/** How the rest of a list is cut into pages. */
export interface Cut {
  /** How many tests a page has. */
  step: number;
  /** How many tests the whole list has. */
  total: number;
}

/**
 * Fetches the page that begins at an offset.
 *
 * @param between How many tests come before it that are not there yet.
 */
export type PageAt<P> = (
  offset: number,
  http: HttpOptions,
  between: number,
) => Promise<P>;

/** A page that is on its way before its turn. */
interface Pending<P> {
  page: Promise<P>;
  turn: Turn;
}

/**
 * Gives the pages of a list in order. Where it is known how the list is cut, as
 * many of the next ones are on their way as the gate allows.
 */
export class PagesAhead<P> {
  readonly #gate: Gate;
  readonly #fetch: PageAt<P>;
  readonly #ahead = new Map<number, Pending<P>>();
  #stop = new AbortController();

  /**
   * Fetches nothing yet.
   *
   * @param gate Limits the requests.
   * @param fetch Fetches a page.
   */
  constructor(gate: Gate, fetch: PageAt<P>) {
    this.#gate = gate;
    this.#fetch = fetch;
  }

  /**
   * The page that begins at an offset, now that its turn has come.
   *
   * @param cut How the list is cut from there on, if that is known.
   */
  page(offset: number, cut: Cut | undefined, http: HttpOptions): Promise<P> {
    const pending = this.#ahead.get(offset);
    if (pending === undefined) this.end(); // the list is cut otherwise
    else {
      this.#ahead.delete(offset);
      this.#gate.giveAhead();
      pending.turn.come();
    }
    const page = pending?.page ?? this.#fetch(offset, http, 0);
    if (cut !== undefined) this.#fetchAfter(offset, cut, http);
    return page;
  }

  /** Ends the requests for pages that nobody wants. */
  end(): void {
    if (this.#ahead.size === 0) return;
    for (const _ of this.#ahead) this.#gate.giveAhead();
    this.#ahead.clear();
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  #fetchAfter(offset: number, { step, total }: Cut, http: HttpOptions): void {
    for (let at = offset + step; at < total; at += step) {
      if (this.#ahead.has(at)) continue;
      if (!this.#gate.takeAhead()) return;
      const turn = new Turn(undefined, true);
      const signals = [...http.signals ?? [], this.#stop.signal];
      const page = this.#fetch(at, { ...http, signals, turn }, at - offset);
      page.catch(() => {}); // thrown when its turn comes
      this.#ahead.set(at, { page, turn });
    }
  }
}
