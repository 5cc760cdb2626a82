/**
 * Numbers on their way into the file: each on its own, or those of a request
 * many at a time, with what they add to roll-ups summed up first.
 *
 * @module
 */

import type { StatementSync } from "node:sqlite";
import { binOf } from "./summaries.ts";

/** Compiles a statement, or has it ready. */
export type Prepare = (sql: string) => StatementSync;

/** Where numbers go: an event type of a test, and the windows of its roll-ups. */
export interface NumberSeries {
  /** The number of its row. */
  readonly id: number;
  /** Its roll-ups; a window may be there several times. */
  readonly summaries: readonly { readonly seconds: number }[];
}

/** How many rows one statement inserts. */
const ROWS = 50;

/** Values of a row. */
const COLUMNS = 4;

// Constants: looking up a text that was just concatenated is slow.
const ADD_NUMBER = insertOf(1);
const ADD_NUMBERS = insertOf(ROWS);
const ADD_TO_BIN = "INSERT INTO bin (series, seconds, ts, number, divisor) " +
  "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET " +
  "number = number + excluded.number, divisor = divisor + excluded.divisor";

function insertOf(rows: number): string {
  const places = Array(rows).fill("(?, ?, ?, ?)").join(", ");
  return "INSERT INTO point (series, ts, number, divisor) VALUES " +
    `${places} ON CONFLICT DO NOTHING`;
}

/**
 * Stores a number and adds it to the roll-ups.
 *
 * @param prepare Compiles statements.
 * @param series Where it goes.
 * @param ts Its second.
 * @param number The number as it is stored.
 * @param divisor Its divisor.
 * @returns Whether it was stored: not if the second has a number.
 */
export function addNumber(
  prepare: Prepare,
  { id, summaries }: NumberSeries,
  ts: number,
  number: number | bigint,
  divisor: number | bigint,
): boolean {
  const { changes } = prepare(ADD_NUMBER).run(id, ts, number, divisor);
  if (changes === 0) return false;
  for (const seconds of windowsOf(summaries)) {
    prepare(ADD_TO_BIN).run(id, seconds, binOf(ts, seconds), number, divisor);
  }
  return true;
}

/** The windows of roll-ups, each once. */
export function windowsOf(summaries: NumberSeries["summaries"]): Set<number> {
  return new Set(summaries.map(({ seconds }) => seconds));
}

/** The numbers of a request cannot be stored together. */
export class TogetherError extends Error {
  override name = "TogetherError";
}

/** What the numbers of a request add to one bin. */
interface Sum {
  number: number;
  divisor: number;
}

/** What they add to the bins of one window of a series. */
interface WindowSums {
  readonly seconds: number;
  readonly sums: Map<number, Sum>;
}

/** The numbers of one request, stored together. */
export class NumberBatch {
  readonly #prepare: Prepare;
  readonly #windows = new Map<number, WindowSums[]>();
  #values: number[] = [];

  /**
   * A batch without numbers.
   *
   * @param prepare Compiles statements.
   */
  constructor(prepare: Prepare) {
    this.#prepare = prepare;
  }

  /**
   * Takes a number; it is in the file after {@linkcode NumberBatch.finish}.
   *
   * @throws {TogetherError} if a second has two numbers, or a sum is not exact.
   */
  add(series: NumberSeries, ts: number, number: number, divisor: number): void {
    this.#values.push(series.id, ts, number, divisor);
    if (this.#values.length === ROWS * COLUMNS) {
      this.#insert(ADD_NUMBERS, this.#values);
      this.#values = [];
    }
    for (const { seconds, sums } of this.#windowsOf(series)) {
      const bin = binOf(ts, seconds);
      const sum = sums.get(bin);
      if (!sum) sums.set(bin, { number, divisor });
      else {
        sum.number += number;
        sum.divisor += divisor;
        if (!isExact(sum)) throw new TogetherError("the sums are too large");
      }
    }
  }

  /**
   * Stores what is left, and the roll-ups.
   *
   * @throws {TogetherError} if a second has two numbers.
   */
  finish(): void {
    for (let at = 0; at < this.#values.length; at += COLUMNS) {
      this.#insert(ADD_NUMBER, this.#values.slice(at, at + COLUMNS));
    }
    const add = this.#prepare(ADD_TO_BIN);
    for (const [id, windows] of this.#windows) {
      for (const { seconds, sums } of windows) {
        for (const [ts, { number, divisor }] of sums) {
          add.run(id, seconds, ts, number, divisor);
        }
      }
    }
  }

  #insert(sql: string, values: number[]): void {
    const { changes } = this.#prepare(sql).run(...values);
    if (changes !== values.length / COLUMNS) {
      throw new TogetherError("a second has a number already");
    }
  }

  #windowsOf({ id, summaries }: NumberSeries): WindowSums[] {
    let windows = this.#windows.get(id);
    if (!windows) {
      windows = [...windowsOf(summaries)]
        .map((seconds) => ({ seconds, sums: new Map() }));
      this.#windows.set(id, windows);
    }
    return windows;
  }
}

function isExact({ number, divisor }: Sum): boolean {
  return Number.isSafeInteger(number) && Number.isSafeInteger(divisor);
}
