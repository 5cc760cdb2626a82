/**
 * How much processor time `get-bulk` takes of one kind of data next to another,
 * and how much memory for what is large: Parquet against csv, histograms and
 * traces against numbers.
 *
 * @module
 */

import { cpuTime } from "../cpu.ts";
import { measure } from "./memory.ts";
import {
  type ArchiveOptions,
  type BenchArchive,
  type BenchOptions,
  bulkOptions,
  intoDirectory,
  median,
  program,
  seconds,
  table,
  withArchive,
} from "./tools.ts";

/** Something that is exported. */
interface Case {
  title: string;
  contents: Partial<ArchiveOptions>;
  format: string;
  /** Further options of the program. */
  further?: string[];
  /** Where another version of the program is; this one if absent. */
  source?: string;
}

/** The text formats against csv, and against another version's: 4 million numbers. */
export async function formats(options: BenchOptions): Promise<void> {
  const contents = { tests: Math.round(200 * options.share), points: 5000 };
  const { before: source } = options;
  await compare([
    { title: "csv", contents, format: "csv" },
    { title: "json", contents, format: "json" },
    { title: "ndjson", contents, format: "ndjson" },
    { title: "csv, compressed", contents, format: "csv", further: ["--gzip"] },
    ...(source === undefined
      ? []
      : [{ title: "csv, before", contents, format: "csv", source }]),
  ], options);
}

/** Parquet against csv: 1 million numbers. */
export async function parquet(options: BenchOptions): Promise<void> {
  const contents = { tests: 50, points: 5000 };
  await compare([
    { title: "csv", contents, format: "csv" },
    { title: "parquet", contents, format: "parquet" },
  ], options);
}

/** Histograms of 20 buckets and traces of 8 hops against as many numbers. */
export async function objects(options: BenchOptions): Promise<void> {
  const contents = { tests: 20, eventTypes: 1, points: 5000 };
  await compare([
    { title: "numbers, ndjson", contents, format: "ndjson" },
    ...(["histograms", "traces"] as const).flatMap((values) =>
      ["ndjson", "csv", "parquet"].map((format) => ({
        title: `${values}, ${format}`,
        contents: { ...contents, values },
        format,
      }))
    ),
  ], options);
  const points = Math.round(5000 * options.share);
  const { peak } = await measure(
    { tests: 200, points, eventTypes: 1, values: "traces" },
    { ...options, runs: 1, format: "ndjson" },
    200,
  );
  const size = `${(peak / 1024).toFixed(0)} MB`;
  table([[`peak RSS of ${200 * points} traces, ndjson`, size]]);
}

/** Measures and prints; all take turns, and are compared with the first. */
async function compare(cases: Case[], options: BenchOptions): Promise<void> {
  const found = cases.map((): number[] => []);
  for (let run = 0; run < options.runs; run++) {
    for (const [at, each] of cases.entries()) {
      await withArchive(each.contents, async (archive) => {
        found[at]!.push(await timeOf(archive, each, options));
      });
    }
  }
  const first = median(found[0]!);
  table(cases.map(({ title }, at) => {
    const used = found[at]!;
    const ratio = (median(used) / first).toFixed(2);
    return [title, `${seconds(used)} of processor time; ratio ${ratio}`];
  }));
}

async function timeOf(
  archive: BenchArchive,
  { format, source, further = [] }: Case,
  options: BenchOptions,
): Promise<number> {
  const { cpu } = await intoDirectory(options, async (path) => {
    const args = bulkOptions(archive, path, format);
    const command = ["get-bulk", ...args, ...further, ...options.further];
    return { cpu: await cpuTime(program(command, source)) };
  });
  return cpu;
}
