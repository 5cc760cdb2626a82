/**
 * The help of the program and of its commands.
 *
 * @module
 */

import { EVENT_NAMES } from "../options/choices.ts";
import { EXIT_CODES, STATE_CODES } from "../errors.ts";
import type { CommandName } from "../names.ts";
import {
  optionsOf,
  type OptionSpec,
  PROGRAM_OPTIONS,
} from "../options/table.ts";
import { entry, wrap } from "./layout.ts";
import { TOPICS } from "./topics.ts";

/** What the help says of a command. */
export interface CommandHelp {
  /** What it does, in a few words. */
  summary: string;
  /** What it does, at length. */
  description: string;
  /** What follows its name on a command line. */
  usage: string;
  /** Command lines that work. */
  examples: readonly string[];
}

/** The help of every command, in the order of the help. */
export type CommandHelps = Readonly<Record<CommandName, CommandHelp>>;

/** The word that shows the help; no program is called by its name. */
export const HELP = {
  name: "help",
  summary: "show the help of a command or a topic",
} as const;

/** What the program is for. */
export const PURPOSE =
  "Reads and writes perfSONAR measurement archives (esmond, elmond).";

/** How it can be called besides. */
export const OTHER_NAMES =
  "Called by a name such as esmond-ps-get, the program is that command.";

/** The help of the program. */
export function programHelp(commands: CommandHelps): string {
  return [
    "Usage: esmond-ps COMMAND [OPTION...]",
    "",
    PURPOSE,
    "",
    "Commands:",
    ...summaries({ ...commands, [HELP.name]: HELP }),
    "",
    "Topics of esmond-ps help TOPIC:",
    ...summaries(TOPICS),
    "",
    "Options:",
    ...PROGRAM_OPTIONS.flatMap(optionHelp),
    "",
    OTHER_NAMES,
    "",
    ...exitCodes(),
    "",
  ].join("\n");
}

/** The help of a command. */
export function commandHelp(name: CommandName, command: CommandHelp): string {
  const { description, usage, examples } = command;
  return [
    `Usage: esmond-ps ${name} ${usage}`,
    "",
    ...wrap(description, 0),
    "",
    "Options:",
    ...optionsOf(name).flatMap(optionHelp),
    "",
    examples.length === 1 ? "Example:" : "Examples:",
    ...examples.flatMap((example) => wrap(example, 2)),
    "",
    ...name === "check" ? stateCodes() : exitCodes(),
    "",
  ].join("\n");
}

/** What the help says of an option, with its default. */
export function helpOf(spec: OptionSpec): string {
  if (spec.default === undefined) return spec.help;
  const shown = `${spec.default}`;
  return `${spec.help} Default: ${shown}${shown.endsWith(".") ? "" : "."}`;
}

/** The event types, as the original client lists them. */
export function eventTypeList(): string {
  const names = EVENT_NAMES.map((name) => `    ${name}\n`).join("");
  return `\nValid event types:\n${names}`;
}

const COLUMN = 24;

function summaries(
  list: Readonly<Record<string, { summary: string }>>,
): string[] {
  return Object.entries(list).flatMap(([name, { summary }]) =>
    entry(`  ${name}`, summary, COLUMN)
  );
}

function optionHelp(spec: OptionSpec): string[] {
  const value = spec.value === undefined ? "" : ` ${spec.value}`;
  const short = spec.short === undefined ? "    " : `-${spec.short}, `;
  const names = `  ${short}--${spec.long}${value}`;
  return entry(names, helpOf(spec), COLUMN);
}

function stateCodes(): string[] {
  return wrap(`Exit codes: ${STATE_CODES}.`, 0);
}

function exitCodes(): string[] {
  const codes = EXIT_CODES.map(([code, meaning]) => `${code} ${meaning}`);
  return wrap(`Exit codes: ${codes.join("; ")}.`, 0);
}
