/**
 * How long the commands that answer questions take for an archive with a week
 * of many series, next to `curl --parallel` with the requests that the question
 * needs at least: `deno run -A scripts/bench/answers.ts coverage|latest
 * [--series N] [--runs N]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import {
  checkSame,
  median,
  program,
  seconds,
  table,
  time,
} from "./bulk/tools.ts";
import { timeAndPeak } from "./bulk/memory.ts";
import { fillWeek } from "./answers_archive.ts";

/** The program's default number of concurrent requests. */
const PARALLEL = "6";

/** The event types of a week's tests that say when one ran. */
const SAY_WHEN = [
  ...["throughput", "packet-loss-rate", "failures", "pscheduler-run-href"],
];

/** What a benchmark has. */
interface Bench {
  /** Where the archive is. */
  url: string;
  /** How many series it has. */
  series: number;
  /** How often everything is measured. */
  runs: number;
  /** For files. */
  directory: string;
}

const BENCHES: Record<string, (bench: Bench) => Promise<void>> = {
  coverage,
  latest,
};

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["series", "runs"] });
  const bench = BENCHES[String(options._[0])];
  if (bench === undefined) {
    console.error(`say which: ${Object.keys(BENCHES).join(", ")}`);
    Deno.exit(2);
  }
  const series = Number(options["series"] ?? 2000);
  const directory = await Deno.makeTempDir({ prefix: "esmond-bench-" });
  try {
    const db = join(directory, "archive.db");
    fillWeek(db, series, Math.floor(Date.now() / 1000));
    await withServe(
      db,
      (url) =>
        bench({ url, series, runs: Number(options["runs"] ?? 5), directory }),
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Runs `use` next to `esmond-ps serve`, in a process of its own. */
async function withServe(
  db: string,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const [command, args] = program(["serve", "--db", db, "--port", "0"]);
  const process = new Deno.Command(command, {
    args,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const reader = process.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    const { value = "" } = await reader.read();
    await use(/http:\S+/.exec(value)![0]);
    await reader.cancel();
  } finally {
    process.kill();
    await process.status;
  }
}

/** What there is of every test, and how much memory that takes. */
async function coverage(bench: Bench): Promise<void> {
  const { url, series } = bench;
  const tests = await testsOf(url);
  const needed = tests.flatMap((test) => test["event-types"])
    .filter((each) => SAY_WHEN.includes(each["event-type"]))
    .map((each) => `${url}${each["base-uri"]}?limit=1000000`);
  // Once by the time of the last write, once for what was never written to.
  const { ours, curls, peak } = await compare(
    bench,
    ["coverage", "--url", url, "--ip", "-o", "ndjson"],
    [listOf(url), listOf(url), ...needed],
    tests.length,
  );
  tell("coverage", `${series} in ${tests.length} tests`, ours, curls);
  if (peak > 0) table([["peak RSS", `${(peak / 1024).toFixed(0)} MB`]]);
}

/** The newest value of every series. */
async function latest(bench: Bench): Promise<void> {
  const { url, series } = bench;
  const newest = (await testsOf(url)).flatMap((test) => test["event-types"])
    .map((each) => {
      const start = each["time-updated"] - 900;
      return `${url}${each["base-uri"]}?time-start=${start}&limit=1000`;
    });
  const { ours, curls } = await compare(
    bench,
    ["latest", "--url", url, "--ip", "-o", "ndjson"],
    [listOf(url), ...newest],
    series,
  );
  tell("latest", `${series}`, ours, curls);
}

function tell(
  command: string,
  contents: string,
  ours: readonly number[],
  curls: readonly number[],
): void {
  const ratio = median([...ours]) / median([...curls]);
  table([
    ["series", `${contents}, a week of each`],
    [`esmond-ps ${command}`, seconds([...ours])],
    [
      "curl --parallel",
      `${seconds([...curls])}; ${command} takes ${
        ratio.toFixed(2)
      } times as long`,
    ],
  ]);
}

/** Runs a command that prints so many lines, and curl with addresses, in turn. */
async function compare(
  { runs, directory }: Bench,
  argv: string[],
  addresses: readonly string[],
  lines: number,
): Promise<{ ours: number[]; curls: number[]; peak: number }> {
  const file = join(directory, "addresses");
  // as curl reads them
  const text = addresses
    .map((each) => `url = "${each}"\noutput = "/dev/null"\n`).join("");
  await Deno.writeTextFile(file, text);
  const ours: number[] = [];
  const curls: number[] = [];
  const peaks: number[] = [];
  for (let run = -1; run < runs; run++) {
    const mine = await timeAndPeak(program(argv));
    checkSame("lines", mine.stdout.split("\n").length - 1, lines);
    const curl = await time(["curl", [
      ...["--silent", "--show-error", "--parallel", "--parallel-max", PARALLEL],
      ...["--config", file],
    ]]);
    if (run < 0) continue; // the first fills the caches
    ours.push(mine.seconds);
    curls.push(curl.seconds);
    peaks.push(mine.peak);
  }
  return { ours, curls, peak: median(peaks) };
}

function listOf(url: string): string {
  return `${url}/esmond/perfsonar/archive/?limit=1000000`;
}

/** What a list says of a test, as far as it is used. */
interface ListedTest {
  "event-types": {
    "event-type": string;
    "base-uri": string;
    "time-updated": number;
  }[];
}

async function testsOf(url: string): Promise<ListedTest[]> {
  return await (await fetch(listOf(url))).json();
}
