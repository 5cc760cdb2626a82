/**
 * Traces as archives keep them, read into the addresses that answered at each
 * distance.
 *
 * @module
 */

import { canonicalAddress } from "../client/ip_address.ts";
import type { TraceHop } from "../client/value_shapes.ts";
import { type Measured, timeOf } from "./point.ts";

/**
 * The hops of a route, from the first one on: the addresses that answered at
 * each distance, in the order of their text. A hop that is silent has none, and
 * stands for any.
 *
 * @example Usage
 * ```ts
 * import type { HopList } from "@esmond/client/insight";
 *
 * const route: HopList = [["192.0.2.1"], [], ["198.51.100.1", "198.51.100.2"]];
 * console.log(route.map((hop) => hop.join(" ") || "*").join(" → "));
 * ```
 */
export type HopList = readonly (readonly string[])[];

/**
 * A trace that has been read.
 *
 * @example Usage
 * ```ts
 * import { type Trace, tracesOf } from "@esmond/client/insight";
 *
 * const [trace]: Trace[] = tracesOf([
 *   { ts: 0, val: [{ ttl: 1, success: 1, ip: "192.0.2.1", rtt: 0.4 }] },
 * ], { destinations: ["192.0.2.1"] });
 * console.log(trace?.hops, trace?.reached); // [ [ "192.0.2.1" ] ] true
 * ```
 */
export interface Trace {
  /** When it was made, in seconds since 1970 UTC. */
  readonly time: number;
  /** Who answered, up to the last distance that was tried. */
  readonly hops: HopList;
  /** The round-trip times of the answers at each distance, in milliseconds. */
  readonly rtts: readonly (readonly number[])[];
  /**
   * Whether the destination answered; `undefined` if it is not known who that
   * is.
   */
  readonly reached: boolean | undefined;
  /**
   * The distance at which an address was met again after others, from 1;
   * `undefined` without a loop.
   */
  readonly loop: number | undefined;
}

/**
 * The value of a trace: that of `packet-trace`, or the several of
 * `packet-trace-multi`.
 *
 * @example Usage
 * ```ts
 * import type { TraceValue } from "@esmond/client/insight";
 *
 * const value: TraceValue = [{ ttl: 1, success: 1, ip: "192.0.2.1", rtt: 0.4 }];
 * console.log(value.length);
 * ```
 */
export type TraceValue =
  | readonly TraceHop[]
  | readonly (readonly TraceHop[])[];

/**
 * What is known beside traces.
 *
 * @example Usage
 * ```ts
 * import type { TraceOptions } from "@esmond/client/insight";
 *
 * const options: TraceOptions = { destinations: ["192.0.2.9", "2001:db8::9"] };
 * console.log(options);
 * ```
 */
export interface TraceOptions {
  /** All addresses of the host that traces lead to. */
  readonly destinations?: Iterable<string> | undefined;
}

/**
 * Reads traces. At each distance the addresses are collected that answered, of
 * all queries and, for `packet-trace-multi`, of all traces of the run; everything
 * else is silence: no answer, an address that is `null`, a distance that is
 * missing. Hops may be out of order, and a distance may be there twice.
 *
 * @param points Points of `packet-trace` or `packet-trace-multi`, in any order.
 * @param options What else is known.
 * @returns The traces in order of time.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tracesOf } from "@esmond/client/insight";
 *
 * const [trace] = tracesOf([{
 *   ts: 1456790400,
 *   val: [
 *     { ttl: 3, success: "1", ip: "198.51.100.20", rtt: "8.7" },
 *     { ttl: 1, success: 1, ip: "192.0.2.1", rtt: 0.4 },
 *     { ttl: 2, success: 0, "error-message": "requestTimedOut" },
 *   ],
 * }], { destinations: ["198.51.100.20"] });
 * assertEquals(trace?.hops, [["192.0.2.1"], [], ["198.51.100.20"]]);
 * assertEquals(trace?.reached, true);
 * ```
 */
export function tracesOf(
  points: Iterable<Measured<TraceValue>>,
  { destinations }: TraceOptions = {},
): Trace[] {
  const names = new Map<string, string>();
  const nameOf = (address: string) => {
    let name = names.get(address);
    if (name === undefined) names.set(address, name = addressForm(address));
    return name;
  };
  const ends = destinations && new Set([...destinations].map(nameOf));
  const traces: Trace[] = [];
  for (const point of points) {
    const time = timeOf(point);
    if (!Number.isFinite(time)) continue;
    traces.push(traceOf(time, hopListsOf(point.val), nameOf, ends));
  }
  return traces.sort((a, b) => a.time - b.time);
}

