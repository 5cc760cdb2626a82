/**
 * JSON values as the original sees them: Python's `in`, `int()`, `float()` and
 * `str()` on exact JSON text.
 *
 * They decide what a client may send: `" 8 "` is an integer, `"1e3"` is not.
 *
 * @module
 */

import {
  decodeString,
  display,
  elements,
  formatNumber,
  isArray,
  isObject,
  members,
} from "../client/json.ts";
import { Fault, Refusal } from "./answers.ts";

/** The type of a JSON text. */
export type JsonKind =
  | "object"
  | "array"
  | "string"
  | "integer"
  | "float"
  | "boolean"
  | "null";

const KINDS: Record<string, JsonKind> = {
  "{": "object",
  "[": "array",
  '"': "string",
  t: "boolean",
  f: "boolean",
  n: "null",
};

/** The type of a JSON text; `5.0` and `1e2` are floats. */
export function kindOf(text: string): JsonKind {
  return KINDS[text[0]!] ?? (/[.eE]/.test(text) ? "float" : "integer");
}

/**
 * `name in value`: a field of an object, a part of a text, an element of a
 * list; of anything else a {@linkcode Fault}.
 */
export function contains(text: string, name: string): boolean {
  switch (kindOf(text)) {
    case "object":
      return members(text).has(name);
    case "string":
      return decodeString(text).includes(name);
    case "array":
      return elements(text).some((one) =>
        kindOf(one) === "string" && decodeString(one) === name
      );
    default:
      throw new Fault(`${text} is neither an object nor a list`);
  }
}

/**
 * `for item in value`: the elements of a list, the names of an object, the
 * characters of a text.
 */
export function iterate(text: string): string[] {
  if (isArray(text)) return elements(text);
  if (isObject(text)) {
    return [...members(text).keys()].map((name) => JSON.stringify(name));
  }
  if (kindOf(text) === "string") {
    return [...decodeString(text)].map((char) => JSON.stringify(char));
  }
  throw new Fault(`${text} is not a list`);
}

/**
 * `int(value)` of a JSON value, floats cut toward zero.
 *
 * @returns The integer, or `undefined` for a text that is not one.
 */
export function toInteger(text: string): number | bigint | undefined {
  switch (kindOf(text)) {
    case "integer":
      if (text.length > LONGEST_INTEGER) {
        throw new Refusal(`An integer has at most ${LONGEST_INTEGER} digits`);
      }
      return narrow(text);
    case "float": {
      const value = Number(text);
      if (!Number.isFinite(value)) throw new Fault(`${text} is infinite`);
      return value === 0 ? 0 : narrow(BigInt(Math.trunc(value)).toString());
    }
    case "boolean":
      return text === "true" ? 1 : 0;
    case "string":
      return parseInteger(decodeString(text));
    default:
      throw new Fault(`${text} is not a number`);
  }
}

/** As in Python: parsing takes quadratic time. */
const LONGEST_INTEGER = 4300;

/**
 * `int(text)`: allows blanks around, a sign, leading zeros, and `_` between
 * digits.
 */
export function parseInteger(text: string): number | bigint | undefined {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST_INTEGER) return undefined;
  if (!/^[+-]?\d+(?:_\d+)*$/.test(trimmed)) return undefined;
  return narrow(trimmed.replaceAll("_", "").replace(/^\+/, ""));
}

/** An integer, as a number where that is exact. */
function narrow(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value + 0 : BigInt(digits);
}

/**
 * `float(value)` of a JSON value.
 *
 * @returns The number, or `undefined` for a text that is not one.
 */
export function toFloat(text: string): number | undefined {
  switch (kindOf(text)) {
    case "integer":
    case "float":
      return Number(text);
    case "boolean":
      return text === "true" ? 1 : 0;
    case "string":
      return parseFloatText(decodeString(text));
    default:
      throw new Fault(`${text} is not a number`);
  }
}

