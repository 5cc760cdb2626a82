/**
 * Runs every test that runs the program against an executable in the place of
 * the sources: `deno task test-binary FILE`, or the file that
 * `ESMOND_PS_BINARY` names.
 *
 * @module
 */

import { dirname, join, relative, resolve } from "@std/path";
import { sourceFiles } from "./sources.ts";
import { runAll } from "./test.ts";

const ROOT = join(import.meta.dirname!, "..");

/** Whatever runs the program reaches this by its imports. */
const HARNESS = join(ROOT, "tests/helpers/binary.ts");

if (import.meta.main) {
  const named = Deno.args[0] ?? Deno.env.get("ESMOND_PS_BINARY");
  if (!named) {
    console.error("test-binary: name the executable: test-binary FILE");
    Deno.exit(2);
  }
  const binary = resolve(named);
  if (!await isFile(binary)) {
    console.error(`test-binary: ${binary} does not exist`);
    Deno.exit(2);
  }
  Deno.exit(await testBinary(binary));
}

async function testBinary(binary: string): Promise<number> {
  const files = await testFiles();
  console.log(`${binary}: the tests in ${files.length} files`);
  return await runAll(
    files.map((file) => relative(ROOT, file)),
    { ESMOND_PS_BINARY: binary },
  );
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((each) => each.isFile, () => false);
}

/** The test files that run the program. */
async function testFiles(): Promise<string[]> {
  const imports = new Map<string, string[]>();
  for await (const path of sourceFiles(join(ROOT, "tests"))) {
    const text = await Deno.readTextFile(path);
    const names = text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g);
    const found = Array.from(names, ([, name]) => join(dirname(path), name!));
    imports.set(path, found);
  }
  const reaching = new Set([HARNESS]);
  for (let size = 0; size < reaching.size;) {
    size = reaching.size;
    for (const [path, names] of imports) {
      if (names.some((name) => reaching.has(name))) reaching.add(path);
    }
  }
  return [...reaching].filter((path) => path.endsWith("_test.ts")).toSorted();
}
