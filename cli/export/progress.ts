/**
 * How far `get-bulk` has got, on stderr, and what it reports at the end:
 * functions from numbers to text, and a drawer round them.
 *
 * @module
 */

import type { Io, ProgressDisplay } from "../io.ts";

/** How far a run has got; whoever does the work counts it up. */
export interface ProgressState {
  /**
   * Series in all; none as long as the archive is still asked which there are.
   */
  series: number;
  /** Series finished, whatever came of them. */
  done: number;
  /** Series that could not be read whole. */
  failed: number;
  /** Data points read. */
  points: number;
  /** Bytes written to files. */
  bytes: number;
  /** Files written. */
  files: number;
  /** Requests that were tried again. */
  retries: number;
  /**
   * Series of those finished that were complete already, from an earlier run.
   */
  skipped: number;
  /**
   * Series under way; they make the estimate of the time left better when there
   * are several.
   *
   * @default {0}
   */
  active?: number;
  /**
   * When the series were known, in ms from the beginning; `Progress` notices by
   * itself.
   *
   * @default {0}
   */
  begun?: number;
  /**
   * When a series was last finished, in ms from the beginning; `Progress`
   * notices by itself. Default: just now.
   */
  lastDone?: number;
}

/** The state of a run that has not begun. */
export function emptyProgress(): ProgressState {
  return {
    series: 0,
    done: 0,
    failed: 0,
    points: 0,
    bytes: 0,
    files: 0,
    retries: 0,
    skipped: 0,
  };
}

/**
 * One line for a terminal. What matters less is left out where there is no room
 * for it.
 *
 * @param state How far the run has got.
 * @param elapsed How long it has taken, in ms.
 * @param width How many columns there are.
 * @param rate Points a second of late, if that is known.
 * @param colors Whether failures are red.
 * @returns The line, of `width` columns at most.
 */
export function progressLine(
  state: ProgressState,
  elapsed: number,
  width: number,
  rate?: number,
  colors = false,
): string {
  const { series, done, points, retries, failed } = state;
  if (series === 0) {
    return fitting(width, `listing tests, ${wholeTime(elapsed)}`, "listing");
  }
  const count = `${exact(done)}/${exact(series)}`;
  const left = leftText(state, elapsed);
  const failures = failed > 0 ? `${exact(failed)} failed` : "";
  // In the order of the line; those with the highest rank go first.
  const parts = [
    { rank: 0, text: `${count} series` },
    { rank: 3, text: `${shortCount(points)} ${noun(points, "point")}` },
    { rank: 4, text: rate === undefined ? "" : `${shortCount(rate)}/s` },
    { rank: 2, text: left && `${left} left` },
    { rank: 5, text: retriesText(retries) },
    { rank: 1, text: failures },
  ].filter(({ text }) => text !== "");
  for (let most = 5; most >= 0; most--) {
    const kept = parts.filter(({ rank }) => rank <= most);
    const line = kept.map(({ text }) => text).join(", ");
    if (line.length > width) continue;
    return failures && most > 0
      ? line.slice(0, -failures.length) + red(failures, colors)
      : line;
  }
  return fitting(width, count);
}

/** One line for a log. */
export function plainLine(state: ProgressState, elapsed: number): string {
  const { series, done, points, bytes, retries, failed } = state;
  if (series === 0) return `listing tests, ${wholeTime(elapsed)}`;
  const left = leftText(state, elapsed);
  return [
    `${exact(done)} of ${exact(series)} series`,
    `${exact(points)} ${noun(points, "point")}`,
    shortBytes(bytes),
    wholeTime(elapsed),
    left && `about ${left} left`,
    retriesText(retries),
    failed > 0 ? `${exact(failed)} failed` : "",
  ].filter((text) => text !== "").join(", ");
}

/** A series that could not be read whole. */
export interface FailedSeries {
  /** The series, as a person knows it. */
  which: string;
  /** What happened; the message of the error. */
  why: string;
}

/**
 * How many reasons the report names, and how many series for each; the manifest
 * has them all.
 */
