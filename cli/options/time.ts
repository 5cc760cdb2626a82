/**
 * What people type as a start or an end time, turned into epoch seconds, and
 * back into text.
 *
 * A wrong guess would silently fetch another day's data, so a text is either
 * read by a stated rule or refused in words.
 *
 * @module
 */

import { isTime } from "../../client/parameters.ts";
import { offsetAt, zoneName } from "../../client/zone.ts";

const MAX_LENGTH = 200;
const DAY = 86_400;

/**
 * The one error of this module. Its message is a single line fit for a
 * terminal: the part that was not understood, what to write instead where that
 * is known, and two examples.
 *
 * @example Usage
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { parseTime, TimeError } from "./time.ts";
 *
 * assertThrows(
 *   () => parseTime("notadate", new Date()),
 *   TimeError,
 *   'cannot read "notadate" as a time: try 2016-03-01T10:00 or -24h',
 * );
 * ```
 */
export class TimeError extends Error {
  /** Always `"TimeError"`. */
  override readonly name: string = "TimeError";
}

/** How {@linkcode parseTime} reads a text. */
export interface TimeOptions {
  /**
   * The zone of a text that has no offset: an IANA name, `"UTC"` or `"local"`
   * (the system's zone).
   *
   * @default {"UTC"}
   */
  zone?: string;
  /**
   * Whether the time ends a window: it is warned of a date without a time of
   * day, which is the first second of that day.
   *
   * @default {false}
   */
  isEnd?: boolean;
  /** Gets a line for each way in which a text may have meant another time. */
  warn?: (message: string) => void;
}

/**
 * Reads a time, such as `January 1`, `Apr 3 10pm`, `2015-04-01T00:00-07:00`,
 * `yesterday 10:00`, `-24h` or `@1397075053`. Parts that the text leaves open
 * come from `now` as seen in the zone; a missing time of day is 00:00.
 *
 * @param text What was typed, at most 200 characters.
 * @param now The clock that fills in the parts left open and that relative
 * forms count from.
 * @param options The zone, and where warnings go.
 * @returns Whole epoch seconds, fractions dropped towards minus infinity,
 * within the years 1 to 9999.
 * @throws {TimeError} When the text is not understood in full, names a time
 * that does not exist, or the zone is unknown.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseTime } from "./time.ts";
 *
 * const now = new Date("2016-03-15T12:00:00Z");
 * assertEquals(parseTime("January 1", now), 1451606400);
 * assertEquals(parseTime("-24h", now), 1457956800);
 * const options = { zone: "Europe/Berlin" };
 * assertEquals(parseTime("2016-03-01 10:00", now, options), 1456822800);
 * ```
 */
export function parseTime(
  text: string,
  now: Date,
  options: TimeOptions = {},
): number {
  const zone = checkZone(options.zone ?? "UTC");
  if (text.length > MAX_LENGTH) {
    refuse(text, text, `it is longer than ${MAX_LENGTH} characters`);
  }
  const clock = Math.floor(now.getTime() / 1000);
  if (!isTime(clock)) {
    throw new TimeError(
      "cannot read a time: the clock given with it is not valid",
    );
  }
  const trimmed = text.trim();
  const warn = options.warn ?? (() => {});
  const { isEnd = false } = options;
  const seconds = readEpoch(trimmed, clock, warn) ??
    readRelative(trimmed, clock) ??
    readMonths(trimmed, clock, zone, warn) ??
    readCalendar(trimmed, clock, zone, isEnd, warn);
  return isTime(seconds)
    ? seconds
    : refuse(text, text, "it lies outside the years 1 to 9999");
}

/**
 * Gives the proper name of a zone.
 *
 * @param zone An IANA name in any case, an offset such as `+02:00`, `"UTC"`, or
 * `"local"` for the system's zone.
 * @returns The name as the system spells it; `"UTC"` for all names of UTC.
 * @throws {TimeError} When the zone does not exist.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkZone } from "./time.ts";
 *
 * assertEquals(checkZone("europe/berlin"), "Europe/Berlin");
 * ```
 */
export function checkZone(zone: string): string {
  try {
    return zoneName(zone);
  } catch {
    throw new TimeError(
      `cannot read ${quote(zone)} as a zone: try Europe/Berlin or UTC`,
    );
  }
}

