/**
 * Files of a mirror that its manifest does not know: it was lost, or the
 * program was stopped before it was written.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "@std/path";
import { UsageError } from "../errors.ts";
import { columnsOf, SeriesRows, typesOf } from "../output/rows.ts";
import { type Asides, putAside } from "./aside.ts";
import type { Manifest } from "./manifest.ts";
import { extensionOf, keyedName, safePart, suffixedName } from "./names.ts";
import { parquetRows } from "./parquet_rows.ts";
import type { Job } from "./plan.ts";
import { isOlderNdjson, NotWholeError, printedLead } from "./printed.ts";
import type { SeriesRecord } from "./record.ts";
import { type Scanned, scanPrinted } from "./scan.ts";
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
      await adopt(job, record, name, there.get(name)!, options);
    }
  }
}

/** The paths of files below a directory, by their names. */
async function filesIn(directory: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const look = async (below: string[]) => {
    for await (const entry of Deno.readDir(join(directory, ...below))) {
      const path = [...below, entry.name];
      if (entry.isFile) {
        const paths = found.get(entry.name);
        if (paths) paths.push(path.join("/"));
        else found.set(entry.name, [path.join("/")]);
      } else if (
        entry.isDirectory && /^(?:event_type|day|month)=/.test(entry.name)
      ) {
        await look(path);
      }
    }
  };
  await look([]);
  return found;
}

/** Takes the files of a series into its record. */
async function adopt(
  job: Job,
  record: SeriesRecord,
  name: string,
  there: readonly string[],
  { asides, manifest, settings }: AdoptOptions,
): Promise<void> {
  const { directory, format, isGzipped, hostnames } = settings;
  const { request, subject } = job;
  const rows = await SeriesRows.create(subject, request, hostnames);
  const isOwn = (path: string) =>
    format === "parquet"
      ? path.startsWith(
        `event_type=${safePart(request.eventType)}/${settings.partition}=`,
      )
      : path === name;
  const paths = there.filter(isOwn).sort();
  let points = 0;
  for (const path of paths) {
    const file = { path: join(directory, path), format, isGzipped };
    const scanned = format === "parquet"
      ? await scanParquet(file.path, rows, typesOf(request))
      : await scanPrinted(
        { ...file, columns: columnsOf(request) },
        printedLead(format, rows.lead),
      );
    if (scanned === undefined) {
      if (format === "ndjson" && await isOlderNdjson(file)) {
        throw new UsageError(
          `${file.path} is of an older layout, which does not mix with that of this version: choose another --output-directory`,
        );
      }
      await putAside(
        asides,
        directory,
        path,
        "does not have whole rows of its series",
      );
      continue;
    }
    const { last, rows: count, bytes, sha256 } = scanned;
    points += scanned.points;
    (record.files ??= []).push({ name: path, rows: count, bytes, sha256 });
    if (!Number.isNaN(last)) record.last = Math.max(record.last ?? last, last);
  }
  if (paths.length > 0) {
    manifest.takeName(name);
    record.name = name;
  }
  if (record.files === undefined) return;
  if (record.part === undefined) record.state = "complete";
  record.points = points;
}

async function scanParquet(
  path: string,
  rows: SeriesRows,
  types: ReturnType<typeof typesOf>,
): Promise<Scanned | undefined> {
  const found = { rows: 0, points: 0, last: NaN };
  try {
    for await (const { second } of parquetRows(path, rows, types)) {
      found.rows++;
      if (second !== found.last) found.points++;
      if (!Number.isNaN(second)) found.last = second;
    }
  } catch (error) {
    if (!(error instanceof NotWholeError)) throw error;
    return undefined;
  }
  const bytes = await Deno.readFile(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { ...found, bytes: bytes.length, sha256 };
}
