/**
 * The files of a dataset that are there, whatever the manifest knows of them.
 *
 * @module
 */

import { join } from "@std/path";
import { NULL } from "../../client/json.ts";
import { UsageError } from "../errors.ts";
import type { Lead } from "../../client/rows.ts";
import { SeriesRows } from "../output/rows.ts";
import { rowRequest } from "../query/series_settings.ts";
import { type Asides, putAside } from "./aside.ts";
import type { Manifest } from "./manifest.ts";
import { hasOtherColumns, parquetRows } from "./parquet_rows.ts";
import { extentOf } from "./part.ts";
import { nameOfPartition } from "./partition.ts";
import { seriesOf } from "./partition_file.ts";
import { NotWholeError } from "./printed.ts";
import type { Whole } from "./record.ts";
import type { ExportSettings } from "./settings.ts";

/** What looking at the files depends on. */
export interface ThereOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** What is known already, and gets known. */
  manifest: Manifest;
  /** Counts files that are put aside, and tells of them. */
  asides: Asides;
}

/**
 * Refuses a directory with files that do not fit into the table.
 *
 * @throws {UsageError} for the first of them.
 */
export async function refuseOlder(
  { settings: { directory }, manifest }: ThereOptions,
): Promise<void> {
  for await (const name of filesIn(directory)) {
    if (!name.endsWith(".parquet") || manifest.partition(name)) continue;
    const path = join(directory, name);
    if (!await hasOtherColumns(path)) continue;
    throw new UsageError(
      `${path} is of an older layout, or not of this program, and does not mix with files that have the columns of this version: choose another --output-directory`,
    );
  }
}

/**
 * Takes files into a mirror that its manifest does not know.
 *
 * @param fileName The name of its files.
 */
export async function adoptPartitions(
  fileName: string,
  { asides, manifest, settings }: ThereOptions,
): Promise<void> {
  const { directory } = settings;
  for await (const name of filesIn(directory)) {
    if (!name.endsWith(`/${fileName}`) || manifest.partition(name)) continue;
    const scanned = await scan(name, settings);
    if (scanned === undefined) {
      const why = "does not have whole rows of its series";
      await putAside(asides, directory, name, why);
      continue;
    }
    manifest.putPartition({ name, whole: scanned.whole });
    for (const [series, last] of scanned.lasts) {
      const [eventType, key] = series.split("\0");
      const record = manifest.record(key!, eventType!);
      record.last = Math.max(record.last ?? last, last);
      if (record.part === undefined) record.state = "complete";
    }
  }
}

/** What a file holds, and up to which second, by series. */
interface Scanned {
  whole: Whole;
  lasts: Map<string, number>;
}

/** Looks through a file; nothing if it is not of this mirror. */
async function scan(
  name: string,
  settings: ExportSettings,
): Promise<Scanned | undefined> {
  const path = join(settings.directory, name);
  const folder = name.split("/")[1]!;
  const lasts = new Map<string, number>();
  let before = { series: "", second: -Infinity };
  let count = 0;
  try {
    for await (const rows of parquetRows(path)) {
      for (const { lead, tsEpoch } of rows) {
        const series = seriesOf(lead!);
        const second = tsEpoch!;
        const isNew = series !== before.series;
        if (isNew && !await isAskedFor(lead!, settings)) return undefined;
        const isInOrder = isNew
          ? before.series < series
          : !(second < before.second);
        const place = nameOfPartition(second, settings.partition!);
        if (!isInOrder || place !== folder) return undefined;
        before = { series, second };
        lasts.set(series, second);
      }
      count += rows.length;
    }
  } catch (error) {
    if (!(error instanceof NotWholeError)) throw error;
    return undefined;
  }
  for (const [series, last] of lasts) {
    if (Number.isNaN(last)) lasts.delete(series);
  }
  return { whole: { rows: count, ...await extentOf(path) }, lasts };
}

/** Whether rows are of the roll-up that is asked for. */
async function isAskedFor(
  lead: Lead,
  settings: ExportSettings,
): Promise<boolean> {
  const [eventType] = seriesOf(lead).split("\0");
  const nobody = { key: NULL, agent: NULL, tool: NULL, bucket: NULL };
  const request = rowRequest(settings, eventType!);
  const rows = await SeriesRows.create(nobody, request, settings.hostnames);
  const rollUpOf = ({ cells }: Lead) => cells.slice(-2).join();
  return rollUpOf(rows.lead) === rollUpOf(lead);
}

/** The paths of the files of a dataset. */
async function* filesIn(
  directory: string,
): AsyncGenerator<string, void, void> {
  for (const type of await namesIn(directory, /^event_type=/)) {
    const folder = join(directory, type);
    for (const part of await namesIn(folder, /^(?:day|month)=/)) {
      for (const file of await namesIn(join(folder, part), /./)) {
        yield `${type}/${part}/${file}`;
      }
    }
  }
}

/** The names in a directory that match, sorted; none if it is no directory. */
async function namesIn(directory: string, like: RegExp): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(directory)) {
      if (like.test(name)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotADirectory)) throw error;
  }
  return names.sort();
}
