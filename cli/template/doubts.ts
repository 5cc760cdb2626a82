/**
 * What of a template is not understood: each is told once, and not too many.
 *
 * @module
 */

import { type Io, oneLine } from "../io.ts";

/** The most that have a line of their own. */
const MOST = 10;

/** Collects what is not understood, and left out. */
export class Doubts {
  readonly #from: string;
  readonly #io: Pick<Io, "note">;
  readonly #lines = new Set<string>();

  /** Begins without any; `from` is the template's name. */
  constructor(from: string, io: Pick<Io, "note">) {
    this.#from = from;
    this.#io = io;
  }

  /** Takes one; the same again is no other. */
  readonly take = (line: string): void => {
    this.#lines.add(oneLine(line, 300));
  };

  /** The first that was taken. */
  get first(): string | undefined {
    return [...this.#lines][0];
  }

  /** Tells of them. */
  tell(): void {
    const lines = [...this.#lines];
    for (const line of lines.slice(0, MOST)) {
      this.#io.note(`--mesh: ${this.#from}: left out: ${line}`);
    }
    const more = lines.length - MOST;
    if (more > 0) {
      this.#io.note(
        `--mesh: ${this.#from}: ${more} more are left out like that`,
      );
    }
  }
}
