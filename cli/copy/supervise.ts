/**
 * What surrounds a copy: its progress, the report at its end, and its exit
 * code.
 *
 * @module
 */

import { ArchiveStoreError } from "../../archive/copies.ts";
import { ArchiveError } from "../../mod.ts";
import { EXIT, PartialError } from "../errors.ts";
import type { Progress } from "../export/progress.ts";
import { emptyProgress, type ProgressState } from "../export/progress_line.ts";
import { type FailedSeries, reportLines } from "../export/report.ts";
import type { Io } from "../io.ts";
import type { Plan } from "./jobs.ts";

/** What a copy counts. */
export interface Run {
  /** How far it is. */
  readonly state: ProgressState;
  /** What could not be copied, and why. */
  readonly failed: FailedSeries[];
  /** How much was left out of what was copied. */
  left: number;
  /** Whether an earlier run has copied something in any case. */
  isKept?: boolean;
}

/**
 * Runs a copy, and reports it.
 *
 * @param work Copies, and tells what there was to copy.
 * @returns What there was to copy.
 * @throws {PartialError} if a part was not copied; what ended the copy early,
 * unless something was copied.
 */
export async function supervise(
  work: (run: Run) => Promise<Plan>,
  progress: Progress,
  colors: boolean,
  io: Io,
): Promise<Plan> {
  const state = { ...emptyProgress(), isStreamed: true as const };
  progress.start(state);
  io.signal.addEventListener("abort", () => progress.note(FINISHING));
  const run: Run = { state, failed: [], left: 0 };
  const { plan, error } = await work(run).then(
    (plan) => ({ plan, error: undefined }),
    (error) => ({ plan: undefined, error }),
  );
  progress.stop();
  const { failed, left } = run;
  if (plan?.tests.length === 0 && left === 0) progress.note(NOTHING);
  for (const line of reportLines(state, progress.elapsed, failed, colors)) {
    if (failed.length > 0) progress.warn(line);
    else progress.note(line);
  }
  if (error !== undefined && io.signal.aborted) progress.note(CONTINUING);
  const isSome = run.isKept || state.done > state.failed;
  conclude(error, isSome, failed.length + left, io);
  return plan!; // or it has thrown
}

/** What is said of a copy that is like its source. */
export const VERIFIED = "verified: every series is the same on both sides";

const FINISHING = "finishing the requests under way; once more stops at once";
const CONTINUING = "what is copied stays; the same command continues from here";
const NOTHING =
  "nothing matches: the archive lists no such test, so nothing is copied";

/**
 * Ends the command.
 *
 * @throws What ended it early, unless something was copied;
 * {@linkcode PartialError} if a part failed.
 */
function conclude(
  error: unknown,
  isSome: boolean,
  failed: number,
  { note, signal }: Pick<Io, "note" | "signal">,
): void {
  if (error !== undefined) {
    const isTold = error instanceof ArchiveStoreError ||
      error instanceof ArchiveError && isSome;
    if (signal.aborted || !isTold) throw error;
    note(`given up: ${error.message}`);
  }
  if (error === undefined && failed === 0) return;
  throw new PartialError(isSome ? EXIT.partial : EXIT.failed);
}
