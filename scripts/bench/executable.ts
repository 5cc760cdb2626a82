/**
 * How long `esmond-ps --version` of an executable takes, relative to an
 * executable with an empty program in it, and to the `--help` of the Python
 * program; medians of 21 runs each, taken in turn.
 *
 *     deno run -A $MAP scripts/bench/executable.ts EXECUTABLE [--deno FILE] [--python-client DIR]
 *
 * `--deno` and `DENORT_BIN` as for `deno task compile`; DIR has the folders
 * `clients` and `esmond_client`.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { join } from "@std/path";
import { makeEmpty } from "../compile/executable.ts";
import { ownTarget } from "../compile/targets.ts";
import { median } from "./bulk/tools.ts";

const RUNS = 21;

if (import.meta.main) {
  const { values, positionals: [executable] } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      deno: { type: "string", default: Deno.execPath() },
      "python-client": { type: "string" },
    },
  });
  if (executable === undefined) {
    console.error("name the executable: deno task compile makes one");
    Deno.exit(2);
  }
  const work = await Deno.makeTempDir();
  try {
    const empty = await makeEmpty(ownTarget(), { deno: values.deno, work });
    const programs: Record<string, string[]> = {
      "an empty executable": [empty],
      "esmond-ps --version": [await Deno.realPath(executable), "--version"],
      "esmond-ps get --help": [
        await Deno.realPath(executable),
        "get",
        "--help",
      ],
    };
    const source = values["python-client"];
    if (source !== undefined) {
      const program = join(
        await Deno.realPath(source),
        "clients/esmond-ps-get",
      );
      programs["Python: esmond-ps-get --help"] = ["python3", program, "--help"];
    }
    print(await measure(programs, source));
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function measure(
  programs: Record<string, string[]>,
  pythonPath = "",
): Promise<Map<string, number>> {
  const times = new Map(
    Object.keys(programs).map((name) => [name, [] as number[]]),
  );
  for (let run = -1; run < RUNS; run++) {
    for (const [name, [program, ...args]] of Object.entries(programs)) {
      const begin = performance.now();
      const { success, stderr } = await new Deno.Command(program!, {
        args,
        stdout: "null",
        env: { PYTHONPATH: pythonPath },
      }).output();
      const took = performance.now() - begin;
      if (!success) {
        throw new Error(`${name}: ${new TextDecoder().decode(stderr)}`);
      }
      if (run >= 0) times.get(name)!.push(took); // the first fills the caches
    }
  }
  return new Map([...times].map(([name, each]) => [name, median(each)]));
}

function print(medians: Map<string, number>): void {
  const ours = medians.get("esmond-ps --version")!;
  for (const [name, ms] of medians) {
    const ratio = (ours / ms).toFixed(2);
    console.log(
      `${name.padEnd(30)}${ms.toFixed(1)} ms; --version takes ${ratio} of it`,
    );
  }
}
