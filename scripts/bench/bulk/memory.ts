/**
 * How much memory `get-bulk` takes at most (peak RSS) for 1 million points, and
 * for 20 million: as more series, and as longer ones.
 *
 * @module
 */

import {
  type BenchArchive,
  type BenchOptions,
  bulkOptions,
  checkSame,
  intoDirectory,
  median,
  program,
  table,
  time,
  withArchive,
} from "./tools.ts";

/**
 * How often the size of the process is looked at, in ms: what it grows by in
 * the last of them is missed.
 */
const POLL = 50;

/** How many times as many points. */
const FACTOR = 20;

/** What an archive holds. */
interface Contents {
  tests: number;
  points: number;
}

/** Four series a test. */
const SHAPES: Record<string, { small: Contents; large: Contents }> = {
  "more series": {
    small: { tests: 50, points: 5000 },
    large: { tests: 50 * FACTOR, points: 5000 },
  },
  "longer series": {
    small: { tests: 1, points: 250_000 },
    large: { tests: 1, points: 250_000 * FACTOR },
  },
};

/** Seconds between points, so that even the longest series ends in the past. */
const SPACING = 10;

/** Measures and prints. */
export async function memory(options: BenchOptions): Promise<void> {
  if (Deno.build.os !== "linux") {
    console.log("not measured: peak RSS is read from /proc, which Linux has");
    return;
  }
  // says at once if Deno does not allow it
  await Deno.readTextFile("/proc/self/status");
  for (const [title, { small, large }] of Object.entries(SHAPES)) {
    const few = await measure(part(small, options.share), options);
    const many = await measure(part(large, options.share), options);
    const ratio = many.peak / few.peak;
    table([
      [title, `points      peak RSS      seconds`],
      ...[few, many].map(({ points, peak, seconds }) =>
        [
          "",
          [
            String(points).padEnd(12),
            `${(peak / 1024).toFixed(0)} MB`.padEnd(14),
            seconds.toFixed(1),
          ].join(""),
        ] as [string, string]
      ),
      ["", `${FACTOR} times as many points: ${percent(ratio)} memory`],
    ]);
  }
}

/** Of many tests some, of one test the first points. */
function part({ tests, points }: Contents, share: number): Contents {
  return tests > 1
    ? { tests: Math.max(1, Math.round(tests * share)), points }
    : { tests, points: Math.max(1, Math.round(points * share)) };
}

function percent(ratio: number): string {
  const change = (ratio - 1) * 100;
  return `${Math.abs(change).toFixed(0)} % ${change < 0 ? "less" : "more"}`;
}

async function measure(
  contents: Contents,
  options: BenchOptions,
) {
  return await withArchive(
    { ...contents, spacing: SPACING },
    async (archive) => {
      const peaks: number[] = [];
      const times: number[] = [];
      for (let run = 0; run < options.runs; run++) {
        const { peak, seconds, files } = await runOnce(archive, options);
        checkSame("files written", files, contents.tests * 4);
        peaks.push(peak);
        times.push(seconds);
      }
      const points = contents.tests * 4 * contents.points;
      return { points, peak: median(peaks), seconds: median(times) };
    },
  );
}

/** One run, with its peak RSS in kB. */
async function runOnce(archive: BenchArchive, options: BenchOptions) {
  await archive.reset();
  let peak = 0;
  const run = await intoDirectory(options, (path) => {
    const args = bulkOptions(archive, path, options.format);
    const command = program(["get-bulk", ...args, ...options.further]);
    return time(command, async (pid, end) => {
      let isOver = false;
      const over = end.finally(() => isOver = true);
      while (!isOver) {
        peak = Math.max(peak, await peakOf(pid));
        let timer: ReturnType<typeof setTimeout> | undefined;
        const pause = new Promise((resolve) => {
          timer = setTimeout(resolve, POLL);
        });
        await Promise.race([pause, over]);
        clearTimeout(timer);
      }
    });
  });
  return { ...run, peak };
}

/**
 * The peak RSS that the system has noted for a process, in kB; 0 when it is
 * gone.
 */
async function peakOf(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}
