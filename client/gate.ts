/**
 * Limits the requests to an archive: never more at a time than allowed, fewer
 * when it is overloaded or slows down, and none while it asks for a pause.
 *
 * @module
 */

import type { Place, Pool } from "./pool.ts";
import { onAbort } from "./signals.ts";

/** How urgent a request is; may change while it waits. */
export class Turn {
  readonly #whole: Turn | undefined;
  #isAhead: boolean;

  /**
   * Starts as a request that somebody waits for, or as one that is made ahead.
   *
   * @param whole What this is a part of: as long as nobody waits for the whole,
   * nobody waits for the part.
   * @param isAhead Whether nobody waits for it yet.
   */
  constructor(whole?: Turn, isAhead = false) {
    this.#whole = whole;
    this.#isAhead = isAhead;
  }

  /**
   * Whether nobody waits for the answer yet: those that somebody waits for go
   * first.
   */
  get isAhead(): boolean {
    return this.#isAhead || (this.#whole?.isAhead ?? false);
  }

  /** Somebody waits for it now. */
  come(): void {
    this.#isAhead = false;
  }
}

interface Waiter {
  turn: Turn;
  enter(): void;
}

/** Below this, in ms, an answer is never slow, however quick the others are. */
const SLOW = 1000;

/** Admits the requests to one archive. */
export class Gate {
  /** Requests sent so far, repeated ones included. */
  requests = 0;
  /** Those that repeated a failed one. */
  retries = 0;
  /** The `Date` of the last answer, in ms; absent if none had one. */
  date?: number;
  readonly #most: number;
  readonly #closing = new AbortController();
  readonly #waiting: Waiter[] = [];
  #limit: number;
  #underWay = 0;
  #place: Place | undefined;
  #aheadTaken = 0;
  #pausedUntil = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;
  /**
   * Pending answers to requests from before the last slow-down: they say
   * nothing new.
   */
  #stale = 0;
  /** Duration of an answer, in ms: recently, and in the long run. */
  #recent = 0;
  #usual = 0;

  /**
   * Opens it.
   *
   * @param most Most requests at a time.
   */
  constructor(most: number) {
    this.#most = this.#limit = most;
  }

  /** Shares a limit with the gates of other archives; before any request. */
  join(pool: Pool): void {
    this.#place = pool.join(() => this.#letIn(1));
  }

  /** Whether it shares a limit, and nothing comes of its archive. */
  get isSilent(): boolean {
    return this.#place?.isSilent ?? false;
  }

  /** Something has come of the archive: it is not silent. */
  hear(): void {
    this.#place?.hear();
  }

  /** Waits for the end of a pause before a request is sent again. */
  async rest(pause: Promise<void>): Promise<void> {
    this.#place?.rest(1);
    try {
      await pause;
    } finally {
      this.#place?.rest(-1);
    }
  }

  /** Fires when the gate is closed. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Admits no more requests; pending ones are completed. */
  close(reason: unknown): void {
    this.#closing.abort(reason);
    this.#endPause();
  }

  /**
   * Waits until a request may be sent. Each one admitted has to {@linkcode
   * leave}.
   *
   * @throws The reason of a signal that fires, or the one for which the gate
   * was closed.
   */
  async enter(turn: Turn, ...signals: AbortSignal[]): Promise<void> {
    const stops = [this.#closing.signal, ...signals];
    for (const signal of stops) signal.throwIfAborted();
    if (this.#waiting.length > 0 || !this.#isOpen()) {
      await this.#wait(turn, stops);
    } else {
      this.#admit();
    }
    this.requests++;
  }

  /** A request is over. */
  leave(): void {
    this.#underWay--;
    // some requests end without an answer
    this.#stale = Math.min(this.#stale, this.#underWay);
    this.#place?.give(); // other archives have waited longer
    this.#letIn();
  }

  /**
   * An answer arrived after so many ms: the limit rises step by step, unless
   * answers take longer and longer.
   */
  answered(ms: number): void {
    this.#recent += (ms - this.#recent) / (this.#recent ? 4 : 1);
    this.#usual += (ms - this.#usual) / (this.#usual ? 50 : 1);
    if (this.#stale > 0) {
      this.#stale--;
    } else if (this.#recent > SLOW && this.#recent > 2 * this.#usual) {
      this.#usual = this.#recent;
      this.#slowDown(0.75);
    } else {
      this.#limit = Math.min(this.#most, this.#limit + 1 / this.#limit);
    }
    this.#letIn();
  }

  /**
   * The archive is overloaded: half as many requests, and none for so many ms.
   */
  throttled(pause: number): void {
    if (this.#stale > 0) this.#stale--;
    else this.#slowDown(0.5);
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + pause);
    this.#endPause();
    this.#letIn();
  }

  /**
   * Whether one more answer may be fetched before anybody waits for it; if so,
   * the caller has to {@linkcode giveAhead}.
   */
  takeAhead(): boolean {
    if (this.#aheadTaken >= this.#most) return false;
    this.#aheadTaken++;
    return true;
  }

  /** Somebody waits for an answer that was fetched ahead now. */
  giveAhead(): void {
    this.#aheadTaken--;
  }

  /** Cancels what was to happen at the end of the pause. */
  #endPause(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  #slowDown(factor: number): void {
    this.#stale = Math.max(0, this.#underWay - 1);
    this.#limit = Math.max(1, this.#limit * factor);
  }

  #admit(): void {
    this.#underWay++;
    this.#place?.take();
  }

  #isOpen(): boolean {
    return this.#hasTurn() && (this.#place?.hasRoom ?? true);
  }

  /** Whether this archive may be sent one more, whatever the others get. */
  #hasTurn(): boolean {
    return this.#underWay < Math.floor(this.#limit) &&
      Date.now() >= this.#pausedUntil;
  }

  #wait(turn: Turn, stops: readonly AbortSignal[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = {
        turn,
        enter: () => {
          end();
          resolve();
        },
      };
      const end = onAbort(stops, (reason) => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        if (this.#waiting.length === 0) this.#endPause();
        reject(reason);
      });
      this.#waiting.push(waiter);
      this.#letIn();
    });
  }

  /** Lets in those whose turn it is, so many at most. */
  #letIn(most = Infinity): void {
    for (; most > 0 && this.#waiting.length > 0 && this.#isOpen(); most--) {
      const urgent = this.#waiting.findIndex(({ turn }) => !turn.isAhead);
      const [next] = this.#waiting.splice(Math.max(urgent, 0), 1);
      this.#admit();
      next!.enter();
    }
    if (this.#waiting.length > 0 && this.#hasTurn()) {
      this.#place?.wait();
    }
    const pause = this.#pausedUntil - Date.now();
    if (this.#waiting.length === 0 || pause <= 0) return;
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.#letIn();
    }, pause);
  }
}
