/**
 * The points in an answer, each with its exact text.
 *
 * @module
 */

import { type HttpAnswer, readList } from "./http.ts";
import { elements } from "./json.ts";
import { secondsOf } from "./parameters.ts";
import type { JsonValue, WirePoint } from "./wire.ts";

/** One point of a series. */
export interface SeriesPoint {
  /** Time and value; the time is NaN if the archive sent none that can be read. */
  point: WirePoint;
  /** The exact JSON text of the point, or of its value where that is a number. */
  text: string;
}

/** Points in the order in which they were sent. Several pages wait in memory at a time, so they are small until they are used. */
export interface Points extends Iterable<SeriesPoint> {
  /** How many. */
  readonly length: number;
  /** The time of one, in seconds since 1970 UTC; NaN if it has none. */
  second(index: number): number;
  /** The text of one, as that of a {@linkcode SeriesPoint}. */
  text(index: number): string;
  /** One of them. */
  at(index: number): SeriesPoint;
}

/**
 * The points of a page.
 *
 * @throws {ArchiveResponseError} when the answer is no JSON array.
 */
export function readPoints(answer: HttpAnswer, received = 0): Points {
  const numbers = scanNumbers(answer.text);
  if (numbers !== undefined) return numbers;
  const values = readList(answer, received);
  const texts = elements(answer.text);
  return new AnyPoints(
    values.map((value, index) => readPoint(value, texts[index]!)),
  );
}

/** Points without the first few. */
export function behind(points: Points, known: number): Points {
  return known === 0 ? points : new AnyPoints([...points].slice(known));
}

/** Points of every kind. */
class AnyPoints implements Points {
  readonly #points: readonly SeriesPoint[];

  constructor(points: readonly SeriesPoint[]) {
    this.#points = points;
  }

  get length(): number {
    return this.#points.length;
  }

  second(index: number): number {
    return this.#points[index]!.point.ts as number;
  }

  text(index: number): string {
    return this.#points[index]!.text;
  }

  at(index: number): SeriesPoint {
    return this.#points[index]!;
  }

  [Symbol.iterator](): Iterator<SeriesPoint> {
    return this.#points[Symbol.iterator]();
  }
}

/** Points whose values are numbers: the text of the page, and where the numbers are in it. */
class NumberPoints implements Points {
  readonly #page: string;
  readonly #seconds: Float64Array;
  readonly #values: Uint32Array;

  constructor(page: string, seconds: Float64Array, values: Uint32Array) {
    this.#page = page;
    this.#seconds = seconds;
    this.#values = values;
  }

  get length(): number {
    return this.#seconds.length;
  }

  second(index: number): number {
    return this.#seconds[index]!;
  }

  text(index: number): string {
    const begin = this.#values[2 * index];
    return this.#page.slice(begin, this.#values[2 * index + 1]);
  }

