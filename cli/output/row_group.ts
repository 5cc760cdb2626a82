/**
 * The rows of a Parquet file that are written together, by columns.
 *
 * @module
 */

import { isTime } from "../../client/parameters.ts";

/** Rows in a group, at most. */
export const GROUP_ROWS = 1 << 14;

/** Rows that follow each other and have the same keys. */
export interface Run {
  /** What the first columns hold. */
  keys: readonly (string | number)[];
  /** How many rows. */
  rows: number;
}

/** Times, and the numbers among their values. */
export interface NumberRows {
  /** Seconds since 1970 UTC; NaN for none. */
  readonly seconds: Float64Array;
  /** Values that a double tells from all others; NaN for all else. */
  readonly numbers: Float64Array;
}

/**
 * Gathers rows. Their keys, which are most of the columns, are kept once a
 * series until the columns are wanted.
 */
export class RowGroup {
  /** How many rows there are. */
  rows = 0;
  /** The keys of the rows. */
  readonly runs: Run[] = [];
  /** The time of each row in ms since 1970 UTC; NaN for none. */
  readonly instants = new Float64Array(GROUP_ROWS);
  /** The number of each row; NaN for none. */
  readonly numbers = new Float64Array(GROUP_ROWS);
  /** The JSON text of each row, or null, up to the last that has one. */
  readonly texts: (string | null)[] = [];

  /**
   * Adds a row.
   *
   * @param keys What its first columns hold; the same object for rows of the
   * same series.
   */
  add(
    keys: Run["keys"],
    second: number,
    number: number | null,
    text: string | null,
  ): void {
    const row = this.rows++;
    this.#runOf(keys).rows++;
    this.instants[row] = instantOf(second);
    this.numbers[row] = number ?? NaN;
    if (text === null) return;
    while (this.texts.length < row) this.texts.push(null);
    this.texts.push(text);
  }

  /**
   * Adds rows up to one whose value is not a number, as far as there is room.
   *
   * @returns The first that is not added.
   */
  addNumbers(
    keys: Run["keys"],
    { numbers, seconds }: NumberRows,
    from: number,
    to: number,
  ): number {
    const end = Math.min(to, from + GROUP_ROWS - this.rows);
    let row = this.rows;
    let at = from;
    for (; at < end; at++, row++) {
      const number = numbers[at]!;
      if (number !== number) break; // NaN
      this.numbers[row] = number;
      this.instants[row] = instantOf(seconds[at]!);
    }
    if (at > from) this.#runOf(keys).rows += at - from;
    this.rows = row;
    return at;
  }

  #runOf(keys: Run["keys"]): Run {
    let run = this.runs.at(-1);
    if (run?.keys !== keys) this.runs.push(run = { keys, rows: 0 });
    return run;
  }

  /** Forgets its rows. */
  clear(): void {
    this.rows = 0;
    this.runs.length = this.texts.length = 0;
  }
}

/**
 * Times are instants here, in ms, whatever zone text is printed in; NaN for one
 * that no calendar has.
 */
function instantOf(second: number): number {
  return isTime(second) ? second * 1000 : NaN;
}

/** Free groups, reused because fresh ones are collected too late. */
const spare: RowGroup[] = [];

/** A group without rows. */
export function takeGroup(): RowGroup {
  return spare.pop() ?? new RowGroup();
}

/** Gives a group back, which must not be used after this. */
export function giveGroup(group: RowGroup): void {
  group.clear();
  spare.push(group);
}
