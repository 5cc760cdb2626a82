/**
 * The four programs at work: recorded archives, served over real HTTP on loopback, are listed, read and written to files.
 *
 * @module
 */

import { join } from "@std/path";
import { casesOf, type CliCase, COLLECTIONS } from "../tests/recordings.ts";
import { fill, Replay } from "../tests/servers/replay.ts";
import { mapFlag } from "./map_flag.ts";

/** The recordings that are shown, by what they show. */
const SCENES: [title: string, id: string][] = [
  ["What does this archive measure, and between whom?", "endpoints-src-dest"],
  ["With which parameters?", "metadata-extended-json-ip"],
  ["How fast was it?", "get-throughput-human"],
  ["Which way did the packets take?", "get-trace-csv"],
  [
    "Loss over five minutes, from the archive's roll-ups",
    "get-loss-aggregation-300",
  ],
  [
    "The same from elmond, the archive of perfSONAR 5",
    "elmond-throughput-json",
  ],
  ["Everything of one tool, to files", "bulk-csv-ip"],
];

if (import.meta.main) {
  const own = COLLECTIONS[0]!;
  const cases = casesOf<CliCase>(own, "cli");
  const out = await Deno.makeTempDir({ prefix: "esmond-demo-" });
  let failed = 0;
  for (const [title, id] of SCENES) {
    const recorded = cases.find((each) => each.id === id)!;
    const replay = new Replay(recorded, own.directory);
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => replay.handler(request, new URL(request.url)),
    );
    const url = `http://127.0.0.1:${server.addr.port}`;
    const command = recorded.program.replace("esmond-ps-", "");
    const args = [
      command,
      ...recorded.argv.map((word) => fill(word, url, out)),
      ...(command === "get-bulk" ? ["-D", out] : []),
    ];
    console.log(`\n# ${title}\n$ esmond-ps ${args.map(quoted).join(" ")}`);
    if (!await runProgram(args, `127.0.0.1:${server.addr.port}`, out)) failed++;
    await server.shutdown();
  }
  await showFiles(out);
  await Deno.remove(out, { recursive: true });
  console.log(
    failed === 0
      ? "\nAll of this was read over HTTP."
      : `\n${failed} commands failed.`,
  );
  Deno.exit(failed === 0 ? 0 : 1);
}

/** Runs the program with no more leave than it needs. */
async function runProgram(
  args: string[],
  host: string,
  out: string,
): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      `--allow-net=${host}`,
      `--allow-read=${out}`,
      `--allow-write=${out}`,
      mapFlag(),
      join(import.meta.dirname!, "../cli/main.ts"),
      ...args,
    ],
    env: { ESMOND_PAGE_SIZE: "1000" },
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  return (await child.status).success;
}

async function showFiles(out: string): Promise<void> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(out)) names.push(name);
  const name = names.sort().find((each) => each.includes("packet-loss-rate"));
  if (name === undefined) return;
  const lines = (await Deno.readTextFile(join(out, name))).split("\r\n");
  console.log(`\n$ head -4 ${quoted(join(out, name))}`);
  console.log(lines.slice(0, 4).join("\n"));
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`;
}
