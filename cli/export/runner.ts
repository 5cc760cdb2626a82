/**
 * Carries out an export: several series at a time, each to a file that gets its
 * name when it is complete.
 *
 * @module
 */

import { join } from "@std/path";
import { ArchiveHttpError } from "../../mod.ts";
import { Failures } from "../query/failures.ts";
import {
  fileNames,
  keyedName,
  partialName,
  safePart,
  type WantedName,
} from "./names.ts";
import { oneLine } from "../io.ts";
import type { FailedSeries, ProgressState } from "./progress.ts";
import { columnsOf, SeriesRows, typesOf } from "../output/rows.ts";
import type { Settings } from "../query/settings.ts";
import { Draft, type DraftOptions } from "./draft.ts";
import type {
  ExportedFile,
  Manifest,
  Part,
  SeriesRecord,
  Settled,
  Window,
} from "./manifest.ts";
import { garbageCollector } from "./memory.ts";
import { writeParquet } from "./parquet_files.ts";
import { isIntact, PartFile, StorageError, storing } from "./part.ts";
import { beginOf } from "./partition.ts";
import type { Job } from "./plan.ts";

/** How long what is on disk of a series may be behind, in ms. */
const LAG = 2000;

/** What an export needs. */
export interface ExportOptions {
  /** What was asked for. */
  settings: Settings;
  /** The window of time. */
  window: Window;
  /** What was written before, and is written now. */
  manifest: Manifest;
  /**
   * Fires when no new request is to begin: what has arrived by then is kept to
   * go on from.
   */
  signal: AbortSignal;
  /** Counts what is done. */
  progress: ProgressState;
  /** Told, a line each, what an operator has to know. */
  warn(line: string): void;
  /** Told the name of each file that is complete, in the order of the plan. */
  written(name: string): Promise<void>;
}

/**
 * Series whose files would share a name: which of them have data shows only
 * when all are read.
 */
interface Group {
  members: Member[];
  /** How many are not read yet. */
  left: number;
  /** The files that it got, when it has them. */
  names?: string[];
}

/** A series, and what is known of it. */
interface Member {
  job: Job;
  record: SeriesRecord;
  group: Group;
}

/** How a series is read into its file. */
interface Reading {
  /** The first second that is asked for. */
  start: number;
  /** The first second that the file has points of. */
  begin: number;
  /** The name of the file, as long as it is not complete. */
  name: string;
  /** The file, once there is something for it. */
  draft?: Draft;
  /** Begins it. */
  open(): Promise<Draft>;
}

/** What a file was to be gone on with is gone. */
class StartOver extends Error {}

/** One export. */
export class Export {
  /** What could not be read, and why. */
  readonly failed: FailedSeries[] = [];
  readonly #options: ExportOptions;
  readonly #failures = new Failures();
  readonly #groups: Group[];
  #collect = () => {};
  #told = 0;
  #telling: Promise<void> = Promise.resolve();