/** The one form of an address, whatever a tool writes. */
export function addressForm(text: string): string {
  const plain = text.trim().toLowerCase();
  return canonicalAddress(plain) ?? plain;
}

/** The lists of hops of a value; other things in it are left out. */
export function hopListsOf(value: unknown): TraceHop[][] {
  const list = Array.isArray(value) ? value : [];
  const lists = list.some(Array.isArray) ? list.filter(Array.isArray) : [list];
  return lists.map((hops) =>
    hops.filter((hop: unknown) =>
      typeof hop === "object" && hop !== null && !Array.isArray(hop)
    )
  );
}

function traceOf(
  time: number,
  lists: readonly (readonly TraceHop[])[],
  nameOf: (address: string) => string,
  ends: ReadonlySet<string> | undefined,
): Trace {
  const hops: Set<string>[] = [];
  const rtts: number[][] = [];
  let loop: number | undefined;
  for (const list of lists) {
    const own: Set<string>[] = [];
    let last = 0;
    for (const hop of list) {
      const ttl = last = distanceOf(hop.ttl) ?? Math.min(last + 1, LAST_TTL);
      while (own.length < ttl) own.push(new Set());
      while (hops.length < ttl) {
        hops.push(new Set());
        rtts.push([]);
      }
      if (!isAnswer(hop)) continue;
      const address = nameOf(hop.ip);
      own[ttl - 1]!.add(address);
      hops[ttl - 1]!.add(address);
      const rtt = roundTripOf(hop.rtt);
      if (rtt !== undefined) rtts[ttl - 1]!.push(rtt);
    }
    loop ??= loopIn(own, ends);
  }
  return {
    time,
    hops: hops.map((addresses) => [...addresses].sort()),
    rtts,
    reached: ends &&
      hops.some((addresses) => [...addresses].some((each) => ends.has(each))),
    loop,
  };
}

/** No packet goes further. */
const LAST_TTL = 255;

/** A distance, which some tools write as text. */
function distanceOf(ttl: unknown): number | undefined {
  const distance = typeof ttl === "string" ? Number(ttl) : ttl;
  return Number.isInteger(distance) && 1 <= Number(distance) &&
      Number(distance) <= LAST_TTL
    ? Number(distance)
    : undefined;
}

/** What `success` can be where nobody answered, in lower case. */
const NO = ["0", "false", "no", ""];

function isAnswer(hop: TraceHop): hop is TraceHop & { ip: string } {
  const success = String(hop.success ?? 1).trim().toLowerCase();
  return !NO.includes(success) && typeof hop.ip === "string" &&
    hop.ip.trim() !== "";
}

/** Milliseconds, which some tools write as text. */
function roundTripOf(rtt: unknown): number | undefined {
  const time = typeof rtt === "string" && rtt.trim() !== "" ? Number(rtt) : rtt;
  return typeof time === "number" && time >= 0 && time < Infinity
    ? time
    : undefined;
}

/**
 * Where an address is met again after others. One that answers at distances
 * side by side is no loop, and neither is the destination, which answers
 * whatever goes beyond it.
 */
function loopIn(
  hops: readonly ReadonlySet<string>[],
  ends: ReadonlySet<string> | undefined,
): number | undefined {
  const lastSeen = new Map<string, number>();
  let lastAnswer = 0;
  for (const [at, addresses] of hops.entries()) {
    for (const address of addresses) {
      const seen = lastSeen.get(address);
      const isAgain = seen !== undefined && lastAnswer > seen;
      if (isAgain && !ends?.has(address)) return at + 1;
      lastSeen.set(address, at + 1);
    }
    if (addresses.size > 0) lastAnswer = at + 1;
  }
  return undefined;
}

/** All answers of some traces together, without silence at the end. */
export function hopsOfAll(traces: readonly Trace[]): HopList {
  const hops: Set<string>[] = [];
  for (const trace of traces) {
    for (const [at, addresses] of trace.hops.entries()) {
      const known = hops[at] ??= new Set();
      for (const address of addresses) known.add(address);
    }
  }
  while (hops.at(-1)?.size === 0) hops.pop();
  return hops.map((addresses) => [...addresses].sort());
}
