/**
 * Points in CSV.
 *
 * @module
 */

import { encodeString, NULL } from "../../client/json.ts";
import { UsageError } from "../errors.ts";
import {
  FIELDS,
  type InputPoint,
  readTime,
  refuseParts,
  ROW_COLUMNS,
  RowCheck,
  saidTwice,
} from "./fields.ts";

/** Reads a header, and a point from each row. */
export async function fromCsv(text: string): Promise<InputPoint[]> {
  const { parse } = await import("@std/csv/parse");
  let rows: string[][];
  try {
    rows = parse(text);
  } catch (error) {
    throw new UsageError(`the input is not CSV: ${(error as Error).message}`);
  }
  const lines = linesOfRecords(text);
  const [header = [], ...body] = rows
    .map((row) => row.map((cell) => cell.trim()));
  refuseParts("line 1", header);
  const { ts, val, msg, eventType } = columnsOf(header);
  const column = new Map(header.map((name, at) => [name, at]));
  const check = new RowCheck();
  const points: InputPoint[] = [];
  for (const [index, row] of body.entries()) {
    const place = `line ${lines[index + 1]}`;
    if (row.length !== header.length) {
      throw new UsageError(
        `${place} has ${row.length} columns, line 1 names ${header.length}`,
      );
    }
    if (row.every((cell) => cell === "No data")) continue; // as `get` says so
    check.check(place, (name) => row[column.get(name)!]);
    const name = row[eventType ?? -1];
    const cells = rows[index + 1]!; // not trimmed
    points.push({
      place,
      ts: readTime(row[ts]!, place),
      val: val === undefined
        ? `{"error": ${encodeString(cells[msg!]!)}}`
        : readCell(cells[val]!),
      ...(name ? { eventType: name } : {}),
    });
  }
  if (points.length > 0) refuseCut(text, rows, lines);
  return points;
}

/** Where the columns of a point are. */
interface Columns {
  ts: number;
  val: number | undefined;
  /** What `get` prints of a failure in place of a value. */
  msg: number | undefined;
  eventType: number | undefined;
}

function columnsOf(header: readonly string[]): Columns {
  const find = (...names: readonly string[]): number | undefined => {
    const found = header.flatMap((name, at) =>
      names.includes(name) ? [at] : []
    );
    const [at, other] = found;
    if (other === undefined) return at;
    throw saidTwice("line 1", [header[at!]!, header[other]!]);
  };
  for (const name of ROW_COLUMNS) find(name);
  const ts = find(...FIELDS.ts);
  const val = find(...FIELDS.val);
  const msg = find("msg");
  if (ts === undefined || (val ?? msg) === undefined) {
    throw new UsageError(
      "line 1 has to name the columns: ts (or timestamp), val (or value), and event_type if there are several",
    );
  }
  return { ts, val, msg, eventType: find(...FIELDS.eventType) };
}

/**
 * Refuses a last line that may be the beginning of a longer one: without a line
 * end, `12` may be what is left of `12345`. Only a quoted cell that holds a
 * whole list or object cannot be longer.
 */
function refuseCut(
  text: string,
  rows: readonly string[][],
  lines: readonly number[],
): void {
  if (/[\r\n]$/.test(text)) return;
  const last = rows.at(-1)!.at(-1)!;
  if (text.endsWith('"') && /^\s*[[{]/.test(last) && isJson(last)) return;
  throw new UsageError(
    `line ${
      lines[rows.length - 1]
    } is the last and has no line end, so it may be cut off: if it is whole, add a line end`,
  );
}

/**
 * The line on which each record begins: empty lines do not count, and a quoted
 * cell may hold line ends.
 */
function linesOfRecords(text: string): number[] {
  const lines: number[] = [];
  let isQuoted = false;
  for (const [index, line] of text.split("\n").entries()) {
    if (!isQuoted && line !== "" && line !== "\r") lines.push(index + 1);
    const quotes = line.split('"').length - 1;
    if (quotes % 2 === 1) isQuoted = !isQuoted;
  }
  return lines;
}

/** JSON as it is, any other text as a string, and null for an empty cell. */
function readCell(cell: string): string {
  if (cell === "") return NULL; // as `get` prints null
  return isJson(cell) ? cell.trim() : encodeString(cell);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
