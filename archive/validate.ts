/**
 * Checks the values of points, in the original's words, and gives the form in
 * which they are stored.
 *
 * @module
 */

import { FLOAT_SCALE } from "../client/values.ts";
import type { ValueClass } from "../client/event_types.ts";
import { members } from "../client/json.ts";
import { FIRST_SECOND, LAST_SECOND } from "../client/parameters.ts";
import { Fault, Refusal } from "./answers.ts";
import {
  compact,
  contains,
  iterate,
  kindOf,
  toFloat,
  toInteger,
} from "./python.ts";

/**
 * A value as it is stored: numbers as integers over a divisor, everything else
 * as JSON text.
 */
export interface StoredValue {
  /**
   * The integer, the ten-thousandths of a float, or the numerator; `null` for
   * JSON.
   */
  readonly number: number | bigint | null;
  /** The denominator of a percentage, 1 for other numbers; `null` for JSON. */
  readonly divisor: number | bigint | null;
  /** Compact JSON text; `null` for numbers. */
  readonly json: string | null;
}

const LARGEST = 2n ** 63n - 1n;

/**
 * Checks a value.
 *
 * @param valueClass The class of the event type.
 * @param text The JSON text of the value.
 * @throws {Refusal} if the original answers 400.
 * @throws {Fault} if the original answers 500.
 */
export function checkValue(valueClass: ValueClass, text: string): StoredValue {
  return CHECKS[valueClass](text);
}

const CHECKS: Record<ValueClass, (text: string) => StoredValue> = {
  integer(text) {
    const value = toInteger(text);
    if (value === undefined) throw new Refusal("Value must be an integer");
    return whole(value);
  },

  float(text) {
    const value = toFloat(text);
    if (value === undefined || Number.isNaN(value)) {
      throw new Refusal("Value must be a floating point number");
    }
    if (!Number.isFinite(value * FLOAT_SCALE)) {
      throw new Fault(`${text} is infinite`);
    }
    return scaled(value);
  },

  percentage(text) {
    for (const name of ["numerator", "denominator"]) {
      if (!contains(text, name)) {
        throw new Refusal(`Missing required field '${name}'`);
      }
    }
    if (kindOf(text) !== "object") throw new Fault("A fraction is an object");
    const fields = members(text);
    const numerator = wholeField(fields, "numerator");
    const denominator = wholeField(fields, "denominator");
    if (denominator <= 0) {
      throw new Refusal("The field 'denominator' must be greater than 0");
    }
    if (numerator < 0) {
      throw new Refusal("The field 'numerator' cannot be negative");
    }
    return fraction(numerator, denominator);
  },

  histogram(text) {
    if (kindOf(text) !== "object") {
      if (text !== '""' && compact(text) !== "[]") {
        throw new Refusal("Invalid histogram provided");
      }
      return json(compact(text));
    }
    const buckets: string[] = [];
    for (const [bucket, count] of members(text)) {
      const value = tried(() => toInteger(count), "Invalid histogram provided");
      if (value === undefined) {
        throw new Refusal("Value of histogram must be an integer");
      }
      buckets.push(`${JSON.stringify(bucket)}:${value}`);
    }
    return json(`{${buckets.join(",")}}`);
  },

  subinterval(text) {
    if (isEmpty(text)) throw new Refusal("Invalid subintervals provided");
    tried(() => checkIntervals(text), "Invalid subintervals provided");
    return json(compact(text));
  },

  json(text) {
    return json(compact(text));
  },
};

/**
 * The stored form of a number that `JSON.parse` has read.
 *
 * @param valueClass The class of the event type.
 * @param value The value.
 * @returns What {@linkcode checkValue} makes of its text; `undefined` for what
 * is not such a number, is rounded, or would be refused.
 */
export function storedNumber(
  valueClass: ValueClass,
  value: unknown,
): StoredValue | undefined {
  return NUMBERS[valueClass]?.(value);
}

const NUMBERS: Partial<
  Record<ValueClass, (value: unknown) => StoredValue | undefined>
> = {
  integer: (value) => isExact(value) ? whole(value) : undefined,
  float: (value) =>
    typeof value === "number" && isExact(Math.trunc(value * FLOAT_SCALE))
      ? scaled(value)
      : undefined,
  percentage(value) {
    const { numerator, denominator } = (value ?? {}) as Fraction;
    const isFraction = isExact(numerator) && isExact(denominator) &&
      numerator >= 0 && denominator > 0;
    return isFraction ? fraction(numerator, denominator) : undefined;
  },
};

/** What may be a fraction. */
interface Fraction {
  readonly numerator?: unknown;
  readonly denominator?: unknown;
}

/** Whether a number that `JSON.parse` has read is the integer that was sent. */
export function isExact(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function whole(value: number | bigint): StoredValue {
  return { number: fit(value), divisor: 1, json: null };
}

function scaled(value: number): StoredValue {
  const number = Math.trunc(value * FLOAT_SCALE);
  return whole(isExact(number) ? number : BigInt(number));
}

function fraction(
  numerator: number | bigint,
  denominator: number | bigint,
): StoredValue {
  return { number: fit(numerator), divisor: fit(denominator), json: null };
}

function checkIntervals(text: string): void {
  iterate(text).forEach((interval, index) => {
    for (const name of ["start", "duration", "val"]) {
      if (!contains(interval, name)) {
        throw new Refusal(
          `Interval must contain '${name}' field at position ${index + 1}`,
        );
      }
    }
    if (kindOf(interval) !== "object") {
      throw new Fault("An interval is an object");
    }
    const fields = members(interval);
    for (const name of ["start", "duration"]) {
      if (toFloat(fields.get(name)!) === undefined) {
        throw new Refusal(
          "Subinterval 'start' and 'duration' must be floating point numbers",
        );
      }
    }
  });
}

function wholeField(fields: Map<string, string>, name: string) {
  const detail = `The field '${name}' must be an integer`;
  const value = tried(() => toInteger(fields.get(name)!), detail);
  if (value === undefined) throw new Refusal(detail);
  return value;
}

/** Where the original turns every error into one message. */
function tried<T>(attempt: () => T, detail: string): T {
  try {
    return attempt();
  } catch (error) {
    throw error instanceof Fault ? new Refusal(detail) : error;
  }
}

function isEmpty(text: string): boolean {
  return ["[]", "{}", '""'].includes(compact(text));
}

function json(text: string): StoredValue {
  return { number: null, divisor: null, json: text };
}

/** Refuses a time that cannot be stored. */
export function checkTime(ts: number | bigint): void {
  if (ts < FIRST_SECOND || ts > LAST_SECOND) {
    throw new Fault(`The time ${ts} is not between the years 1 and 9999`);
  }
}

/**
 * In the original an integer beyond 64 bits breaks the process until it is
 * restarted; here it is refused. Zero has no sign.
 */
function fit(value: number | bigint): number | bigint {
  if (typeof value === "number") return value + 0;
  if (value > LARGEST || value < -LARGEST) {
    throw new Refusal("Value must be an integer of at most 64 bits");
  }
  return value;
}
