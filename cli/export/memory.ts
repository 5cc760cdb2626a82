/**
 * Memory that does not grow with an export.
 *
 * @module
 */

/** How often garbage is collected, in ms. */
const INTERVAL = 2000;

/**
 * What collects garbage, if it is called often enough. Nearly all that an
 * export makes is used once, and left to itself the engine lets several times
 * as much of it pile up as is in use.
 *
 * @returns A function that does nothing where the engine cannot be asked to.
 */
export async function garbageCollector(): Promise<() => void> {
  const collect = await findCollector();
  let last = Date.now();
  return () => {
    if (Date.now() - last < INTERVAL) return;
    collect?.();
    last = Date.now();
  };
}

/**
 * The engine's own function, which it has only when it is told to, and shows
 * only in a new context.
 */
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
