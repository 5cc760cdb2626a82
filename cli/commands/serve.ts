/**
 * `esmond-ps serve`: an archive on this machine.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { Command } from "./command.ts";

/** Prints the address, then serves until the program is stopped. */
export const run: Command = () =>
  Promise.reject(new UsageError("serve is not part of this version"));
