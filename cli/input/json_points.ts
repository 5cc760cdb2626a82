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
  failureOf,
  FIELDS,
  type InputPoint,
  originOf,
  readTime,
  refuseParts,
  saidTwice,
} from "./fields.ts";
import { lineOfError, reasonOf } from "./json_errors.ts";
import { joinPieces } from "./text.ts";

/** Reads a list of points, or a bulk payload: the points of each second. */
export async function* fromJson(
  pieces: AsyncIterable<string>,
): AsyncGenerator<InputPoint[], void, void> {
  const read = checkJson(await joinPieces(pieces), "the input");
  const data = members(read).get("data") ?? read;
  const list = isArray(data) ? elements(data) : [read];
  yield list.flatMap((each, index) => pointsOf(each, `point ${index + 1}`));
}

/** Reads one object, or bulk payload, per line; empty lines do not count. */
export async function* fromLines(
  pieces: AsyncIterable<string>,
): AsyncGenerator<InputPoint[], void, void> {
  let at = 0;
  for await (const piece of pieces) {
    const lines = piece.split("\n");
    if (lines.at(-1) === "") lines.pop(); // what follows the last line end
    const points: InputPoint[] = [];
    for (const line of lines) {
      const place = `line ${++at}`;
      if (line.trim() === "") continue;
      const json = checkJson(line, place);
      for (const each of ofBulk(json)) points.push(...pointsOf(each, place));
    }
    yield points;
  }
}

/** The seconds of a bulk payload; anything else is one. */
function ofBulk(json: string): string[] {
  if (!json.includes('"data"')) return [json];
  const fields = members(json);
  const data = fields.get("data");
  return fields.size === 1 && isArray(data) ? elements(data) : [json];
}

/** The text, if it is JSON. */
function checkJson(text: string, place: string): string {
  try {
    JSON.parse(text);
    return text.trim();
  } catch (error) {
    const isWhole = place === "the input";
    const where = isWhole ? `line ${lineOfError(text)}` : place;
    throw new UsageError(`${where} is not JSON: ${reasonOf(error)}`);
  }
}

/** The points of an object: one, or those of one second in a bulk payload. */
function pointsOf(text: string, place: string): InputPoint[] {
  const fields = fieldsOf(text, place);
  if (isEmptyNote(fields)) return [];
  const [name, surplus] = FIELDS.eventType.filter((each) => fields.has(each));
  if (surplus !== undefined) throw saidTwice(place, [name!, surplus]);
  refuseParts(place, fields.keys());
  const origin = originOf((name) => {
    const cell = fields.get(name);
    return cell === undefined || cell === NULL ? undefined : textOf(cell);
  });
  const val = valueOf(fields, place);
  const ts = timeOf(fields, place);
  // The value of a row is what it is, whatever it looks like.
  const together = origin.test === undefined
    ? elements(val).map((each) => fieldsOf(each, place))
    : [];
  if (!together.some(isOfBulk)) {
    return [{
      place,
      ts,
      val,
      ...eventTypeOf(fields),
      ...notANumber(val, fields, origin.test !== undefined),
      ...origin,
    }];
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
  if (name !== undefined) return fields.get(name)!;
  const error = fields.get("msg"); // of a failure, as `get` prints it
  if (error?.startsWith('"') || error === NULL) {
    return failureOf(error, fields.get("extra") ?? NULL);
  }
  throw notAPoint(place);
}

/** Whether the value has a null that stands for NaN or an infinity. */
function notANumber(
  val: string,
  fields: Map<string, string>,
  isRow: boolean,
): Pick<InputPoint, "problem"> {
  const text = fields.get("text");
  return text === undefined || (!isRow && val !== NULL)
    ? {}
    : { problem: `its value is ${textOf(text)}, which cannot be stored` };
}

function timeOf(fields: Map<string, string>, place: string): number {
  const ts = fields.get("ts");
  const shown = fields.get("timestamp");
  // A second outside of the calendar has no timestamp.
  const timestamp = shown === NULL && ts !== undefined ? undefined : shown;
  if (ts === undefined && timestamp === undefined) throw notAPoint(place);
  if (ts !== undefined && !/^[-\d]/.test(ts)) {
    throw new UsageError(
      `${place}: ts has to be whole seconds since 1970 UTC, not ${ts}`,
    );
  }
  const read = timestamp === undefined
    ? Number(ts)
    : readTime(textOf(timestamp), place);
  if (ts === undefined) return read;
  const isSame = timestamp === undefined || Math.trunc(Number(ts)) === read;
  if (isSame) return Number(ts);
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
