/**
 * The one option table: what the command line takes, how it is read, and what
 * `--help` says of it.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { SUMMARY_TYPES } from "../../client/event_types.ts";
import { SUBJECT_TYPES } from "../../client/parameters.ts";
import {
  DIALECTS,
  EVENT_NAMES,
  FORMATS,
  INPUT_FORMATS,
  PARTITIONS,
  ROLL_UPS,
  SHELLS,
} from "./choices.ts";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { entry, wrap } from "../help/layout.ts";
import type { CommandName, ParsedOptions, TopicName } from "../names.ts";
import { suggestion } from "./nearest.ts";

/**
 * What a shell offers for a value or a word: files, directories, or these texts
 * (for each command, where they differ); nothing if absent. A text that ends in
 * `:` is the beginning of one.
 */
export type Completes =
  | "file"
  | "directory"
  | readonly string[]
  | Partial<Record<CommandName, readonly string[]>>;

/** A command, as the help shows it. */
export interface CommandSpec {
  /** Its name. */
  name: CommandName;
  /** What it does, in a line. */
  summary: string;
  /** What it does, at length. */
  description: string;
  /** A command line that works. */
  example: string;
  /** What its word is, if it takes one. */
  completes?: Completes;
}

/** The commands, in the order of the help. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "get-endpoints",
    summary: "list what is measured between whom",
    description:
      "Lists the tests of an archive: source, destination, agent, tool and event types. " +
      "The times select tests that were last written to (esmond), or that ran (elmond), within them.",
    example: "esmond-ps get-endpoints --url http://ma.example.net --ip",
  },
  {
    name: "get-metadata",
    summary: "list tests with their parameters",
    description:
      "Lists the tests of an archive with the parameters that all of them have, or with -M all parameters. " +
      "The times select tests that were last written to (esmond), or that ran (elmond), within them.",
    example:
      "esmond-ps get-metadata --url http://ma.example.net --dest 192.0.2.20 -o csv",
  },
  {
    name: "get",
    summary: "print the data of one event type",
    description:
      "Prints what was measured between two hosts. --src, --dest and --event-type are required " +
      "(for ntp-* event types, --dest is not).",
    example:
      "esmond-ps get --url http://ma.example.net -s 192.0.2.10 -d 192.0.2.20 -e throughput",
  },
  {
    name: "get-bulk",
    summary: "write all matching data to files",
    description:
      "Writes a file for each test and event type that has data, named " +
      "<source>_<destination>_<event type>_<start>_<end> with the format behind a dot, and prints the path of each. " +
      "Tests that would share a name get the beginning of their key appended. " +
      "--output-format json, csv, ndjson or parquet is required.",
    example:
      "esmond-ps get-bulk --url http://ma.example.net --tool powstream -o csv -D out",
  },
  {
    name: "post-metadata",
    summary: "describe a test to an archive, print its key",
    description:
      "Creates a test, or finds the one that was created with the same description, and prints its key. " +
      "The description comes from the options, or as JSON, as the archive shows it, from a FILE or standard input.",
    example:
      "esmond-ps post-metadata --url http://ma.example.net -s 192.0.2.10 -d 192.0.2.20 -a 192.0.2.10 " +
      "-t powstream --input-source a.example --input-destination b.example -e packet-loss-rate",
    completes: "file",
  },
  {
    name: "post",
    summary: "write data points to an archive",
    description:
      "Writes points from a FILE or standard input: JSON, a JSON object a line, or CSV with the columns " +
      "ts (or timestamp), val (or value) and, unless --event-type names the one, event_type. " +
      "What the archive has already is not written again: after a failure, run the same once more.",
    example:
      "esmond-ps post --url http://ma.example.net --metadata-key KEY -e throughput points.csv",
    completes: "file",
  },
  {
    name: "serve",
    summary: "run an archive on this machine",
    description:
      "Serves an archive from one file, or from memory, until it is stopped. The first line of the output is its address. " +
      "Reading is open to all who reach it; writing needs one of the keys given with --token-file or --token.",
    example: "esmond-ps serve --sample 7 --port 8085",
  },
  {
    name: "trust",
    summary: "show the certificate of an archive",
    description:
      "Connects to an archive, sends nothing, and shows its certificate: names, times, fingerprints, whether it is accepted " +
      "here, and the option that makes the other commands trust it. Compare the fingerprint with what whoever runs the " +
      "archive tells you by another way: only then it says who is at the other end.",
    example: "esmond-ps trust https://ma.example.net",
  },
  {
    name: "install-links",
    summary: "make the names of the Python programs",
    description:
      "Makes links named esmond-ps-get-endpoints, esmond-ps-get-metadata, esmond-ps-get and esmond-ps-get-bulk in DIR, or " +
      "beside the executable: called by one of these names, it is that command. What has such a name already stays.",
    example: "esmond-ps install-links ~/.local/bin",
    completes: "directory",
  },
  {
    name: "completions",
    summary: "print what makes a shell complete command lines",
    description:
      "Prints a script for bash, zsh, fish or powershell that completes commands, options, event types, formats and files, " +
      "also behind names such as esmond-ps-get. Its first lines say where to put it.",
    example: "esmond-ps completions fish",
    completes: SHELLS,
  },
];

/** The topics, in the order of the help. */
export const TOPICS: readonly { name: TopicName; summary: string }[] = [
  { name: "exit-codes", summary: "what the program exits with" },
  { name: "formats", summary: "what data is printed as, and read from" },
  { name: "time", summary: "how times and their zones are written" },
  { name: "environment", summary: "the variables that are looked at" },
];

