/**
 * What was measured on a link, as a picture takes it.
 *
 * @module
 */

import type { Mark, PlotData } from "../../chart/measured.ts";
import {
  clockSteps,
  delaySteps,
  formatDelay,
  type Histogram,
  routeChanges,
} from "../../insight.ts";
import { readTraces } from "../routes/read_traces.ts";
import { TRACES } from "../routes/settings.ts";
import type { TimeWindow } from "../query/window.ts";
import type { PlotLink } from "./find.ts";
import { type ReadTest, readTest } from "./read_test.ts";
import type { PlotSettings } from "./settings.ts";

/** A link that was read. */
export interface ReadLink extends PlotData {
  /** Its tests. */
  tests: readonly ReadTest[];
}

/**
 * Reads something of an archive; `undefined` where what cannot be read does not
 * keep the rest from being drawn.
 */
export type Read = <T>(
  work: () => Promise<T>,
  archive: string,
) => Promise<T | undefined>;

/**
 * Reads a link.
 *
 * @param link The link.
 * @param settings What is drawn.
 * @param window The window.
 * @param columns How many columns it is drawn in.
 * @param read What becomes of what cannot be read; thrown by default.
 * @throws {ArchiveError} (one of its kinds) when it cannot be read completely.
 */
export async function readLink(
  link: PlotLink,
  settings: PlotSettings,
  window: TimeWindow,
  columns: number,
  read: Read = (work) => work(),
): Promise<ReadLink> {
  const [measured, changes] = await Promise.all([
    Promise.all(
      link.tests.map((each) =>
        read(
          () => readTest(each, settings, window, columns),
          each.test.archive,
        )
      ),
    ),
    readChanges(link, settings, window, read),
  ]);
  const tests = measured.filter((each) => each !== undefined)
    .filter(({ runs }) => runs.length > 0);
  const { source, destination, family } = link;
  return {
    title: `${source} → ${destination}`,
    reverseTitle: `${destination} → ${source}`,
    family: family ?? undefined,
    window: settings.isAnyTime ? { ...window, start: firstOf(tests) } : window,
    zone: settings.plot.zone,
    scale: settings.plot.scale,
    tests,
    routeChanges: changes,
    clockSteps: clocksOf(tests),
    remarks: [
      ...new Set(
        tests.flatMap((test) => test.remarks.map((each) => `${each}.`)),
      ),
    ],
  };
}

/** The first run of all: a window that begins at any time begins there. */
function firstOf(tests: readonly ReadTest[]): number {
  const times = tests.map(({ runs }) => Math.floor(runs[0]!.time));
  return Math.min(...times);
}

/** Where the route to the destination changed. */
async function readChanges(
  { tests, destinations }: PlotLink,
  { eventTypes }: PlotSettings,
  window: TimeWindow,
  read: Read,
): Promise<Mark[]> {
  if (eventTypes.length > 0) return [];
  const traced = tests.filter(({ test, isReverse }) =>
    !isReverse && TRACES.some((name) => test.eventTypes.includes(name))
  );
  const found = await Promise.all(
    traced.map(async ({ test }) => {
      const traces = await read(
        () => readTraces({ test, destinations }, window, []),
        test.archive,
      );
      return traces ? routeChanges(traces) : [];
    }),
  );
  const marks = found.flat().map(({ time, before, after }) => ({
    time,
    text: `route changed, ${before.length} → ${after.length} hops`,
  }));
  // Several tests see the same change.
  const times = new Set<number>();
  return marks.sort((one, other) => one.time - other.time).filter(({ time }) =>
    !times.has(time) && times.add(time)
  );
}

/** Where a clock was set: only delays in both directions tell that. */
function clocksOf(tests: readonly ReadTest[]): Mark[] {
  const oneWay = tests.filter(({ delay }) => delay && !delay.isRoundTrip);
  return oneWay.filter(({ isReverse }) => !isReverse).flatMap((there) => {
    const back = oneWay.find(({ isReverse, label }) =>
      isReverse && label === there.label
    );
    if (back === undefined || there.interval === undefined) return [];
    const [forward, reverse] = [there, back].map(({ delay }) =>
      delaySteps(leastOf(delay!))
    );
    return clockSteps(forward!, reverse!, there.interval).map((step) => ({
      time: step.forward.time,
      text: `clock step: ${
        formatDelay(step.forward.change, { isSigned: true })
      } there, ${formatDelay(step.reverse.change, { isSigned: true })} back`,
    }));
  });
}

function leastOf(
  { times, values }: {
    times: readonly number[];
    values: readonly Histogram[];
  },
) {
  return times.map((ts, at) => ({ ts, val: values[at]!.minimum }));
}
