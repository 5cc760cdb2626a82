/**
 * How long `get-bulk` takes when every answer comes late, next to the same
 * program asking for one page of 1000 points at a time, as the Python client
 * does.
 *
 * @module
 */

import {
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

/** How late, in ms. */
const DELAY = 100;

/**
 * The program's default number of concurrent requests.
 */
const CONCURRENCY = 6;

/** Measures and prints. */
export async function distance(options: BenchOptions): Promise<void> {
  const { points, runs, share, concurrency = CONCURRENCY } = options;
  const tests = Math.max(1, Math.round(options.tests * share));
  const contents = { tests, points, delay: DELAY };
  await withArchive(contents, async (archive) => {
    const measure = async (...further: string[]) => {
      await archive.reset();
      const run = await intoDirectory(options, (path) => {
        const args = bulkOptions(archive, path, options.format);
        return time(program(["get-bulk", ...args, ...further]));
      });
      const stats = await archive.stats();
      checkSame("files written", run.files, tests * 4);
      return { ...stats, ...run }; // whose bytes are those of the files
    };
    const alone = await measure("--concurrency", "1", "--page-size", "1000");
    checkSame("requests under way, one at a time", alone.maxInFlight, 1);
    const together = [];
    for (let run = 0; run < runs; run++) {
      const limit = ["--concurrency", String(concurrency)];
      together.push(await measure(...limit, ...options.further));
    }
    const times = together.map((run) => run.seconds);
    const inFlight = Math.max(...together.map((run) => run.maxInFlight));
    const ratio = alone.seconds / median(times);
    const last = together.at(-1)!;
    checkSame("bytes written", last.bytes, alone.bytes);
    table([
      ["read", `${tests * 4 * points} points, ${DELAY} ms`],
      [
        `--concurrency ${concurrency}`,
        `${seconds(times)}, ${last.requests} requests`,
      ],
      [
        "one at a time, 1000 points",
        `${
          alone.seconds.toFixed(2)
        } s, ${alone.requests} requests; get-bulk is ${
          ratio.toFixed(1)
        } times as fast`,
      ],
      ["requests under way at most", `${inFlight} of ${concurrency}`],
    ]);
    if (inFlight > concurrency) throw new Error("too many requests under way");
  });
}
