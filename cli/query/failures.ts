/**
 * Series that could not be read, and whether there is hope for the others.
 *
 * @module
 */

import {
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
} from "../../mod.ts";

/**
 * After so many series in a row that the archive did not answer for, or had no
 * time for, it is taken for gone.
 */
const GIVE_UP_AFTER = 3;

/**
 * An archive that still says so when all tries are used up may say it for ever,
 * and ask for a long pause each time.
 */
const BUSY = [429, 503];

const REFUSED = [401, 403];

/** Counts failures; what concerns more than one series is thrown on. */
export class Failures {
  /** How many series could not be read. */
  count = 0;
  #inRow = 0;

  /** A series was read. */
  none(): void {
    this.#inRow = 0;
  }

  /**
   * A series could not be read.
   *
   * @throws The error itself, unless the other series may be read all the same.
   */
  take(error: unknown): void {
    const status = error instanceof ArchiveHttpError ? error.status : 0;
    const isOver = error instanceof ArchiveTimeoutError ||
      error instanceof ArchiveUnreachableError || BUSY.includes(status);
    const isAnswer = error instanceof ArchiveResponseError ||
      (status > 0 && !REFUSED.includes(status));
    if (!isOver && !isAnswer) throw error;
    this.count++;
    this.#inRow = isOver ? this.#inRow + 1 : 0;
    if (this.#inRow >= GIVE_UP_AFTER) throw error;
  }
}
