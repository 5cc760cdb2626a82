/**
 * The source files of a part of the project.
 *
 * @module
 */

import { join } from "@std/path";

/** The paths of the TypeScript files below a directory; of a file, its own. */
export async function* sourceFiles(path: string): AsyncGenerator<string> {
  if (path.endsWith(".ts")) return yield path;
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (isDirectory || name.endsWith(".ts")) {
      yield* sourceFiles(join(path, name));
    }
  }
}
