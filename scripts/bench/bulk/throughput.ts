/**
 * How long `get-bulk` takes for millions of points, next to `curl --parallel`
 * fetching the same answers to nowhere, and to the Python client writing the
 * same files.
 *
 * @module
 */

import { MANIFEST } from "../../../cli/export/manifest.ts";
import { join } from "@std/path";
import {
  type BenchArchive,
  type BenchOptions,
  bulkOptions,
  checkSame,
  intoDirectory,
  median,
  program,
  seconds,
  table,
  time,
  withArchive,
} from "./tools.ts";

/** The program's default number of concurrent requests. */
const CURL_PARALLEL = 6;

/** Measures and prints; every contender takes its turn in every run. */
export async function throughput(options: BenchOptions): Promise<void> {
  const { tests, points, runs, pythonClient, pythonRuns } = options;
  await withArchive({ tests, points }, async (archive) => {
    const ours: number[] = [];
    const curls: number[] = [];
    const pythons: number[] = [];
    // fills the caches, and is not counted
    const first = await runProgram(archive, options, linesIn);
    const stats = await archive.stats();
    const addresses = await archive.requests();
    const series = tests * 4;
    checkSame("files written", first.files, series);
    if (options.format === "csv") {
      checkSame("lines written", first.lines!, series * (points + 1));
    }
    for (let run = 0; run < Math.max(runs, pythonRuns); run++) {
      if (run < runs) {
        const mine = await runProgram(archive, options);
        checkSame("bytes written", mine.bytes, first.bytes);
        ours.push(mine.seconds);
        const curl = await runCurl(archive, addresses, options);
        checkSame("bytes fetched", curl.fetched, stats.bytes);
        curls.push(curl.seconds);
      }
      if (pythonClient !== undefined && run < pythonRuns) {
        const theirs = await runPython(pythonClient, archive, options);
        checkSame("files of the Python client", theirs.files, first.files);
        checkSame("bytes of the Python client", theirs.bytes, first.bytes);
        pythons.push(theirs.seconds);
      }
    }
    const [mine, curl] = [median(ours), median(curls)];
    const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
    table([
      [
        "read",
        `${
          series * points
        } points of ${series} series, ${stats.requests} requests, ${
          megabytes(stats.bytes)
        }`,
      ],
      ["written", `${first.files} files, ${megabytes(first.bytes)}`],
      ["esmond-ps get-bulk", seconds(ours)],
      [
        "curl --parallel",
        `${seconds(curls)}; get-bulk takes ${
          (mine / curl).toFixed(2)
        } times as long`,
      ],
      [
        "Python client",
        pythons.length === 0
          ? "not measured: name its source with --python-client"
          : `${seconds(pythons)}; get-bulk is ${
            (median(pythons) / mine).toFixed(1)
          } times as fast`,
      ],
      ["points a second", (series * points / mine).toFixed(0)],
    ]);
  });
}

/** One run; `count` counts its output. */
async function runProgram(
  archive: BenchArchive,
  options: BenchOptions,
  count?: (path: string) => Promise<number>,
) {
  await archive.reset();
  return await intoDirectory(options, async (path) => {
    const args = bulkOptions(archive, path, options.format);
    const { concurrency, further } = options;
    if (concurrency !== undefined) args.push(`--concurrency=${concurrency}`);
    const command = program(["get-bulk", ...args, ...further]);
    return { ...await time(command), lines: await count?.(path) };
  });
}

/** How many lines the files of a directory have. */
async function linesIn(path: string): Promise<number> {
  let lines = 0;
  for await (const { name } of Deno.readDir(path)) {
    if (name === MANIFEST) continue;
    for (const byte of await Deno.readFile(join(path, name))) {
      if (byte === 10) lines++;
    }
  }
  return lines;
}

/** Sends the program's requests, in the same order. */
async function runCurl(
  archive: BenchArchive,
  addresses: string[],
  options: BenchOptions,
) {
  await archive.reset();
  const parallel = String(options.concurrency ?? CURL_PARALLEL);
  const { seconds } = await intoDirectory(options, async (path) => {
    const config = join(path, "curl.txt");
    const lines = addresses.map((address) =>
      `url = "${address}"\noutput = "/dev/null"\n`
    );
    await Deno.writeTextFile(config, lines.join(""));
    const flags = ["--fail", "--parallel", "--parallel-max", parallel, "-s"];
    return await time(["curl", [...flags, "--config", config]]);
  });
  return { seconds, fetched: (await archive.stats()).bytes };
}

async function runPython(
  source: string,
  archive: BenchArchive,
  options: BenchOptions,
) {
  const script = join(import.meta.dirname!, "../python_bulk.py");
  return await intoDirectory(options, async (path) => {
    const args = bulkOptions(archive, path, options.format);
    return await time(["python3", [script, source, ...args]]);
  });
}
