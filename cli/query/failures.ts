/**
 * Series that could not be read, and whether to try the others.
 *
 * @module
 */

import {
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
} from "../../client/errors.ts";
import { oneLine } from "../io.ts";

/**
 * The note on a series that an archive announces, but does not serve: there
 * will never be data, so it has not failed.
 */
export function unservedNote(test: string, eventType: string): string {
  return `skipped: ${oneLine(test, 300)} announces ${
    oneLine(eventType, 300)
  }, but the archive does not serve it`;
}

/**
 * Number of series in a row without an answer, or with a busy one, after which
 * the archive is given up.
 */
const GIVE_UP_AFTER = 3;

/** An archive that is still busy after all retries may stay so. */
const BUSY = [429, 503];

const REFUSED = [401, 403];

/** Counts failures; those that concern more than one series are thrown. */
export class Failures {
  /** Number of series that could not be read. */
  count = 0;
  #inRow = 0;

  /** A series was read. */
  none(): void {
    this.#inRow = 0;
  }

  /**
   * A series could not be read.
   *
   * @throws The error itself, unless the other series may still be read.
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