/**
 * Writes a time as `2016-03-01 00:00:00`, in UTC or, followed by the offset, in
 * another zone.
 *
 * @param epochSeconds Epoch seconds; a fraction is dropped towards minus
 * infinity.
 * @param zone As for {@linkcode checkZone}.
 * @returns A text that {@linkcode parseTime} reads back, except for the odd
 * seconds in the offsets of local mean times before about 1930.
 * @throws {TimeError} When the zone is unknown, or the time not within the
 * years 1 to 9999.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatTime } from "./time.ts";
 *
 * assertEquals(formatTime(1456790400), "2016-03-01 00:00:00");
 * assertEquals(
 *   formatTime(1456790400, "Europe/Berlin"),
 *   "2016-03-01 01:00:00 +0100",
 * );
 * ```
 */
export function formatTime(epochSeconds: number, zone: string = "UTC"): string {
  const name = checkZone(zone);
  const seconds = Math.floor(epochSeconds);
  const offset = isTime(seconds) ? offsetAt(seconds, name) : NaN;
  if (!isTime(seconds + offset)) {
    throw new TimeError(
      `cannot write ${epochSeconds} as a time: outside the years 1 to 9999`,
    );
  }
  return name === "UTC"
    ? wallText(seconds)
    : `${wallText(seconds + offset)} ${offsetText(offset)}`;
}

type Warn = (message: string) => void;

function refuse(text: string, part: string, hint?: string): never {
  const whole = part.trim() === text.trim();
  const place = whole ? quote(text) : `${quote(part)} in ${quote(text)}`;
  const advice = hint === undefined ? "" : `${hint}; `;
  throw new TimeError(
    `cannot read ${place} as a time: ${advice}try 2016-03-01T10:00 or -24h`,
  );
}

/** The text cut to fit a line, without anything a terminal would act upon. */
function quote(text: string): string {
  const chars = Array.from(text.trim().slice(0, 100));
  const cut = chars.slice(0, 50).join("") + (chars.length > 50 ? "…" : "");
  return JSON.stringify(cut).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}

/** `@SECONDS`, and digits that can only be epoch seconds or milliseconds. */
function readEpoch(
  text: string,
  now: number,
  warn: Warn,
): number | undefined {
  if (/^\d{13}$/.test(text)) return Math.floor(Number(text) / 1000);
  const match = /^(?:@(-?\d{1,15})|(\d{9,11}))(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, at, bare, fraction = ""] = match;
  // Not by way of one number: 1.99999999999999999 would round up to 2.
  const below = text.startsWith("@-") && Number(fraction) > 0 ? 1 : 0;
  const seconds = Number(at ?? bare) - below + 0; // so that -0 is 0
  if (bare !== undefined && seconds > now + 366 * DAY) {
    warn(`${bare} is read as epoch seconds, ${wallText(seconds)}`);
  }
  return seconds;
}

const UNITS: Record<string, number> = {
  s: 1,
  m: 60,
  h: 3600,
  d: DAY,
  w: 7 * DAY,
};
const UNIT = "(?:s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?" +
  "|d(?:ays?)?|w(?:eeks?)?)(?![a-z])";
const AMOUNT = String.raw`\d{1,9}(?:[.,]\d{1,9})?\s*${UNIT}`;
const SPAN = String.raw`${AMOUNT}(?:(?:\s|,|and\s)*${AMOUNT})*`;
const RELATIVE = new RegExp(
  String.raw`^(?:now|(?:now\s*)?([+-])\s*(${SPAN})` +
    String.raw`|(${SPAN}|an?\s+${UNIT})\s+ago` +
    String.raw`|(?:last|past)\s+(${SPAN}|${UNIT}))$`,
  "i",
);

/** `now`, `now-6h`, `-7d`, `2 hours ago`, `last week`; a day is 24 hours. */
function readRelative(text: string, now: number): number | undefined {
  const match = RELATIVE.exec(text);
  if (match === null) return undefined;
  const [, sign, signed, ago, last] = match;
  const amounts = (signed ?? ago ?? last ?? "")
    .matchAll(/(\d+(?:[.,]\d+)?)?\s*(?<![a-z])([smhdw])/gi);
  let seconds = 0;
  for (const [, amount = "1", unit = ""] of amounts) {
    seconds += scaled(amount, UNITS[unit.toLowerCase()] ?? NaN);
  }
  return sign === "+" ? now + seconds : now - seconds;
}

