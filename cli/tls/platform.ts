/**
 * What our own connections need from the platform.
 *
 * @module
 */

import { UsageError } from "../errors.ts";

/**
 * Whether our own connections can be trusted here. Before 2.9, Deno does not
 * show the certificate, or does not check that the other side has its key: a
 * pin would be worthless.
 */
export function isSound(version: string = Deno.version.deno): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 9);
}

/**
 * Refuses platforms on which our own connections cannot be trusted.
 *
 * @param why The option that needs them, for the message.
 * @throws {UsageError} on these.
 */
export function requirePlatform(why: string): void {
  if (isSound()) return;
  throw new UsageError(
    `${why} needs Deno 2.9 or later; this program runs on Deno ${Deno.version.deno}`,
  );
}
