/**
 * One run at a time in a directory, or on a file.
 *
 * @module
 */

import { basename, join } from "@std/path";
import { UsageError } from "../errors.ts";

/** What is locked in it. */
export const LOCK = ".esmond-ps.lock";

/**
 * How long the system may take to say whether the lock is free, in ms; and
 * where it can only wait for the lock, as below Deno 2.7.
 */
const PATIENCE = 5000;
const PATIENCE_WITHOUT_TRY = 250;

/**
 * How many times in a row another export may remove the file between opening
 * and locking it. On file systems that give a file another number each time it
 * is looked at, it always seems so.
 */
const MOST_TRIES = 100;

/** What a test puts in the place of the system's own. */
export interface LockOptions {
  /** Opens the file that is locked. Default: `Deno.open`. */
  open?: (path: string) => Promise<LockFile>;
  /** How long the system may take to say whether the lock is free, in ms. */
  patience?: number;
}

/** What of a file is used. */
type LockFile =
  & Pick<Deno.FsFile, "close" | "lock" | "stat">
  & { tryLock?(exclusive: boolean): Promise<boolean> };

/** What no other run has until it is released. */
export interface FileLock {
  /** Lets others have it. */
  release(): Promise<void>;
}

/** How the messages of a lock are worded. */
export interface LockWords {
  /** Another run has it. */
  busy: string;
  /** The option and what cannot be done, before the reason. */
  refused: string;
}

/**
 * Takes a directory for this run. The system gives it back when the process
 * ends, however that happens.
 *
 * @throws {UsageError} when another run has it.
 */
export async function lockDirectory(
  directory: string,
  options: LockOptions = {},
): Promise<FileLock> {
  return await lockFile(join(directory, LOCK), {
    busy:
      `another get-bulk is writing to ${directory}: wait for its end, or choose another --output-directory`,
    refused: `--output-directory: cannot write to ${directory}`,
  }, options);
}

/**
 * Takes a file for this run, as {@linkcode lockDirectory} does.
 *
 * @param path The file, which is there only while it is locked.
 * @param words What is said if that is not possible.
 * @throws {UsageError} when another run has it.
 */
export async function lockFile(
  path: string,
  { busy, refused }: LockWords,
  { open = openFile, patience = PATIENCE }: LockOptions = {},
): Promise<FileLock> {
  for (let left = MOST_TRIES; left > 0; left--) {
    const file = await open(path).catch((error) => refuse(refused, error));
    const isMine = await tryLock(file, patience).catch((error) => {
      file.close();
      return refuse(refused, error);
    });
    if (!isMine) {
      file.close();
      throw new UsageError(busy);
    }
    if (await isStillThere(file, path)) {
      return {
        release: async () => {
          await Deno.remove(path).catch(() => {}); // before others can take it
          file.close();
        },
      };
    }
    file.close(); // whoever had it removed it in between
  }
  return refuse(refused, new Error("its file system does not keep locks"));
}

/** Opens it, but nothing that it may be a link to. */
async function openFile(path: string): Promise<Deno.FsFile> {
  const there = await Deno.lstat(path).catch(() => undefined);
  if (there?.isSymlink) {
    throw new Error(`${basename(path)} is a link: remove it`);
  }
  return await Deno.open(path, { write: true, create: true });
}

/**
 * Some file systems know no locks, and some open a directory as if it were a
 * file.
 */
function refuse(refused: string, { message }: Error): never {
  throw new UsageError(`${refused}: ${message}`);
}

async function tryLock(file: LockFile, patience: number): Promise<boolean> {
  const [locked, limit] = file.tryLock
    ? [file.tryLock(true), patience]
    : [file.lock(true).then(() => true), PATIENCE_WITHOUT_TRY];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limit);
  });
  locked.catch(() => {}); // closed while it waited
  try {
    return await Promise.race([locked, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function isStillThere(file: LockFile, path: string): Promise<boolean> {
  const [mine, there] = await Promise.all([
    file.stat(),
    Deno.stat(path).catch(() => undefined),
  ]);
  return there !== undefined && mine.ino === there.ino;
}
