/**
 * Rows of one value as bytes: all of them are alike but for the time and the
 * text of the value, which is copied from the page. Formats that print numbers
 * anew have such rows of plain numbers; formats that print every value as it
 * came have them of histograms and traces, too.
 *
 * @module
 */

import { skipPlainNumber } from "../../client/cell.ts";
import { type PointPage, READY } from "../../client/point_pages.ts";
import type { PointBytes } from "../../client/points.ts";
import { DataPoint, type JsonValue } from "../../mod.ts";
import type { TextSink } from "../io.ts";
import type { Output } from "./output.ts";
import type { SeriesRows } from "./rows.ts";

/** What is looked for in a row that the format has printed. */
const SAMPLE = {
  second: 1_234_567_890,
  time: "2009-02-13 23:31:30",
  value: "314159",
};

/** Rows that have to come out as the format prints them. */
const TRIALS: readonly [second: number, value: string][] = [
  [1_000_000_000, "0"],
  [1_709_251_199, "-27.5"],
  [9_999_999_999, "7016320000.0"],
];

/** A number that a format prints anew, unless it prints all as they came. */
const UNUSUAL = "-10.50E+00";

/** Times of ten digits, from 2001 to 2286; others have rows of other widths. */
const FIRST = 1_000_000_000;
const LAST = 9_999_999_999;

const DAY = 86_400;

/** How many digits of a time change from row to row. */
const LOW = 100_000;

/** Bytes of rows that are made at a time, but for the last row. */
const ENOUGH = 1 << 16;

/** Longer rows are rare, but for their values; longer values, too. */
const MAX_WIDTH = 1 << 12;
const MAX_VALUE = 1 << 16;

/**
 * What was found of the series tried last, by what was asked for: rows of
 * others that end alike differ in nothing but their test.
 */
const tried = new WeakMap<object, { end: string; isExact: boolean }>();

/** Memory of the rows that were made last. */
const room = new Uint8Array(ENOUGH + MAX_WIDTH + MAX_VALUE);

/** Rows that follow each other. */
export interface RowsMade {
  /** Their text, until the next ones are made. */
  bytes: Uint8Array;
  /** How many characters that is. */
  characters: number;
  /** The point after them. */
  next: number;
}

/** Makes the rows of a series. */
export class RowBytes {
  /** What a row begins with: as the last row did. */
  readonly #head: Uint8Array;
  readonly #tail: Uint8Array;
  /** Where the time is in the head, and the same in seconds; -1 for nowhere. */
  readonly #timeAt: number;
  readonly #epochAt: number;
  /** How many more bytes than characters a row has. */
  readonly #surplus: number;
  /** Whether values are printed as they came, however they are written. */
  #isExact = false;
  /** The day, and the first digits of the seconds, that are in the head. */
  #dayBegin = NaN;
  #highBegin = NaN;

  private constructor(text: string, { value, ...at }: Places) {
    const begin = text.slice(0, value);
    const end = text.slice(value + SAMPLE.value.length);
    this.#head = ENCODER.encode(begin);
    this.#tail = ENCODER.encode(end);
    const [time, second] = [at.time, at.second].map((place) =>
      place < 0 ? place : ENCODER.encode(text.slice(0, place)).length
    );
    this.#timeAt = time!;
    this.#epochAt = second!;
    this.#surplus = this.#head.length + this.#tail.length - begin.length -
      end.length;
  }

  /**
   * Prints a row, and takes it apart.
   *
   * @param rows Makes rows of points.
   * @param outputTo The output, as it goes on after a row.
   * @returns `undefined` if rows differ in more than time and value, or if it
   * cannot be told where these stand.
   */
  static of(
    rows: SeriesRows,
    outputTo: (sink: TextSink) => Output,
  ): RowBytes | undefined {
    let printed = "";
    const output = outputTo({
      write: (text) => void (printed += text),
      flush: () => Promise.resolve(),
    });
    const print = (second: number, value: string) => {
      printed = "";
      const point = new DataPoint({ ts: second, val: Number(value) }, value);
      const row = rows.rowOfNumber(point);
      if (row) output.write(row);
      return printed;
    };
    const text = print(SAMPLE.second, SAMPLE.value);
    const places = placesIn(text);
    if (places === undefined || text.length > MAX_WIDTH / 4) return undefined;
    const made = new RowBytes(text, places);
    const end = text.slice(places.begin);
    const known = tried.get(rows.request);
    if (known?.end === end) {
      made.#isExact = known.isExact;
      return made;
    }
    const isRight = ([second, value]: typeof TRIALS[number]) =>
      made.#one(second, value) === print(second, value);
    if (!TRIALS.every(isRight)) return undefined;
    const isExact = print(SAMPLE.second, UNUSUAL).includes(UNUSUAL);
    made.#isExact = isExact;
    tried.set(rows.request, { end, isExact });
    return made;
  }

  /** The points of a page that may have rows which are made so. */
  pointsOf(
    { values, numbers }: PointPage<JsonValue>,
  ): PointBytes | undefined {
    return this.#isExact ? values : numbers;
  }

  /** Whether a point has a row that is made so. */
  fits(
    { bytes, seconds, spans, isPlain }: PointBytes,
    index: number,
  ): boolean {
    const second = seconds[index]!;
    if (!(second >= FIRST && second <= LAST)) return false;
    if (isPlain) return true;
    const [begin, end] = [spans[2 * index]!, spans[2 * index + 1]!];
    return this.#isExact
      ? end - begin <= MAX_VALUE && isPrintable(bytes, begin, end)
      : skipPlainNumber(bytes, begin) === end;
  }

