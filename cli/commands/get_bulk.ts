/**
 * `esmond-ps get-bulk`: everything that matches, to files.
 *
 * @module
 */

import { resolve } from "@std/path";
import { ArchiveError } from "../../mod.ts";
import {
  EXIT,
  OutputClosedError,
  PartialError,
  UsageError,
} from "../errors.ts";
import { lockDirectory } from "../export/lock.ts";
import { differences, queryOf } from "../export/export_query.ts";
import {
  MANIFEST,
  Manifest,
  type ManifestContent,
  readManifest,
} from "../export/manifest.ts";
import { StorageError } from "../export/part.ts";
import { plan } from "../export/plan.ts";
import { Export } from "../export/runner.ts";
import { type Io, oneLine } from "../io.ts";
import { Progress, stderrOptions } from "../export/progress.ts";
import { emptyProgress, type ProgressState } from "../export/progress_line.ts";
import { type FailedSeries, reportLines } from "../export/report.ts";
import { type ExportSettings, settleExport } from "../export/settings.ts";
import type { Command } from "./command.ts";

/** Writes a file for each test and event type with data, and prints its path. */
export const run: Command<"get-bulk"> = async (options, io) => {
  const display = io.progress ?? stderrOptions(io.env);
  const isQuiet = options.flag("quiet");
  using progress = new Progress({ ...display, isQuiet });
  // Nothing may land in the line that shows the progress.
  const aside: Io = { ...io, note: (line) => progress.warn(oneLine(line)) };
  using settings = await settleExport(options, aside);
  const lock = await lockDirectory(settings.directory);
  try {
    await runAlone(settings, progress, display.colors, aside);
  } finally {
    await lock.release();
  }
};

async function runAlone(
  settings: ExportSettings,
  progress: Progress,
  colors: boolean,
  io: Io,
): Promise<void> {
  const { connection, directory, isSynced } = settings;
  const content = await begin(settings, io);
  const { window } = content;
  connection.filters.timeStart = window.start;
  connection.filters.timeEnd = window.end;
  const state = emptyProgress();
  progress.start(state);
  io.signal.addEventListener("abort", () => progress.note(FINISHING));
  const groups = await plan(settings, isSynced ? undefined : window);
  const all = new Export(groups, {
    settings,
    window,
    manifest: new Manifest(directory, content),
    signal: io.signal,
    progress: state,
    warn: io.note,
    written: (name) =>
      progress.aside(() => printPath(resolve(directory, name), io)),
  });
  const error = await all.run().then(() => undefined, (error) => error);
  progress.stop();
  report(progress, state, all.failed, colors);
  if (error !== undefined && io.signal.aborted) progress.note(CONTINUING);
  conclude(error, state, io.note, isSynced, io.signal);
}

const FINISHING = "finishing the requests under way; once more stops at once";
const CONTINUING = "what is written stays; --resume continues from here";

/** Reports what was done; failures are told even when quiet. */
function report(
  progress: Progress,
  state: ProgressState,
  failed: readonly FailedSeries[],
  colors: boolean,
): void {
  const lines = reportLines(state, progress.elapsed, failed, colors);
  for (const line of lines) {
    if (failed.length > 0) progress.warn(line);
    else progress.note(line);
  }
}

/**
 * Ends the command.
 *
 * @throws What ended it early, unless something was written;
 * {@linkcode PartialError} if a part failed.
 */
function conclude(
  error: unknown,
  { done, failed, files, skipped }: ProgressState,
  warn: (line: string) => void,
  isSynced: boolean,
  signal: AbortSignal,
): void {
  // A synced series without new data has its file, although none was written.
  const isSome = files + skipped > 0 || (isSynced && done > failed);
  if (error !== undefined) {
    const isTold = error instanceof StorageError ||
      error instanceof ArchiveError && isSome;
    if (signal.aborted || !isTold) throw error;
    warn(`given up: ${error.message}`);
  }
  if (error !== undefined || failed > 0) {
    throw new PartialError(isSome ? EXIT.partial : EXIT.failed);
  }
}

/** Prints a path; files are written whether or not anybody reads their paths. */
async function printPath(path: string, io: Io): Promise<void> {
  try {
    await io.stdout.write(`${path}\n`);
    await io.stdout.flush();
  } catch (error) {
    if (!(error instanceof OutputClosedError)) throw error;
  }
}

/** What an earlier run of this export has written, if it is to continue. */
async function begin(
  settings: ExportSettings,
  io: Io,
): Promise<ManifestContent> {
  const { directory, isResumed, isSynced, window } = settings;
  const query = queryOf(settings);
  const anew = { query, window, series: [] };
  if (!isResumed && !isSynced) return anew;
  const before = await readManifest(directory);
  if (before === undefined) {
    if (isResumed) {
      io.note(`there is no ${MANIFEST} in ${directory}: this is a new export`);
    }
    return anew;
  }
  const other = differences(query, before.query);
  if (other.length > 0) {
    throw new UsageError(
      `${resolve(directory, MANIFEST)} is of another export: it differs in ${
        other.join("; ")
      }. Give the same options again, or another --output-directory`,
    );
  }
  const { start, end } = before.window;
  return {
    query,
    window: { start, end: isSynced ? Math.max(end, window.end) : end },
    series: before.series,
  };
}
