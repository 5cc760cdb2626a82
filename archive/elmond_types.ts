/**
 * The type of a test in pScheduler's terms, and the event types and roll-ups
 * that elmond announces for that type, independent of what was posted.
 *
 * @module
 */

import type { SummaryType } from "../client/event_types.ts";
import type { Kind, Test } from "./store.ts";

/** The parameter that names the type of a test. */
export const TEST_TYPE = "pscheduler-test-type";

/** The prefix that archives add to the names of pScheduler's tools. */
export const TOOL_PREFIX = /^pscheduler\//;

/** Event type → the type of test that makes it; the first match counts. */
const MAKERS: readonly [eventType: RegExp, type: string][] = [
  [/^(?:throughput|packet-retransmits|streams-|tcp)/, "throughput"],
  [/^(?:packet-trace|path-mtu)/, "trace"],
  [/^histogram-(?:rtt|ttl-reverse)$|-bidir$/, "rtt"],
  [/^(?:histogram-|packet-|time-error)/, "latency"],
  [/^ntp-/, "clock"],
];

/** The type of a test without any of these. */
const OTHER_TYPE = "noop";

/**
 * The type of a test: as posted, or derived from its event types. One-way delay
 * is `latencybg` if powstream measures it, which runs in the background.
 */
export function testTypeOf(kind: Kind): string {
  const posted = kind.parameters[TEST_TYPE];
  if (posted) return posted;
  const type =
    MAKERS.find(([pattern]) =>
      kind.eventTypes.some((name) => pattern.test(name))
    )?.[1] ?? OTHER_TYPE;
  return type === "latency" && kind.toolName.endsWith("powstream")
    ? "latencybg"
    : type;
}

/** The kind of a stored test. */
export function kindOfTest({ toolName, parameters, series }: Test): Kind {
  return {
    toolName,
    parameters: Object.fromEntries(
      parameters.map(({ name, value }) => [name, value]),
    ),
    eventTypes: series.map(({ info }) => info.name),
  };
}

/** Every test has this one. */
const RUN_HREF = "pscheduler-run-href";

/** The event types of all other types of test. */
const RAW = ["pscheduler-raw"];

const LATENCY = [
  "failures",
  "packet-count-sent",
  "histogram-owdelay",
  "histogram-ttl",
  "packet-duplicates",
  "packet-loss-rate",
  "packet-count-lost",
  "packet-reorders",
  "time-error-estimates",
];

const STREAMS = ["streams-throughput", "streams-throughput-subintervals"];
const OF_UDP = ["packet-loss-rate", "packet-count-lost", "packet-count-sent"];
const OF_TCP = ["packet-retransmits", "packet-retransmits-subintervals"];

/** Type of test → the event types that elmond announces. */
const ANNOUNCED: Record<string, (kind: Kind) => string[]> = {
  "latency": () => LATENCY,
  "latencybg": () => LATENCY,
  "rtt": () => [
    "failures",
    "packet-count-sent",
    "histogram-rtt",
    "histogram-ttl-reverse",
    "packet-duplicates-bidir",
    "packet-loss-rate-bidir",
    "packet-count-lost-bidir",
    "packet-reorders-bidir",
  ],
  "trace": ({ parameters }) => [
    "failures",
    "packet-trace",
    "path-mtu",
    ...parameters["trace-algorithm"] === "paris-traceroute"
      ? ["packet-trace-multi"]
      : [],
  ],
  "throughput": (kind) => {
    const hasStreams = Number(kind.parameters["bw-parallel-streams"]) > 1;
    return [
      "failures",
      "throughput",
      "throughput-subintervals",
      ...hasStreams ? STREAMS : [],
      ...isUdp(kind) ? OF_UDP : OF_TCP,
      ...hasStreams && !isUdp(kind)
        ? OF_TCP.map((one) => `streams-${one}`)
        : [],
    ];
  },
  "disk-to-disk": () => ["failures", "throughput", ...RAW],
};

function isUdp({ parameters }: Kind): boolean {
  return parameters["ip-transport-protocol"]?.toLowerCase() === "udp";
}

/** The event types that elmond announces for a test, in its order. */
export function announcedFor(kind: Kind): string[] {
  const type = testTypeOf(kind);
  const names = Object.hasOwn(ANNOUNCED, type) ? ANNOUNCED[type]!(kind) : RAW;
  return [...names, RUN_HREF];
}

/** Kinds of test that together announce every event type of elmond's. */
const ALL_KINDS: Kind[] = Object.keys(ANNOUNCED).flatMap((type) =>
  ["udp", "tcp"].map((protocol) => ({
    toolName: "",
    eventTypes: [],
    parameters: {
      [TEST_TYPE]: type,
      "ip-transport-protocol": protocol,
      "bw-parallel-streams": "2",
      "trace-algorithm": "paris-traceroute",
    },
  }))
);

/** The event types that elmond announces for some test. */
export const ELMOND_EVENT_TYPES: ReadonlySet<string> = new Set(
  ALL_KINDS.flatMap(announcedFor),
);

/** Types of test that announce an event type, under some parameters. */
export function typesAnnouncing(eventType: string): Set<string> {
  return new Set(
    ALL_KINDS.filter((kind) => announcedFor(kind).includes(eventType))
      .map(testTypeOf),
  );
}

/** A type of roll-up, and its windows. */
export interface FixedSummary {
  /** The type. */
  readonly type: SummaryType;
  /** The windows, in seconds. */
  readonly windows: readonly number[];
}

const SUMS: FixedSummary = { type: "aggregation", windows: [300, 3600, 86400] };
const STATISTICS: FixedSummary = {
  type: "statistics",
  windows: [0, 300, 3600, 86400],
};

/** Event type → the roll-ups that elmond announces. */
export const FIXED_SUMMARIES: Readonly<Record<string, FixedSummary>> = {
  "throughput": { type: "average", windows: [86400] },
  "packet-loss-rate": SUMS,
  "packet-loss-rate-bidir": SUMS,
  "packet-count-sent": SUMS,
  "packet-count-lost": SUMS,
  "packet-count-lost-bidir": SUMS,
  "histogram-owdelay": STATISTICS,
  "histogram-rtt": STATISTICS,
};
