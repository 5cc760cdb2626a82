/**
 * Points in JSON: a list, the payload of a bulk post, or one object per line.
 *
 * @module
 */

import {
  decodeString,
  elements,
  isArray,
  members,
  NULL,
} from "../../client/json.ts";
import { UsageError } from "../errors.ts";
import {
  FIELDS,
  type InputPoint,
  readTime,
  refuseParts,
  RowCheck,
  saidTwice,
} from "./fields.ts";
import { lineOfError } from "./json_errors.ts";

/** Reads a list of points, or a bulk payload: the points of each second. */
export function fromJson(text: string): InputPoint[] {
  const read = checkJson(text, "the input");
  const data = members(read).get("data") ?? read;
  const list = isArray(data) ? elements(data) : [read];
  const rows = new RowCheck();
  return list.flatMap((each, index) =>
    pointsOf(each, `point ${index + 1}`, rows)
  );
}

/** Reads one object per line; empty lines do not count. */
export function fromLines(text: string): InputPoint[] {
  const rows = new RowCheck();
  return text.split("\n").flatMap((line, index) => {
    const place = `line ${index + 1}`;
    return line.trim() === ""
      ? []
      : pointsOf(checkJson(line, place), place, rows);
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
    throw new UsageError(`${where} is not JSON: ${(error as Error).message}`);
  }
}

/** The points of an object: one, or those of one second in a bulk payload. */
function pointsOf(text: string, place: string, rows: RowCheck): InputPoint[] {
  const fields = fieldsOf(text, place);
  if (isEmptyNote(fields)) return [];
  rows.check(place, (name) => {
    const cell = fields.get(name);
    return cell === undefined ? undefined : textOf(cell);
  });
  refuseParts(place, fields.keys());
  const val = valueOf(fields, place);
  const ts = timeOf(fields, place);
  const together = elements(val).map((each) => fieldsOf(each, place));
  if (!together.some(isOfBulk)) {
    return [{ place, ts, val, ...eventTypeOf(fields) }];
  }
  return together.map((each, index) => {
    if (isOfBulk(each)) {
      return { place, ts, val: each.get("val")!, ...eventTypeOf(each) };
    }
    throw new UsageError(
      `${place}: value ${
        index + 1
      } needs event-type and val, as the others have`,
    );
  });
}

/** The members of an object, none of which may stand there twice. */
function fieldsOf(text: string, place: string): Map<string, string> {
  return members(text, (name) => {
    throw saidTwice(place, [name, name]);
  });
}

/** Whether it is what `get -o json` prints where there is nothing. */
function isEmptyNote(fields: Map<string, string>): boolean {
  return fields.size === 1 && fields.get("msg") === '"No data found."';
}

function isOfBulk(each: Map<string, string>): boolean {
  return each.has("event-type") && each.has("val");
}

function valueOf(fields: Map<string, string>, place: string): string {
  const [name, surplus] = FIELDS.val.filter((each) => fields.has(each));
  if (surplus !== undefined) throw saidTwice(place, [name!, surplus]);
  if (name !== undefined) return exact(fields.get(name)!, fields, place);
  const error = fields.get("msg"); // of a failure, as `get` prints it
  if (error?.startsWith('"')) return `{"error": ${error}}`;
  throw notAPoint(place);
}

/** The value, unless it is a null that stands for NaN or an infinity. */
function exact(
  val: string,
  fields: Map<string, string>,
  place: string,
): string {
  const text = fields.get("text");
  if (val !== NULL || text === undefined) return val;
  throw new UsageError(
    `${place}: its value is ${textOf(text)}, which cannot be stored`,
  );
}

function timeOf(fields: Map<string, string>, place: string): number {
  const [ts, timestamp] = FIELDS.ts.map((name) => fields.get(name));
  if (ts === undefined && timestamp === undefined) throw notAPoint(place);
  if (ts !== undefined && !/^[-\d]/.test(ts)) {
    throw new UsageError(
      `${place}: ts has to be whole seconds since 1970 UTC, not ${ts}`,
    );
  }
  const read = timestamp === undefined
    ? Number(ts)
    : readTime(textOf(timestamp), place);
  if (ts === undefined || Number(ts) === read) return read;
  throw new UsageError(
    `${place}: ts and timestamp are different times: leave one out`,
  );
}

function notAPoint(place: string): UsageError {
  return new UsageError(
    `${place} is not a point: it needs ts and val (or timestamp and value)`,
  );
}

function eventTypeOf(fields: Map<string, string>): { eventType?: string } {
  const name = FIELDS.eventType.map((each) => fields.get(each))
    .find((each) => each !== undefined);
  return name === undefined ? {} : { eventType: String(JSON.parse(name)) };
}

/** A string without its quotes; any other JSON as it is. */
function textOf(json: string): string {
  return json.startsWith('"') ? decodeString(json) : json;
}
