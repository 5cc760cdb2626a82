/**
 * Data points from text: JSON, a JSON object a line, or CSV.
 *
 * Values stay the JSON text that was written down, so that numbers keep their
 * digits and buckets their order.
 *
 * @module
 */

import {
  elements,
  encodeString,
  isArray,
  members,
  NULL,
} from "../../client/json.ts";
import { UsageError } from "../errors.ts";
import type { InputFormat } from "../names.ts";
import { lineOfError } from "./json_errors.ts";
import { parseTime, TimeError } from "../options/time.ts";

/** A point as it was written down. */
export interface InputPoint {
  /** Where it stands, for messages: `line 3`, `point 3`. */
  place: string;
  /** Its event type, if it names one. */
  eventType?: string;
  /** Seconds since 1970 UTC. */
  ts: number;
  /** The value, as JSON text. */
  val: string;
}

/**
 * Reads points.
 *
 * @param text The input.
 * @param format Its format; what it looks like if absent.
 * @throws {UsageError} that says where the input is not what it has to be.
 */
export async function readPoints(
  text: string,
  format?: InputFormat,
): Promise<InputPoint[]> {
  const input = text.replace(/^\ufeff/, "");
  switch (format ?? guess(input)) {
    case "json":
      return fromJson(input);
    case "ndjson":
      return fromLines(input);
    case "csv":
      return await fromCsv(input);
  }
}