const MAX_REASONS = 10;
const MAX_NAMED = 5;

/**
 * The report at the end: one line, and more only for what needs attention.
 *
 * @param state How far the run has got.
 * @param elapsed How long it has taken, in ms.
 * @param failures The series that failed.
 * @param colors Whether failures are red.
 * @returns The lines; none if there was no series at all.
 */
export function reportLines(
  state: ProgressState,
  elapsed: number,
  failures: readonly FailedSeries[],
  colors = false,
): string[] {
  const { series, done } = state;
  if (series === 0) return [];
  const lines = [summaryLine(state, elapsed)];
  if (done < series) {
    lines.push(`${exact(series - done)} series not finished`);
  }
  const failed = Math.max(state.failed, failures.length);
  if (failed === 0) return lines;
  const headline = `${exact(failed)} of ${exact(series)} series failed`;
  lines.push(red(headline, colors) + (failures.length > 0 ? ":" : ""));
  return [...lines, ...reasonLines(failures)];
}

function summaryLine(state: ProgressState, elapsed: number): string {
  const { series, done, points, bytes, files, retries, skipped } = state;
  const count = done < series
    ? `${exact(done)} of ${exact(series)}`
    : exact(series);
  const share = skipped === series ? "all" : exact(skipped);
  const isAnything = files > 0 || bytes > 0;
  return [
    `${count} series${skipped > 0 ? ` (${share} complete already)` : ""}`,
    isAnything || points > 0 ? `${exact(points)} ${noun(points, "point")}` : "",
    isAnything
      ? `${shortBytes(bytes)} in ${exact(files)} ${noun(files, "file")}`
      : "nothing written",
    shortTime(elapsed),
    retriesText(retries),
  ].filter((text) => text !== "").join(", ");
}

/**
 * What went wrong, the most frequent first, each with some of the series that
 * it struck.
 */
function reasonLines(failures: readonly FailedSeries[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { which, why } of failures) {
    const reason = reasonOf(why);
    const struck = byReason.get(reason);
    if (struck) struck.push(which);
    else byReason.set(reason, [which]);
  }
  const reasons = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  const others = reasons.slice(MAX_REASONS);
  const lines = reasons.slice(0, MAX_REASONS).flatMap(([reason, struck]) => [
    `  ${exact(struck.length)} series: ${reason}`,
    ...struck.slice(0, MAX_NAMED).map((which) => `    ${which}`),
    ...more(struck.length - MAX_NAMED),
  ]);
  if (others.length === 0) return lines;
  const count = others.reduce((sum, [, struck]) => sum + struck.length, 0);
  return [...lines, `  ${exact(count)} series: other reasons`];
}

function more(count: number): string[] {
  return count > 0 ? [`    and ${exact(count)} more`] : [];
}

/**
 * What an error shares with its like: its message without the address and the
 * number of points, which differ for each series.
 */
function reasonOf(why: string): string {
  return why
    .replace(/ \(https?:\/\/\S*\)$/, "")
    .replace(/, after \d+ had arrived$/, "");
}

/**
 * With fewer series than this behind it, or in less time, an estimate would be
 * a guess.
 */
const MIN_SERIES = 3;
const MIN_TIME = 2_000;

/**
 * An estimate of how long a run will go on: as if the series to come were like
 * those that were read.
 *
 * @returns The time in ms, or `undefined` while nothing sensible can be said.
 */
export function timeLeft(
  state: ProgressState,
  elapsed: number,
): number | undefined {
  const { begun = 0, lastDone = elapsed, active = 0 } = state;
  // What an earlier run has done took this one no time.
  const read = state.done - state.skipped;
  const all = state.series - state.skipped;
  const worked = lastDone - begun;
  if (read < Math.min(MIN_SERIES, all / 3) || worked < MIN_TIME) return;
  if (read >= all) return;
  // On average half of a series that is under way has been read.
  const sum = read + Math.min(active, all - read) / 2;
  const left = worked * (all - sum) / sum - (elapsed - lastDone);
  // it takes longer than it should, nobody knows how long
  return left > 0 ? left : undefined;
}

