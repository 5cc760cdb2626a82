/** Runs a command line inside the test's process, against whatever it is pointed at. */

import { assertEquals, assertMatch } from "@std/assert";
import type { Resolver } from "../../cli/hostnames.ts";
import type { ByteWriter, Io } from "../../cli/io.ts";
import { main } from "../../cli/main.ts";

/** What a run is given. */
export interface RunOptions {
  env?: Record<string, string>;
  now?: Date;
  isTerminal?: boolean;
  resolver?: Resolver;
  signal?: AbortSignal;
  calledAs?: string;
  /** What comes on standard input; a terminal if absent. */
  input?: string;
  /** Takes what is written that is no text. */
  stdoutBytes?: ByteWriter;
}

/** What came of a run. */
export interface RunResult {
  exit: number;
  stdout: string;
  stderr: string;
}

/** A name service that knows nothing. */
export const noNames: Resolver = {
  reverse: () => Promise.reject(new Error("not found")),
  exists: () => Promise.resolve(false),
};

/** Runs a command line; without a resolver no name resolves, so that no test asks the network. */
export async function runCli(
  argv: string[],
  options: RunOptions = {},
): Promise<RunResult> {
  let stdout = "";
  let stderr = "";
  const io: Io = {
    stdout: {
      write: (text) => {
        stdout += text;
      },
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
    input: () => Promise.resolve(options.input),
    ask: () => Promise.resolve(null),
    signal: options.signal ?? new AbortController().signal,
    resolver: options.resolver ?? noNames,
  };
  const exit = await main(argv, io, options.calledAs ?? "esmond-ps");
  return { exit, stdout, stderr };
}

/** Nothing on stdout, one line on stderr that matches, and this exit code. */
export function assertTold(
  { exit, stdout, stderr }: RunResult,
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
  assertMatch(stderr, message, hint);
}
