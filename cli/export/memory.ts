/**
 * Memory that does not grow with an export.
 *
 * @module
 */

/** How often garbage is collected, in ms. */
const INTERVAL = 2000;

/**
 * Makes a function that collects garbage if it is called often enough. Nearly
 * everything in an export is used once, and left to itself the engine keeps
 * several times as much as is in use.
 *
 * @returns The function; where the engine offers none, it does nothing.
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
