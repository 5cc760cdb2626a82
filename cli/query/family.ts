/**
 * Families of addresses: which one is asked for.
 *
 * @module
 */

import { familyOf } from "../../client/ip_address.ts";
import { UsageError } from "../errors.ts";
import type { AnswerName } from "../names.ts";
import type { OptionsOf } from "../options/table.ts";

/** A family of addresses. */
export type Family = 4 | 6;

/**
 * The family that is asked for, if only one is.
 *
 * @throws {UsageError} if both are.
 */
export function readFamily(options: OptionsOf<AnswerName>): Family | undefined {
  const [only4, only6] = [options.flag("ipv4"), options.flag("ipv6")];
  if (only4 && only6) {
    throw new UsageError(
      "-4 and -6 exclude each other: give one, or none for both families",
    );
  }
  return only4 ? 4 : only6 ? 6 : undefined;
}

/**
 * Refuses addresses of the family that is left out.
 *
 * @throws {UsageError} for the first.
 */
export function checkFamily(
  options: OptionsOf<AnswerName>,
  family: Family | undefined,
): void {
  if (family === undefined) return;
  for (const end of ["src", "dest"] as const) {
    for (const host of options.texts(end)) {
      if ((familyOf(host) ?? family) === family) continue;
      throw new UsageError(
        `--${end}: ${host} is not an IPv${family} address: leave -${family} out`,
      );
    }
  }
}
