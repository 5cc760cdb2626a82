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

/**
 * Writes a file for each test and event type that has data, and prints its
 * path.
 */
export const run: Command<"get-bulk"> = async (options, io) => {
  const notes = new Notes(io.note);
  const noting = { ...io, note: notes.note };
  using settings = await settleExport(options, noting);
  const lock = await lockDirectory(settings.directory);
  try {
    await runAlone(settings, noting, notes);
  } finally {
    await lock.release();
  }
};

/** Notes that are told elsewhere while progress is shown. */
class Notes {
  /** Where they go now. */
  to: Io["note"];

  constructor(note: Io["note"]) {
    this.to = note;
  }

  /** Tells a line. */
  readonly note = (line: string): void => this.to(line);
}

async function runAlone(
  settings: ExportSettings,
  io: Io,
  notes: Notes,
): Promise<void> {
  const { connection, directory, isSynced } = settings;
  const content = await begin(settings, io);
  const { window } = content;
  connection.filters.timeStart = window.start;
  connection.filters.timeEnd = window.end;
  const options = {
    ...io.progress ?? stderrOptions(io.env),
    isQuiet: settings.isQuiet,
  };
  using progress = new Progress(options);
  const state = emptyProgress();
  progress.start(state);
  const warn = (line: string) => progress.warn(oneLine(line));
  const aside = notes.to;
  notes.to = warn; // nothing may land in the line that shows the progress
  io.signal.addEventListener("abort", () => progress.note(FINISHING));
  try {
    const groups = await plan(settings, isSynced ? undefined : window);
    const all = new Export(groups, {
      settings,
      window,
      manifest: new Manifest(directory, content),
      signal: io.signal,
      progress: state,
      warn,
      written: (name) =>
        progress.aside(() => printPath(resolve(directory, name), io)),
    });
    const error = await all.run().then(() => undefined, (error) => error);
    progress.stop();
    report(progress, state, all.failed, options.colors);
    if (error !== undefined && io.signal.aborted) progress.note(GOING_ON);
    conclude(error, state, warn, isSynced, io.signal);
  } finally {
    notes.to = aside;
  }
}

const FINISHING = "finishing the requests under way; once more stops at once";
const GOING_ON = "what there is stays: --resume goes on from here";

/** What was done; failures are told even where nothing else is. */
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
 * How it ends.
 *
 * @throws What ended it early, unless there is something to show for it, and
 * {@linkcode PartialError} if a part failed.
 */
function conclude(
  error: unknown,
  { done, failed, files, skipped }: ProgressState,
  warn: (line: string) => void,
  isSynced: boolean,
  signal: AbortSignal,
): void {
  // Of what was read to be brought up to date, the file is there although none
  // was written.
  const isSome = files + skipped > 0 || (isSynced && done > failed);
  if (error !== undefined) {
    const isTold = error instanceof StorageError ||
      error instanceof ArchiveError && isSome;
    if (signal.aborted || !isTold) throw error;
    warn(`given up: ${error.message}`); // but what has been written is there
  }
  if (error !== undefined || failed > 0) {
    throw new PartialError(isSome ? EXIT.partial : EXIT.failed);
  }
}

/** Nobody has to read the paths for the files to be written. */
async function printPath(path: string, io: Io): Promise<void> {
  try {
    await io.stdout.write(`${path}\n`);
    await io.stdout.flush();
  } catch (error) {
    if (!(error instanceof OutputClosedError)) throw error;
  }
}

/**
 * What there is already of this export, if it is to be gone on with; else
 * nothing but the question.
 */
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
