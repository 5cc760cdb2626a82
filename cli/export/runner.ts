/**
 * Carries out an export: several series at a time, each to a file that gets its
 * name when it is complete.
 *
 * @module
 */

import { join } from "@std/path";
import { pagesOf } from "../../client/data.ts";
import { oneLine } from "../io.ts";
import { shownPage } from "../output/shown_page.ts";
import type { Unshown } from "../output/unshown.ts";
import { Failures, unservedNote } from "../query/failures.ts";
import type { ExportSettings } from "./settings.ts";
import type { Asides } from "./aside.ts";
import { type Beginning, beginSeries, StartOver } from "./begin.ts";
import type { ExportWindow, Manifest } from "./manifest.ts";
import { garbageCollector } from "./memory.ts";
import { isIntact } from "./part.ts";
import { type Job, nameOf } from "./plan.ts";
import type { ProgressState } from "./progress_line.ts";
import { dropPart, Publisher } from "./publish.ts";
import type { Failed, Member, Publishing } from "./publishing.ts";
import type { ExportedFile } from "./record.ts";
import type { FailedSeries } from "./report.ts";

/** The most time between two checkpoints of a series, in ms. */
const CHECKPOINT_INTERVAL = 2000;

/** What an export needs. */
export interface ExportOptions {
  /** What was asked for. */
  settings: ExportSettings;
  /** The window of time. */
  window: ExportWindow;
  /** The archive's clock, in seconds since 1970 UTC. */
  now: number;
  /** What was written before, and is written now. */
  manifest: Manifest;
  /**
   * Fires when no new request is to begin: what has arrived by then is kept and
   * can be resumed.
   */
  signal: AbortSignal;
  /** Counts what is done. */
  progress: ProgressState;
  /** Counts files that are put aside. */
  asides: Asides;
  /** Told of what the rows do not show. */
  unshown: Unshown;
  /** What becomes of complete series; a file for each if absent. */
  dataset?: Publishing | undefined;
  /** Told, a line each, what an operator has to know. */
  warn(line: string): void;
  /** Told the names of complete files, in the order of the plan. */
  written(names: readonly string[]): Promise<void>;
}

/** Series whose files would share a name: they are named together. */
interface Group {
  members: GroupMember[];
  /** How many are not read yet. */
  left: number;
  /** The names of its files, once they have them. */
  names?: string[];
}

interface GroupMember extends Member {
  /** The address of its archive. */
  archive: string;
  group: Group;
}

/** One export. */
export class Export {
  /** What could not be read, and why. */
  readonly failed: FailedSeries[] = [];
  readonly #options: ExportOptions;
  readonly #failures: Failures;
  readonly #groups: Group[];
  readonly #publisher: Publishing;
  #collect = () => {};
  /** Groups that are read, but whose files have no names yet. */
  #read: Group[] = [];
  #told = 0;
  /** Bytes of the files that have got their names. */
  #bytes = 0;
  #saving: Promise<void> | undefined;

