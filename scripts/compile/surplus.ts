/**
 * What packages have that the program never loads: the compiler would put whole
 * packages into an executable.
 *
 * @module
 */

import { join } from "@std/path";
import { BuildProblem } from "./problem.ts";
import { reason, run } from "./run.ts";

/**
 * The same code once more, for browsers and for `require()`, by the packages
 * and their folders. The program imports what is in the others.
 */
const SURPLUS: Record<string, readonly string[]> = { "csv-parse": ["dist"] };

/**
 * The folders that are to be left out of an executable.
 *
 * @param deno The Deno that compiles.
 * @param late The packages in it, such as `npm:csv-parse@7.0.3/sync`.
 * @throws {BuildProblem} where Deno does not say where it keeps packages.
 */
export async function surplusFolders(
  deno: string,
  late: readonly string[],
): Promise<string[]> {
  const { code, stdout, stderr } = await run(deno, ["info", "--json"]);
  if (code !== 0) {
    throw new BuildProblem(`deno info: ${reason(stderr)}`);
  }
  const { npmCache } = JSON.parse(stdout) as { npmCache: string };
  return await surplusIn(npmCache, late);
}

/** The same, in the directory where Deno keeps packages. */
export async function surplusIn(
  npmCache: string,
  late: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const each of late) {
    const [, name, version] = /^npm:(.+)@([^/]+)/.exec(each) ?? [];
    for (const folder of SURPLUS[name!] ?? []) {
      for await (const { name: registry } of Deno.readDir(npmCache)) {
        const path = join(npmCache, registry, name!, version!, folder);
        if (await isDirectory(path)) found.push(path);
      }
    }
  }
  return found;
}

async function isDirectory(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isDirectory, () => false);
}
