/**
 * An export of several archives: one of each, in a directory of its own, which
 * query engines read as one dataset.
 *
 * @module
 */

import { join } from "@std/path";
import { ArchiveError } from "../../mod.ts";
import { EXIT, PartialError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Archives } from "../query/archives.ts";
import { inLanes } from "../query/lanes.ts";
import { Unwritten } from "../query/unwritten.ts";
import { safePart } from "./names.ts";
import type { Progress } from "./progress.ts";
import { type ExportSettings, makeDirectory } from "./settings.ts";
import { type Shown, ShownTogether } from "./shown_together.ts";

/**
 * How many archives are exported at a time, but for silent ones: each has series
 * under way, whose files are open.
 */
const SIDE_BY_SIDE = 6;

/**
 * Exports several archives side by side. What fails of one, or is refused, does
 * not keep the others from being exported; those that cannot be read are named
 * at the end.
 *
 * @param progress Shows all of them as one.
 * @param run Exports one, and shows so how it gets on.
 * @throws {UsageError} when two would be in one directory, or `run` refuses all.
 * @throws {PartialError} if a part failed.
 * @throws {EsmondError} when none could be read.
 */
export async function exportEach(
  settings: ExportSettings,
  progress: Progress,
  run: (one: ExportSettings, shown: Shown) => Promise<void>,
  { signal }: Pick<Io, "signal">,
): Promise<void> {
  const { connection, directory, eventTypes, unwritten } = settings;
  const all = connection.each();
  const names = new Map(all.map(({ url }) => [url, directoryOf(url)]));
  checkNames(names);
  await makeDirectory(directory);
  const together = new ShownTogether(progress, all.length);
  const refusals: UsageError[] = [];
  let [whole, partial] = [0, 0];
  const lanes = {
    laneOf: ({ url }: Archives) => url,
    width: 1,
    most: SIDE_BY_SIDE,
    silent: connection.silent,
  };
  await inLanes(all, lanes, async (one) => {
    const name = names.get(one.url)!;
    const shown = together.of(name.slice(COLUMN.length));
    const own = {
      ...settings,
      connection: one,
      directory: join(directory, name),
      unwritten: unwritten && new Unwritten(eventTypes, shown.warn),
    };
    try {
      await makeDirectory(own.directory);
      await run(own, shown);
      whole++;
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof ArchiveError) connection.fail(one.url, error);
      else if (error instanceof UsageError) {
        refusals.push(error);
        if (refusals.length < all.length) shown.warn(error.message);
      } else if (error instanceof PartialError) {
        if (error.exitCode === EXIT.partial) partial++;
      } else throw error;
    } finally {
      shown.stop();
    }
  });
  progress.stop();
  if (refusals.length === all.length) throw refusals[0];
  connection.tell();
  if (whole === all.length) return;
  throw new PartialError(whole + partial > 0 ? EXIT.partial : EXIT.failed);
}

/** What a directory's name begins with: the column that engines make of it. */
const COLUMN = "archive_host=";

/** The path of the list of tests, which most archives have. */
const USUAL = "/esmond/perfsonar/archive/";

/** The directory of an archive. */
function directoryOf(url: string): string {
  const { host, pathname } = new URL(url);
  const path = pathname.endsWith(USUAL)
    ? pathname.slice(0, -USUAL.length)
    : pathname;
  return `${COLUMN}${safePart(host + path)}`;
}

function checkNames(names: ReadonlyMap<string, string>): void {
  const known = new Map<string, string>();
  for (const [url, name] of names) {
    const other = known.get(name);
    if (other !== undefined) {
      throw new UsageError(
        `${other} and ${url} would both be in ${name}: give each a run and an --output-directory of its own`,
      );
    }
    known.set(name, url);
  }
}
