/**
 * A dataset: for each event type and day, or month, one file of all series,
 * where query engines look for them.
 *
 * Rows wait in a spool each until all series of their event type are read. Then
 * the files are written anew, one after the other, each of the rows that it had
 * and of those of the spools, and get their names once the manifest on the disk
 * knows what is in all of them. The same spools give the same files, however
 * often: a run that is stopped is repeated by the next.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { oneLine } from "../io.ts";
import type { Partition } from "../names.ts";
import { type Asides, exists, putAside } from "./aside.ts";
import type { ExportWindow, Manifest } from "./manifest.ts";
import { garbageCollector } from "./memory.ts";
import { safePart } from "./names.ts";
import { daysOf } from "./plan.ts";
import { isIntact, renameOnly, StorageError, syncDirectoryOf } from "./part.ts";
import { beginOfFolder, nameOfPartition, nextPartition } from "./partition.ts";
import {
  type PartitionSources,
  seriesOf,
  writePartition,
} from "./partition_file.ts";
import { adoptPartitions, refuseOlder } from "./partitions_there.ts";
import { NotWholeError } from "./printed.ts";
import type { Failed, Member, Publishing } from "./publishing.ts";
import type { ExportedFile, SeriesRecord, Whole } from "./record.ts";
import type { ExportSettings } from "./settings.ts";
import { SpoolReader } from "./spool.ts";

/** What a dataset depends on. */
export interface DatasetOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** What a file holds. */
  partition: Partition;
  /** The window of time. */
  window: ExportWindow;
  /** What there is. */
  manifest: Manifest;
  /** Counts files that are put aside, and tells of them. */
  asides: Asides;
}

const CHANGED = "has changed since it was written";

/** A file that is written, and lacks its name. */
interface Draft {
  name: string;
  whole: Whole;
}

/** The files of a dataset. */
export class Dataset implements Publishing {
  readonly #options: DatasetOptions;
  readonly #fileName: string;
  /** How far series had come that failed before. */
  readonly #failedAt = new Map<SeriesRecord, number>();
  /** Series whose rows are in files now. */
  #spent: SeriesRecord[] = [];

  private constructor(options: DatasetOptions) {
    const { settings, window } = options;
    this.#options = options;
    const days = daysOf(settings, settings.isSynced ? undefined : window);
    this.#fileName = `${["points", ...days].join("_")}.parquet`;
    for (const record of options.manifest.records()) {
      if (record.state === "failed") {
        this.#failedAt.set(record, rowsIn(record));
      }
    }
  }

  /**
   * Looks at what earlier runs have left.
   *
   * @throws {UsageError} if there are files with other columns.
   */
  static async open(options: DatasetOptions): Promise<Dataset> {
    const dataset = new Dataset(options);
    await refuseOlder(options);
    await dataset.#look();
    if (options.settings.isSynced) {
      await adoptPartitions(dataset.#fileName, options);
    }
    return dataset;
  }

  async #look(): Promise<void> {
    const { asides, manifest, settings } = this.#options;
    const { directory } = settings;
    for (const record of manifest.records()) {
      const { part, state } = record;
      if (state !== "complete" || !part || part.checkpoint || part.whole) {
        continue;
      }
      await this.#removeSpool(record);
    }
    for (const file of manifest.partitions()) {
      const path = this.#path(file.name);
      // The program was stopped while it named files.
      if (file.next && await isIntact(path, file.next)) file.whole = file.next;
      delete file.next;
      delete file.isLost;
      if (file.whole && await isIntact(path, file.whole)) continue;
      if (file.whole) this.#readAgain(file.name);
      const isThere = file.whole !== undefined && await exists(path);
      if (isThere && !settings.isSynced) {
        file.isLost = true; // the archive may have all of it still
        continue;
      }
      manifest.dropPartition(file);
      if (isThere) await putAside(asides, directory, file.name, CHANGED);
      else if (file.whole && settings.isSynced) {
        asides.warn(`${file.name} is gone: it is read again`);
      }
    }
  }

  /** The file with the last rows of a series. */
  readonly fileOf = (record: SeriesRecord): string | undefined => {
    if (record.last === undefined) return undefined;
    const path = this.#pathOf(folderOf(record), record.last);
    return this.#options.manifest.partition(path)?.name;
  };

