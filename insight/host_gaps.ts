/**
 * Gaps that many tests of a host have at the same time: it is the host that was
 * away, not each test.
 *
 * @module
 */

import type { Gap } from "./spacing.ts";

/** The gaps of a test, and the hosts that it runs on. */
export interface TestGaps {
  /** Its hosts: source and destination, or one of them. */
  readonly hosts: readonly string[];
  /** Its gaps, in order. */
  readonly gaps: readonly Gap[];
}

/** A gap of a host. */
export interface HostGap {
  /**
   * The host; several where they have the same tests, or where it was all of
   * them.
   */
  readonly hosts: readonly string[];
  /** Since when enough of their tests had none, in seconds since 1970 UTC. */
  readonly from: number;
  /** Until when. */
  readonly to: number;
  /** The gaps of the tests, one a test. */
  readonly gaps: ReadonlySet<Gap>;
}

/** The share of the tests of a host whose gaps make a gap of the host. */
const SHARE = 0.8;

/** The gaps of fewer tests than this are their own. */
const FEWEST_TESTS = 2;

/**
 * The gaps that at least 80 % of the tests of a host, and at least two, have at
 * the same time. What is explained by the gap of a host with more tests is not
 * another host's as well. What all hosts have together
 * is one gap of them all.
 *
 * @param tests Those whose gaps are known, also if they have none.
 * @returns Those on most tests first.
 */
export function hostGaps(tests: readonly TestGaps[]): HostGap[] {
  const numbers = new Map<Gap, number>();
  for (const gap of tests.flatMap(({ gaps }) => gaps)) {
    numbers.set(gap, numbers.size);
  }
  const byHost = new Map<string, TestGaps[]>();
  for (const test of tests) {
    for (const host of new Set(test.hosts)) {
      const its = byHost.get(host) ?? [];
      byHost.set(host, its);
      its.push(test);
    }
  }
  const found = new Map<string, HostGap>();
  const add = (hosts: string[], shared: Omit<HostGap, "hosts">) => {
    const key = [...shared.gaps].map((gap) => numbers.get(gap)).join();
    const same = found.get(key);
    found.set(key, { ...shared, hosts: [...same?.hosts ?? [], ...hosts] });
  };
  for (const [host, its] of byHost) {
    for (const shared of sharedGaps(its)) add([host], shared);
  }
  const single = new Set(found.keys());
  for (const shared of sharedGaps(tests)) {
    const key = [...shared.gaps].map((gap) => numbers.get(gap)).join();
    if (!single.has(key)) add([...byHost.keys()], shared);
  }
  return claimed([...found.values()]);
}

/** The times at which enough of these tests have a gap, with these gaps. */
function* sharedGaps(
  tests: readonly TestGaps[],
): Generator<Omit<HostGap, "hosts">, void, void> {
  const enough = Math.max(FEWEST_TESTS, SHARE * tests.length);
  const ends = tests.flatMap(({ gaps }) => gaps).flatMap((gap) => [
    { gap, time: gap.from, isStart: true },
    { gap, time: gap.to, isStart: false },
  ]);
  // Where one ends when another starts, they do not overlap.
  ends.sort((a, b) => a.time - b.time || Number(a.isStart) - Number(b.isStart));
  const open = new Set<Gap>();
  let shared: { from: number; gaps: Set<Gap> } | undefined;
  for (const { gap, time, isStart } of ends) {
    if (isStart) {
      open.add(gap);
      if (open.size < enough) continue;
      shared ??= { from: time, gaps: new Set(open) };
      shared.gaps.add(gap);
    } else {
      open.delete(gap);
      if (shared === undefined || open.size >= enough) continue;
      yield { ...shared, to: time };
      shared = undefined;
    }
  }
}

/** Those that have a gap which the ones before have not. */
function claimed(candidates: HostGap[]): HostGap[] {
  candidates.sort((a, b) => b.gaps.size - a.gaps.size || a.from - b.from);
  const taken = new Set<Gap>();
  return candidates.filter(({ gaps }) => {
    const free = [...gaps].filter((gap) => !taken.has(gap));
    for (const gap of free) taken.add(gap);
    return free.length > 0;
  });
}