/**
 * What shows the help; unlike the commands it has no options, and no program is
 * called by its name.
 */
export const HELP = {
  name: "help",
  summary: "show the help of a command, or of a topic",
} as const;

const QUERIES: readonly CommandName[] = [
  "get-endpoints",
  "get-metadata",
  "get",
  "get-bulk",
];
const POSTS: readonly CommandName[] = ["post-metadata", "post"];
const CLIENTS: readonly CommandName[] = [...QUERIES, ...POSTS, "trust"];

/** One option. */
export interface OptionSpec {
  /** The long name, without dashes. */
  long: string;
  /** The short name, without its dash. */
  short?: string;
  /** What the help calls the value; absent for a flag. */
  value?: string;
  /**
   * Whether it may be given several times; of other options, the last one
   * counts.
   */
  isRepeatable?: boolean;
  /**
   * Whether the original client has it: its abbreviations stay what they were.
   */
  isOriginal?: boolean;
  /** The commands that take it; all if absent. */
  commands?: readonly CommandName[];
  /** What its value is, for shells. */
  completes?: Completes;
  /** What the help says. */
  help: string;
}

/** The options, in the order of the help. */
export const OPTIONS: readonly OptionSpec[] = [
  {
    long: "help",
    short: "h",
    isOriginal: true,
    help: "Show this help and exit.",
  },
  {
    long: "version",
    short: "V",
    help: "Show the version and exit.",
  },
  {
    long: "url",
    short: "u",
    value: "URL",
    isOriginal: true,
    commands: CLIENTS,
    help: "Archive to ask, as scheme://host:port. Required.",
  },
  {
    long: "src",
    short: "s",
    value: "SRC",
    isOriginal: true,
    commands: [...QUERIES, "post-metadata"],
    help: "Host at the near end of the test: an address or a name.",
  },
  {
    long: "dest",
    short: "d",
    value: "DEST",
    isOriginal: true,
    commands: [...QUERIES, "post-metadata"],
    help: "Host at the far end of the test.",
  },
  {
    long: "agent",
    short: "a",
    value: "AGENT",
    isOriginal: true,
    commands: [...QUERIES, "post-metadata"],
    help: "Host that started the test; useful for central archives.",
  },
  {
    long: "event-type",
    short: "e",
    value: "EVENT",
    isOriginal: true,
    commands: QUERIES,
    completes: EVENT_NAMES,
    help: "Kind of data, such as throughput or packet-loss-rate; see -L.",
  },
  {
    long: "tool",
    short: "t",
    value: "TOOL",
    isOriginal: true,
    commands: [...QUERIES, "post-metadata"],
    help:
      'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute".',
  },
  {
    long: "start-time",
    short: "S",
    value: "START",
    isOriginal: true,
    commands: QUERIES,
    help:
      "Beginning of the window: a date, a date and time (UTC unless it has an offset), or -24h. Default: 24 hours ago.",
  },
  {
    long: "end-time",
    short: "E",
    value: "END",
    isOriginal: true,
    commands: QUERIES,
    help: "End of the window, inclusive. Default: now.",
  },
  {
    long: "tz",
    value: "ZONE",
    commands: QUERIES,
    help:
      "Zone of times that name none: UTC (the default), local, or a name such as Europe/Berlin.",
  },
  {
    long: "output-tz",
    value: "ZONE",
    commands: ["get", "get-bulk"],
    help:
      "Zone that timestamps are printed in, with their offset. Default: UTC, without one. Parquet has instants, and no zone.",
  },
  {
    long: "filter",
    short: "F",
    value: "KEY:VALUE",
    isRepeatable: true,
    isOriginal: true,
    commands: QUERIES,
    help:
      "Further filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6. May be repeated; " +
      "goes before the other options. Invalid filters are ignored, with a notice.",
  },
  {
    long: "list-events",
    short: "L",
    isOriginal: true,
    commands: QUERIES,
    help: "List the event types and exit.",
  },
  {
    long: "metadata-extended",
    short: "M",
    isOriginal: true,
    commands: QUERIES,
    help: "get-metadata: show all parameters of a test. Not with -o csv.",
  },
  {
    long: "summary-type",
    short: "T",
    value: "TYPE",
    isOriginal: true,
    commands: QUERIES,
    completes: SUMMARY_TYPES,
    help:
      "Read roll-ups instead of base data: aggregation, average or statistics.",
  },
  {
    long: "summary-window",
    short: "W",
    value: "SECONDS",
    isOriginal: true,
    commands: QUERIES,
    help: "Window of the roll-ups, in seconds. Default: 0.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    isOriginal: true,
    commands: QUERIES,
    completes: FORMATS,
    help:
      "human, json (a list), csv, or ndjson (a JSON object a line); get and get-bulk know parquet too. Default: human.",
  },
  {
    long: "gzip",
    commands: ["get", "get-bulk"],
    help:
      "Compress json, csv or ndjson; the files of get-bulk end in .gz then.",
  },
  {
    long: "escape-formulas",
    commands: QUERIES,
    help:
      "With -o csv, put a ' before text that a spreadsheet would take for a formula: that which begins with =, +, -, @, " +
      "a tab or a line end, and is no number.",
  },
  {
    long: "output-directory",
    short: "D",
    value: "DIR",
    isOriginal: true,
    commands: ["get-bulk"],
    completes: "directory",
    help: "Directory to write to. Default: the current one.",
  },
  {
    long: "resume",
    commands: ["get-bulk"],
    help:
      "Go on with an export that broke off: what is complete stays, what is not is finished. The same options have to be given again.",
  },
  {
    long: "sync",
    commands: ["get-bulk"],
    help:
      "Add what is new since the last run with --sync to the files, which are named without days then.",
  },
  {
    long: "overlap",
    value: "SECONDS",
    commands: ["get-bulk"],
    help:
      "With --sync, read so much before the end of the last run again, for what reached the archive late. Default: 3600.",
  },
  {
    long: "partition",
    value: "PART",
    commands: ["get-bulk"],
    completes: PARTITIONS,
    help:
      "With -o parquet, a file for each day or month, in folders as query engines expect them.",
  },
  {
    long: "concurrency",
    value: "N",
    commands: ["get", "get-bulk"],
    help: "Requests under way at a time. Default: 6.",
  },
  {
    long: "page-size",
    value: "N",
    commands: ["get", "get-bulk"],
    help:
      "Data points asked for in one request. Default: $ESMOND_PAGE_SIZE, else 1000 and more as far as the archive is quick.",
  },
  {
    long: "quiet",
    short: "q",
    commands: ["get-bulk"],
    help: "Say nothing of progress, nor of an export that went well.",
  },
  {
    long: "ip",
    short: "I",
    isOriginal: true,
    commands: QUERIES,
    help: "Show addresses as they are, instead of host names.",
  },
  {
    long: "hosts",
    value: "FILE",
    commands: QUERIES,
    completes: "file",
    help:
      "Names and addresses in the format of /etc/hosts, asked before DNS in both directions. Default: $ESMOND_HOSTS.",
  },
  {
    long: "verbose",
    short: "v",
    isOriginal: true,
    commands: [...QUERIES, ...POSTS, "serve"],
    help: "Report every request on stderr.",
  },
  {
    long: "ssl-verify",
    isOriginal: true,
    commands: QUERIES,
    help: "Accepted for old scripts: certificates are verified anyway.",
  },
  {
    long: "cacert",
    value: "FILE",
    commands: CLIENTS,
    completes: "file",
    help:
      "Certificates of authorities, in PEM, that are trusted besides those that Deno knows; or a directory of such files.",
  },
  {
    long: "pin",
    value: "PIN",
    isRepeatable: true,
    commands: [...QUERIES, ...POSTS],
    help:
      "Accept the one certificate, or key, with this SHA-256 and no other, even if it is self-signed, expired or for another name: " +
      "sha256/BASE64, or hexadecimal digits. esmond-ps trust URL shows it. May be repeated.",
  },
  {
    long: "client-cert",
    value: "FILE",
    commands: CLIENTS,
    completes: "file",
    help: "Certificate to show to the archive, in PEM.",
  },
  {
    long: "client-key",
    value: "FILE",
    commands: CLIENTS,
    completes: "file",
    help: "Its key, in PEM, unless the certificate's file holds it.",
  },
  {
    long: "insecure",
    commands: [...QUERIES, ...POSTS],
    help:
      "Accept any certificate: whoever is on the way can read and change everything. --pin is nearly always the better way.",
  },
  {
    long: "proxy",
    value: "URL",
    commands: CLIENTS,
    help:
      "Go through a proxy: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h. Default: $HTTPS_PROXY, $HTTP_PROXY " +
      "or $ALL_PROXY; hosts in $NO_PROXY are asked directly.",
  },
  {
    long: "timeout",
    value: "SECONDS",
    isOriginal: true,
    commands: CLIENTS,
    help:
      "Give up when the archive sends nothing for so long; 0 for never. Default: 20.",
  },
  {
    long: "retry",
    value: "TIMES",
    commands: [...QUERIES, ...POSTS],
    help:
      "Try again so often what failed in a way that may pass, after longer and longer pauses. Default: 3.",
  },
  {
    long: "max-response",
    value: "SIZE",
    commands: [...QUERIES, ...POSTS],
    help:
      "Read no answer that is larger, in bytes or with a K, M or G behind the number; compressed answers count as what " +
      "they hold. Default: 128M.",
  },
  {
    long: "event-type",
    short: "e",
    value: "EVENT",
    isRepeatable: true,
    commands: ["post-metadata"],
    completes: EVENT_NAMES,
    help: "Event type that the test measures. May be repeated.",
  },
  {
    long: "summary",
    value: "EVENT:TYPE:SECONDS",
    isRepeatable: true,
    commands: ["post-metadata"],
    completes: ROLL_UPS,
    help:
      "Roll-ups that the archive is to keep, such as packet-loss-rate:aggregation:300,3600. May be repeated.",
  },
  {
    long: "subject-type",
    value: "TYPE",
    commands: ["post-metadata"],
    completes: SUBJECT_TYPES,
    help:
      "point-to-point, or network-element for what has no far end. Default: point-to-point if there is a --dest.",
  },
  {
    long: "input-source",
    value: "NAME",
    commands: ["post-metadata"],
    help: "The near end as the tester wrote it. Default: --src.",
  },
  {
    long: "input-destination",
    value: "NAME",
    commands: ["post-metadata"],
    help: "The far end as the tester wrote it. Default: --dest.",
  },
  {
    long: "param",
    value: "KEY:VALUE",
    isRepeatable: true,
    commands: ["post-metadata"],
    help:
      "Further parameter of the test, such as ip-transport-protocol:tcp. May be repeated.",
  },
  {
    long: "metadata-key",
    short: "k",
    value: "KEY",
    commands: ["post"],
    help:
      "Test that the points belong to, as post-metadata prints it. Required.",
  },
  {
    long: "event-type",
    short: "e",
    value: "EVENT",
    commands: ["post"],
    completes: EVENT_NAMES,
    help: "Event type of all points, unless they name their own.",
  },
  {
    long: "input-format",
    value: "FORMAT",
    commands: ["post"],
    completes: INPUT_FORMATS,
    help: "json, ndjson or csv. Default: what the input looks like.",
  },
  {
    long: "script-alias",
    value: "PATH",
    commands: POSTS,
    help: "Where the web server mounts the archive. Default: esmond.",
  },
  {
    long: "key-file",
    value: "FILE",
    commands: POSTS,
    completes: "file",
    help:
      "File that holds the API key. Default: $ESMOND_API_KEY, else it is asked for on a terminal.",
  },
  {
    long: "key",
    value: "KEY",
    commands: POSTS,
    help: "The API key itself; every user of this machine can see it.",
  },
  {
    long: "db",
    value: "FILE",
    commands: ["serve"],
    completes: "file",
    help:
      "Database to keep, made if need be. Default: :memory:, gone at the end.",
  },
  {
    long: "port",
    value: "N",
    commands: ["serve"],
    help: "Port to listen on; 0 for a free one. Default: 8085.",
  },
  {
    long: "host",
    value: "ADDR",
    commands: ["serve"],
    help: "Address to listen on. Default: 127.0.0.1, this machine alone.",
  },
  {
    long: "token",
    value: "KEY",
    isRepeatable: true,
    commands: ["serve"],
    help:
      "API key that may write; every user of this machine can see it. May be repeated. Without one nobody may.",
  },
  {
    long: "token-file",
    value: "FILE",
    commands: ["serve"],
    completes: "file",
    help:
      "File of API keys that may write: one a line; what follows a # is a comment.",
  },
  {
    long: "open-writes",
    commands: ["serve"],
    help:
      "Let everybody on this machine write, without a key. Only where --host is a loopback address.",
  },
  {
    long: "sample",
    value: "DAYS",
    commands: ["serve"],
    help: "Begin with made-up measurements of so many days up to now.",
  },
  {
    long: "dialect",
    value: "NAME",
    commands: ["serve"],
    completes: DIALECTS,
    help:
      "Answer as esmond, or as elmond, which can only be read. Default: esmond.",
  },
  {
    long: "page-size",
    value: "N",
    commands: ["serve"],
    help:
      "Entries a page, where a request names no limit. Default: as the original.",
  },
  {
    long: "force",
    commands: ["install-links"],
    help: "Replace what has such a name already.",
  },
];

