/**
 * Where the reading of a series begins: where an earlier run was stopped, after
 * what a mirror has already, or at the start of the window.
 *
 * @module
 */

import { join } from "@std/path";
import { columnsFor, SeriesRows } from "../output/rows.ts";
import type { Unshown } from "../output/unshown.ts";
import type { ExportSettings } from "./settings.ts";
import type { Asides } from "./aside.ts";
import { type Base, findBase } from "./base.ts";
import { Draft, type DraftOptions } from "./draft.ts";
import type { ExportWindow } from "./manifest.ts";
import { extensionOf, madeOf, partialName, spoolOf } from "./names.ts";
import { PartFile } from "./part.ts";
import type { Job } from "./plan.ts";
import type { SeriesRecord } from "./record.ts";
import { Settling } from "./settling.ts";

/** A series on its way to a file. */
export interface Beginning {
  /** What is requested, window by window. */
  windows: ExportWindow[];
  /** The first second whose rows are in the file. */
  begin: number;
  /** The name of the file while it is not complete. */
  name: string;
  /** Its name when it is complete, but lacks its own. */
  whole: string;
  /** The file, once there is something to write to it. */
  draft?: Draft;
  /** Opens it. */
  open(): Promise<Draft>;
}

/** The file to continue has vanished or changed while others were read. */
export class StartOver extends Error {}

/** What a beginning depends on besides the series. */
export interface BeginOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** The window of time. */
  window: ExportWindow;
  /** Counts files that are put aside, and tells of them. */
  asides: Asides;
  /** Told of what the rows do not show. */
  unshown: Unshown;
}

/** Decides where the reading of a series begins. */
export async function beginSeries(
  { request, stem, key, subject }: Job,
  record: SeriesRecord,
  { settings, window, asides, unshown }: BeginOptions,
): Promise<Beginning> {
  const { directory, hostnames, isSynced, overlap, partition } = settings;
  const { last, part } = record;
  const settling = new Settling({
    ...{ end: window.end, overlap },
    summaryWindow: request.summaryWindow,
    ...(last === undefined ? {} : { last }),
  });
  const columns = columnsFor(request);
  const isSpooled = settings.format === "parquet";
  const made = part
    ? madeOf(part.name)
    : partialName({ stem, key }, extensionOf(settings));
  const name = isSpooled ? spoolOf(made) : made;
  const path = join(directory, name);
  // A dataset is made of all spools together.
  const whole = partition ? name : made;
  const options: DraftOptions = {
    ...settings,
    columns,
    rows: await SeriesRows.create(subject, request, hostnames, { unshown }),
    ...(isSynced && !partition ? { settling } : {}),
    ...(isSpooled && !partition ? { parquet: join(directory, made) } : {}),
  };
  const again = (last: number) => settling.again(last);
  let base: Base = {};
  if (partition) base = { again: beginInDataset(record, isSynced, again) };
  else if (isSynced) {
    base = await findBase(record, { settings, asides, columns, again });
  }
  const windows = windowsOf(window, record.start, base.again);
  // A spool has what is read now alone; other files, all that there is.
  const begin = partition ? windows[0]?.start ?? window.end : window.start;
  const names = { name, whole };

  const from = part && part.begin <= begin ? part.checkpoint : undefined;
  const file = from && await PartFile.resume(path, from);
  if (file) {
    const kept = await base.kept?.(from.second);
    const draft = await Draft.open(file, options, {
      ...{ from, settled: part!.settled, kept },
    });
    return {
      ...{ ...names, draft, begin: part!.begin },
      windows: after(from.second, windows),
      open: () => Promise.resolve(draft),
    };
  }
  return {
    ...{ ...names, windows, begin },
    open: async () => {
      if (base.prefix === undefined) {
        const kept = await base.kept?.();
        const file = isSpooled
          ? PartFile.later(path)
          : await PartFile.create(path);
        return await Draft.open(file, options, { kept });
      }
      const { settled } = base.prefix;
      const file = await PartFile.copy(
        join(directory, base.prefix.file),
        settled,
        path,
      );
      if (file === undefined) throw new StartOver();
      const kept = await base.kept?.();
      return await Draft.open(file, options, { from: settled, settled, kept });
    },
  };
}

/**
 * From where on a series of a dataset is read: a mirror goes on, and where a
 * file was lost, its rows are needed again.
 */
function beginInDataset(
  { again: lost, last }: SeriesRecord,
  isSynced: boolean,
  again: (last: number) => number,
): number {
  const isKnown = isSynced ? last !== undefined : lost !== undefined;
  if (!isKnown) return -Infinity;
  return Math.min(lost ?? Infinity, isSynced ? again(last!) : Infinity);
}

/** What is missing of a window. */
function windowsOf(
  { start, end }: ExportWindow,
  covered: number | undefined,
  again = -Infinity,
): ExportWindow[] {
  const before = covered === undefined || covered <= start
    ? []
    : [{ start, end: covered - 1 }];
  return [...before, { start: Math.max(start, covered ?? start, again), end }]
    .filter((window) => window.start <= window.end);
}

/** The windows from a second on. */
function after(second: number, windows: ExportWindow[]): ExportWindow[] {
  return windows.filter(({ end }) => end >= second)
    .map(({ start, end }) => ({ start: Math.max(start, second), end }));
}
