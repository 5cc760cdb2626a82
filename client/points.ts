/**
 * The points in an answer, each with its exact text.
 *
 * @module
 */

import type { Body } from "./body.ts";
import type { HttpAnswer } from "./http.ts";
import { hasNonFinite } from "./json.ts";
import { readList } from "./reading.ts";
import { secondsOf } from "./parameters.ts";
import type { JsonValue, WirePoint } from "./wire.ts";

/** One point of a series. */
export interface SeriesPoint {
  /** Time and value; the time is NaN if the archive sent no readable one. */
  point: WirePoint;
  /**
   * The exact JSON text of the point, or of its value where that is a number.
   */
  text: string;
}

/** Points as bytes: nobody has to take them apart to copy them. */
export interface PointBytes {
  /** The text of the page. */
  readonly bytes: Uint8Array;
  /** The time of each point, in whole seconds since 1970 UTC. */
  readonly seconds: Float64Array;
  /** Where in the text each value begins and ends: two numbers a point. */
  readonly spans: Uint32Array;
}

/**
 * The points of a page, in the order sent. Several pages wait in memory at a
 * time, so a page stays text until its points are used.
 */
export interface Points extends Iterable<SeriesPoint> {
  /** How many. */
  readonly length: number;
  /** Whether some hold numbers that JSON does not have. */
  readonly hasNonFinite: boolean;
  /** All of them as bytes, if their values are numbers. */
  readonly numbers: PointBytes | undefined;
  /** The time of one, in seconds since 1970 UTC; NaN if it has none. */
  second(index: number): number;
  /** The text of one, as that of a {@linkcode SeriesPoint}. */
  text(index: number): string;
  /** Some of them, in a row: the fastest way through many. */
  slice(from: number, to: number): SeriesPoint[];
  /** All but some of them; replaces this object. */
  without(some: ReadonlySet<number>): Points;
  /** Frees the memory; the points must not be used after this. */
  release(): void;
}

/**
 * The points of a page.
 *
 * @throws {ArchiveResponseError} when the answer is not a JSON array, or larger
 * than any that archives send.
 */
export function pointsOf(answer: HttpAnswer, received = 0): Points {
  const numbers = scanNumbers(answer.body);
  if (numbers !== undefined) return numbers;
  const { values, texts } = readList(answer, received);
  return new AnyPoints(
    values.map((value, index) => readPoint(value, texts[index]!)),
    answer.body,
  );
}

/** Points of every kind. */
class AnyPoints implements Points {
  readonly numbers = undefined;
  readonly #points: readonly SeriesPoint[];
  readonly #body: Body;

  get hasNonFinite(): boolean {
    return this.#points.some(({ text }) => hasNonFinite(text));
  }

