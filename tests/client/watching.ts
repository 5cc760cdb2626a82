/** Watching an archive, step by step, without waiting. */

import {
  ApiConnect,
  type ApiConnectOptions,
  ApiFilters,
  type ApiFiltersOptions,
  type WatchedPoint,
  type WatchOptions,
} from "../../mod.ts";
import "../helpers/impatient.ts";
import { ArrivingArchive } from "../servers/arriving.ts";
import { withServer } from "../servers/serve.ts";

/** What a watch is given. */
export interface WatchPlan {
  archive?: ArrivingArchive;
  filters?: ApiFiltersOptions;
  options?: WatchOptions;
  connection?: ApiConnectOptions;
  /** How a point is shown. */
  show?: (watched: WatchedPoint) => string;
}

/** What came of a watch. */
export interface Watched {
  /** What each look brought. */
  looks: string[][];
  /** What was said. */
  lines: string[];
  /** The pauses, in seconds. */
  pauses: number[];
}

/** A point, without its test. */
export function shown({ eventType, point }: WatchedPoint): string {
  return `${eventType.eventType} ${point.tsEpoch} ${point.text}`;
}

/**
 * Watches an archive: after each look the next step is taken, and after the
 * last one it ends.
 */
export async function watchSteps(
  plan: WatchPlan,
  steps: ((archive: ArrivingArchive) => void | Promise<void>)[],
): Promise<Watched> {
  const { archive = new ArrivingArchive(), show = shown } = plan;
  const stop = new AbortController();
  const watched: Watched = { looks: [[]], lines: [], pauses: [] };
  const left = [...steps];
  await withServer(archive.answer, async (origin) => {
    const conn = new ApiConnect(origin, new ApiFilters(plan.filters), {
      retries: 0,
      warn: (line) => watched.lines.push(line.replaceAll(origin, "")),
      ...plan.connection,
    });
    const points = conn.watch({
      signal: stop.signal,
      wait: async (ms) => {
        const step = left.shift();
        if (step === undefined) return stop.abort();
        watched.pauses.push(ms / 1000);
        await step(archive);
        watched.looks.push([]);
      },
      ...plan.options,
    });
    for await (const point of points) watched.looks.at(-1)!.push(show(point));
  });
  return watched;
}
