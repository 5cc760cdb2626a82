/**
 * The route as it is now: who answers at each distance, how often, and how fast.
 *
 * @module
 */

import { median } from "./robust.ts";
import type { Trace } from "./traces.ts";

/**
 * A hop of a route.
 *
 * @example Usage
 * ```ts
 * import { type RouteHop, routesOf, tracesOf } from "@esmond/client/insight";
 *
 * const traces = tracesOf([{ ts: 0, val: [{ ttl: 1, ip: "192.0.2.1", rtt: 0.4 }] }]);
 * const [hop]: readonly RouteHop[] = routesOf(traces).current;
 * console.log(hop?.ttl, hop?.addresses, hop?.rttMedian); // 1 [ "192.0.2.1" ] 0.4
 * ```
 */
export interface RouteHop {
  /** The distance, from 1. */
  readonly ttl: number;
  /** Who answered, the most frequent first; nobody if it is silent. */
  readonly addresses: readonly string[];
  /**
   * The share of traces that got an answer, of those that went so far. Routers
   * answer when they like: it says nothing of loss.
   */
  readonly answers: number;
  /** The least round-trip time, in milliseconds; `undefined` without any. */
  readonly rttMinimum: number | undefined;
  /** The median of all round-trip times. */
  readonly rttMedian: number | undefined;
}

/** The hops of traces that are all of one route. */
export function routeHops(traces: readonly Trace[]): RouteHop[] {
  const length = traces.reduce(
    (most, { hops }) => Math.max(most, hops.length),
    0,
  );
  const route = Array.from({ length }, (_, at) => hopAt(traces, at));
  while (route.at(-1)?.addresses.length === 0) route.pop();
  return route;
}

function hopAt(traces: readonly Trace[], at: number): RouteHop {
  const counts = new Map<string, number>();
  const rtts: number[] = [];
  let [tried, answered] = [0, 0];
  for (const trace of traces) {
    const addresses = trace.hops[at];
    // One that arrived sooner did not ask here.
    if (addresses === undefined) continue;
    tried++;
    if (addresses.length > 0) answered++;
    for (const address of addresses) {
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
    for (const rtt of trace.rtts[at]!) rtts.push(rtt);
  }
  return {
    ttl: at + 1,
    addresses: [...counts]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .map(([address]) => address),
    answers: answered / tried,
    rttMinimum: rtts.length > 0
      ? rtts.reduce((a, b) => Math.min(a, b))
      : undefined,
    rttMedian: median(rtts),
  };
}

/**
 * A hop that answered, and does so no more. That is no change of the route: it
 * may still be there.
 *
 * @example Usage
 * ```ts
 * import { routesOf, type SilentHop } from "@esmond/client/insight";
 *
 * const silent: readonly SilentHop[] = routesOf([]).silent;
 * for (const { ttl, since } of silent) console.log(ttl, since);
 * ```
 */
export interface SilentHop {
  /** The distance, from 1. */
  readonly ttl: number;
  /** The first trace without an answer, in seconds since 1970 UTC. */
  readonly since: number;
  /** Who answered before. */
  readonly addresses: readonly string[];
}

/**
 * The distances at which the last `settle` traces or more got no answer, and
 * `least` of as many before them did.
 */
export function silentHops(
  traces: readonly Trace[],
  settle: number,
  least: number,
): SilentHop[] {
  const length = traces.reduce(
    (most, { hops }) => Math.max(most, hops.length),
    0,
  );
  const found: SilentHop[] = [];
  for (let at = 0; at < length; at++) {
    const tried = traces.filter(({ hops, reached }) =>
      at < hops.length || reached === false
    );
    let first = tried.length;
    while (first > 0 && !tried[first - 1]!.hops[at]?.length) first--;
    const before = tried.slice(Math.max(0, first - settle), first)
      .map(({ hops }) => hops[at] ?? [])
      .filter((addresses) => addresses.length > 0);
    if (tried.length - first < settle || before.length < least) continue;
    found.push({
      ttl: at + 1,
      since: tried[first]!.time,
      addresses: [...new Set(before.flat())].sort(),
    });
  }
  return found;
}