  /** Adds the rows to a mirror that an earlier run has read, and no more. */
  async begin(): Promise<ExportedFile[]> {
    const { manifest, settings } = this.#options;
    if (!settings.isSynced) return [];
    const waiting = [...manifest.records()].filter(({ part }) => part?.whole);
    const files: ExportedFile[] = [];
    for (const records of Map.groupBy(waiting, folderOf).values()) {
      const intact: SeriesRecord[] = [];
      for (const record of records) {
        const { name, begin, whole } = record.part!;
        if (await isIntact(this.#path(name), whole!)) intact.push(record);
        else {
          record.again = Math.min(record.again ?? begin, begin);
          delete record.part;
        }
      }
      if (intact.length > 0) files.push(...await this.#publish(intact));
    }
    await manifest.save();
    if (await this.clear()) await manifest.save();
    return files;
  }

  /** Of an event type, all files have the same name. */
  choose(): void {}

  /** Nothing is to be done for one series alone. */
  async recover(): Promise<void> {}

  /**
   * Writes the files of an event type. Those of an export wait until all series
   * are read, or a second run got no further.
   */
  async publish(
    members: readonly Member[],
    failed: Failed,
  ): Promise<ExportedFile[]> {
    const { asides, settings } = this.#options;
    const failures = members.map(({ record }) => record)
      .filter(({ state }) => state === "failed");
    const isMissing = failures.some((record) =>
      this.#failedAt.get(record) !== rowsIn(record)
    );
    const whole = members.filter(({ record }) => record.part?.whole);
    if (isMissing && whole.length > 0 && !settings.isSynced) {
      const { eventType } = whole[0]!.record;
      asides.warn(
        `${
          oneLine(eventType, 300)
        }: its files wait for series that failed; a run with --resume that gets no further writes them without`,
      );
      return [];
    }
    try {
      const files = whole.length > 0
        ? await this.#publish(whole.map(({ record }) => record))
        : [];
      if (failures.length === 0) await this.#giveUp(members[0]!.record);
      return files;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      failed(whole, error);
      return [];
    }
  }

  /** Nothing is left to do. */
  async settleNames(): Promise<void> {}

  /** Removes the spools of rows that are in files which the manifest knows. */
  async clear(): Promise<boolean> {
    const spent = this.#spent.splice(0);
    for (const record of spent) await this.#removeSpool(record);
    return spent.length > 0;
  }

  async #publish(records: readonly SeriesRecord[]): Promise<ExportedFile[]> {
    const drafts: Draft[] = [];
    try {
      await this.#write(records, drafts);
    } catch (error) {
      for (const { name } of drafts) {
        await Deno.remove(this.#path(`${name}.partial`)).catch(() => {});
      }
      throw error;
    }
    if (drafts.length > 0) await this.#name(drafts);
    for (const record of records) {
      record.state = "complete";
      delete record.error;
      const { name, begin } = record.part!;
      record.part = { name, begin }; // until it is removed
      this.#spent.push(record);
    }
    return drafts.map(({ name, whole }) => ({ name, ...whole }));
  }

  /** Writes the files that get rows from spools, unless they stay the same. */
  async #write(
    records: readonly SeriesRecord[],
    drafts: Draft[],
  ): Promise<void> {
    const { manifest, partition } = this.#options;
    const collect = await garbageCollector();
    const folder = folderOf(records[0]!);
    const spools: SpoolReader[] = [];
    for (const { part } of records) {
      spools.push(await SpoolReader.open(this.#path(part!.name)));
    }
    spools.sort(bySeries);
    const write = async (second: number, end: number) => {
      const path = this.#pathOf(folder, second);
      const draft = await this.#writeOne(path, { spools, end, collect });
      collect();
      if (draft) drafts.push(draft);
      await manifest.saveIfDue(); // other series are being read
    };
    for (;;) {
      const second = spools.reduce(
        (least, spool) => Math.min(least, spool.second),
        Infinity,
      );
      if (second === Infinity) break;
      const end = nextPartition(second, partition);
      await write(second, Number.isNaN(end) ? Infinity : end);
    }
    if (spools.some(({ timeless }) => timeless > 0)) await write(NaN, NaN);
  }

  async #writeOne(
    wanted: string,
    sources: Omit<PartitionSources, "before">,
  ): Promise<Draft | undefined> {
    const known = this.#options.manifest.partition(wanted);
    const name = known?.name ?? wanted;
    const draft = this.#path(`${name}.partial`);
    const before = known?.whole && !known.isLost ? this.#path(name) : undefined;
    const whole = await writePartition(draft, { before, ...sources })
      .catch((error) => {
        if (!(error instanceof NotWholeError)) throw error;
        throw new StorageError(`cannot read ${this.#path(name)}`, error);
      });
    const isSame = known?.whole?.sha256 === whole.sha256 && !known.isLost;
    if (!isSame) return { name, whole };
    await Deno.remove(draft);
    return undefined;
  }

  /**
   * Names files. Whenever the program is stopped, the manifest on the disk says
   * what each of them may be.
   */
  async #name(drafts: readonly Draft[]): Promise<void> {
    const { asides, manifest, settings } = this.#options;
    for (const { name, whole } of drafts) {
      const known = manifest.partition(name);
      if (known) known.next = whole;
      else manifest.putPartition({ name, next: whole });
    }
    await manifest.save();
    const directories = new Set<string>();
    for (const { name, whole } of drafts) {
      const path = this.#path(name);
      const { isLost, whole: before } = manifest.partition(name)!;
      const isUnknown = settings.isSynced && before === undefined &&
        await exists(path);
      if (isUnknown) {
        const why = "is not in the manifest";
        await putAside(asides, settings.directory, name, why);
      }
      if (isLost && whole.rows < before!.rows) await this.#keep(name);
      await renameOnly(`${path}.partial`, path);
      directories.add(path).add(dirname(path)).add(dirname(dirname(path)));
    }
    for (const path of directories) await syncDirectoryOf(path);
    for (const { name, whole } of drafts) {
      manifest.putPartition({ name, whole });
    }
  }

  /** Keeps changed files of which the archive has nothing any more. */
  async #giveUp(record: SeriesRecord): Promise<void> {
    const { manifest } = this.#options;
    const folder = `${folderOf(record)}/`.toLowerCase();
    for (const file of manifest.partitions()) {
      if (!file.isLost || !file.name.toLowerCase().startsWith(folder)) continue;
      await this.#keep(file.name);
      manifest.dropPartition(file);
    }
  }

  async #keep(name: string): Promise<void> {
    const { asides, settings } = this.#options;
    const why = `${CHANGED}, and the archive has less by now`;
    await putAside(asides, settings.directory, name, why);
  }

