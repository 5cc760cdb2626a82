/**
 * Sample data: a week (or any other time) of a small mesh, with every event
 * type, IPv4 and IPv6, an outage, a route change and a link that loses packets.
 *
 * @module
 */

import { eventTypeInfo } from "../client/event_types.ts";
import { describe } from "./describe.ts";
import {
  type Events,
  eventsBetween,
  type Moment,
  momentOf,
  randomFor,
  type Site,
  SITES,
} from "./sample_network.ts";
import { VALUES } from "./sample_values.ts";
import type { Series, Store } from "./store.ts";
import { checkValue } from "./validate.ts";

const DAY = 86_400;

/**
 * Fills an archive with sample data up to now. The same `now` and `days` give
 * the same data; what an archive already has is kept, so doing it again adds
 * only what is newer.
 *
 * @param store The archive.
 * @param days How many days.
 * @param now Seconds since 1970 UTC.
 */
export function fillSample(store: Store, days: number, now: number): void {
  const start = now - Math.round(days * DAY);
  const events = eventsBetween(start, now);
  store.transaction(() => {
    for (const plan of PLANS) {
      for (const [source, destination] of plan.pairs) {
        fillTest(store, { plan, source, destination, start, now, events });
      }
    }
  });
}

type Windows = [type: string, ...seconds: number[]][];

/** A kind of test: with which tool, how often, what is kept. */
interface Plan {
  tool: string;
  every: number;
  family: 4 | 6;
  pairs: [Site, Site][];
  /** Event type → its roll-ups. */
  keeps: Record<string, Windows>;
  parameters: Record<string, unknown>;
}

const [ALPHA, BETA, GAMMA] = SITES as [Site, Site, Site];
const ALL_PAIRS = SITES.flatMap((source) =>
  SITES.filter((other) => other !== source).map((other): [Site, Site] => [
    source,
    other,
  ])
);
const EACH_ALONE = SITES.map((site): [Site, Site] => [site, site]);

const SUMS: Windows = [["aggregation", 300, 3600, DAY]];
const HISTOGRAMS: Windows = [
  ["aggregation", 3600, DAY],
  ["statistics", 0, 3600, DAY],
];
const MEANS: Windows = [["average", 3600, DAY]];

/** Names of event types without roll-ups. */
function plain(...names: string[]): Record<string, Windows> {
  return Object.fromEntries(names.map((name) => [name, []]));
}

const LATENCY: Omit<Plan, "family" | "pairs"> = {
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

const THROUGHPUT: Omit<Plan, "family" | "pairs"> = {
  tool: "pscheduler/iperf3",
  every: 7200,
  keeps: {
    ...plain(...Object.keys(VALUES).filter(isOfThroughput)),
    "failures": [],
    "throughput": [["average", DAY]],
    "pscheduler-run-href": [],
  },
  parameters: {
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

const PLANS: Plan[] = [
  { ...LATENCY, family: 4, pairs: ALL_PAIRS },
  { ...LATENCY, family: 6, pairs: [[ALPHA, GAMMA], [GAMMA, ALPHA]] },
  { ...THROUGHPUT, family: 4, pairs: ALL_PAIRS },
  { ...THROUGHPUT, family: 6, pairs: ALL_PAIRS },
  {
    tool: "bwctl/tracepath,traceroute",
    every: 600,
    family: 4,
    pairs: ALL_PAIRS,
    keeps: plain("failures", "packet-trace", "path-mtu"),
    parameters: { "trace-max-ttl": 30, "ip-packet-size": 64 },
  },
  {
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
    parameters: { "trace-max-ttl": 30, "trace-algorithm": "paris-traceroute" },
  },
  {
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
    parameters: { "sample-size": 600, "ip-packet-size": 1000 },
  },
  {
    tool: "ntpq",
    every: 600,
    family: 4,
    pairs: EACH_ALONE,
    keeps: {
      ...plain(...Object.keys(VALUES).filter((name) => /^ntp-/.test(name))),
      "ntp-offset": MEANS,
    },
    parameters: {},
  },
  {
    tool: "pscheduler/psclock",
    every: 3600,
    family: 4,
    pairs: EACH_ALONE,
    keeps: plain("pscheduler-raw", "pscheduler-run-href"),
    parameters: { "pscheduler-test-type": "clock" },
  },
];

interface Task {
  plan: Plan;
  source: Site;
  destination: Site;
  start: number;
  now: number;
  events: Events;
}

function fillTest(store: Store, task: Task): void {
  const { plan, source, destination, start, now, events } = task;
  const wanted = describe(JSON.stringify(descriptionOf(task))).test;
  const { test } = store.findOrAdd(wanted, start);
  const has = new Map(
    test.series.map(({ id }) => [id, store.lastTime({ series: id })]),
  );
  const written = new Map<Series, number>();
  const seed = [plan.tool, plan.family, source.name, destination.name].join();
  const first = Math.ceil(start / plan.every) * plan.every;
  for (let ts = first; ts <= now; ts += plan.every) {
    const moment = momentOf(
      ts,
      source,
      destination,
      plan.family,
      events,
      randomFor(`${seed} ${ts}`),
    );
    for (const series of test.series) {
      const { name, valueClass } = series.info;
      const isOld = ts <= (has.get(series.id) ?? -Infinity);
      if (isOld || !isMeasured(name, moment)) continue;
      // Loss and delay are the same for all event types of a moment, the rest
      // is theirs.
      const random = randomFor(`${seed} ${name} ${ts}`);
      const value = JSON.stringify(VALUES[name]!({ ...moment, random }));
      store.write(series, ts, checkValue(valueClass, value));
      written.set(series, ts);
    }
  }
  for (const [series, ts] of written) store.touch(series, ts);
}

/**
 * During an outage there are failures and nothing else, otherwise everything
 * else.
 */
function isMeasured(name: string, { isDown, source, destination }: Moment) {
  const isAlone = source === destination;
  return (name === "failures") === (isDown && !isAlone);
}

function descriptionOf({ plan, source, destination }: Task) {
  const address = (site: Site) => plan.family === 4 ? site.v4 : site.v6;
  const isAlone = source === destination;
  return {
    "subject-type": isAlone ? "network-element" : "point-to-point",
    "source": address(source),
    "measurement-agent": address(source),
    "tool-name": plan.tool,
    "input-source": `ps.${source.name}.example`,
    ...(!isAlone && {
      "destination": address(destination),
      "input-destination": `ps.${destination.name}.example`,
    }),
    "event-types": Object.entries(plan.keeps).map(([name, windows]) => ({
      "event-type": checkedName(name),
      "summaries": windows.flatMap(([type, ...seconds]) =>
        seconds.map((window) => ({
          "summary-type": type,
          "summary-window": String(window),
        }))
      ),
    })),
    ...plan.parameters,
  };
}

function checkedName(name: string): string {
  if (!eventTypeInfo(name)) throw new Error(`unknown event type ${name}`);
  return name;
}
