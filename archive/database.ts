/**
 * The database file: opening it, its schema and version, transactions, and
 * errors in one line.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { APPLICATION_ID, SCHEMA_VERSION, SCHEMAS } from "./schema.ts";

export { SCHEMA_VERSION } from "./schema.ts";

/**
 * A file that cannot be opened or written: which one, what is wrong, and what
 * to do.
 *
 * @example Usage
 * ```ts ignore
 * import { ArchiveStoreError, openArchiveFile } from "@esmond/client/archive";
 *
 * try {
 *   openArchiveFile("absent.db");
 * } catch (error) {
 *   if (error instanceof ArchiveStoreError) console.error(error.message);
 * }
 * ```
 */
export class ArchiveStoreError extends Error {
  /** The name of the class. */
  override name = "ArchiveStoreError";

  /**
   * An error about a file.
   *
   * @param message One line for people.
   * @param path The file, or `:memory:`.
   * @param options The cause.
   */
  constructor(message: string, readonly path: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Opens a file, and creates the schema if it is new or empty.
 *
 * WAL lets other processes read while this one writes; `synchronous=FULL` makes
 * each commit reach the disk before it is acknowledged. SQLite does not wait for
 * another program that changes the mode of the file, so that is done here.
 *
 * @param path The file, or `:memory:`.
 * @throws {ArchiveStoreError} if it cannot be used.
 */
export function openDatabase(path: string): DatabaseSync {
  const end = performance.now() + BUSY_TIMEOUT;
  for (;;) {
    try {
      return openOnce(path);
    } catch (error) {
      const isOver = performance.now() > end;
      if (isOver || !isHeld((error as Error).cause)) throw error;
    }
    sleepSync(PAUSE);
  }
}

function openOnce(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (path !== ":memory:") checkFile(path);
    database = new DatabaseSync(path);
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT};`);
    // Before the mode, which would change a file that is not an archive.
    prepareSchema(database, path);
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; " +
        "PRAGMA cache_size = -65536;",
    );
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof ArchiveStoreError ? error : storeError(error, path);
  }
}

/**
 * SQLite reports "unable to open database file" for all of these.
 */
function checkFile(path: string): void {
  const info = statOf(path);
  if (info?.isDirectory) {
    throw new ArchiveStoreError(
      `${path} is a directory: name a file in it`,
      path,
    );
  }
  if (info) {
    checkWritable(path, info);
    return;
  }
  const directory = path.replace(/[^/\\]*$/, "") || ".";
  if (mayRead(directory) && !statOf(directory)?.isDirectory) {
    throw new ArchiveStoreError(
      `${path}: the directory ${directory} does not exist: create it first`,
      path,
    );
  }
}

/**
 * Whether a directory may be read: where only the file is permitted, Deno would
 * prompt the user.
 */
function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function checkWritable(path: string, { mode }: Deno.FileInfo): void {
  // The superuser could write it all the same.
  if (mode !== null && (mode & 0o222) === 0) throw readOnlyError(path);
  try {
    Deno.openSync(path, { write: true }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw readOnlyError(path, error);
  }
}

/**
 * Closes a file. The last who does leaves a single file, without a write-ahead
 * log beside it: such a file can be read where nothing can be written.
 */
export function closeDatabase(database: DatabaseSync): void {
  try {
    // Reading comes first: a log that was not looked at would stay.
    database.exec(
      "PRAGMA busy_timeout = 0; PRAGMA user_version; " +
        "PRAGMA journal_mode = DELETE;",
    );
  } catch {
    // Others have it open, or it is only read.
  }
  database.close();
}

function prepareSchema(database: DatabaseSync, path: string): void {
  // In one transaction: of two processes that start on a new file, one creates
  // the schema and the other finds it.
  transaction(database, () => {
    if (isArchive(database, path)) {
      bringUp(database, pragma(database, "user_version"));
      return;
    }
    const tables = database.prepare(
      "SELECT count(*) AS number FROM sqlite_schema",
    ).get() as { number: number };
    if (tables.number > 0) {
      throw new ArchiveStoreError(
        `${path} is the SQLite database of another program: name another file`,
        path,
      );
    }
    bringUp(database, 0);
  });
}

/**
 * Whether a file holds an archive.
 *
 * @throws {ArchiveStoreError} if that is newer than this program.
 */
export function isArchive(database: DatabaseSync, path: string): boolean {
  if (pragma(database, "application_id") !== APPLICATION_ID) return false;
  const version = pragma(database, "user_version");
  if (version <= SCHEMA_VERSION) return true;
  throw new ArchiveStoreError(
    `${path} was written by a newer version (its schema is ${version}, this ` +
      `program knows ${SCHEMA_VERSION}): update the program, or name another ` +
      "file",
    path,
  );
}

/** Adds what a file of an earlier version lacks: everything to a new one. */
function bringUp(database: DatabaseSync, version: number): void {
  if (version === SCHEMA_VERSION) return;
  for (const schema of SCHEMAS.slice(version)) database.exec(schema);
  database.exec(
    `PRAGMA application_id = ${APPLICATION_ID}; ` +
      `PRAGMA user_version = ${SCHEMA_VERSION};`,
  );
}

/** A number that SQLite keeps with a file. */
export function pragma(database: DatabaseSync, name: string): number {
  const row = database.prepare(`PRAGMA ${name}`).get();
  return Number(Object.values(row ?? {})[0]);
}

/**
 * Runs `work` in one transaction: all of it is stored, or nothing.
 *
 * @param database The database.
 * @param work What to do; throwing undoes all of it.
 */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      database.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back already, as it does when the disk is full.
    }
    throw error;
  }
}

/**
 * Repeats `work` while another program holds the file; requests that only read
 * are answered meanwhile.
 *
 * @param patience For how long, in milliseconds.
 * @param work What to do, in a transaction.
 */
export async function whenFree<T>(
  patience: number,
  work: () => T,
): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isHeld(error) || performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** How long others are waited for, in milliseconds. */
const BUSY_TIMEOUT = 10_000;

/** Milliseconds between two attempts. */
const PAUSE = 20;

function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function isHeld(error: unknown): boolean {
  return isDatabaseError(error) && /locked|busy/.test(error.message);
}

type Explain = (path: string) => string;

/** SQLite's message → the message for people. */
const EXPLANATIONS: [RegExp, Explain][] = [
  [
    /file is not a database|malformed|unsupported file format/,
    (path) =>
      `${path} is not an SQLite database, or is damaged: name another file`,
  ],
  [
    /readonly/,
    (path) =>
      `${path} is read-only: make the file and its directory writable, ` +
      "or name another file",
  ],
  [
    /disk is full/,
    (path) => `${path}: the disk is full: make room, then try again`,
  ],
  [
    // Also where the system limits how large a file may become.
    /disk I\/O error/,
    (path) =>
      `${path} could not be read or written (disk I/O error): look after the ` +
      "disk, make room, then try again",
  ],
  [
    /locked|busy/,
    (path) => `${path} is locked by another program: stop it, or wait`,
  ],
  [
    /unable to open/,
    (path) => `${path} cannot be opened: check its directory and permissions`,
  ],
];

/** An error of SQLite, in words for people. */
export function storeError(error: unknown, path: string): ArchiveStoreError {
  const said = error instanceof Error ? error.message : String(error);
  const explain = EXPLANATIONS.find(([pattern]) => pattern.test(said))?.[1];
  const message = explain?.(path) ?? `${path}: ${said.split("\n")[0]}`;
  return new ArchiveStoreError(message, path, { cause: error });
}

function readOnlyError(path: string, cause?: unknown): ArchiveStoreError {
  return storeError(new Error("readonly", { cause }), path);
}

/** Whether SQLite threw this rather than the archive's own code. */
export function isDatabaseError(error: unknown): error is Error {
  return error instanceof Error &&
    (error as { code?: unknown }).code === "ERR_SQLITE_ERROR";
}
