/**
 * Points in CSV.
 *
 * @module
 */

import { encodeString, NULL } from "../../client/json.ts";
import { UsageError } from "../errors.ts";
import {
  failureOf,
  FIELDS,
  type InputPoint,
  originOf,
  readTime,
  refuseParts,
  ROW_COLUMNS,
  saidTwice,
} from "./fields.ts";

/** Reads a header, and a point from each row. */
export async function* fromCsv(
  pieces: AsyncIterable<string>,
): AsyncGenerator<InputPoint[], void, void> {
  let header: Header | undefined;
  let last: Rows | undefined;
  for await (const rows of rowsOf(pieces)) {
    if (rows.cells.length === 0) continue;
    last = rows;
    const from = header === undefined ? 1 : 0;
    header ??= readHeader(rows.cells[0]!);
    const points: InputPoint[] = [];
    for (let index = from; index < rows.cells.length; index++) {
      const place = `line ${rows.lines[index]}`;
      const point = readRow(rows.cells[index]!, place, header);
      if (point !== undefined) points.push(point);
    }
    if (points.length > 0) refuseCut(rows);
    yield points;
  }
  if (header === undefined || last === undefined) throw nameColumns();
}

/** The records of a piece. */
interface Rows {
  /** The piece. */
  text: string;
  /** The cells of each record. */
  cells: string[][];
  /** The line on which each record begins. */
  lines: number[];
}

/** Characters of an open quote, at most: no value is longer. */
const LONGEST_QUOTE = 1 << 26;

/** Cuts the text into pieces of whole records. */
async function* rowsOf(
  pieces: AsyncIterable<string>,
): AsyncGenerator<Rows, void, void> {
  const { parse } = await import("@std/csv/parse");
  const read = (text: string, before: number): Rows => {
    try {
      return { text, cells: parse(text), lines: linesOfRecords(text, before) };
    } catch (error) {
      const message = (error as Error).message.replace(
        /\bline (\d+)/g,
        (_, line) => `line ${before + Number(line)}`,
      );
      throw new UsageError(`the input is not CSV: ${message}`);
    }
  };
  let before = 0; // lines before `open`
  let open = ""; // ends inside of a quote
  let quotes = 0;
  for await (const piece of pieces) {
    open += piece;
    quotes += piece.split('"').length - 1;
    // A quote in a quoted cell is written twice.
    if (quotes % 2 === 1) {
      if (open.length < LONGEST_QUOTE) continue;
      throw new UsageError(
        `the input is not CSV: after line ${before} there is a quote that is not closed`,
      );
    }
    yield read(open, before);
    before += open.split("\n").length - 1;
    open = "";
  }
  if (open !== "") yield read(open, before);
}

/** Where the columns of a point are. */
interface Header {
  /** The index of each column. */
  columns: ReadonlyMap<string, number>;
  /** Of the columns, how many there are. */
  width: number;
  ts: number;
  val: number | undefined;
  /** What `get` prints of a failure in place of a value. */
  msg: number | undefined;
  eventType: number | undefined;
}

function readHeader(row: readonly string[]): Header {
  const header = row.map((cell) => cell.trim());
  refuseParts("line 1", header);
  const find = (...names: readonly string[]): number | undefined => {
    const [at, other] = header.flatMap((name, at) =>
      names.includes(name) ? [at] : []
    );
    if (other === undefined) return at;
    throw saidTwice("line 1", [header[at!]!, header[other]!]);
  };
  for (const name of ROW_COLUMNS) find(name);
  const ts = find(...FIELDS.ts);
  const val = find(...FIELDS.val);
  const msg = find("msg");
  if (ts === undefined || (val ?? msg) === undefined) throw nameColumns(header);
  return {
    columns: new Map(header.map((name, at) => [name, at])),
    width: header.length,
    ...{ ts, val, msg, eventType: find(...FIELDS.eventType) },
  };
}

function nameColumns(header: readonly string[] = []): UsageError {
  const help = header.some((name) => name.includes("\r"))
    ? "; lines have to end with LF, not with CR alone"
    : header.length > 1
    ? ""
    : header[0]?.includes(";")
    ? "; separate them by commas, not by ;"
    : header[0]?.includes("\t")
    ? "; separate them by commas, not by tabs"
    : "";
  return new UsageError(
    `line 1 has to name the columns: ts (or timestamp), val (or value), and event_type if there are several${help}`,
  );
}

function readRow(
  cells: readonly string[],
  place: string,
  { columns, width, ts, val, msg, eventType }: Header,
): InputPoint | undefined {
  if (cells.length !== width) {
    throw new UsageError(
      `${place} has ${cells.length} columns, line 1 names ${width}`,
    );
  }
  const row = cells.map((cell) => cell.trim());
  if (row.every((cell) => cell === "No data")) return; // as `get` says so
  const name = row[eventType ?? -1];
  return {
    place,
    ts: readTime(row[ts]!, place),
    val: val === undefined
      ? failureOf(
        cells[msg!] === "" ? NULL : encodeString(cells[msg!]!), // as `get` prints null
        readCell(cells[columns.get("extra") ?? -1] ?? ""),
      )
      : readCell(cells[val]!),
    ...(name ? { eventType: name } : {}),
    ...originOf((name) => row[columns.get(name) ?? -1]),
  };
}

/**
 * Refuses a last line that may be the beginning of a longer one: without a line
 * end, `12` may be what is left of `12345`. Only a quoted cell that holds a
 * whole list or object cannot be longer.
 */
function refuseCut({ text, cells, lines }: Rows): void {
  if (/[\r\n]$/.test(text)) return;
  const last = cells.at(-1)!.at(-1)!;
  if (text.endsWith('"') && /^\s*[[{]/.test(last) && isJson(last)) return;
  throw new UsageError(
    `line ${
      lines.at(-1)
    } is the last and has no line end, so it may be cut off: if it is whole, add a line end`,
  );
}

/**
 * The line on which each record begins: empty lines do not count, and a quoted
 * cell may hold line ends.
 */
function linesOfRecords(text: string, before: number): number[] {
  const lines: number[] = [];
  let isQuoted = false;
  for (const [index, line] of text.split("\n").entries()) {
    if (!isQuoted && line !== "" && line !== "\r") {
      lines.push(before + index + 1);
    }
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
