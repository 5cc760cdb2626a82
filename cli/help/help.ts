/**
 * The help of the program and of its commands.
 *
 * @module
 */

import { EVENT_NAMES } from "../options/choices.ts";
import { EXIT, EXIT_CODES, type ExitName, STATE_CODES } from "../errors.ts";
import { formatSpan } from "../../insight/units.ts";
import { GROUPS, type OptionGroup } from "../options/groups.ts";
import type { CommandName } from "../names.ts";
import {
  optionsOf,
  type OptionSpec,
  PROGRAM_OPTIONS,
} from "../options/table.ts";
import { commandLines, entry, wrap } from "./layout.ts";
import { TOPICS } from "./topics.ts";

/** What the help says of a command. */
export interface CommandHelp {
  /** What it does, in a few words. */
  summary: string;
  /** What it does, at length. */
  description: string;
  /** What follows its name on a command line. */
  usage: string;
  /** Commands that work as they are pasted, of one line or several. */
  examples: readonly string[];
  /** How it can end, but for `check`, which ends with a state. */
  exits: readonly ExitName[] | "states";
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
    ...wrap(`Exit codes: ${codeList(EXIT_CODES)}.`, 0),
    "",
  ].join("\n");
}

/**
 * The help of a command.
 *
 * @param isWhole Whether options that are rarely needed are described, too.
 */
export function commandHelp(
  name: CommandName,
  command: CommandHelp,
  isWhole = false,
): string {
  const whole = helpLines(name, command, () => true);
  const lines = isWhole || whole.length < LONG
    ? whole
    : helpLines(name, command, (group) => !group.isRare);
  return lines.join("\n");
}

/** The lines from which on a help only names what is rarely needed. */
const LONG = 60;

function helpLines(
  name: CommandName,
  command: CommandHelp,
  isShown: (group: OptionGroup) => boolean,
): string[] {
  const groups = groupsOf(name);
  const [shown, named] = [
    groups.filter(([group]) => isShown(group)),
    groups.filter(([group]) => !isShown(group)),
  ];
  return [
    ...wrap(`Usage: esmond-ps ${name} ${command.usage}`, 0),
    "",
    ...wrap(command.description, 0),
    "",
    ...shown.flatMap(([{ title }, specs]) => [
      `${title}:`,
      ...specs.flatMap(optionHelp),
      "",
    ]),
    ...repeated(shown.flatMap(([, specs]) => specs)),
    ...(named.length === 0 ? [] : ["More, with --help all:"]),
    ...named.flatMap(([{ title }, specs]) =>
      wrap(`${title}: ${specs.map(({ long }) => `--${long}`).join(", ")}`, 2)
    ),
    "",
    `${examplesTitle(name)}:`,
    ...command.examples.flatMap((example) => commandLines(example, 2)),
    "",
    ...exitCodes(command),
    "",
  ];
}

/** The groups that a command has options of, in the order of the help. */
export function groupsOf(
  name: CommandName,
): [group: OptionGroup, specs: OptionSpec[]][] {
  const specs = optionsOf(name);
  return Object.entries(GROUPS).flatMap(([group, about]) => {
    const own = specs.filter((spec) => spec.group === group);
    return own.length === 0 ? [] : [[about, own]];
  });
}

/** Which archive the examples of a command read. */
export function examplesTitle(name: CommandName): string {
  const takes = (long: string) =>
    optionsOf(name).some((spec) => spec.long === long);
  if (takes("key-file")) {
    return "Examples (ESMOND_API_KEY=secret; esmond-ps serve --sample 7 --token secret)";
  }
  return takes("src")
    ? "Examples (the archive is that of esmond-ps serve --sample 7)"
    : "Examples";
}

/** What the help says of an option, with its default. */
export function helpOf(spec: OptionSpec): string {
  const otherwise = spec.otherwise ?? defaultOf(spec);
  if (otherwise === undefined) return spec.help;
  return `${spec.help} Default: ${otherwise}${
    otherwise.endsWith(".") ? "" : "."
  }`;
}

function defaultOf({ default: value, value: name }: OptionSpec) {
  return typeof value === "number" && name === "SPAN"
    ? formatSpan(value).replace(" ", "")
    : value?.toString();
}

/** The event types, as the original client lists them. */
export function eventTypeList(): string {
  const names = EVENT_NAMES.map((name) => `    ${name}\n`).join("");
  return `\nValid event types:\n${names}`;
}

const COLUMN = 27;

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

/** Says which options may be given several times. */
function repeated(specs: readonly OptionSpec[]): string[] {
  const names = specs.filter((spec) => spec.isRepeatable)
    .map(({ long }) => `--${long}`);
  return names.length === 0
    ? []
    : wrap(`Repeat for several values: ${names.join(", ")}.`, 0);
}

/** The exit codes that a command has, and what they mean. */
export function exitsOf(
  { exits }: CommandHelp,
): readonly (readonly [code: number, meaning: string])[] {
  const codes: readonly number[] = exits === "states"
    ? []
    : exits.map((each) => EXIT[each]);
  return EXIT_CODES.filter(([code]) => codes.includes(code));
}

function exitCodes(command: CommandHelp): string[] {
  if (command.exits === "states") {
    return wrap(`Exit codes: ${STATE_CODES}.`, 0);
  }
  return wrap(`Exit codes: ${codeList(exitsOf(command))}.`, 0);
}

function codeList(
  codes: readonly (readonly [code: number, meaning: string])[],
): string {
  return codes.map(([code, meaning]) => `${code} ${meaning}`).join("; ");
}
