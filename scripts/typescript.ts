/**
 * TypeScript's compiler, for what is run or published without types.
 *
 * @module
 */

import { join } from "@std/path";

const ROOT = join(import.meta.dirname!, "..");

/**
 * The arguments of Deno that run the compiler on files of the repository.
 *
 * It has a lock file of its own, because Deno loads all that is in one, and
 * whoever runs the program or its tests needs no compiler.
 *
 * @param options The compiler's options; those of every use are added.
 * @param files From the root of the repository.
 */
export function tsc(
  options: Record<string, unknown>,
  files: readonly string[],
): string[] {
  const all = {
    module: "es2022",
    moduleResolution: "bundler",
    rewriteRelativeImportExtensions: true,
    rootDir: ROOT,
    ...options,
  };
  return [
    ...["run", "-q", "--no-config"],
    `--lock=${join(ROOT, "registry/typescript.lock")}`,
    ...["--allow-read", "--allow-write", "--allow-env", "--allow-sys"],
    "npm:typescript@6.0.3/bin/tsc",
    ...Object.entries(all).flatMap(([name, value]) => [
      `--${name}`,
      String(value),
    ]),
    ...files.map((file) => join(ROOT, file)),
  ];
}
