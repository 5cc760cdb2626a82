/**
 * The manifest of an export: what was asked for, and what is there of it.
 * `docs/export.md` describes the file.
 *
 * @module
 */

import { join } from "@std/path";
import { UsageError } from "../errors.ts";
import { BufferedSink, type TextSink } from "../io.ts";
import { VERSION } from "../version.ts";
import type { ExportQuery } from "./export_query.ts";
import { createFile, rename, storing } from "./part.ts";
import {
  isPartitionFile,
  isRecord,
  type PartitionFile,
  type SeriesRecord,
} from "./record.ts";

/** The name of the file. */
export const MANIFEST = "esmond-ps-manifest.json";

const FORMAT = "esmond-ps manifest";
const FORMAT_VERSION = 1;

/** A window of time, in seconds since 1970 UTC, both ends included. */
export interface ExportWindow {
  /** The first second. */
  start: number;
  /** The last second. */
  end: number;
}

/** What a manifest holds. */
export interface ManifestContent {
  /** What was asked for. */
  query: ExportQuery;
  /** The window of time. */
  window: ExportWindow;
  /** What became of each series. */
  series: SeriesRecord[];
  /** The files of a dataset. */
  partitions?: PartitionFile[];
}

/**
 * The least time between two writes, in ms, and as a multiple of how long one
 * takes.
 */
const SAVE_LAG = 500;
const SAVE_LAG_FACTOR = 50;

/** Keeps the manifest of an export on disk. */
export class Manifest {
  readonly #directory: string;
  readonly #content: ManifestContent;
  readonly #records = new Map<string, SeriesRecord>();
  readonly #partitions = new Map<string, PartitionFile>();
  readonly #names = new Set<string>();
  #dueAt = 0;
  #saving: Promise<void> | undefined;

  /** Begins with what is known already. */
  constructor(directory: string, content: ManifestContent) {
    this.#directory = directory;
    this.#content = content;
    for (const record of content.series) {
      this.#records.set(idOf(record.key, record.eventType), record);
      if (record.name !== undefined) this.takeName(record.name);
    }
    for (const file of content.partitions ?? []) this.putPartition(file);
  }

  /** What is known of a series; a new record if nothing is. */
  record(key: string, eventType: string): SeriesRecord {
    const id = idOf(key, eventType);
    const known = this.#records.get(id);
    if (known !== undefined) return known;
    const record: SeriesRecord = { key, eventType, state: "pending" };
    this.#records.set(id, record);
    return record;
  }

  /** Takes a name for a file; says whether no other series has it. */
  takeName(name: string): boolean {
    const shared = name.toLowerCase(); // as some file systems see it
    if (this.#names.has(shared)) return false;
    this.#names.add(shared);
    return true;
  }

  /** Whether no series has a name. */
  isFree(name: string): boolean {
    return !this.#names.has(name.toLowerCase());
  }

  /** All that is known. */
  records(): Iterable<SeriesRecord> {
    return this.#records.values();
  }

  /** The files of a dataset. */
  partitions(): PartitionFile[] {
    return [...this.#partitions.values()];
  }

  /** The file of a dataset that has a path, as some file systems see it. */
  partition(name: string): PartitionFile | undefined {
    return this.#partitions.get(name.toLowerCase());
  }

  /** Notes a file of a dataset, in the place of what has its path. */
  putPartition(file: PartitionFile): void {
    this.#partitions.set(file.name.toLowerCase(), file);
  }

  /** Forgets a file of a dataset. */
  dropPartition({ name }: PartitionFile): void {
    this.#partitions.delete(name.toLowerCase());
  }

  /** Whether it is time to write it. */
  get isDue(): boolean {
    return this.#saving === undefined && Date.now() >= this.#dueAt;
  }

  /** Writes it if it is time to. */
  async saveIfDue(): Promise<void> {
    if (this.isDue) await this.save();
  }

  /**
   * Writes it in place of the one before.
   *
   * @throws {StorageError} when the disk does not take it.
   */
  async save(): Promise<void> {
    while (this.#saving) await this.#saving.catch(() => {});
    this.#saving = this.#write().finally(() => this.#saving = undefined);
    await this.#saving;
  }

  async #write(): Promise<void> {
    const begun = Date.now();
    const path = join(this.#directory, MANIFEST);
    const draft = join(this.#directory, `.${MANIFEST}.new`);
    await storing(`cannot write ${path}`, async () => {
      using file = await createFile(draft);
      const sink = new BufferedSink(file);
      const { query, window } = this.#content;
      const head = {
        format: FORMAT,
        version: FORMAT_VERSION,
        program: VERSION,
        query,
        window,
      };
      await sink.write(`${JSON.stringify(head).slice(0, -1)},"series":[`);
      await writeItems(this.#records.values(), sink);
      if (this.#partitions.size > 0) {
        await sink.write(`,"partitions":[`);
        await writeItems(this.#partitions.values(), sink);
      }
      await sink.write("}\n");
      await sink.flush();
      await file.sync();
    });
    await rename(draft, path);
    this.#dueAt = Date.now() +
      Math.max(SAVE_LAG, SAVE_LAG_FACTOR * (Date.now() - begun));
  }
}

async function writeItems(
  items: Iterable<unknown>,
  sink: TextSink,
): Promise<void> {
  let before = "\n";
  for (const item of items) {
    await sink.write(before + JSON.stringify(item));
    before = ",\n";
  }
  await sink.write("\n]");
}

/** A manifest that cannot be read. */
export class DamagedManifestError extends UsageError {
  /** Says so of a manifest. */
  constructor(readonly path: string) {
    super(
      `${path} is damaged: remove it to begin a new export, or choose another --output-directory`,
    );
  }
}

function idOf(key: string, eventType: string): string {
  return `${key}\n${eventType}`;
}

/**
 * Reads the manifest of a directory.
 *
 * @returns What it holds, or `undefined` if there is none.
 * @throws {UsageError} for one that is damaged, or of a later version of this
 * program.
 */
export async function readManifest(
  directory: string,
): Promise<ManifestContent | undefined> {
  const path = join(directory, MANIFEST);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
  const content = parse(text);
  if (
    content?.["format"] === FORMAT &&
    Number(content["version"]) > FORMAT_VERSION
  ) {
    throw new UsageError(
      `${path} was written by a later version of this program (${
        String(content["program"])
      }): use that, or another --output-directory`,
    );
  }
  if (!isManifest(content)) {
    throw new DamagedManifestError(path);
  }
  return content;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const content = JSON.parse(text);
    return typeof content === "object" && content !== null
      ? content
      : undefined;
  } catch {
    return undefined;
  }
}

function isManifest(content: unknown): content is ManifestContent {
  const { format, query, window, series, partitions = [] } =
    (content ?? {}) as Record<string, unknown>;
  const { start, end } = (window ?? {}) as Record<string, unknown>;
  return format === FORMAT && typeof query === "object" && query !== null &&
    Number.isSafeInteger(start) && Number.isSafeInteger(end) &&
    Array.isArray(series) && series.every(isRecord) &&
    Array.isArray(partitions) && partitions.every(isPartitionFile);
}