/** The options that need no command. */
export const PROGRAM_OPTIONS: readonly OptionSpec[] = [
  {
    long: "help",
    short: "h",
    help: "Show this help, or that of a command, and exit.",
  },
  {
    long: "version",
    short: "V",
    help: "Show the version and exit.",
  },
  {
    long: "list-events",
    short: "L",
    help: "List the event types and exit.",
  },
];

/**
 * Reads a command line as the original client does: `--opt value`,
 * `--opt=value`, `-o value`, `-ovalue`, flags run together, unambiguous
 * beginnings of long names; options and words in any order.
 *
 * @throws {UsageError} for options that do not exist, are ambiguous, or lack a
 * value.
 */
export function parseOptions(
  command: CommandName,
  argv: readonly string[],
): ParsedOptions {
  const table = optionsOf(command);
  const { spelledOut, words } = spellOut(table, argv);
  const values = parseArgs(spelledOut, {
    string: table.filter((spec) => spec.value).map((spec) => spec.long),
    boolean: table.filter((spec) => !spec.value).map((spec) => spec.long),
    collect: table.filter((spec) => spec.isRepeatable).map((spec) => spec.long),
  }) as Record<string, unknown>;
  return {
    text: (long) => values[long] as string | undefined,
    texts: (long) => (values[long] ?? []) as string[],
    flag: (long) => values[long] === true,
    words,
  };
}

