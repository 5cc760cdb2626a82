/** The program as a process of its own, which can be killed. */

import { join } from "@std/path";
import { mapFlags } from "../../scripts/map_flags.ts";
import { lastOf } from "./arguments.ts";
import { BINARY } from "./binary.ts";
import {
  type EndedProcess,
  type ProcessOptions,
  type Running,
  startProcess,
} from "./process.ts";

/**
 * The program and what comes before its arguments, for a shell too: the
 * sources, or the executable.
 */
export const PROGRAM: readonly string[] = BINARY ? [BINARY] : [
  Deno.execPath(),
  ...["run", "-q", "--no-prompt", "-A", ...mapFlags()],
  join(import.meta.dirname!, "../../cli/main.ts"),
];

/** Starts the program; later options replace earlier ones. */
export function startProgram(
  args: readonly string[],
  options: ProcessOptions = {},
): Running {
  return startProcess([...PROGRAM, ...lastOf(args)], options);
}

/** Runs the program to its end. */
export async function runProgram(
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<EndedProcess> {
  return await startProgram(args, options).ended;
}
