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

/** A complete file. */
export interface ExportedFile extends Extent {
  /** Its path in the directory. */
  name: string;
  /** Its rows. */
  rows: number;
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
  /** The first second of its window. */
  begin: number;
  /** How far it is written; absent while nothing of it is certain. */
  checkpoint?: Checkpoint;
  /** What is in it, once it is complete and lacks only its name. */
  whole?: Omit<ExportedFile, "name">;
  /** What of it later data cannot change. */
  settled?: Settled;
}

/** Whether a value is a record. */
export function isRecord(value: unknown): value is SeriesRecord {
  const { key, eventType, state, end, start, last, points } = fieldsOf(value);
  const { name, files, part, settled } = fieldsOf(value);
  return typeof key === "string" && typeof eventType === "string" &&
    (STATES as readonly unknown[]).includes(state) &&
    [end, start, last].every((each) =>
      isAbsentOr(each, Number.isSafeInteger)
    ) &&
    isAbsentOr(points, isCount) &&
    isAbsentOr(name, isInside) &&
    isAbsentOr(files, (all) => Array.isArray(all) && all.every(isFile)) &&
    isAbsentOr(part, isUnfinished) && isAbsentOr(settled, isSettled);
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
