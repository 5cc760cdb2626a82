/**
 * What `routes` says, as people read it: what was found of each link, the links
 * without anything, and one sentence.
 *
 * @module
 */

import { formatDelay, formatPercent } from "../../insight.ts";
import { oneLine } from "../io.ts";
import { formatTime } from "../options/time.ts";
import { tableLines } from "../output/text_table.ts";
import { changeLines, hopText, stepLine } from "./change_lines.ts";
import type { LinkRoutes } from "./link_routes.ts";

/**
 * The lines of a report.
 *
 * @param width The width of the terminal, if it is for one.
 */
export function routesReport(
  found: readonly LinkRoutes[],
  hasDetails: boolean,
  width: number | undefined,
): string[] {
  const isTold = (each: LinkRoutes) =>
    hasDetails || found.length === 1 || hasNews(each);
  const told = found.filter(isTold);
  const quiet = found.filter((each) => !isTold(each));
  return [
    ...told.flatMap((each) => [...linkLines(each, hasDetails, width), ""]),
    ...quiet.length === 0 ? [] : [...quietTable(quiet, width), ""],
    sentence(found),
  ];
}

/** Whether a link never lets a trace arrive. */
export function isUnreached({ routes }: LinkRoutes): boolean {
  return routes !== undefined && routes.traces > 0 && routes.reached === 0;
}

/** Whether something was found of a link that people look for. */
export function isFound(each: LinkRoutes): boolean {
  return isUnreached(each) || each.changes.length + each.steps.length > 0;
}

/** Whether there is more to say of a link than how it is. */
function hasNews(each: LinkRoutes): boolean {
  const { routes, isIncomplete } = each;
  return isFound(each) || isIncomplete ||
    routes !== undefined && (routes.unsettled !== undefined ||
        routes.detours.length + routes.silent.length + routes.loops.length > 0);
}

/** A link as it is named in a line. */
function titleOf({ link: { names, told } }: LinkRoutes): string {
  const { source, destination, family, tool } = names;
  const of = [
    ...family === null ? [] : [`IPv${family}`],
    ...tool === null ? [] : [tool],
    ...told === "" ? [] : [told],
  ];
  return oneLine(`${source} → ${destination} (${of.join(", ")})`, 300);
}

function linkLines(
  each: LinkRoutes,
  hasDetails: boolean,
  width = Infinity,
): string[] {
  const { routes, changes, steps, isIncomplete } = each;
  return [
    titleOf(each),
    ...[
      ...isIncomplete ? ["incomplete: not everything could be read"] : [],
      ...routes === undefined ? [] : [
        reachedLine(each),
        ...routes.loops.map(({ ttl, traces, first, last }) =>
          `loop at ttl ${ttl}: ${spanOf(traces, first, last)}`
        ),
        ...changes.flatMap((facts) => ["", ...changeLines(facts, width - 2)]),
        ...steps.length === 0 ? [] : ["", ...steps.map(stepLine)],
        ...strayLines(routes, hasDetails),
        ...currentLines(each),
      ],
    ].map((line) => line === "" ? "" : `  ${line}`),
  ];
}

function reachedLine(each: LinkRoutes): string {
  const { traces, reached, current } = each.routes!;
  if (traces === 0) return "no traces in the window";
  if (!isUnreached(each)) {
    return `reached ${reached ?? "?"} of ${counted(traces, "trace")}`;
  }
  const last = current.findLast(({ addresses }) => addresses.length > 0);
  const where = last === undefined
    ? "nobody answers"
    : `the last to answer is ${hopText(last.addresses)} at ttl ${last.ttl}`;
  return `never arrives: reached 0 of ${counted(traces, "trace")}; ${where}`;
}

/** How many detours of a link are shown without `--details`. */
const MOST_DETOURS = 3;

