/**
 * Looks for damage in the file behind an archive, on a connection and a thread
 * of its own, so that requests are answered meanwhile.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { ArchiveStoreError } from "./database.ts";

/** A check that is under way. */
export interface Check {
  /**
   * Resolves when the file has been found whole, could not be checked, or is no
   * longer waited for.
   *
   * @throws {ArchiveStoreError} if the file is damaged.
   */
  readonly finished: Promise<void>;
  /**
   * Resolves when it has let go of the file. It cannot be cut short, but is not
   * waited for longer than a moment.
   */
  stop(): Promise<void>;
}

/** How long a check is waited for that is to stop, in milliseconds. */
const PATIENCE = 2000;

/** What a check found: what SQLite said of the file, or why it said nothing. */
interface Finding {
  said?: string | undefined;
  error?: string | undefined;
}

/**
 * Checks a file.
 *
 * @param path The file, which is open already.
 * @param log Takes a line if the file cannot be checked.
 */
export function checkFile(path: string, log: (line: string) => void): Check {
  if (path === ":memory:") return NO_CHECK;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A module of its own would have to be permitted to be read, and be found in
  // an executable.
  const worker = new Worker(
    `data:text/javascript,${encodeURIComponent(CODE)}`,
    { type: "module" },
  );
  const end = ({ said, error }: Finding) => {
    worker.terminate();
    const damage = damageOf({ said, error });
    if (damage !== undefined) reject(damageError(path, damage));
    else if (error !== undefined) log(`${path} cannot be checked: ${error}`);
    resolve();
  };
  worker.onmessage = ({ data }: MessageEvent<Finding>) => end(data);
  worker.onerror = (event) => {
    event.preventDefault();
    end({ error: event.message });
  };
  worker.postMessage(path);
  return {
    finished: promise,
    async stop() {
      const timer = setTimeout(() => end({}), PATIENCE);
      await promise.catch(() => {});
      clearTimeout(timer);
    },
  };
}

const NO_CHECK: Check = {
  finished: Promise.resolve(),
  stop: () => Promise.resolve(),
};

function damageOf({ said, error }: Finding): string | undefined {
  if (said !== undefined && said !== "ok") return said;
  return /malformed|not a database/.test(error ?? "") ? error : undefined;
}

function damageError(path: string, damage: string): ArchiveStoreError {
  const [line] = damage.split("\n").slice(-1);
  return new ArchiveStoreError(
    `${path} is damaged (${line}): restore a copy of it, or save what can be read with "sqlite3 FILE .recover"`,
    path,
  );
}

/** Runs in the worker, as text: it sees nothing of this module. */
function quickCheck(Database: typeof DatabaseSync, path: string): Finding {
  try {
    const database = new Database(path, { readOnly: true });
    try {
      database.exec("PRAGMA busy_timeout = 10000");
      const row = database.prepare("PRAGMA quick_check(1)").get();
      return { said: String(Object.values(row ?? {})[0]) };
    } finally {
      database.close();
    }
  } catch (error) {
    return { error: (error as Error).message };
  }
}

const CODE = `import { DatabaseSync } from "node:sqlite";
const quickCheck = ${quickCheck};
onmessage = ({ data }) => {
  postMessage(quickCheck(DatabaseSync, data));
  close();
};`;
