/**
 * How long the list of 20,000 tests is waited for where every answer is 100 ms
 * late: what it takes longer than without, beside one page after the other.
 * `deno run -A scripts/bench/list.ts [--runs 5] [--tests 20000] [--delay MS]`; a
 * longer delay tells more on a machine that is busy.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import {
  median,
  program,
  seconds,
  table,
  time,
  withArchive,
} from "./bulk/tools.ts";

if (import.meta.main) {
  const options = parseArgs(Deno.args, {
    string: ["runs", "tests", "delay"],
  });
  const delay = Number(options["delay"] ?? 100);
  const runs = Number(options["runs"] ?? 5);
  const contents = { tests: Number(options["tests"] ?? 20_000), points: 1 };
  await withArchive(
    contents,
    async (near) =>
      await withArchive({ ...contents, delay }, async (far) => {
        const list = async (url: string) => {
          const args = ["--url", url, "-o", "csv", "--ip", ...near.all];
          return (await time(program(["get-metadata", ...args]))).seconds;
        };
        await list(near.url); // fills the caches, and is not counted
        const waited: number[] = [];
        for (let run = 0; run < runs; run++) {
          const alone = await list(near.url);
          await far.reset();
          waited.push(await list(far.url) - alone);
        }
        const { requests, maxInFlight } = await far.stats();
        const inTurn = requests * delay / 1000;
        table([
          [
            "read",
            `${contents.tests} tests, ${requests} requests, ${delay} ms`,
          ],
          ["requests under way at most", String(maxInFlight)],
          ["waited", seconds(waited)],
          [
            "one after the other",
            `${inTurn.toFixed(1)} s, ${
              (inTurn / median(waited)).toFixed(1)
            } times that`,
          ],
        ]);
      }),
  );
}
