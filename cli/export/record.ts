/**
 * What a manifest says of each series, and whether what stands in the file can
 * be believed.
 *
 * @module
 */

import type { Extent } from "./part.ts";

/** How far a series was written to a file: where it can be continued. */
export interface Checkpoint extends Extent {
  /** Rows in the file. */
  rows: number;
  /** Points of which all rows are in the file. */
  points: number;
  /**
   * The second of the last of these points; the next ones are requested from
   * there.
   */
  second: number;
  /** How many of these points are of that second. */
  ofSecond: number;
  /** Rows of the point after them. */
  rowsOfNext: number;
  /** The CRC-32 and the size of the text up to here, where it is compressed. */
  gzip?: { crc: number; size: number };
}

/** What is in a complete file. */
export interface Whole extends Extent {
  /** Its rows. */
  rows: number;
}

/** A complete file. */
export interface ExportedFile extends Whole {
  /** Its path in the directory. */
  name: string;
}

/** A file of a dataset, of all series of an event type. */
export interface PartitionFile {
  /** Its path in the directory. */
  name: string;
  /** What is in it; absent while it is not there. */
  whole?: Whole;
  /** What is in the file that takes its place just now. */
  next?: Whole;
  /** Whether it has changed since, so that another is to take its place. */
  isLost?: true;
}

const STATES = [
  "pending",
  "complete",
  "empty",
  "failed",
  "unserved",
] as const;

/** What became of a series. */
export type SeriesState = typeof STATES[number];

/** One series of an export. */
export interface SeriesRecord {
  /** The key of the test, or its address if it has none. */
  key: string;
  /** The event type. */
  eventType: string;
  /** What became of it so far. */
  state: SeriesState;
  /** The last second that was read. */
  end?: number;
  /**
   * The first second that its files cover, where that is later than the begin
   * of the window.
   */
  start?: number;
  /** The second of the last point that was seen. */
  last?: number;
  /**
   * From this second on it is read again, because a file of a dataset was lost.
   */
  again?: number;
  /** How many points there were. */
  points?: number;
  /** The name of its file, or of its files in each partition. */
  name?: string;
  /** The complete files. */
  files?: ExportedFile[];
  /**
   * The beginning of the file, which later data cannot change any more, and the
   * first second after it.
   */
  settled?: Settled;
  /** The file that is not complete. */
  part?: UnfinishedFile;
  /** Why it could not be read. */
  error?: string;
}

/** The beginning of a file that stays as it is when later data is added. */
export interface Settled extends Checkpoint {
  /** Points from this second on are read again. */
  before: number;
}

/** A file that is not complete, or still lacks its name. */
export interface UnfinishedFile {
  /** Its name in the directory. */
  name: string;
  /** The first second whose rows are in it. */
  begin: number;
  /** How far it is written; absent while nothing of it is certain. */
  checkpoint?: Checkpoint;
  /** What is in it, once it is complete and lacks only its name. */
  whole?: Whole;
  /** What of it later data cannot change. */
  settled?: Settled;
}

/** Whether a value is a record. */
export function isRecord(value: unknown): value is SeriesRecord {
  const { key, eventType, state, end, start, last, again } = fieldsOf(value);
  const { points, name, files, part, settled } = fieldsOf(value);
  return typeof key === "string" && typeof eventType === "string" &&
    (STATES as readonly unknown[]).includes(state) &&
    [end, start, last, again].every((each) =>
      isAbsentOr(each, Number.isSafeInteger)
    ) &&
    isAbsentOr(points, isCount) &&
    isAbsentOr(name, isInside) &&
    isAbsentOr(files, (all) => Array.isArray(all) && all.every(isFile)) &&
    isAbsentOr(part, isUnfinished) && isAbsentOr(settled, isSettled);
}

/** Whether a value is a file of a dataset. */
export function isPartitionFile(value: unknown): value is PartitionFile {
  const { name, whole, next, isLost } = fieldsOf(value);
  return isInside(name) && isAbsentOr(whole, isWhole) &&
    isAbsentOr(next, isWhole) && isAbsentOr(isLost, (lost) => lost === true);
}

function isAbsentOr(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function isUnfinished(part: unknown): boolean {
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
 * Whether a name stays in the directory: somebody may have tampered with the
 * manifest.
 */
function isInside(name: unknown): boolean {
  return typeof name === "string" && name !== "" && !/^[/\\]|:/.test(name) &&
    !name.split(/[/\\]/).some((part) => part === ".." || part === ".");
}
