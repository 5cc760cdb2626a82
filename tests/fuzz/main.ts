/**
 * Many runs in a process of their own, so that its memory and its open files
 * show: `main.ts SEED FROM TO`.
 */

import { withDirectory } from "../helpers/directory.ts";
import { withRawServer } from "../servers/raw.ts";
import { recordedAnswers } from "./answers.ts";
import { complaintsOf, Served } from "./run.ts";

/** What came of all runs, as this process prints it. */
export interface Summary {
  /** What went wrong, with all that it takes to see it again; the first few. */
  failures: string[];
  /** How many runs went wrong. */
  failed: number;
  /** Requests that were answered. */
  requests: number;
  /** Open files before the first run and after the last. */
  files: [before: number, after: number];
  /** Memory that is in use, in MB, after each tenth. */
  memory: number[];
  /** The longest run, in ms. */
  longest: number;
}

/**
 * Runs that are under way at a time: most of them wait for each other's server.
 */
const WIDTH = 6;

const MAX_TOLD = 5;

async function main(seed: string, from: number, to: number): Promise<Summary> {
  const answers = recordedAnswers();
  const summary: Summary = {
    failures: [],
    failed: 0,
    requests: 0,
    files: [0, 0],
    memory: [],
    longest: 0,
  };
  const fail = (which: number, what: string[], served: string[] = []) => {
    if (summary.failed++ >= MAX_TOLD) return;
    const again = `ESMOND_FUZZ_SEED=${seed} ESMOND_FUZZ_ONLY=${which}`;
    summary.failures.push([again, ...what, "served:", ...served].join("\n"));
  };
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    fail(NaN, [`nobody caught ${event.reason?.stack ?? event.reason}`]);
  });
  const one = async (which: number) => {
    const served = new Served(answers, `${seed} ${which}`);
    const begun = performance.now();
    await withDirectory((directory) =>
      withRawServer(served.handler, async ({ origin, requests }) => {
        const complaints = await complaintsOf(
          origin,
          directory,
          `${seed} ${which}`,
        );
        if (complaints.length > 0) fail(which, complaints, served.log);
        summary.requests += requests.length;
      })
    );
    summary.longest = Math.max(summary.longest, performance.now() - begun);
  };
  await one(from); // whatever is loaded once
  summary.files[0] = openFiles();
  let next = from;
  const tenth = Math.ceil((to - from) / 10);
  const work = async () => {
    while (next < to) {
      const which = next++;
      await one(which);
      if ((which - from + 1) % tenth === 0) summary.memory.push(memory());
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, work));
  // what is closing closes
  await new Promise((resolve) => setTimeout(resolve, 300));
  summary.files[1] = openFiles();
  return summary;
}

function openFiles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

function memory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return Math.round(Deno.memoryUsage().rss / 1e6);
}

if (import.meta.main) {
  const [seed = "", from, to] = Deno.args;
  console.log(JSON.stringify(await main(seed, Number(from), Number(to))));
}
