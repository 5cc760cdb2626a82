/**
 * The values that options choose among, for the checks, the help and the
 * shells. A name that is missing here does not compile.
 *
 * @module
 */

import { EVENT_TYPES } from "../../client/event_types.ts";
import type {
  AnswerName,
  CopyName,
  Format,
  InputFormat,
  Partition,
  QueryName,
  ReadingName,
  Shell,
} from "../names.ts";

/** All names of a type, in this order. */
export function namesOf<N extends string>(
  names: Record<N, true>,
): readonly N[] {
  return Object.keys(names) as N[];
}

/** The commands that print what an archive has. */
export const QUERIES: readonly QueryName[] = namesOf<QueryName>({
  "get-endpoints": true,
  "get-metadata": true,
  "get": true,
  "get-bulk": true,
});

/** The commands that say what the measurements mean. */
export const ANSWERS: readonly AnswerName[] = namesOf<AnswerName>({
  "coverage": true,
  "latest": true,
  "check": true,
  "routes": true,
  "plot": true,
  "mesh": true,
});

/** The names of the Python client's programs. */
export const PROGRAM_NAMES: readonly string[] = QUERIES.map((name) =>
  `esmond-ps-${name}`
);

/** The commands that print, or write files in a format. */
export type PrintingName = Exclude<ReadingName, CopyName>;

/**
 * The commands that write each format; Parquet needs columns whose types are
 * known.
 */
const WRITTEN_BY: Record<Format, readonly PrintingName[]> = {
  human: ["get-endpoints", "get-metadata", "get", ...ANSWERS],
  json: [...QUERIES, "coverage", "latest", "routes", "plot", "mesh"],
  csv: [...QUERIES, "coverage", "latest", "routes", "plot", "mesh"],
  ndjson: [...QUERIES, "coverage", "latest", "routes"],
  parquet: ["get", "get-bulk"],
  openmetrics: ["latest"],
  svg: ["plot", "mesh"],
  html: ["plot", "mesh"],
};

/** The output formats of each command, in the order of messages. */
export const FORMATS: Record<PrintingName, readonly Format[]> = {
  "get-endpoints": formatsOf("get-endpoints"),
  "get-metadata": formatsOf("get-metadata"),
  "get": formatsOf("get"),
  "get-bulk": formatsOf("get-bulk"),
  "coverage": formatsOf("coverage"),
  "latest": formatsOf("latest"),
  "check": formatsOf("check"),
  "routes": formatsOf("routes"),
  "plot": formatsOf("plot"),
  "mesh": formatsOf("mesh"),
};

function formatsOf(command: PrintingName): Format[] {
  return (Object.keys(WRITTEN_BY) as Format[])
    .filter((format) => WRITTEN_BY[format].includes(command));
}

/** The formats of posted points, in the order of messages. */
export const INPUT_FORMATS: readonly InputFormat[] = namesOf<InputFormat>({
  json: true,
  ndjson: true,
  csv: true,
});

/** What `--partition` takes. */
export const PARTITIONS: readonly Partition[] = namesOf<Partition>({
  day: true,
  month: true,
});

/** The servers that `serve` answers as. */
export const DIALECTS = ["esmond", "elmond"] as const;

/** The shells that have completions. */
export const SHELLS: readonly Shell[] = namesOf<Shell>({
  bash: true,
  zsh: true,
  fish: true,
  powershell: true,
});

/** The names of the event types. */
export const EVENT_NAMES: readonly string[] = EVENT_TYPES.map(({ name }) =>
  name
);

/** What `--with` often takes; a test may have any other parameter. */
export const ADDED_NAMES: readonly string[] = [
  "archive",
  "bw-target-bandwidth",
  "extra",
  "input-destination",
  "input-source",
  "ip-transport-protocol",
  "measurement-agent",
  "metadata-key",
  "time-duration",
  "time-interval",
  "tool-name",
];

/** The beginnings of values of `--summary`; the windows follow. */
export const ROLL_UPS: readonly string[] = EVENT_TYPES.flatMap((
  { name, summaries },
) => summaries.map((type) => `${name}:${type}:`));

/** Whether there are colors. */
export const COLORS = ["auto", "always", "never"] as const;

/** How `plot` scales throughput and delay. */
export const SCALES = ["linear", "log"] as const;

/** What `check` judges of the values of a window. */
export const STATS = [
  "average",
  "median",
  "minimum",
  "maximum",
  "p95",
  "last",
] as const;

/** The states of a check, as options name them. */
export const STATES = ["ok", "warning", "critical", "unknown"] as const;

/** What `check` checks. */
export const CHECKS = [
  "throughput",
  "loss",
  "ping-loss",
  "delay",
  "rtt",
  "retransmits",
  "duplicates",
  "mtu",
  "traceroute",
  "fresh",
  "failures",
  "baseline",
] as const;