/** The options that a command takes. */
export function optionsOf(command: CommandName): OptionSpec[] {
  return OPTIONS.filter((spec) => spec.commands?.includes(command) ?? true);
}

/**
 * Brings every option into the form `--long=value` or `--long`, which is all
 * that a common parser agrees on.
 */
function spellOut(
  table: OptionSpec[],
  argv: readonly string[],
): { spelledOut: string[]; words: string[] } {
  const spelledOut: string[] = [];
  const words: string[] = [];
  const queue = [...argv];
  const take = (spec: OptionSpec, typed: string, attached?: string) => {
    if (spec.value === undefined) {
      if (attached !== undefined) {
        throw new UsageError(`${typed} takes no value`);
      }
      spelledOut.push(`--${spec.long}`);
      return;
    }
    const value = attached ?? queue.shift();
    if (value === undefined) {
      throw new UsageError(`${typed} needs a value (${spec.value})`);
    }
    spelledOut.push(`--${spec.long}=${value}`);
  };
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === "--") {
      words.push(...queue.splice(0));
    } else if (word.startsWith("--")) {
      const [typed = "", ...rest] = word.split("=");
      const attached = rest.length > 0 ? rest.join("=") : undefined;
      take(findLong(table, typed), typed, attached);
    } else if (word.startsWith("-") && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const spec = findShort(table, word[at]!);
        const rest = word.slice(at + 1);
        if (spec.value !== undefined && rest !== "") {
          take(spec, `-${word[at]}`, rest.replace(/^=/, ""));
          break;
        }
        take(spec, `-${word[at]}`);
      }
    } else {
      words.push(word);
    }
  }
  return { spelledOut, words };
}

