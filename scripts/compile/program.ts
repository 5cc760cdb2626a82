/**
 * The program as JavaScript without comments: what an executable carries. Of
 * TypeScript, Deno would embed both the sources and what it makes of them.
 *
 * @module
 */

import { basename, join } from "@std/path";
import { IS_NPM, MAP } from "../map_flags.ts";
import { sourceFiles } from "../sources.ts";
import { tsc } from "../typescript.ts";
import { BuildProblem } from "./problem.ts";
import { reason, ROOT, run } from "./run.ts";

/** The program, ready to be compiled. */
export interface Program {
  /** The file that is run. */
  main: string;
  /** The configuration, which maps the `@std` names. */
  config: string;
}

/**
 * Writes the program.
 *
 * @param work Where files go.
 * @throws {BuildProblem} where the compiler cannot be had, or refuses.
 */
export async function writeProgram(work: string): Promise<Program> {
  const outDir = join(work, "program");
  const files = ["cli/main.ts"];
  if (IS_NPM) {
    for await (const path of sourceFiles(join(ROOT, "registry"))) {
      if (basename(path).startsWith("std_")) {
        files.push(`registry/${basename(path)}`);
      }
    }
  }
  const options = {
    ...{ target: "esnext", lib: "esnext" },
    // deno task check has checked the types.
    ...{ noCheck: true, removeComments: true, outDir },
  };
  const { code, stdout, stderr } = await run(
    Deno.execPath(),
    tsc(options, files),
  );
  if (code !== 0) {
    throw new BuildProblem(
      `the program cannot be made JavaScript: ${reason(stderr || stdout)}`,
    );
  }
  const config = join(outDir, "deno.json");
  await Deno.writeTextFile(config, await configuration());
  return { main: join(outDir, "cli/main.js"), config };
}

/** The names, where those of the repository stand for its own files, too. */
async function configuration(): Promise<string> {
  const { imports } = JSON.parse(await Deno.readTextFile(MAP)) as {
    imports: Record<string, string>;
  };
  const mapped = Object.entries(imports).map(([name, target]) => [
    name,
    target.replace(/^\.\/(.*)\.ts$/, "./registry/$1.js"),
  ]);
  return JSON.stringify({ imports: Object.fromEntries(mapped), lock: false });
}
