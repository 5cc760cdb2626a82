/**
 * `esmond-ps completions`: what makes a shell complete command lines.
 *
 * @module
 */

import { writeScript } from "../completions/scripts.ts";
import type { CommandWords } from "../completions/table.ts";
import { UsageError } from "../errors.ts";
import type { Shell } from "../names.ts";
import { SHELLS } from "../options/choices.ts";
import type { Command } from "./command.ts";

/** Makes the command that prints the script of a shell. */
export function completionsOf(commands: CommandWords): Command<"completions"> {
  return async (options, io) => {
    const [word, ...surplus] = options.words;
    for (const each of surplus) {
      io.note(`"${each}" is ignored: one shell is enough`);
    }
    await io.stdout.write(writeScript(shellOf(word), commands));
  };
}

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