const MONTHS_UNIT = "(months?|mo|years?|y)";
const MONTHS_AGO = new RegExp(
  String.raw`^(?:(?:now\s*)?([+-])\s*(\d{1,4})\s*${MONTHS_UNIT}` +
    String.raw`|(\d{1,4}|an?)\s*${MONTHS_UNIT}\s+ago` +
    String.raw`|(last|past)\s+(?:(\d{1,4})\s+)?${MONTHS_UNIT})$`,
  "i",
);

/** `-1month`, `2 years ago`, `last month`: the same day of another month. */
function readMonths(
  text: string,
  now: number,
  zone: string,
  warn: Warn,
): number | undefined {
  const match = MONTHS_AGO.exec(text);
  if (match === null) return undefined;
  const [, sign, signed, unit1, ago, unit2, last, past, unit3] = match;
  const count = Number(signed ?? past ?? (/^\d/.test(ago ?? "") ? ago : 1));
  const isYear = /^y/i.test(unit1 ?? unit2 ?? unit3 ?? "");
  const months = (isYear ? 12 : 1) * (sign === "+" ? count : -count);
  const wall = now + offsetAt(now, zone);
  const today = new Date(wall * 1000);
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth() + 1];
  const end = new Date(midnight(year, month + months + 1, 0) * 1000);
  const day = Math.min(today.getUTCDate(), end.getUTCDate());
  const then = midnight(year, month + months, day) + wall % DAY;
  if (!isTime(then)) return then;
  if (last !== undefined && past === undefined) {
    const first = midnight(year, isYear ? 1 : month + months, 1);
    const start = isYear ? midnight(year - 1, 1, 1) : first;
    warn(
      `${quote(text)} means ${wallText(then)}, a ${
        isYear ? "year" : "month"
      } before now: write ${
        wallText(start).slice(0, 10)
      } if you mean its start`,
    );
  }
  return instants(then, zone)[0] ?? then - offsetAt(now, zone);
}

/** Whole seconds; by way of floating point, 5.6 hours might lose one. */
function scaled(decimal: string, unit: number): number {
  const [whole, fraction = ""] = decimal.split(/[.,]/);
  const digits = fraction.slice(0, 9);
  const part = Math.floor(Number(digits) * unit / 10 ** digits.length);
  return Number(whole) * unit + part;
}

const REFUSED_SHAPES: [shape: RegExp, hint: string][] = [
  [
    // But 10h, 10h30 and 5.6h are times of day.
    new RegExp(
      String.raw`^(?!([01]?\d|2[0-3])([.,]\d+)?\s*h(?![a-z]))${SPAN}$`,
      "i",
    ),
    "say from when, as in -2h or 2 hours ago",
  ],
  [
    /\d\s*(?:mo|y)(?![a-z])|\b(?:month|year)s?\b/i,
    "months and years count from now, as in -1month or 2 years ago",
  ],
  [/^[+-]?p[\dt]/i, "ISO durations are not read, write -24h or 2 days ago"],
  [/^[+-]/, "a sign counts from now and needs a unit, as in -24h"],
  [/^\d{4}-?w\d/i, "ISO weeks are not read, write month and day"],
  [/^\d{4}-?\d{3}(?!\d)/, "days of the year are not read, write month and day"],
  [/^(?:19|20)\d\d(?:0[1-9]|1[0-2])$/, "write a month as 2015-04"],
];

/** A date, a time of day or both, in any of the usual orders. */
function readCalendar(
  text: string,
  now: number,
  zone: string,
  isEnd: boolean,
  warn: Warn,
): number {
  for (const [shape, hint] of REFUSED_SHAPES) {
    if (shape.test(text)) refuse(text, text, hint);
  }
  const parts = readParts(text);
  const today = new Date((now + offsetAt(now, zone)) * 1000);
  const wall = wallOf(parts, today, isEnd, warn);
  if (!isTime(wall)) return wall;
  if (parts.offset !== undefined) return wall - parts.offset;
  const [first, second] = instants(wall, zone);
  if (first === undefined) return afterGap(parts, wall, zone);
  if (second !== undefined && parts.clock !== undefined) {
    const offset = offsetText(offsetAt(first, zone));
    warn(
      `${wallText(wall)} comes twice in ${zone}: taking ${offset}, the first`,
    );
  }
  return first;
}

