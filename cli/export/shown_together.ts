/**
 * What is shown of exports that run side by side: one progress of all of them,
 * and lines that say of which they are.
 *
 * @module
 */

import type { Progress } from "./progress.ts";
import { emptyProgress, type ProgressState } from "./progress_line.ts";

/** Where an export shows how far it has got, and tells what there is to tell. */
export type Shown = Pick<
  Progress,
  "start" | "stop" | "note" | "warn" | "aside" | "elapsed"
>;

/** One of the exports. */
interface One {
  state: ProgressState;
  isOver: boolean;
}

/** The progress of several exports as one. */
export class ShownTogether {
  readonly #progress: Progress;
  readonly #count: number;
  readonly #all: One[] = [];

  /**
   * Shows it from now on.
   *
   * @param progress Where; who has it stops it.
   * @param count How many there are.
   */
  constructor(progress: Progress, count: number) {
    this.#progress = progress;
    this.#count = count;
    progress.start(this.#sum());
  }

  /**
   * Where one of them shows how it gets on.
   *
   * @param name What its lines begin with.
   */
  of(name: string): Shown {
    const progress = this.#progress;
    const one: One = { state: emptyProgress(), isOver: false };
    this.#all.push(one);
    let begun = progress.elapsed;
    return {
      start: (state) => {
        begun = progress.elapsed;
        one.state = state;
      },
      // The line stays: the others go on.
      stop: () => {
        one.isOver = true;
      },
      note: (line) => progress.note(`${name}: ${line}`),
      warn: (line) => progress.warn(`${name}: ${line}`),
      aside: (write) => progress.aside(write),
      get elapsed() {
        return progress.elapsed - begun;
      },
    };
  }

  /** All of them, whenever it is looked at. */
  #sum(): ProgressState {
    const [all, count] = [this.#all, this.#count];
    const sum = (of: (state: ProgressState) => number) =>
      all.reduce((sum, { state }) => sum + of(state), 0);
    return {
      get series() {
        return sum(({ series }) => series);
      },
      get done() {
        return sum(({ done }) => done);
      },
      get failed() {
        return sum(({ failed }) => failed);
      },
      get points() {
        return sum(({ points }) => points);
      },
      get bytes() {
        return sum(({ bytes }) => bytes);
      },
      get files() {
        return sum(({ files }) => files);
      },
      get retries() {
        return sum(({ retries }) => retries);
      },
      get skipped() {
        return sum(({ skipped }) => skipped);
      },
      get active() {
        return sum(({ active = 0 }) => active);
      },
      get isGrowing() {
        return all.length < count ||
          all.some(({ state, isOver }) => state.series === 0 && !isOver);
      },
    };
  }
}
