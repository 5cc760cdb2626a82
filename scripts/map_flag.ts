/**
 * The flag that gives a child process the same `@std` names as this one.
 *
 * @module
 */

import { join } from "@std/path";

/**
 * `--config=deno.json` where the names come from JSR, else
 * `--import-map=registry/npm.json`; with full paths.
 */
export function mapFlag(): string {
  const isNpm = import.meta.resolve("@std/path").startsWith("node:");
  const [flag, path] = isNpm
    ? ["--import-map", "registry/npm.json"] as const
    : ["--config", "deno.json"] as const;
  return `${flag}=${join(import.meta.dirname!, "..", path)}`;
}
