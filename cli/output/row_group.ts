/**
 * The rows of a Parquet file that are written together, by columns.
 *
 * @module
 */

/** Rows in a group, at most. */
export const GROUP_ROWS = 1 << 14;

/** Rows that follow each other and have the same keys. */
export interface Run {
  /** What the first columns hold. */
  keys: readonly (string | number)[];
  /** How many rows. */
  rows: number;
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
  /** The JSON text of each row, or null; empty while all are null. */
  readonly texts: (string | null)[] = [];

  /**
   * Adds a row.
   *
   * @param keys What its first columns hold; the same object for rows of the
   * same series.
   */
  add(
    keys: Run["keys"],
    instant: number,
    number: number | null,
    text: string | null,
  ): void {
    const row = this.rows++;
    let run = this.runs.at(-1);
    if (run?.keys !== keys) this.runs.push(run = { keys, rows: 0 });
    run.rows++;
    this.instants[row] = instant;
    this.numbers[row] = number ?? NaN;
    if (text === null && this.texts.length === 0) return;
    while (this.texts.length < row) this.texts.push(null);
    this.texts.push(text);
  }

  /** Forgets its rows. */
  clear(): void {
    this.rows = 0;
    this.runs.length = this.texts.length = 0;
  }
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
