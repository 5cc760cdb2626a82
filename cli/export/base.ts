/**
 * What earlier runs have mirrored of a series, and how much of it can be
 * believed: that is never replaced by less.
 *
 * @module
 */

import { join } from "@std/path";
import type { ExportSettings } from "./settings.ts";
import { type Asides, exists, putAside } from "./aside.ts";
import { KeptRows } from "./kept.ts";
import { isIntact } from "./part.ts";
import { NotWholeError, type PrintedFile, printedRows } from "./printed.ts";
import type { ExportedFile, SeriesRecord, Settled } from "./record.ts";
import { scanPrinted } from "./scan.ts";

/** What there is of a series already. */
export interface Base {
  /** The part of the file that stays as it is. */
  prefix?: { file: string; settled: Settled };
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
  /** The names of the columns. */
  columns: readonly string[];
  /** From where on a series is read again whose last point is this. */
  again(last: number): number;
}

const NOTHING: Base = {};

const CHANGED = "has changed since it was written";

/** Looks at what there is of a series. */
export async function findBase(
  record: SeriesRecord,
  options: BaseOptions,
): Promise<Base> {
  if (!record.files?.length) return NOTHING;
  const base = await textBase(record, record.files[0]!, options);
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
  const { asides, columns, settings } = options;
  const { directory, format, isGzipped } = settings;
  const path = join(directory, file.name);
  if (!await exists(path)) {
    asides.warn(`${file.name} is gone: it is read again`);
    return NOTHING;
  }
  const printed = { path, format, isGzipped, columns };
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
        kept: kept(printed),
        ...(again === undefined ? {} : { again }),
      }
      : {
        prefix,
        again: prefix.settled.before,
        kept: kept(tail),
      };
  }
  if (prefix === undefined || !await isIntact(path, prefix.settled, true)) {
    await putAside(asides, directory, file.name, CHANGED);
    return NOTHING;
  }
  const base = { prefix, again: prefix.settled.before };
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
