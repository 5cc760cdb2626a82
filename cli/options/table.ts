/**
 * The one option table: what every command takes, and what the help says of it.
 * Names, types and defaults are derived from it.
 *
 * @module
 */

import {
  DEFAULT_CONCURRENCY,
  DEFAULT_EVERY,
  DEFAULT_MAX_RESPONSE,
  DEFAULT_OVERLAP,
  DEFAULT_RETRIES,
  DEFAULT_TIMEOUT,
} from "../../client/defaults.ts";
import { SUMMARY_TYPES } from "../../client/event_types.ts";
import { SUBJECT_TYPES } from "../../client/parameters.ts";
import type {
  CommandName,
  ParsedOptions,
  PostName,
  ReadingName,
} from "../names.ts";
import {
  ADDED_NAMES,
  ANSWERS,
  COLORS,
  DIALECTS,
  EVENT_NAMES,
  FORMATS,
  INPUT_FORMATS,
  namesOf,
  PARTITIONS,
  QUERIES,
  ROLL_UPS,
  SCALES,
  STATES,
  STATS,
} from "./choices.ts";
import type { GroupName } from "./groups.ts";

/**
 * What a shell offers for a value or a word: files, directories, or these texts
 * (by command, where they differ); nothing if absent. A text that ends in `:`
 * is the beginning of a value.
 */
export type Completes =
  | "file"
  | "directory"
  | readonly string[]
  | Partial<Record<CommandName, readonly string[]>>;

/** One option. */
export interface OptionSpec {
  /** The long name, without dashes. */
  long: string;
  /** The short name, without its dash. */
  short?: string;
  /** What the help calls the value; absent for a flag. */
  value?: string;
  /** The group that it is listed in. */
  group: GroupName;
  /** What counts if it is not given; the help adds it. */
  default?: string | number;
  /** The same in words, where it is not one value. */
  otherwise?: string;
  /** Whether it may be given with several values, which all count. */
  isRepeatable?: true;
  /**
   * Whether the last of several values counts, as in the original client; of
   * other options, a second value is wrong usage.
   */
  isReplaceable?: true;
  /**
   * Whether it may be given again where each value names another archive that
   * it is for, as in `https://ma.example.net=FILE`.
   */
  isByOrigin?: true;
  /**
   * Whether the original client has it: its abbreviations stay what they were.
   */
  isOriginal?: true;
  /** The commands that take it; all if absent. */
  commands?: readonly CommandName[];
  /** What its value is, for shells; derived for FILE and DIR. */
  completes?: Completes;
  /** What the help says, without the default. */
  help: string;
}

const POSTS = namesOf<PostName>({ "post-metadata": true, "post": true });
/** The commands that read an archive. */
export const READING: readonly ReadingName[] = [
  ...QUERIES,
  ...ANSWERS,
  "copy",
];
const ARCHIVE_COMMANDS = [...READING, ...POSTS] as const;
const CLIENTS = [...ARCHIVE_COMMANDS, "trust"] as const;
const SERIES_QUERIES = ["get", "get-bulk"] as const;
const PACED = [...SERIES_QUERIES, ...ANSWERS, "copy"] as const;
const ROLLED_UP = [...QUERIES, "copy"] as const;
const DRAWING = ["plot", "mesh"] as const;
const REPORTS = ["coverage", "latest", "routes", ...DRAWING] as const;
const PRINTING_QUERIES = ["get-endpoints", "get-metadata", "get"] as const;

/** The value of `--output-directory` that is not a directory. */
export const STDOUT = "-";

/** What the shells offer for values of these names. */
const PATHS: Record<string, Completes> = { FILE: "file", DIR: "directory" };

