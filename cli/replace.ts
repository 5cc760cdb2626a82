/**
 * Putting a file in the place of another.
 *
 * @module
 */

/** How long Windows is asked again, in ms, and how often. */
const PATIENCE = 1000;
const PAUSE = 50;

/** What a test puts in the place of the system's own. */
export interface ReplaceOptions {
  /** Default: that of the system, in this thread: another takes longer. */
  rename?: (from: string, to: string) => Promise<void> | void;
  /** Default: whether this is Windows. */
  isWindows?: boolean;
  /** Waits for so many ms. Default: by a timer. */
  wait?: (ms: number) => Promise<unknown>;
}

/**
 * Renames a file, over another if there is one. Windows refuses that while
 * somebody has the other open, such as a virus scanner or an indexer, which
 * seldom takes long: there it is tried for about a second.
 *
 * @throws Whatever renaming fails with in the end.
 */
export async function replaceFile(
  from: string,
  to: string,
  {
    rename = Deno.renameSync,
    isWindows = Deno.build.os === "windows",
    wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  }: ReplaceOptions = {},
): Promise<void> {
  for (let left = PATIENCE / PAUSE;; left--) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!isWindows || left === 0 || !isInUse(error)) throw error;
      await wait(PAUSE);
    }
  }
}

/** Access denied, a sharing violation, a lock violation. */
function isInUse(error: unknown): boolean {
  return error instanceof Error && /\(os error (5|32|33)\)/.test(error.message);
}
