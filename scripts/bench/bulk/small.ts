/**
 * What a short series costs `get-bulk`, in processor time: what 200 tests cost
 * more than one does, beside a script that only fetches the same answers and
 * writes each to a file.
 *
 * @module
 */

import { join } from "@std/path";
import { mapFlags } from "../../map_flags.ts";
import { cpuTime } from "../cpu.ts";
import {
  type BenchArchive,
  type BenchOptions,
  bulkOptions,
  checkSame,
  intoDirectory,
  median,
  program,
  table,
  withArchive,
} from "./tools.ts";

/** Event types of each test. */
const SERIES = 4;

/** Points of each series, unless `--points` says otherwise. */
const POINTS = 100;

/** Measures and prints; all take turns. */
export async function small(options: BenchOptions): Promise<void> {
  const { tests, runs, format } = options;
  const points = Math.min(options.points, POINTS);
  await withArchive(
    { tests: 1, points },
    async (one) =>
      await withArchive({ tests, points }, async (archive) => {
        const exportOf = (from: BenchArchive) =>
          intoDirectory(options, async (path) => {
            const args = ["get-bulk", ...bulkOptions(from, path, format)];
            return {
              cpu: await cpuTime(program([...args, ...options.further])),
            };
          });
        const first = await exportOf(archive); // fills the caches, not counted
        checkSame("files written", first.files, tests * SERIES);
        const addresses = (await archive.requests())
          .filter((address) => address.includes("/base"));
        const [ours, begins, bares] = [[], [], []] as number[][];
        for (let run = 0; run < runs; run++) {
          ours!.push((await exportOf(archive)).cpu);
          begins!.push((await exportOf(one)).cpu);
          bares!.push(
            await bareOf(addresses.slice(0, tests * SERIES), options),
          );
          bares![run]! -= await bareOf(addresses.slice(0, SERIES), options);
        }
        const series = (tests - 1) * SERIES;
        const cost = (median(ours!) - median(begins!)) * 1000 / series;
        const bare = median(bares!) * 1000 / series;
        const ms = (value: number) =>
          `${value.toFixed(2)} ms of processor time`;
        table([
          ["read", `${tests * SERIES} series of ${points} points`],
          ["requests a series", (addresses.length / tests / SERIES).toFixed(1)],
          ["get-bulk, a series", ms(cost)],
          [
            "one fetch, one file",
            `${ms(bare)}; get-bulk takes ${
              (cost / bare).toFixed(1)
            } times that`,
          ],
        ]);
      }),
  );
}

/** What it takes to fetch addresses, and to write each answer to a file. */
async function bareOf(
  addresses: string[],
  options: BenchOptions,
): Promise<number> {
  const { cpu } = await intoDirectory(options, async (path) => {
    const list = join(path, "list.txt");
    await Deno.writeTextFile(list, addresses.join("\n"));
    const script = join(import.meta.dirname!, "../bare_export.ts");
    const flags = ["run", "-q", "--no-prompt", "-A", ...mapFlags()];
    const command = [...flags, script, list, path];
    return { cpu: await cpuTime([Deno.execPath(), command]) };
  });
  return cpu;
}
