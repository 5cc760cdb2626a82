/**
 * Where the reading of a series begins: where an earlier run was stopped, after
 * the part that later data cannot change, or at the start of the window.
 *
 * @module
 */

import { join } from "@std/path";
import { columnsOf, SeriesRows } from "../output/rows.ts";
import type { ExportSettings } from "./settings.ts";
import { Draft, type DraftOptions } from "./draft.ts";
import type { ExportWindow } from "./manifest.ts";
import { extensionOf, partialName } from "./names.ts";
import { isIntact, PartFile } from "./part.ts";
import { beginOf } from "./partition.ts";
import type { Job } from "./plan.ts";
import type {
  ExportedFile,
  SeriesRecord,
  Settled,
  UnfinishedFile,
} from "./record.ts";

/** A series on its way to a file. */
export interface Beginning {
  /** The first second that is requested. */
  start: number;
  /** The first second that the file covers. */
  begin: number;
  /** The name of the file while it is not complete. */
  name: string;
  /** The file, once there is something to write to it. */
  draft?: Draft;
  /** Opens it. */
  open(): Promise<Draft>;
}

/** The file to continue has changed since it was written. */
export class StartOver extends Error {}

/** What a beginning depends on besides the series. */
export interface BeginOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** The window of time. */
  window: ExportWindow;
  /** Told, a line each, what an operator has to know. */
  warn(line: string): void;
}

/** Decides where the reading of a series begins. */
export async function beginSeries(
  { request, stem, key, subject }: Job,
  record: SeriesRecord,
  { settings, window, warn }: BeginOptions,
): Promise<Beginning> {
  const { directory, hostnames, overlap, partition } = settings;
  const continuation = (end: number) =>
    Math.max(
      window.start,
      beginOf(end + 1 - overlap, partition, request.summaryWindow),
    );
  const options: DraftOptions = {
    ...settings,
    columns: columnsOf(request),
    rows: await SeriesRows.create(subject, request, hostnames),
    settlesAt: settings.isSynced ? continuation(window.end) : Infinity,
  };
  const { state, part, settled, files = [] } = record;
  const name = part?.name ??
    partialName({ stem, key }, extensionOf(settings, true));
  const path = join(directory, name);
  const anew = async () => Draft.open(await PartFile.create(path), options);
  const from = (begin: number, open = anew): Beginning => ({
    start: begin,
    begin,
    name,
    open,
  });
  if (part !== undefined) {
    const resumed = await resume(path, part, options);
    if (resumed !== undefined) return { ...from(part.begin), ...resumed };
  }
  if (state === "empty" && record.end !== undefined) {
    return from(continuation(record.end));
  }
  if (settled === undefined || files.length === 0) return from(window.start);
  const damaged = await firstDamaged(files, directory);
  if (damaged !== undefined) {
    warn(changed(damaged.name));
    delete record.settled;
    return from(window.start);
  }
  if (settings.format === "parquet") {
    options.pointsBefore = settled.points;
    return from(settled.before);
  }
  const copy = async () => {
    const file = await PartFile.copy(
      join(directory, files[0]!.name),
      settled,
      path,
    );
    if (file !== undefined) return await Draft.open(file, options, settled);
    warn(changed(files[0]!.name));
    delete record.settled;
    throw new StartOver();
  };
  return { ...from(window.start, copy), start: settled.before };
}

function changed(name: string): string {
  return `${name} has changed since it was written: it is read again`;
}

/** Continues a file that is not complete, if it is what it was. */
async function resume(
  path: string,
  { whole, checkpoint, settled }: UnfinishedFile,
  options: DraftOptions,
): Promise<Pick<Beginning, "start" | "draft"> | undefined> {
  // Complete for a shorter window: continue after its settled part.
  const from: Settled | typeof checkpoint = whole ? settled : checkpoint;
  if (from === undefined) return undefined;
  const file = await PartFile.resume(path, from);
  if (file === undefined) return undefined;
  const draft = await Draft.open(file, options, from, settled);
  return { draft, start: whole ? settled!.before : from.second };
}

/** The first file that is gone, or not what it was. */
export async function firstDamaged(
  files: readonly ExportedFile[],
  directory: string,
): Promise<ExportedFile | undefined> {
  for (const file of files) {
    if (!await isIntact(join(directory, file.name), file)) return file;
  }
  return undefined;
}
