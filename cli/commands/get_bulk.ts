/**
 * `esmond-ps get-bulk`: everything that matches, to files.
 *
 * @module
 */

import { resolve } from "@std/path";
import { ArchiveError, ArchiveUnreachableError } from "../../client/errors.ts";
import { EXIT, OutputClosedError, PartialError } from "../errors.ts";
import type { Shown } from "../export/shown_together.ts";
import { lockDirectory } from "../export/lock.ts";
import { adoptFiles } from "../export/adopt.ts";
import { shortTime } from "../export/amounts.ts";
import type { Asides } from "../export/aside.ts";
import { Dataset } from "../export/dataset.ts";
import { openDirectory } from "../export/directory.ts";
import { exportEach } from "../export/each_archive.ts";
import { Manifest, type ManifestContent } from "../export/manifest.ts";
import { checkRebase } from "../export/rebase.ts";
import { StorageError } from "../export/part.ts";
import { plan } from "../export/plan.ts";
import { Export } from "../export/runner.ts";
import { type Io, oneLine } from "../io.ts";
import { Progress, stderrOptions } from "../export/progress.ts";
import { emptyProgress, type ProgressState } from "../export/progress_line.ts";
import { type FailedSeries, reportLines } from "../export/report.ts";
import {
  type ExportSettings,
  makeDirectory,
  settleExport,
  unmakeDirectory,
} from "../export/settings.ts";
import { streamSeries } from "../export/stream.ts";
import { STDOUT } from "../options/table.ts";
import { Unshown } from "../output/unshown.ts";
import { Alike } from "../query/alike.ts";
import type { Command } from "./command.ts";

/**
 * Writes a file for each test and event type with data, and prints its path.
 */
export const run: Command<"get-bulk"> = async (options, io) => {
  const display = io.progress ?? stderrOptions(io);
  // Rows on a terminal leave no place for the progress.
  const isBusy = io.isTerminal && options.text("output-directory") === STDOUT;
  const isQuiet = options.flag("quiet") || isBusy;
  using progress = new Progress({ ...display, isQuiet });
  // Nothing may land in the line that shows the progress.
  const aside: Io = { ...io, note: (line) => progress.warn(oneLine(line)) };
  using settings = await settleExport(options, aside);
  const { colors } = display;
  io.signal.addEventListener("abort", () => progress.note(FINISHING));
  if (settings.isStreamed) {
    return await stream(settings, progress, colors, aside);
  }
  const run = async (one: ExportSettings, shown: Shown) => {
    const lock = await lockDirectory(one.directory);
    try {
      const note = (line: string) => shown.warn(oneLine(line));
      await runAlone(one, shown, colors, { ...io, note });
    } finally {
      await lock.release();
    }
  };
  if (settings.connection.isSeveral) {
    return await exportEach(settings, progress, run, io);
  }
  const isNew = await makeDirectory(settings.directory);
  try {
    await run(settings, progress);
  } catch (error) {
    if (isNew && error instanceof ArchiveUnreachableError) {
      await unmakeDirectory(settings.directory, error.message);
    }
    throw error;
  }
};

/** Writes everything that matches to standard output. */
async function stream(
  settings: ExportSettings,
  progress: Progress,
  colors: boolean,
  io: Io,
): Promise<void> {
  const { isGzipped, window } = settings;
  const gzip = isGzipped
    ? new (await import("../output/gzip.ts")).GzipSink(io.stdoutBytes)
    : undefined;
  const state: ProgressState = { ...emptyProgress(), isStreamed: true };
  progress.start(state);
  const jobs = (await plan(settings, window)).flat();
  const unshown = new Unshown();
  const alike = new Alike();
  const failed: FailedSeries[] = [];
  const error = await streamSeries(jobs, {
    ...{ settings, unshown, alike, progress: state, failed },
    sink: gzip ?? io.stdout,
    isTerminal: io.isTerminal,
    signal: io.signal,
    warn: io.note,
  }).then(() => undefined, (error) => error);
  const isWhole = error === undefined && failed.length === 0;
  await (isWhole ? gzip?.end() : gzip?.breakOff().catch(() => {}));
  await io.stdout.flush();
  progress.stop();
  if (error instanceof OutputClosedError) throw error; // nobody reads on
  for (const line of unshown.lines().concat(alike.line() ?? [])) {
    progress.note(line);
  }
  if (jobs.length === 0) progress.note(NOTHING);
  report(progress, state, failed, colors);
  const isSome = state.points > 0 || state.done > state.failed;
  if (error === undefined) settings.connection.conclude();
  conclude(error, { isSome, failed: state.failed }, io);
}

