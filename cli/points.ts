/**
 * Data points from text: JSON, a JSON object a line, or CSV.
 *
 * @module
 */

import type { JsonValue } from "../client/wire.ts";
import { UsageError } from "./errors.ts";
import { parseTime, TimeError } from "./time.ts";

/** The formats of the input. */
export type InputFormat = "json" | "ndjson" | "csv";

/** The formats, in the order in which messages name them. */
export const INPUT_FORMATS: readonly InputFormat[] = ["json", "ndjson", "csv"];

/** A point as it was written down. */
export interface InputPoint {
  /** Where it stands, for messages: `line 3`, `point 3`. */
  place: string;
  /** Its event type, if it names one. */
  eventType?: string;
  /** Seconds since 1970 UTC. */
  ts: number;
  /** The value. */
  val: JsonValue;
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
  format: InputFormat = guess(text),
): Promise<InputPoint[]> {
  switch (format) {
    case "json":
      return fromJson(text);
    case "ndjson":
      return fromLines(text);
    case "csv":
      return await fromCsv(text);
  }
}

function guess(text: string): InputFormat {
  if (/^\s*\[/.test(text)) return "json";
  if (!/^\s*\{/.test(text)) return "csv";
  // A bulk payload is one object over all lines; an object a line ends with its line.
  try {
    JSON.parse(text);
    return "json";
  } catch {
    return /^\s*\{.*\}\s*\n/.test(text) ? "ndjson" : "json";
  }
}

/** A list of points, or the payload of a bulk post: points of one second together. */
function fromJson(text: string): InputPoint[] {
  const read = parseJson(text, "the input");
  const data = isObject(read) && Array.isArray(read["data"])
    ? read["data"]
    : Array.isArray(read)
    ? read
    : [read];
  return data.flatMap((each, index) => pointsOf(each, `point ${index + 1}`));
}

function fromLines(text: string): InputPoint[] {
  return text.split("\n").flatMap((line, index) => {
    const place = `line ${index + 1}`;
    return line.trim() === "" ? [] : pointsOf(parseJson(line, place), place);
  });
}

function parseJson(text: string, place: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${place} is no JSON: ${lineOf(text, (error as Error).message)}`,
    );
  }
}

/** With the line that a parser's message means, where it names the position. */
function lineOf(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined || message.includes("line ")) return message;
  const line = text.slice(0, Number(position)).split("\n").length;
  return `${message} (line ${line})`;
}

function pointsOf(value: JsonValue, place: string): InputPoint[] {
  if (!isObject(value) || !("ts" in value) || !("val" in value)) {
    throw new UsageError(`${place} is no point: it needs ts and val`);
  }
  const { ts, val } = value;
  if (typeof ts !== "number") {
    throw new UsageError(
      `${place}: ts has to be whole seconds since 1970 UTC, not ${
        JSON.stringify(ts)
      }`,
    );
  }
  const isTogether = Array.isArray(val) && val.length > 0 &&
    val.every((each) =>
      isObject(each) && "event-type" in each && "val" in each
    );
  if (isTogether) {
    return (val as Record<string, JsonValue>[]).map((each) => ({
      place,
      ts,
      val: each["val"]!,
      eventType: String(each["event-type"]),
    }));
  }
  const eventType = value["event-type"] ?? value["event_type"];
  return [{
    place,
    ts,
    val: val!,
    ...(eventType === undefined ? {} : { eventType: String(eventType) }),
  }];
}

const COLUMNS = {
  ts: ["ts", "timestamp"],
  val: ["val", "value"],
  eventType: ["event_type", "event-type"],
};

async function fromCsv(text: string): Promise<InputPoint[]> {
  const { parse } = await import("@std/csv/parse");
  let rows: string[][];
  try {
    rows = parse(text);
  } catch (error) {
    throw new UsageError(`the input is no CSV: ${(error as Error).message}`);
  }
  const [header = [], ...body] = rows;
  const [ts, val, eventType] = Object.values(COLUMNS)
    .map((names) => header.findIndex((name) => names.includes(name.trim())));
  if (ts === -1 || val === -1) {
    throw new UsageError(
      "line 1 has to name the columns: ts (or timestamp), val (or value), and event_type if there are several",
    );
  }
  return body.map((row, index) => {
    const place = `line ${index + 2}`;
    if (row.length !== header.length) {
      throw new UsageError(
        `${place} has ${row.length} columns, line 1 names ${header.length}`,
      );
    }
    const name = row[eventType!];
    return {
      place,
      ts: readTime(row[ts!]!, place),
      val: readCell(row[val!]!),
      ...(name ? { eventType: name } : {}),
    };
  });
}

/** Seconds, or a timestamp as `esmond-ps get` prints it. */
function readTime(cell: string, place: string): number {
  if (/^-?\d+(\.\d+)?$/.test(cell.trim())) return Number(cell);
  try {
    return parseTime(cell, new Date());
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
    throw new UsageError(`${place}: ${error.message}`);
  }
}

/** JSON if it is some, else text. */
function readCell(cell: string): JsonValue {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

function isObject(value: JsonValue): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
