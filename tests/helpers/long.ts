/**
 * What is long by nature runs in a short form, and in full with
 * `deno task test-long`.
 */

/** Whether the tests run in full. */
export const IS_LONG = Deno.env.get("ESMOND_LONG") === "1";

/**
 * How often something is tried: in short, in full, or as a variable of the
 * environment says.
 */
export function runs(variable: string, short: number, full: number): number {
  return Number(Deno.env.get(variable) ?? (IS_LONG ? full : short));
}

/** Why a test that `deno task test` leaves to `test-long` is skipped, if it is. */
export const NOT_IN_SHORT = IS_LONG ? undefined : "task test-long runs it";
