/**
 * One run in a directory at a time.
 *
 * @module
 */

import { join } from "@std/path";
import { UsageError } from "../errors.ts";

/** What is locked in it. */
export const LOCK = ".esmond-ps.lock";

/**
 * How long the lock is waited for where a platform cannot just try it, in ms.
 */
const PATIENCE = 250;

/** A directory that no other run writes to until it is released. */
export interface DirectoryLock {
  /** Lets others write to it. */
  release(): Promise<void>;
}

/**
 * Takes a directory for this run. The system gives it back when the process
 * ends, however that happens.
 *
 * @throws {UsageError} when another run has it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, LOCK);
  for (;;) {
    const file = await Deno.open(path, { write: true, create: true })
      .catch((error) => refuse(directory, error));
    const isMine = await tryLock(file).catch((error) => {
      file.close();
      return refuse(directory, error);
    });
    if (!isMine) {
      file.close();
      throw new UsageError(
        `another get-bulk is writing to ${directory}: wait for its end, or choose another --output-directory`,
      );
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
}

/**
 * Some file systems know no locks, and some open a directory as if it were a
 * file.
 */
function refuse(directory: string, { message }: Error): never {
  throw new UsageError(`cannot lock ${directory}: ${message}`);
}

/** Deno has `tryLock` since 2.5; before, only a lock that is waited for. */
async function tryLock(
  file: Deno.FsFile & { tryLock?(exclusive: boolean): Promise<boolean> },
): Promise<boolean> {
  if (file.tryLock) return await file.tryLock(true);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE);
  });
  const locked = file.lock(true).then(() => true);
  locked.catch(() => {}); // closed while it waited
  try {
    return await Promise.race([locked, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function isStillThere(file: Deno.FsFile, path: string): Promise<boolean> {
  const [mine, there] = await Promise.all([
    file.stat(),
    Deno.stat(path).catch(() => undefined),
  ]);
  return there !== undefined && mine.ino === there.ino;
}
