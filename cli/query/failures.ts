/**
 * Series that could not be read, and whether to try the others.
 *
 * @module
 */

import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveTimeoutError,
  ArchiveUnreachableError,
} from "../../client/errors.ts";
import { oneLine } from "../io.ts";
import type { Archives } from "./archives.ts";

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

/**
 * Counts failures; those that concern more than one series are thrown, or end
 * the reading of their archive where there are others.
 */
export class Failures {
  /** Number of series that could not be read. */
  count = 0;
  readonly #archives: Archives | undefined;
  /** By archive, where there are several. */
  readonly #inRow = new Map<string, number>();

  /**
   * Begins to count.
   *
   * @param archives The archives; there is one if they are absent.
   */
  constructor(archives?: Archives) {
    this.#archives = archives;
  }

  /**
   * A series was read.
   *
   * @param archive Of which archive, if that is known.
   */
  none(archive?: string): void {
    const isSeveral = this.#archives?.isSeveral ?? false;
    this.#inRow.delete(isSeveral ? archive ?? "" : "");
  }

  /**
   * A series could not be read.
   *
   * @returns Whether that is news: of an archive that was given up, it is not.
   * @throws The error itself, unless other series may still be read.
   */
  take(error: unknown): boolean {
    const archive = this.#archives?.archiveOf(error) ?? "";
    if (this.#archives?.isFailed(archive)) return false;
    const status = error instanceof ArchiveHttpError ? error.status : 0;
    const isOver = error instanceof ArchiveTimeoutError ||
      error instanceof ArchiveUnreachableError || BUSY.includes(status);
    const isAnswer = error instanceof ArchiveResponseError ||
      (status > 0 && !REFUSED.includes(status));
    if (!isOver && !isAnswer) return this.#giveUp(archive, error);
    this.count++;
    const inRow = isOver ? (this.#inRow.get(archive) ?? 0) + 1 : 0;
    this.#inRow.set(archive, inRow);
    return inRow < GIVE_UP_AFTER || this.#giveUp(archive, error);
  }

  #giveUp(archive: string, error: unknown): boolean {
    if (archive === "" || !(error instanceof ArchiveError)) throw error;
    this.#archives!.fail(archive, error);
    return false;
  }
}
