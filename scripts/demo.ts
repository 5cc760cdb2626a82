/**
 * The programs at work: an archive with a made-up week of a small mesh is
 * started, listed, read, written to, read back, exported to files, and stopped.
 * Every request goes over real HTTP on loopback.
 *
 * @module
 */

import { join } from "@std/path";
import { mapFlags } from "./map_flags.ts";

const TOKEN = "demo-key";
const ME = ["192.0.2.99", "198.51.100.99"] as const;

if (import.meta.main) {
  const out = await Deno.makeTempDir({ prefix: "esmond-demo-" });
  console.log("# An archive on this machine, with a week of sample data");
  const { server, url } = await startServer();
  const host = new URL(url).host;
  const run = (title: string, args: string[], input?: string) =>
    show(title, [...args, "--url", url], host, out, input);
  let failed = 0;
  const check = (result: { success: boolean }) => {
    if (!result.success) failed++;
  };
  try {
    const listed = await run("What is measured, and between whom?", [
      "get-endpoints",
      "--ip",
      "-o",
      "csv",
    ]);
    check(listed);
    const [source = "", destination = ""] = pairWithThroughput(listed.text);
    const pair = ["-s", source, "-d", destination];
    const oneTest = ["get-metadata", "-F", "event-type:throughput", "--ip"];
    check(await run("With which parameters?", [...oneTest, ...pair, "-M"]));
    const read = ["get", ...pair, "-e", "throughput", "--ip", "-o", "csv"];
    check(await run("How fast was it today? (bits/s)", read));

    const described = await run("Describe a test of our own", [
      "post-metadata",
      ...["-s", ME[0], "-d", ME[1], "-a", ME[0], "-t", "powstream"],
      ...["--input-source", "a.example", "--input-destination", "b.example"],
      ...["-e", "packet-loss-rate"],
      ...["--summary", "packet-loss-rate:aggregation:300"],
    ]);
    check(described);
    const now = Math.floor(Date.now() / 1000);
    const points = [0, 60, 120].map((ago) => ({
      ts: now - ago,
      val: { numerator: ago / 60, denominator: 600 },
    }));
    const key = described.text.trim();
    const post = ["post", "--metadata-key", key, "-e", "packet-loss-rate"];
    check(await run("Post what it measured", post, JSON.stringify(points)));
    const mine = ["-s", ME[0], "-d", ME[1], "-e", "packet-loss-rate"];
    check(await run("Read it back", ["get", ...mine, "--ip", "-o", "json"]));
    const bulk = ["get-bulk", ...pair, "-o", "csv", "--ip", "-D", out];
    const written = await run("Everything of that pair, to files", bulk);
    check(written);
    const path = written.text.split("\n").find((each) =>
      /_throughput_/.test(each)
    );
    if (path) {
      console.log(`\n$ head -3 ${quoted(path)}`);
      const lines = (await Deno.readTextFile(path)).split("\r\n");
      console.log(lines.slice(0, 3).join("\n"));
    }
  } finally {
    // On Windows no program can be told to end in order.
    server.kill(Deno.build.os === "windows" ? "SIGKILL" : "SIGINT");
    const { code } = await server.status;
    console.log(`\n# The archive has stopped (exit ${code}).`);
    await Deno.remove(out, { recursive: true });
  }
  console.log(
    failed === 0
      ? "All of this was read and written over HTTP."
      : `${failed} commands failed.`,
  );
  Deno.exit(failed === 0 ? 0 : 1);
}

function program(permissions: string[], args: readonly string[]): string[] {
  const main = join(import.meta.dirname!, "../cli/main.ts");
  const flags = ["--quiet", "--no-prompt", ...permissions, ...mapFlags()];
  return ["run", ...flags, main, ...args];
}

async function startServer(): Promise<
  { server: Deno.ChildProcess; url: string }
> {
  const args = ["serve", "--sample", "7", "--port", "0", "--token", TOKEN];
  console.log(`$ esmond-ps ${args.join(" ")}`);
  const server = new Deno.Command(Deno.execPath(), {
    args: program(["--allow-net=127.0.0.1"], args),
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const part of lines) {
    text += part;
    if (text.includes("\n")) break;
  }
  const url = text.trim();
  console.log(url);
  return { server, url };
}

/**
 * Runs the program with only the permissions it needs, and shows its output.
 */
async function show(
  title: string,
  args: string[],
  host: string,
  out: string,
  input?: string,
): Promise<{ success: boolean; text: string }> {
  const typed = `esmond-ps ${args.map(quoted).join(" ")}`;
  console.log(`\n# ${title}`);
  console.log(input ? `$ echo ${quoted(input)} |\n    ${typed}` : `$ ${typed}`);
  const child = new Deno.Command(Deno.execPath(), {
    args: program([
      `--allow-net=${host}`,
      `--allow-read=${out}`,
      `--allow-write=${out}`,
      "--allow-env=ESMOND_API_KEY",
    ], args),
    env: { ESMOND_API_KEY: TOKEN },
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  }
  const { success, stdout } = await child.output();
  const text = new TextDecoder().decode(stdout);
  const lines = text.replaceAll("\r", "").trimEnd().split("\n");
  console.log(lines.slice(0, 20).join("\n"));
  if (lines.length > 20) console.log(`… ${lines.length - 20} more lines`);
  return { success, text };
}

/**
 * Source and destination of the first test in a CSV list that measures
 * throughput.
 */
function pairWithThroughput(csv: string): string[] {
  const line = csv.split("\r\n").find((each) => /\bthroughput\b/.test(each));
  return line?.split(",") ?? [];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`;
}
