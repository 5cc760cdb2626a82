/**
 * Answers damaged by chance, through library and program. `ESMOND_FUZZ_RUNS`
 * says how many (20,000 for a proof), `ESMOND_FUZZ_SEED` by which chance;
 * `ESMOND_FUZZ_ONLY` does one run of them again.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { mapFlags } from "../scripts/map_flags.ts";
import { runProcess } from "./helpers/process.ts";
import type { Summary } from "./fuzz/main.ts";
import { runs } from "./helpers/long.ts";
import { lackedByOthers, testUnless } from "./helpers/skipping.ts";

const SEED = Deno.env.get("ESMOND_FUZZ_SEED") ?? "esmond";
const ONLY = Deno.env.get("ESMOND_FUZZ_ONLY");
const RUNS = ONLY === undefined ? runs("ESMOND_FUZZ_RUNS", 150, 1500) : 1;

testUnless(
  lackedByOthers("open files in /proc"),
  "no damage to an answer makes library or program crash, hang, leak, act on a terminal, or pass off a part as the whole",
  async () => {
    const from = Number(ONLY ?? 0);
    const path = join(import.meta.dirname!, "fuzz/main.ts");
    const { exit, stdout, stderr } = await runProcess([
      Deno.execPath(),
      ...["run", "-q", "--no-prompt", "-A", "--v8-flags=--expose-gc"],
      ...mapFlags(),
      ...[path, SEED, `${from}`, `${from + RUNS}`],
    ], { limit: 300_000 + 300 * RUNS });
    assertEquals(exit, 0, stderr);
    const summary: Summary = JSON.parse(stdout);
    const { failures, failed, files, memory, longest, requests } = summary;
    console.log(
      `${RUNS} runs (seed ${SEED}), ${requests} requests, the longest ${
        Math.round(longest)
      } ms; memory ${memory.join(", ")} MB; open files ${
        files.join(", then ")
      }`,
    );
    assertEquals(failed, 0, failures.join("\n\n"));
    assert(files[1] <= files[0] + 3, `open files: ${files}`);
    // The first tenth is still growing into what it needs; from the half on
    // nothing is added.
    const last = memory.at(-1) ?? 0;
    const half = memory[4] ?? last; // absent of a single run
    assert(last < half * 1.3 + 50, `memory: ${memory} MB`);
  },
);
