/**
 * What a series of traces says of a route: its changes, detours, silent hops and
 * loops, and how it is now.
 *
 * @module
 */

import {
  type RouteHop,
  routeHops,
  type SilentHop,
  silentHops,
} from "./current_route.ts";
import {
  type Detour,
  detourOf,
  newest,
  strays,
  type Stretch,
} from "./detours.ts";
import {
  leastAnswers,
  type RouteChange,
  routeChanges,
  type RouteOptions,
  settleOf,
} from "./route_changes.ts";
import { type HopList, hopsOfAll, type Trace } from "./traces.ts";

/**
 * What traces say of a route.
 *
 * @example Usage
 * ```ts
 * import { type Routes, routesOf } from "@esmond/client/insight";
 *
 * const { traces, changes, current }: Routes = routesOf([]);
 * console.log(traces, changes, current); // 0 [] []
 * ```
 */
export interface Routes {
  /** How many traces there are. */
  readonly traces: number;
  /**
   * How many of them arrived; `undefined` if it is not known where they lead.
   */
  readonly reached: number | undefined;
  /** Where the route changed, by time. */
  readonly changes: readonly RouteChange[];
  /** A new route at the end, with fewer traces than settle one. */
  readonly unsettled: UnsettledRoute | undefined;
  /** Where it was left for a while, by time. */
  readonly detours: readonly Detour[];
  /**
   * The hops of the traces since the last change, or of the route that is not
   * settled, without detours.
   */
  readonly current: readonly RouteHop[];
  /** The hops that have fallen silent since the last change, by distance. */
  readonly silent: readonly SilentHop[];
  /** Where traces went in circles, the most frequent first. */
  readonly loops: readonly RouteLoop[];
}

/**
 * A new route with fewer traces than settle one.
 *
 * @example Usage
 * ```ts
 * import { routesOf, type UnsettledRoute } from "@esmond/client/insight";
 *
 * const young: UnsettledRoute | undefined = routesOf([]).unsettled;
 * if (young) console.log(`since ${young.since}, ${young.traces} traces so far`);
 * ```
 */
export interface UnsettledRoute {
  /** Its first trace, in seconds since 1970 UTC. */
  readonly since: number;
  /** How many traces there are so far. */
  readonly traces: number;
  /** Its hops. */
  readonly hops: HopList;
}

/**
 * Traces that met an address again, with others between.
 *
 * @example Usage
 * ```ts
 * import { type RouteLoop, routesOf } from "@esmond/client/insight";
 *
 * const loops: readonly RouteLoop[] = routesOf([]).loops;
 * for (const { ttl, traces } of loops) console.log(`loop at ttl ${ttl}`, traces);
 * ```
 */
export interface RouteLoop {
  /** The distance at which the address was met again. */
  readonly ttl: number;
  /** How many traces did that there. */
  readonly traces: number;
  /** The first of them, in seconds since 1970 UTC. */
  readonly first: number;
  /** The last of them. */
  readonly last: number;
}

/**
 * What traces say of a route: where it changed, as {@linkcode routeChanges} finds
 * it; where a new one has begun; detours, on which at some distance only
 * addresses answered that are not usual there; how the route is now.
 *
 * @param traces The traces of a test in order of time, from
 * {@linkcode tracesOf}.
 * @param options How to look for changes.
 * @returns What was found.
 * @throws {RangeError} when `settle` is not a whole number above 0.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { routesOf, tracesOf } from "@esmond/client/insight";
 *
 * const points = [..."AAAAAAAAABBAAAAAAAAA"].map((host, at) => ({
 *   ts: 600 * at,
 *   val: [{ ttl: 1, success: 1, ip: host === "A" ? "192.0.2.1" : "192.0.2.2" }],
 * }));
 * const { changes, detours, current } = routesOf(tracesOf(points));
 * assertEquals(changes, []);
 * assertEquals(detours.map(({ start, traces }) => [start, traces]), [[5400, 2]]);
 * assertEquals(current.map(({ addresses }) => addresses), [["192.0.2.1"]]);
 * ```
 */
export function routesOf(
  traces: readonly Trace[],
  options: RouteOptions = {},
): Routes {
  const settle = settleOf(options);
  const least = leastAnswers(settle);
  const changes = routeChanges(traces, options);
  const stretches = stretchesBetween(changes, traces.length);
  const last = stretches.pop()!;
  const young = newest(traces, last, settle, least);
  const settled = { ...last, to: young ?? last.to };
  const away = [...stretches, settled].flatMap((stretch) =>
    strays(traces, stretch)
  );
  // One that has not come back is no detour yet.
  const isAway = young === undefined && away.at(-1)?.to === traces.length;
  const begin = young ?? (isAway ? away.pop()!.from : undefined);
  const now = begin ?? last.from;
  const current = without(traces, { from: now, to: last.to }, away);
  return {
    traces: traces.length,
    reached: traces.some(({ reached }) => reached === undefined)
      ? undefined
      : traces.filter(({ reached }) => reached).length,
    changes,
    unsettled: begin === undefined ? undefined : {
      since: traces[begin]!.time,
      traces: traces.length - begin,
      hops: hopsOfAll(traces.slice(begin)),
    },
    detours: away.filter((stray) => !isBeside(stray, changes))
      .map((stray) => detourOf(traces, stray)),
    current: routeHops(current),
    silent: silentHops(traces.slice(last.from), settle, least),
    loops: loopsOf(traces),
  };
}

/** The traces between changes; the last one reaches to the end. */
function stretchesBetween(
  changes: readonly RouteChange[],
  count: number,
): Stretch[] {
  const places = [0, ...changes.map(({ index }) => index), count];
  return places.slice(1).map((to, at) => ({ from: places[at]!, to }));
}

/** The traces of a stretch but those of others. */
function without(
  traces: readonly Trace[],
  { from, to }: Stretch,
  others: readonly Stretch[],
): Trace[] {
  const isLeftOut = new Uint8Array(traces.length);
  for (const other of others) isLeftOut.fill(1, other.from, other.to);
  return traces.slice(from, to).filter((_, at) => !isLeftOut[from + at]);
}

/**
 * Whether traces strayed beside a change: one that was made meanwhile shows
 * something of both routes, which is no detour.
 */
function isBeside(
  { from, to }: Stretch,
  changes: readonly RouteChange[],
): boolean {
  return changes.some(({ index }) => from === index || to === index);
}

function loopsOf(traces: readonly Trace[]): RouteLoop[] {
  const loops = new Map<number, RouteLoop>();
  for (const { loop: ttl, time } of traces) {
    if (ttl === undefined) continue;
    const known = loops.get(ttl) ?? { ttl, traces: 0, first: time, last: time };
    loops.set(ttl, { ...known, traces: known.traces + 1, last: time });
  }
  return [...loops.values()].sort((a, b) =>
    b.traces - a.traces || a.ttl - b.ttl
  );
}
