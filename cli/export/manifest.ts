/**
 * The manifest of an export: what was asked for, and what is there of it.
 * `docs/export.md` describes the file.
 *
 * @module
 */

import { join } from "@std/path";
import { UsageError } from "../errors.ts";
import { BufferedSink } from "../io.ts";
import { VERSION } from "../version.ts";
import { type Extent, storing } from "./part.ts";

/** The name of the file. */
export const MANIFEST = "esmond-ps-manifest.json";

const FORMAT = "esmond-ps manifest";
const FORMAT_VERSION = 1;

/** What is asked for; an export is gone on with only by the same question. */
export interface ExportQuery {
  /** The list of tests of the archive. */
  archive: string;
  /** What the tests have to be, by wire name. */
  filters: Record<string, string | number>;
  /** The kind of roll-up, or null for base data. */
  summaryType: string | null;
  /** The window of the roll-ups, in seconds. */
  summaryWindow: number;
  /**
   * The times as they were typed: what is relative, such as -24h, means the
   * same when the export is gone on with.
   */
  times: {
    start: string | null;
    end: string | null;
    zone: string;
    filters: string[];
  };
  /** Whether later data is added, run by run. */
  sync: boolean;
  /** The format of the files. */
  format: string;
  /** Whether they are compressed. */
  gzip: boolean;
  /**
   * Whether csv holds no formulas; absent if it may, as in manifests of before
   * there was a choice.
   */
  escapesFormulas?: true;
  /** The zone that timestamps are printed in. */
  outputZone: string;
  /** Whether addresses are shown as names. */
  names: boolean;
  /** What a file has of a series, or null for all. */
  partition: string | null;
}

/** A window of time, in seconds since 1970 UTC, both ends included. */
export interface Window {
  /** The first second. */
  start: number;
  /** The last second. */
  end: number;
}

/**
 * How far a series was written to a file, so that it can be gone on with from
 * there.
 */
export interface Checkpoint extends Extent {
  /** Rows in the file, and points that they were made of. */
  rows: number;
  /** Points that all rows of are in the file. */
  points: number;
  /**
   * The second of the last of these points; the next ones are asked for from
   * here on.
   */
  second: number;
  /** How many of these points are of that second. */
  ofSecond: number;
  /** Rows of the point behind them. */
  rowsOfNext: number;
  /** What compressing needs to know of the text up to here. */
  gzip?: { crc: number; size: number };
}

/** A file that is complete. */
export interface ExportedFile extends Extent {
  /** Its path in the directory. */
  name: string;
  /** Its rows. */
  rows: number;
}

/** What became of a series. */
export type SeriesState =
  | "pending"
  | "complete"
  | "empty"
  | "failed"
  | "unserved";

/** One series of an export. */
export interface SeriesRecord {
  /** The key of the test, or where it is if it has none. */
  key: string;
  /** The event type. */
  eventType: string;
  /** What became of it so far. */
  state: SeriesState;
  /** Up to this second it was read. */
  end?: number;
  /** How many points there were. */
  points?: number;
  /** What its file is called, or the files of it in each partition. */
  name?: string;
  /** The files that are complete. */
  files?: ExportedFile[];
  /**
   * The beginning of the file that later data cannot change any more, and the
   * first second behind it.
   */
  settled?: Settled;
  /** What there is of a file that is not complete. */
  part?: Part;
  /** Why it could not be read. */
  error?: string;
}

/** The beginning of a file that stays as it is when later data is added. */
export interface Settled extends Checkpoint {
  /** Points from this second on are read again. */
  before: number;
}

/** A file that is not complete. */
export interface Part {
  /** Its name in the directory. */
  name: string;
  /** Its points are those from this second on. */
  begin: number;
  /** How far it is written; absent while nothing of it is certain. */
  checkpoint?: Checkpoint;
  /** What is in it, if that is all and it lacks only its name. */
  whole?: Omit<ExportedFile, "name">;
  /** What of it later data cannot change. */
  settled?: Settled;
}

/** What a manifest holds. */
export interface ManifestContent {
  /** What was asked for. */
  query: ExportQuery;
  /** The window of time. */
  window: Window;
  /** What became of each series. */
  series: SeriesRecord[];
}

/**
 * How long a manifest on disk may be behind, in ms, and how many times as long
 * as it takes to write.
 */
const LAG = 500;
const LAG_FACTOR = 50;

