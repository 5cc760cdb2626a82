/**
 * Gives complete files their names.
 *
 * @module
 */

import { join } from "@std/path";
import { SeriesRows, typesOf } from "../output/rows.ts";
import type { ExportSettings } from "./settings.ts";
import type { Manifest } from "./manifest.ts";
import {
  extensionOf,
  fileNames,
  keyedName,
  safePart,
  type WantedName,
} from "./names.ts";
import { writeParquet } from "./parquet_files.ts";
import { isIntact, StorageError, storing } from "./part.ts";
import type { Job } from "./plan.ts";
import type { ExportedFile, SeriesRecord } from "./record.ts";

/** A series, and what is known of it. */
export interface Member {
  /** What it is. */
  job: Job;
  /** What is known of it. */
  record: SeriesRecord;
}

/** What publishing depends on. */
export interface PublisherOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** What there is, and which names are taken. */
  manifest: Manifest;
  /** Told of a file that could not get its name. */
  failed(member: Member, error: StorageError): void;
}

/** Gives complete files their names. */
export class Publisher {
  readonly #options: PublisherOptions;

  /** Publishes nothing yet. */
  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /**
   * Names the files of series that would share a name, once all of them are
   * read: only then it is known which of them have data.
   *
   * @returns The files that are new, in the order of the series.
   */
  async publish(members: readonly Member[]): Promise<string[]> {
    const { failed, settings } = this.#options;
    const named = members.filter(({ record }) =>
      record.state === "failed" || record.part?.whole || record.files?.length
    );
    const names = fileNames(
      named.map(({ job }): WantedName => ({ stem: job.stem, key: job.key })),
      extensionOf(settings),
    );
    const written: string[] = [];
    for (const [index, member] of named.entries()) {
      if (!member.record.part?.whole) continue;
      try {
        const files = await this.#name(member, names[index]!);
        written.push(...files.map(({ name }) => name));
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        failed(member, error);
      }
    }
    return written;
  }

  /** Renames a file, or makes Parquet files of the spool that it is. */
  async #name({ job, record }: Member, free: string): Promise<ExportedFile[]> {
    const { manifest, settings } = this.#options;
    const { name: draft, whole, settled } = record.part!;
    const name = record.name ??= manifest.takeName(free)
      ? free
      : keyedName(job, extensionOf(settings));
    const isSame = settings.isSynced && await this.#isSame(record);
    let files: ExportedFile[];
    if (settings.format === "parquet") {
      files = await this.#makeParquet(job, draft, name);
    } else {
      files = [{ name, ...whole! }];
      if (!isSame) await this.#rename(draft, name);
    }
    const made = new Set(files.map((file) => file.name));
    const before = record.files?.filter((file) => !made.has(file.name)) ?? [];
    record.files = [...before, ...files];
    delete record.error;
    record.state = "complete";
    if (settled) record.settled = settled;
    await dropPart(record, settings.directory);
    return isSame ? [] : files;
  }

  async #rename(draft: string, name: string): Promise<void> {
    const path = this.#path(name);
    await storing(
      `cannot write ${path}`,
      () => Deno.rename(this.#path(draft), path),
    );
  }

  /** Whether a file came out as the one before, which can stay then. */
  async #isSame({ files, part }: SeriesRecord): Promise<boolean> {
    const [before] = files ?? [];
    return before !== undefined && before.sha256 === part!.whole!.sha256 &&
      await isIntact(this.#path(before.name), before);
  }

  async #makeParquet(
    job: Job,
    spool: string,
    name: string,
  ): Promise<ExportedFile[]> {
    const { directory, hostnames, partition } = this.#options.settings;
    const { request, subject } = job;
    return await writeParquet(this.#path(spool), {
      directory,
      partition,
      rows: await SeriesRows.create(subject, request, hostnames),
      types: typesOf(request),
      nameOf: (folder) =>
        folder === ""
          ? name
          : `event_type=${safePart(request.eventType)}/${folder}/${name}`,
    });
  }

  #path(name: string): string {
    return join(this.#options.settings.directory, name);
  }
}

/** Removes the file that is not complete. */
export async function dropPart(
  record: SeriesRecord,
  directory: string,
): Promise<void> {
  if (record.part === undefined) return;
  await Deno.remove(join(directory, record.part.name)).catch(() => {});
  delete record.part;
}
