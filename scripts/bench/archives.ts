/**
 * `coverage` of a day of 300 archives of 40 tests each, of which three are
 * silent, two do not listen, and one has a bad certificate:
 * `deno run -A scripts/bench/archives.ts [--archives 300] [--tests 40] [--silent
 * 3] [--mute 0] [--runs 3]`. Archives that are mute list their tests, and are
 * silent when they are asked for points.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { mapFlags } from "../map_flags.ts";
import { timeAndPeak } from "./bulk/memory.ts";
import { checkSame, program, seconds, table } from "./bulk/tools.ts";
import { cpuTime } from "./cpu.ts";
import type { Counts } from "./many_archives.ts";

/** Seconds after which a silent archive is given up. */
const TIMEOUT = 5;

/** How the command ends: a part failed. */
const PARTIAL = 3;

if (import.meta.main) {
  const options = parseArgs(Deno.args, {
    string: ["archives", "tests", "silent", "mute", "runs"],
  });
  const all = Number(options["archives"] ?? 300);
  const tests = Number(options["tests"] ?? 40);
  const runs = Number(options["runs"] ?? 3);
  const silent = Number(options["silent"] ?? 3);
  const mute = Number(options["mute"] ?? 0);
  const faults = { silent, mute, refusing: 2, untrusted: 1 };
  const faulty = silent + mute + 3;
  const answering = all - faulty;
  await withProcess({ answering, ...faults, tests }, async (addresses) => {
    const file = await Deno.makeTempFile({ prefix: "esmond-bench-" });
    await Deno.writeTextFile(file, addresses.join("\n"));
    const command = program([
      ...["coverage", "--archives", file, "-S", "-24h", "-o", "ndjson"],
      ...["--ip", "--timeout", String(TIMEOUT), "--retry", "1"],
    ]);
    try {
      const took: number[] = [];
      const peaks: number[] = [];
      for (let run = 0; run < runs; run++) {
        const ran = await timeAndPeak(command, PARTIAL);
        const found = ran.stdout.match(/"state": ?"ok"/g)?.length ?? 0;
        checkSame("tests", found, answering * tests);
        const named = ran.stderr.match(/^not read: /gm)?.length ?? 0;
        checkSame("named", named, faulty);
        took.push(ran.seconds);
        peaks.push(ran.peak / 1024);
      }
      const [name, args] = command;
      const cpu = await cpuTime([
        "bash",
        ["-c", `"$@"; [ $? = ${PARTIAL} ]`, "bash", name, ...args],
      ]);
      table([
        ["read", `${all} archives of ${tests} tests, ${faulty} of them faulty`],
        ["wall clock", seconds(took)],
        ["processor time", `${cpu.toFixed(1)} s`],
        ["peak RSS", `${Math.max(...peaks).toFixed(0)} MiB`],
      ]);
    } finally {
      await Deno.remove(file);
    }
  });
}

/** Runs `use` with archives in a process of their own. */
async function withProcess(
  counts: Counts,
  use: (addresses: string[]) => Promise<void>,
): Promise<void> {
  const script = new URL("./many_archives.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", ...mapFlags(), script, JSON.stringify(counts)],
    stdout: "piped",
  }).spawn();
  try {
    const lines = child.stdout.pipeThrough(new TextDecoderStream());
    let text = "";
    for await (const piece of lines) {
      text += piece;
      if (text.endsWith("\n")) break;
    }
    const { answering, faulty } = JSON.parse(text);
    // Those that fail are asked first: they must keep nobody waiting.
    await use([...faulty, ...answering]);
  } finally {
    child.kill();
    await child.status;
  }
}
