/**
 * The tests of the sample data: those of an archive that has seen perfSONAR 3
 * and 4 for esmond, and those that pScheduler runs for elmond.
 *
 * @module
 */

import { type Site, SITES } from "./sample_network.ts";
import { type Make, TENTHS_OF_MILLISECONDS, VALUES } from "./sample_values.ts";

const DAY = 86_400;

/** Roll-ups: a kind and its windows. */
type RollUps = [type: string, ...seconds: number[]][];

/** A kind of test: its tool, its interval, and what is kept. */
export interface Plan {
  /** The tool. */
  readonly tool: string;
  /** The seed of its random numbers; the tool by default. */
  readonly seed?: string;
  /** Seconds between two results. */
  readonly every: number;
  /** The version of IP. */
  readonly family: 4 | 6;
  /** Source and destination; the same host twice for tests of one host. */
  readonly pairs: readonly (readonly [Site, Site])[];
  /** Event type → its roll-ups. */
  readonly keeps: Readonly<Record<string, RollUps>>;
  /** Event type → a special way of making its values. */
  readonly values?: Readonly<Record<string, Make>>;
  /** Free parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

const [ALPHA, BETA, GAMMA] = SITES as [Site, Site, Site];
const ALL_PAIRS = SITES.flatMap((source) =>
  SITES.filter((other) => other !== source).map((other): [Site, Site] => [
    source,
    other,
  ])
);
const EACH_ALONE = SITES.map((site): [Site, Site] => [site, site]);

const SUMS: RollUps = [["aggregation", 300, 3600, DAY]];
const HISTOGRAMS: RollUps = [
  ["aggregation", 3600, DAY],
  ["statistics", 0, 3600, DAY],
];
const MEANS: RollUps = [["average", 3600, DAY]];

/** Names of event types without roll-ups. */
function plain(...names: string[]): Record<string, RollUps> {
  return Object.fromEntries(names.map((name) => [name, []]));
}

type Template = Omit<Plan, "family" | "pairs">;

/** Buckets are milliseconds, whatever their width, as in perfSONAR 3. */
const POWSTREAM: Template = {
  tool: "powstream",
  every: 300,
  keeps: {
    ...plain(
      "failures",
      "packet-duplicates",
      "packet-reorders",
      "histogram-ttl",
      "time-error-estimates",
    ),
    "packet-loss-rate": SUMS,
    "packet-count-sent": SUMS,
    "packet-count-lost": SUMS,
    "histogram-owdelay": HISTOGRAMS,
  },
  parameters: {
    "time-duration": 300,
    "time-probe-interval": 0.5,
    "sample-size": 600,
    "sample-bucket-width": 0.0001,
    "ip-transport-protocol": "udp",
  },
};

const PSCHEDULER_POWSTREAM: Template = {
  ...POWSTREAM,
  tool: "pscheduler/powstream",
  seed: POWSTREAM.tool,
  keeps: { ...POWSTREAM.keeps, "pscheduler-run-href": [] },
  parameters: {
    "pscheduler-test-type": "latencybg",
    "time-duration": 300,
    "time-probe-interval": 0.5,
    "sample-size": 600,
    "sample-bucket-width": 0.001,
  },
};

/** Buckets are multiples of their width, as pScheduler writes them. */
const OWPING: Plan = {
  ...PSCHEDULER_POWSTREAM,
  tool: "pscheduler/owping",
  seed: "pscheduler/owping",
  every: 1800,
  family: 6,
  pairs: [[BETA, ALPHA]],
  values: { "histogram-owdelay": TENTHS_OF_MILLISECONDS },
  parameters: {
    ...PSCHEDULER_POWSTREAM.parameters,
    "pscheduler-test-type": "latency",
    "sample-bucket-width": 0.0001,
  },
};

const IPERF3: Template = {
  tool: "pscheduler/iperf3",
  every: 7200,
  keeps: {
    ...plain(...Object.keys(VALUES).filter(isOfThroughput)),
    "failures": [],
    "throughput": [["average", DAY]],
    "pscheduler-run-href": [],
  },
  parameters: {
    "pscheduler-test-type": "throughput",
    "time-duration": 30,
    "bw-parallel-streams": 2,
    "ip-transport-protocol": "tcp",
    "ip-tos": 0,
  },
};

function isOfThroughput(name: string): boolean {
  return /throughput|retransmits|packet-rtt|windowsize|tcpinfo|stat$|rusage/
    .test(name);
}

/** Elmond keeps fewer event types. */
const PSCHEDULER_IPERF3: Template = {
  ...IPERF3,
  keeps: Object.fromEntries(
    Object.entries(IPERF3.keeps).filter(([name]) =>
      !/rtt|windowsize|tcpinfo|stat$|rusage/.test(name)
    ),
  ),
};

/** Elmond announces the counts of packets, but does not serve them. */
const UDP: Plan = {
  tool: "pscheduler/nuttcp",
  every: 7200,
  family: 4,
  pairs: [[GAMMA, ALPHA]],
  keeps: plain(
    "failures",
    "throughput",
    "throughput-subintervals",
    "packet-loss-rate",
    "packet-count-lost",
    "packet-count-sent",
    "pscheduler-run-href",
  ),
  parameters: {
    "pscheduler-test-type": "throughput",
    "time-duration": 10,
    "ip-transport-protocol": "udp",
  },
};

const TRACEROUTE: Plan = {
  tool: "bwctl/tracepath,traceroute",
  every: 600,
  family: 4,
  pairs: ALL_PAIRS,
  keeps: plain("failures", "packet-trace", "path-mtu"),
  parameters: { "trace-max-ttl": 30, "ip-packet-size": 64 },
};

const PSCHEDULER_TRACEROUTE: Plan = {
  ...TRACEROUTE,
  tool: "pscheduler/traceroute",
  seed: TRACEROUTE.tool,
  keeps: { ...TRACEROUTE.keeps, "pscheduler-run-href": [] },
  parameters: { ...TRACEROUTE.parameters, "pscheduler-test-type": "trace" },
};

const PARIS_TRACEROUTE: Plan = {
  tool: "pscheduler/paris-traceroute",
  every: 1800,
  family: 6,
  pairs: [[ALPHA, GAMMA], [ALPHA, BETA]],
  keeps: plain(
    "failures",
    "packet-trace",
    "packet-trace-multi",
    "path-mtu",
    "pscheduler-run-href",
  ),
  parameters: {
    "pscheduler-test-type": "trace",
    "trace-max-ttl": 30,
    "trace-algorithm": "paris-traceroute",
  },
};

const PING: Plan = {
  tool: "pscheduler/ping",
  every: 300,
  family: 6,
  pairs: [[ALPHA, BETA], [BETA, GAMMA]],
  keeps: {
    ...plain(
      "failures",
      "histogram-ttl-reverse",
      "packet-duplicates-bidir",
      "packet-reorders-bidir",
      "packet-count-sent",
      "pscheduler-run-href",
    ),
    "packet-loss-rate-bidir": SUMS,
    "packet-count-lost-bidir": SUMS,
    "histogram-rtt": HISTOGRAMS,
  },
  parameters: {
    "pscheduler-test-type": "rtt",
    "sample-size": 600,
    "ip-packet-size": 1000,
  },
};

const NTPQ: Plan = {
  tool: "ntpq",
  every: 600,
  family: 4,
  pairs: EACH_ALONE,
  keeps: {
    ...plain(...Object.keys(VALUES).filter((name) => /^ntp-/.test(name))),
    "ntp-offset": MEANS,
  },
  parameters: {},
};

const CLOCK: Plan = {
  tool: "pscheduler/psclock",
  every: 3600,
  family: 4,
  pairs: EACH_ALONE,
  keeps: plain("pscheduler-raw", "pscheduler-run-href"),
  parameters: { "pscheduler-test-type": "clock" },
};

const BOTH_WAYS: [Site, Site][] = [[ALPHA, GAMMA], [GAMMA, ALPHA]];

/** The tests of each dialect's sample. */
export const PLANS: Readonly<Record<"esmond" | "elmond", readonly Plan[]>> = {
  esmond: [
    { ...POWSTREAM, family: 4, pairs: ALL_PAIRS },
    { ...POWSTREAM, family: 6, pairs: BOTH_WAYS },
    OWPING,
    { ...IPERF3, family: 4, pairs: ALL_PAIRS },
    { ...IPERF3, family: 6, pairs: ALL_PAIRS },
    TRACEROUTE,
    PARIS_TRACEROUTE,
    PING,
    NTPQ,
    CLOCK,
  ],
  elmond: [
    { ...PSCHEDULER_POWSTREAM, family: 4, pairs: ALL_PAIRS },
    { ...PSCHEDULER_POWSTREAM, family: 6, pairs: BOTH_WAYS },
    OWPING,
    { ...PSCHEDULER_IPERF3, family: 4, pairs: ALL_PAIRS },
    { ...PSCHEDULER_IPERF3, family: 6, pairs: ALL_PAIRS },
    UDP,
    PSCHEDULER_TRACEROUTE,
    PARIS_TRACEROUTE,
    PING,
    CLOCK,
  ],
};
