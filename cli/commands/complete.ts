/**
 * `esmond-ps __complete SHELL …`: answers the completion scripts. It is not in
 * the list of commands, so that no help shows it.
 *
 * @module
 */

import { candidatesFor } from "../completions/candidates.ts";
import { answerTo } from "../completions/shells.ts";
import type { Io } from "../io.ts";
import { SHELLS } from "../options/choices.ts";
import { COMMANDS } from "./commands.ts";

/** Prints what the script of a shell asks for; nothing for unknown shells. */
export async function run(
  [name = "", ...asked]: readonly string[],
  io: Io,
): Promise<void> {
  const shell = SHELLS.find((each) => each === name);
  if (shell === undefined) return;
  const answer = answerTo(
    shell,
    asked,
    (words, current) => candidatesFor(COMMANDS, words, current),
  );
  await io.stdout.write(answer);
  await io.stdout.flush();
}