function guess(text: string): InputFormat {
  if (/^\s*\[/.test(text)) return "json";
  if (!/^\s*\{/.test(text)) return "csv";
  // A bulk payload is one object over all lines; an object a line ends with its
  // line.
  try {
    JSON.parse(text);
    return "json";
  } catch {
    return /^\s*\{.*\}\s*\n/.test(text) ? "ndjson" : "json";
  }
}

/**
 * A list of points, or the payload of a bulk post: points of one second
 * together.
 */
function fromJson(text: string): InputPoint[] {
  const read = checkJson(text, "the input");
  const data = members(read).get("data") ?? read;
  const list = isArray(data) ? elements(data) : [read];
  return list.flatMap((each, index) => pointsOf(each, `point ${index + 1}`));
}

function fromLines(text: string): InputPoint[] {
  return text.split("\n").flatMap((line, index) => {
    const place = `line ${index + 1}`;
    return line.trim() === "" ? [] : pointsOf(checkJson(line, place), place);
  });
}

/** The text, if it is JSON. */
function checkJson(text: string, place: string): string {
  try {
    JSON.parse(text);
    return text.trim();
  } catch (error) {
    const isWhole = place === "the input";
    const where = isWhole ? `line ${lineOfError(text)}` : place;
    throw new UsageError(`${where} is no JSON: ${(error as Error).message}`);
  }
}

function pointsOf(text: string, place: string): InputPoint[] {
  const fields = members(text);
  const [ts, val] = [fields.get("ts"), fields.get("val")];
  if (ts === undefined || val === undefined) {
    throw new UsageError(`${place} is no point: it needs ts and val`);
  }
  if (!/^[-\d]/.test(ts)) {
    throw new UsageError(
      `${place}: ts has to be whole seconds since 1970 UTC, not ${ts}`,
    );
  }
  const together = elements(val).map((each) => members(each));
  const isOne = (each: Map<string, string>) =>
    each.has("event-type") && each.has("val");
  if (together.some(isOne)) {
    return together.map((each, index) => {
      if (isOne(each)) {
        return { place, ts: Number(ts), val: each.get("val")!, ...named(each) };
      }
      throw new UsageError(
        `${place}: value ${
          index + 1
        } needs event-type and val, as the others have`,
      );
    });
  }
  return [{ place, ts: Number(ts), val, ...named(fields) }];
}

function named(fields: Map<string, string>): { eventType?: string } {
  const name = fields.get("event-type") ?? fields.get("event_type");
  return name === undefined ? {} : { eventType: String(JSON.parse(name)) };
}

const COLUMNS = {
  ts: ["ts", "timestamp"],
  val: ["val", "value"],
  eventType: ["event_type", "event-type"],
};

/**
 * Columns of `esmond-ps get` that take a value apart: their rows are no points.
 */
const PARTS = ["stream_num", "start", "duration", "ttl"];

/** Columns of `esmond-ps get` that say which test a row is of. */
const OF_TEST = ["source", "destination", "tool"];

async function fromCsv(text: string): Promise<InputPoint[]> {
  const { parse } = await import("@std/csv/parse");
  let rows: string[][];
  try {
    rows = parse(text);
  } catch (error) {
    throw new UsageError(`the input is no CSV: ${(error as Error).message}`);
  }
  const lines = linesOfRecords(text);
  const [header = [], ...body] = rows.map((row) =>
    row.map((cell) => cell.trim())
  );
  const column = (names: string[]) =>
    header.findIndex((name) => names.includes(name));
  const [ts, val, eventType] = Object.values(COLUMNS).map(column);
  const part = header.find((name) => PARTS.includes(name));
  if (part !== undefined) {
    throw new UsageError(
      `line 1: rows with the column ${part} are parts of values, which cannot be put together again`,
    );
  }
  if (ts === -1 || val === -1) {
    throw new UsageError(
      "line 1 has to name the columns: ts (or timestamp), val (or value), and event_type if there are several",
    );
  }
  const summary = column(["summary_type"]);
  const ofTest = OF_TEST.map((name) => column([name])).filter((at) => at >= 0);
  const points: InputPoint[] = [];
  for (const [index, row] of body.entries()) {
    const place = `line ${lines[index + 1]}`;
    if (row.length !== header.length) {
      throw new UsageError(
        `${place} has ${row.length} columns, line 1 names ${header.length}`,
      );
    }
    if (row.every((cell) => cell === "No data")) continue; // as `get` says so
    if (summary >= 0 && row[summary] !== "base") {
      throw new UsageError(
        `${place} is a roll-up (${
          row[summary]
        }), which the archive computes itself: post base data`,
      );
    }
    if (ofTest.some((at) => row[at] !== body[0]![at])) {
      throw new UsageError(
        `${place} is of another test than line ${
          lines[1]
        }: post each under its own key`,
      );
    }
    const name = row[eventType!];
    points.push({
      place,
      ts: readTime(row[ts!]!, place),
      val: readCell(rows[index + 1]![val!]!),
      ...(name ? { eventType: name } : {}),
    });
  }
  return points;
}

/**
 * The line on which each record begins: empty lines are none, and a quoted cell
 * may hold line ends.
 */
function linesOfRecords(text: string): number[] {
  const lines: number[] = [];
  let isQuoted = false;
  for (const [index, line] of text.split("\n").entries()) {
    if (!isQuoted && line.trim() !== "") lines.push(index + 1);
    const quotes = line.split('"').length - 1;
    if (quotes % 2 === 1) isQuoted = !isQuoted;
  }
  return lines;
}

const FULL_TIME = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?( ?[-+]\d\d:?\d\d|Z)?$/;

/**
 * Seconds, or a timestamp as `esmond-ps get` prints it; nothing that would mean
 * another time tomorrow.
 */
function readTime(cell: string, place: string): number {
  if (/^-?\d+(\.\d+)?$/.test(cell)) return Number(cell);
  try {
    if (FULL_TIME.test(cell)) return parseTime(cell, new Date(0));
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
  }
  throw new UsageError(
    `${place}: ${
      JSON.stringify(cell)
    } is no time: give seconds since 1970 UTC, or 2016-03-01 10:00:00`,
  );
}

/**
 * JSON if it is some, else text; an empty cell is what `get` prints for null.
 */
function readCell(cell: string): string {
  if (cell === "") return NULL;
  try {
    JSON.parse(cell);
    return cell.trim();
  } catch {
    return encodeString(cell);
  }
}
