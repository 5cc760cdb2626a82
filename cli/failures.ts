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
} from "../mod.ts";

/** After so many series in a row that the archive did not answer for, it is taken for gone. */
const GIVE_UP_AFTER = 3;

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
    const isSilent = error instanceof ArchiveTimeoutError ||
      error instanceof ArchiveUnreachableError;
    const isAnswer = error instanceof ArchiveResponseError ||
      (error instanceof ArchiveHttpError && ![401, 403].includes(error.status));
    if (!isSilent && !isAnswer) throw error;
    this.count++;
    this.#inRow = isSilent ? this.#inRow + 1 : 0;
    if (this.#inRow >= GIVE_UP_AFTER) throw error;
  }
}