function strayLines(
  { detours, silent, unsettled }: NonNullable<LinkRoutes["routes"]>,
  hasDetails: boolean,
): string[] {
  const shown = hasDetails ? detours : detours.slice(0, MOST_DETOURS);
  const left = detours.length - shown.length;
  const lines = [
    ...unsettled === undefined ? [] : [
      `another route since ${formatTime(unsettled.since)} UTC, ${
        counted(unsettled.traces, "trace")
      } so far: ${routeText(unsettled.hops)}`,
    ],
    ...shown.map(({ start, end, traces, hops }) =>
      `detour: ${spanOf(traces, start, end)}: ${routeText(hops)}`
    ),
    ...left > 0 ? [`and ${counted(left, "more detour")}`] : [],
    ...silent.map(({ ttl, since, addresses }) =>
      `ttl ${ttl} silent since ${formatTime(since)} UTC: ${
        hopText(addresses)
      } answered before`
    ),
  ];
  return lines.length === 0 ? [] : ["", ...lines];
}

function currentLines({ routes, changes }: LinkRoutes): string[] {
  const { current, traces } = routes!;
  if (traces === 0) return [];
  const since = routes!.unsettled?.since ?? changes.at(-1)?.effect.change.time;
  return [
    "",
    since === undefined ? "route:" : `route since ${formatTime(since)} UTC:`,
    ...tableLines({
      columns: ["ttl", "address", "answers", "min rtt", "median rtt"],
      right: ["ttl", "answers", "min rtt", "median rtt"],
      rows: current.map((hop) => [
        `${hop.ttl}`,
        hopText(hop.addresses),
        formatPercent(hop.answers),
        formatDelay(hop.rttMinimum),
        formatDelay(hop.rttMedian),
      ]),
    }),
  ];
}

/** The links of which there is nothing else to say. */
function quietTable(
  links: readonly LinkRoutes[],
  width: number | undefined,
): string[] {
  const rows = links.map(({ link: { names, told }, routes }) => [
    names.source ?? "",
    names.destination ?? "",
    names.family === null ? "" : `IPv${names.family}`,
    names.tool ?? "",
    told,
    `${routes?.reached ?? "?"} of ${routes?.traces ?? "?"}`,
    `${routes?.current.length ?? "?"}`,
  ]);
  const columns = [
    ...["source", "destination", "family", "tool", "test", "reached", "hops"],
  ];
  const isShown = (at: number) => rows.some((row) => row[at] !== "");
  const shown = <T>(row: readonly T[]) => row.filter((_, at) => isShown(at));
  return tableLines({
    columns: shown(columns),
    right: ["reached", "hops"],
    rows: rows.map(shown),
    width,
  });
}

function sentence(found: readonly LinkRoutes[]): string {
  const total = found.length;
  if (total === 0) return "no link is traced";
  const number = (is: (each: LinkRoutes) => boolean) => found.filter(is).length;
  const sum = (of: (each: LinkRoutes) => number) =>
    found.reduce((count, each) => count + of(each), 0);
  const changes = sum((each) => each.changes.length);
  const steps = sum((each) => each.steps.length);
  const parts = [
    ...[
      [number(isUnreached), "never reached"],
      [number(({ isIncomplete }) => isIncomplete), "not read completely"],
      [number(({ routes }) => routes?.traces === 0), "without a trace"],
    ].filter(([count]) => count !== 0)
      .map(([count, what]) => `${count} of ${counted(total, "link")} ${what}`),
    ...changes === 0 ? [] : [
      `${counted(changes, "change")} of the route on ${
        number((each) => each.changes.length > 0)
      } of ${counted(total, "link")}`,
    ],
    ...steps === 0 ? [] : [
      `${counted(steps, "step")} without a change on ${
        number((each) => each.steps.length > 0)
      } of ${counted(total, "link")}`,
    ],
  ];
  return parts.length > 0
    ? parts.join("; ")
    : `no change of the route on ${counted(total, "link")}`;
}

function spanOf(traces: number, from: number, to: number): string {
  return `${counted(traces, "trace")}, ${formatTime(from)} to ${
    formatTime(to)
  } UTC`;
}

function routeText(hops: readonly (readonly string[])[]): string {
  return hops.map(hopText).join(" → ");
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
