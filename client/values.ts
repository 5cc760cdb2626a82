/**
 * Values of posts: their JSON text, whether an archive accepts them, and
 * whether it has stored them.
 *
 * @module
 */

import {
  type EVENT_TYPE_CATALOGUE,
  eventTypeInfo,
  type EventTypeName,
  type ValueClass,
} from "./event_types.ts";
import {
  decodeString,
  dumps,
  elements,
  encodeString,
  isObject,
  members,
} from "./json.ts";
import type { JsonValue } from "./wire.ts";

/**
 * A value as exact JSON text: numbers keep their digits, and objects the order
 * of their keys.
 *
 * @example Usage
 * ```ts
 * import { JsonText } from "@esmond/client";
 *
 * const value = new JsonText('{"rate": 1.0, "id": 12345678901234567890}');
 * console.log(value.text);
 * ```
 */
export class JsonText {
  /** The text, in one line; otherwise as it was given. */
  readonly text: string;

  /**
   * Wraps the text.
   *
   * @param text JSON.
   * @throws {SyntaxError} for invalid JSON.
   */
  constructor(text: string) {
    JSON.parse(text);
    this.text = text.trim().replace(/[\r\n]+/g, " ");
  }
}

/**
 * A value that can be posted: JSON, big integers, exact texts, and maps for
 * objects whose keys have an order.
 *
 * @example Usage
 * ```ts
 * import { JsonText, type PostValue } from "@esmond/client";
 *
 * const values: PostValue[] = [
 *   7016320000,
 *   2n ** 60n,
 *   new JsonText("1e-07"),
 *   new Map([["21.5", 3], ["21.10", 4]]),
 * ];
 * console.assert(values.length === 4);
 * ```
 */
export type PostValue =
  | JsonText
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly PostValue[]
  | { readonly [key: string]: PostValue }
  | ReadonlyMap<string | number, PostValue>;

/**
 * What can be posted, by the class of the event type's values. A `JsonText` is
 * always taken.
 *
 * @example Usage
 * ```ts
 * import type { PostValues } from "@esmond/client";
 *
 * const loss: PostValues["percentage"] = { numerator: 3, denominator: 600 };
 * console.log(loss);
 * ```
 */
export interface PostValues {
  /** A whole number. */
  integer: number | bigint | JsonText;
  /** A number; an archive keeps four decimals. */
  float: number | bigint | JsonText;
  /** A fraction, as two whole numbers. */
  percentage:
    | { readonly numerator: number; readonly denominator: number }
    | JsonText;
  /** Whole numbers by bucket; a `Map` keeps the order of buckets like `28`. */
  histogram:
    | { readonly [bucket: string]: number }
    | ReadonlyMap<string | number, number>
    | JsonText;
  /** Parts of a run: start and duration in seconds. */
  subinterval:
    | readonly {
      readonly start: number;
      readonly duration: number;
      readonly val: PostValue;
    }[]
    | JsonText;
  /** Anything. */
  json: PostValue;
}

/**
 * What can be posted of an event type, from the catalogue; anything for a name
 * that is not a literal.
 *
 * @example Usage
 * ```ts
 * import type { EventTypePostValue } from "@esmond/client";
 *
 * const rate: EventTypePostValue<"throughput"> = 7016320000;
 * const loss: EventTypePostValue<"packet-loss-rate"> = { numerator: 3, denominator: 600 };
 * console.log(rate, loss);
 * ```
 */
export type EventTypePostValue<Name extends string> = Name extends EventTypeName
  ? PostValues[(typeof EVENT_TYPE_CATALOGUE)[Name][0]]
  : PostValue;

/**
 * The JSON text of a value, formatted as the original client sends it.
 *
 * @throws {TypeError} for values that JSON cannot express: NaN, infinities,
 * `undefined`, functions.
 */
export function encodeValue(value: PostValue): string {
  if (value instanceof JsonText) return value.text;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return encodeString(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) {
    return Object.is(value, -0) ? "-0.0" : dumps(JSON.stringify(value));
  }
  if (Array.isArray(value)) {
    return `[${value.map((each) => encodeValue(each)).join(", ")}]`;
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === "Object" || value instanceof Map) {
    const entries = value instanceof Map
      ? [...value]
      : Object.entries(value as Record<string, PostValue>);
    const members = entries.map(([key, each]) =>
      `${encodeString(String(key))}: ${encodeValue(each)}`
    );
    return `{${members.join(", ")}}`;
  }
  // A Date or a Set has no members to write.
  const what = typeof value === "object"
    ? `an object (${kind})`
    : String(value);
  throw new TypeError(`${what} cannot be written as JSON`);
}

/**
 * What is wrong with a value of an event type, or `undefined`; the text is that
 * of {@linkcode encodeValue}.
 */
export function problemWith(
  eventType: string,
  text: string,
): string | undefined {
  const valueClass = eventTypeInfo(eventType)?.valueClass ?? "json";
  const value = JSON.parse(text) as JsonValue;
  if (typeof value === "number" && !Number.isFinite(value)) {
    return "it is too large for any number";
  }
  return CHECKS[valueClass](value, text);
}

type Check = (value: JsonValue, text: string) => string | undefined;

