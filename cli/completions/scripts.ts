/**
 * Scripts that make shells complete command lines. They hold all that they
 * offer, and run no program when they are asked.
 *
 * @module
 */

import type { Shell } from "../names.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import {
  type CommandWords,
  type CompletionTable,
  completionTable,
} from "./table.ts";
import { zshScript } from "./zsh.ts";

const WRITERS: Record<Shell, (table: CompletionTable) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** The script of a shell. */
export function writeScript(shell: Shell, commands: CommandWords): string {
  return WRITERS[shell](completionTable(commands));
}
