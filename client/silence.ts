/**
 * The end of answers that nothing more comes of, or too little.
 *
 * @module
 */

import { ArchiveTimeoutError } from "./errors.ts";

/** Longest possible timer, in ms; a longer timeout sets no limit. */
const MAX_TIMER = 2 ** 31 - 1;

/** What errors say of a request. */
interface Failed {
  url: string;
  received: number;
}

/** Aborts a request that nothing has come of for too long. */
export class Silence {
  readonly #timeout: number;
  readonly #abort: AbortController;
  readonly #failed: Failed;
  #heardAt = performance.now();

  /**
   * Begins to wait.
   *
   * @param timeout For how long, in seconds; 0 for ever.
   * @param abort Ends the request.
   * @param failed What the error says of it.
   */
  constructor(timeout: number, abort: AbortController, failed: Failed) {
    this.#timeout = timeout;
    this.#abort = abort;
    this.#failed = failed;
    const ms = timeout * 1000;
    if (!(ms > 0 && ms <= MAX_TIMER)) return;
    waiting.add(this);
    lookAt(this.due);
  }

  /** Something has come; throws if the request has been ended. */
  hear(): void {
    this.#abort.signal.throwIfAborted();
    this.#heardAt = performance.now();
  }

  /** When it has been too long. */
  get due(): number {
    return this.#heardAt + this.#timeout * 1000;
  }

  /** It has been too long. */
  fail(): void {
    this.end();
    this.#abort.abort(new ArchiveTimeoutError(this.#timeout, this.#failed));
  }

  /** Waits no longer. */
  end(): void {
    waiting.delete(this);
    if (waiting.size > 0) return;
    clearTimeout(timer);
    timerAt = Infinity;
  }
}

/**
 * What is waited for. One timer for all, which looks back, costs less than one
 * for each request, or even for all that comes of it.
 */
const waiting = new Set<Silence>();
let timer: ReturnType<typeof setTimeout> | undefined;
let timerAt = Infinity;

/** Looks at all that is waited for, once it is so late. */
function lookAt(time: number): void {
  if (time >= timerAt) return;
  clearTimeout(timer);
  timerAt = time;
  // A negative delay is a warning on standard error.
  timer = setTimeout(look, Math.max(0, time - performance.now()));
}

function look(): void {
  const now = performance.now();
  timerAt = Infinity;
  for (const each of waiting) {
    if (each.due <= now) each.fail();
    else lookAt(each.due);
  }
}

/** Ends an answer that arrives a byte at a time, which never times out. */
export class Pace {
  readonly #span: number;
  readonly #failed: Failed;
  #at = performance.now();
  #size = 0;

  /**
   * Begins now.
   *
   * @param timeout How long nothing may come, in seconds; 0 for ever.
   * @param failed What the error says of the request.
   */
  constructor(timeout: number, failed: Failed) {
    this.#span = timeout > 0 ? PACE_TIMEOUTS * timeout : Infinity;
    this.#failed = failed;
  }

  /**
   * Checks whether enough has arrived recently.
   *
   * @throws {ArchiveTimeoutError} if not.
   */
  check(size: number): void {
    const now = performance.now();
    const seconds = (now - this.#at) / 1000;
    if (seconds < this.#span) return;
    const bytes = size - this.#size;
    if (bytes < LEAST_PACE * seconds) {
      throw new ArchiveTimeoutError(Math.round(seconds), this.#failed, bytes);
    }
    this.#at = now;
    this.#size = size;
  }
}

/** Slowest acceptable answer, in bytes a second, over so many timeouts. */
const LEAST_PACE = 50;
const PACE_TIMEOUTS = 3;
