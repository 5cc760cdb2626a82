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
 *
 * @param options `lock` is a file to write another lock file to; null for none.
 */
export function mapFlags({ lock }: { lock?: string | null } = {}): string[] {
  const config = `--config=${join(ROOT, "deno.json")}`;
  const map = IS_NPM ? [config, `--import-map=${MAP}`] : [config];
  if (lock === null) return map;
  if (lock !== undefined) return [...map, `--lock=${lock}`, "--frozen=false"];
  const locked = `--lock=${join(ROOT, "registry/npm.lock")}`;
  return IS_NPM ? [...map, locked, "--frozen"] : map;
}