  /**
   * Makes rows of points, up to one that has none that is made so.
   *
   * @param points The points.
   * @param from The first of them.
   * @param until The first second that is left out.
   * @param most No row follows after so many characters.
   */
  make(
    points: PointBytes,
    from: number,
    until = Infinity,
    most = Infinity,
  ): RowsMade {
    const { bytes, seconds, spans } = points;
    const head = this.#head;
    const tail = this.#tail;
    const surplus = this.#surplus;
    let at = 0;
    let next = from;
    for (; next < seconds.length; next++) {
      const second = seconds[next]!;
      const isEnough = at >= ENOUGH || at - (next - from) * surplus >= most;
      if (isEnough || second >= until || !this.fits(points, next)) break;
      this.#setTime(second);
      room.set(head, at);
      at += head.length;
      const begin = spans[2 * next]!, end = spans[2 * next + 1]!;
      if (end - begin > FEW) {
        room.set(bytes.subarray(begin, end), at);
        at += end - begin;
      } else {
        for (let digit = begin; digit < end; digit++) {
          room[at++] = bytes[digit]!;
        }
      }
      for (let each = 0; each < tail.length; each++) room[at++] = tail[each]!;
    }
    const characters = at - (next - from) * surplus;
    return { bytes: room.subarray(0, at), characters, next };
  }

  /** Puts a time into the head. */
  #setTime(second: number): void {
    const head = this.#head;
    const time = this.#timeAt;
    if (time >= 0) {
      let rest = second - this.#dayBegin;
      if (!(rest >= 0 && rest < DAY)) rest = this.#setDay(second);
      rest |= 0; // whole numbers are divided much faster
      const minutes = rest / 60 | 0;
      const hour = minutes / 60 | 0;
      setTwo(head, time + 11, hour);
      setTwo(head, time + 14, minutes - hour * 60);
      setTwo(head, time + 17, rest - minutes * 60);
    }
    const epoch = this.#epochAt;
    if (epoch < 0) return;
    let low = second - this.#highBegin;
    if (!(low >= 0 && low < LOW)) low = this.#setHigh(second);
    low |= 0;
    const hundreds = low / 100 | 0;
    const thousands = hundreds / 100 | 0;
    head[epoch + 5] = ZERO + thousands;
    setTwo(head, epoch + 6, hundreds - thousands * 100);
    setTwo(head, epoch + 8, low - hundreds * 100);
  }

  /** Puts a date into the head; returns how many seconds of the day are over. */
  #setDay(second: number): number {
    const begin = second - second % DAY;
    const date = new Date(begin * 1000).toISOString().slice(0, 10);
    ENCODER.encodeInto(date, this.#head.subarray(this.#timeAt));
    this.#dayBegin = begin;
    return second - begin;
  }

  /** The same of the first digits of the seconds since 1970. */
  #setHigh(second: number): number {
    const begin = second - second % LOW;
    const digits = String(begin / LOW);
    ENCODER.encodeInto(digits, this.#head.subarray(this.#epochAt));
    this.#highBegin = begin;
    return second - begin;
  }

  /** The row of one point. */
  #one(second: number, value: string): string {
    const { bytes } = this.make({
      bytes: ENCODER.encode(value),
      seconds: Float64Array.of(second),
      spans: Uint32Array.of(0, value.length),
    }, 0);
    return new TextDecoder().decode(bytes);
  }
}

/** How a page is written. */
export interface PageParts {
  /**
   * Writes rows as bytes from a point on; returns which is the first that is
   * not written.
   */
  bytes(points: PointBytes, from: number): Promise<number>;
  /** Writes points in the general way. */
  points(points: DataPoint[]): Promise<void>;
}

/**
 * Goes through a page: rows are made as bytes where they can, and of objects
 * only where they have to.
 *
 * @param rows Makes the bytes; absent if none can be made.
 */
export async function writePage(
  page: PointPage<JsonValue>,
  rows: Pick<RowBytes, "pointsOf" | "fits"> | undefined,
  parts: PageParts,
): Promise<void> {
  const { length } = page;
  const points = rows?.pointsOf(page);
  for (let at = 0; at < length;) {
    const from = at;
    if (rows === undefined || points === undefined) {
      at = Math.min(length, at + READY);
    } else {
      at = await parts.bytes(points, from);
      if (at > from) continue;
      do at++; while (
        at < length && at < from + READY && !rows.fits(points, at)
      );
    }
    await parts.points(page.points(from, at));
  }
}

/** So few bytes are copied faster one by one. */
const FEW = 32;

/**
 * Whether text is ASCII in one line that does nothing on a terminal, so that
 * no format spells anything in it out.
 */
function isPrintable(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = bytes[at]!;
    if (code < 32 || code > 126) return false;
  }
  return true;
}

const ENCODER = new TextEncoder();
const ZERO = 48;

/** The digits of 0 to 99. */
const DIGITS = ENCODER.encode(
  Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"))
    .join(""),
);

function setTwo(bytes: Uint8Array, at: number, number: number): void {
  bytes[at] = DIGITS[2 * number]!;
  bytes[at + 1] = DIGITS[2 * number + 1]!;
}

/** Where something stands in a row; -1 for nowhere. */
interface Places {
  /** The first of the others. */
  begin: number;
  time: number;
  second: number;
  value: number;
}

/** Where the sample is; `undefined` unless each part can only be in one place. */
function placesIn(text: string): Places | undefined {
  const parts = [SAMPLE.time, String(SAMPLE.second), SAMPLE.value];
  const [time, second, value] = parts.map((part) => text.indexOf(part));
  const isOnce = parts.every((part) =>
    text.indexOf(part) === text.lastIndexOf(part)
  );
  const isLast = value! > time! && value! > second!;
  if (!isOnce || !isLast) return undefined;
  const begin = Math.min(
    ...[time!, second!, value!].filter((place) => place >= 0),
  );
  return { begin, time: time!, second: second!, value: value! };
}
