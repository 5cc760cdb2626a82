/**
 * The man page, from the tables that the help is made of.
 *
 * @module
 */

import { LOCK } from "../cli/export/lock.ts";
import { MANIFEST } from "../cli/export/manifest.ts";
import { wrap } from "../cli/help/layout.ts";
import { COMMANDS } from "../cli/commands/commands.ts";
import {
  type CommandHelp,
  HELP,
  helpOf,
  OTHER_NAMES,
  PURPOSE,
} from "../cli/help/help.ts";
import { type Block, TOPICS } from "../cli/help/topics.ts";
import {
  OPTIONS,
  type OptionSpec,
  PROGRAM_OPTIONS,
} from "../cli/options/table.ts";
import { VERSION } from "../cli/version.ts";
import type { TopicName } from "../cli/names.ts";

type Entry = readonly [name: string, text: string];

/** In the output directory of `get-bulk`, but for the last. */
const FILES: readonly Entry[] = [
  [MANIFEST, "What get-bulk was asked for, and what it has written."],
  [LOCK, "Kept locked by get-bulk while it writes to the directory."],
  ["*.partial", "What has arrived of a file that is not complete."],
  ["/etc/hosts", "The format of the files of --hosts."],
];

/** The page, in the macros of man(7). */
export function manPage(): string {
  const heading = [
    `.TH ESMOND\\-PS 1 "" "esmond\\-ps ${VERSION}" "User Commands"`,
    ".nh", // names are not broken
    ".ad l",
  ];
  const page = [
    ...heading,
    ...section("NAME", [`esmond\\-ps \\- ${escaped(uncapitalized(PURPOSE))}`]),
    ...section("SYNOPSIS", synopsis()),
    ...section("DESCRIPTION", [
      ...paragraph(PURPOSE),
      ...paragraph(
        `${OTHER_NAMES} esmond-ps ${HELP.name} shows the help of a command or of a topic.`,
      ),
    ]),
    ...section("COMMANDS", entries(descriptions())),
    ...section("OPTIONS", OPTIONS.flatMap(option)),
    ...section("TIMES", topic("time")),
    ...section("FORMATS", topic("formats")),
    ...section("ENVIRONMENT", topic("environment")),
    ...section("FILES", entries(FILES)),
    ...section("EXIT STATUS", topic("exit-codes")),
    ...section("EXAMPLES", Object.values(COMMANDS).flatMap(examplesOf)),
    ...section("SEE ALSO", SEE_ALSO),
  ];
  return `${page.join("\n")}\n`;
}

const SEE_ALSO = [
  ".BR iperf3 (1),",
  ".BR owping (1),",
  ".BR traceroute (1)",
  ...paragraph(
    "esmond: https://github.com/esnet/esmond. perfSONAR: https://www.perfsonar.net.",
  ),
];

function section(name: string, lines: readonly string[]): string[] {
  // A paragraph must not follow a heading directly.
  const first = lines[0] === ".PP" ? 1 : 0;
  return [`.SH ${name}`, ...lines.slice(first)];
}

function paragraph(text: string): string[] {
  return [".PP", ...lines(text)];
}

function synopsis(): string[] {
  return Object.entries(COMMANDS).flatMap(([name, { usage }], index) => [
    ...(index === 0 ? [] : [".br"]),
    `${bold(`esmond-ps ${name}`)} ${escaped(usage)}`,
  ]).concat(
    ".br",
    `${bold(`esmond-ps ${HELP.name}`)} [COMMAND | TOPIC]`,
    ".br",
    `${bold("esmond-ps")} ${
      PROGRAM_OPTIONS.map(({ long }) => bold(`--${long}`)).join(" | ")
    }`,
  );
}

function descriptions(): Entry[] {
  return Object.entries(COMMANDS)
    .map(([name, { description }]) => [name, description]);
}

function option(spec: OptionSpec): string[] {
  const names = [
    ...(spec.short === undefined ? [] : [bold(`-${spec.short}`)]),
    bold(`--${spec.long}`),
  ].join(", ");
  const value = spec.value === undefined
    ? ""
    : ` \\fI${escaped(spec.value)}\\fR`;
  const commands = `Commands: ${spec.commands?.join(", ") ?? "all"}.`;
  return [".TP", names + value, ...lines(helpOf(spec)), ...lines(commands)];
}

function topic(name: TopicName): string[] {
  return TOPICS[name].blocks.flatMap((block: Block) =>
    typeof block === "string" ? paragraph(block) : entries(block)
  );
}

function entries(list: readonly Entry[]): string[] {
  return list.flatMap(([name, text]) => [".TP", bold(name), ...lines(text)]);
}

function examplesOf({ summary, examples }: CommandHelp): string[] {
  const title = summary[0]!.toUpperCase() + summary.slice(1);
  return [
    ...paragraph(`${title}:`),
    ".PP",
    ".nf",
    ".RS 4",
    ...examples.map(escaped),
    ".RE",
    ".fi",
  ];
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
