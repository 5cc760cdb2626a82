/**
 * Memory that does not grow with an export.
 *
 * @module
 */

/** How often garbage is collected, in ms, unless that takes long. */
const INTERVAL = 2000;

/** The least time between two collections, as a multiple of how long one takes. */
const INTERVAL_FACTOR = 10;

/**
 * Makes a function that collects garbage if it is called often enough. Nearly
 * everything in an export is used once, and left to itself the engine keeps
 * several times as much as is in use.
 *
 * @param interval How often, in ms.
 * @returns The function; where the engine offers none, it does nothing.
 */
export async function garbageCollector(
  interval = INTERVAL,
): Promise<() => void> {
  const collect = await findCollector();
  let due = Date.now() + interval;
  return () => {
    const begun = Date.now();
    if (begun < due) return;
    collect?.();
    const end = Date.now();
    due = end + Math.max(interval, INTERVAL_FACTOR * (end - begun));
  };
}

/** The engine's own function: it needs a flag, and a new context. */
async function findCollector(): Promise<(() => void) | undefined> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([
    import("node:v8"),
    import("node:vm"),
  ]);
  try {
    setFlagsFromString("--expose-gc");
    return runInNewContext("gc");
  } catch {
    return undefined; // before Deno 2.5
  }
}
