/**
 * Compares a file with the archive that it is a copy of.
 *
 * @module
 */

import type { CopyFile } from "../../archive/copies.ts";
import { openArchiveFile } from "../../archive.ts";
import { ApiConnect, type Metadata } from "../../mod.ts";
import { type CopyJob, keyOf, type Plan } from "./jobs.ts";
import type { CopySettings } from "./settings.ts";
import type { Run } from "./supervise.ts";
import { verifySeries } from "./verify.ts";

/**
 * Compares all series, through the interface that `serve` has.
 *
 * @param file The file.
 * @param plan What was copied.
 * @param settings What was asked for.
 * @param run Counts what is done, and gets what differs.
 * @param warn Told, a line each, what an operator has to know.
 */
export async function verifyFile(
  file: CopyFile,
  { dialect, tests }: Plan,
  { connection, to, window }: CopySettings,
  { state, failed }: Run,
  warn: (line: string) => void,
): Promise<void> {
  using opened = openArchiveFile(to, { log: warn });
  const copy = new ApiConnect(opened.url, undefined, { fetch: opened.fetch });
  const copied = new Map<string, Metadata>();
  for await (const test of copy.getMetadata({ stillRunning: true })) {
    copied.set(keyOf(test) ?? "", test);
  }
  const jobs = tests.flatMap(({ key, jobs }) =>
    jobs.map((job) => ({ key, job }))
  );
  state.series = jobs.length;
  const lastOf = (key: string, { name }: CopyJob) => {
    const test = file.find(key);
    return test === undefined ? undefined : file.state(test, name)?.last;
  };
  await verifySeries(jobs, {
    ...{ dialect, window, lastOf, failed },
    connection: connection.only("--verify"),
    find: (key) => copied.get(key),
    progress: state,
  });
}
