/**
 * The flags that give a child process the same `@std` names as this one.
 *
 * @module
 */

import { join } from "@std/path";

const ROOT = join(import.meta.dirname!, "..");

/** Whether the names come from npm here, and not from JSR. */
export const IS_NPM: boolean = import.meta.resolve("@std/path").startsWith(
  "node:",
);

/** The file that maps the names, with its full path. */
export const MAP: string = join(
  ROOT,
  IS_NPM ? "registry/npm.json" : "deno.json",
);

/**
 * What `registry/pick.ts` prints, with full paths; and the configuration, which
 * a child that starts elsewhere would not find, and which the lock file knows.
 */
export function mapFlags(): string[] {
  const config = `--config=${join(ROOT, "deno.json")}`;
  if (!IS_NPM) return [config];
  const lock = join(ROOT, "registry/npm.lock");
  return [config, `--import-map=${MAP}`, `--lock=${lock}`, "--frozen"];
}