/** What the tokens of a text say. */
interface Parts {
  text: string;
  /** The numbers of the date, in order. */
  numbers: DateNumber[];
  month?: number;
  /** How many numbers stand before the name of the month. */
  namedAt: number;
  /** 0 is Sunday. */
  weekday?: number;
  /** Days from today. */
  shift?: number;
  /** Seconds since midnight. */
  clock?: number;
  /** Seconds ahead of UTC. */
  offset?: number;
  /** What read the token before. */
  last?: Reader;
}

interface DateNumber {
  digits: string;
  value: number;
  /** Has four digits, or an apostrophe or `of` before it. */
  isYear: boolean;
}

type Reader = (parts: Parts, match: string[]) => void;

function readParts(text: string): Parts {
  const parts: Parts = { text, numbers: [], namedAt: 0 };
  for (let at = 0; at < text.length;) at += readToken(parts, at);
  return parts;
}

/** Gives the length of the token. */
function readToken(parts: Parts, at: number): number {
  const { text } = parts;
  for (const [pattern, read, when] of TOKENS) {
    pattern.lastIndex = at;
    const match = when?.(parts) === false ? null : pattern.exec(text);
    if (match === null) continue;
    read(parts, match);
    parts.last = read;
    if (partCount(parts) > 3) refuse(text, text, "that is more than one date");
    return match[0].length;
  }
  return refuse(text, text.slice(at).replace(/\s.*/s, ""));
}

const rx = String.raw;
const END = rx`(?![\p{L}\d])`;
const HALF = rx`[ap]\.?(?:m\.?)?${END}`;
// A time is not part of a date: not the 01 of 2016-03-01 am.
const APART = rx`(?<![\d./-])`;
// A number without unit after h or m: attached, or followed by a zone only, as
// 10h 5 April must not lose its day.
const BARE = rx`(?:(?<=[hm]\d\d?)(?![\d\p{L}]|[.,:/-]\d)` +
  rx`|(?<=\p{L}\s+\d\d?)(?=\s*(?:$|[+-]|(?:z|utc|gmt)${END})))`;
const HOUR = rx`${APART}(\d\d?(?:\.\d+)?)\s*h(?:ours?)?(?!\p{L})`;
const MINUTE = rx`(\d\d?(?:\.\d+)?)(?:\s*m(?:inutes?)?(?!\p{L})|${BARE})`;
const SECOND = rx`(\d\d?(?:[.,]\d+)?)(?:\s*s(?:econds?)?(?!\p{L})|${BARE})`;
const NO_NUMBER = rx`(?:(?<=\d)|(?!\d|\s+\d\d?(?![\d/.-])))`;
const COMPACT = rx`(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,]\d+)?)?)?`;
// Glued to eight digits, or after a T or a blank; 2015-02 begins another date.
const JOIN = rx`(?:(?<=\d{8})|\s*t\s*|,?\s+(?!\d{4}-\d\d(?!\d)))`;