function findLong(table: OptionSpec[], typed: string): OptionSpec {
  const name = typed.slice(2);
  const exact = table.find((spec) => spec.long === name);
  if (exact !== undefined) return exact;
  const begun = table.filter((spec) => name && spec.long.startsWith(name));
  const original = begun.filter((spec) => spec.isOriginal);
  // What the original understands, new options do not make ambiguous.
  const candidates = original.length > 0 ? original : begun;
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length > 1) {
    const names = candidates.map((spec) => `--${spec.long}`).join(", ");
    throw new UsageError(`${typed} is ambiguous: ${names}`);
  }
  throw unknownOption(table, typed);
}

function findShort(table: OptionSpec[], letter: string): OptionSpec {
  const found = table.find((spec) => spec.short === letter);
  if (found !== undefined) return found;
  throw unknownOption(table, `-${letter}`);
}

function unknownOption(table: OptionSpec[], typed: string): UsageError {
  const near = typed.startsWith("--")
    ? suggestion(typed, table.map((spec) => `--${spec.long}`))
    : "";
  return new UsageError(
    `there is no option ${typed}${near}; --help lists those there are`,
  );
}

/** What the program is for, in a line. */
export const PURPOSE =
  "Reads and writes perfSONAR measurement archives (esmond, elmond).";

