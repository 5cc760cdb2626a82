/**
 * Reading for as long as the archive answers: what cannot be read does not keep
 * the rest from being told.
 *
 * @module
 */

import { ArchiveError } from "../../client/errors.ts";
import type { Io } from "../io.ts";
import type { Archives } from "./archives.ts";
import { Failures } from "./failures.ts";

/** What came of an attempt. */
export interface Attempt<T> {
  /** What was read. */
  value: T;
  /** Whether that is all. */
  isWhole: boolean;
}

/** Attempts to read archives. */
export class Attempts {
  /** Whether all that was attempted could be read. */
  isWhole = true;
  readonly #io: Pick<Io, "note" | "signal">;
  readonly #archives: Archives;
  readonly #failures: Failures;
  #over: { error: unknown } | undefined;

  /** Begins; what is away, or refuses, is given up. */
  constructor(io: Pick<Io, "note" | "signal">, archives: Archives) {
    this.#io = io;
    this.#archives = archives;
    this.#failures = new Failures(archives);
  }

  /** Why no more are made: the only archive, or all of several, are away. */
  get over(): { error: unknown } | undefined {
    return this.#over;
  }

  /** No more are made. */
  end(error: unknown): void {
    this.#over ??= { error };
    this.#archives.giveUp(error);
  }

  /**
   * Reads something.
   *
   * @param otherwise What stands for what could not be read.
   * @param archive The archive, if it is of one.
   * @throws What is not a failure of an archive.
   */
  async read<T, O>(
    read: () => Promise<T>,
    otherwise: O,
    archive?: string,
  ): Promise<Attempt<T | O>> {
    if (this.#over === undefined) {
      try {
        const value = await read();
        this.#failures.none(archive);
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
    if (this.#over !== undefined) return;
    if (!(error instanceof ArchiveError)) throw error;
    try {
      if (this.#failures.take(error)) {
        this.#io.note(`incomplete: ${error.message}`);
      }
    } catch (final) {
      this.end(final);
    }
  }
}
