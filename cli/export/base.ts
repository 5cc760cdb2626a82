/**
 * What earlier runs have mirrored of a series, and how much of it can be
 * believed: that is never replaced by less.
 *
 * @module
 */

import { join } from "@std/path";
import type { ExportSettings } from "./settings.ts";
import type { ColumnTypes, SeriesRows } from "../output/rows.ts";
import { type Asides, exists, putAside } from "./aside.ts";
import { type KeptRow, KeptRows } from "./kept.ts";
import { parquetRows } from "./parquet_rows.ts";
import { isIntact } from "./part.ts";
import { beginOf, beginOfFolder } from "./partition.ts";
import { NotWholeError, type PrintedFile, printedRows } from "./printed.ts";
import type { ExportedFile, SeriesRecord, Settled } from "./record.ts";
import { scanPrinted } from "./scan.ts";

/** What there is of a series already. */
export interface Base {
  /** The part of the file that stays as it is. */
  prefix?: { file: string; settled: Settled };
  /** Points that are in files which are not written again. */
  pointsBefore: number;
  /** From this second on the archive is asked; all of the window if absent. */
  again?: number;
  /** The rows that are already there, later than a second. */
  kept?: (after?: number) => Promise<KeptRows>;
}

/** What looking at the base depends on. */
export interface BaseOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** Counts files that are put aside, and tells of them. */
  asides: Asides;
  /** The names of the columns, and what is in them. */
  types: ColumnTypes;
  /** What rows begin with. */
  rows: SeriesRows;
  /** From where on a series is read again whose last point is this. */
  again(last: number): number;
}

const NOTHING: Base = { pointsBefore: 0 };

const CHANGED = "has changed since it was written";

/** Looks at what there is of a series. */
export async function findBase(
  record: SeriesRecord,
  options: BaseOptions,
): Promise<Base> {
  if (!record.files?.length) return NOTHING;
  const base = options.settings.format === "parquet"
    ? await partitionedBase(record, options)
    : await textBase(record, record.files[0]!, options);
  if (base === NOTHING) {
    delete record.files;
    delete record.settled;
    delete record.last;
    delete record.start;
  }
  return base;
}

async function textBase(
  { settled, last, start }: SeriesRecord,
  file: ExportedFile,
  options: BaseOptions,
): Promise<Base> {
  const { asides, settings, types } = options;
  const { directory, format, isGzipped } = settings;
  const path = join(directory, file.name);
  if (!await exists(path)) {
    asides.warn(`${file.name} is gone: it is read again`);
    return NOTHING;
  }
  const printed = { path, format, isGzipped, columns: Object.keys(types) };
  const tail = { ...printed, skip: textSizeOf(settled) };
  const kept = (file: typeof printed) => (after?: number) =>
    KeptRows.open(printedRows(file), after);
  const prefix = settled && { file: file.name, settled };
  const again = last === undefined ? undefined : options.again(last);
  if (await isIntact(path, file)) {
    if (!await canContinue(printed)) {
      await putAside(asides, directory, file.name, "has other columns");
      return NOTHING;
    }
    const isEarlier = start !== undefined ||
      (again !== undefined && settled && again < settled.before);
    return prefix === undefined || isEarlier
      ? {
        pointsBefore: 0,
        kept: kept(printed),
        ...(again === undefined ? {} : { again }),
      }
      : {
        prefix,
        pointsBefore: 0,
        again: prefix.settled.before,
        kept: kept(tail),
      };
  }
  if (prefix === undefined || !await isIntact(path, prefix.settled, true)) {
    await putAside(asides, directory, file.name, CHANGED);
    return NOTHING;
  }
  const base = { prefix, pointsBefore: 0, again: prefix.settled.before };
  if (await scanPrinted(tail) !== undefined) {
    asides.warn(
      `${file.name} ${CHANGED}: what was settled of it is as it was, and the rows after that are whole; it is continued`,
    );
    return { ...base, kept: kept(tail) };
  }
  await putAside(asides, directory, file.name, CHANGED, true);
  return base;
}

/** Whether the file begins as this program would write it. */
async function canContinue(file: PrintedFile): Promise<boolean> {
  const rows = printedRows(file);
  try {
    await rows.next();
    return true;
  } catch (error) {
    if (!(error instanceof NotWholeError)) throw error;
    return false;
  } finally {
    await rows.return().catch(() => {}); // the rest does not matter
  }
}

function textSizeOf(settled: Settled | undefined): number {
  return settled?.gzip?.size ?? settled?.bytes ?? 0;
}

async function partitionedBase(
  record: SeriesRecord,
  { asides, settings, types, rows, again: readAgain }: BaseOptions,
): Promise<Base> {
  const { directory } = settings;
  const { settled, last, start } = record;
  const again = last === undefined ? undefined : readAgain(last);
  let from = Math.min(settled?.before ?? Infinity, again ?? Infinity);
  const intact: { begin: number; file: ExportedFile }[] = [];
  for (const file of record.files!) {
    const path = join(directory, file.name);
    const begin = beginOfFolder(file.name);
    if (await isIntact(path, file)) {
      intact.push({ begin, file });
      continue;
    }
    from = Math.min(from, Number.isNaN(begin) ? -Infinity : begin);
    if (await exists(path)) {
      await putAside(asides, directory, file.name, CHANGED);
    } else asides.warn(`${file.name} is gone: it is read again`);
  }
  record.files = intact.map(({ file }) => file);
  if (from === Infinity) from = -Infinity;
  const kept = start === undefined
    ? from
    : Math.min(from, beginOf(start, settings.partition, 0));
  const read = intact.filter(({ begin }) => begin >= kept)
    .sort((one, other) => one.begin - other.begin);
  const isSettled = settled !== undefined && kept === settled.before;
  async function* source(): AsyncGenerator<KeptRow, void, void> {
    for (const { file } of read) {
      yield* parquetRows(join(directory, file.name), rows, types);
    }
  }
  return {
    pointsBefore: isSettled
      ? settled.points
      : intact.filter(({ begin }) => begin < kept)
        .reduce((sum, { file }) => sum + file.rows, 0),
    again: from,
    ...(read.length === 0
      ? {}
      : { kept: (after?: number) => KeptRows.open(source(), after) }),
  };
}
