/**
 * The points in an answer, each with its exact text.
 *
 * @module
 */

import type { Body } from "./body.ts";
import type { HttpAnswer } from "./http.ts";
import { hasNonFinite, member } from "./json.ts";
import { giveRoom, type Room, type Scan, scanPage } from "./page_scan.ts";
import { secondsOf } from "./parameters.ts";
import { readList } from "./reading.ts";
import { isUtf8 } from "./text.ts";
import type { JsonValue, WirePoint } from "./wire.ts";

/** One point of a series. */
export interface SeriesPoint {
  /** The time in seconds since 1970 UTC; NaN if there is no readable one. */
  readonly second: number;
  /** Time and value. */
  readonly point: WirePoint;
  /** The exact JSON text of the point, or of its value alone. */
  readonly text: string;
  /** Whether the text is that of the value: nothing is made of it yet. */
  readonly isValue: boolean;
}

/** Points as bytes: nobody has to take them apart to copy them. */
export interface PointBytes {
  /** The text of the page. */
  readonly bytes: Uint8Array;
  /** The time of each point, in whole seconds since 1970 UTC. */
  readonly seconds: Float64Array;
  /** Where in the text each value begins and ends: two numbers a point. */
  readonly spans: Uint32Array;
  /**
   * Whether all values are numbers that every format prints unchanged; unknown
   * if absent.
   */
  readonly isPlain?: boolean;
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
  /** Whether each is known to be later than the one before. */
  readonly isAscending: boolean;
  /** All of them as bytes, if each is nothing but a time and a value. */
  readonly values: PointBytes | undefined;
  /** The same, if their values are numbers. */
  readonly numbers: PointBytes | undefined;
  /** The time of one, in seconds since 1970 UTC; NaN if it has none. */
  second(index: number): number;
  /** The exact JSON text of the value of one. */
  value(index: number): string;
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
  const { bytes } = answer.body;
  const scan = scanPage(bytes);
  if (scan !== undefined) {
    if (scan.isAscii || isUtf8(answer, bytes)) {
      return new ScannedPoints(answer.body, scan, 0, scan.count);
    }
    giveRoom(scan.room);
  }
  const { values, texts } = readList(answer, received);
  return new AnyPoints(
    values.map((value, index) => readPoint(value, texts[index]!)),
    answer.body,
  );
}

/** Points of every kind. */
class AnyPoints implements Points {
  readonly isAscending = false;
  readonly numbers = undefined;
  readonly values = undefined;
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
    return this.#points[index]!.second;
  }

  value(index: number): string {
    const { text, isValue } = this.#points[index]!;
    return isValue ? text : member(text, "val") ?? text;
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

/** A point of which the value is text until somebody wants it. */
class ScannedPoint implements SeriesPoint {
  readonly isValue = true;
  readonly second: number;
  readonly text: string;

  constructor(second: number, text: string) {
    this.second = second;
    this.text = text;
  }

  get point(): WirePoint {
    return { ts: this.second, val: JSON.parse(this.text) };
  }
}

/**
 * Points that are nothing but a time and a value: the bytes of the page, and
 * where the values are in it.
 */
class ScannedPoints implements Points {
  readonly hasNonFinite = false;
  readonly isAscending: boolean;
  readonly values: PointBytes;
  readonly numbers: PointBytes | undefined;
  readonly #body: Body;
  readonly #scan: Scan;
  readonly #from: number;
  #room: Room | undefined;

  constructor(body: Body, scan: Scan, from: number, to: number) {
    const { room, isAscending, isNumbers, isPlain } = scan;
    this.isAscending = isAscending;
    this.#body = body;
    this.#scan = scan;
    this.#from = from;
    this.#room = room;
    this.values = {
      bytes: body.bytes,
      seconds: room.seconds.subarray(from, to),
      spans: room.spans.subarray(2 * from, 2 * to),
      isPlain,
    };
    this.numbers = isNumbers ? this.values : undefined;
  }

  get length(): number {
    return this.values.seconds.length;
  }

  second(index: number): number {
    return this.values.seconds[index]!;
  }

  value(index: number): string {
    return this.slice(index, index + 1)[0]!.text;
  }

  slice(from: number, to: number): SeriesPoint[] {
    const { bytes, seconds, spans } = this.values;
    const end = Math.min(to, this.length);
    if (from >= end) return [];
    const first = spans[2 * from]!;
    // Of one byte a character, pieces of the text are cheaper than of the page.
    const text = this.#scan.isAscii
      ? ASCII.decode(bytes.subarray(first, spans[2 * end - 1]))
      : undefined;
    const points: SeriesPoint[] = [];
    for (let index = from; index < end; index++) {
      const begin = spans[2 * index]!, end = spans[2 * index + 1]!;
      points.push(
        new ScannedPoint(
          seconds[index]!,
          text?.slice(begin - first, end - first) ??
            UTF8.decode(bytes.subarray(begin, end)),
        ),
      );
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
      return new ScannedPoints(
        this.#body,
        this.#scan,
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
const UTF8 = new TextDecoder();

/**
 * A point, whatever the archive made of it: anything but an object is a value
 * without a time.
 */
function readPoint(value: unknown, text: string): SeriesPoint {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const point = { ts: NaN, val: value as JsonValue };
    return { second: NaN, point, text, isValue: false };
  }
  const { ts } = value as WirePoint;
  const second = typeof ts === "number" ? ts : secondsOf(ts);
  const point = { ...value as WirePoint, ts: second };
  return { second, point, text, isValue: false };
}
