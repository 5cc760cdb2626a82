/**
 * Runs the tests, side by side: `deno task test [FILE]...`. What is long by
 * nature runs in a short form; `--long` runs all of it. At the end it says how
 * many tests were skipped, and why.
 *
 * @module
 */

import { dirname, join, relative } from "@std/path";
import { mapFlags } from "./map_flags.ts";
import { sourceFiles } from "./sources.ts";
import { readReport, summary } from "./test_report.ts";

const ROOT = join(import.meta.dirname!, "..");

/** How many files share a worker. */
const SHARED = 8;

if (import.meta.main) {
  const isLong = Deno.args[0] === "--long";
  const files = Deno.args.slice(isLong ? 1 : 0);
  const env: Record<string, string> = isLong ? { ESMOND_LONG: "1" } : {};
  Deno.exit(
    files.length > 0
      ? await runTests(files, env)
      : await runAll(await testFiles(), env),
  );
}

/** The paths of all test files, from the root. */
async function testFiles(): Promise<string[]> {
  const paths = await Array.fromAsync(sourceFiles(join(ROOT, "tests")));
  return paths.filter((path) => path.endsWith("_test.ts"))
    .map((path) => relative(ROOT, path)).toSorted();
}

/**
 * Runs many files, by paths from the root, a few in each worker: a worker of
 * the test runner takes longer to begin than most files to run.
 */
export async function runAll(
  files: string[],
  env: Record<string, string>,
): Promise<number> {
  const place = await Deno.makeTempDir();
  const made: string[] = [];
  for (const [directory, inIt] of Map.groupBy(files, dirname)) {
    for (let at = 0; at < inIt.length; at += SHARED) {
      const path = join(place, `${directory}/${at}_test.ts`);
      const imports = inIt.slice(at, at + SHARED).map((file) =>
        // What a file wants to be watched is not for the next one.
        "Deno.test.sanitizer({ ops: false, resources: false });\n" +
        `await import("${import.meta.resolve(`../${file}`)}");\n`
      );
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, imports.join(""));
      made.push(path);
    }
  }
  const code = await runTests(made, env);
  await Deno.remove(place, { recursive: true });
  return code;
}

/**
 * Runs the tests, whose types `deno task check` checks, and prints the summary;
 * the exit code.
 */
async function runTests(
  files: string[],
  env: Record<string, string>,
): Promise<number> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  const begun = performance.now();
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["test", "--no-check", "-P=test", "--parallel"],
      `--junit-path=${report}`,
      ...mapFlags(),
      ...files,
    ],
    cwd: ROOT,
    // Many a test waits for the disk, or for a process.
    env: { DENO_JOBS: `${2 * navigator.hardwareConcurrency}`, ...env },
  }).spawn().status;
  const told = readReport(await Deno.readTextFile(report));
  await Deno.remove(report);
  // A file that cannot be loaded is not in the report.
  if (code !== 0 && told.failed === 0) told.failed = 1;
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log([`\nafter ${seconds} s:`, ...summary(told)].join("\n"));
  return code;
}