/** Keeps the manifest of an export on disk. */
export class Manifest {
  readonly #directory: string;
  readonly #content: ManifestContent;
  readonly #records = new Map<string, SeriesRecord>();
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
      {
        using file = await Deno.open(draft, {
          write: true,
          create: true,
          truncate: true,
        });
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
        let before = "\n";
        for (const record of this.#records.values()) {
          await sink.write(before + JSON.stringify(record));
          before = ",\n";
        }
        await sink.write("\n]}\n");
        await sink.flush();
        await file.sync();
      }
      await Deno.rename(draft, path);
    });
    this.#dueAt = Date.now() + Math.max(LAG, LAG_FACTOR * (Date.now() - begun));
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
    throw new UsageError(
      `${path} is damaged: remove it to start anew, or choose another --output-directory`,
    );
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
  const { format, query, window, series } = (content ?? {}) as Record<
    string,
    unknown
  >;
  const { start, end } = (window ?? {}) as Record<string, unknown>;
  return format === FORMAT && typeof query === "object" && query !== null &&
    Number.isSafeInteger(start) && Number.isSafeInteger(end) &&
    Array.isArray(series) && series.every(isRecord);
}

const STATES: readonly unknown[] = [
  "pending",
  "complete",
  "empty",
  "failed",
  "unserved",
];

function isRecord(record: unknown): record is SeriesRecord {
  const { key, eventType, state, end, points, name, files, part, settled } =
    fieldsOf(record);
  return typeof key === "string" && typeof eventType === "string" &&
    STATES.includes(state) &&
    isAbsentOr(end, Number.isSafeInteger) && isAbsentOr(points, isCount) &&
    isAbsentOr(name, isInside) &&
    isAbsentOr(files, (all) => Array.isArray(all) && all.every(isFile)) &&
    isAbsentOr(part, isPart) && isAbsentOr(settled, isSettled);
}

function isAbsentOr(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function isPart(part: unknown): boolean {
  const { name, begin, checkpoint, whole, settled } = fieldsOf(part);
  return isInside(name) && Number.isSafeInteger(begin) &&
    isAbsentOr(checkpoint, isCheckpoint) && isAbsentOr(whole, isWhole) &&
    isAbsentOr(settled, isSettled);
}

function isFile(file: unknown): boolean {
  return isWhole(file) && isInside(fieldsOf(file)["name"]);
}

function isWhole(whole: unknown): boolean {
  return isExtent(whole) && isCount(fieldsOf(whole)["rows"]);
}

function isSettled(settled: unknown): boolean {
  return isCheckpoint(settled) &&
    Number.isSafeInteger(fieldsOf(settled)["before"]);
}

function isExtent(extent: unknown): boolean {
  const { bytes, sha256 } = fieldsOf(extent);
  return isCount(bytes) && typeof sha256 === "string";
}

function isCheckpoint(checkpoint: unknown): boolean {
  const { rows, points, second, ofSecond, rowsOfNext, gzip } = fieldsOf(
    checkpoint,
  );
  return isExtent(checkpoint) && Number.isSafeInteger(second) &&
    [rows, points, ofSecond, rowsOfNext].every(isCount) &&
    isAbsentOr(gzip, (state) => {
      const { crc, size } = fieldsOf(state);
      return isCount(crc) && isCount(size);
    });
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && value as number >= 0;
}

/**
 * Whether a name stays in the directory: a manifest may have been tampered
 * with.
 */
function isInside(name: unknown): boolean {
  return typeof name === "string" && name !== "" && !/^[/\\]|:/.test(name) &&
    !name.split(/[/\\]/).some((part) => part === ".." || part === ".");
}

/** In which parts two questions differ, by the options that make them. */
export function differences(one: ExportQuery, other: ExportQuery): string[] {
  const options: [keyof ExportQuery, string][] = [
    ["archive", "--url"],
    ["filters", "the filters (--src, --dest, --event-type, …)"],
    ["summaryType", "--summary-type"],
    ["summaryWindow", "--summary-window"],
    ["times", "--start-time, --end-time or --tz"],
    ["sync", "--sync"],
    ["format", "--output-format"],
    ["gzip", "--gzip"],
    ["escapesFormulas", "--escape-formulas"],
    ["outputZone", "--output-tz"],
    ["names", "--ip"],
    ["partition", "--partition"],
  ];
  return options
    .filter(([field]) => canonical(one[field]) !== canonical(other[field]))
    .map(([, option]) => option);
}

function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_, each) =>
      typeof each === "object" && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort())
        : each,
  );
}
