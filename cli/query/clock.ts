/**
 * The clock of an archive: what is stale there is old by its clock, not by
 * ours.
 *
 * @module
 */

import type { TimeWindow } from "../../client/parameters.ts";
import type { Io } from "../io.ts";

/** How far the clocks may differ, in seconds. */
export const TOLERANCE = 60;

/**
 * What time it is at the archive, by the `Date` header of its first answer. With
 * several, each has its own.
 */
export class ArchiveClock {
  readonly #io: Pick<Io, "now" | "note">;
  /** By how many seconds each is ahead; absent before it has answered. */
  readonly #ahead = new Map<string, number | undefined>();

  /**
   * Makes a clock, which is ours until the archive has answered.
   *
   * @param io Our clock, and where a difference is told.
   */
  constructor(io: Pick<Io, "now" | "note">) {
    this.#io = io;
  }

  /** A `fetch` that looks at the clock of the archive that answers. */
  watching(send: typeof fetch, archive = ""): typeof fetch {
    this.#ahead.set(archive, undefined);
    return async (input, init) => {
      const response = await send(input, init);
      this.#take(response.headers.get("date"), archive);
      return response;
    };
  }

  /**
   * Now, in seconds since 1970.
   *
   * @param archive By the clock of this one of several; by ours if absent.
   */
  now(archive?: string): number {
    return this.#ours() + (this.#aheadOf(archive) ?? 0);
  }

  /**
   * A window that ends now ends now at the archive.
   *
   * @param window The window of the options.
   * @param isOpen Whether no end was given.
   * @param archive Which of several.
   */
  window(window: TimeWindow, isOpen: boolean, archive?: string): TimeWindow {
    return isOpen && this.#aheadOf(archive)
      ? { ...window, end: Math.floor(this.now(archive)) }
      : window;
  }

  #aheadOf(archive = ""): number | undefined {
    const [only] = this.#ahead.values();
    return this.#ahead.size === 1 ? only : this.#ahead.get(archive);
  }

  #ours(): number {
    return this.#io.now().getTime() / 1000;
  }

  #take(date: string | null, archive: string): void {
    if (date === null || this.#ahead.get(archive) !== undefined) return;
    const theirs = Date.parse(date) / 1000;
    if (Number.isNaN(theirs)) return;
    const difference = Math.round(theirs - this.#ours());
    const ahead = Math.abs(difference) > TOLERANCE ? difference : 0;
    this.#ahead.set(archive, ahead);
    if (ahead === 0) return;
    const whose = this.#ahead.size === 1 ? "the archive's" : `${archive}'s`;
    this.#io.note(
      `${whose} clock is ${Math.abs(ahead)} s ${
        ahead > 0 ? "ahead" : "behind"
      }: ages are by its clock`,
    );
  }
}