/** At each position the first that fits is taken. */
const TOKENS: [RegExp, Reader, when?: (parts: Parts) => boolean][] = [
  // After a time: pm, UTC, -0500 and, after that, a name in brackets. UTC and
  // -0500 may follow the year as well: Apr 7 15:13:13 2005 -0700.
  [sticky`\s*${HALF}`, readHalf, ({ last }) => last === setClock],
  [sticky`\s*(?:z|utc|gmt)${END}(?!\s*[+-]\s*\d)`, readOffset, wantsOffset],
  [sticky`\s+([+-])(\d\d):?(\d\d)(?![\d:]|-\d)`, readOffset, wantsOffset],
  [
    sticky`\s*([+-])(?!\d{3}(?!\d))(\d\d?)(?::?(\d\d))?(?![\d:]|-\d)`,
    readOffset,
    afterTime,
  ],
  // GMT+3 is east of UTC to some readers and west of it to others.
  [sticky`\s*(?:z|utc|gmt)?\s*[+-]\S*`, refuseOffset, afterTime],
  [sticky`\s*\([^()]*\)`, skip, ({ last }) => last === readOffset],
  // T10, 1030 or 103000 after a date, 10h36m28.5s, 10:36:28.5, the 10 of 10pm.
  [sticky`${JOIN}${COMPACT}(?!\d|[/.:]\d|\s*h)`, setClock, wantsClock],
  [
    sticky`${HOUR}(?:\s*${MINUTE})?(?:\s*${SECOND}|${NO_NUMBER})`,
    setClock,
  ],
  [
    sticky`${APART}(\d\d?):(\d\d?)(?::(\d\d?)(?:[.,]\d+)?)?(?![:.,]?\d)`,
    setClock,
  ],
  // ISO 8601 has fractions of a minute: 13:45.25 is 13:45:15.
  [sticky`${APART}(\d\d?):(\d\d?[.,]\d+)(?![:.,]?\d)`, setClock],
  [sticky`${APART}(\d\d?)(?=\s*${HALF})`, setClock],
  // 20160301 alone or before 1030 or 103000; six digits are a time or a date.
  [sticky`(\d{4})(\d\d)(\d\d)(?=(?:\d{4}|\d{6})?(?!\d))`, addNumbers],
  [
    sticky`(?<=[\st,])(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?(?!\d)`,
    setClock,
    (parts) => partCount(parts) > 0,
  ],
  [sticky`(\d\d)(\d\d)(\d\d)(?!\d)`, addNumbers],
  // 1.5 may be May or January, or no date at all.
  [sticky`(?<![\d.])\d\d?\.\d\d?(?![\d.])`, refuseDecimal],
  [sticky`((?<!^)'|of\s+)?(\d+)`, addNumber],
  [sticky`(?:noon|midnight)${END}`, readNamedTime],
  // A dash between blanks may mean a range, if no time follows.
  [sticky`(?:-(?=\s)|t)(?=\s*\d\d?\s*(?:[:h]|[ap]\.?m))`, skip],
  [sticky`\p{L}+`, readWord],
  [sticky`[\s,;.]|(?<!\s)[-/](?=[\p{L}\d'])(?!t\d)`, skip],
  // As in the logs of web servers: 10/Oct/2000:13:55:36.
  [sticky`(?<=/\d{4}):(?=\d\d:)`, skip],
];

function sticky(strings: TemplateStringsArray, ...parts: string[]): RegExp {
  return new RegExp(rx(strings, ...parts), "iuy");
}

function afterTime({ last }: Parts): boolean {
  return [setClock, readHalf, readNamedTime].some((read) => read === last);
}

function wantsOffset({ clock, offset }: Parts): boolean {
  return clock !== undefined && offset === undefined;
}

function wantsClock(parts: Parts): boolean {
  return partCount(parts) === 3 && parts.clock === undefined;
}

function partCount({ numbers, month }: Parts): number {
  return numbers.length + (month === undefined ? 0 : 1);
}

function skip(): void {}

function readHalf(parts: Parts, [raw = ""]: string[]): void {
  const { text, clock = 0 } = parts;
  if (clock >= 13 * 3600) refuse(text, raw.trim(), "12 pm is the last hour");
  parts.clock = clock % (DAY / 2) + (/^\s*p/i.test(raw) ? DAY / 2 : 0);
}

function readOffset(parts: Parts, match: string[]): void {
  const [, sign, hours = "0", minutes = "0"] = match;
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  if (seconds >= DAY || Number(minutes) > 59) refuseOffset(parts, match);
  parts.offset = sign === "-" ? -seconds : seconds;
}

function refuseOffset({ text }: Parts, [raw = ""]: string[]): never {
  return refuse(text, raw.trim(), "write the offset alone, as +0300 or -05:00");
}

function setClock(parts: Parts, match: string[]): void {
  const [raw = "", hour = "0", minute = "0", second = "0"] = match;
  const { text, clock } = parts;
  if (clock !== undefined) refuse(text, raw.trim(), "one time of day will do");
  parts.clock = scaled(hour, 3600) + scaled(minute, 60) + scaled(second, 1);
  if (parts.clock >= DAY || parseInt(minute) > 59 || parseInt(second) > 59) {
    refuse(text, raw.trim(), "a day goes from 00:00:00 to 23:59:59");
  }
}

function readNamedTime(parts: Parts, [raw = ""]: string[]): void {
  setClock(parts, [raw, /noon/i.test(raw) ? "12" : "0"]);
}

function addNumbers(parts: Parts, [, ...numbers]: string[]): void {
  for (const number of numbers) addNumber(parts, [number, "", number]);
}

function refuseDecimal({ text }: Parts, [raw = ""]: string[]): never {
  return refuse(text, raw, "write a month by name, as in 5 April");
}

