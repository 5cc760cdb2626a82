/**
 * How much memory `get-bulk` takes at most (peak RSS) for 1 million points, and
 * for 20 million: as more series, and as longer ones.
 *
 * @module
 */

import {
  type ArchiveOptions,
  type BenchArchive,
  type BenchOptions,
  bulkOptions,
  checkSame,
  intoDirectory,
  median,
  program,
  type Run,
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
export interface Contents {
  /** How many tests. */
  tests: number;
  /** How many points each series has. */
  points: number;
  /**
   * How many series each test has.
   *
   * @default {4}
   */
  eventTypes?: number;
  /**
   * Seconds between points; as they are, even the longest series ends in the
   * past.
   *
   * @default {10}
   */
  spacing?: number;
  /**
   * What the values are.
   *
   * @default {"numbers"}
   */
  values?: ArchiveOptions["values"];
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

/** Measures and prints. */
export async function memory(options: BenchOptions): Promise<void> {
  if (Deno.build.os !== "linux") {
    console.log("not measured: peak RSS is read from /proc, which Linux has");
    return;
  }
  // says at once if Deno does not allow it
  await Deno.readTextFile("/proc/self/status");
  for (const [title, { small, large }] of Object.entries(SHAPES)) {
    const measured = (contents: Contents) => {
      const asked = part(contents, options.share);
      return measure(asked, options, asked.tests * 4);
    };
    const few = await measured(small);
    const many = await measured(large);
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

/** What came of it. */
export interface Measured {
  /** How many points there were. */
  points: number;
  /** The peak RSS, in kB. */
  peak: number;
  /** How long it took. */
  seconds: number;
}

/** Of many tests some, of one test the first points. */
function part({ tests, points }: Contents, share: number): Contents {
  return tests > 1
    ? { tests: Math.max(1, Math.round(tests * share)), points }
    : { tests, points: Math.max(1, Math.round(points * share)) };
}

/** The change that a ratio is. */
export function percent(ratio: number): string {
  const change = (ratio - 1) * 100;
  return `${Math.abs(change).toFixed(0)} % ${change < 0 ? "less" : "more"}`;
}

/** Runs `get-bulk` on an archive, and looks at its size. */
export async function measure(
  { tests, points, eventTypes = 4, spacing = 10, values = "numbers" }: Contents,
  options: BenchOptions,
  wanted: number,
): Promise<Measured> {
  return await withArchive(
    { tests, points, eventTypes, spacing, values },
    async (archive) => {
      const peaks: number[] = [];
      const times: number[] = [];
      for (let run = 0; run < options.runs; run++) {
        const { peak, seconds, files } = await runOnce(archive, options);
        checkSame("files written", files, wanted);
        peaks.push(peak);
        times.push(seconds);
      }
      return {
        points: tests * eventTypes * points,
        peak: median(peaks),
        seconds: median(times),
      };
    },
  );
}

/** One run, with its peak RSS in kB. */
async function runOnce(archive: BenchArchive, options: BenchOptions) {
  await archive.reset();
  return await intoDirectory(options, (path) => {
    const args = bulkOptions(archive, path, options.format);
    return timeAndPeak(program(["get-bulk", ...args, ...options.further]));
  });
}

/**
 * Runs a program to its end, and says its peak RSS in kB; 0 where the system has
 * no /proc.
 */
export async function timeAndPeak(
  command: [string, string[]],
  expected = 0,
): Promise<Run & { peak: number }> {
  let peak = 0;
  const run = await time(command, async (pid, end) => {
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
  }, expected);
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
