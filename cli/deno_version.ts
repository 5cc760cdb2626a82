/**
 * Which Deno the program needs.
 *
 * @module
 */

import { UsageError } from "./errors.ts";

/** The oldest version that runs it; docs/install.md says what needs more. */
export const OLDEST_DENO = "2.4";

/**
 * Refuses an older Deno. Everything that is loaded before this is called has to
 * be something that an older one can read.
 *
 * @throws {UsageError} for one that is too old.
 */
export function checkDeno(version: string = Deno.version.deno): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = OLDEST_DENO.split(".").map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) {
    return;
  }
  throw new UsageError(
    `needs Deno ${OLDEST_DENO} or later; this is ${version}`,
  );
}
