/**
 * What `coverage` found, in one sentence.
 *
 * @module
 */

import type { HostGap } from "../../insight/host_gaps.ts";
import { formatSpan } from "../../insight/units.ts";
import type { CoverageRow, CoverageState } from "./coverage_rows.ts";

/** What the states are called, in this order; gaps are told otherwise. */
const CALLED: readonly (readonly [CoverageState, string])[] = [
  ["absent", "absent"],
  ["stale", "stale"],
  ["late", "late"],
  ["failing", "failing"],
  ["never", "never written to"],
  ["unknown", "unknown"],
];

/** Gaps of hosts that are told one by one. */
const MOST_TOLD = 3;

/**
 * The sentence.
 *
 * @param entries The tests.
 * @param shared The gaps of hosts, the largest first.
 * @param isShared The gaps of tests that are in one of these.
 */
export function coverageSentence(
  entries: readonly { row: CoverageRow }[],
  shared: readonly HostGap[],
  isShared: ReadonlySet<unknown>,
): string {
  const rows = entries.map(({ row }) => row);
  const states = statesOf(rows);
  const found = [
    ...states === undefined ? [] : [states],
    ...gapsOf(rows, shared, isShared),
    ...lossOf(rows),
  ];
  if (rows.length === 0) return "no test was found";
  const ok = rows.filter(({ state }) => state === "ok").length;
  return found.length > 0
    ? found.join("; ")
    : ok === 1
    ? "the only test is ok"
    : `all ${ok} tests are ok`;
}

function statesOf(rows: readonly CoverageRow[]): string | undefined {
  const counts = CALLED.map(([state, name]) => {
    const its = rows.filter((row) => row.state === state);
    const more = state === "failing" ? inLastRun(its) : "";
    return [its.length, `${name}${more}`] as const;
  }).filter(([count]) => count > 0);
  const [first, ...others] = counts;
  if (first === undefined) return undefined;
  const [count, name] = first;
  return [
    `${count} of ${rows.length} test${rows.length === 1 ? "" : "s"} ${
      count === 1 ? "is" : "are"
    } ${name}`,
    ...others.map((each) => each.join(" ")),
  ].join(", ");
}

/** How many tests still fail, unless all of them do. */
function inLastRun(rows: readonly CoverageRow[]): string {
  const still =
    rows.filter((row) => row.failures.some((each) => each.last >= row.last!))
      .length;
  return still === rows.length ? "" : ` (${still || "none"} in the last run)`;
}

function gapsOf(
  rows: readonly CoverageRow[],
  shared: readonly HostGap[],
  isShared: ReadonlySet<unknown>,
): string[] {
  const told = shared.slice(0, MOST_TOLD).map(({ hosts, from, to, gaps }) =>
    `one gap of ${formatSpan(to - from)} on ${gaps.size} tests of ${
      hostNames(hosts)
    }`
  );
  const more = shared.length - told.length;
  if (more > 0) told.push(`${more} more gaps of hosts`);
  const own = rows.map(({ gaps, state, last }) =>
    gaps.filter((gap) =>
      // That a test is absent or stale has been said.
      !isShared.has(gap) && state !== "absent" &&
      !(state === "stale" && gap.from === last)
    ).length
  ).filter((count) => count > 0);
  const count = own.reduce((sum, each) => sum + each, 0);
  const other = shared.length > 0 ? "other " : "";
  if (count > 0) {
    told.push(
      `${counted(count, `${other}gap`)} on ${counted(own.length, "test")}`,
    );
  }
  return told;
}

function lossOf(rows: readonly CoverageRow[]): string[] {
  const lost = rows.filter((row) => (row.lost ?? 0) > 0);
  const runs = lost.reduce((sum, row) => sum + row.lost!, 0);
  return runs === 0 ? [] : [
    `all packets were lost in ${counted(runs, "run")} of ${
      counted(lost.length, "test")
    }`,
  ];
}

/** So many of something. */
export function counted(count: number, word: string): string {
  return `${count === 1 ? "one" : count} ${word}${count === 1 ? "" : "s"}`;
}

/** Hosts as they are named: one or two, or how many. */
export function hostNames(hosts: readonly string[]): string {
  if (hosts.length === 1) return `host ${hosts[0]}`;
  return hosts.length === 2
    ? `hosts ${hosts.join(" and ")}`
    : `${hosts.length} hosts`;
}
