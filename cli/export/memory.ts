/**
 * Memory that does not grow with an export.
 *
 * @module
 */

import process from "node:process";

/** How much the heap grows before garbage is collected, in bytes. */
const GROWTH = 40 << 20;

/**
 * Makes a function that collects garbage once the heap has grown by some
 * megabytes, and by as much again as was left of it the last time. Nearly
 * everything in an export is used once, and left to itself the engine makes
 * more and more room for that, the longer an export takes.
 *
 * @returns The function; where the engine offers none, it does nothing.
 */
export async function garbageCollector(): Promise<() => void> {
  const { getHeapStatistics } = await import("node:v8");
  const size = () => getHeapStatistics().total_heap_size;
  // What was there before is not the export's, and would be looked through in
  // vain each time that another begins.
  let left = Math.max(size() - GROWTH, 0);
  let collect: (() => void) | undefined;
  return () => {
    if (size() < left + Math.max(GROWTH, left)) return;
    collect ??= findCollector(); // small exports end before
    collect();
    left = size();
  };
}

/** The engine's own function: it needs a flag, and a new context. */
function findCollector(): () => void {
  try {
    const { setFlagsFromString } = process.getBuiltinModule("node:v8");
    const { runInNewContext } = process.getBuiltinModule("node:vm");
    setFlagsFromString("--expose-gc");
    return runInNewContext("gc");
  } catch {
    return () => {}; // before Deno 2.5
  }
}
