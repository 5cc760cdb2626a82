/**
 * An export to standard output: several series are read at a time, and written
 * one after the other.
 *
 * @module
 */

import { pagesOf } from "../../client/data.ts";
import { oneLine, type TextSink } from "../io.ts";
import { createOutput } from "../output/create.ts";
import type { Output } from "../output/output.ts";
import { PageWriter } from "../output/page_writer.ts";
import { columnsFor, SeriesRows } from "../output/rows.ts";
import { shownPage } from "../output/shown_page.ts";
import type { Unshown } from "../output/unshown.ts";
import type { Alike } from "../query/alike.ts";
import { Failures, unservedNote } from "../query/failures.ts";
import { checkColumns } from "../query/series_settings.ts";
import { InOrder, type TextInOrder } from "./in_order.ts";
import { garbageCollector } from "./memory.ts";
import { type Job, nameOf } from "./plan.ts";
import type { ProgressState } from "./progress_line.ts";
import type { FailedSeries } from "./report.ts";
import type { ExportSettings } from "./settings.ts";

/** What a stream needs. */
export interface StreamOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** Where the text goes. */
  sink: TextSink;
  /** Whether that is a terminal. */
  isTerminal: boolean;
  /** Fires when no new request is to begin. */
  signal: AbortSignal;
  /** Counts what is done. */
  progress: ProgressState;
  /** Gets what could not be read, and why. */
  failed: FailedSeries[];
  /** Collects what values have besides the columns. */
  unshown: Unshown;
  /** Collects tests whose rows no column tells apart. */
  alike: Alike;
  /** Told, a line each, what an operator has to know. */
  warn(line: string): void;
}

/**
 * Writes all series.
 *
 * @param jobs The series, in their order.
 * @param options Where to, and who is told.
 * @throws What ended it early; what had arrived by then is written.
 * @throws {UsageError} for csv of series with different columns.
 */
export async function streamSeries(
  jobs: readonly Job[],
  options: StreamOptions,
): Promise<void> {
  const { settings, sink, progress, failed, signal, warn } = options;
  const eventTypes = [...new Set(jobs.map(({ request }) => request.eventType))];
  checkColumns(settings.format, { ...settings, eventTypes });
  progress.series = jobs.length;
  const failures = new Failures(settings.connection);
  const texts = new InOrder(sink);
  const collect = await garbageCollector();
  if (jobs.length > 0) await outputFor(jobs[0]!, options, sink).begin?.();
  await settings.connection.forEachSeries(jobs, async (job) => {
    const text = texts.begin();
    try {
      await writeSeries(job, text, options, collect);
      failures.none(job.archive);
    } catch (error) {
      if (signal.aborted) throw error;
      failures.take(error);
      const why = (error as Error).message;
      progress.failed++;
      failed.push({ which: nameOf(job), why: oneLine(why) });
      warn(`incomplete: ${nameOf(job)}: ${why}`);
    } finally {
      progress.retries = settings.connection.statistics.retries;
      await text.end();
    }
    progress.done++;
  });
}

async function writeSeries(
  job: Job,
  text: TextInOrder,
  options: StreamOptions,
  collect: () => void,
): Promise<void> {
  const { settings, progress, unshown, alike, warn } = options;
  const { format, hostnames, window } = settings;
  const { request, series, subject, metadata } = job;
  const rows = await SeriesRows.create(subject, request, hostnames, {
    unshown,
  });
  const outputTo = (sink: TextSink) => outputFor(job, options, sink, true);
  const output = outputTo(text);
  const writer = new PageWriter({ rows, output, sink: text, outputTo });
  let isFirst = true;
  for await (const all of pagesOf(series)) {
    const page = shownPage(all, series, format, window.start);
    await writer.write(page);
    if (isFirst && page.length > 0 && metadata !== undefined) {
      alike.take(rows.facts, metadata);
      isFirst = false;
    }
    progress.points += page.length;
    collect();
  }
  if (!series.isServed) warn(unservedNote(job.test, request.eventType));
}

function outputFor(
  { request }: Job,
  { settings, isTerminal }: StreamOptions,
  sink: TextSink,
  isContinued = false,
): Output {
  const { format, escapesFormulas } = settings;
  return createOutput(format, {
    ...{ sink, columns: columnsFor(request), closing: "" },
    ...{ isTerminal, escapesFormulas, isContinued },
  });
}