  /** Begins with what is to be read; nothing is asked for yet. */
  constructor(groups: readonly (readonly Job[])[], options: ExportOptions) {
    this.#options = options;
    this.#groups = groups.map((jobs) => {
      const group: Group = { members: [], left: jobs.length };
      group.members = jobs.map((job) => ({
        job,
        record: options.manifest.record(job.key, job.request.eventType),
        group,
      }));
      return group;
    });
    for (const { left } of this.#groups) options.progress.series += left;
  }

  /**
   * Reads everything, or as much of it as there is any use in trying; what is
   * complete has its name then.
   *
   * @throws What ended it early.
   */
  async run(): Promise<void> {
    const { manifest, settings } = this.#options;
    await manifest.save();
    this.#collect = await garbageCollector();
    try {
      await settings.connection.forEachSeries(
        this.#members(),
        (member) => this.#exportOne(member),
      );
    } finally {
      await this.#telling;
      await manifest.save();
    }
  }

  *#members(): Generator<Member, void, void> {
    for (const { members } of this.#groups) yield* members;
  }

  async #exportOne(member: Member): Promise<void> {
    const { manifest, progress, settings } = this.#options;
    progress.active = (progress.active ?? 0) + 1;
    try {
      if (await this.#isDone(member)) progress.skipped++;
      else await this.#readSafely(member);
      progress.done++;
    } finally {
      progress.active--;
      progress.retries = settings.connection.statistics.retries;
    }
    if (--member.group.left === 0) await this.#publish(member.group);
    await manifest.saveIfDue();
  }

  /**
   * Whether nothing is left to be done for a series but, at most, to give its
   * file a name.
   */
  async #isDone({ record }: Member): Promise<boolean> {
    const { end = -Infinity, state, part, files = [] } = record;
    if (end < this.#options.window.end) return false;
    if (state === "empty" || state === "unserved") return true;
    if (state === "complete") {
      if (await this.#firstDamaged(files) !== undefined) return false;
      // what a run that was killed just then could not remove
      await this.#drop(record);
      return true;
    }
    return part?.whole !== undefined &&
      await isIntact(this.#path(part.name), part.whole);
  }

  /** The first file that is gone, or not what it was. */
  async #firstDamaged(
    files: readonly ExportedFile[],
  ): Promise<ExportedFile | undefined> {
    for (const file of files) {
      if (!await isIntact(this.#path(file.name), file)) return file;
    }
    return undefined;
  }

  /** Reads a series; if that fails, others may be read all the same. */
  async #readSafely(member: Member): Promise<void> {
    const reading = await this.#begin(member);
    try {
      await this.#read(member, reading);
      this.#failures.none();
    } catch (error) {
      if (error instanceof StartOver) return await this.#readSafely(member);
      await this.#keep(member, reading);
      this.#fail(member, error);
    } finally {
      reading.draft?.close();
    }
  }

  /**
   * Where reading a series begins: where it once broke off, behind what later
   * data cannot change, or at the beginning.
   */
  async #begin({ job, record }: Member): Promise<Reading> {
    const { settings, window } = this.#options;
    const { hostnames, overlap, partition } = settings;
    const { request, stem, key, subject } = job;
    const read = (end: number) =>
      Math.max(
        window.start,
        beginOf(end + 1 - overlap, partition, request.summaryWindow),
      );
    const options: DraftOptions = {
      ...settings,
      columns: columnsOf(request),
      rows: await SeriesRows.create(subject, request, hostnames),
      settlesAt: settings.isSynced ? read(window.end) : Infinity,
    };
    const { state, part, settled, files = [] } = record;
    const name = part?.name ??
      partialName({ stem, key }, extensionOf(settings, true));
    const path = this.#path(name);
    const anew = async () => Draft.open(await PartFile.create(path), options);
    const from = (begin: number, open = anew): Reading => ({
      start: begin,
      begin,
      name,
      open,
    });
    if (part !== undefined) {
      const resumed = await this.#resume(part, options);
      if (resumed !== undefined) return { ...from(part.begin), ...resumed };
    }
    if (state === "empty" && record.end !== undefined) {
      return from(read(record.end));
    }
    if (settled === undefined || files.length === 0) return from(window.start);
    const damaged = await this.#firstDamaged(files);
    if (damaged !== undefined) {
      this.#options.warn(`${damaged.name} is not what it was: it is read anew`);
      delete record.settled;
      return from(window.start);
    }
    if (settings.format === "parquet") {
      options.pointsBefore = settled.points;
      return from(settled.before);
    }
    return {
      ...from(
        window.start,
        () => this.#copy(files[0]!, settled, path, options),
      ),
      start: settled.before,
    };
  }

  /** Goes on with what there is of a file, if it is what it was. */
  async #resume(
    { name, whole, checkpoint, settled }: Part,
    options: DraftOptions,
  ): Promise<Pick<Reading, "start" | "draft"> | undefined> {
    // What was whole, but for a window that has grown since, is gone on with
    // behind what is settled of it.
    const from = whole ? settled : checkpoint;
    if (from === undefined) return undefined;
    const file = await PartFile.resume(this.#path(name), from);
    if (file === undefined) return undefined; // as if it had never been begun
    const draft = await Draft.open(file, options, from, settled);
    return { draft, start: whole ? settled!.before : from.second };
  }

  /** Goes on with a copy of what later data cannot change of a file. */
  async #copy(
    { name }: ExportedFile,
    settled: Settled,
    path: string,
    options: DraftOptions,
  ): Promise<Draft> {
    const file = await PartFile.copy(this.#path(name), settled, path);
    if (file !== undefined) return await Draft.open(file, options, settled);
    this.#options.warn(`${name} is not what it was: it is read anew`);
    throw new StartOver();
  }

  /** Reads a series into its file. */
  async #read(member: Member, reading: Reading): Promise<void> {
    const { job, record } = member;
    const { progress, window } = this.#options;
    const pages = job.series.streamPages({
      timeStart: reading.start,
      timeEnd: window.end,
    });
    let nextKeep = Date.now() + LAG;
    for await (const page of pages) {
      if (page.length === 0) continue;
      reading.draft ??= await this.#open(member, reading);
      const { bytes } = reading.draft;
      await reading.draft.write(page);
      this.#collect();
      progress.points += page.length;
      progress.bytes += reading.draft.bytes - bytes;
      if (Date.now() < nextKeep) continue;
      await this.#keep(member, reading);
      await this.#options.manifest.saveIfDue();
      nextKeep = Date.now() + LAG;
    }
    await this.#finish(record, reading);
    record.end = window.end;
    delete record.error;
  }

  async #open(member: Member, reading: Reading): Promise<Draft> {
    try {
      return await reading.open();
    } catch (error) {
      if (error instanceof StartOver) delete member.record.settled;
      throw error;
    }
  }

  /** All of a series has arrived. */
  async #finish(
    record: SeriesRecord,
    { begin, draft, name }: Reading,
  ): Promise<void> {
    if (draft === undefined) {
      await this.#drop(record);
      record.state = record.files?.length ? "complete" : "empty";
      return;
    }
    const { bytes } = draft;
    const whole = await draft.finish();
    this.#options.progress.bytes += whole.bytes - bytes;
    const { settled } = draft;
    record.state = "pending";
    record.points = draft.points;
    record.part = { name, begin, whole, ...(settled ? { settled } : {}) };
  }

  /** Notes how far a file goes, so that it can be gone on with. */
  async #keep({ record }: Member, reading: Reading): Promise<void> {
    const { begin, draft, name } = reading;
    // the disk may be full: then the one before holds
    const checkpoint = await draft?.checkpoint().catch(() => undefined);
    if (draft === undefined || checkpoint === undefined) return;
    const { settled } = draft;
    record.part = { name, begin, checkpoint, ...(settled ? { settled } : {}) };
  }

  /** Removes what there is of a file that is not complete. */
  async #drop(record: SeriesRecord): Promise<void> {
    if (record.part === undefined) return;
    await Deno.remove(this.#path(record.part.name)).catch(() => {});
    delete record.part;
  }

  /**
   * A series could not be read.
   *
   * @throws The error, if there is no use in trying others.
   */
  #fail(member: Member, error: unknown): void {
    const { job, record } = member;
    const { warn } = this.#options;
    if (isUnserved(error)) {
      record.state = "unserved";
      record.end = this.#options.window.end;
      warn(
        `skipped: ${named(job.test)} announces ${
          named(job.request.eventType)
        }, but the archive does not serve it`,
      );
      return;
    }
    if (this.#options.signal.aborted) throw error;
    const kept = record.part && this.#path(record.part.name);
    const what = kept ? `what had arrived is in ${kept}` : "no file";
    try {
      this.#failures.take(error);
    } catch (final) {
      if (kept) warn(`incomplete, ${what}: ${nameOf(job)}`);
      throw final;
    }
    const why = (error as Error).message;
    record.state = "failed";
    this.#countFailure(member, why);
    warn(`incomplete, ${what}: ${nameOf(job)}: ${why}`);
  }

  #countFailure({ job, record }: Member, why: string): void {
    record.error = why;
    this.#options.progress.failed++;
    this.failed.push({ which: nameOf(job), why: oneLine(why) });
  }

  /** Gives the files of a group their names. */
  async #publish(group: Group): Promise<void> {
    const { settings } = this.#options;
    const named = group.members.filter(({ record }) =>
      record.state === "failed" || record.part?.whole || record.files?.length
    );
    const extension = extensionOf(settings);
    const names = fileNames(
      named.map(({ job }): WantedName => ({ stem: job.stem, key: job.key })),
      extension,
    );
    const written: string[] = [];
    for (const [index, member] of named.entries()) {
      if (!member.record.part?.whole) continue;
      try {
        const files = await this.#name(member, names[index]!);
        written.push(...files.map(({ name }) => name));
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        this.#countFailure(member, error.message);
        this.#options.warn(error.message);
      }
    }
    this.#options.progress.files += written.length;
    group.names = written;
    group.members = []; // of large exports that is most of what is in memory
    this.#telling = this.#telling.then(() => this.#tell());
    await this.#telling;
  }

  /** Gives a file its name, or makes those of it that it is the spool of. */
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
    await this.#drop(record);
    return isSame ? [] : files;
  }

  async #rename(draft: string, name: string): Promise<void> {
    const path = this.#path(name);
    await storing(
      `cannot write ${path}`,
      () => Deno.rename(this.#path(draft), path),
    );
  }

  /** Whether a file has come out as the one before, which can stay then. */
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

  /** Tells of the files of all groups up to the first that is not read yet. */
  async #tell(): Promise<void> {
    for (
      let group = this.#groups[this.#told];
      group?.names;
      group = this.#groups[++this.#told]
    ) {
      for (const name of group.names) await this.#options.written(name);
    }
  }

  #path(name: string): string {
    return join(this.#options.settings.directory, name);
  }
}

/** What a series is called in messages. */
function nameOf({ request, test }: Job): string {
  return `${named(request.eventType)} of ${named(test)}`;
}

/** What an archive calls something, for a person: it may be of any length. */
function named(name: string): string {
  return oneLine(name, 300);
}

/**
 * How the name of a file ends; `isPart` if it is that of what a file is made
 * from.
 */
function extensionOf(
  { format, isGzipped }: Settings,
  isPart = false,
): string {
  if (format === "parquet" && isPart) return "parquet.spool";
  return isGzipped ? `${format}.gz` : format;
}

/**
 * Whether elmond refuses an event type that it announces itself: there is
 * nothing to be had, ever.
 */
function isUnserved(error: unknown): boolean {
  return error instanceof ArchiveHttpError && error.status === 400 &&
    /^(Unrecognized|Unsupported) event type/.test(error.detail);
}
