/**
 * Checks a database file for damage, on a separate connection and thread, so
 * that requests are answered meanwhile.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { ArchiveStoreError } from "./database.ts";

/** A check that is under way. */
export interface Check {
  /**
   * Resolves when the file has been found intact or could not be checked, or
   * when the check was stopped.
   *
   * @throws {ArchiveStoreError} if the file is damaged.
   */
  readonly finished: Promise<void>;
  /**
   * Resolves when the check has closed the file, or after two seconds: a
   * running check cannot be interrupted.
   */
  stop(): Promise<void>;
}

/** Milliseconds to wait for a running check. */
const PATIENCE = 2000;

/** SQLite's verdict on the file, or why there is none. */
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
  // A data URL needs no permission, and works in a compiled executable.
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

/** Runs in the worker, as text: it cannot use anything of this module. */
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
