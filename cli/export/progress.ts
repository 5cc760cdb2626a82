/**
 * Draws the progress of an export on standard error.
 *
 * @module
 */

import type { Io, ProgressDisplay } from "../io.ts";
import {
  plainLine,
  progressLine,
  type ProgressState,
} from "./progress_line.ts";

/** What the drawer is given. */
export interface ProgressOptions extends ProgressDisplay {
  /** Whether no progress is shown. */
  isQuiet: boolean;
}

/**
 * The standard error of this process, for the drawer.
 *
 * @param io What `--color` says, and the environment: `NO_COLOR` and `TERM`
 * count.
 * @param isQuiet Whether no progress is shown.
 * @param isTerminal Whether standard error is a terminal.
 */
export function stderrOptions(
  { env, colors }: Pick<Io, "env" | "colors">,
  isQuiet = false,
  isTerminal: boolean = Deno.stderr.isTerminal(),
): ProgressOptions {
  // A dumb terminal has no escape sequences.
  const isDrawable = isTerminal && env("TERM") !== "dumb";
  return {
    isTerminal: isDrawable,
    width: stderrWidth,
    // empty is as if unset: no-color.org
    colors: colors === undefined
      ? isDrawable && !env("NO_COLOR")
      : isDrawable && colors === "always",
    isQuiet,
    write: writeStderr,
    now: () => performance.now(),
  };
}

function stderrWidth(): number {
  try {
    // some terminals do not know their size
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

function writeStderr(text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) {
      bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
    }
  } catch {
    // nobody listens; the exit code still tells
  }
}

/**
 * The least time between two lines, in ms; and how often to look whether it is
 * over.
 */
const ON_TERMINAL = { pause: 200, look: 100 };
const IN_LOG = { pause: 30_000, look: 1_000 };

/**
 * The span that the rate is taken from, in ms; and what is too short for one.
 */
const RATE_SPAN = 10_000;
const MIN_RATE_SPAN = 1_000;

/** Goes to the beginning of the line and erases it. */
const ERASE = "\r\x1b[K";

/**
 * Shows the progress of an export: on a terminal in a line that is redrawn,
 * elsewhere in a line now and then. It never keeps the process from ending.
 */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #times: { pause: number; look: number };
  #state: ProgressState | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #startedAt = 0;
  #lastAt = 0;
  /** What stands on the terminal now. */
  #shown = "";
  /** How many others are writing to the terminal. */
  #asides = 0;
  #begun: number | undefined;
  #lastDone: number | undefined;
  #done = 0;
  #samples: { at: number; points: number }[] = [];

  /**
   * Begins with nothing shown.
   *
   * @param options Where to write, and how.
   */
  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#times = options.isTerminal ? ON_TERMINAL : IN_LOG;
  }

  /** Shows this state from now on, as it changes. */
  start(state: ProgressState): void {
    this.stop();
    this.#state = state;
    this.#startedAt = this.#lastAt = this.#options.now();
    this.#begun = this.#lastDone = undefined;
    this.#done = state.done;
    this.#samples = [{ at: this.#startedAt, points: state.points }];
    if (this.#options.isQuiet) return;
    this.#timer = setInterval(() => this.tick(), this.#times.look);
    Deno.unrefTimer(this.#timer);
  }

  /** How long it is since `start()`, in ms. */
  get elapsed(): number {
    return this.#options.now() - this.#startedAt;
  }

  /** Writes a line if it is time for one; a timer calls this. */
  tick(): void {
    const { isTerminal, isQuiet, colors, now, width, write } = this.#options;
    if (this.#state === undefined || isQuiet) return;
    const at = now();
    const elapsed = at - this.#startedAt;
    const state = this.#observed(this.#state, elapsed);
    if (this.#asides > 0 || at - this.#lastAt < this.#times.pause) return;
    this.#lastAt = at;
    if (!isTerminal) return write(`${plainLine(state, elapsed)}\n`);
    const rate = this.#rate(at, state);
    // Some terminals wrap as soon as the last column is written to.
    const line = progressLine(state, elapsed, width() - 1, rate, colors);
    if (line === this.#shown) return;
    this.#shown = line;
    write(`${ERASE}${line}`);
  }

  /** Writes a line above the progress; when quiet, nothing. */
  note(line: string): void {
    if (!this.#options.isQuiet) this.warn(line);
  }

  /** Writes a line above the progress, also when quiet. */
  warn(line: string): void {
    const erase = this.#shown && ERASE;
    // In one piece, so that nothing comes between.
    this.#options.write(`${erase}${line}\n${this.#shown}`);
  }

  /**
   * Removes the line while something else is written to what may be the same
   * terminal, such as paths to standard output.
   */
  async aside(write: () => Promise<void> | void): Promise<void> {
    this.#asides++;
    const shown = this.#shown;
    this.#erase();
    try {
      await write();
    } finally {
      this.#asides--;
      if (this.#asides === 0 && this.#state !== undefined && shown) {
        this.#shown = shown;
        this.#options.write(shown);
      }
    }
  }

  /** Removes the line for good. */
  stop(): void {
    clearInterval(this.#timer);
    this.#state = undefined;
    this.#erase();
  }

  /** The same as `stop()`, at the end of a block. */
  [Symbol.dispose](): void {
    this.stop();
  }

  #erase(): void {
    if (this.#shown) this.#options.write(ERASE);
    this.#shown = "";
  }

  /** Adds when the work began, and when a series was last finished. */
  #observed(state: ProgressState, elapsed: number): ProgressState {
    if (state.series > 0) this.#begun ??= elapsed;
    if (state.done !== this.#done) {
      this.#done = state.done;
      this.#lastDone = elapsed;
    }
    return {
      begun: this.#begun ?? 0,
      lastDone: this.#lastDone ?? elapsed,
      ...state,
    };
  }

  /** Recent points per second. */
  #rate(
    at: number,
    { series, points }: ProgressState,
  ): number | undefined {
    // listing tests is not reading
    if (series === 0) this.#samples = [];
    this.#samples.push({ at, points });
    // The oldest that is kept is as old as the span, or hardly older.
    while (at - (this.#samples[1]?.at ?? at) >= RATE_SPAN) {
      this.#samples.shift();
    }
    const oldest = this.#samples[0]!;
    const span = at - oldest.at;
    return span < MIN_RATE_SPAN
      ? undefined
      : (points - oldest.points) / span * 1000;
  }
}
