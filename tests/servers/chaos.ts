/**
 * An archive that misbehaves by a seed: each request may be answered wrongly in
 * one of many ways, but asking again helps.
 *
 * What happens to a request depends on the seed, on the place in its series and
 * on how often that was asked for, and not on what else is under way, so that a
 * run can be had again.
 */

import { archiveOf, type Asked, type Series } from "./generated.ts";
import { type MisdeedName, MISDEEDS } from "./misdeeds.ts";
import { type RawReply, RawServer } from "./raw.ts";
import { pick, seeded } from "./seeded.ts";

/** What happens to one request. */
export type Fault =
  | MisdeedName
  | "429"
  | "503"
  | "500"
  | "502"
  | "408"
  | "reset"
  | "silence";

/** Chances of what happens to a request for data. */
export const CHANCES: Record<Fault, number> = {
  "429": 0.015,
  "503": 0.015,
  "500": 0.01,
  "502": 0.01,
  "408": 0.01,
  "reset": 0.02,
  // seldom: each costs a timeout, which a busy machine must not reach
  "silence": 0.0008,
  "HTML in its place": 0.01,
  "HTML that says it is JSON": 0.005,
  "cut connection": 0.015,
  "cut chunks": 0.015,
  "broken JSON": 0.015,
  "cut gzip": 0.015,
  "two points exchanged": 0.015,
  "page in reverse": 0.01,
  "a point twice": 0.015,
  "the previous page": 0.02,
  "points of another window": 0.01,
  "a point beyond the window": 0.01,
};

/**
 * The list of tests comes wrong only in ways that any client of HTTP can tell.
 */
const IN_LIST: Fault[] = ["429", "503", "500", "502", "408", "reset"];

/** No place of a series is answered wrongly more often in a row. */
const MOST_IN_ROW = 2;

/** How an archive misbehaves. */
export interface ChaosOptions {
  /** What happens to a request for data, and how likely. */
  chances?: Record<Fault, number>;
  /**
   * How long an answer takes at the most, in ms; by itself just long enough for
   * requests to overtake each other.
   */
  delay?: number;
}

/** An archive that is running. */
export class ChaosArchive {
  /** How often each fault happened. */
  readonly faults = new Map<Fault, number>();
  /** How many requests for data were answered as they should be. */
  good = 0;
  readonly #seed: string;
  readonly #options: Required<ChaosOptions>;
  readonly #server: RawServer;
  readonly #inRow = new Map<string, Fault[]>();
  readonly #waiting: { count: number; resolve: () => void }[] = [];
  #lists = 0;

  /** Starts it. */
  constructor(
    all: readonly Series[],
    seed: number | string,
    { chances = CHANCES, delay = 8 }: ChaosOptions = {},
  ) {
    this.#seed = String(seed);
    this.#options = { chances, delay };
    const handler = archiveOf(
      all,
      (asked) => this.#answer(asked),
      () => this.#answerList(),
    );
    this.#server = new RawServer(handler);
  }

  /** Its address. */
  get origin(): string {
    return this.#server.origin;
  }

  /** The most requests that were under way at one time. */
  get most(): number {
    return this.#server.most;
  }

  /**
   * Resolves once so many requests for data have been answered as they should
   * be.
   */
  whenGood(count: number): Promise<void> {
    if (this.good >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** The client is gone, and with it the requests that it has under way. */
  forget(): void {
    this.#server.forget();
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#server.close();
  }

  async #answer(asked: Asked): Promise<RawReply | undefined> {
    const { window, turn } = asked;
    const place = `${asked.url.pathname} ${window.start} ${window.offset}`;
    const random = seeded(`${this.#seed} ${place} ${turn}`);
    await new Promise((resolve) =>
      setTimeout(resolve, random() * this.#options.delay)
    );
    const inRow = this.#inRow.get(place) ?? [];
    const fault = this.#choose(random());
    // What comes twice alike may be believed, so no damage follows itself.
    const reply = fault && inRow.length < MOST_IN_ROW && !inRow.includes(fault)
      ? this.#commit(fault, asked, random)
      : undefined;
    this.#inRow.set(place, reply && fault ? [...inRow, fault] : []);
    if (reply === undefined) this.#count();
    return reply;
  }

  #answerList(): RawReply | undefined {
    const random = seeded(`${this.#seed} list ${this.#lists++}`);
    const fault = this.#lists % (MOST_IN_ROW + 1) === 0
      ? undefined
      : this.#choose(random() / 2);
    if (fault === undefined || !IN_LIST.includes(fault)) return undefined;
    return this.#commit(fault, undefined, random);
  }

  #choose(chance: number): Fault | undefined {
    let left = chance;
    return (Object.entries(this.#options.chances) as [Fault, number][])
      .find(([, each]) => (left -= each) < 0)?.[0];
  }

  #commit(
    fault: Fault,
    asked: Asked | undefined,
    random: () => number,
  ): RawReply | undefined {
    const reply = replyOf(fault, asked, random);
    if (reply !== undefined) {
      this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
    }
    return reply;
  }

  #count(): void {
    this.good++;
    for (const { count, resolve } of this.#waiting) {
      if (this.good >= count) resolve();
    }
  }
}

function replyOf(
  fault: Fault,
  asked: Asked | undefined,
  random: () => number,
): RawReply | undefined {
  if (fault === "reset" || fault === "silence") return fault;
  if (/^\d+$/.test(fault)) {
    const status = Number(fault);
    const after = String(pick([0, 0, 1], random));
    return {
      status,
      body: '{"detail":"not now"}',
      headers: [429, 503].includes(status) ? { "retry-after": after } : {},
    };
  }
  return asked && MISDEEDS[fault as MisdeedName](asked, random);
}
