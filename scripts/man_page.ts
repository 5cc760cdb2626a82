/**
 * The man pages, from the tables that the help is made of.
 *
 * @module
 */

import { LOCK } from "../cli/export/lock.ts";
import { MANIFEST } from "../cli/export/manifest.ts";
import { COMMANDS } from "../cli/commands/commands.ts";
import { STATE_CODES } from "../cli/errors.ts";
import {
  type CommandHelp,
  examplesTitle,
  exitsOf,
  groupsOf,
  HELP,
  helpOf,
  OTHER_NAMES,
  PURPOSE,
} from "../cli/help/help.ts";
import { commandLines, wrap } from "../cli/help/layout.ts";
import { type Block, TOPICS } from "../cli/help/topics.ts";
import type { CommandName, TopicName } from "../cli/names.ts";
import { PROGRAM_NAMES } from "../cli/options/choices.ts";
import { type OptionSpec, PROGRAM_OPTIONS } from "../cli/options/table.ts";
import { VERSION } from "../cli/version.ts";

type Entry = readonly [name: string, text: string];

/** In the output directory of `get-bulk`, but for the last. */
const FILES: readonly Entry[] = [
  [MANIFEST, "What get-bulk was asked for, and what it has written."],
  [LOCK, "Kept locked by get-bulk while it writes to the directory."],
  ["*.partial", "What has arrived of a file that is not complete."],
  ["/etc/hosts", "The format of the files of --hosts."],
];

/** The page of the program, in the macros of man(7). */
export function manPage(): string {
  return page("esmond-ps", PURPOSE, [
    ...section("SYNOPSIS", [
      `${bold("esmond-ps")} COMMAND [OPTION...]`,
      ".br",
      `${bold(`esmond-ps ${HELP.name}`)} [COMMAND | TOPIC]`,
      ".br",
      `${bold("esmond-ps")} ${
        PROGRAM_OPTIONS.map(({ long }) => bold(`--${long}`)).join(" | ")
      }`,
    ]),
    ...section("DESCRIPTION", [
      ...paragraph(PURPOSE),
      ...paragraph(
        `${OTHER_NAMES} esmond-ps ${HELP.name} shows the help of a command or of a topic.`,
      ),
    ]),
    ...section("COMMANDS", [
      ...paragraph(
        "Each command has a page of its own, such as esmond-ps-get(1).",
      ),
      ...entries(
        Object.entries(COMMANDS).map(([name, { summary }]) => [
          name,
          `${capitalized(summary)}.`,
        ]),
      ),
    ]),
    ...section("TIMES", topic("time")),
    ...section("FORMATS", topic("formats")),
    ...section("ENVIRONMENT", topic("environment")),
    ...section("FILES", entries(FILES)),
    ...section("EXIT STATUS", topic("exit-codes")),
    ...section("SEE ALSO", seeAlso()),
  ]);
}

/** The page of a command. */
export function commandPage(name: CommandName): string {
  const command: CommandHelp = COMMANDS[name];
  const { summary, description, usage, examples } = command;
  const program = `esmond-ps-${name}`;
  const names = PROGRAM_NAMES.includes(program)
    ? [`esmond-ps ${name}`, program]
    : [`esmond-ps ${name}`];
  return page(program, summary, [
    ...section(
      "SYNOPSIS",
      names.flatMap((each, index) => [
        ...(index === 0 ? [] : [".br"]),
        `${bold(each)} ${escaped(usage)}`,
      ]),
    ),
    ...section("DESCRIPTION", paragraph(description)),
    ...section(
      "OPTIONS",
      groupsOf(name).flatMap(([{ title }, specs]) => [
        `.SS ${title}`,
        ...specs.flatMap(option),
      ]),
    ),
    ...section("EXAMPLES", [
      ...paragraph(`${examplesTitle(name)}:`),
      ".PP",
      ".nf",
      ".RS 4",
      ...examples.flatMap((each) => commandLines(each, 0)).map(escaped),
      ".RE",
      ".fi",
    ]),
    ...section(
      "EXIT STATUS",
      command.exits === "states"
        ? paragraph(`${STATE_CODES}.`)
        : entries(exitsOf(command).map(([code, text]) => [`${code}`, text])),
    ),
    ...section("SEE ALSO", [".BR esmond\\-ps (1)"]),
  ]);
}

function page(name: string, summary: string, sections: string[]): string {
  const lines = [
    `.TH ${
      escaped(name.toUpperCase())
    } 1 "" "esmond\\-ps ${VERSION}" "User Commands"`,
    ".nh", // names are not broken
    ".ad l",
    ...section("NAME", [
      `${escaped(name)} \\- ${escaped(uncapitalized(summary))}`,
    ]),
    ...sections,
  ];
  return `${lines.join("\n")}\n`;
}

function seeAlso(): string[] {
  return [
    ...Object.keys(COMMANDS).map((name) =>
      `.BR ${escaped(`esmond-ps-${name}`)} (1),`
    ),
    ".BR iperf3 (1),",
    ".BR owping (1),",
    ".BR traceroute (1)",
    ...paragraph(
      "esmond: https://github.com/esnet/esmond. perfSONAR: https://www.perfsonar.net.",
    ),
  ];
}

function section(name: string, lines: readonly string[]): string[] {
  // A paragraph must not follow a heading directly.
  const first = lines[0] === ".PP" ? 1 : 0;
  return [`.SH ${name}`, ...lines.slice(first)];
}

function paragraph(text: string): string[] {
  return [".PP", ...lines(text)];
}

function option(spec: OptionSpec): string[] {
  const names = [
    ...(spec.short === undefined ? [] : [bold(`-${spec.short}`)]),
    bold(`--${spec.long}`),
  ].join(", ");
  const value = spec.value === undefined
    ? ""
    : ` \\fI${escaped(spec.value)}\\fR`;
  const again = spec.isRepeatable ? ["May be repeated."] : [];
  return [".TP", names + value, ...lines(helpOf(spec)), ...again];
}

function topic(name: TopicName): string[] {
  return TOPICS[name].blocks.flatMap((block: Block) =>
    typeof block === "string" ? paragraph(block) : entries(block)
  );
}

function entries(list: readonly Entry[]): string[] {
  return list.flatMap(([name, text]) => [".TP", bold(name), ...lines(text)]);
}

function capitalized(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function uncapitalized(text: string): string {
  return text[0]!.toLowerCase() + text.slice(1).replace(/\.$/, "");
}

function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

/** Lines of text; one that begins like a request is escaped. */
function lines(text: string): string[] {
  return wrap(escaped(text), 0).map((line) => line.replace(/^\./, "\\&."));
}

const ESCAPES: Record<string, string> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** Text that stays as it is: copied from the page it works in a shell. */
function escaped(text: string): string {
  return text.replace(/[-\\'`^~]/g, (char) => ESCAPES[char]!);
}
