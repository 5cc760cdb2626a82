/**
 * Stored points, and the bins of roll-ups, on their way out of the file.
 *
 * @module
 */

import type { StatementSync } from "node:sqlite";
import type { Prepare } from "./numbers.ts";

/**
 * A stored point or bin; numbers beyond 2^53 as decimal text.
 */
export interface Row {
  /** Seconds since 1970 UTC. */
  readonly ts: number;
  /** The number, or the sum of the numbers. */
  readonly number: number | string | null;
  /** The divisor. */
  readonly divisor: number | string | null;
  /** The JSON text of values that are not numbers. */
  readonly json: string | null;
  /** Whether it is as the source of a copy gave it, whatever its class. */
  readonly isGiven?: boolean;
}

/** The points of a series, or its bins of one window. */
export interface RowSource {
  /** The series. */
  readonly series: number;
  /** The window; `undefined` for points. */
  readonly seconds?: number | undefined;
  /**
   * The number of the row of `copied` whose values stand before the bins;
   * `undefined` where there are none.
   */
  readonly copied?: number | undefined;
}

/**
 * How many rows are fetched at once: at first, and once they have proved to be
 * short.
 */
const FIRST_PIECE = 100;
const PIECE = 10_000;

/**
 * The most characters of JSON in a piece that counts as short.
 */
const SHORT = 100_000;

/**
 * Rows of a time range, both ends included, ascending, in the pieces in which
 * they are fetched to save memory.
 *
 * @param prepare Compiles statements.
 * @param source Which rows.
 * @param from The first second.
 * @param to The last second.
 * @param limit How many at most.
 * @param offset How many to skip.
 */
export function* pieces(
  prepare: Prepare,
  source: RowSource,
  from: number,
  to: number,
  limit = Infinity,
  offset = 0,
): Generator<readonly Row[]> {
  const fetch = fetching(prepare, source);
  let start = from;
  let skip = offset;
  let left = limit;
  let piece = FIRST_PIECE;
  while (left > 0) {
    const size = Math.min(left, piece);
    const rows = fetch(start, to, size, skip);
    yield rows;
    if (rows.length < size) return;
    start = rows.at(-1)!.ts + 1;
    skip = 0;
    left -= size;
    if (lengthOf(rows) < SHORT) piece = PIECE;
  }
}

/** The number of rows in a time range, up to `limit`. */
export function countRows(
  prepare: Prepare,
  source: RowSource,
  from: number,
  to: number,
  limit = -1,
): number {
  const [table, values] = tableOf(source);
  const row = prepare(
    `SELECT count(*) AS number FROM (SELECT 1 FROM ${table} ` +
      "AND ts BETWEEN ? AND ? LIMIT ?)",
  ).get(...values, from, to, limit) as { number: number };
  return row.number;
}

/** The last second that has a row. */
export function lastTime(
  prepare: Prepare,
  source: RowSource,
): number | undefined {
  const [table, values] = tableOf(source);
  const row = prepare(`SELECT max(ts) AS ts FROM ${table}`)
    .get(...values) as { ts: number | null };
  return row.ts ?? undefined;
}

/** The first second at or after `from` that has a row. */
export function firstTime(
  prepare: Prepare,
  source: RowSource,
  from: number,
): number | undefined {
  const [table, values] = tableOf(source);
  const row = prepare(
    `SELECT min(ts) AS ts FROM ${table} AND ts >= ?`,
  ).get(...values, from) as { ts: number | null };
  return row.ts ?? undefined;
}

type Fetch = (
  from: number,
  to: number,
  limit: number,
  offset: number,
) => Row[];

/** Fetches rows of a source, many at once. */
function fetching(prepare: Prepare, source: RowSource): Fetch {
  const [table, values] = tableOf(source);
  const given = isMixed(source) ? ", given" : "";
  const ordered = `FROM ${table} AND ts BETWEEN ? AND ? ` +
    "ORDER BY ts LIMIT ? OFFSET ?";
  const all = (number: string, divisor: string, range: number[]) =>
    allRows(
      prepare(`SELECT ts, ${number}, ${divisor}, json${given} ${ordered}`),
      [...values, ...range],
    );
  let isLarge = false;
  return (...range) => {
    try {
      if (!isLarge) return all("number", "divisor", range);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      isLarge = true;
    }
    return all(exact("number"), exact("divisor"), range);
  };
}

/** A number is beyond 2^53, where JavaScript would round it. */
function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError &&
    (error as { code?: unknown }).code === "ERR_OUT_OF_RANGE";
}

/** As text only where JavaScript would round it: text is slow. */
function exact(column: string): string {
  const most = Number.MAX_SAFE_INTEGER;
  return `iif(${column} BETWEEN -${most} AND ${most}, ${column}, ` +
    `CAST(${column} AS TEXT)) AS ${column}`;
}

/** A table of rows, the beginning of its condition, and the values of that. */
function tableOf(
  { series, seconds, copied }: RowSource,
): [string, number[]] {
  if (seconds === undefined) return ["point WHERE series = ?", [series]];
  const bins = "bin WHERE series = ? AND seconds = ?";
  if (copied === undefined) return [bins, [series, seconds]];
  return [
    "(SELECT ts, number, divisor, json, 1 AS given FROM given " +
    "WHERE copied = ? UNION ALL SELECT ts, number, divisor, json, 0 AS given " +
    `FROM ${bins} AND NOT EXISTS (SELECT 1 FROM given ` +
    "WHERE copied = ? AND given.ts = bin.ts)) WHERE 1",
    [copied, series, seconds, copied],
  ];
}

/** Whether there are given values among the bins; a column tells which. */
function isMixed({ seconds, copied }: RowSource): boolean {
  return seconds !== undefined && copied !== undefined;
}

/** The rows that a statement finds. */
function allRows(statement: StatementSync, values: number[]): Row[] {
  // Fetching arrays takes half the time of fetching objects; Deno 2.4 cannot.
  (statement as { setReturnArrays?(on: boolean): void }).setReturnArrays?.(
    true,
  );
  const rows = statement.all(...values) as unknown as (RowObject | RowArray)[];
  return rows.map((row) =>
    Array.isArray(row)
      ? rowOf(row[0], row[1], row[2], row[3], row[4])
      : rowOf(row.ts, row.number, row.divisor, row.json, row.given)
  );
}

/** A row as the database has it. */
interface RowObject extends Row {
  readonly given?: number;
}

type RowArray = [
  ...[Row["ts"], Row["number"], Row["divisor"], Row["json"]],
  given?: number,
];

function rowOf(
  ...[ts, number, divisor, json, given]: RowArray
): Row {
  return given === 1
    ? { ts, number, divisor, json, isGiven: true }
    : { ts, number, divisor, json };
}

function lengthOf(rows: Row[]): number {
  return rows.reduce((sum, { json }) => sum + (json?.length ?? 0), 0);
}
