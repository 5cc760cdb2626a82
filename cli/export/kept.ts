/**
 * Rows that an earlier run has written, on their way into a file beside those
 * that the archive has now.
 *
 * @module
 */

import type { PrintedRow } from "./printed.ts";

/**
 * Rows of an earlier run, second by second: for a second that the archive still
 * has points of, these count, and for every other the rows that were kept.
 *
 * Rows without a time belong to the second before them.
 */
export class KeptRows {
  readonly #source: AsyncIterator<PrintedRow, void, void>;
  #next: PrintedRow | undefined;
  /** The second of the next row; `Infinity` after the last one. */
  #second = -Infinity;

  private constructor(source: AsyncIterable<PrintedRow>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /**
   * Begins to read them.
   *
   * @param source The rows, in order of time.
   * @param after Rows up to this second are left out.
   */
  static async open(
    source: AsyncIterable<PrintedRow>,
    after?: number,
  ): Promise<KeptRows> {
    const rows = new KeptRows(source);
    do await rows.#advance(); while (
      after !== undefined && rows.#next && rows.#second <= after
    );
    return rows;
  }

  /** The second of the next row; `Infinity` after the last one. */
  get second(): number {
    return this.#second;
  }

  /** The rows of the next second; none after the last one. */
  async take(): Promise<PrintedRow[]> {
    const second = this.#second;
    const rows: PrintedRow[] = [];
    while (this.#next !== undefined && this.#second === second) {
      rows.push(this.#next);
      await this.#advance();
    }
    return rows;
  }

  /** Ends reading. */
  async close(): Promise<void> {
    this.#next = undefined;
    this.#second = Infinity;
    await this.#source.return?.();
  }

  async #advance(): Promise<void> {
    const { done, value } = await this.#source.next();
    this.#next = value ?? undefined;
    if (done) this.#second = Infinity;
    else if (!Number.isNaN(value!.second)) this.#second = value!.second;
  }
}
