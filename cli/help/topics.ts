/**
 * The help topics that are not commands; the man page has the same texts.
 *
 * @module
 */

import { FORMATS, INPUT_FORMATS } from "../options/choices.ts";
import { EXIT_CODES, STATE_CODES } from "../errors.ts";
import { entry, wrap } from "./layout.ts";
import type { Format, InputFormat, TopicName } from "../names.ts";

/** A paragraph, or a list of names and what they mean. */
export type Block = string | readonly (readonly [name: string, text: string])[];

/** An environment variable. */
export interface Variable {
  /** Its name. */
  name: string;
  /** What it does. */
  text: string;
  /** Whether the platform reads it, for every request. */
  isPlatforms?: boolean;
}

/** The environment variables that are read. */
export const ENVIRONMENT: readonly Variable[] = [
  {
    name: "ESMOND_API_KEY",
    text:
      "API key for post and post-metadata, unless --key-file or --key is given.",
  },
  {
    name: "ESMOND_URL",
    text:
      "The archive, unless --url is given: its address, its file, or its name.",
  },
  {
    name: "XDG_CONFIG_HOME",
    text:
      "Directory of esmond-ps/archives, which has the name and the address of an archive on each line, for --url NAME.",
  },
  {
    name: "HOME",
    text:
      "Directory whose .config has esmond-ps/archives, unless XDG_CONFIG_HOME is set.",
  },
  {
    name: "APPDATA",
    text: "Directory of esmond-ps/archives on Windows.",
  },
  {
    name: "ESMOND_HOSTS",
    text:
      "File of names and addresses in the format of /etc/hosts, unless --hosts is given.",
  },
  {
    name: "ESMOND_PAGE_SIZE",
    text: "Data points per request, unless --page-size is given.",
  },
  {
    name: "NO_COLOR",
    text:
      "If set and not empty, progress and pictures are shown without colors.",
  },
  {
    name: "TERM",
    text:
      "If dumb, progress is printed line by line instead of drawn, and pictures are ASCII alone.",
  },
  ...["LC_ALL", "LC_CTYPE", "LANG"].map((name) => ({
    name,
    text:
      "If the first of them that is set does not name UTF-8, plot and mesh draw with ASCII alone.",
  })),
  {
    name: "HTTP_PROXY",
    text: "Proxy for archives at http://.",
    isPlatforms: true,
  },
  {
    name: "HTTPS_PROXY",
    text: "Proxy for archives at https://.",
    isPlatforms: true,
  },
  {
    name: "ALL_PROXY",
    text: "Proxy for both, unless the variable above is set.",
    isPlatforms: true,
  },
  {
    name: "NO_PROXY",
    text: "Hosts to reach without a proxy, separated by commas.",
    isPlatforms: true,
  },
];

/** Examples of times, and what they are. */
export const TIMES: readonly (readonly [examples: string[], text: string])[] = [
  [
    ["2016-03-01", "March 1", "1 Mar 2016"],
    "The start of a day; without a year, in the current year.",
  ],
  [
    ["2016-03-01T10:00", "1 Mar 2016 10pm", "2016-03-01 10:00 +0100"],
    "A day and a time, with or without an offset from UTC.",
  ],
  [
    ["yesterday", "yesterday 10:00", "today", "10:00"],
    "A day relative to today, or a time of today.",
  ],
  [
    ["-24h", "-7d", "-2d12h", "2 hours ago", "now"],
    "Relative to now, in weeks (w), days (d) of 24 hours, hours (h), minutes (m) or seconds (s).",
  ],
  [
    ["-1month", "2 years ago"],
    "The same day and time of an earlier month, or its last day.",
  ],
  [["@1456790400", "1456790400"], "Seconds since 1970, UTC."],
];

const FORMAT_TEXTS: Record<Format, string> = {
  human: "Text for people, as the Python programs print it. The default.",
  json: "A list of JSON objects.",
  csv: "Comma-separated values with a header, for every event type. " +
    "Event types that the Python programs do not know have one column, value, with JSON.",
  ndjson: "What the archive has, one JSON object per line, nothing left out.",
  parquet:
    "One table for all event types: value has numbers, value_json everything else. Times are instants, without a time zone.",
  openmetrics:
    "The newest values as metrics, as Prometheus reads them: latest writes it.",
  svg: "A picture for web pages and documents: plot and mesh draw it.",
  html: "A page with the picture and its numbers, which needs nothing else.",
};

const INPUT_TEXTS: Record<InputFormat, string> = {
  json:
    "A list of points, each with ts and val (or timestamp and value), or a bulk post.",
  ndjson:
    "One point per line; the only one in which get and get-bulk leave nothing out.",
  csv:
    "The columns ts (or timestamp), val (or value) and, unless --event-type is given, event_type. The last line needs a " +
    "line end: without one it may have been cut off.",
};

