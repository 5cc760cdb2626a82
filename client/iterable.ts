/**
 * Arguments that are looped over.
 *
 * @module
 */

import { FilterError } from "./errors.ts";
import { shown } from "./text.ts";

/**
 * Refuses what cannot be looped over, from code without types.
 *
 * @param field The argument.
 * @param needs What needs it, as in `forEachSeries() needs event types`.
 * @param given What was given for it.
 * @throws {FilterError} for anything but an iterable object.
 */
export function requireIterable(
  field: string,
  needs: string,
  given: unknown,
): void {
  const isIterable = typeof given === "object" && given !== null &&
    (Symbol.asyncIterator in given || Symbol.iterator in given);
  if (!isIterable) {
    throw new FilterError(field, `${needs}, not ${shown(given)}`);
  }
}
