/**
 * `copy --verify`: every series of a copy against its source, by count and
 * hash.
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";
import type { Dialect } from "../../client/wire.ts";
import type {
  ApiConnect,
  DataPoint,
  EventType,
  Metadata,
  Summary,
} from "../../mod.ts";
import { exact } from "../export/amounts.ts";
import type { ProgressState } from "../export/progress_line.ts";
import type { FailedSeries } from "../export/report.ts";
import { oneLine } from "../io.ts";
import { Failures } from "../query/failures.ts";
import { type CopyJob, nameOfJob } from "./jobs.ts";

/** What a series is made of. */
export interface Digest {
  /** How many points. */
  count: number;
  /** The SHA-256 of their times and values, in hex. */
  hash: string;
  /** The first second that has a point; NaN without points. */
  first: number;
}

/** What is compared. */
export interface VerifyOptions {
  /** The source. */
  connection: ApiConnect;
  /** Which server that is: of elmond, numbers may be written otherwise. */
  dialect: Dialect;
  /** Finds a test in the copy, by its key. */
  find: (key: string) => Metadata | undefined;
  /** The window that was copied. */
  window: { start: number; end: number };
  /** The last second of a series in the copy; `undefined` if it has no points. */
  lastOf: (key: string, job: CopyJob) => number | undefined;
  /** Which points of the source the copy can have; all if absent. */
  sieve?: (job: CopyJob) => (point: DataPoint<unknown>) => boolean;
  /** Counts what is done. */
  progress: ProgressState;
  /** Gets what differs, or could not be read. */
  failed: FailedSeries[];
}

/**
 * Compares all series. What came to the source after it was copied does not
 * count, nor does what it has forgotten before its first point.
 *
 * @param jobs The series, with the keys of their tests.
 * @param options Both sides.
 */
export async function verifySeries(
  jobs: readonly { key: string; job: CopyJob }[],
  options: VerifyOptions,
): Promise<void> {
  const { connection, progress, failed } = options;
  const failures = new Failures();
  await connection.forEachSeries(jobs, async ({ key, job }) => {
    let why: string | undefined;
    try {
      why = await differenceOf(key, job, options);
      failures.none();
    } catch (error) {
      failures.take(error);
      why = (error as Error).message;
    }
    if (why !== undefined) {
      progress.failed++;
      failed.push({ which: nameOfJob(job), why: oneLine(why) });
    }
    progress.done++;
  });
}

async function differenceOf(
  key: string,
  job: CopyJob,
  options: VerifyOptions,
): Promise<string | undefined> {
  const { find, lastOf, window: { start, end } } = options;
  const known = lastOf(key, job);
  // A window of a roll-up begins there, and counts to its end.
  const last = known === undefined
    ? end
    : Math.min(known + Math.max(job.name.seconds, 1) - 1, end);
  const isTaken = options.sieve?.(job);
  const there = await digestOf(job.series, [start, last], options, isTaken);
  const copied = seriesIn(find(key), job);
  if (copied === undefined) {
    return there.count > 0 ? "the copy has nothing of it" : undefined;
  }
  const from = Number.isNaN(there.first) ? start : there.first;
  const here = await digestOf(copied, [from, last], options);
  if (there.count === 0) return undefined; // all of it is forgotten
  const isEqual = here.count === there.count && here.hash === there.hash;
  return isEqual
    ? undefined
    : `${shown(here)} in the copy, ${shown(there)} in the source`;
}

function shown({ count, hash }: Digest): string {
  return `${exact(count)} points (${hash.slice(0, 8)})`;
}

function seriesIn(
  test: Metadata | undefined,
  { name: { eventType, type, seconds } }: CopyJob,
): EventType | Summary | undefined {
  const found = test?.getEventType(eventType);
  return type === "base" ? found : found?.getSummary(type, seconds);
}

async function digestOf(
  series: EventType | Summary,
  [timeStart, timeEnd]: [number, number],
  { dialect, progress }: VerifyOptions,
  isTaken: (point: DataPoint<unknown>) => boolean = () => true,
): Promise<Digest> {
  const hash = createHash("sha256");
  let count = 0;
  let first = NaN;
  if (timeEnd < timeStart) return { count, hash: hash.digest("hex"), first };
  for await (const page of series.streamPages({ timeStart, timeEnd })) {
    for (const point of page) {
      const { raw, text, tsEpoch } = point;
      if (Number.isNaN(tsEpoch) || !isTaken(point)) continue;
      if (count === 0) first = tsEpoch;
      count++;
      const value = dialect === "esmond" ? text : JSON.stringify(raw);
      hash.update(`${tsEpoch} ${value}\n`);
    }
    progress.points += page.length;
  }
  return { count, hash: (hash as Hash).digest("hex"), first };
}
