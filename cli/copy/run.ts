/**
 * One run of `copy` to a file: what is there already, what is copied, and what
 * came of it.
 *
 * @module
 */

import { dirname } from "@std/path";
import {
  ArchiveStoreError,
  CopyFile,
  OtherTestError,
} from "../../archive/copies.ts";
import { UsageError } from "../errors.ts";
import { shortTime } from "../export/amounts.ts";
import { lockFile } from "../export/lock.ts";
import type { Progress } from "../export/progress.ts";
import type { FailedSeries } from "../export/report.ts";
import type { Io } from "../io.ts";
import { lockOf } from "../options/target.ts";
import { type Plan, planCopy } from "./jobs.ts";
import type { CopySettings } from "./settings.ts";
import { supervise, VERIFIED } from "./supervise.ts";
import { copySeries, type FileJob } from "./to_file.ts";
import { verifyFile } from "./verify_file.ts";

/** So many tests are stored together. */
const TESTS = 200;

/** Copies everything that matches to a file, and reports it. */
export async function copyToFile(
  settings: CopySettings,
  progress: Progress,
  colors: boolean,
  io: Io,
): Promise<void> {
  const { to } = settings;
  await checkDirectory(to);
  const lock = await lockFile(lockOf(to), {
    busy:
      `another copy is writing to ${to}: wait for its end, or copy to another file`,
    refused: `--to: cannot write to ${to}`,
  });
  try {
    using file = openFile(to);
    const plan = await copyInto(file, settings, progress, colors, io);
    if (!settings.isVerified) return;
    await supervise(
      async (run) => {
        run.isKept = true;
        await verifyFile(file, plan, settings, run, io.note);
        if (run.failed.length === 0) progress.note(VERIFIED);
        return plan;
      },
      progress,
      colors,
      io,
    );
  } finally {
    await lock.release();
  }
}

/**
 * Refuses to copy a file to itself: it would become a copy that computes no
 * roll-ups.
 *
 * @param source The file that is read; `undefined` for none.
 * @param to The file to copy to.
 * @throws {UsageError} if it is the same file, by whatever name.
 */
export async function refuseSource(
  source: string | undefined,
  to: string,
): Promise<void> {
  if (source === undefined) return;
  const [one, other] = await Promise.all(
    // It may be absent, or not permitted.
    [source, to].map((path) => Deno.realPath(path).catch(() => path)),
  );
  if (one !== other) return;
  throw new UsageError("--to is the file that --url names");
}

async function checkDirectory(file: string): Promise<void> {
  const directory = dirname(file);
  try {
    if ((await Deno.stat(directory)).isDirectory) return;
  } catch (error) {
    // It may be that only the file is permitted.
    if (!(error instanceof Deno.errors.NotFound)) return;
  }
  throw new UsageError(
    `--to: there is no directory ${directory}: create it first`,
  );
}

/**
 * Opens the file to copy to, or makes it.
 *
 * @throws {UsageError} if it cannot be used.
 */
export function openFile(path: string): CopyFile {
  try {
    return new CopyFile(path);
  } catch (error) {
    if (!(error instanceof ArchiveStoreError)) throw error;
    throw new UsageError(`--to: ${error.message}`);
  }
}

async function copyInto(
  file: CopyFile,
  settings: CopySettings,
  progress: Progress,
  colors: boolean,
  io: Io,
): Promise<Plan> {
  return await supervise(
    async (run) => {
      const { state, failed } = run;
      const plan = await planCopy(settings);
      for (const line of plan.left) io.note(`not copied: ${line}`);
      run.left += plan.left.length;
      const jobs = beginRun(file, plan, settings, failed, progress);
      state.series = jobs.length + failed.length;
      state.done = state.failed = failed.length;
      const options = { settings, file, signal: io.signal, failed };
      await copySeries(jobs, { ...options, progress: state, warn: io.note });
      if (failed.length === 0) file.finish(secondOf(io.now()));
      return plan;
    },
    progress,
    colors,
    io,
  );
}

function secondOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** Stores the tests; what is left to do are their series. */
function beginRun(
  file: CopyFile,
  { dialect, tests }: Plan,
  { connection, isSynced, selection }: CopySettings,
  failed: FailedSeries[],
  progress: Progress,
): FileJob[] {
  const now = Math.floor(Date.now() / 1000);
  const source = { url: connection.url, dialect, selection };
  const begun = file.begin(source, now, !isSynced);
  if (begun !== undefined) {
    const age = shortTime((now - begun) * 1000);
    progress.note(`continuing the copy that was begun ${age} ago`);
  }
  const jobs: FileJob[] = [];
  for (let at = 0; at < tests.length; at += TESTS) {
    const some = tests.slice(at, at + TESTS);
    file.putTests(some, at, now).forEach((row, index) => {
      const { key, jobs: own } = some[index]!;
      if (row instanceof OtherTestError) {
        failed.push({ which: `the test ${key}`, why: row.message });
        progress.warn(row.message);
      } else jobs.push(...own.map((job) => ({ job, test: row })));
    });
  }
  return jobs;
}
