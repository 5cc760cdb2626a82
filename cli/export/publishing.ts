/**
 * What an export does with series that are complete: each becomes a file, or
 * all of them a dataset.
 *
 * @module
 */

import type { StorageError } from "./part.ts";
import type { Job } from "./plan.ts";
import type { ExportedFile, SeriesRecord } from "./record.ts";

/** A series, and what is known of it. */
export interface Member {
  /** What it is. */
  job: Job;
  /** What is known of it. */
  record: SeriesRecord;
}

/** Told of files that could not be written, or not get their names. */
export type Failed = (
  members: readonly Member[],
  error: StorageError,
) => void;

/** Gives complete files their names. */
export interface Publishing {
  /**
   * Finishes what an earlier run of a mirror had left to do.
   *
   * @returns The files that are new.
   */
  begin(): Promise<ExportedFile[]>;
  /** Finishes the same of one series, before it is read. */
  recover(member: Member): Promise<void>;
  /** Chooses names, before the manifest is saved. */
  choose(members: readonly Member[]): void;
  /**
   * Names the files of series that are published together. The manifest that is
   * on the disk has to know what is in them: whenever the program is stopped,
   * one of the two says what the other is.
   *
   * @returns The files that are new.
   */
  publish(members: readonly Member[], failed: Failed): Promise<ExportedFile[]>;
  /**
   * Makes sure that the names are on the disk; to be called before the manifest
   * says that files have them.
   */
  settleNames(): Promise<void>;
  /**
   * Removes what is no longer needed, once the manifest is saved; says whether
   * the manifest has changed by that.
   */
  clear(): Promise<boolean>;
}
