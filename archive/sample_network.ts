/**
 * The made-up network of the sample data: three sites, and the state of the
 * paths between them at any time. The same second always has the same state,
 * whatever period the sample covers.
 *
 * @module
 */

/** A measurement host. */
export interface Site {
  /** The middle part of its names. */
  readonly name: string;
  /** Its IPv4 address. */
  readonly v4: string;
  /** Its IPv6 address. */
  readonly v6: string;
  /** Milliseconds from the middle of the network. */
  readonly distance: number;
  /** The error of its clock, in milliseconds. */
  readonly clock: number;
}

/** The hosts. */
export const SITES: readonly Site[] = [
  {
    name: "alpha",
    v4: "192.0.2.10",
    v6: "2001:db8:a::10",
    distance: 3.1,
    clock: 0.04,
  },
  {
    name: "beta",
    v4: "198.51.100.20",
    v6: "2001:db8:b::20",
    distance: 8.7,
    clock: -0.02,
  },
  {
    name: "gamma",
    v4: "203.0.113.30",
    v6: "2001:db8:c::30",
    distance: 21.4,
    clock: 0.11,
  },
];

/** The times of events in the sample, in seconds since 1970 UTC. */
export interface Events {
  /** Alpha and gamma reach each other by a longer route from here. */
  readonly routeChange: number;
  /** Beta cannot be reached from here… */
  readonly outageStart: number;
  /** …to here. */
  readonly outageEnd: number;
  /** Packets from beta to gamma are lost from here. */
  readonly lossStart: number;
}

/** The events of a sample between two times. */
export function eventsBetween(start: number, end: number): Events {
  const length = end - start;
  const outageStart = start + Math.round(length * 0.55);
  return {
    routeChange: start + Math.round(length * 0.35),
    outageStart,
    outageEnd: outageStart + Math.max(900, Math.round(length / 56)),
    lossStart: start + Math.round(length * 0.75),
  };
}

/** Reproducible random numbers between 0 and 1. */
export type Random = () => number;

/** A source of numbers for a seed (mulberry32 on an FNV-1a hash). */
export function randomFor(seed: string): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) {
    state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One router on a path. */
export interface Hop {
  /** Its address. */
  readonly ip: string;
  /** Milliseconds to it and back. */
  readonly rtt: number;
}

/** The state of a path at one moment, from which all values are made. */
export interface Moment {
  /** Seconds since 1970 UTC. */
  readonly ts: number;
  /** The source. */
  readonly source: Site;
  /** The destination; the source itself for measurements of one host. */
  readonly destination: Site;
  /** 4 or 6. */
  readonly family: 4 | 6;
  /** Numbers for this moment. */
  readonly random: Random;
  /** Whether the other end cannot be reached. */
  readonly isDown: boolean;
  /** How busy the network is: 0 at night, 1 in the afternoon. */
  readonly load: number;
  /** One way, in milliseconds. */
  readonly delay: number;
  /** The share of packets that is lost. */
  readonly loss: number;
  /** The routers on the path. */
  readonly hops: readonly Hop[];
}

/** The state of a path at a moment. */
export function momentOf(
  ts: number,
  source: Site,
  destination: Site,
  family: 4 | 6,
  events: Events,
  random: Random,
): Moment {
  const names = [source.name, destination.name];
  const isLong = ts >= events.routeChange && !names.includes("beta");
  const isLossy = ts >= events.lossStart && source.name === "beta" &&
    destination.name === "gamma";
  const hour = (ts / 3600) % 24;
  const load = 0.5 - 0.5 * Math.cos((hour - 3) / 12 * Math.PI);
  const delay = source.distance + destination.distance +
    (isLong ? 6.3 : 0) + (family === 6 ? 0.2 : 0) + load * random() * 0.4;
  const isDown = names.includes("beta") && ts >= events.outageStart &&
    ts < events.outageEnd;
  return {
    ts,
    source,
    destination,
    family,
    random,
    isDown,
    load,
    delay,
    loss: isLossy ? 0.004 + random() * 0.02 : random() < 0.02 ? 0.0005 : 0,
    hops: hopsOf(source, destination, family, isLong, delay),
  };
}

function hopsOf(
  source: Site,
  destination: Site,
  family: 4 | 6,
  isLong: boolean,
  delay: number,
): Hop[] {
  const neighbour = (site: Site) =>
    family === 4
      ? site.v4.replace(/\d+$/, "1")
      : site.v6.replace(/::.*$/, "::1");
  const core = (number: number) =>
    family === 4 ? `192.0.2.${200 + number}` : `2001:db8:ff::${number}`;
  const ips = [
    neighbour(source),
    core(1),
    ...(isLong ? [core(7), core(8)] : [core(2)]),
    neighbour(destination),
    family === 4 ? destination.v4 : destination.v6,
  ];
  return ips.map((ip, index) => ({
    ip,
    rtt: rounded(2 * delay * (index + 1) / ips.length, 3),
  }));
}

/** A number with at most so many decimals. */
export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
