/**
 * The values that another archive gave, in the form in which they are stored.
 *
 * @module
 */

import { FLOAT_SCALE } from "../client/values.ts";
import type { ValueClass } from "../client/event_types.ts";
import { compact, floatText } from "./python.ts";
import type { StoredValue } from "./validate.ts";

/** A point that another archive gave, in the form in which it is stored. */
export interface GivenPoint extends StoredValue {
  /** Seconds since 1970 UTC. */
  readonly ts: number;
}

/** What decides the form of a value. */
export interface GivenKind {
  /** The class of the event type; `undefined` for roll-ups and free types. */
  readonly valueClass: ValueClass | undefined;
  /** Whether numbers may change their text: `5` becomes `5.0`. */
  readonly isLoose: boolean;
}

/**
 * The form in which a value is stored. It is shown with the text that it had,
 * whatever its class; as a number, if it is one that this archive prints so.
 *
 * @param kind The class of the event type, and whether texts may change.
 * @param val The value.
 * @param text Its JSON text.
 */
export function givenValue(
  { valueClass, isLoose }: GivenKind,
  val: unknown,
  text: string,
): StoredValue {
  if (typeof val === "number" && !Object.is(val, -0)) {
    const isPrinted = Number.isSafeInteger(val)
      ? text === `${val}.0` || isLoose && text === `${val}`
      : Number.isFinite(val) && text === floatText(val);
    if (isPrinted) return numberOf(valueClass, val);
  }
  return {
    number: null,
    divisor: null,
    json: isLoose ? compact(text) : text,
  };
}

function numberOf(
  valueClass: ValueClass | undefined,
  val: number,
): StoredValue {
  if (valueClass === "integer" && Number.isSafeInteger(val)) {
    return { number: val, divisor: 1, json: null };
  }
  if (valueClass === "float") {
    const number = Math.round(val * FLOAT_SCALE);
    if (Number.isSafeInteger(number) && number / FLOAT_SCALE === val) {
      return { number, divisor: 1, json: null };
    }
  }
  return { number: val, divisor: 0, json: null };
}

/**
 * The form in which a whole number is stored that stands in bytes, if it is
 * shown with the same text; much faster than {@linkcode givenValue}.
 *
 * @param kind As there.
 * @param bytes Where its text is, which is a number of JSON.
 * @param from Where the text begins.
 * @param to Where it ends.
 * @returns The form; `undefined` for any other number.
 */
export function givenWhole(
  { valueClass, isLoose }: GivenKind,
  bytes: Uint8Array,
  from: number,
  to: number,
): StoredValue | undefined {
  const isFloat = bytes[to - 1] === ZERO && bytes[to - 2] === DOT;
  if (!isFloat && !isLoose) return undefined;
  const isNegative = bytes[from] === MINUS;
  const begin = isNegative ? from + 1 : from;
  const end = isFloat ? to - 2 : to;
  if (end - begin > MOST_DIGITS) return undefined;
  let whole = 0;
  for (let at = begin; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    whole = 10 * whole + digit;
  }
  if (whole === 0 && isNegative) return undefined; // zero has no sign here
  return numberOf(valueClass, isNegative ? -whole : whole);
}

const ZERO = 48, DOT = 46, MINUS = 45;

/** A number holds no more digits than these exactly. */
const MOST_DIGITS = 15;
