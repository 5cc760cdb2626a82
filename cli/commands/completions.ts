/**
 * `esmond-ps completions`: prints the completion script of a shell.
 *
 * @module
 */

import { scriptOf } from "../completions/shells.ts";
import { UsageError } from "../errors.ts";
import type { Shell } from "../names.ts";
import { SHELLS } from "../options/choices.ts";
import type { Command } from "./command.ts";

/** Prints the script. */
export const run: Command<"completions"> = async (options, io) => {
  const [word, ...surplus] = options.words;
  for (const each of surplus) {
    io.note(`"${each}" is ignored: one shell is enough`);
  }
  await io.stdout.write(scriptOf(shellOf(word)));
};

function shellOf(word: string | undefined): Shell {
  const shell = SHELLS.find((each) => each === word);
  if (shell !== undefined) return shell;
  const names = SHELLS.join(", ");
  throw new UsageError(
    word === undefined
      ? `name a shell: ${names}`
      : `there is no script for ${word}: choose one of ${names}`,
  );
}
