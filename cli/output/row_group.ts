/**
 * The rows of a Parquet file that are written together, by columns.
 *
 * @module
 */

/** Rows that follow each other and have the same keys. */
interface Run {
  /** What the first columns hold. */
  keys: readonly unknown[];
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
  readonly #runs: Run[] = [];
  readonly #values: unknown[][] = [];

  /**
   * Adds a row.
   *
   * @param keys What its first columns hold; the same object for rows of the
   * same series.
   * @param values What the others hold.
   */
  add(keys: readonly unknown[], values: readonly unknown[]): void {
    let run = this.#runs.at(-1);
    if (run?.keys !== keys) this.#runs.push(run = { keys, rows: 0 });
    run.rows++;
    this.rows++;
    for (let at = 0; at < values.length; at++) {
      (this.#values[at] ??= []).push(values[at]);
    }
  }

  /** The columns, those of the keys first. */
  columns(): unknown[][] {
    const keys = this.#runs[0]?.keys ?? [];
    return [...keys.map((_, at) => this.#keyColumn(at)), ...this.#values];
  }

  #keyColumn(at: number): unknown[] {
    const column = new Array(this.rows);
    let end = 0;
    for (const { keys, rows } of this.#runs) {
      column.fill(keys[at], end, end += rows);
    }
    return column;
  }
}
