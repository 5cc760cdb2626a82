/**
 * Runs a command line as a process: what a test gives to `main()`, in the way
 * in which a process is given it.
 */

import { join } from "@std/path";
import { writeAll } from "../../cli/io.ts";
import { BINARY, FAKETIME, lacks, type Need } from "./binary.ts";
import { type Ended, startProcess } from "./process.ts";
import type { Names, RunOptions } from "./run_options.ts";

/**
 * How many processes run at a time, however many runs a test begins at once.
 */
const MOST = 2 * navigator.hardwareConcurrency;

/** The networks that no machine is in, whose addresses the tests use. */
const NETWORKS = ["192.0.2", "198.51.100", "203.0.113"];

/** Runs the executable. */
export async function runExecutable(
  argv: string[],
  options: RunOptions,
): Promise<Ended> {
  const missing = missingFor(options);
  if (missing) throw new Error(`this test is one that needs("${missing}")`);
  if (running >= MOST) await new Promise<void>((go) => waiting.push(go));
  else running++;
  const directory = await Deno.makeTempDir();
  try {
    return await runIn(directory, argv, options);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
    await Deno.remove(directory, { recursive: true });
  }
}

let running = 0;

/** Those that begin when another has ended. */
const waiting: (() => void)[] = [];

/** What a run asks for that a process cannot be given here. */
function missingFor(options: RunOptions): Need | undefined {
  const asked: [need: Need, isAsked: boolean][] = [
    ["resolver", options.resolver !== undefined],
    ["early stop", options.signal?.aborted ?? false],
    ["clock", options.now !== undefined],
    ["terminal", options.isTerminal ?? false],
    ["own pauses", options.wait !== undefined],
  ];
  return asked.find(([need, isAsked]) => isAsked && lacks(need))?.[0];
}

async function runIn(
  directory: string,
  argv: string[],
  options: RunOptions,
): Promise<Ended> {
  const hosts = join(directory, "hosts");
  await Deno.writeTextFile(hosts, hostsFile(options.names));
  const words = [await programFor(options.calledAs, directory), ...argv];
  const isOnTerminal = options.isTerminal ?? false;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const decoder = new TextDecoder();
  const child = startProcess(
    isOnTerminal ? onTerminal(words, join(directory, "stderr")) : words,
    {
      clearEnv: true,
      env: {
        ESMOND_HOSTS: hosts,
        ...options.env,
        ...clockOf(options.now),
        ...(isOnTerminal ? { PATH: "/usr/bin:/bin", SHELL: "/bin/sh" } : {}),
      },
      ...(options.input === undefined ? {} : { input: options.input }),
      onStdout: (bytes) => {
        if (options.stdoutBytes) chunks.push(bytes);
        options.onStdout?.(decoder.decode(bytes, { stream: true }));
      },
    },
  );
  const stop = () => child.kill("SIGINT");
  options.signal?.addEventListener("abort", stop);
  const { exit, stdout, stderr } = await child.ended;
  options.signal?.removeEventListener("abort", stop);
  if (options.stdoutBytes) {
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
    await writeAll(options.stdoutBytes, bytes);
  }
  return {
    exit,
    stdout: options.stdoutBytes ? "" : stdout,
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