function addNumber(parts: Parts, [, before = "", digits = ""]: string[]): void {
  const { text, numbers } = parts;
  if (digits.length === 3 || digits.length > 4) {
    refuse(text, digits, "that is not a year, a date or an epoch");
  }
  const isYear = before !== "" || digits.length > 2;
  numbers.push({ digits, value: Number(digits), isYear });
}

const MONTHS = ("january february march april may june july august september " +
  "october november december").split(" ");
const WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday"
  .split(" ");
const SHIFTS = ["yesterday", "today", "tomorrow"];
const FILLERS = ["at", "on", "of", "ad", "st", "nd", "rd", "th"];

/** Sets what a word stands for; of each sort there can be one. */
function readWord(parts: Parts, [raw = ""]: string[]): void {
  const word = raw.toLowerCase();
  const month = nameIndex(MONTHS, word === "sept" ? "sep" : word);
  const weekday = nameIndex(WEEKDAYS, word);
  const shift = SHIFTS.indexOf(word);
  if (month >= 0 && parts.month === undefined) {
    parts.month = month + 1;
    parts.namedAt = parts.numbers.length;
  } else if (weekday >= 0 && parts.weekday === undefined) {
    parts.weekday = weekday;
  } else if (shift >= 0 && parts.shift === undefined) {
    parts.shift = shift - 1;
  } else if (!FILLERS.includes(word)) {
    // Capitals after a time are the name of a zone, of which many mean two.
    const isZone = parts.clock !== undefined && /^[A-Z]{2,5}$/.test(raw);
    return isZone ? refuseOffset(parts, [raw]) : refuse(parts.text, raw);
  }
}

function nameIndex(names: string[], word: string): number {
  return names.findIndex((name) => word === name || word === name.slice(0, 3));
}

/** The one place that makes a date of the parts, and a wall time of that. */
function wallOf(
  parts: Parts,
  today: Date,
  isEnd: boolean,
  warn: Warn,
): number {
  const { text, weekday, shift, clock = 0 } = parts;
  const isDated = partCount(parts) > 0;
  if (!isDated && (weekday ?? shift ?? parts.clock) === undefined) {
    refuse(text, text);
  }
  if (shift !== undefined && (isDated || weekday !== undefined)) {
    refuse(text, text, "that names two days");
  }
  const said = assign(parts, today.getUTCFullYear());
  const { year = today.getUTCFullYear(), month = today.getUTCMonth() + 1 } =
    said;
  if (month < 1 || month > 12) refuse(text, text, `there is no month ${month}`);
  const last = new Date(midnight(year, month + 1, 0) * 1000).getUTCDate();
  const day = said.day ?? Math.min(today.getUTCDate(), last);
  if (day < 1 || day > last) {
    refuse(text, text, `month ${month} of ${year} has no day ${day}`);
  }
  if (year < 1970) warn(`${quote(text)} is read as the year ${year}`);
  const date = midnight(year, month, day) + (shift ?? 0) * DAY;

  const actual = new Date(date * 1000);
  const ahead = weekday === undefined
    ? 0
    : (weekday - actual.getUTCDay() + 7) % 7;
  if (ahead === 0 || said.day === undefined) {
    const settled = date + ahead * DAY;
    warnOfDate(parts, said, settled, isEnd, warn);
    return settled + clock;
  }
  const conflict = `that day is ${actual.toUTCString().slice(0, 16)}`;
  if (said.year !== undefined) refuse(text, text, conflict);
  warn(`the weekday of ${quote(text)} is ignored: ${conflict}`);
  return date + clock;
}

/** Warns where most people would read another date, or all of a day. */
function warnOfDate(
  { text, weekday, clock }: Parts,
  { year, month, day, isMonthFirst }: Said,
  date: number,
  isEnd: boolean,
  warn: Warn,
): void {
  const at = new Date(date * 1000);
  const [y, m, d] = [
    at.getUTCFullYear(),
    at.getUTCMonth() + 1,
    at.getUTCDate(),
  ];
  const isAllDay = isEnd && clock === undefined;
  const told = (how: string, meant: number, what: string) => {
    const time = isAllDay ? DAY - 1 : clock;
    const better = wallText(meant + (time ?? 0)).replace(" ", "T");
    warn(
      `${quote(text)} means ${how}: write ${
        time === undefined ? better.slice(0, 10) : better
      } if you mean ${what}`,
    );
  };
  const read = wallText(date).slice(0, 10);
  if (day === undefined && weekday === undefined && (year ?? month)) {
    const [span, first, next] = month === undefined
      ? ["year", midnight(y, 1, 1), midnight(y + 1, 1, 1)] as const
      : ["month", midnight(y, m, 1), midnight(y, m + 1, 1)] as const;
    const [meant, end] = isAllDay ? [next - DAY, "end"] : [first, "start"];
    told(`${read}, today's day of that ${span}`, meant, `its ${end}`);
  } else if (isMonthFirst && m !== d && d <= 12) {
    told(`${read}, the month first`, midnight(y, d, m), "that day");
  } else if (isAllDay) {
    told("the first second of that day", date, "all of it");
  }
}

