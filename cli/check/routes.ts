/**
 * How many routes the traces of a test took, and whether they arrive.
 *
 * @module
 */

import {
  type HopList,
  hostOf,
  judge,
  type Measured,
  type Routes,
  routesOf,
  type Trace,
  tracesOf,
  type TraceValue,
  worst,
} from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { minuteOf } from "./finding.ts";
import {
  failuresOf,
  future,
  type JudgeOne,
  type Judging,
  withoutValue,
} from "./judge.ts";
import { pointsOf } from "../query/read_points.ts";
import { labelOf } from "./measure.ts";

/** Judges how many routes there were; with `--endpoint`, where the last led. */
export const judgeRoutes: JudgeOne = async (ran, judging) => {
  const { check, window } = judging;
  const { test } = ran;
  const eventType = test.eventTypes.includes("packet-trace")
    ? "packet-trace"
    : "packet-trace-multi";
  const points = await pointsOf(test, eventType, window);
  const traces = tracesOf(points as Measured<TraceValue>[], {
    destinations: destinationsOf(test, judging),
  });
  const last = traces.at(-1);
  if (last === undefined) return [withoutValue(ran, judging)];
  const routes = routesOf(traces);
  const count = countOf(routes);
  const isLost = check.hasToArrive && last.reached !== true;
  const state = judge(count, check);
  return [{
    test,
    state: isLost ? worst([state, "critical"]) : state,
    judged: { label: labelOf(check), value: count },
    badness: count + (isLost ? traces.length : 0),
    text: [
      ...isLost ? [notArrived(last, judging)] : arrival(routes),
      count === 1 ? "1 route" : `${count} routes`,
    ].join(", "),
    items: [
      ["Count", traces.length],
      ["Failed", ran.coverage.failed],
      ["Changes", routes.changes.length],
      ["Detours", routes.detours.length],
      ["Arrived", routes.reached],
    ],
    details: [
      ...routes.changes.map(({ time, removed, added }) =>
        `changed at ${minuteOf(time, check.zone)}: - ${hops(removed)}, + ${
          hops(added)
        }`
      ),
      ...routes.unsettled
        ? [
          `another route since ${
            minuteOf(routes.unsettled.since, check.zone)
          }, ${routes.unsettled.traces} traces so far`,
        ]
        : [],
      ...routes.detours.map(({ start, traces: length }) =>
        `a detour of ${length} traces at ${minuteOf(start, check.zone)}`
      ),
      ...routes.reached === undefined
        ? []
        : [`arrived ${routes.reached} of ${traces.length}`],
      ...failuresOf(ran),
      ...future(ran),
    ],
  }];
};

/** All addresses of the host that a test leads to. */
function destinationsOf(
  test: Metadata,
  { hosts }: Judging,
): ReadonlySet<string> | undefined {
  const entry = test.toJSON();
  const host = hostOf(entry["input-destination"], entry["destination"]);
  return hosts.get(host ?? "");
}

/** That no trace arrives is said first. */
function arrival({ reached, traces }: Routes): string[] {
  return reached === 0 ? [`none of ${traces} traces arrives`] : [];
}

function notArrived({ time, reached }: Trace, { check }: Judging): string {
  const when = minuteOf(time, check.zone);
  return reached === undefined
    ? `where the last trace leads, ${when}, is not known`
    : `the last trace, ${when}, does not arrive`;
}

/** How many different routes there were: one that comes back counts once. */
function countOf({ changes }: Routes): number {
  const [first] = changes;
  if (first === undefined) return 1;
  const known: HopList[] = [first.before];
  for (const { after } of changes) {
    if (!known.some((each) => isSame(each, after))) known.push(after);
  }
  return known.length;
}

/** Whether no hop differs: silence may be anybody. */
function isSame(one: HopList, other: HopList): boolean {
  return one.every((hop, ttl) => {
    const others = other[ttl] ?? [];
    return hop.length === 0 || others.length === 0 ||
      hop.some((address) => others.includes(address));
  });
}

function hops(list: HopList): string {
  return list.map((hop) => hop.join("/")).join(" ") || "none";
}
