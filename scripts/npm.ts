/**
 * The library as a package for npm, in `dist/npm`: `deno task npm`.
 *
 * @module
 */

import { join } from "@std/path";
import denoJson from "../deno.json" with { type: "json" };
import { sourceFiles } from "./sources.ts";
import { tsc } from "./typescript.ts";

const ROOT = join(import.meta.dirname!, "..");
const OUT = join(ROOT, "dist/npm");

/** Provenance is refused to a package that names another repository. */
const REPOSITORY = "https://github.com/esmond-client/esmond-client";

/** What is imported as what: all of JSR's package but what needs Deno. */
const FACES = Object.entries(denoJson.exports)
  .filter(([name]) => name !== "./cli" && name !== "./archive")
  .map(([name, path]) => ({ name, path, stem: path.replace(/\.ts$/, "") }));

const PACKAGE = {
  name: denoJson.name,
  version: denoJson.version,
  description:
    "Reads and writes perfSONAR measurement archives: esmond and elmond",
  keywords: ["perfsonar", "esmond", "elmond", "measurement", "network"],
  license: denoJson.license,
  homepage: `${REPOSITORY}#readme`,
  bugs: `${REPOSITORY}/issues`,
  repository: { type: "git", url: `git+${REPOSITORY}.git` },
  type: "module",
  main: "./mod.js",
  types: "./mod.d.ts",
  sideEffects: false,
  engines: { node: ">=18" },
  exports: Object.fromEntries(
    FACES.map(({ name, stem }) => [name, {
      types: `${stem}.d.ts`,
      default: `${stem}.js`,
    }]),
  ),
};

/** What is the compiler's to know; beyond that, what `deno.json` says. */
const OPTIONS = {
  ...denoJson.compilerOptions,
  // What Node 18 and the browsers of its time have.
  target: "es2022",
  lib: "es2022,dom,dom.asynciterable",
  declaration: true,
  noEmitOnError: true,
  outDir: OUT,
};

if (import.meta.main) {
  await Deno.remove(OUT, { recursive: true }).catch(() => {});
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: tsc(OPTIONS, FACES.map(({ path }) => path)),
    cwd: ROOT,
  }).spawn().status;
  if (code !== 0) Deno.exit(code);
  for await (const path of sourceFiles(OUT)) {
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, withJsNames(text));
  }
  const text = `${JSON.stringify(PACKAGE, null, 2)}\n`;
  await Deno.writeTextFile(join(OUT, "package.json"), text);
  for (const file of ["README.md", "LICENSE"]) {
    await Deno.copyFile(join(ROOT, file), join(OUT, file));
  }
  console.log(OUT);
}

/** The compiler leaves the names of imports in declarations as they are. */
function withJsNames(text: string): string {
  return text.replace(/((?:from |import\()"\.[^"]*)\.ts"/g, '$1.js"');
}