/** A help topic. */
export interface Topic {
  /** What it is about. */
  summary: string;
  /** What it says. */
  blocks: readonly Block[];
}

/** The topics, in the order of the help. */
export const TOPICS: Readonly<Record<TopicName, Topic>> = {
  "exit-codes": {
    summary: "what the exit codes mean",
    blocks: [
      "The exit code tells whether everything that was asked for was received; finding nothing is no failure:",
      EXIT_CODES.map(([code, meaning]) => [`${code}`, meaning] as const),
      `check alone has others, those of Nagios plugins: ${STATE_CODES}.`,
      "Results go to standard output, everything else to standard error. When a response is cut off, what had arrived is " +
      "printed, the exit code is not 0, and a JSON list stays unclosed.",
    ],
  },
  "formats": {
    summary: "the formats of output and input",
    blocks: [
      "Results are printed in the format of -o (--output-format):",
      Object.entries(FORMAT_TEXTS).map(([format, text]) =>
        [format, text + whoPrints(format)] as const
      ),
      "human, json and csv are those of the Python programs, field for field. Numbers are printed digit for digit as the " +
      "archive has them. --gzip compresses json, csv and ndjson.",
      "--with adds columns to these three: parameters of the test by their wire names (the columns have underscores: " +
      "bw_target_bandwidth), and extra, the JSON of what a value has besides the columns. A list without items, which has " +
      "no row otherwise, gets one then. Without extra, a notice says what is left out. Of a test (get-metadata, " +
      "get-endpoints), extra has all parameters without a column, and event-types the event types with their roll-ups.",
      "In ndjson a point is one line, whatever its value is: archive, metadata_key, source, destination, measurement_agent, " +
      "tool, event_type, summary_type (base for what is not a roll-up), summary_window (0 then), timestamp, ts (seconds since " +
      "1970, UTC) and value, in the archive's exact words. A test (get-metadata) is the object of the archive's list. In both, " +
      "addresses are not replaced by names. Numbers that JSON does not have, such as NaN, are null, with what the archive " +
      "sent in text. get-endpoints prints its rows, as in json.",
      "post reads points in the format of --input-format, or detects it:",
      INPUT_FORMATS.map((format) => [format, INPUT_TEXTS[format]] as const),
      "Each may be compressed with gzip. ndjson and csv may have any length: they are read piece by piece.",
    ],
  },
  "time": {
    summary: "how to write times and time zones",
    blocks: [
      "--start-time and --end-time take any of these:",
      TIMES.map(([examples, text]) => [examples.join(", "), text] as const),
      "A time without an offset is in UTC, or in the time zone of --tz: a name such as Europe/Berlin, or local. In dates such " +
      "as 03/04/2016 and 03.04.2016 the month comes first; a month without a day has today's day of the month.",
      "The window includes both its ends, and is the last 24 hours by default. --verbose shows how times were understood. " +
      "Where most people would read another time, a notice tells so. --start-time any reads from the first point on: tests " +
      "are found whenever they were last written to, and those that never were, with a notice of their number. " +
      "Timestamps are printed in UTC or, with --output-tz, in another time zone followed by the offset; the days in file " +
      "names are in the same time zone.",
    ],
  },
  "environment": {
    summary: "the environment variables that are read",
    blocks: [
      "These environment variables are read; options override them:",
      ENVIRONMENT.filter(({ isPlatforms }) => !isPlatforms).map(toEntry),
      "And for every request, in upper or lower case:",
      ENVIRONMENT.filter(({ isPlatforms }) => isPlatforms).map(toEntry),
    ],
  },
};

/** The help of a topic. */
export function topicHelp(name: TopicName): string {
  const lines = TOPICS[name].blocks.flatMap((block) =>
    typeof block === "string" ? [...wrap(block, 0), ""] : [...list(block), ""]
  );
  return lines.join("\n");
}

/** Whether there is a topic of this name. */
export function isTopic(name: string): name is TopicName {
  return Object.hasOwn(TOPICS, name);
}

/** The column where meanings begin is as near as the names allow. */
function list(entries: Exclude<Block, string>): string[] {
  const longest = Math.max(...entries.map(([name]) => name.length));
  const column = Math.min(longest + 4, 24);
  return entries.flatMap(([name, text]) => entry(`  ${name}`, text, column));
}

function toEntry({ name, text }: Variable): readonly [string, string] {
  return [name, text];
}

function whoPrints(format: string): string {
  const all = Object.entries(FORMATS);
  const who = all.filter(([, formats]) =>
    formats.some((each) => each === format)
  ).map(([command]) => command);
  return who.length === all.length ? "" : ` For ${who.join(", ")}.`;
}
