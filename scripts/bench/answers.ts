/**
 * How long the commands that answer questions take for an archive with a week
 * of many series, next to `curl --parallel` with the requests that the question
 * needs at least: `deno run -A scripts/bench/answers.ts latest [--series N]
 * [--runs N]`.
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
import { fillWeek } from "./answers_archive.ts";

/** The program's default number of concurrent requests. */
const PARALLEL = "6";

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

const BENCHES: Record<string, (bench: Bench) => Promise<void>> = { latest };

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

/** The newest value of every series. */
async function latest({ url, series, runs, directory }: Bench): Promise<void> {
  const addresses = join(directory, "addresses");
  await Deno.writeTextFile(addresses, await leastRequests(url));
  const ours: number[] = [];
  const curls: number[] = [];
  for (let run = -1; run < runs; run++) {
    const argv = ["latest", "--url", url, "--ip", "-o", "ndjson"];
    const mine = await time(program(argv));
    checkSame("lines", mine.stdout.split("\n").length - 1, series);
    const curl = await time(["curl", [
      ...["--silent", "--show-error", "--parallel", "--parallel-max", PARALLEL],
      ...["--config", addresses],
    ]]);
    if (run < 0) continue; // the first fills the caches
    ours.push(mine.seconds);
    curls.push(curl.seconds);
  }
  const ratio = median(ours) / median(curls);
  table([
    ["series", `${series}, a week of each`],
    ["esmond-ps latest", seconds(ours)],
    [
      "curl --parallel",
      `${seconds(curls)}; latest takes ${ratio.toFixed(2)} times as long`,
    ],
  ]);
}

/**
 * The list, and 15 minutes of each series: what has to be asked for at least,
 * as curl reads it.
 */
async function leastRequests(url: string): Promise<string> {
  const list = `${url}/esmond/perfsonar/archive/?limit=1000000`;
  const tests: {
    "event-types": { "base-uri": string; "time-updated": number }[];
  }[] = await (await fetch(list)).json();
  const series = tests.flatMap((test) => test["event-types"])
    .map((each) => {
      const start = each["time-updated"] - 900;
      return `${url}${each["base-uri"]}?time-start=${start}&limit=1000`;
    });
  return [list, ...series]
    .map((each) => `url = "${each}"\noutput = "/dev/null"\n`).join("");
}
