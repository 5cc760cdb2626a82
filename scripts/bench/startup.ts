/**
 * How long commands take that have next to nothing to do, relative to an empty
 * Deno program: medians of 15 runs each, taken in turn. `--runs 5` is quicker.
 *
 * @module
 */

import { join } from "@std/path";
import { parseArgs } from "@std/cli/parse-args";
import { mapFlags } from "../map_flags.ts";
import { median, withArchive } from "./bulk/tools.ts";
import { cpuTime } from "./cpu.ts";

/** What a program took. */
interface Taken {
  /** From its start to its end, in ms. */
  wall: number[];
  /** Processor time, in ms; on Windows nobody says. */
  cpu: number[];
}

if (import.meta.main) {
  const { runs = "15" } = parseArgs(Deno.args, { string: ["runs"] });
  const directory = await Deno.makeTempDir();
  const empty = join(directory, "empty.ts");
  await Deno.writeTextFile(empty, "");
  const main = join(import.meta.dirname!, "../../cli/main.ts");
  await withArchive({ tests: 5, points: 1 }, async ({ url, all }) => {
    const list = ["get-endpoints", "--url", url, "--ip", ...all];
    const programs: Record<string, string[]> = {
      "empty program": [empty],
      "esmond-ps --version": [main, "--version"],
      "esmond-ps get --help": [main, "get", "--help"],
      "esmond-ps get-endpoints, 5 tests": [main, ...list],
    };
    const taken = new Map<string, Taken>();
    for (let run = -1; run < Number(runs); run++) {
      for (const [name, args] of Object.entries(programs)) {
        const { wall, cpu } = taken.get(name) ?? { wall: [], cpu: [] };
        const took = await measure(args);
        if (run < 0) continue; // the first fills the caches
        taken.set(name, {
          wall: [...wall, took.wall],
          cpu: [...cpu, took.cpu],
        });
      }
    }
    print(taken);
  });
  await Deno.remove(directory, { recursive: true });
}

function print(taken: Map<string, Taken>): void {
  const base = taken.get("empty program")!;
  for (const [name, { wall, cpu }] of taken) {
    const cells = ([["", wall, base.wall], [" CPU", cpu, base.cpu]] as const)
      .map(([what, values, others]) => {
        const ratio = median(values) / median(others);
        const text = `${median(values).toFixed(1)} ms${what}`;
        return `${text.padStart(13)} (${ratio.toFixed(2)})`;
      });
    console.log(`${name.padEnd(34)}${cells.join("  ")}`);
  }
}

async function measure(args: string[]): Promise<{ wall: number; cpu: number }> {
  const flags = ["run", "--quiet", "--no-prompt", "-A", ...mapFlags()];
  const begin = performance.now();
  const cpu = await cpuTime([Deno.execPath(), [...flags, ...args]]);
  return { wall: performance.now() - begin, cpu: 1000 * cpu };
}
