/**
 * The values that another archive gave, in the form in which they are stored.
 *
 * @module
 */

import type { ValueClass } from "../client/event_types.ts";
import { compact, floatText } from "./python.ts";
import { FLOAT_SCALE, type StoredValue } from "./validate.ts";

/** A point as another archive gave it. */
export interface GivenPoint {
  /** Seconds since 1970 UTC. */
  readonly ts: number;
  /** The value. */
  readonly val: unknown;
  /** Its JSON text. */
  readonly text: string;
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
