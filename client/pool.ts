/**
 * Limits the requests to several archives together, beside the limit of each.
 *
 * @module
 */

/** Admits requests for the gates that share it, in turn. */
export class Pool {
  readonly #most: number;
  readonly #waiting = new Set<() => void>();
  #underWay = 0;

  /**
   * Opens it.
   *
   * @param most Most requests at a time, of all gates together.
   */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether one more request may be sent. */
  get hasRoom(): boolean {
    return this.#underWay < this.#most;
  }

  /** A request is sent; there has to be room. */
  take(): void {
    this.#underWay++;
  }

  /** A request is over: whoever has waited longest is woken. */
  give(): void {
    this.#underWay--;
    for (const wake of this.#waiting) {
      if (!this.hasRoom) return;
      this.#waiting.delete(wake);
      wake(); // who still waits then, waits behind the others
    }
  }

  /** Has a gate woken when there is room; once, however often it asks. */
  wait(wake: () => void): void {
    this.#waiting.add(wake);
  }
}
