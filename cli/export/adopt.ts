/**
 * Files of a mirror that its manifest does not know: it was lost, or the
 * program was stopped before it was written.
 *
 * @module
 */

import { join } from "@std/path";
import { UsageError } from "../errors.ts";
import { columnsFor, SeriesRows } from "../output/rows.ts";
import { type Asides, putAside } from "./aside.ts";
import type { Manifest } from "./manifest.ts";
import { extensionOf, keyedName, suffixedName } from "./names.ts";
import type { Job } from "./plan.ts";
import { isOlderNdjson, printedLead } from "./printed.ts";
import type { SeriesRecord } from "./record.ts";
import { scanPrinted } from "./scan.ts";
import type { ExportSettings } from "./settings.ts";

/** What adopting depends on. */
export interface AdoptOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** What is known already, and gets known. */
  manifest: Manifest;
  /** Counts files that are put aside, and tells of them. */
  asides: Asides;
}

/**
 * Takes the files that series would have into their records, if their rows are
 * whole and are of that series.
 *
 * @param groups What is to be read, together what would share a file name.
 */
export async function adoptFiles(
  groups: readonly (readonly Job[])[],
  options: AdoptOptions,
): Promise<void> {
  const { manifest, settings } = options;
  const there = await filesIn(settings.directory);
  const extension = extensionOf(settings);
  for (const jobs of groups) {
    const unknown = jobs.filter(({ key, request }) => {
      const { files, name } = manifest.record(key, request.eventType);
      return !files && name === undefined;
    });
    const known = unknown.map((job) => {
      const names = [suffixedName(job, extension), keyedName(job, extension)];
      return { job, name: names.find((name) => there.has(name)) };
    });
    const shared = `${jobs[0]!.stem}.${extension}`;
    const nameless = known.filter(({ name }) => name === undefined);
    if (there.has(shared) && nameless.length > 0 && manifest.isFree(shared)) {
      if (nameless.length === 1) nameless[0]!.name = shared;
      else {
        manifest.takeName(shared);
        options.asides.warn(
          `${shared} may be of any of ${nameless.length} tests: it stays as it is, and they get other names`,
        );
      }
    }
    for (const { job, name } of known) {
      if (name === undefined) continue;
      const record = manifest.record(job.key, job.request.eventType);
      await adopt(job, record, name, options);
    }
  }
}

/** The names of the files in a directory. */
async function filesIn(directory: string): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { isFile, name } of Deno.readDir(directory)) {
    if (isFile) found.add(name);
  }
  return found;
}

/** Takes the file of a series into its record. */
async function adopt(
  job: Job,
  record: SeriesRecord,
  name: string,
  { asides, manifest, settings }: AdoptOptions,
): Promise<void> {
  const { directory, format, isGzipped, hostnames } = settings;
  const { request, subject } = job;
  const rows = await SeriesRows.create(subject, request, hostnames);
  const file = { path: join(directory, name), format, isGzipped };
  const scanned = await scanPrinted(
    { ...file, columns: columnsFor(request) },
    printedLead(format, rows.lead),
  );
  manifest.takeName(name);
  record.name = name;
  if (scanned === undefined) {
    if (format === "ndjson" && await isOlderNdjson(file)) {
      throw new UsageError(
        `${file.path} is of an older layout, which does not mix with that of this version: choose another --output-directory`,
      );
    }
    const why = "does not have whole rows of its series";
    await putAside(asides, directory, name, why);
    return;
  }
  const { points, last, ...whole } = scanned;
  record.files = [{ name, ...whole }];
  if (!Number.isNaN(last)) record.last = Math.max(record.last ?? last, last);
  if (record.part === undefined) record.state = "complete";
  record.points = points;
}
