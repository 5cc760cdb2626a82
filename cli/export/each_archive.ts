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
import { safePart } from "./names.ts";
import { type ExportSettings, makeDirectory } from "./settings.ts";

/**
 * Exports archive by archive. What fails of one does not keep the others from
 * being exported; those that cannot be read are named at the end.
 *
 * @param run Exports one.
 * @throws {UsageError} when two would be in one directory, or `run` refuses one.
 * @throws {PartialError} if a part failed.
 * @throws {EsmondError} when none could be read.
 */
export async function exportEach(
  settings: ExportSettings,
  run: (one: ExportSettings) => Promise<void>,
  { signal }: Pick<Io, "signal">,
): Promise<void> {
  const { connection, directory } = settings;
  const all = connection.each();
  const names = new Map(all.map(({ url }) => [url, directoryOf(url)]));
  checkNames(names);
  await makeDirectory(directory);
  let isWhole = true;
  for (const one of all) {
    try {
      await run({
        ...settings,
        connection: one,
        directory: join(directory, names.get(one.url)!),
      });
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof ArchiveError) connection.fail(one.url, error);
      else if (error instanceof PartialError) isWhole = false;
      else throw error;
    }
  }
  connection.conclude();
  if (!isWhole) throw new PartialError(EXIT.partial);
}

/** The path of the list of tests, which most archives have. */
const USUAL = "/esmond/perfsonar/archive/";

/** The directory of an archive: a value of the column `archive_host` to engines. */
function directoryOf(url: string): string {
  const { host, pathname } = new URL(url);
  const path = pathname.endsWith(USUAL)
    ? pathname.slice(0, -USUAL.length)
    : pathname;
  return `archive_host=${safePart(host + path)}`;
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
