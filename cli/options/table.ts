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
  /** What counts if it is not given; the help adds it. */
  default?: string | number;
  /** Whether it may be given with several values, which all count. */
  isRepeatable?: true;
  /**
   * Whether the last of several values counts, as in the original client; of
   * other options, a second value is wrong usage.
   */
  isReplaceable?: true;
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
export const READING: readonly ReadingName[] = [...QUERIES, ...ANSWERS];
const ARCHIVE_COMMANDS = [...READING, ...POSTS] as const;
const WRITING = [...POSTS, "trust"] as const;
const CLIENTS = [...READING, ...WRITING] as const;
const SERIES_QUERIES = ["get", "get-bulk"] as const;
const PACED = [...SERIES_QUERIES, ...ANSWERS] as const;
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
    commands: READING,
    completes: "file",
    help:
      "Address of the archive, as scheme://host:port, or the file of one, such as archive.db. Required.",
  },
  {
    long: "url",
    short: "u",
    value: "URL",
    commands: WRITING,
    help: "Address of the archive, as scheme://host:port. Required.",
  },
  {
    long: "src",
    short: "s",
    value: "SRC",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    help: "Source of the test: an address or a host name; may be repeated.",
  },
  {
    long: "dest",
    short: "d",
    value: "DEST",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    help: "Destination of the test; may be repeated.",
  },
  {
    long: "agent",
    short: "a",
    value: "AGENT",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    help:
      "Host that started the test; useful for central archives. May be repeated.",
  },
  {
    long: "event-type",
    short: "e",
    value: "EVENT",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    completes: EVENT_NAMES,
    help:
      "Event type, such as throughput or packet-loss-rate; -L lists them. May be repeated.",
  },
  {
    long: "tool",
    short: "t",
    value: "TOOL",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    help:
      'Tool that ran the test, such as bwctl/iperf3, powstream or "bwctl/tracepath,traceroute"; may be repeated.',
  },
  {
    long: "src",
    short: "s",
    value: "SRC",
    commands: ["post-metadata"],
    help: "Source of the test: an address or a host name.",
  },
  {
    long: "dest",
    short: "d",
    value: "DEST",
    commands: ["post-metadata"],
    help: "Destination of the test.",
  },
  {
    long: "agent",
    short: "a",
    value: "AGENT",
    commands: ["post-metadata"],
    help: "Host that started the test.",
  },
  {
    long: "tool",
    short: "t",
    value: "TOOL",
    commands: ["post-metadata"],
    help: "Tool that ran the test, such as pscheduler/powstream.",
  },
  {
    long: "start-time",
    short: "S",
    value: "START",
    isReplaceable: true,
    isOriginal: true,
    commands: QUERIES,
    help:
      "Start of the window: a date, a date and time (UTC unless it has an offset), or -24h; or any, which also finds tests that were never written to. Given twice, the last one counts. Default: 24 hours ago.",
  },
  {
    long: "start-time",
    short: "S",
    value: "START",
    isReplaceable: true,
    commands: ["coverage", "routes", ...DRAWING],
    help:
      "Start of the window: a date, a date and time (UTC unless it has an offset), or -24h; or any. Default: 7 days ago.",
  },
  {
    long: "start-time",
    short: "S",
    value: "START",
    isReplaceable: true,
    commands: ["latest", "check"],
    help:
      "Start of the window: a date, a date and time (UTC unless it has an offset), or -24h; or any. Default: 24 hours ago.",
  },
  {
    long: "range",
    short: "r",
    value: "SECONDS",
    commands: ["check"],
    help: "The same as --start-time -SECONDSs, as the Perl checks have it.",
  },
  {
    long: "end-time",
    short: "E",
    value: "END",
    isReplaceable: true,
    isOriginal: true,
    commands: READING,
    help:
      "End of the window, inclusive. Given twice, the last one counts. Default: now.",
  },
  {
    long: "tz",
    value: "ZONE",
    default: "UTC",
    commands: READING,
    help:
      "Time zone of times without one: UTC, local, or a name such as Europe/Berlin.",
  },
  {
    long: "output-tz",
    value: "ZONE",
    commands: SERIES_QUERIES,
    help:
      "Time zone of printed timestamps, which then show their offset; not for parquet. Default: UTC, without offset.",
  },
  {
    long: "output-tz",
    value: "ZONE",
    commands: DRAWING,
    help: "Time zone of the times that are shown. Default: that of --tz.",
  },
  {
    long: "filter",
    short: "F",
    value: "KEY:VALUE",
    isRepeatable: true,
    isOriginal: true,
    commands: READING,
    help:
      "Additional filter, such as ip-transport-protocol:tcp or dns-match-rule:only-v6; may be repeated. " +
      "Overrides the other options. Invalid filters are ignored, with a notice.",
  },
  {
    long: "list-events",
    short: "L",
    isOriginal: true,
    commands: READING,
    help: "List the event types and exit.",
  },
  {
    long: "metadata-extended",
    short: "M",
    isOriginal: true,
    commands: QUERIES,
    help: "With get-metadata, show all parameters of a test; not with csv.",
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
    default: 0,
    isOriginal: true,
    commands: QUERIES,
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
    help:
      "human, json (a list), csv, or ndjson (all that the archive has, one JSON object per line); get also writes parquet.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    isOriginal: true,
    commands: ["get-bulk"],
    completes: FORMATS,
    help:
      "json (a list), csv, ndjson (all that the archive has, one JSON object per line) or parquet. Required.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    commands: ["coverage", "routes"],
    completes: FORMATS,
    help: "human (a table), json (a list), csv or ndjson. Default: human.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    commands: ["latest"],
    completes: FORMATS,
    help:
      "human (a table), json (a list), csv, ndjson, or openmetrics (for Prometheus). Default: human.",
  },
  {
    long: "output-format",
    short: "o",
    value: "FORMAT",
    commands: DRAWING,
    completes: FORMATS,
    help:
      "human (for a terminal), svg, html (a page), or what is drawn as json (a list) or csv. Default: by the name of --output, else human.",
  },
  {
    long: "output",
    short: "O",
    value: "FILE",
    commands: DRAWING,
    help:
      "File to write: .svg, .html, .json, .csv or .txt choose the format, unless --output-format does. Default: standard output.",
  },
  {
    long: "plots",
    value: "DIR",
    commands: ["mesh"],
    help:
      "With html, also draw each link as plot does, on a page of its own in DIR that its cell links to.",
  },
  {
    long: "width",
    value: "N",
    commands: DRAWING,
    help:
      "Width of the picture: columns of the terminal (default its own, else 80), or pixels of svg and html (default 1000).",
  },
  {
    long: "scale",
    value: "SCALE",
    default: "linear",
    commands: ["plot"],
    completes: SCALES,
    help:
      "Scale of throughput and delay: linear or log. That of loss is logarithmic in any case.",
  },
  {
    long: "with",
    value: "NAME[,NAME...]",
    isRepeatable: true,
    commands: QUERIES,
    completes: ADDED_NAMES,
    help:
      "Columns to add to human, json and csv: parameters of the test by their wire names, such as metadata-key or " +
      "bw-target-bandwidth, and extra for what a value has besides the columns, as JSON; may be repeated.",
  },
  {
    long: "gzip",
    commands: SERIES_QUERIES,
    help: "Compress json, csv or ndjson; get-bulk adds .gz to the file names.",
  },
  {
    long: "escape-formulas",
    commands: [...QUERIES, ...REPORTS],
    help:
      "With csv, put a ' before text that a spreadsheet would take for a formula: text that is not a number and begins " +
      "with =, +, -, @, a tab or a line end.",
  },
  {
    long: "output-directory",
    short: "D",
    value: "DIR",
    default: ".",
    isOriginal: true,
    commands: ["get-bulk"],
    help:
      "Directory to write to. - is standard output, one series after the other: ndjson, or csv of event types with the same columns.",
  },
  {
    long: "resume",
    commands: ["get-bulk"],
    help:
      "Continue an export that was interrupted, keeping what is complete. Give the same options again.",
  },
  {
    long: "sync",
    commands: ["get-bulk"],
    help:
      "Add what is new since the last run with --sync; file names then have no days.",
  },
  {
    long: "adopt",
    commands: ["get-bulk"],
    help:
      "With --sync, continue the files that are in the directory although its manifest is of another export, or damaged.",
  },
  {
    long: "rebase",
    commands: ["get-bulk"],
    help:
      "With --sync, accept another --url of the same archive, or an earlier --start-time. One series is compared with its file first.",
  },
  {
    long: "follow",
    commands: ["get"],
    help:
      "Print what arrives from now on, each point once, until Ctrl-C (exit code 0); with --start-time, what is there since " +
      "then first. An archive that is away is waited for. For csv and ndjson.",
  },
  {
    long: "every",
    value: "SECONDS",
    default: DEFAULT_EVERY,
    commands: ["get"],
    help:
      "With --follow, the pause between two looks at the archive; while it is away, up to 5 minutes.",
  },
  {
    long: "overlap",
    value: "SECONDS",
    commands: ["get"],
    help:
      `With --follow, how late points may arrive. Roll-ups are printed this long after the end of their window. Default: ${DEFAULT_OVERLAP}.`,
  },
  {
    long: "overlap",
    value: "SECONDS",
    default: DEFAULT_OVERLAP,
    commands: ["get-bulk"],
    help:
      "With --sync, how far before the end of the last run to read again, for data that arrived late.",
  },
  {
    long: "partition",
    value: "PART",
    commands: ["get-bulk"],
    completes: PARTITIONS,
    help:
      "With parquet, write one file of all series for each event type and day or month, in folders as query engines expect them.",
  },
  {
    long: "concurrency",
    value: "N",
    default: DEFAULT_CONCURRENCY,
    commands: PACED,
    help: "Number of requests at a time.",
  },
  {
    long: "page-size",
    value: "N",
    commands: PACED,
    help:
      "Data points per request. Default: $ESMOND_PAGE_SIZE, else 1000 and more while the archive is quick.",
  },
  {
    long: "quiet",
    short: "q",
    commands: ["get-bulk"],
    help: "Show no progress, and no report when all went well.",
  },
  {
    long: "ip",
    short: "I",
    isOriginal: true,
    commands: READING,
    help: "Show addresses instead of host names.",
  },
  {
    long: "hosts",
    value: "FILE",
    commands: READING,
    help:
      "Names and addresses in the format of /etc/hosts, looked up before DNS, both ways. Default: $ESMOND_HOSTS.",
  },
  {
    long: "ipv4",
    short: "4",
    commands: ANSWERS,
    help: "Only tests over IPv4.",
  },
  {
    long: "ipv6",
    short: "6",
    commands: ANSWERS,
    help: "Only tests over IPv6.",
  },
  {
    long: "both",
    short: "b",
    commands: ["check", "routes", "plot"],
    help: "Both directions, each for itself.",
  },
  {
    long: "details",
    commands: ["coverage", "routes"],
    help: "Show everything that was found, not only the summary.",
  },
  {
    long: "exit-code",
    commands: ["coverage", "routes", "mesh"],
    help: "End with 5 if something was found.",
  },
  {
    long: "interval",
    value: "SECONDS",
    commands: ["coverage", "check", ...DRAWING],
    help:
      "How often tests should run. Default: as they say or, where that is wrong, as they did.",
  },
  {
    long: "gap",
    value: "FACTOR",
    commands: ["coverage", "check", ...DRAWING],
    help:
      "How many intervals two runs may be apart. Default: 1.5, and more where the spacing varies.",
  },
  {
    long: "bucket-width",
    value: "WIDTH",
    commands: ANSWERS,
    help:
      "Width of the buckets of delay histograms: seconds, or a number with ms. Default: by the software that measured.",
  },
  {
    long: "percentiles",
    value: "LIST",
    default: "5,25,50,75,95",
    commands: ["latest", "check"],
    help: "Percentiles of delays to show.",
  },
  {
    long: "settle",
    value: "N",
    default: 8,
    commands: ["routes"],
    help: "How many traces a route has to last to be one; fewer are a detour.",
  },
  {
    long: "min-step",
    value: "VALUE",
    commands: ["routes"],
    help:
      "Smallest change that counts as a step: milliseconds of delay; or a percentage, which looks for steps of throughput, too. Default: 0.5, and 20% with --details.",
  },
  {
    long: "warning",
    short: "w",
    value: "RANGE",
    commands: ["check", "mesh"],
    help:
      "Values that do not need a warning, as of Nagios plugins: 10 is 0 to 10, 5: is 5 or more, @5:9 is all but 5 to 9. Gbit/s, % or ms.",
  },
  {
    long: "critical",
    short: "c",
    value: "RANGE",
    commands: ["check", "mesh"],
    help: "Values that are not critical.",
  },
  {
    long: "stat",
    value: "STAT",
    commands: ["check"],
    completes: STATS,
    help:
      "What is judged. Default: average of throughput, median of delays; loss is by packets.",
  },
  {
    long: "history",
    value: "SPAN",
    default: "28d",
    commands: ["check", "mesh"],
    help: "The time before the window that baseline compares it with.",
  },
  {
    long: "min-change",
    value: "SHARE",
    default: 0.1,
    commands: ["check", "mesh"],
    help: "The smallest change that baseline counts.",
  },
  {
    long: "missing",
    value: "STATE",
    commands: ["check"],
    completes: STATES,
    help: "State if no test ran. Default: unknown.",
  },
  {
    long: "failed",
    value: "STATE",
    commands: ["check"],
    completes: STATES,
    help: "State if every run failed. Default: critical.",
  },
  {
    long: "endpoint",
    commands: ["check"],
    help: "With traceroute, the last trace has to arrive at its destination.",
  },
  {
    long: "verbose",
    short: "v",
    isOriginal: true,
    commands: [...ARCHIVE_COMMANDS, "serve"],
    help: "Report every request on stderr.",
  },
  {
    long: "ssl-verify",
    isOriginal: true,
    commands: QUERIES,
    help: "Accepted for old scripts; certificates are always verified.",
  },
  {
    long: "cacert",
    value: "FILE",
    commands: CLIENTS,
    help:
      "Certificates of authorities to trust besides those that Deno knows: a PEM file, or a directory of PEM files.",
  },
  {
    long: "pin",
    value: "PIN",
    isRepeatable: true,
    commands: ARCHIVE_COMMANDS,
    help:
      "Accept only the certificate or key with this SHA-256, even if it is self-signed, expired or for another name: " +
      "sha256/BASE64 or hexadecimal digits, as esmond-ps trust URL shows it; may be repeated.",
  },
  {
    long: "client-cert",
    value: "FILE",
    commands: CLIENTS,
    help: "Certificate to show to the archive, in PEM.",
  },
  {
    long: "client-key",
    value: "FILE",
    commands: CLIENTS,
    help: "Key of --client-cert, in PEM, unless that file holds it.",
  },
  {
    long: "insecure",
    commands: ARCHIVE_COMMANDS,
    help:
      "Accept any certificate: anyone on the way can read and change everything. Prefer --pin.",
  },
  {
    long: "proxy",
    value: "URL",
    commands: CLIENTS,
    help:
      "Proxy to use: http://[USER:PASSWORD@]HOST:PORT, or https, socks5, socks5h. Default: $HTTPS_PROXY, $HTTP_PROXY " +
      "or $ALL_PROXY, except for hosts in $NO_PROXY.",
  },
  {
    long: "timeout",
    value: "SECONDS",
    default: DEFAULT_TIMEOUT,
    isOriginal: true,
    commands: [...QUERIES, ...REPORTS, ...POSTS, "trust"],
    help: "Give up when the archive sends nothing for this long; 0 for never.",
  },
  {
    long: "timeout",
    value: "SECONDS",
    commands: ["check"],
    help: "End after this long, whatever the archive does. Default: 20.",
  },
  {
    long: "retry",
    value: "TIMES",
    default: DEFAULT_RETRIES,
    commands: ARCHIVE_COMMANDS,
    help: "How often to retry what may succeed later, with growing pauses.",
  },
  {
    long: "max-response",
    value: "SIZE",
    default: `${DEFAULT_MAX_RESPONSE}M`,
    commands: ARCHIVE_COMMANDS,
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
    help: "Event type that the test measures; may be repeated.",
  },
  {
    long: "summary",
    value: "EVENT:TYPE:SECONDS",
    isRepeatable: true,
    commands: ["post-metadata"],
    completes: ROLL_UPS,
    help:
      "Roll-ups that the archive should keep, such as packet-loss-rate:aggregation:300,3600; may be repeated.",
  },
  {
    long: "subject-type",
    value: "TYPE",
    commands: ["post-metadata"],
    completes: SUBJECT_TYPES,
    help:
      "point-to-point, or network-element for tests without a destination. Default: point-to-point with --dest, else network-element.",
  },
  {
    long: "input-source",
    value: "NAME",
    commands: ["post-metadata"],
    help: "Source as it was given to the test. Default: --src.",
  },
  {
    long: "input-destination",
    value: "NAME",
    commands: ["post-metadata"],
    help: "Destination as it was given to the test. Default: --dest.",
  },
  {
    long: "param",
    value: "KEY:VALUE",
    isRepeatable: true,
    commands: ["post-metadata"],
    help:
      "Additional parameter of the test, such as ip-transport-protocol:tcp; may be repeated.",
  },
  {
    long: "metadata-key",
    short: "k",
    value: "KEY",
    commands: ["post"],
    help:
      "Key of the test that all points go to, as post-metadata prints it. Default: that of each point, or its new key in --keys.",
  },
  {
    long: "keys",
    value: "FILE",
    commands: ["post"],
    help:
      "Post each point to the new key of its test: the file that post-metadata --keys has written.",
  },
  {
    long: "keys",
    value: "FILE",
    commands: ["post-metadata"],
    help:
      "Write the old and the new key of each test to FILE, for post --keys; those of other tests stay in it.",
  },
  {
    long: "event-type",
    short: "e",
    value: "EVENT",
    commands: ["post"],
    completes: EVENT_NAMES,
    help:
      "Event type of points that do not name their own; rows that get has printed have to be of it.",
  },
  {
    long: "input-format",
    value: "FORMAT",
    commands: ["post"],
    completes: INPUT_FORMATS,
    help: "json, ndjson or csv. Default: detected from the input.",
  },
  {
    long: "sent",
    value: "N",
    commands: ["post"],
    help:
      "Packets sent for each loss rate that has no packet-count-sent of the same second, in the input or the archive.",
  },
  {
    long: "verify",
    commands: POSTS,
    help: "Read back what the archive acknowledged, and fail if it is missing.",
  },
  {
    long: "script-alias",
    value: "PATH",
    commands: POSTS,
    help: "Path of the archive on its web server. Default: esmond.",
  },
  {
    long: "key-file",
    value: "FILE",
    commands: POSTS,
    help:
      "File with the API key. Default: $ESMOND_API_KEY, else a prompt on a terminal.",
  },
  {
    long: "key",
    value: "KEY",
    commands: POSTS,
    help: "The API key itself, visible to every user of this machine.",
  },
  {
    long: "db",
    value: "FILE",
    default: ":memory:",
    commands: ["serve"],
    help:
      "Database file, created if it does not exist; :memory: keeps nothing.",
  },
  {
    long: "port",
    value: "N",
    default: 8085,
    commands: ["serve"],
    help: "Port to listen on; 0 for a free one.",
  },
  {
    long: "host",
    value: "ADDR",
    default: "127.0.0.1",
    commands: ["serve"],
    help:
      "Address to listen on; the default is reachable from this machine only.",
  },
  {
    long: "token",
    value: "KEY",
    isRepeatable: true,
    commands: ["serve"],
    help:
      "API key that may write, visible to every user of this machine; may be repeated. Without a key nobody may write.",
  },
  {
    long: "token-file",
    value: "FILE",
    commands: ["serve"],
    help: "File of API keys that may write, one per line, with # for comments.",
  },
  {
    long: "open-writes",
    commands: ["serve"],
    help:
      "Let everyone on this machine write without a key; --host must be a loopback address.",
  },
  {
    long: "sample",
    value: "DAYS",
    default: 0,
    commands: ["serve"],
    help: "Start with made-up measurements of this many days up to now.",
  },
  {
    long: "dialect",
    value: "NAME",
    default: "esmond",
    commands: ["serve"],
    completes: DIALECTS,
    help: "Server to answer as: esmond, or elmond, which is read-only.",
  },
  {
    long: "page-size",
    value: "N",
    commands: ["serve"],
    help:
      "Entries per page where a request sets no limit. Default: as the original server.",
  },
  {
    long: "live",
    commands: ["serve"],
    help:
      "With --dialect elmond: results arrive between requests, as in an archive at work. For tests of clients.",
  },
  {
    long: "check",
    commands: ["serve"],
    help:
      "Check the file of --db before the first request. It is checked in any case, but while requests are answered.",
  },
  {
    long: "allow-origin",
    value: "ORIGIN",
    commands: ["serve"],
    help:
      "Let web pages of this origin read the archive; * lets all. Default: none.",
  },
  {
    long: "server-name",
    value: "HOST",
    isRepeatable: true,
    commands: ["serve"],
    help:
      "Also answer to this Host on a loopback address, as a web server in front may send it. May be repeated.",
  },
  {
    long: "force",
    commands: ["get-bulk"],
    help:
      "Begin a new export in a directory that holds a mirror of --sync: its files stay, its manifest does not.",
  },
  {
    long: "force",
    commands: ["install-links"],
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
type ListSpec = Extract<Spec, { isRepeatable: true }>;
type TextSpec = Exclude<Extract<Spec, { value: string }>, ListSpec>;
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
