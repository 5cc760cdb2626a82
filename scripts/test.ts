/**
 * Runs the tests, side by side: `deno task test [FILE]...`. What is long by
 * nature runs in a short form; `--long` runs all of it. At the end it says how
 * many tests were skipped, and why.
 *
 * @module
 */

import { join } from "@std/path";
import { mapFlags } from "./map_flags.ts";
import { readReport, summary } from "./test_report.ts";

if (import.meta.main) {
  const isLong = Deno.args[0] === "--long";
  const files = Deno.args.slice(isLong ? 1 : 0);
  Deno.exit(
    await runTests(
      files.length > 0 ? files : ["tests/"],
      isLong ? { ESMOND_LONG: "1" } : {},
    ),
  );
}

/**
 * Runs the tests, whose types `deno task check` checks, and prints the summary;
 * the exit code.
 */
export async function runTests(
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
    cwd: join(import.meta.dirname!, ".."),
    env,
  }).spawn().status;
  const told = readReport(await Deno.readTextFile(report));
  await Deno.remove(report);
  // A file that cannot be loaded is not in the report.
  if (code !== 0 && told.failed === 0) told.failed = 1;
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log([`\nafter ${seconds} s:`, ...summary(told)].join("\n"));
  return code;
}