/**
 * Which of year, month and day the numbers are, by their count, whether the
 * month has a name, and which of them can only be the year (-1 is none). Empty
 * where that would be a guess.
 */
const ORDERS: Record<string, (yearAt: number, parts: Parts) => string> = {
  "1": (_, { numbers }) => numbers[0]?.digits.length === 4 ? "y" : "",
  "1 name": (yearAt, { numbers }) =>
    yearAt < 0 ? "d" : numbers[0]?.isYear ? "y" : "",
  "2": (yearAt) => ["md", "ym", "my"][yearAt + 1] ?? "",
  "2 name": (yearAt, { namedAt }) =>
    yearAt === 0 ? "yd" : yearAt > 0 || namedAt < 2 ? "dy" : "",
  "3": (yearAt, { numbers }) => {
    const plain = Number(numbers[0]?.value) > 12 ? "dmy" : "mdy";
    return [plain, "ymd", "", plain][yearAt + 1] ?? "";
  },
};

interface Said extends Record<"year" | "month" | "day", number | undefined> {
  /** Whether the month is a number before the day, without a year before it. */
  isMonthFirst: boolean;
}

function assign(parts: Parts, thisYear: number): Said {
  const { text, numbers, month } = parts;
  const marked = numbers.findIndex(({ isYear }) => isYear);
  const large = numbers.findIndex(({ value }) => value > 31);
  const shape = numbers.length + (month === undefined ? "" : " name");
  const order = ORDERS[shape]?.(marked < 0 ? large : marked, parts) ?? "";
  const [y, m, d] = Array.from("ymd", (role) => numbers[order.indexOf(role)]);
  if (order.length < numbers.length || y?.digits.length === 1) {
    refuse(text, text, "write the date in full, the year with four digits");
  }
  return {
    year: y && fullYear(y, thisYear),
    month: month ?? m?.value,
    day: d?.value,
    isMonthFirst: order.startsWith("md"),
  };
}

/** Two digits are the year within fifty of this one. */
function fullYear({ digits, value }: DateNumber, thisYear: number): number {
  if (digits.length > 2) return value;
  const year = thisYear - thisYear % 100 + value;
  if (year >= thisYear + 50) return year - 100;
  return year < thisYear - 50 ? year + 100 : year;
}

/**
 * A wall time is what clocks show, as if they all showed UTC. (Not by way of
 * `Date.UTC`, which takes the years 0 to 99 for those of the 20th century.)
 */
function midnight(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day) / 1000;
}

/** When clocks in the zone show a wall time: once, twice in order, or never. */
function instants(wall: number, zone: string): number[] {
  const offsets = [wall - DAY, wall + DAY].map((at) => offsetAt(at, zone));
  return Array.from(new Set(offsets), (offset) => wall - offset)
    .filter((instant) => instant + offsetAt(instant, zone) === wall);
}

/** The first moment of a date without midnight, if only a date was given. */
function afterGap({ text, clock }: Parts, wall: number, zone: string): number {
  const opening = wall - offsetAt(wall - DAY, zone);
  const isSameDay = opening + offsetAt(opening, zone) < wall + DAY;
  if (clock === undefined && isSameDay) return opening;
  return refuse(text, text, `clocks in ${zone} skip ${wallText(wall)}`);
}

function wallText(wall: number): string {
  return new Date(wall * 1000).toISOString().slice(0, 19).replace("T", " ");
}

function offsetText(offset: number): string {
  const [, h, m, s] = wallText(Math.abs(offset)).split(/[ :]/);
  return `${offset < 0 ? "-" : "+"}${h}${m}${s === "00" ? "" : s}`;
}
