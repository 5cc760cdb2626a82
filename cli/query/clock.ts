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

/** What time it is at the archive, by the `Date` header of its first answer. */
export class ArchiveClock {
  readonly #io: Pick<Io, "now" | "note">;
  #ahead: number | undefined;

  /**
   * Makes a clock, which is ours until the archive has answered.
   *
   * @param io Our clock, and where a difference is told.
   */
  constructor(io: Pick<Io, "now" | "note">) {
    this.#io = io;
  }

  /** A `fetch` that looks at the clock of what answers. */
  watching(send: typeof fetch): typeof fetch {
    return async (input, init) => {
      const response = await send(input, init);
      this.#take(response.headers.get("date"));
      return response;
    };
  }

  /** Now, in seconds since 1970. */
  now(): number {
    return this.#ours() + (this.#ahead ?? 0);
  }

  /**
   * A window that ends now ends now at the archive.
   *
   * @param window The window of the options.
   * @param isOpen Whether no end was given.
   */
  window(window: TimeWindow, isOpen: boolean): TimeWindow {
    return isOpen && this.#ahead
      ? { ...window, end: Math.floor(this.now()) }
      : window;
  }

  #ours(): number {
    return this.#io.now().getTime() / 1000;
  }

  #take(date: string | null): void {
    if (date === null || this.#ahead !== undefined) return;
    const theirs = Date.parse(date) / 1000;
    if (Number.isNaN(theirs)) return;
    const ahead = Math.round(theirs - this.#ours());
    this.#ahead = Math.abs(ahead) > TOLERANCE ? ahead : 0;
    if (this.#ahead === 0) return;
    this.#io.note(
      `the archive's clock is ${Math.abs(ahead)} s ${
        ahead > 0 ? "ahead" : "behind"
      }: ages are by its clock`,
    );
  }
}
