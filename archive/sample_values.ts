/**
 * Plausible values for every event type.
 *
 * @module
 */

import { type Moment, rounded } from "./sample_network.ts";

const PACKETS = 600;
const STREAMS = 2;
const INTERVALS = 6;
const INTERVAL_SECONDS = 5;

/** Makes the value of one event type at a moment. */
export type Make = (moment: Moment) => unknown;

const lost: Make = ({ loss }) => Math.round(PACKETS * loss);

const lossRate: Make = (moment) => ({
  numerator: lost(moment),
  denominator: PACKETS,
});

const seldom: Make = ({ random }) => random() < 0.01 ? 1 : 0;

const noise = (middle: number, spread: number): Make => ({ random }) =>
  rounded(middle + (random() - 0.5) * 2 * spread, 4);

/** Bits a second: fewest in the afternoon, far fewer where packets are lost. */
function throughput({ load, loss, family, random }: Moment): number {
  const free = 9.41e9 * (1 - 0.35 * load) * (1 - 0.04 * random());
  const kept = free * (loss > 0.001 ? 0.08 : 1) * (family === 6 ? 0.98 : 1);
  return Math.round(kept / 1000) * 1000;
}

function retransmits({ load, loss, random }: Moment): number {
  return Math.round(random() * 12 * load + loss * 20_000);
}

function roundTrip({ delay, random }: Moment): number {
  return Math.round(2 * delay + random());
}

function windowSize({ load }: Moment): number {
  return Math.round((16 - 6 * load) * 1024) * 1024;
}

type Measure = (moment: Moment) => number;

/** One value an interval. */
const intervals = (measure: Measure): Make => (moment) =>
  Array.from({ length: INTERVALS }, (_, index) => ({
    start: index * INTERVAL_SECONDS,
    duration: INTERVAL_SECONDS,
    val: measure(moment),
  }));

/** One value a stream. */
const streams = (measure: Measure, share = STREAMS): Make => (moment) =>
  Array.from(
    { length: STREAMS },
    () => Math.round(measure(moment) / share),
  );

const streamIntervals = (measure: Measure, share = STREAMS): Make => {
  const one = intervals((moment) => Math.round(measure(moment) / share));
  return (moment) => Array.from({ length: STREAMS }, () => one(moment));
};

/** Counts by value: most at the least delay, a tail above it. */
function histogram(first: number, step: number, decimals: number): Make {
  return (moment) => {
    const buckets: Record<string, number> = {};
    let left = PACKETS - (lost(moment) as number);
    const base = first * moment.delay;
    for (let index = 0; left > 0; index++) {
      const share = 0.45 + 0.3 * moment.random();
      const count = index === 7 ? left : Math.ceil(left * share);
      const bucket = (Math.round(base / step) * step + index * step)
        .toFixed(decimals);
      buckets[bucket] = count;
      left -= count;
    }
    return buckets;
  };
}

/** One-way delay in buckets of a tenth of a millisecond. */
export const TENTHS_OF_MILLISECONDS: Make = histogram(10, 1, 1);

const timeToLive: Make = (moment) => ({
  [String(255 - moment.hops.length)]: PACKETS - (lost(moment) as number),
});

function trace({ hops, random }: Moment): Record<string, unknown>[] {
  return hops.map(({ ip, rtt }, index) => {
    const hop = { ttl: index + 1, query: 1 };
    // One router in the middle sometimes does not answer.
    if (index === 2 && random() < 0.05) {
      return { ...hop, success: 0, error_message: "requestTimedOut" };
    }
    return {
      ...hop,
      success: 1,
      ip,
      rtt: rounded(rtt + random(), 3),
      mtu: mtu(ip),
    };
  });
}

function mtu(ip: string): number {
  return ip.includes(":ff:") ? 1500 : 9000;
}

const tcpInfo: Make = (moment) => ({
  rtt: roundTrip(moment) * 1000,
  retransmits: retransmits(moment),
  snd_cwnd: windowSize(moment),
  pmtu: 9000,
});

function cpu({ load, random }: Moment): Record<string, number> {
  const used = rounded(5 + 40 * load + 5 * random(), 2);
  return { usr: used, sys: rounded(used / 3, 2), idle: 100 - used };
}

/** Every event type of the catalogue. */
export const VALUES: Readonly<Record<string, Make>> = {
  "failures": ({ destination }) => ({
    error: `unable to connect to ${destination.name}.example: ` +
      "No route to host",
  }),

  "packet-loss-rate": lossRate,
  "packet-loss-rate-bidir": lossRate,
  "packet-count-sent": () => PACKETS,
  "packet-count-lost": lost,
  "packet-count-lost-bidir": lost,
  "packet-duplicates": seldom,
  "packet-duplicates-bidir": seldom,
  "packet-reorders": seldom,
  "packet-reorders-bidir": seldom,
  "histogram-owdelay": histogram(1, 0.1, 1),
  "histogram-rtt": histogram(2, 0.1, 1),
  "histogram-ttl": timeToLive,
  "histogram-ttl-reverse": timeToLive,
  "time-error-estimates": noise(0.3, 0.1),

  "throughput": throughput,
  "throughput-subintervals": intervals(throughput),
  "streams-throughput": streams(throughput),
  "streams-throughput-subintervals": streamIntervals(throughput),
  "packet-retransmits": retransmits,
  "packet-retransmits-subintervals": intervals(retransmits),
  "streams-packet-retransmits": streams(retransmits),
  "streams-packet-retransmits-subintervals": streamIntervals(retransmits),
  "packet-rtt": roundTrip,
  "packet-rtt-subintervals": intervals(roundTrip),
  "streams-packet-rtt": streams(roundTrip, 1),
  "streams-packet-rtt-subintervals": streamIntervals(roundTrip, 1),
  "tcp-windowsize": windowSize,
  "tcp-windowsize-subintervals": intervals(windowSize),
  "streams-tcp-windowsize": streams(windowSize, 1),
  "streams-tcp-windowsize-subintervals": streamIntervals(windowSize, 1),
  "tcpinfo": tcpInfo,
  "streams-tcpinfo": (moment) =>
    Array.from({ length: STREAMS }, () => tcpInfo(moment)),
  "mpstat": (moment) => [cpu(moment), cpu(moment)],
  "iostat": ({ load }) => ({ tps: Math.round(20 + 80 * load), device: "sda" }),
  "rusage": ({ random }) => ({
    utime: rounded(2 + random(), 3),
    stime: rounded(6 + random(), 3),
    maxrss: 5120,
  }),

  "packet-trace": trace,
  "packet-trace-multi": (moment) => [trace(moment), trace(moment)],
  "path-mtu": ({ hops }) => Math.min(...hops.map(({ ip }) => mtu(ip))),

  "ntp-delay": noise(1.2, 0.3),
  "ntp-dispersion": noise(14, 6),
  "ntp-jitter": noise(0.08, 0.05),
  "ntp-offset": ({ source, random }) =>
    rounded(source.clock + (random() - 0.5) * 0.05, 4),
  "ntp-polling-interval": () => 64,
  "ntp-reach": ({ random }) => random() < 0.01 ? 254 : 255,
  "ntp-stratum": () => 2,
  "ntp-wander": noise(0.004, 0.003),

  "pscheduler-run-href": ({ ts, source }) =>
    `https://${source.name}.example/pscheduler/tasks/` +
    `${source.name}/runs/${ts}`,
  "pscheduler-raw": ({ source, random }) => ({
    succeeded: true,
    difference: `PT${rounded(source.clock + random() * 0.01, 4)}S`,
  }),
};
