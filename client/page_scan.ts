/**
 * Where the points of a page begin and end in its bytes.
 *
 * @module
 */

import { skipPlainNumber } from "./cell.ts";
import { skipNumber, skipSpace, ValueSkipper } from "./json_bytes.ts";
import { MOST } from "./reading.ts";

/** Memory for what is found in a page, reused. */
export interface Room {
  /** The time of each point. */
  seconds: Float64Array;
  /** Where the text of each value begins and ends. */
  spans: Uint32Array;
}

/** What was found in a page. */
export interface Scan {
  /** The times and the places. */
  room: Room;
  /** How many points there are. */
  count: number;
  /** Whether all values are numbers. */
  isNumbers: boolean;
  /** Whether these are plain, so that every format prints them unchanged. */
  isPlain: boolean;
  /** Whether each point is later than the one before. */
  isAscending: boolean;
  /** Whether all values are ASCII, one byte a character. */
  isAscii: boolean;
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

/** Takes memory back, which must not be used after this. */
export function giveRoom(room: Room): void {
  if (spare.length >= MAX_SPARE) spare.shift();
  spare.push(room);
}

/** More room, with what there is. */
function grown(room: Room): Room {
  const larger = takeRoom(2 * room.seconds.length);
  larger.seconds.set(room.seconds);
  larger.spans.set(room.spans);
  giveRoom(room);
  return larger;
}

const QUOTE = 34, COMMA = 44, MINUS = 45, ZERO = 48, NINE = 57, COLON = 58;
const OPEN_ARRAY = 91, CLOSE_ARRAY = 93, OPEN_OBJECT = 123, CLOSE_OBJECT = 125;

/** What most points take: there is room for as many at first. */
const USUAL_LENGTH = 32;

/** More digits than these are not exact in a number. */
const MAX_DIGITS = 15;

/**
 * Reads a list of `{"ts": whole number, "val": any value}`, which most pages
 * are, several times as fast as `JSON.parse` and as strictly; nothing is made
 * of the values. What stands between two of them is nearly always what stood
 * there the last time, and then need not be read again.
 *
 * @returns What is in it, or `undefined` if it has no points, or is anything
 * else.
 */
export function scanPage(page: Uint8Array): Scan | undefined {
  const begin = skipSpace(page, 0);
  if (page[begin] !== OPEN_ARRAY) return undefined;
  let room = takeRoom(Math.ceil(page.length / USUAL_LENGTH) + 1);
  const values = new ValueSkipper(page, MOST);
  let isNumbers = true;
  let isPlain = true;
  let isAscending = true;
  let second = -Infinity;
  let count = 0;
  let at = toTime(page, begin + 1);
  let middle = 0, middleLength = 0, between = 0, betweenLength = 0;
  while (at >= 0) {
    if (count === room.seconds.length) room = grown(room);
    const digits = page[at] === MINUS ? at + 1 : at;
    let end = digits;
    let whole = 0;
    for (let code; (code = page[end]!) >= ZERO && code <= NINE; end++) {
      whole = 10 * whole + code - ZERO;
    }
    if (!isWholeNumber(page, digits, end)) break;
    if (digits > at) whole = -whole;
    if (whole <= second) isAscending = false;
    room.seconds[count] = second = whole;
    if (isAlike(page, end, middle, middleLength)) at = end + middleLength;
    else {
      at = toValue(page, end);
      if (at < 0) break;
      middle = end;
      middleLength = at - end;
    }
    end = isPlain ? skipPlainNumber(page, at) : -1;
    if (end < 0) {
      isPlain = false;
      end = skipNumber(page, at);
    }
    if (end < 0) {
      isNumbers = false;
      end = values.skip(at, 1); // the point is around it
      if (end < 0 || count === MOST.elements) break;
    }
    room.spans[2 * count] = at;
    room.spans[2 * count + 1] = end;
    count++;
    if (isAlike(page, end, between, betweenLength)) at = end + betweenLength;
    else {
      at = skipSpace(page, end);
      if (page[at] !== CLOSE_OBJECT) break;
      at = skipSpace(page, at + 1);
      if (page[at] !== COMMA) {
        const isEnd = page[at] === CLOSE_ARRAY &&
          skipSpace(page, at + 1) === page.length;
        if (!isEnd) break;
        const { isAscii } = values;
        return { room, count, isNumbers, isPlain, isAscending, isAscii };
      }
      at = toTime(page, at + 1);
      between = end;
      betweenLength = at - end;
    }
  }
  giveRoom(room);
  return undefined;
}

/** Whether bytes are the same as those of a known part of the page. */
function isAlike(
  page: Uint8Array,
  at: number,
  known: number,
  length: number,
): boolean {
  for (let index = 0; index < length; index++) {
    if (page[at + index] !== page[known + index]) return false;
  }
  return length > 0;
}

/** The index of the time of the next point; negative if there is none. */
function toTime(page: Uint8Array, at: number): number {
  at = skipSpace(page, at);
  return page[at] === OPEN_OBJECT ? skipName(page, at + 1, "ts") : -1;
}

/** The index of the value after a time; negative if there is none. */
function toValue(page: Uint8Array, at: number): number {
  at = skipSpace(page, at);
  return page[at] === COMMA ? skipName(page, at + 1, "val") : -1;
}

function isWholeNumber(page: Uint8Array, from: number, to: number): boolean {
  return to > from && to - from <= MAX_DIGITS &&
    (page[from] !== ZERO || to === from + 1);
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
