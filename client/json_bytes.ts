/**
 * JSON in the bytes of an answer: where a value ends, found as strictly as
 * `JSON.parse` reads it, without making anything of it.
 *
 * @module
 */

import type { Extent } from "./json.ts";

const QUOTE = 34, PLUS = 43, COMMA = 44, MINUS = 45, DOT = 46, ZERO = 48;
const NINE = 57, COLON = 58, OPEN_ARRAY = 91, BACKSLASH = 92, CLOSE_ARRAY = 93;
const LOWER_E = 101, UPPER_E = 69, LOWER_U = 117;
const OPEN_OBJECT = 123, CLOSE_OBJECT = 125;

/** The index after a number of JSON; negative if there is none. */
export function skipNumber(page: Uint8Array, at: number): number {
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

/** The index after digits, if any. */
export function skipDigits(page: Uint8Array, at: number): number {
  for (;; at++) {
    const code = page[at]!;
    if (!(code >= ZERO && code <= NINE)) return at;
  }
}

/** The index after white space, if any. */
export function skipSpace(page: Uint8Array, at: number): number {
  for (;; at++) {
    const code = page[at];
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
  }
}

/** Finds the ends of values, and keeps account of what it has passed. */
export class ValueSkipper {
  /** Whether all was ASCII so far, one byte a character. */
  isAscii = true;
  readonly #page: Uint8Array;
  readonly #most: Extent;
  #values = 0;

  /**
   * Begins with nothing passed.
   *
   * @param page The bytes.
   * @param most Most values, and deepest nesting.
   */
  constructor(page: Uint8Array, most: Extent) {
    this.#page = page;
    this.#most = most;
  }

  /**
   * The index after the value that begins there; negative if it is not JSON, or
   * exceeds the limits.
   */
  skip(at: number, depth = 0): number {
    switch (this.#page[at]) {
      case QUOTE:
        return this.#skipText(at);
      case OPEN_OBJECT:
        return this.#skipParts(at, CLOSE_OBJECT, depth);
      case OPEN_ARRAY:
        return this.#skipParts(at, CLOSE_ARRAY, depth);
      case WORDS.true[0]:
        return this.#skipWord(at, WORDS.true);
      case WORDS.false[0]:
        return this.#skipWord(at, WORDS.false);
      case WORDS.null[0]:
        return this.#skipWord(at, WORDS.null);
    }
    return skipNumber(this.#page, at);
  }

  /** The members of an object, or the elements of a list. */
  #skipParts(at: number, close: number, depth: number): number {
    const page = this.#page;
    if (depth >= this.#most.depth) return -1;
    this.#values++;
    at = skipSpace(page, at + 1);
    if (page[at] === close) return at + 1;
    for (;;) {
      if (close === CLOSE_OBJECT) {
        at = page[at] === QUOTE ? this.#skipText(at) : -1;
        if (at < 0) return at;
        at = skipSpace(page, at);
        if (page[at] !== COLON) return -1;
        at = skipSpace(page, at + 1);
      }
      at = this.skip(at, depth + 1);
      if (at < 0) return at;
      at = skipSpace(page, at);
      if (page[at] === close) return at + 1;
      if (page[at] !== COMMA || ++this.#values > this.#most.values) return -1;
      at = skipSpace(page, at + 1);
    }
  }

  #skipText(at: number): number {
    const page = this.#page;
    let all = 0;
    for (;;) {
      const code = page[++at];
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        const kind = page[++at]!;
        if (kind === LOWER_U) {
          for (let digit = 0; digit < 4; digit++) {
            if (!isHex(page[++at])) return -1;
          }
        } else if (!ESCAPES.has(kind)) return -1;
      } else if (code === undefined || code < 32) return -1;
      else all |= code;
    }
    if (all > 127) this.isAscii = false;
    return at + 1;
  }

  #skipWord(at: number, word: Uint8Array): number {
    for (let index = 0; index < word.length; index++) {
      if (this.#page[at + index] !== word[index]) return -1;
    }
    return at + word.length;
  }
}

const encoder = new TextEncoder();

const WORDS = {
  true: encoder.encode("true"),
  false: encoder.encode("false"),
  null: encoder.encode("null"),
};

/** What may follow a backslash, besides `u`. */
const ESCAPES: ReadonlySet<number> = new Set(encoder.encode('"\\/bfnrt'));

function isHex(code: number | undefined): boolean {
  if (code === undefined) return false;
  const letter = code | 32;
  return code >= ZERO && code <= NINE || letter >= 97 && letter <= 102;
}