/** How it can be called besides. */
export const OTHER_NAMES =
  "Called by a name such as esmond-ps-get, the program is that command.";

/** The help of the program. */
export function programHelp(): string {
  const listed = (each: { name: string; summary: string }) =>
    entry(`  ${each.name}`, each.summary, HELP_COLUMN);
  return [
    "Usage: esmond-ps COMMAND [OPTION...]",
    "",
    PURPOSE,
    "",
    "Commands:",
    ...[...COMMANDS, HELP].flatMap(listed),
    "",
    "Topics of esmond-ps help TOPIC:",
    ...TOPICS.flatMap(listed),
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
export function commandHelp(name: CommandName): string {
  const command = COMMANDS.find((spec) => spec.name === name)!;
  return [
    `Usage: esmond-ps ${name} ${usageOf(name)}`,
    "",
    ...wrap(command.description, 0),
    "",
    "Options:",
    ...optionsOf(name).flatMap(optionHelp),
    "",
    "Example:",
    ...wrap(command.example, 2),
    "",
    ...exitCodes(),
    "",
  ].join("\n");
}

/** What follows the name of a command. */
export function usageOf(name: CommandName): string {
  return USAGE[name] ?? "--url URL [OPTION...]";
}

const USAGE: Partial<Record<CommandName, string>> = {
  "post-metadata": "--url URL [OPTION...] [FILE]",
  post: "--url URL --metadata-key KEY [OPTION...] [FILE]",
  serve: "[OPTION...]",
  "install-links": "[OPTION...] [DIR]",
  completions: "SHELL",
  trust: "URL [OPTION...]",
};

function exitCodes(): string[] {
  const codes = EXIT_CODES.map(([code, meaning]) => `${code} ${meaning}`);
  return wrap(`Exit codes: ${codes.join("; ")}.`, 0);
}

const HELP_COLUMN = 24;

function optionHelp(spec: OptionSpec): string[] {
  const value = spec.value === undefined ? "" : ` ${spec.value}`;
  const short = spec.short === undefined ? "    " : `-${spec.short}, `;
  const names = `  ${short}--${spec.long}${value}`;
  return entry(names, spec.help, HELP_COLUMN);
}
