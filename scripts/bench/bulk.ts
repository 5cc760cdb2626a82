/**
 * The benchmarks of `get-bulk`, on an archive of their own on loopback: `deno
 * run -A scripts/bench/bulk.ts NAME [OPTION...] [-- OPTIONS OF THE PROGRAM]`.
 * README.md beside this file says what each measures, and which options there
 * are; the names are those of `BENCHES`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "@std/path";
import { dataset } from "./bulk/dataset.ts";
import { distance } from "./bulk/distance.ts";
import { memory } from "./bulk/memory.ts";
import { names } from "./bulk/names.ts";
import { formats, objects, parquet } from "./bulk/processor.ts";
import { small } from "./bulk/small.ts";
import { throughput } from "./bulk/throughput.ts";
import type { BenchOptions } from "./bulk/tools.ts";

const BENCHES: Record<string, (options: BenchOptions) => Promise<void>> = {
  throughput,
  distance,
  memory,
  dataset,
  names,
  small,
  formats,
  objects,
  parquet,
};

if (import.meta.main) {
  const [name = "", ...further] = Deno.args;
  const bench = BENCHES[name];
  if (bench === undefined) {
    console.error(`say which: ${Object.keys(BENCHES).join(", ")}`);
    Deno.exit(2);
  }
  await bench(readOptions(further));
}

function readOptions(args: string[]): BenchOptions {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const options = parseArgs(args.slice(0, end), {
    string: [
      "runs",
      "tests",
      "points",
      "format",
      "directory",
      "concurrency",
      "share",
      "before",
      "python-client",
      "python-runs",
    ],
  }) as Record<string, unknown>;
  const text = (name: string) => options[name] as string | undefined;
  const number = (name: string, otherwise: number) =>
    Number(text(name) ?? otherwise);
  const runs = number("runs", 5);
  const [before, directory, concurrency, pythonClient] = [
    text("before"),
    text("directory"),
    text("concurrency"),
    text("python-client"),
  ];
  return {
    runs,
    tests: number("tests", 200),
    points: number("points", 5000),
    format: text("format") ?? "csv",
    share: number("share", 1),
    pythonRuns: number("python-runs", runs),
    further: args.slice(end + 1),
    ...(directory === undefined ? {} : { directory }),
    ...(concurrency === undefined ? {} : { concurrency: Number(concurrency) }),
    ...(before === undefined ? {} : { before: resolve(before) }),
    ...(pythonClient === undefined ? {} : { pythonClient }),
  };
}