  /** Plans what is to be read; nothing is requested yet. */
  constructor(groups: readonly (readonly Job[])[], options: ExportOptions) {
    this.#options = options;
    const { asides, dataset, manifest, progress, settings } = options;
    this.#failures = new Failures(settings.connection);
    this.#groups = groups.map((jobs) => {
      const group: Group = { members: [], left: jobs.length };
      group.members = jobs.map((job) => ({
        job,
        archive: job.archive,
        record: manifest.record(job.key, job.request.eventType),
        group,
      }));
      return group;
    });
    for (const { left } of this.#groups) progress.series += left;
    this.#publisher = dataset ?? new Publisher({ asides, settings, manifest });
  }

  /**
   * Reads everything, unless the archive turns out to be gone; what is complete
   * has its name then.
   *
   * @throws What ended it early.
   */
  async run(): Promise<void> {
    const { manifest, progress, settings } = this.#options;
    await manifest.save();
    this.#collect = await garbageCollector();
    try {
      const files = this.#count(await this.#publisher.begin());
      await this.#options.written(files.map(({ name }) => name));
      await settings.connection.forEachSeries(
        this.#members(),
        (member) => this.#exportOne(member),
      );
    } finally {
      await this.#saving;
      await this.#save();
      await manifest.save();
      if (await this.#publisher.clear()) await manifest.save();
      // Of drafts that got no name, nothing is there.
      if (progress.files > 0) progress.bytes = this.#bytes;
    }
  }

  /** Writes the manifest, and names what is complete, if it is time to. */
  async #saveIfDue(): Promise<void> {
    if (this.#saving || !this.#options.manifest.isDue) return;
    this.#saving = this.#save().finally(() => this.#saving = undefined);
    await this.#saving;
  }

  async #save(): Promise<void> {
    const { manifest } = this.#options;
    const groups = this.#read.splice(0);
    for (const { members } of groups) this.#publisher.choose(members);
    await manifest.save();
    await this.#publisher.clear(); // of those that the manifest knows now
    for (const group of groups) {
      const files = await this.#publisher.publish(group.members, this.#refused);
      group.names = this.#count(files).map(({ name }) => name);
      group.members = []; // most of the memory of a large export
    }
    await this.#publisher.settleNames();
    await this.#tell();
  }

  #count(files: ExportedFile[]): ExportedFile[] {
    const { progress } = this.#options;
    progress.files += files.length;
    for (const { bytes } of files) this.#bytes += bytes;
    if (this.#isSpooled) progress.bytes = this.#bytes;
    return files;
  }

  /** Counts what a draft has grown by; a spool is more than its file will be. */
  #grow(bytes: number): void {
    if (!this.#isSpooled) this.#options.progress.bytes += bytes;
  }

  get #isSpooled(): boolean {
    return this.#options.settings.format === "parquet";
  }

  #refused: Failed = (members, { message }) => {
    for (const member of members) this.#countFailure(member, message);
    this.#options.warn(message);
  };

  *#members(): Generator<GroupMember, void, void> {
    for (const { members } of this.#groups) yield* members;
  }

  async #exportOne(member: GroupMember): Promise<void> {
    const { progress, settings } = this.#options;
    progress.active = (progress.active ?? 0) + 1;
    try {
      if (settings.isSynced) await this.#publisher.recover(member);
      if (await this.#isDone(member)) progress.skipped++;
      else await this.#readSafely(member);
      progress.done++;
    } finally {
      progress.active--;
      progress.retries = settings.connection.statistics.retries;
    }
    if (--member.group.left === 0) this.#read.push(member.group);
    await this.#saveIfDue();
  }

  /** Whether nothing is left to do for a series but to name its file. */
  async #isDone(member: Member): Promise<boolean> {
    const { now, settings, window } = this.#options;
    const { record } = member;
    const { end = -Infinity, start, again, state, part, files = [] } = record;
    if (end < window.end || (start ?? again) !== undefined) return false;
    // A clock may have been wrong: what was read then was not all.
    if (settings.isSynced && end > now) return false;
    if (state === "pending" || state === "failed") {
      return part?.whole !== undefined &&
        await isIntact(this.#path(part.name), part.whole);
    }
    for (const file of state === "complete" ? files : []) {
      if (!await isIntact(this.#path(file.name), file)) return false;
    }
    await dropPart(member, settings);
    return true;
  }

  /** Reads a series; if that fails, others may be read all the same. */
  async #readSafely(member: Member): Promise<void> {
    const { job, record } = member;
    const beginning = await beginSeries(job, record, this.#options);
    try {
      await this.#readInto(member, beginning);
      this.#failures.none(job.archive);
    } catch (error) {
      if (error instanceof StartOver) return await this.#readSafely(member);
      await this.#keep(member, beginning);
      this.#fail(member, error);
    } finally {
      await beginning.draft?.close();
    }
  }

  /** Reads a series into its file. */
  async #readInto(member: Member, beginning: Beginning): Promise<void> {
    const { job, record } = member;
    const { progress, settings: { format }, window } = this.#options;
    let nextKeep = Date.now() + CHECKPOINT_INTERVAL;
    for (const { start, end } of beginning.windows) {
      const pages = pagesOf(job.series, { timeStart: start, timeEnd: end });
      for await (const all of pages) {
        const page = shownPage(all, job.series, format, start);
        if (page.length === 0) continue;
        beginning.draft ??= await beginning.open();
        const { bytes } = beginning.draft;
        await beginning.draft.writePage(page);
        this.#collect();
        progress.points += page.length;
        this.#grow(beginning.draft.bytes - bytes);
        if (Date.now() < nextKeep) continue;
        await this.#keep(member, beginning);
        await this.#saveIfDue();
        nextKeep = Date.now() + CHECKPOINT_INTERVAL;
      }
    }
    if (job.series.isServed) await this.#finish(member, beginning);
    else {
      record.state = "unserved";
      this.#options.warn(unservedNote(job.test, job.request.eventType));
    }
    record.end = window.end;
    delete record.start;
    delete record.again;
    delete record.error;
  }

  /** All of a series has arrived. */
  async #finish(
    member: Member,
    { begin, draft, whole: name }: Beginning,
  ): Promise<void> {
    const { record } = member;
    const { settings } = this.#options;
    if (draft === undefined) {
      await dropPart(member, settings);
      const isAny = settings.partition
        ? record.last !== undefined
        : record.files?.length;
      record.state = isAny ? "complete" : "empty";
      return;
    }
    const { bytes } = draft;
    const whole = await draft.finish();
    this.#grow(whole.bytes - bytes);
    const { settled } = draft;
    record.state = "pending";
    // A spool of a mirror has what is new alone.
    const isAll = !settings.partition || begin <= this.#options.window.start;
    if (isAll) record.points = draft.points;
    else delete record.points;
    if (draft.last > -Infinity) record.last = draft.last;
    record.part = { name, begin, whole, ...(settled ? { settled } : {}) };
  }

  /** Notes how far a file goes, so that it can be resumed from there. */
  async #keep({ record }: Member, beginning: Beginning): Promise<void> {
    const { begin, draft, name } = beginning;
    // the disk may be full: then the one before holds
    const checkpoint = await draft?.checkpoint().catch(() => undefined);
    if (draft === undefined || checkpoint === undefined) return;
    const { settled } = draft;
    record.part = { name, begin, checkpoint, ...(settled ? { settled } : {}) };
  }

  /**
   * A series could not be read.
   *
   * @throws The error, if trying others would be no use.
   */
  #fail(member: Member, error: unknown): void {
    const { job, record } = member;
    const { signal, warn } = this.#options;
    if (signal.aborted) throw error;
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

  /** Tells of the files of all groups up to the first that is not read yet. */
  async #tell(): Promise<void> {
    const names: string[] = [];
    for (
      let group = this.#groups[this.#told];
      group?.names;
      group = this.#groups[++this.#told]
    ) names.push(...group.names);
    if (names.length > 0) await this.#options.written(names);
  }

  #path(name: string): string {
    return join(this.#options.settings.directory, name);
  }
}
