/**
 * What `routes` says of a link, as programs read it.
 *
 * @module
 */

import type { AnswerRecord, AnswerValue } from "../output/records.ts";
import { shortened } from "../query/delays.ts";
import type { Beside, ChangeFacts } from "./beside.ts";
import type { LinkRoutes, StepFacts } from "./link_routes.ts";

const NAMES = ["source", "destination", "family", "tool", "metadata_key"];

/** The columns of json and ndjson. */
export const ROUTE_COLUMNS: readonly string[] = [
  ...NAMES,
  ...["traces", "reached", "changes", "steps", "detours", "current", "silent"],
];

/** Those that `--details` adds. */
export const DETAIL_COLUMNS: readonly string[] = ["unsettled", "loops"];

/** The columns of csv: a row is a change of the route, or a step. */
export const CHANGE_COLUMNS: readonly string[] = [
  ...NAMES,
  ...["time", "verdict", "before", "after", "removed", "added"],
  ...["delay_before", "delay_after", "loss_before", "loss_after"],
  ...["throughput_before", "throughput_after", "n"],
];

/** What is said of a link; what is unknown is null. */
export function routeRow(
  { link, routes, changes, steps, isIncomplete }: LinkRoutes,
  hasDetails: boolean,
): AnswerRecord {
  return {
    ...link.names,
    traces: routes?.traces ?? null,
    reached: routes?.reached ?? null,
    changes: changes.map((facts) => changeOf(facts, hasDetails)),
    steps: steps.map(stepOf),
    detours: routes?.detours.map(({ start, end, hops, traces }) => ({
      start,
      end,
      hops,
      ...hasDetails && { traces },
    })) ?? [],
    current: routes?.current.map((hop) => ({
      ttl: hop.ttl,
      addresses: hop.addresses,
      answers: shortened(hop.answers),
      rtt_min: shortened(hop.rttMinimum),
      rtt_median: shortened(hop.rttMedian),
    })) ?? [],
    silent: routes?.silent.map(({ ttl, since }) => ({ ttl, since })) ?? [],
    unsettled: routes?.unsettled ? { ...routes.unsettled } : null,
    loops: routes?.loops.map((loop) => ({ ...loop })) ?? [],
    incomplete: isIncomplete,
  };
}

/** The rows of csv that a link has. */
export function changeRows(
  { link, changes, steps }: LinkRoutes,
): AnswerRecord[] {
  const rows: (AnswerRecord & { time: number })[] = [
    ...changes.map((facts) => ({
      time: facts.effect.change.time,
      ...changeOf(facts, false),
    })),
    ...steps.map(({ of, step, verdict }) => {
      const quantity = of === "throughput" ? "throughput" : "delay";
      return {
        time: step.time,
        verdict,
        [`${quantity}_before`]: shortened(step.before),
        [`${quantity}_after`]: shortened(step.after),
      };
    }),
  ];
  return rows.sort((a, b) => a.time - b.time)
    .map((row) => ({ ...link.names, ...row }));
}

function changeOf(
  { effect, there, back }: ChangeFacts,
  hasDetails: boolean,
): { [name: string]: AnswerValue } {
  const { change: { time, before, after, removed, added }, verdict } = effect;
  return {
    ...{ time, before, after, removed, added },
    ...numbersOf(there),
    n: there.n,
    verdict: verdict ?? null,
    ...hasDetails && {
      ...moreOf(there),
      difference: shortened(effect.difference),
      reverse: { ...numbersOf(back), n: back.n, ...moreOf(back) },
    },
  };
}

function numbersOf({ delay, loss, throughput }: Beside) {
  return {
    delay_before: shortened(delay.before),
    delay_after: shortened(delay.after),
    loss_before: shortened(loss.before),
    loss_after: shortened(loss.after),
    throughput_before: shortened(throughput.before),
    throughput_after: shortened(throughput.after),
  };
}

function moreOf({ median, delayKind, lossKind, lossBasis }: Beside) {
  return {
    p50_before: shortened(median.before),
    p50_after: shortened(median.after),
    delay_kind: delayKind ?? null,
    loss_kind: lossKind ?? null,
    loss_basis: lossKind === undefined ? null : lossBasis,
  };
}

function stepOf({ of, step, verdict }: StepFacts) {
  return {
    time: step.time,
    of,
    before: shortened(step.before),
    after: shortened(step.after),
    verdict,
  };
}
