/**
 * Traces that left their route for a while, and came back.
 *
 * @module
 */

import { type HopList, hopsOfAll, type Trace } from "./traces.ts";

/**
 * A way that packets took for a few traces.
 *
 * @example Usage
 * ```ts
 * import { type Detour, routesOf } from "@esmond/client/insight";
 *
 * const detours: readonly Detour[] = routesOf([]).detours;
 * for (const { start, end, hops } of detours) console.log(start, end, hops);
 * ```
 */
export interface Detour {
  /** Its first trace, in seconds since 1970 UTC. */
  readonly start: number;
  /** Its last trace. */
  readonly end: number;
  /** How many traces took it. */
  readonly traces: number;
  /** Its hops. */
  readonly hops: HopList;
}

/** Traces from one place of a list up to before another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Where traces of one route left it: at some distance only addresses answered
 * that are not usual there. The most frequent address is usual, and those that
 * come again and again, as with packets balanced over several ways; a detour
 * comes seldom.
 *
 * @param traces The traces.
 * @param stretch Those between two changes of the route.
 */
export function strays(
  traces: readonly Trace[],
  { from, to }: Stretch,
): Stretch[] {
  const usual = usualHops(traces.slice(from, to));
  const found: { from: number; to: number }[] = [];
  let away: number[] = [];
  for (let at = from; at < to; at++) {
    const { hops } = traces[at]!;
    const ttls = usual.flatMap((known, ttl) =>
      known && isStray(hops[ttl], known) ? [ttl] : []
    );
    if (ttls.length > 0) {
      if (away.length === 0) found.push({ from: at, to: at });
      found.at(-1)!.to = at + 1;
      away = ttls;
    } else if (away.some((ttl) => hops[ttl]?.length)) {
      // Where it is silent, it may still be elsewhere.
      away = [];
    }
  }
  return found;
}

type Addresses = readonly string[];

function isStray(
  addresses: Addresses | undefined,
  usual: ReadonlySet<string>,
): boolean {
  return addresses !== undefined && addresses.length > 0 &&
    !addresses.some((each) => usual.has(each));
}

/** The usual addresses at each distance; `undefined` where all are. */
function usualHops(
  traces: readonly Trace[],
): (ReadonlySet<string> | undefined)[] {
  const answers: Addresses[][] = [];
  for (const { hops } of traces) {
    for (const [ttl, addresses] of hops.entries()) {
      const known = answers[ttl] ??= [];
      if (addresses.length > 0) known.push(addresses);
    }
  }
  return answers.map(usualOf);
}

/**
 * The usual ones of the answers at one distance. Balanced packets change the way
 * by chance, and so in proportion to the number of traces; what happens fewer
 * times than half of its root is not that.
 */
function usualOf(
  answers: readonly Addresses[],
): ReadonlySet<string> | undefined {
  const often = Math.max(2, Math.sqrt(answers.length) / 2);
  const counts = new Map<
    string,
    { times: number; rows: number; last: number }
  >();
  for (const [at, addresses] of answers.entries()) {
    for (const address of addresses) {
      const count = counts.get(address) ?? { times: 0, rows: 0, last: -2 };
      counts.set(address, count);
      count.times++;
      if (count.last !== at - 1) count.rows++;
      count.last = at;
    }
  }
  const usual = new Set<string>();
  let most = { address: "", times: 0 };
  for (const [address, { times, rows }] of counts) {
    if (rows >= often) usual.add(address);
    if (times > most.times) most = { address, times };
  }
  usual.add(most.address);
  let rows = 0;
  let wasStray = false;
  for (const addresses of answers) {
    const isAway = isStray(addresses, usual);
    if (isAway && !wasStray) rows++;
    wasStray = isAway;
  }
  return rows > 0 && rows < often ? usual : undefined;
}

/** A stretch of traces as a detour. */
export function detourOf(
  traces: readonly Trace[],
  { from, to }: Stretch,
): Detour {
  return {
    start: traces[from]!.time,
    end: traces[to - 1]!.time,
    traces: to - from,
    hops: hopsOfAll(traces.slice(from, to)),
  };
}

/**
 * Where a new route begins that is too young to be one: at some distance only
 * addresses answer that nobody saw there before, and at least `least` of the
 * `settle` traces before it answered.
 *
 * @returns The place of its first trace; `undefined` if there is none.
 */
export function newest(
  traces: readonly Trace[],
  { from, to }: Stretch,
  settle: number,
  least: number,
): number | undefined {
  const first = firstSeen(traces, { from, to });
  for (let at = Math.max(from + 1, to - settle + 1); at < to; at++) {
    const isNew = traces[at]!.hops.some((addresses, ttl) =>
      addresses.length > 0 &&
      answersAt(traces, ttl, Math.max(from, at - settle), at) >= least &&
      traces.slice(at, to).every(({ hops }) =>
        hops[ttl]?.every((each) => first[ttl]!.get(each)! >= at) ?? true
      )
    );
    if (isNew) return at;
  }
  return undefined;
}

/** Where each address was seen first at each distance. */
function firstSeen(
  traces: readonly Trace[],
  { from, to }: Stretch,
): Map<string, number>[] {
  const first: Map<string, number>[] = [];
  for (let at = from; at < to; at++) {
    for (const [ttl, addresses] of traces[at]!.hops.entries()) {
      const known = first[ttl] ??= new Map();
      for (const each of addresses) if (!known.has(each)) known.set(each, at);
    }
  }
  return first;
}

/** How many traces of a stretch answered at a distance. */
function answersAt(
  traces: readonly Trace[],
  ttl: number,
  from: number,
  to: number,
): number {
  let answers = 0;
  for (let at = from; at < to; at++) {
    if (traces[at]!.hops[ttl]?.length) answers++;
  }
  return answers;
}