const TABLE = [
  {
    long: "help",
    short: "h",
    isOriginal: true,
    group: "help",
    help: "Show this help. --help all shows every option.",
  },
  {
    long: "version",
    short: "V",
    group: "help",
    help: "Show the version.",
  },
  {
    long: "url",
    short: "u",
    value: "URL",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    completes: "file",
    group: "read",
    otherwise: "$ESMOND_URL",
    help: "Archive: http://HOST[:PORT], FILE.db, or a name.",
  },
  {
    long: "url",
    short: "u",
    value: "URL",
    commands: POSTS,
    group: "write",
    otherwise: "$ESMOND_URL",
    help: "Archive: http://HOST[:PORT], or a name.",
  },
  {
    long: "url",
    short: "u",
    value: "URL",
    commands: ["trust"],
    group: "read",
    help: "Archive: https://HOST[:PORT].",
  },
  {
    long: "mesh",
    value: "TEMPLATE",
    commands: READING,
    completes: "file",
    group: "read",
    help: "In place of --url: a pSConfig template.",
  },
  {
    long: "includes",
    commands: READING,
    group: "filters",
    help: "Also read the templates that --mesh includes.",
  },
  {
    long: "archives",
    value: "FILE",
    commands: READING,
    group: "filters",
    help: "In place of --url: a file of archives, one a line.",
  },
  {
    long: "distinct",
    commands: READING,
    group: "shown",
    help: "Of a test that several archives hold, only the first one's.",
  },
  {
    long: "src",
    short: "s",
    value: "SRC",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    group: "read",
    help: "Source of the test: an address or a host name.",
  },
  {
    long: "dest",
    short: "d",
    value: "DEST",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    group: "read",
    help: "Destination of the test.",
  },
  {
    long: "agent",
    short: "a",
    value: "AGENT",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    group: "filters",
    help: "Host that started the test, for central archives.",
  },
  {
    long: "event-type",
    short: "e",
    value: "EVENT",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    completes: EVENT_NAMES,
    group: "read",
    help: "Event type, such as packet-loss-rate; -L lists them.",
  },
  {
    long: "tool",
    short: "t",
    value: "TOOL",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    group: "read",
    help: "Tool that ran the test, such as powstream.",
  },
  {
    long: "src",
    short: "s",
    value: "SRC",
    commands: ["post-metadata"],
    group: "write",
    help: "Source of the test: an address or a host name.",
  },
  {
    long: "dest",
    short: "d",
    value: "DEST",
    commands: ["post-metadata"],
    group: "write",
    help: "Destination of the test.",
  },
  {
    long: "agent",
    short: "a",
    value: "AGENT",
    commands: ["post-metadata"],
    group: "write",
    help: "Host that started the test.",
  },
  {
    long: "tool",
    short: "t",
    value: "TOOL",
    commands: ["post-metadata"],
    group: "write",
    help: "Tool that ran the test, such as pscheduler/powstream.",
  },
  {
    long: "start-time",
    short: "S",
    value: "START",
    isReplaceable: true,
    isOriginal: true,
    commands: QUERIES,
    otherwise: "24 hours ago",
    group: "time",
    help: "Start: a date, a time, -24h or any (see help time).",
  },
  {
    long: "start-time",
    short: "S",
    value: "START",
    isReplaceable: true,
    commands: ["coverage", "routes", ...DRAWING],
    otherwise: "7 days ago",
    group: "time",
    help: "Start: a date, a time, -24h or any (see help time).",
  },
  {
    long: "start-time",
    short: "S",
    value: "START",
    isReplaceable: true,
    commands: ["latest", "check"],
    otherwise: "24 hours ago",
    group: "time",
    help: "Start: a date, a time, -24h or any (see help time).",
  },
  {
    long: "start-time",
    short: "S",
    value: "START",
    isReplaceable: true,
    commands: ["copy"],
    otherwise: "any",
    group: "time",
    help: "Start: a date, a time, -24h or any (see help time).",
  },
  {
    long: "range",
    short: "r",
    value: "SPAN",
    commands: ["check"],
    group: "time",
    help: "The last SPAN up to now, in place of --start-time.",
  },
  {
    long: "end-time",
    short: "E",
    value: "END",
    isReplaceable: true,
    isOriginal: true,
    commands: READING,
    otherwise: "now",
    group: "time",
    help: "End, inclusive.",
  },
  {
    long: "tz",
    value: "ZONE",
    default: "UTC",
    commands: READING,
    group: "zones",
    help:
      "Time zone of times without one: UTC, local, or a name such as Europe/Berlin.",
  },
  {
    long: "output-tz",
    value: "ZONE",
    commands: SERIES_QUERIES,
    otherwise: "UTC, without offset",
    group: "zones",
    help:
      "Time zone of printed timestamps, which then have an offset; not for parquet.",
  },
  {
    long: "output-tz",
    value: "ZONE",
    commands: DRAWING,
    otherwise: "that of --tz",
    group: "zones",
    help: "Time zone of the times that are shown.",
  },
  {
    long: "filter",
    short: "F",
    value: "KEY:VALUE",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    group: "filters",
    help:
      "Any other parameter, such as dns-match-rule:only-v6; overrides other options.",
  },
  {
    long: "list-events",
    short: "L",
    isOriginal: true,
    commands: READING,
    group: "help",
    help: "List the event types.",
  },
  {
    long: "metadata-extended",
    short: "M",
    isOriginal: true,
    commands: ["get-metadata"],
    group: "output",
    help: "Show all parameters of a test; not with csv.",
  },
  {
    long: "metadata-extended",
    short: "M",
    isOriginal: true,
    commands: ["get-endpoints", "get", "get-bulk"],
    group: "old",
    help: "For get-metadata.",
  },
  {
    long: "summary-type",
    short: "T",
    value: "TYPE",
    isOriginal: true,
    commands: ROLLED_UP,
    completes: SUMMARY_TYPES,
    group: "rollups",
    help: "Read roll-ups: aggregation, average or statistics.",
  },
  {
    long: "summary-window",
    short: "W",
    value: "SECONDS",
    default: 0,
    isOriginal: true,
    commands: ROLLED_UP,
    group: "rollups",
    help: "Window of the roll-ups, in seconds.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    default: "human",
    isOriginal: true,
    commands: PRINTING_QUERIES,
    completes: FORMATS,
    group: "output",
    help:
      "human, json, csv or ndjson (see help formats); get also writes parquet.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    isOriginal: true,
    commands: ["get-bulk"],
    completes: FORMATS,
    group: "output",
    help: "json, csv, ndjson or parquet (see help formats). Required.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    commands: ["coverage", "routes"],
    completes: FORMATS,
    otherwise: "human",
    group: "output",
    help: "human (a table), json, csv or ndjson.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    commands: ["latest"],
    completes: FORMATS,
    otherwise: "human",
    group: "output",
    help: "human (a table), json, csv, ndjson, or openmetrics for Prometheus.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    commands: DRAWING,
    completes: FORMATS,
    otherwise: "by the name of --output, else human",
    group: "output",
    help:
      "human (for a terminal), svg, html (a page), or what is drawn as json or csv.",
  },
  {
    long: "output",
    short: "O",
    value: "FILE",
    commands: DRAWING,
    otherwise: "standard output",
    group: "output",
    help: "File to write; .svg, .html, .json, .csv or .txt choose the format.",
  },
  {
    long: "plots",
    value: "DIR",
    commands: ["mesh"],
    group: "output",
    help: "With html, also draw each link on a page in DIR.",
  },
  {
    long: "width",
    value: "N",
    commands: DRAWING,
    otherwise: "the terminal's, else 80; 1000 pixels",
    group: "shown",
    help:
      "Width of the picture: columns of the terminal, or pixels of svg and html.",
  },
  {
    long: "scale",
    value: "SCALE",
    default: "linear",
    commands: ["plot"],
    completes: SCALES,
    group: "shown",
    help:
      "Scale of throughput and delay: linear or log; that of loss is logarithmic.",
  },
  {
    long: "with",
    value: "NAME[,NAME...]",
    isRepeatable: true,
    commands: QUERIES,
    completes: ADDED_NAMES,
    group: "shown",
    help:
      "Columns to add: parameters of the test, such as metadata-key, archive, its address, and extra, what a value has besides, as JSON.",
  },
  {
    long: "color",
    value: "WHEN",
    default: "auto",
    commands: ["get-bulk", "copy", ...DRAWING],
    completes: COLORS,
    group: "shown",
    help: "Colors on a terminal: auto, always or never.",
  },
  {
    long: "gzip",
    commands: SERIES_QUERIES,
    group: "output",
    help: "Compress json, csv or ndjson.",
  },
  {
    long: "escape-formulas",
    commands: [...QUERIES, ...REPORTS],
    group: "shown",
    help:
      "With csv, put a ' before text that a spreadsheet would take for a formula: it is not a number and begins with =, +, -, @, a tab or a line end.",
  },
  {
    long: "output-directory",
    short: "D",
    value: "DIR",
    default: ".",
    isOriginal: true,
    commands: ["get-bulk"],
    group: "output",
    help:
      "Directory to write to. It is made if its parent exists; - is standard output, for ndjson, or csv of the same columns.",
  },
  {
    long: "resume",
    commands: ["get-bulk"],
    group: "output",
    help: "Continue an export that stopped; same options again.",
  },
  {
    long: "sync",
    commands: ["get-bulk"],
    group: "output",
    help: "Add what is new since the last run with --sync.",
  },
  {
    long: "to",
    value: "TARGET",
    commands: ["copy"],
    completes: "file",
    group: "write",
    help:
      "File of an archive to copy to, made if absent, or the address of an archive. Required.",
  },
  {
    long: "sync",
    commands: ["copy"],
    group: "write",
    help: "Keep a copy up to date: look for data that arrived late, too.",
  },
  {
    long: "dry-run",
    short: "n",
    commands: ["copy"],
    group: "write",
    help: "Only say what would be copied, and what not exactly.",
  },
  {
    long: "verify",
    commands: ["copy"],
    group: "write",
    help: "Then compare every series of both sides by count and hash.",
  },
  {
    long: "adopt",
    commands: ["get-bulk"],
    group: "mirror",
    help:
      "With --sync, continue the files that are in the directory although its manifest is of another export, or damaged.",
  },
  {
    long: "rebase",
    commands: ["get-bulk"],
    group: "mirror",
    help:
      "With --sync, accept another --url of the same archive, or an earlier --start-time. One series is compared with its file first.",
  },
  {
    long: "follow",
    commands: ["get"],
    group: "output",
    help:
      "Print csv or ndjson as it arrives, until Ctrl-C; with --start-time, what is there since then first.",
  },
  {
    long: "every",
    value: "SPAN",
    default: DEFAULT_EVERY,
    commands: ["get"],
    group: "fine",
    help:
      "With --follow, the pause between two looks at the archive; while it is away, up to 5 minutes.",
  },
  {
    long: "overlap",
    value: "SPAN",
    default: DEFAULT_OVERLAP,
    commands: ["get"],
    group: "fine",
    help:
      "With --follow, how late points may arrive. Roll-ups are printed this long after the end of their window.",
  },
  {
    long: "overlap",
    value: "SPAN",
    default: DEFAULT_OVERLAP,
    commands: ["get-bulk", "copy"],
    group: "mirror",
    help:
      "With --sync, how far before the end of the last run to read again, for data that arrived late.",
  },
  {
    long: "partition",
    value: "PART",
    commands: ["get-bulk"],
    completes: PARTITIONS,
    group: "output",
    help:
      "With parquet, one file per event type and day or month, in folders as query engines expect them.",
  },
  {
    long: "concurrency",
    value: "N",
    default: DEFAULT_CONCURRENCY,
    commands: PACED,
    group: "connection",
    help: "Number of requests at a time.",
  },
  {
    long: "page-size",
    value: "N",
    commands: PACED,
    otherwise:
      "$ESMOND_PAGE_SIZE, else 1000 and more while the archive is quick",
    group: "connection",
    help: "Data points per request.",
  },
  {
    long: "quiet",
    short: "q",
    commands: ["get-bulk", "copy"],
    group: "shown",
    help: "Show no progress, and no report when all went well.",
  },
  {
    long: "ip",
    short: "I",
    isOriginal: true,
    commands: READING,
    group: "output",
    help: "Show addresses instead of host names.",
  },
  {
    long: "hosts",
    value: "FILE",
    commands: READING,
    otherwise: "$ESMOND_HOSTS",
    group: "shown",
    help:
      "Names and addresses in the format of /etc/hosts, looked up before DNS, both ways.",
  },
  {
    long: "ipv4",
    short: "4",
    commands: ANSWERS,
    group: "filters",
    help: "Only tests over IPv4.",
  },
  {
    long: "ipv6",
    short: "6",
    commands: ANSWERS,
    group: "filters",
    help: "Only tests over IPv6.",
  },
  {
    long: "both",
    short: "b",
    commands: ["check", "routes", "plot"],
    group: "read",
    help: "Both directions, each for itself.",
  },
  {
    long: "details",
    commands: ["coverage", "routes"],
    group: "output",
    help: "Show everything that was found, not only the summary.",
  },
  {
    long: "exit-code",
    commands: ["coverage", "routes", "mesh"],
    group: "output",
    help: "End with 5 if something was found.",
  },
  {
    long: "interval",
    value: "SPAN",
    commands: ["coverage", "check", ...DRAWING],
    otherwise: "as they say or, where that is wrong, as they did",
    group: "fine",
    help: "How often tests should run.",
  },
  {
    long: "gap",
    value: "FACTOR",
    commands: ["coverage", "check", ...DRAWING],
    otherwise: "1.5, and more where the spacing varies",
    group: "fine",
    help: "How many intervals two runs may be apart.",
  },
  {
    long: "bucket-width",
    value: "WIDTH",
    commands: ANSWERS,
    otherwise: "by the software that measured",
    group: "fine",
    help:
      "Width of the buckets of delay histograms: seconds, or a number with ms.",
  },
  {
    long: "percentiles",
    value: "LIST",
    default: "5,25,50,75,95",
    commands: ["latest", "check"],
    group: "fine",
    help: "Percentiles of delays to show.",
  },
  {
    long: "settle",
    value: "N",
    default: 8,
    commands: ["routes"],
    group: "fine",
    help: "How many traces a route has to last to be one; fewer are a detour.",
  },
  {
    long: "min-step",
    value: "VALUE",
    commands: ["routes"],
    otherwise: "0.5, and 20% with --details",
    group: "fine",
    help:
      "Smallest change that counts as a step: milliseconds of delay; or a percentage, which looks for steps of throughput, too.",
  },
  {
    long: "warning",
    short: "w",
    value: "RANGE",
    commands: ["check", "mesh"],
    group: "judge",
    help:
      "Values that are fine, in Gbit/s, % or ms: 10 is 0 to 10, 5: is 5 or more, @5:9 is all but 5 to 9.",
  },
  {
    long: "critical",
    short: "c",
    value: "RANGE",
    commands: ["check", "mesh"],
    group: "judge",
    help: "Values that are not critical.",
  },
  {
    long: "stat",
    value: "STAT",
    commands: ["check"],
    completes: STATS,
    otherwise: "average of throughput, median of delays",
    group: "judge",
    help: "What is judged; loss is by packets.",
  },
  {
    long: "history",
    value: "SPAN",
    default: "28d",
    commands: ["check", "mesh"],
    group: "fine",
    help: "The time before the window that baseline compares it with.",
  },
  {
    long: "min-change",
    value: "SHARE",
    default: 0.1,
    commands: ["check", "mesh"],
    group: "fine",
    help: "The smallest change that baseline counts.",
  },
  {
    long: "missing",
    value: "STATE",
    commands: ["check"],
    completes: STATES,
    otherwise: "unknown, critical with --mesh",
    group: "fine",
    help: "State if no test ran.",
  },
  {
    long: "failed",
    value: "STATE",
    commands: ["check"],
    completes: STATES,
    otherwise: "critical",
    group: "fine",
    help: "State if every run failed.",
  },
  {
    long: "endpoint",
    commands: ["check"],
    group: "judge",
    help: "With traceroute, the last trace has to arrive at its destination.",
  },
  {
    long: "verbose",
    short: "v",
    isOriginal: true,
    commands: [...ARCHIVE_COMMANDS, "serve"],
    group: "connection",
    help: "Report every request on stderr.",
  },
  {
    long: "ssl-verify",
    isOriginal: true,
    commands: QUERIES,
    group: "old",
    help: "Certificates are always verified.",
  },
  {
    long: "cacert",
    value: "FILE",
    isByOrigin: true,
    commands: CLIENTS,
    group: "certificates",
    help:
      "Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files.",
  },
  {
    long: "pin",
    value: "PIN",
    isRepeatable: true,
    commands: ARCHIVE_COMMANDS,
    group: "certificates",
    help:
      "Accept only the certificate or key with this SHA-256, even if it is self-signed, expired or for another name: sha256/BASE64 or hexadecimal digits, as esmond-ps trust URL shows it. Of several archives, https://HOST=PIN; likewise FILE of the options for certificates.",
  },
  {
    long: "client-cert",
    value: "FILE",
    isByOrigin: true,
    commands: CLIENTS,
    group: "certificates",
    help: "Certificate to show to the archive, in PEM.",
  },
  {
    long: "client-key",
    value: "FILE",
    isByOrigin: true,
    commands: CLIENTS,
    group: "certificates",
    help: "Key of --client-cert, in PEM, unless that file holds it.",
  },
  {
    long: "insecure",
    commands: ARCHIVE_COMMANDS,
    group: "certificates",
    help:
      "Accept any certificate: anyone on the way can read and change everything. Prefer --pin.",
  },
  {
    long: "proxy",
    value: "URL",
    commands: CLIENTS,
    otherwise:
      "$HTTPS_PROXY, $HTTP_PROXY or $ALL_PROXY, except for hosts in $NO_PROXY",
    group: "connection",
    help:
      "Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h.",
  },
  {
    long: "timeout",
    value: "SPAN",
    default: DEFAULT_TIMEOUT,
    isOriginal: true,
    commands: [...QUERIES, "copy", ...REPORTS, ...POSTS, "trust"],
    group: "connection",
    help: "Give up when the archive sends nothing for this long; 0 for never.",
  },
  {
    long: "timeout",
    value: "SPAN",
    default: 20,
    commands: ["check"],
    group: "connection",
    help: "End after this long, whatever the archive does.",
  },
  {
    long: "retry",
    value: "TIMES",
    default: DEFAULT_RETRIES,
    commands: ARCHIVE_COMMANDS,
    group: "connection",
    help: "How often to retry what may succeed later, with growing pauses.",
  },
  {
    long: "max-response",
    value: "SIZE",
    default: `${DEFAULT_MAX_RESPONSE}M`,
    commands: ARCHIVE_COMMANDS,
    group: "connection",
    help:
      "Largest response to accept, decompressed: bytes, or a number with K, M or G.",
  },
  {
    long: "event-type",
    short: "e",
    value: "EVENT",
    isRepeatable: true,
    commands: ["post-metadata"],
    completes: EVENT_NAMES,
    group: "write",
    help: "Event type that the test measures.",
  },
  {
    long: "summary",
    value: "EVENT:TYPE:SECONDS",
    isRepeatable: true,
    commands: ["post-metadata"],
    completes: ROLL_UPS,
    group: "write",
    help:
      "Roll-ups that the archive should keep, such as packet-loss-rate:aggregation:300,3600.",
  },
  {
    long: "subject-type",
    value: "TYPE",
    commands: ["post-metadata"],
    completes: SUBJECT_TYPES,
    otherwise: "by whether --dest is given",
    group: "write",
    help: "point-to-point, or network-element for tests without a destination.",
  },
  {
    long: "input-source",
    value: "NAME",
    commands: ["post-metadata"],
    otherwise: "--src",
    group: "write",
    help: "Source as it was given to the test.",
  },
  {
    long: "input-destination",
    value: "NAME",
    commands: ["post-metadata"],
    otherwise: "--dest",
    group: "write",
    help: "Destination as it was given to the test.",
  },
  {
    long: "param",
    value: "KEY:VALUE",
    isRepeatable: true,
    commands: ["post-metadata"],
    group: "write",
    help:
      "Additional parameter of the test, such as ip-transport-protocol:tcp.",
  },
  {
    long: "metadata-key",
    short: "k",
    value: "KEY",
    commands: ["post"],
    otherwise: "that of each point, or its new key in --keys",
    group: "write",
    help: "Key of the test that all points go to, as post-metadata prints it.",
  },
  {
    long: "keys",
    value: "FILE",
    commands: ["post"],
    group: "write",
    help:
      "Post each point to the new key of its test: the file that post-metadata --keys has written.",
  },
  {
    long: "keys",
    value: "FILE",
    commands: ["post-metadata"],
    group: "write",
    help:
      "Write the old and the new key of each test to FILE, for post --keys; those of other tests stay in it.",
  },
  {
    long: "event-type",
    short: "e",
    value: "EVENT",
    commands: ["post"],
    completes: EVENT_NAMES,
    group: "write",
    help:
      "Event type of points that do not name their own; rows that get has printed have to be of it.",
  },
  {
    long: "input-format",
    value: "FORMAT",
    commands: ["post"],
    completes: INPUT_FORMATS,
    otherwise: "detected from the input",
    group: "write",
    help: "json, ndjson or csv.",
  },
  {
    long: "sent",
    value: "N",
    commands: ["post"],
    group: "write",
    help:
      "Packets sent for each loss rate that has no packet-count-sent of the same second, in the input or the archive.",
  },
  {
    long: "verify",
    commands: POSTS,
    group: "write",
    help: "Read back what the archive acknowledged, and fail if it is missing.",
  },
  {
    long: "script-alias",
    value: "PATH",
    commands: POSTS,
    otherwise: "esmond",
    group: "connection",
    help: "Path of the archive on its web server.",
  },
  {
    long: "key-file",
    value: "FILE",
    commands: [...POSTS, "copy"],
    otherwise: "$ESMOND_API_KEY, else a prompt on a terminal",
    group: "write",
    help: "File with the API key.",
  },
  {
    long: "key",
    value: "KEY",
    commands: [...POSTS, "copy"],
    group: "write",
    help: "The API key itself, visible to every user of this machine.",
  },
  {
    long: "db",
    value: "FILE",
    default: ":memory:",
    commands: ["serve"],
    group: "data",
    help:
      "Database file, created if it does not exist; :memory: keeps nothing.",
  },
  {
    long: "port",
    value: "N",
    default: 8085,
    commands: ["serve"],
    group: "access",
    help: "Port to listen on; 0 for a free one.",
  },
  {
    long: "host",
    value: "ADDR",
    default: "127.0.0.1",
    commands: ["serve"],
    group: "access",
    help:
      "Address to listen on; others reach it unless it is a loopback address.",
  },
  {
    long: "token",
    value: "KEY",
    isRepeatable: true,
    commands: ["serve"],
    group: "access",
    help:
      "API key that may write, visible to every user of this machine. Without a key nobody may write.",
  },
  {
    long: "token-file",
    value: "FILE",
    commands: ["serve"],
    group: "access",
    help: "File of API keys that may write, one per line, with # for comments.",
  },
  {
    long: "open-writes",
    commands: ["serve"],
    group: "access",
    help:
      "Let everyone on this machine write without a key; --host must be a loopback address.",
  },
  {
    long: "sample",
    value: "DAYS",
    default: 0,
    commands: ["serve"],
    group: "data",
    help: "Start with made-up measurements of this many days up to now.",
  },
  {
    long: "dialect",
    value: "NAME",
    default: "esmond",
    commands: ["serve"],
    completes: DIALECTS,
    group: "data",
    help: "Server to answer as: esmond, or elmond, which is read-only.",
  },
  {
    long: "page-size",
    value: "N",
    commands: ["serve"],
    otherwise: "as the original server",
    group: "data",
    help: "Entries per page where a request sets no limit.",
  },
  {
    long: "live",
    commands: ["serve"],
    group: "data",
    help:
      "With --dialect elmond: results arrive between requests, as in an archive at work. For tests of clients.",
  },
  {
    long: "check",
    commands: ["serve"],
    group: "data",
    help:
      "Check the file of --db before the first request. It is checked in any case, but while requests are answered.",
  },
  {
    long: "allow-origin",
    value: "ORIGIN",
    commands: ["serve"],
    otherwise: "none",
    group: "access",
    help: "Let web pages of this origin read the archive; * lets all.",
  },
  {
    long: "server-name",
    value: "HOST",
    isRepeatable: true,
    commands: ["serve"],
    group: "access",
    help:
      "Also answer to this Host on a loopback address, as a web server in front may send it.",
  },
  {
    long: "force",
    commands: ["get-bulk"],
    group: "mirror",
    help:
      "Begin a new export in a directory that holds a mirror of --sync: its files stay, its manifest does not.",
  },
  {
    long: "force",
    commands: ["install-links"],
    group: "output",
    help: "Replace existing files with these names.",
  },
] as const satisfies readonly OptionSpec[];