  constructor(points: readonly SeriesPoint[], body: Body) {
    this.#points = points;
    this.#body = body;
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

  slice(from: number, to: number): SeriesPoint[] {
    return this.#points.slice(from, to);
  }

  without(some: ReadonlySet<number>): Points {
    const rest = this.#points.filter((_, index) => !some.has(index));
    return new AnyPoints(rest, this.#body);
  }

  release(): void {
    this.#body.release();
  }

  [Symbol.iterator](): Iterator<SeriesPoint> {
    return this.#points[Symbol.iterator]();
  }
}

/** Memory for the numbers of a page, reused. */
interface Room {
  /** The time of each point. */
  seconds: Float64Array;
  /** Where the text of each value begins and ends. */
  spans: Uint32Array;
}

/** Free memory. */
const spare: Room[] = [];
const MAX_SPARE = 8;

function takeRoom(points: number): Room {
  const at = spare.findIndex(({ seconds }) => seconds.length >= points);
  const [found] = at < 0 ? [] : spare.splice(at, 1);
  return found ??
    { seconds: new Float64Array(points), spans: new Uint32Array(2 * points) };
}

function giveRoom(room: Room): void {
  if (spare.length >= MAX_SPARE) spare.shift();
  spare.push(room);
}

/**
 * Points whose values are numbers: the bytes of the page, and where the numbers
 * are in it.
 */
class NumberPoints implements Points {
  readonly hasNonFinite = false;
  readonly #body: Body;
  readonly #seconds: Float64Array;
  readonly #spans: Uint32Array;
  readonly #from: number;
  #room: Room | undefined;

  constructor(body: Body, room: Room, from: number, to: number) {
    this.#body = body;
    this.#from = from;
    this.#room = room;
    this.#seconds = room.seconds.subarray(from, to);
    this.#spans = room.spans.subarray(2 * from, 2 * to);
  }

  get length(): number {
    return this.#seconds.length;
  }

  get numbers(): PointBytes {
    const { bytes } = this.#body;
    return { bytes, seconds: this.#seconds, spans: this.#spans };
  }

  second(index: number): number {
    return this.#seconds[index]!;
  }

  text(index: number): string {
    return this.slice(index, index + 1)[0]!.text;
  }

  slice(from: number, to: number): SeriesPoint[] {
    const end = Math.min(to, this.length);
    if (from >= end) return [];
    const begin = this.#spans[2 * from]!;
    // They are digits, points and signs: one byte each.
    const text = ASCII.decode(
      this.#body.bytes.subarray(begin, this.#spans[2 * end - 1]),
    );
    const points: SeriesPoint[] = [];
    for (let index = from; index < end; index++) {
      const val = text.slice(
        this.#spans[2 * index]! - begin,
        this.#spans[2 * index + 1]! - begin,
      );
      points.push({
        point: { ts: this.#seconds[index]!, val: Number(val) },
        text: val,
      });
    }
    return points;
  }

  without(some: ReadonlySet<number>): Points {
    const room = this.#room;
    if (room === undefined) return this;
    this.#room = undefined;
    let first = 0;
    while (some.has(first)) first++;
    if (first === some.size) {
      const from = this.#from;
      return new NumberPoints(
        this.#body,
        room,
        from + first,
        from + this.length,
      );
    }
    const rest = [...this].filter((_, index) => !some.has(index));
    giveRoom(room);
    return new AnyPoints(rest, this.#body);
  }

  release(): void {
    this.#body.release();
    if (this.#room !== undefined) giveRoom(this.#room);
    this.#room = undefined;
  }

  [Symbol.iterator](): Iterator<SeriesPoint> {
    return this.slice(0, this.length)[Symbol.iterator]();
  }
}

const ASCII = new TextDecoder("latin1");

const QUOTE = 34, PLUS = 43, COMMA = 44, MINUS = 45, DOT = 46;
const ZERO = 48, NINE = 57, COLON = 58, CLOSE_ARRAY = 93, OPEN_ARRAY = 91;
const OPEN_OBJECT = 123, CLOSE_OBJECT = 125, LOWER_E = 101, UPPER_E = 69;

/** No point has a shorter text than `{"ts":0,"val":0},`. */
const LEAST_LENGTH = 17;

/** A number holds no more digits than these exactly. */
const MAX_DIGITS = 15;

/**
 * Reads a list of `{"ts": whole number, "val": number}`, which most pages are,
 * several times as fast as `JSON.parse` and as strictly.
 *
 * @returns The points, or `undefined` if the page is anything else.
 */
function scanNumbers(body: Body): NumberPoints | undefined {
  const room = takeRoom(Math.ceil(body.bytes.length / LEAST_LENGTH) + 1);
  const count = scanInto(room, body.bytes);
  if (count > 0) return new NumberPoints(body, room, 0, count);
  giveRoom(room);
  return undefined;
}

/**
 * Finds the numbers of a page.
 *
 * @returns How many points there are; 0 if there is anything else.
 */
function scanInto({ seconds, spans }: Room, page: Uint8Array): number {
  let count = 0;
  let at = skipSpace(page, 0);
  if (page[at] !== OPEN_ARRAY) return 0;
  do {
    at = skipSpace(page, at + 1);
    if (page[at] !== OPEN_OBJECT) return 0;
    at = skipName(page, at + 1, "ts");
    const digits = page[at] === MINUS ? at + 1 : at;
    const end = skipDigits(page, digits);
    const isWhole = end > digits && end - digits <= MAX_DIGITS &&
      (page[digits] !== ZERO || end === digits + 1);
    if (at < 0 || !isWhole) return 0;
    const whole = readDigits(page, digits, end);
    seconds[count] = digits > at ? -whole : whole;
    at = skipSpace(page, end);
    if (page[at] !== COMMA) return 0;
    at = skipName(page, at + 1, "val");
    const after = at < 0 ? -1 : skipNumber(page, at);
    if (after < 0) return 0;
    spans[2 * count] = at;
    spans[2 * count + 1] = after;
    count++;
    at = skipSpace(page, after);
    if (page[at] !== CLOSE_OBJECT) return 0;
    at = skipSpace(page, at + 1);
  } while (page[at] === COMMA);
  const isList = page[at] === CLOSE_ARRAY &&
    skipSpace(page, at + 1) === page.length;
  return isList ? count : 0;
}

/**
 * The index of the value after a name and its colon; negative if there is
 * anything else.
 */
function skipName(page: Uint8Array, at: number, name: string): number {
  at = skipSpace(page, at);
  const end = at + name.length + 1;
  if (page[at] !== QUOTE || page[end] !== QUOTE) return -1;
  for (let index = 0; index < name.length; index++) {
    if (page[at + 1 + index] !== name.charCodeAt(index)) return -1;
  }
  at = skipSpace(page, end + 1);
  return page[at] === COLON ? skipSpace(page, at + 1) : -1;
}

/** The index after a number of JSON; negative if there is none. */
function skipNumber(page: Uint8Array, at: number): number {
  if (page[at] === MINUS) at++;
  const isZero = page[at] === ZERO;
  let end = isZero ? at + 1 : skipDigits(page, at);
  if (end === at) return -1;
  if (page[end] === DOT) {
    at = end + 1;
    end = skipDigits(page, at);
    if (end === at) return -1;
  }
  const letter = page[end];
  if (letter === LOWER_E || letter === UPPER_E) {
    const sign = page[end + 1];
    at = end + (sign === PLUS || sign === MINUS ? 2 : 1);
    end = skipDigits(page, at);
    if (end === at) return -1;
  }
  return end;
}

function skipDigits(page: Uint8Array, at: number): number {
  for (;; at++) {
    const code = page[at]!;
    if (!(code >= ZERO && code <= NINE)) return at;
  }
}

function readDigits(page: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = 10 * value + page[at]! - ZERO;
  return value;
}

function skipSpace(page: Uint8Array, at: number): number {
  for (;; at++) {
    const code = page[at];
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
  }
}

/**
 * A point, whatever the archive made of it: anything but an object is a value
 * without a time.
 */
function readPoint(value: unknown, text: string): SeriesPoint {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { point: { ts: NaN, val: value as JsonValue }, text };
  }
  const point = value as WirePoint;
  return typeof point.ts === "number"
    ? { point, text }
    : { point: { ...point, ts: secondsOf(point.ts) }, text };
}
