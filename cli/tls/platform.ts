/**
 * What connections of our own need of the platform.
 *
 * @module
 */

import { UsageError } from "../errors.ts";

/**
 * Whether connections of our own can be trusted here. Before 2.9, Deno does not
 * show which certificate it got, or does not check that the other side has its
 * key: a pin would be worth nothing.
 */
export function isSound(version: string = Deno.version.deno): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 9);
}

/**
 * Complains where connections of our own cannot be trusted.
 *
 * @param why What needs them.
 * @throws {UsageError} there.
 */
export function requirePlatform(why: string): void {
  if (isSound()) return;
  throw new UsageError(
    `${why} needs Deno 2.9 or later; this program runs on Deno ${Deno.version.deno}`,
  );
}