const CHECKS: Record<ValueClass, Check> = {
  integer: (value, text) => {
    if (typeof value !== "number") return "it has to be a whole number";
    const whole = wholeOf(text);
    if (whole === undefined) {
      return "it has to be a whole number: the archive would cut off the fraction";
    }
    if (whole !== BigInt(value)) {
      return "the archive keeps whole numbers exactly only up to 2^53";
    }
    return fits(whole) ? undefined : TOO_LARGE;
  },
  float: (value) => {
    if (typeof value !== "number") return "it has to be a number";
    const scaled = Math.trunc(value * FLOAT_SCALE);
    return Number.isFinite(scaled) && fits(BigInt(scaled))
      ? undefined
      : TOO_LARGE;
  },
  percentage: (_, text) => {
    const counts = members(text);
    const numerator = wholeRead(counts.get("numerator"));
    const denominator = wholeRead(counts.get("denominator"));
    if (numerator === undefined || denominator === undefined) {
      return "it has to be { numerator, denominator }, both whole numbers";
    }
    if (numerator < 0n) return "the numerator cannot be negative";
    if (denominator <= 0n) return "the denominator has to be above 0";
    return fits(numerator) && fits(denominator) ? undefined : TOO_LARGE;
  },
  histogram: (_, text) => {
    if (!isObject(text)) return "it has to be an object of counts by bucket";
    const counts = [...members(text).values()];
    return counts.every((count) => wholeRead(count) !== undefined)
      ? undefined
      : "the counts of a histogram have to be whole numbers";
  },
  subinterval: (value) => {
    if (!Array.isArray(value) || value.length === 0) {
      return "it has to be a list of { start, duration, val }, not an empty one";
    }
    const at = value.findIndex((each) => !isInterval(objectOf(each)));
    return at < 0
      ? undefined
      : `interval ${
        at + 1
      } has to be { start, duration, val }, start and duration in seconds`;
  },
  json: () => undefined,
};

function objectOf(value: JsonValue): Record<string, JsonValue> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value
    : undefined;
}

/** An archive keeps floats as whole ten-thousandths. */
export const FLOAT_SCALE = 10_000;

/** esmond fails on larger ones, and on all that it is sent after that. */
const LARGEST = 2n ** 63n - 1n;

const TOO_LARGE = "it is too large for the 64 bits of an archive";

function fits(whole: bigint): boolean {
  return whole <= LARGEST && whole >= -LARGEST;
}

/**
 * The whole number that a text says, digit for digit; `undefined` if it has a
 * fraction, or is not a number.
 */
function wholeOf(text: string): bigint | undefined {
  const [number, sign, before, after = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const digits = `${before}${after}`;
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return 0n;
  const zeros = Number(exponent) - after.length + digits.length -
    significant.length;
  return zeros < 0 || !Number.isFinite(Number(number))
    ? undefined
    : BigInt(`${sign}${significant}${"0".repeat(zeros)}`);
}

/**
 * A whole number if an archive reads it as it is written: what has a point or
 * an exponent it reads as a double.
 */
function wholeRead(text = ""): bigint | undefined {
  const whole = wholeOf(text);
  const isRounded = /[.eE]/.test(text) && whole !== undefined &&
    whole !== BigInt(Number(text));
  return isRounded ? undefined : whole;
}

/** Archives take the text of a number, too. */
function isNumeric(value: JsonValue | undefined): boolean {
  return typeof value === "number" ||
    typeof value === "string" &&
      /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(value);
}

function isInterval(interval: Record<string, JsonValue> | undefined): boolean {
  return isNumeric(interval?.["start"]) && isNumeric(interval?.["duration"]) &&
    "val" in interval!;
}

/**
 * Whether a stored value is the one that was sent: an archive keeps a
 * percentage as a fraction, and cuts floats to four decimals.
 *
 * @param eventType The event type.
 * @param sent JSON text of the value sent.
 * @param stored JSON text of the value stored.
 */
export function isSameValue(
  eventType: string,
  sent: string,
  stored: string,
): boolean {
  switch (eventTypeInfo(eventType)?.valueClass) {
    case "float": {
      const [one, other] = [Number(sent), Number(stored)];
      return Math.trunc(one * FLOAT_SCALE) / FLOAT_SCALE === other ||
        one === other;
    }
    case "percentage": {
      const { numerator, denominator } = JSON.parse(sent);
      return numerator / denominator === Number(stored);
    }
    default:
      return isEqual(sent, stored.trim());
  }
}

/**
 * Whether two JSON texts are the same to an archive: integers by all of their
 * digits, what has a point or an exponent as doubles, objects in any order.
 */
function isEqual(one: string, other: string): boolean {
  if (one === other) return true;
  const kind = one.charAt(0);
  const isOther = kind !== other.charAt(0);
  if (isOther && /[{["]/.test(kind + other.charAt(0))) return false;
  switch (kind) {
    case "{": {
      const [mine, theirs] = [members(one), members(other)];
      return mine.size === theirs.size && [...mine].every(([key, value]) => {
        const same = theirs.get(key);
        return same !== undefined && isEqual(value, same);
      });
    }
    case "[": {
      const [mine, theirs] = [elements(one), elements(other)];
      return mine.length === theirs.length &&
        mine.every((value, at) => isEqual(value, theirs[at]!));
    }
    case '"':
      return decodeString(one) === decodeString(other);
  }
  const areIntegers = [one, other].every((text) => /^-?\d+$/.test(text));
  return areIntegers
    ? BigInt(one) === BigInt(other)
    : Number(one) === Number(other);
}
