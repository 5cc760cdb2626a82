/**
 * Reading for as long as the archive answers: what cannot be read does not keep
 * the rest from being told.
 *
 * @module
 */

import { ArchiveError } from "../../client/errors.ts";
import type { Io } from "../io.ts";
import { Failures } from "./failures.ts";

/** What came of an attempt. */
export interface Attempt<T> {
  /** What was read. */
  value: T;
  /** Whether that is all. */
  isWhole: boolean;
}

/** Attempts to read an archive. */
export class Attempts {
  /** Why no more are made: the archive is away, or refuses. */
  over: { error: unknown } | undefined;
  /** Whether all that was attempted could be read. */
  isWhole = true;
  readonly #io: Pick<Io, "note" | "signal">;
  readonly #giveUp: AbortController;
  readonly #failures = new Failures();

  /** Begins; `giveUp` is aborted when no more are made. */
  constructor(io: Pick<Io, "note" | "signal">, giveUp: AbortController) {
    this.#io = io;
    this.#giveUp = giveUp;
  }

  /**
   * Reads something.
   *
   * @param otherwise What stands for what could not be read.
   * @throws What is not a failure of the archive.
   */
  async read<T, O>(
    read: () => Promise<T>,
    otherwise: O,
  ): Promise<Attempt<T | O>> {
    if (this.over === undefined) {
      try {
        const value = await read();
        this.#failures.none();
        return { value, isWhole: true };
      } catch (error) {
        this.#take(error);
      }
    }
    this.isWhole = false;
    return { value: otherwise, isWhole: false };
  }

  #take(error: unknown): void {
    if (this.#io.signal.aborted) throw error;
    if (this.over !== undefined) return;
    if (!(error instanceof ArchiveError)) throw error;
    try {
      this.#failures.take(error);
      this.#io.note(`incomplete: ${error.message}`);
    } catch {
      this.over = { error };
      this.#giveUp.abort(error);
    }
  }
}
