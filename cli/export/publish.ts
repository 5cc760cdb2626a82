/**
 * Gives complete files their names.
 *
 * @module
 */

import { existsSync } from "node:fs"; // makes no error of what is not there
import { join } from "@std/path";
import type { ExportSettings } from "./settings.ts";
import { type Asides, exists, putAside } from "./aside.ts";
import { MANIFEST, type Manifest } from "./manifest.ts";
import {
  extensionOf,
  fileNames,
  keyedName,
  partialName,
  spoolOf,
  type WantedName,
} from "./names.ts";
import { isIntact, renameOnly, StorageError, syncDirectoryOf } from "./part.ts";
import type { Failed, Member, Publishing } from "./publishing.ts";
import type { ExportedFile, SeriesRecord } from "./record.ts";

/** What publishing depends on. */
export interface PublisherOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** What there is, and which names are taken. */
  manifest: Manifest;
  /** Counts files that are put aside. */
  asides: Asides;
}

/** Gives each series a file of its own. */
export class Publisher implements Publishing {
  readonly #options: PublisherOptions;
  /** Whether there are new names in the directory. */
  #isRenamed = false;

  /** Publishes nothing yet. */
  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Series are recovered one by one. */
  begin(): Promise<ExportedFile[]> {
    return Promise.resolve([]);
  }

  /**
   * Chooses names for the files of series that would share one, once all of
   * them are read: only then it is known which of them have data.
   */
  choose(members: readonly Member[]): void {
    const { manifest, settings } = this.#options;
    const extension = extensionOf(settings);
    const named = members.filter(({ record }) =>
      record.state === "failed" || record.part?.whole || record.files?.length
    );
    const names = fileNames(
      named.map(({ job }): WantedName => ({ stem: job.stem, key: job.key })),
      extension,
    );
    for (const [index, { job, record }] of named.entries()) {
      if (!record.part?.whole) continue;
      record.name ??= manifest.takeName(names[index]!)
        ? names[index]!
        : keyedName(job, extension);
    }
  }

  /** Names the files, in the order of the series. */
  async publish(
    members: readonly Member[],
    failed: Failed,
  ): Promise<ExportedFile[]> {
    const written: ExportedFile[] = [];
    for (const member of members) {
      if (!member.record.part?.whole) continue;
      try {
        written.push(...await this.#name(member));
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        failed([member], error);
      }
    }
    return written;
  }

  /**
   * Names the file of a series whose name a manifest on the disk says already:
   * an earlier run was stopped just then.
   */
  async recover({ job, record }: Member): Promise<void> {
    const { name, part } = record;
    if (name === undefined || part?.whole === undefined) return;
    if (await isIntact(this.#path(part.name), part.whole)) {
      await this.#name({ job, record });
    } else if (await isIntact(this.#path(name), part.whole)) {
      this.#complete(record, [{ name, ...part.whole }]);
      delete record.part;
    }
  }

  /** Makes sure that the names are on the disk. */
  async settleNames(): Promise<void> {
    if (!this.#isRenamed) return;
    this.#isRenamed = false;
    await syncDirectoryOf(this.#path(MANIFEST));
  }

  /** Nothing is left. */
  clear(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async #name({ record }: Member): Promise<ExportedFile[]> {
    const { settings } = this.#options;
    const { name: draft, whole } = record.part!;
    const name = record.name!;
    const isSame = settings.isSynced && await this.#isSame(record);
    if (!settings.isSynced) await this.#keepLonger(record);
    let files: ExportedFile[];
    if (isSame) {
      files = record.files!;
      await Deno.remove(this.#path(draft));
    } else {
      files = [{ name, ...whole! }];
      await this.#keepUnknown(record, files[0]!);
      await renameOnly(this.#path(draft), this.#path(name));
      this.#isRenamed = true;
    }
    if (settings.format === "parquet") await this.#removeSpool(draft);
    this.#complete(record, files);
    delete record.part;
    return isSame ? [] : files;
  }

  /**
   * Keeps files that were complete once, and are damaged now, where the archive
   * has no longer as much.
   */
  async #keepLonger({ files = [], part }: SeriesRecord): Promise<void> {
    const { asides, settings } = this.#options;
    const rows = files.reduce((sum, { rows }) => sum + rows, 0);
    if (part!.whole!.rows >= rows) return;
    for (const file of files) {
      const path = this.#path(file.name);
      if (!await exists(path) || await isIntact(path, file)) continue;
      await putAside(
        asides,
        settings.directory,
        file.name,
        "has changed since it was written, and the archive has less by now",
      );
    }
  }

  /** Puts a file aside that a mirror does not know, unless it is this one. */
  async #keepUnknown(record: SeriesRecord, file: ExportedFile): Promise<void> {
    const { asides, settings } = this.#options;
    const { name } = file;
    const isKnown = record.files?.some((each) => each.name === name);
    if (!settings.isSynced || isKnown || !await exists(this.#path(name))) {
      return;
    }
    if (await isIntact(this.#path(name), file)) return;
    await putAside(asides, settings.directory, name, "is not in the manifest");
  }

  #complete(record: SeriesRecord, files: ExportedFile[]): void {
    const isSame = files === record.files;
    const made = new Set(files.map((file) => file.name));
    const before = record.files?.filter((file) => !made.has(file.name)) ?? [];
    record.files = [...before, ...files];
    delete record.error;
    record.state = "complete";
    // Compressed, the same text may be cut elsewhere.
    if (isSame && record.part?.settled?.gzip) return;
    if (record.part?.settled) record.settled = record.part.settled;
    else delete record.settled;
  }

  /** Whether a file came out as the one before, which can stay then. */
  async #isSame({ files, part }: SeriesRecord): Promise<boolean> {
    const [before] = files ?? [];
    const { isGzipped } = this.#options.settings;
    if (before === undefined) return false;
    const path = this.#path(before.name);
    if (!await isIntact(path, before)) return false;
    return before.sha256 === part!.whole!.sha256 || isGzipped &&
        await textOf(path) === await textOf(this.#path(part!.name));
  }

  /** Few series have a spool; the manifest knows what was made of it. */
  async #removeSpool(draft: string): Promise<void> {
    const path = this.#path(spoolOf(draft));
    if (existsSync(path)) await Deno.remove(path).catch(() => {});
  }

  #path(name: string): string {
    return join(this.#options.settings.directory, name);
  }
}

/** What tells compressed texts apart: their checksum and size. */
async function textOf(path: string): Promise<string> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const end = new Uint8Array(Math.min(8, size));
  await file.seek(-end.length, Deno.SeekMode.End);
  await file.read(end);
  return end.join();
}

/**
 * Removes the file that is not complete, also one that the manifest does not
 * know: a run may have been killed before it did, or after it no longer had to.
 */
export async function dropPart(
  { job, record }: Member,
  settings: Pick<ExportSettings, "directory" | "format" | "isGzipped">,
): Promise<void> {
  const own = partialName(job, extensionOf(settings));
  const names = new Set([own, record.part?.name ?? own]);
  if (settings.format === "parquet") names.add(spoolOf(own));
  for (const name of names) {
    await Deno.remove(join(settings.directory, name)).catch(() => {});
  }
  delete record.part;
}
