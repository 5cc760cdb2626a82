/**
 * Opens the database file of an archive to read it, and never writes to it.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import {
  ArchiveStoreError,
  isArchive,
  pragma,
  SCHEMA_VERSION,
  storeError,
} from "./database.ts";

/**
 * Opens a file that exists. Others may read and write it meanwhile.
 *
 * @param path The file.
 * @throws {ArchiveStoreError} if it cannot be used.
 */
export function openReadOnly(path: string): DatabaseSync {
  checkFile(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    // The file may be anybody's.
    database.exec(
      "PRAGMA busy_timeout = 10000; PRAGMA cache_size = -65536; " +
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
    );
    if (isArchive(database, path)) {
      checkVersion(database, path);
      return database;
    }
    throw new ArchiveStoreError(
      `${path} is not an archive: name a file that serve or copy has made`,
      path,
    );
  } catch (error) {
    database?.close();
    throw error instanceof ArchiveStoreError
      ? error
      : readingError(error, path);
  }
}

/** What an earlier version has written cannot be changed by reading it. */
function checkVersion(database: DatabaseSync, path: string): void {
  if (pragma(database, "user_version") === SCHEMA_VERSION) return;
  throw new ArchiveStoreError(
    `${path} was written by an earlier version: bring it up to date with ` +
      `esmond-ps serve --db, which needs a moment`,
    path,
  );
}

/** SQLite says "unable to open database file" of all of these. */
function checkFile(path: string): void {
  try {
    if (Deno.statSync(path).isDirectory) {
      throw new ArchiveStoreError(
        `${path} is a directory: name a file in it`,
        path,
      );
    }
    Deno.openSync(path).close();
  } catch (error) {
    const why = WHY.find(([kind]) => error instanceof kind)?.[1];
    if (why === undefined) throw error;
    throw new ArchiveStoreError(`${path} ${why}`, path, { cause: error });
  }
}

const WHY: [new (message: string) => Error, string][] = [
  [Deno.errors.NotFound, "does not exist"],
  [Deno.errors.NotADirectory, "does not exist"],
  [
    Deno.errors.PermissionDenied,
    "may not be read by this user: let its owner permit it",
  ],
];

function readingError(error: unknown, path: string): ArchiveStoreError {
  const said = error instanceof Error ? error.message : "";
  // A file with a write-ahead log needs room for an index of the log beside it.
  return /readonly|unable to open/.test(said)
    ? new ArchiveStoreError(
      `${path} has a write-ahead log, and nothing can be written beside it: ` +
        `copy it, and ${path}-wal if there is one, to another directory`,
      path,
      { cause: error },
    )
    : storeError(error, path);
}
