/**
 * Copies series into a file: several at a time, and each so that it can be
 * continued wherever it stops.
 *
 * @module
 */

import type {
  CopiedState,
  CopyFile,
  GivenPoint,
  SeriesCopy,
  Span,
} from "../../archive/copies.ts";
import { without, withSpan } from "../../archive/spans.ts";
import { pagesOf } from "../../client/data.ts";
import { exact, noun } from "../export/amounts.ts";
import { garbageCollector } from "../export/memory.ts";
import type { ProgressState } from "../export/progress_line.ts";
import type { FailedSeries } from "../export/report.ts";
import { oneLine } from "../io.ts";
import { Failures, unservedNote } from "../query/failures.ts";
import { givenPoints } from "./given_points.ts";
import { type CopyJob, nameOfJob } from "./jobs.ts";
import type { CopySettings } from "./settings.ts";

/** A series, and the number of the row of its test. */
export interface FileJob {
  /** The series. */
  job: CopyJob;
  /** The row of its test. */
  test: number;
}

/** What a copy needs. */
export interface CopyOptions {
  /** What was asked for. */
  settings: CopySettings;
  /** The file. */
  file: CopyFile;
  /** Fires when no new request is to begin. */
  signal: AbortSignal;
  /** Counts what is done. */
  progress: ProgressState;
  /** Gets what could not be copied, and why. */
  failed: FailedSeries[];
  /** Told, a line each, what an operator has to know. */
  warn(line: string): void;
}

/** So many points, or characters of them, are stored together. */
const POINTS = 5000;
const CHARACTERS = 4_000_000;

/**
 * Copies all series.
 *
 * @throws What ended it early; what had arrived by then is in the file.
 */
export async function copySeries(
  jobs: readonly FileJob[],
  options: CopyOptions,
): Promise<void> {
  const { settings: { connection }, progress, failed, signal, warn } = options;
  const failures = new Failures();
  const collect = await garbageCollector();
  const lost: Lost = { untimed: 0, shared: 0 };
  await connection.only("copy").forEachSeries(jobs, async (each) => {
    progress.active = (progress.active ?? 0) + 1;
    try {
      await copyOne(each, options, lost, collect);
      failures.none();
    } catch (error) {
      if (signal.aborted) throw error;
      failures.take(error);
      const why = (error as Error).message;
      const which = nameOfJob(each.job);
      progress.failed++;
      failed.push({ which, why: oneLine(why) });
      warn(`incomplete: ${which}: ${why}`);
    } finally {
      progress.active--;
      progress.retries = connection.statistics.retries;
    }
    progress.done++;
  });
  for (const line of lostLines(lost)) warn(line);
}

/** Points that an archive cannot keep, so that they are not in the file. */
interface Lost {
  /** Those without a time. */
  untimed: number;
  /** Those of a second that has a later one: elmond may have several. */
  shared: number;
}

function lostLines({ untimed, shared }: Lost): string[] {
  return [
    ...(untimed > 0
      ? [`left out: ${exact(untimed)} ${noun(untimed, "point")} without a time`]
      : []),
    ...(shared > 0
      ? [
        `left out: ${exact(shared)} ${
          noun(shared, "point")
        } of seconds that have several: the last of each is kept`,
      ]
      : []),
  ];
}

async function copyOne(
  { job, test }: FileJob,
  { settings, file, progress, warn }: CopyOptions,
  lost: Lost,
  collect: () => void,
): Promise<void> {
  const { window, overlap } = settings;
  const { series, name } = job;
  const before = file.state(test, name);
  if (before?.copy === file.copy) {
    progress.skipped++;
    return;
  }
  const kind = file.kindOf(name);
  let copy: SeriesCopy | undefined;
  let spans = before?.spans ?? [];
  const whole: Span = [window.start, window.end];
  const put = (points: readonly GivenPoint[], read: Span, isEnd = false) => {
    copy ??= file.series(test, name, job.timeUpdated);
    spans = withSpan(spans, read);
    file.put(copy, points, spans, isEnd);
    progress.points += points.length;
    collect();
  };
  const missing = missingOf(whole, before, name.seconds, overlap);
  for (const [start, end] of missing) {
    let held: GivenPoint[] = [];
    let size = 0;
    let second = NaN;
    const pages = pagesOf(series, { timeStart: start, timeEnd: end });
    for await (const page of pages) {
      for (const points of givenPoints(page, kind)) {
        for (const point of points) {
          if (Number.isNaN(point.ts)) {
            lost.untimed++;
            continue;
          }
          if (point.ts === second) lost.shared++;
          second = point.ts;
          held.push(point);
          size += point.json?.length ?? 0;
        }
      }
      if (held.length < POINTS && size < CHARACTERS) continue;
      // More points of the last second may follow.
      put(held, [start, held.at(-1)!.ts - 1]);
      held = [];
      size = 0;
    }
    if (series.isServed) put(held, [start, end], end === missing.at(-1)![1]);
  }
  if (!series.isServed) warn(unservedNote(job.test, name.eventType));
  else if (missing.length === 0) put([], whole, true);
}

/**
 * What is to be read: all that was not read whole, and the end of what was.
 * There the last second may lack points, a window of a roll-up may not have
 * been over, and points may have arrived late.
 *
 * @param whole What was asked for.
 * @param before How far the series was copied.
 * @param seconds The window of a roll-up.
 * @param overlap How many seconds before the last point are read again.
 */
export function missingOf(
  whole: Span,
  before: CopiedState | undefined,
  seconds: number,
  overlap: number,
): Span[] {
  if (before?.last === undefined) return [whole];
  const from = Math.min(before.last, before.last + 1 - overlap);
  const again = seconds > 0 ? Math.floor(from / seconds) * seconds : from;
  const settled = before.spans.map(([first, last]): Span => [
    first,
    Math.min(last, again - 1),
  ]).filter(([first, last]) => first <= last);
  return without(whole, settled);
}