/** The time left, not more exact than it is known. */
function leftText(state: ProgressState, elapsed: number): string {
  const left = timeLeft(state, elapsed);
  if (left === undefined) return "";
  const step = left < 60_000 ? 1_000 : left < 600_000 ? 10_000 : 60_000;
  return shortTime(Math.ceil(left / step) * step);
}

/**
 * A number for people, in at most five figures and letters: `999`, `1.2 M`,
 * `350 k`.
 */
export function shortCount(value: number): string {
  return scaled(value, ["", " k", " M", " G", " T"]);
}

/** A number of bytes for people: `999 B`, `1.2 MB`. */
export function shortBytes(bytes: number): string {
  return scaled(bytes, [" B", " kB", " MB", " GB", " TB"]);
}

function scaled(value: number, units: readonly string[]): string {
  let unit = 0;
  // From here on three figures would be rounded to four.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const isWhole = unit === 0 && (Number.isInteger(value) || value >= 9.95);
  return value.toFixed(isWhole || value >= 99.95 ? 0 : 1) + units[unit];
}

/**
 * A time for people, from ms: `3.4 s`, `3 min 20 s`, `2 h 5 min`, `1 d 4 h`.
 */
export function shortTime(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return inTwo(whole, 60, "min", "s");
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return inTwo(minutes, 60, "h", "min");
  return inTwo(Math.round(minutes / 60), 24, "d", "h");
}

function inTwo(
  value: number,
  size: number,
  large: string,
  small: string,
): string {
  const rest = value % size;
  const whole = `${Math.floor(value / size)} ${large}`;
  return rest > 0 ? `${whole} ${rest} ${small}` : whole;
}

function wholeTime(ms: number): string {
  return shortTime(Math.floor(ms / 1000) * 1000);
}

function exact(value: number): string {
  return value.toLocaleString("en-US");
}

function noun(count: number, singular: string): string {
  return count === 1 ? singular : `${singular}s`;
}

function retriesText(retries: number): string {
  if (retries === 0) return "";
  return `${exact(retries)} ${retries === 1 ? "retry" : "retries"}`;
}

function red(text: string, colors: boolean): string {
  return colors ? `\x1b[31m${text}\x1b[39m` : text;
}

/** The first text that fits, or as much of the last as does. */
function fitting(width: number, ...texts: string[]): string {
  return texts.find((text) => text.length <= width) ??
    texts.at(-1)!.slice(0, Math.max(0, width));
}

/** What the drawer is given. */
export interface ProgressOptions extends ProgressDisplay {
  /** Whether nothing at all is to be said of the progress. */
  isQuiet: boolean;
}

/**
 * The standard error of this process, for the drawer.
 *
 * @param env The environment: `NO_COLOR` and `TERM` count.
 * @param isQuiet Whether nothing at all is to be said of the progress.
 * @param isTerminal Whether standard error is a terminal.
 */
export function stderrOptions(
  env: Io["env"],
  isQuiet = false,
  isTerminal: boolean = Deno.stderr.isTerminal(),
): ProgressOptions {
  // A terminal that is dumb knows no escape sequences.
  const isDrawable = isTerminal && env("TERM") !== "dumb";
  return {
    isTerminal: isDrawable,
    width: stderrWidth,
    // empty is as if unset: no-color.org
    colors: isDrawable && !env("NO_COLOR"),
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
 * Shows the progress of a run: on a terminal as a line that is drawn over,
 * elsewhere as a line now and then. It never keeps the process from ending.
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
   * Takes the line away while something else is written to what may be the same
   * terminal, such as paths to stdout.
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

  /** Takes the line away for good. */
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

  /**
   * The state with what can be seen of it from outside: when the work began,
   * and when it last went on.
   */
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

  /** Points a second of late. */
  #rate(
    at: number,
    { series, points }: ProgressState,
  ): number | undefined {
    // listing the tests is no part of reading them
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
