/**
 * Where the route changed in a series of traces.
 *
 * @module
 */

import { hopDifference } from "./hop_difference.ts";
import { type HopList, hopsOfAll, type Trace } from "./traces.ts";

/**
 * A change of the route.
 *
 * @example Usage
 * ```ts
 * import { type RouteChange, routeChanges } from "@esmond/client/insight";
 *
 * const changes: RouteChange[] = routeChanges([]);
 * for (const { time, removed, added } of changes) console.log(time, removed, added);
 * ```
 */
export interface RouteChange {
  /**
   * The first trace that shows an address of the new route, in seconds since
   * 1970 UTC.
   */
  readonly time: number;
  /** The trace before it. */
  readonly previous: number;
  /** The place in the list of the first trace that shows the new route. */
  readonly index: number;
  /** The route before: all answers of the traces that settle it. */
  readonly before: HopList;
  /** The route after. */
  readonly after: HopList;
  /** The hops that only the old route has. */
  readonly removed: HopList;
  /** The hops that only the new route has. */
  readonly added: HopList;
}

/**
 * How to look for changes of a route.
 *
 * @example Usage
 * ```ts
 * import type { RouteOptions } from "@esmond/client/insight";
 *
 * const options: RouteOptions = { settle: 12 };
 * console.log(options);
 * ```
 */
export interface RouteOptions {
  /**
   * How many traces on each side tell what the route is. With packets balanced
   * over two next hops and a trace in 10 minutes, 8 traces give 0.03 false
   * changes a week, 3 would give 31.
   *
   * @default {8}
   */
  readonly settle?: number | undefined;
}

/** How many traces on each side tell what the route is. */
const SETTLE = 8;

/**
 * How many traces settle a route.
 *
 * @throws {RangeError} for what is not a whole number above 0.
 */
export function settleOf({ settle = SETTLE }: RouteOptions): number {
  if (!(Number.isInteger(settle) && settle > 0)) {
    throw new RangeError(`settle is a whole number above 0, not ${settle}`);
  }
  return settle;
}

/** The least answers of so many traces that tell who is at a distance. */
export function leastAnswers(settle: number): number {
  return Math.ceil(settle / 2);
}

/**
 * The changes of a route. Between two traces there is one if at some distance
 * the addresses of the `settle` traces before and of those after have nothing in
 * common, and at least half of the traces of each side answered there. So packets
 * that are balanced over several ways are one route, silence is no change, and
 * fewer traces than `settle` are not one yet. Of boundaries side by side, the one
 * at which most distances change counts. An address that had a share of the
 * answers since the last change, now and then, is no news, however the ways were
 * drawn.
 *
 * @param traces The traces of a test in order of time, from
 * {@linkcode tracesOf}.
 * @param options How to look.
 * @returns The changes by time.
 * @throws {RangeError} when `settle` is not a whole number above 0.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { routeChanges, tracesOf } from "@esmond/client/insight";
 *
 * const hop = (ip: string) => [{ ttl: 1, success: 1, ip }];
 * const points = Array.from({ length: 16 }, (_, at) => ({
 *   ts: 600 * at,
 *   val: hop(at < 8 ? "192.0.2.1" : "192.0.2.2"),
 * }));
 * const changes = routeChanges(tracesOf(points));
 * assertEquals(changes.map(({ time, removed, added }) => [time, removed, added]), [
 *   [4800, [["192.0.2.1"]], [["192.0.2.2"]]],
 * ]);
 * ```
 */
export function routeChanges(
  traces: readonly Trace[],
  options: RouteOptions = {},
): RouteChange[] {
  const settle = settleOf(options);
  return boundariesOf(traces, settle).map(({ at, ttls }) => {
    const before = hopsOfAll(traces.slice(at - settle, at));
    const after = hopsOfAll(traces.slice(at, at + settle));
    const index = firstWith(traces, at, ttls);
    return {
      time: traces[index]!.time,
      previous: traces[index - 1]!.time,
      index,
      before,
      after,
      ...differenceOf(before, after),
    };
  });
}

function differenceOf(
  before: HopList,
  after: HopList,
): { removed: HopList; added: HopList } {
  const lines = hopDifference(before, after);
  const hops = (wanted: string) =>
    lines.flatMap(({ kind, addresses }) =>
      kind === wanted && addresses.length > 0 ? [addresses] : []
    );
  return { removed: hops("removed"), added: hops("added") };
}

/** The first trace from a boundary on that answers at one of the distances. */
function firstWith(
  traces: readonly Trace[],
  boundary: number,
  ttls: readonly number[],
): number {
  let at = boundary;
  while (!ttls.some((ttl) => traces[at]!.hops[ttl]?.length)) at++;
  return at;
}

