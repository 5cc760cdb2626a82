/**
 * Runs a command line inside the test's process, or by the executable that
 * `ESMOND_PS_BINARY` names, against whatever it is pointed at.
 */

import { assertEquals, assertMatch } from "@std/assert";
import type { Io, Resolver } from "../../cli/io.ts";
import { main } from "../../cli/main.ts";
import { lastOf } from "./arguments.ts";
import "./impatient.ts";
import { BINARY } from "./binary.ts";
import { runExecutable } from "./executable.ts";
import type { Ended } from "./process.ts";
import type { Names, RunOptions } from "./run_options.ts";
import { pause } from "./waiting.ts";

export type { Ended, Names, RunOptions };

/** A name service that knows nothing. */
export const noNames: Resolver = {
  reverse: () => Promise.reject(new Error("not found")),
  addresses: () => Promise.resolve([]),
};

/** Runs a command line, in which later options replace earlier ones. */
export async function runCli(
  argv: string[],
  options: RunOptions = {},
): Promise<Ended> {
  const words = lastOf(argv, options.readsAll ? [] : ["url"]);
  return BINARY
    ? await runExecutable(words, options)
    : await runMain(words, options);
}

/**
 * Tells a run to stop; what the archive does next, it does when that has been
 * heard.
 */
export async function interrupt(stop: AbortController): Promise<void> {
  stop.abort();
  if (BINARY) await pause(300);
}

async function runMain(
  argv: string[],
  options: RunOptions,
): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  const io: Io = {
    stdout: {
      write: (text) => {
        stdout += text;
        options.onStdout?.(text);
      },
      writeBytes: (bytes) => io.stdout.write(new TextDecoder().decode(bytes)),
      flush: () => Promise.resolve(),
    },
    stdoutBytes: options.stdoutBytes ?? {
      write: () => Promise.reject(new Error("nobody takes bytes here")),
    },
    isTerminal: options.isTerminal ?? false,
    note: (line) => {
      stderr += `${line}\n`;
    },
    progress: {
      isTerminal: false,
      width: () => 80,
      colors: false,
      write: (text) => {
        stderr += text;
      },
      now: () => performance.now(),
    },
    env: (name) => options.env?.[name],
    now: () => options.now ?? new Date(),
    input: () => chunksOf(options.input),
    ask: () => Promise.resolve(null),
    signal: options.signal ?? new AbortController().signal,
    resolver: options.resolver ?? resolverOf(options.names),
    ...(options.wait ? { wait: options.wait } : {}),
  };
  const exit = await main(argv, io, options.calledAs ?? "esmond-ps");
  return { exit, stdout, stderr };
}

/** In small pieces, as a pipe may give them. */
function chunksOf(
  input: RunOptions["input"],
): AsyncIterable<Uint8Array> | undefined {
  if (input === undefined) return undefined;
  const bytes = typeof input === "string"
    ? new TextEncoder().encode(input)
    : input;
  return (async function* () {
    for (let at = 0; at < bytes.length; at += PIECE) {
      yield bytes.subarray(at, at + PIECE);
    }
  })();
}

const PIECE = 5000;

function resolverOf(names: Names | undefined): Resolver {
  if (names === undefined) return noNames;
  return {
    reverse: (address) =>
      names.reverse[address] === undefined
        ? Promise.reject(new Error("not found"))
        : Promise.resolve(names.reverse[address]),
    addresses: (name) =>
      Promise.resolve(
        Object.hasOwn(names.forward, name) ? names.forward[name]! : [],
      ),
  };
}

/** Nothing on stdout, one line on stderr that matches, and this exit code. */
export function assertTold(
  { exit, stdout, stderr }: Ended,
  expected: number,
  message: RegExp,
  hint = "",
): void {
  assertEquals(
    { exit, stdout },
    { exit: expected, stdout: "" },
    `${hint} ${stderr}`,
  );
  assertMatch(stderr, /^esmond-ps[-a-z ]*: [^\n]+\n$/, hint);
  assertMatch(stderr, message, `${hint} ${stderr}`);
}
