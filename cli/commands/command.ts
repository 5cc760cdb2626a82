/**
 * What a command is.
 *
 * @module
 */

import type { CommandHelp } from "../help/help.ts";
import type { Io } from "../io.ts";
import type { CommandName } from "../names.ts";
import type { Completes, OptionsOf } from "../options/table.ts";

/** Runs a command; throws what went wrong. */
export type Command<C extends CommandName> = (
  options: OptionsOf<C>,
  io: Io,
) => Promise<void>;

/** All that the program knows of a command. */
export interface CommandSpec<C extends CommandName> extends CommandHelp {
  /** What its word is, for shells; absent if it takes none. */
  completes?: Completes;
  /** Loads what runs it, when it is called. */
  load(): Promise<{ run: Command<C> }>;
}