/** A place between traces, and the distances (from 0) that change there. */
interface Boundary {
  at: number;
  ttls: number[];
}

function boundariesOf(traces: readonly Trace[], settle: number): Boundary[] {
  const found: Boundary[] = [];
  let last = -1;
  for (const boundary of candidates(traces, settle)) {
    const best = found.at(-1);
    if (best === undefined || boundary.at > last + 1) found.push(boundary);
    else if (boundary.ttls.length > best.ttls.length) {
      found[found.length - 1] = boundary;
    }
    last = boundary.at;
  }
  return found;
}

/** All places where some distance changes. */
function* candidates(
  traces: readonly Trace[],
  settle: number,
): Generator<Boundary> {
  const windows: HopWindow[] = [];
  const count = (at: number, side: Side, change: 1 | -1) => {
    const hops = traces[at]!.hops;
    while (windows.length < hops.length) windows.push(new HopWindow());
    for (const [ttl, addresses] of hops.entries()) {
      if (addresses.length > 0) windows[ttl]!.count(addresses, side, change);
    }
  };
  if (traces.length < 2 * settle) return;
  for (let at = 0; at < settle; at++) {
    count(at, BEFORE, 1);
    count(at + settle, AFTER, 1);
  }
  const least = leastAnswers(settle);
  let changed = 0;
  for (let at = settle;; at++) {
    const ttls: number[] = [];
    for (const [ttl, window] of windows.entries()) {
      if (window.isChanged(least) && !window.isBalanced(2 * settle)) {
        ttls.push(ttl);
      }
    }
    if (ttls.length > 0) {
      for (const window of windows) window.forget();
      changed = at;
      yield { at, ttls };
    }
    if (at + settle >= traces.length) return;
    count(at - settle, BEFORE, -1);
    if (at - settle >= changed) {
      for (const [ttl, addresses] of traces[at - settle]!.hops.entries()) {
        if (addresses.length > 0) windows[ttl]!.remember(addresses);
      }
    }
    count(at, AFTER, -1);
    count(at, BEFORE, 1);
    count(at + settle, AFTER, 1);
  }
}

type Side = 0 | 1;
const BEFORE: Side = 0;
const AFTER: Side = 1;

/** How often each address answered at a distance, on both sides. */
class HopWindow {
  readonly #seen = new Map<string, [before: number, after: number]>();
  readonly #answers: [before: number, after: number] = [0, 0];
  /** How many addresses answered on both sides. */
  #shared = 0;
  /** The answers of earlier traces, since the last change. */
  #past: (readonly string[])[] = [];

  /** Counts a trace with these answers in, or out. */
  count(addresses: readonly string[], side: Side, change: 1 | -1): void {
    this.#answers[side] += change;
    for (const address of addresses) {
      let counts = this.#seen.get(address);
      if (counts === undefined) this.#seen.set(address, counts = [0, 0]);
      const wasShared = counts[0] > 0 && counts[1] > 0;
      counts[side] += change;
      const isShared = counts[0] > 0 && counts[1] > 0;
      this.#shared += Number(isShared) - Number(wasShared);
      if (counts[0] === 0 && counts[1] === 0) this.#seen.delete(address);
    }
  }

  /** Remembers the answers of an earlier trace of this route. */
  remember(addresses: readonly string[]): void {
    this.#past.push(addresses);
  }

  /** Forgets earlier traces: the route has changed. */
  forget(): void {
    this.#past = [];
  }

  /** Whether both sides have so many answers, and no address in common. */
  isChanged(least: number): boolean {
    return this.#shared === 0 && this.#answers[BEFORE] >= least &&
      this.#answers[AFTER] >= least;
  }

  /**
   * Whether the addresses of the side after are no news: of so many earlier
   * answers or more, they have a fifth, here and there as it is by chance. Packets
   * that are balanced over many ways can take some of them for a while, and then
   * others; a detour is in one piece.
   */
  isBalanced(least: number): boolean {
    const count = this.#past.length;
    if (count < least) return false;
    let [known, pieces] = [0, 0];
    let wasKnown = false;
    for (const addresses of this.#past) {
      const isKnown = addresses.some((each) => this.#seen.get(each)?.[AFTER]);
      if (isKnown) known++;
      if (isKnown && !wasKnown) pieces++;
      wasKnown = isKnown;
    }
    // So many pieces there are of draws by chance, on average.
    const usual = known * (count - known) / count;
    return known >= count / 5 && pieces >= usual / 2;
  }
}