  at(index: number): SeriesPoint {
    const text = this.text(index);
    return { point: { ts: this.#seconds[index]!, val: Number(text) }, text };
  }

  *[Symbol.iterator](): Generator<SeriesPoint, void, void> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

const QUOTE = 34, PLUS = 43, COMMA = 44, MINUS = 45, DOT = 46;
const ZERO = 48, NINE = 57, COLON = 58, CLOSE_ARRAY = 93, OPEN_ARRAY = 91;
const OPEN_OBJECT = 123, CLOSE_OBJECT = 125, LOWER_E = 101, UPPER_E = 69;

/** No point has a shorter text than `{"ts":0,"val":0},`. */
const LEAST_LENGTH = 17;

/** More digits than these are not exact in a number. */
const MAX_DIGITS = 15;

/** Where the numbers of the page at hand are gathered; one page is read at a time. */
let seconds = new Float64Array();
let values = new Uint32Array();

function makeRoom(points: number): void {
  if (seconds.length >= points) return;
  seconds = new Float64Array(points);
  values = new Uint32Array(2 * points);
}

/**
 * What most pages are: a list of `{"ts": whole number, "val": number}`, read several times as fast as by `JSON.parse`, and as
 * strictly.
 *
 * @returns The points, or `undefined` if the page is anything else.
 */
function scanNumbers(page: string): NumberPoints | undefined {
  makeRoom(Math.ceil(page.length / LEAST_LENGTH) + 1);
  let count = 0;
  let at = skipSpace(page, 0);
  if (page.charCodeAt(at) !== OPEN_ARRAY) return undefined;
  do {
    at = skipSpace(page, at + 1);
    if (page.charCodeAt(at) !== OPEN_OBJECT) return undefined;
    at = skipName(page, at + 1, "ts");
    const digits = page.charCodeAt(at) === MINUS ? at + 1 : at;
    const end = skipDigits(page, digits);
    const isWhole = end > digits && end - digits <= MAX_DIGITS &&
      (page.charCodeAt(digits) !== ZERO || end === digits + 1);
    if (at < 0 || !isWhole) return undefined;
    seconds[count] = Number(page.slice(at, end));
    at = skipSpace(page, end);
    if (page.charCodeAt(at) !== COMMA) return undefined;
    at = skipName(page, at + 1, "val");
    const behind = at < 0 ? -1 : skipNumber(page, at);
    if (behind < 0) return undefined;
    values[2 * count] = at;
    values[2 * count + 1] = behind;
    count++;
    at = skipSpace(page, behind);
    if (page.charCodeAt(at) !== CLOSE_OBJECT) return undefined;
    at = skipSpace(page, at + 1);
  } while (page.charCodeAt(at) === COMMA);
  const isList = page.charCodeAt(at) === CLOSE_ARRAY &&
    skipSpace(page, at + 1) === page.length;
  return isList
    ? new NumberPoints(
      page,
      seconds.slice(0, count),
      values.slice(0, 2 * count),
    )
    : undefined;
}

/** The index of the value behind the name and its colon; negative if there is something else. */
function skipName(page: string, at: number, name: string): number {
  at = skipSpace(page, at);
  const end = at + name.length + 1;
  const isName = page.charCodeAt(at) === QUOTE &&
    page.startsWith(name, at + 1) && page.charCodeAt(end) === QUOTE;
  if (!isName) return -1;
  at = skipSpace(page, end + 1);
  return page.charCodeAt(at) === COLON ? skipSpace(page, at + 1) : -1;
}

/** The index behind a number, by the grammar of JSON; negative if there is none. */
function skipNumber(page: string, at: number): number {
  if (page.charCodeAt(at) === MINUS) at++;
  const isZero = page.charCodeAt(at) === ZERO;
  let end = isZero ? at + 1 : skipDigits(page, at);
  if (end === at) return -1;
  if (page.charCodeAt(end) === DOT) {
    at = end + 1;
    end = skipDigits(page, at);
    if (end === at) return -1;
  }
  const letter = page.charCodeAt(end);
  if (letter === LOWER_E || letter === UPPER_E) {
    const sign = page.charCodeAt(end + 1);
    at = end + (sign === PLUS || sign === MINUS ? 2 : 1);
    end = skipDigits(page, at);
    if (end === at) return -1;
  }
  return end;
}

function skipDigits(page: string, at: number): number {
  for (;; at++) {
    const code = page.charCodeAt(at);
    if (!(code >= ZERO && code <= NINE)) return at;
  }
}

function skipSpace(page: string, at: number): number {
  for (;; at++) {
    const code = page.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
  }
}

/** A point, whatever the archive made of it: what is no object is a value without a time. */
function readPoint(value: unknown, text: string): SeriesPoint {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { point: { ts: NaN, val: value as JsonValue }, text };
  }
  const point = value as WirePoint;
  return typeof point.ts === "number"
    ? { point, text }
    : { point: { ...point, ts: secondsOf(point.ts) }, text };
}
