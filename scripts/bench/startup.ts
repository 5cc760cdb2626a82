/**
 * How long `esmond-ps --version` takes, relative to an empty Deno program:
 * medians of 15 runs each, taken in turn.
 *
 * @module
 */

import { join } from "@std/path";
import { mapFlags } from "../map_flags.ts";
import { median } from "./bulk/tools.ts";

const RUNS = 15;

if (import.meta.main) {
  const directory = await Deno.makeTempDir();
  const empty = join(directory, "empty.ts");
  await Deno.writeTextFile(empty, "");
  const main = join(import.meta.dirname!, "../../cli/main.ts");
  const programs = { empty: [empty], version: [main, "--version"] };
  const times: Record<string, number[]> = { empty: [], version: [] };
  for (let run = -1; run < RUNS; run++) {
    for (const [name, args] of Object.entries(programs)) {
      const took = await time(args);
      if (run >= 0) times[name]!.push(took); // the first fills the caches
    }
  }
  await Deno.remove(directory, { recursive: true });
  const [base, ours] = [median(times["empty"]!), median(times["version"]!)];
  console.log(`empty program         ${base.toFixed(1)} ms`);
  console.log(`esmond-ps --version   ${ours.toFixed(1)} ms`);
  console.log(`ratio                 ${(ours / base).toFixed(2)}`);
}

async function time(args: string[]): Promise<number> {
  const begin = performance.now();
  await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...mapFlags(), ...args],
    stdout: "null",
  }).output();
  return performance.now() - begin;
}
