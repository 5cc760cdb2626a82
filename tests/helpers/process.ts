/**
 * Runs a command line as a process: what a test gives to `main()`, in the way
 * in which a process is given it.
 */

import { join } from "@std/path";
import { writeAll } from "../../cli/io.ts";
import { pause } from "./test_archive.ts";
import { BINARY, FAKETIME, lacks, type Need } from "./binary.ts";
import type { Names, RunOptions, RunResult } from "./run.ts";

/**
 * How long a run may take, in ms, before it is taken for one that never ends.
 */
const LIMIT = 90_000;

/**
 * How many processes run at a time, however many runs a test begins at once.
 */
const MOST = 2 * navigator.hardwareConcurrency;

/** The networks that no machine is in, whose addresses the tests use. */
const NETWORKS = ["192.0.2", "198.51.100", "203.0.113"];

/** Runs the executable. */
export async function runProcess(
  argv: string[],
  options: RunOptions,
): Promise<RunResult> {
  const missing = missingFor(options);
  if (missing) throw new Error(`this test is one that needs("${missing}")`);
  while (running >= MOST) await pause(10);
  running++;
  const directory = await Deno.makeTempDir();
  try {
    return await runIn(directory, argv, options);
  } finally {
    running--;
    await Deno.remove(directory, { recursive: true });
  }
}

let running = 0;

/** What a run asks for that a process cannot be given here. */
function missingFor(options: RunOptions): Need | undefined {
  const asked: [need: Need, isAsked: boolean][] = [
    ["resolver", options.resolver !== undefined],
    ["early stop", options.signal?.aborted ?? false],
    ["clock", options.now !== undefined],
    ["terminal", options.isTerminal ?? false],
  ];
  return asked.find(([need, isAsked]) => isAsked && lacks(need))?.[0];
}

async function runIn(
  directory: string,
  argv: string[],
  options: RunOptions,
): Promise<RunResult> {
  const hosts = join(directory, "hosts");
  await Deno.writeTextFile(hosts, hostsFile(options.names));
  const words = [await programFor(options.calledAs, directory), ...argv];
  const isOnTerminal = options.isTerminal ?? false;
  const [command, ...args] = isOnTerminal
    ? onTerminal(words, join(directory, "stderr"))
    : words;
  const child = new Deno.Command(command!, {
    args,
    clearEnv: true,
    env: {
      ESMOND_HOSTS: hosts,
      ...options.env,
      ...clockOf(options.now),
      ...(isOnTerminal ? { PATH: "/usr/bin:/bin", SHELL: "/bin/sh" } : {}),
    },
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stop = () => send(child, "SIGINT");
  options.signal?.addEventListener("abort", stop);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    send(child, "SIGKILL");
  }, LIMIT);
  const [bytes, stderr, { code }] = await Promise.all([
    readAll(child.stdout, options.onStdout),
    new Response(child.stderr).text(),
    child.status,
    options.input === undefined ? undefined : give(child, options.input),
  ]);
  clearTimeout(timer);
  options.signal?.removeEventListener("abort", stop);
  if (isLate) throw new Error(`no end after ${LIMIT} ms: ${argv.join(" ")}`);
  if (options.stdoutBytes) await writeAll(options.stdoutBytes, bytes);
  return {
    exit: code,
    stdout: options.stdoutBytes ? "" : new TextDecoder().decode(bytes),
    stderr: isOnTerminal
      ? await Deno.readTextFile(join(directory, "stderr"))
      : stderr,
  };
}

/** The executable, by the name that it is to be called by. */
async function programFor(
  calledAs: string | undefined,
  directory: string,
): Promise<string> {
  const name = calledAs?.replace(/.*\//, "");
  if (!name) return BINARY!; // nothing can be called by no name at all
  await Deno.mkdir(join(directory, "bin"));
  const link = join(directory, "bin", name);
  await Deno.symlink(BINARY!, link);
  return link;
}

/**
 * The names that a test gives; all other addresses of the tests are shown as
 * they are, without asking anybody.
 */
function hostsFile({ reverse, forward }: Names = NONE): string {
  const addresses = NETWORKS.flatMap((network) =>
    Array.from({ length: 256 }, (_, last) => `${network}.${last}`)
  );
  return [
    ...Object.entries(reverse),
    ...Object.keys(forward).map((name) => ["0.0.0.0", name]),
    ...addresses.map((address) => [address, address]),
  ].map((line) => `${line.join(" ")}\n`).join("");
}

const NONE: Names = { reverse: {}, forward: {} };

/** A clock that stands still at that moment. */
function clockOf(now: Date | undefined): Record<string, string> {
  if (now === undefined) return {};
  return {
    LD_PRELOAD: FAKETIME!,
    FAKETIME: `${(now.getTime() + 0.5) / 1000}`,
    FAKETIME_FMT: "%s",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    NO_FAKE_STAT: "1",
  };
}

/** The same command with its standard output on a terminal. */
function onTerminal(words: string[], stderr: string): string[] {
  const line = `stty -opost; exec ${words.map(quoted).join(" ")}`;
  return ["script", "-qec", `${line} 2>${quoted(stderr)}`, "/dev/null"];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // it has ended
  }
}

async function readAll(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  tell: (text: string) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    chunks.push(chunk);
    tell(decoder.decode(chunk, { stream: true }));
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function give(child: Deno.ChildProcess, input: string): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    // it has ended without reading all of it
  }
}
