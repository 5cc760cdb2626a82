/**
 * The topics of the help that are no commands; the man page has the same texts.
 *
 * @module
 */

import { FORMATS, INPUT_FORMATS } from "../options/choices.ts";
import { EXIT_CODES } from "../errors.ts";
import { entry, wrap } from "./layout.ts";
import type { Format, InputFormat, TopicName } from "../names.ts";

/** A paragraph, or a list of names and what they mean. */
export type Block = string | readonly (readonly [name: string, text: string])[];

/** A variable of the environment. */
export interface Variable {
  /** Its name. */
  name: string;
  /** What it does. */
  text: string;
  /** Whether it is the platform that looks at it, for every request. */
  isPlatforms?: boolean;
}

/** The variables of the environment that are looked at. */
export const ENVIRONMENT: readonly Variable[] = [
  {
    name: "ESMOND_API_KEY",
    text:
      "The key to write with (post, post-metadata), where neither --key-file nor --key is given.",
  },
  {
    name: "ESMOND_HOSTS",
    text:
      "A file of names and addresses in the format of /etc/hosts, where --hosts is not given.",
  },
  {
    name: "ESMOND_PAGE_SIZE",
    text:
      "How many data points are asked for in one request, where --page-size is not given.",
  },
  {
    name: "NO_COLOR",
    text: "If it is set and not empty, progress is shown without colours.",
  },
  {
    name: "TERM",
    text:
      "If it is dumb, progress is told in lines now and then, and not drawn.",
  },
  {
    name: "HTTP_PROXY",
    text: "The proxy through which archives at http:// are reached.",
    isPlatforms: true,
  },
  {
    name: "HTTPS_PROXY",
    text: "The proxy through which archives at https:// are reached.",
    isPlatforms: true,
  },
  {
    name: "ALL_PROXY",
    text: "The proxy for both, where the one above is not set.",
    isPlatforms: true,
  },
  {
    name: "NO_PROXY",
    text: "Hosts that are reached without a proxy, with commas between them.",
    isPlatforms: true,
  },
];

/** Examples of times, and what they are. */
export const TIMES: readonly (readonly [examples: string[], text: string])[] = [
  [
    ["2016-03-01", "March 1", "1 Mar 2016"],
    "The beginning of a day. Without a year it is in the current one.",
  ],
  [
    ["2016-03-01T10:00", "1 Mar 2016 10pm", "2016-03-01 10:00 +0100"],
    "A day and a time, with or without an offset from UTC.",
  ],
  [
    ["yesterday", "yesterday 10:00", "today", "10:00"],
    "A day as seen from today, and a time of today.",
  ],
  [
    ["-24h", "-7d", "-2d12h", "2 hours ago", "now"],
    "Counted from now, in weeks (w), days (d) of 24 hours, hours (h), minutes (m) or seconds (s).",
  ],
  [["@1456790400", "1456790400"], "Seconds since 1970, UTC."],
];

const FORMAT_TEXTS: Record<Format, string> = {
  human: "Text to be read, as the Python programs print it. The default.",
  json: "A list of JSON objects.",
  csv: "Comma-separated values with a header, for every event type. " +
    "Those that the Python programs do not know have one column, value, that holds JSON.",
  ndjson: "A JSON object a line.",
  parquet:
    "A table with typed columns, compressed. Times are instants, without a zone.",
};

const INPUT_TEXTS: Record<InputFormat, string> = {
  json: "A list of points, or what is posted in bulk.",
  ndjson: "A point a line.",
  csv:
    "The columns ts (or timestamp), val (or value) and, unless --event-type names the one, event_type; also what get prints.",
};

/** What each topic says. */
export const TOPIC_TEXTS: Record<TopicName, readonly Block[]> = {
  "exit-codes": [
    "The exit code says whether all that was asked for was had:",
    EXIT_CODES.map(([code, meaning]) => [`${code}`, meaning] as const),
    "Results go to standard output, everything else to standard error. When an answer breaks off, what had arrived is " +
    "printed, the code is not 0, and a JSON list is left unclosed.",
  ],
  "formats": [
    "Results are printed in the format that -o (--output-format) names:",
    Object.entries(FORMAT_TEXTS).map(([format, text]) =>
      [format, text + whoPrints(format)] as const
    ),
    "human, json and csv are those of the Python programs, field for field. Numbers are printed digit for digit as the " +
    "archive has them. --gzip compresses json, csv and ndjson.",
    "post reads points as --input-format names them, or else as they look:",
    INPUT_FORMATS.map((format) => [format, INPUT_TEXTS[format]] as const),
  ],
  "time": [
    "--start-time and --end-time are written as any of these:",
    TIMES.map(([examples, text]) => [examples.join(", "), text] as const),
    "A time without an offset is in UTC, or in the zone that --tz names: a name such as Europe/Berlin, or local. Of days such " +
    "as 03/04/2016 and 03.04.2016 the month comes first; a month without a day has today's day of the month.",
    "The window has both its ends in it, and is the last 24 hours if nothing is said. --verbose shows how times were " +
    "understood. Timestamps are printed in UTC or, with --output-tz, in another zone with the offset behind them.",
  ],
  "environment": [
    "These variables of the environment are looked at; options go before them:",
    ENVIRONMENT.filter(({ isPlatforms }) => !isPlatforms).map(toEntry),
    "And for every request, in capital or in small letters:",
    ENVIRONMENT.filter(({ isPlatforms }) => isPlatforms).map(toEntry),
  ],
};

/** The help of a topic. */
export function topicHelp(name: TopicName): string {
  const lines = TOPIC_TEXTS[name].flatMap((block) =>
    typeof block === "string" ? [...wrap(block, 0), ""] : [...list(block), ""]
  );
  return lines.join("\n");
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