async function runAlone(
  settings: ExportSettings,
  progress: Shown,
  colors: boolean,
  io: Io,
): Promise<void> {
  const { connection, directory, isSynced } = settings;
  const { content, isRebased } = await openDirectory(settings, io);
  const { window } = content;
  connection.filters.timeStart = window.start;
  connection.filters.timeEnd = window.end;
  const state = emptyProgress();
  progress.start(state);
  const groups = await plan(settings, isSynced ? undefined : window);
  if (groups.length === 0) {
    progress.stop();
    progress.note(NOTHING);
    return;
  }
  const now = secondOf(connection.archiveTime() ?? io.now());
  const manifest = new Manifest(directory, content);
  const asides: Asides = { count: 0, warn: io.note };
  if (isSynced) window.end = endOfMirror(content, settings, now);
  const dataset = settings.partition && await Dataset.open({
    ...{ settings, window, manifest, asides, partition: settings.partition },
  });
  if (isSynced && !dataset) {
    await adoptFiles(groups, { settings, manifest, asides });
  }
  if (isRebased) {
    await checkRebase(groups, manifest, settings, dataset?.fileOf);
  }
  const unshown = new Unshown();
  const all = new Export(groups, {
    ...{ settings, window, now, manifest, asides, dataset, unshown },
    signal: io.signal,
    progress: state,
    warn: io.note,
    written: (names) =>
      progress.aside(() =>
        printPaths(names.map((name) => resolve(directory, name)), io)
      ),
  });
  const error = await all.run().then(() => undefined, (error) => error);
  progress.stop();
  for (const line of unshown.lines()) progress.note(line);
  report(progress, state, all.failed, colors);
  if (error !== undefined && io.signal.aborted) progress.note(CONTINUING);
  if (isSynced && error === undefined) {
    noteAge(manifest, window, settings.overlap, (line) => progress.note(line));
  }
  // Of a mirror or a dataset, there may be no new file of what was read.
  const isKept = isSynced || dataset !== undefined;
  const isSome = state.files + state.skipped > 0 ||
    isKept && state.done > state.failed;
  const isAside = asides.count > 0;
  conclude(error, { isSome, failed: state.failed, isAside }, io);
}

const FINISHING = "finishing the requests under way; once more stops at once";
const CONTINUING = "what is written stays; --resume continues from here";
const NOTHING =
  "nothing matches: the archive lists no such test, so nothing is written";

function secondOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/**
 * The last second that a mirror is read up to: what the archive calls the
 * future it cannot have yet.
 */
function endOfMirror(
  { window }: ManifestContent,
  settings: ExportSettings,
  now: number,
): number {
  const end = Math.min(settings.window.end, now);
  return window.end <= now ? Math.max(window.end, end) : end;
}

/** Says so if the archive gets its points later than the overlap allows. */
function noteAge(
  manifest: Manifest,
  { end }: ManifestContent["window"],
  overlap: number,
  note: (line: string) => void,
): void {
  let newest = -Infinity;
  for (const { last } of manifest.records()) {
    if (last !== undefined && last > newest) newest = last;
  }
  if (newest === -Infinity || end - newest <= overlap) return;
  const age = shortTime((end - newest) * 1000);
  note(
    `the newest point is ${age} older than the archive's clock, more than --overlap (${
      shortTime(overlap * 1000)
    }): points may come later than they are looked for; if so, give a larger --overlap`,
  );
}

/** Reports what was done; failures are told even when quiet. */
function report(
  progress: Shown,
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

/** What came of a run. */
interface Outcome {
  /** Whether anything was written, or is there already. */
  isSome: boolean;
  /** How many series could not be read. */
  failed: number;
  /** Whether files were put aside. */
  isAside?: boolean;
}

/**
 * Ends the command.
 *
 * @throws What ended it early, unless something was written;
 * {@linkcode PartialError} if a part failed.
 */
function conclude(
  error: unknown,
  { isSome, failed, isAside = false }: Outcome,
  { note, signal }: Pick<Io, "note" | "signal">,
): void {
  if (error !== undefined) {
    const isTold = error instanceof StorageError ||
      error instanceof ArchiveError && isSome;
    if (signal.aborted || !isTold) throw error;
    note(`given up: ${error.message}`);
  }
  if (error !== undefined || failed > 0 || isAside) {
    throw new PartialError(isSome || failed === 0 ? EXIT.partial : EXIT.failed);
  }
}

/**
 * Prints paths; files are written whether or not anybody reads their paths.
 */
async function printPaths(paths: string[], io: Io): Promise<void> {
  try {
    for (const path of paths) await io.stdout.write(`${path}\n`);
    await io.stdout.flush();
  } catch (error) {
    if (!(error instanceof OutputClosedError)) throw error;
  }
}