/**
 * `float(text)`: decimal numbers with blanks around, `inf` and `nan` in any
 * case.
 */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim();
  if (FLOAT.test(trimmed)) return Number(trimmed.replaceAll("_", ""));
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (!word) return undefined;
  if (word[2]!.toLowerCase() === "nan") return NaN;
  return word[1] === "-" ? -Infinity : Infinity;
}

const DIGITS = String.raw`\d+(?:_\d+)*`;
const FLOAT = new RegExp(
  `^[+-]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`,
);

/**
 * `str(value)`: texts as they are, `None`, `True`, `[1, 'two']`, numbers as
 * Python prints them.
 */
export function str(text: string): string {
  return kindOf(text) === "string" ? decodeString(text) : repr(text);
}

/** `repr(value)`. */
function repr(text: string): string {
  switch (kindOf(text)) {
    case "object":
      return `{${
        [...members(text)].map(([name, value]) =>
          `${quote(name)}: ${repr(value)}`
        ).join(", ")
      }}`;
    case "array":
      return `[${elements(text).map(repr).join(", ")}]`;
    case "string":
      return quote(decodeString(text));
    case "integer":
      return printedNumber(text);
    default:
      return display(text);
  }
}

/** A text in quotes: single ones, unless only single ones occur in it. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = mark;
  for (const char of text) {
    out += char === mark || char === "\\" ? `\\${char}` : shown(char);
  }
  return out + mark;
}

const ESCAPES: Record<string, string> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function shown(char: string): string {
  if (char === " " || !/[\p{C}\p{Z}]/u.test(char)) return char;
  const code = char.codePointAt(0)!;
  const hex = (digits: number) => code.toString(16).padStart(digits, "0");
  return ESCAPES[char] ??
    (code < 0x100
      ? `\\x${hex(2)}`
      : code < 0x10000
      ? `\\u${hex(4)}`
      : `\\U${hex(8)}`);
}

/**
 * The text of a float as Python prints it: always with a point or an exponent.
 */
export function floatText(value: number): string {
  if (Number.isSafeInteger(value)) return `${value}.0`; // most are
  const text = String(value);
  return formatNumber(/[.e]/.test(text) ? text : `${text}.0`);
}

/**
 * JSON text without blanks and with numbers as the original would write them
 * again (`1E5` → `100000.0`). A float beyond the range of doubles keeps its
 * text, which the original would turn into something that is not JSON.
 *
 * A loop, because a regular expression overflows its stack on long strings.
 */
export function compact(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  let at = 0;
  const put = (piece: string, end: number) => {
    pieces.push(text.slice(from, at), piece);
    from = end;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    let end = at + 1;
    if (code === QUOTE) {
      end = endOfString(text, at) + 1;
      const string = text.slice(at, end);
      if (string.includes("\\")) put(JSON.stringify(JSON.parse(string)), end);
    } else if (code <= SPACE) {
      while (text.charCodeAt(end) <= SPACE) end++;
      put("", end);
    } else if (code === MINUS || isDigit(code)) {
      let isPlain = code !== MINUS;
      for (let next; isInNumber(next = text.charCodeAt(end)); end++) {
        isPlain &&= isDigit(next);
      }
      const number = text.slice(at, end);
      const printed = isPlain ? number : printedNumber(number);
      if (printed !== number && !printed.endsWith("y")) put(printed, end);
    }
    at = end;
  }
  return pieces.join("") + text.slice(from);
}

/** A number as Python prints it: the integer `-0` is 0 there. */
function printedNumber(text: string): string {
  return text === "-0" ? "0" : formatNumber(text);
}

const QUOTE = 34, BACKSLASH = 92, SPACE = 32, MINUS = 45;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether a number can continue with this character. */
function isInNumber(code: number): boolean {
  return isDigit(code) || code === 43 || code === MINUS || code === 46 ||
    code === 69 || code === 101;
}

/** The index of the closing quote of the string that begins at `start`. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (let code; (code = text.charCodeAt(at)) !== QUOTE; at++) {
    if (at >= text.length) break;
    if (code === BACKSLASH) at++;
  }
  return at;
}