  /** Has the rows of a lost file read again, of all series. */
  #readAgain(name: string): void {
    const { manifest, window } = this.#options;
    const begin = beginOfFolder(name);
    const from = Number.isNaN(begin) ? window.start : begin;
    const folder = name.split("/")[0]!.toLowerCase();
    for (const record of manifest.records()) {
      if (folderOf(record).toLowerCase() !== folder) continue;
      const { part } = record;
      if (part && part.begin <= from) continue; // they are in the spool
      if (part && !part.whole) delete record.part;
      if (record.last === undefined) continue;
      record.again = Math.min(record.again ?? from, from);
    }
  }

  async #removeSpool(record: SeriesRecord): Promise<void> {
    await Deno.remove(this.#path(record.part!.name)).catch(() => {});
    delete record.part;
  }

  /** The path of a file in the directory. */
  #pathOf(folder: string, second: number): string {
    const place = nameOfPartition(second, this.#options.partition);
    return `${folder}/${place}/${this.#fileName}`;
  }

  #path(name: string): string {
    return join(this.#options.settings.directory, name);
  }
}

/** How many rows have come of a series that is not complete. */
function rowsIn({ part }: SeriesRecord): number {
  return part?.checkpoint?.rows ?? 0;
}

function bySeries({ lead: one }: SpoolReader, { lead: other }: SpoolReader) {
  const [series, another] = [seriesOf(one), seriesOf(other)];
  return series < another ? -1 : series > another ? 1 : 0;
}

/** The folder of the event type of a series. */
function folderOf({ eventType }: Pick<SeriesRecord, "eventType">): string {
  return `event_type=${safePart(eventType)}`;
}