/** The options, in the order of the help. */
export const OPTIONS: readonly OptionSpec[] = TABLE.map((spec: OptionSpec) => {
  const path = PATHS[spec.value ?? ""];
  return path === undefined ? spec : { ...spec, completes: path };
});

/** The options of the program itself, without a command. */
export const PROGRAM_OPTIONS: readonly OptionSpec[] = OPTIONS.filter((
  { long },
) => ["help", "version", "list-events"].includes(long));

/** The options that a command takes. */
export function optionsOf(command: CommandName): OptionSpec[] {
  return OPTIONS.filter(({ commands }) => commands?.includes(command) ?? true);
}

type Spec = (typeof TABLE)[number];
type RepeatableSpec = Extract<Spec, { isRepeatable: true }>;
type ListSpec = RepeatableSpec | Extract<Spec, { isByOrigin: true }>;
type TextSpec = Exclude<Extract<Spec, { value: string }>, RepeatableSpec>;
type FlagSpec = Exclude<Spec, { value: string }>;

type CommandsOf<S extends Spec> = S extends { commands: readonly (infer C)[] }
  ? C
  : CommandName;

/** The names of those options that all of these commands take. */
type NameOf<S extends Spec, C extends CommandName> = {
  [L in S["long"]]: [C] extends [CommandsOf<Extract<S, { long: L }>>] ? L
    : never;
}[S["long"]];

/** The names of the options of a command; of several, those that all take. */
export type OptionName<C extends CommandName> = NameOf<Spec, C>;

/** The parsed options of a command; of several, those that all take. */
export type OptionsOf<C extends CommandName> = ParsedOptions<
  NameOf<TextSpec, C>,
  NameOf<ListSpec, C>,
  NameOf<FlagSpec, C>
>;

/**
 * The parsed options of whatever command: what it does not take is absent.
 */
export type AnyOptions = ParsedOptions<
  TextSpec["long"],
  ListSpec["long"],
  FlagSpec["long"]
>;

/** The names of the options that have a value each. */
export type TextName = TextSpec["long"];

/** What counts where an option is not given, by its name. */
export const DEFAULTS = Object.fromEntries(
  OPTIONS.flatMap((spec) =>
    spec.default === undefined ? [] : [[spec.long, spec.default]]
  ),
) as {
  readonly [
    S in Extract<Spec, { default: string | number }> as S["long"]
  ]: S["default"];
};
