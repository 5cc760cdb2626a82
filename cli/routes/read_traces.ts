/**
 * The traces of a test.
 *
 * @module
 */

import { dialectOf } from "../../client/wire.ts";
import { type HopList, type Trace, tracesOf } from "../../insight.ts";
import type { Metadata } from "../../mod.ts";
import { isUnwritten } from "../query/newest.ts";
import type { TimeWindow } from "../query/window.ts";
import type { TracedLink } from "./find.ts";
import { TRACES } from "./settings.ts";

/**
 * Reads the traces of a link: those of several flows if it has any. A page is
 * read and let go, and traces of the same hops share them.
 *
 * @param link The link.
 * @param window The window.
 * @param eventTypes The event types that are asked for; none if all are.
 * @throws {ArchiveError} (one of its kinds) when they cannot be read completely.
 */
export async function readTraces(
  { test, destinations }: Pick<TracedLink, "test" | "destinations">,
  window: TimeWindow,
  eventTypes: readonly string[],
): Promise<Trace[]> {
  for (const series of tracesIn(test, eventTypes)) {
    const shared = new Map<string, HopList>();
    const traces: Trace[] = [];
    const pages = series.streamPages({
      timeStart: window.start,
      timeEnd: window.end,
    });
    for await (const page of pages) {
      // Hops are read whatever they are; `val` would want them sound.
      const points = page.map(({ tsEpoch, raw }) => ({
        ts: tsEpoch,
        val: raw as [],
      }));
      for (const trace of tracesOf(points, { destinations })) {
        const key = JSON.stringify(trace.hops);
        const hops = shared.get(key) ?? trace.hops;
        shared.set(key, hops);
        traces.push({ ...trace, hops });
      }
    }
    if (traces.length > 0) return traces;
  }
  return [];
}

function tracesIn(test: Metadata, eventTypes: readonly string[]) {
  const dialect = dialectOf(test.toJSON());
  return TRACES.filter((name) =>
    test.eventTypes.includes(name) &&
    (eventTypes.length === 0 || eventTypes.includes(name))
  ).flatMap((name) => test.getEventType(name) ?? [])
    .filter((series) => !isUnwritten(series, dialect));
}
