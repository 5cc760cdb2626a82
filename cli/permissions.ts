/**
 * Permissions are looked at before a command begins, so that Deno does not ask
 * for them one by one.
 *
 * @module
 */

import { MissingPermissionError } from "./errors.ts";
import type { Need } from "./io.ts";

/**
 * Checks permissions.
 *
 * @throws {MissingPermissionError} that names every missing flag.
 */
export function demand(needs: readonly Need[]): void {
  const missing = needs
    .filter((each) => !each.isOptional && !isPermitted(each)).map(flagOf);
  if (missing.length > 0) throw new MissingPermissionError(missing);
}

/** Gives up the kinds of permissions that are not needed, for good. */
export function giveUpOthers(needs: readonly Need[]): void {
  for (const name of ["net", "read", "write"] as const) {
    if (needs.some((each) => each.name === name)) continue;
    Deno.permissions.revokeSync({ name });
  }
}

function isPermitted({ name, value }: Need): boolean {
  const descriptor: Deno.PermissionDescriptor = name === "net"
    ? { name, ...(value === undefined ? {} : { host: value }) }
    : { name, ...(value === undefined ? {} : { path: value }) };
  return Deno.permissions.querySync(descriptor).state === "granted";
}

function flagOf({ name, value }: Need): string {
  return `--allow-${name}${value === undefined ? "" : `=${value}`}`;
}
