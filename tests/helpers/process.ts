/** Runs programs as processes of their own. */

import { pause } from "./waiting.ts";

/** What came of a run. */
export interface Ended {
  exit: number;
  stdout: string;
  stderr: string;
}

/** What came of a process. */
export interface EndedProcess extends Ended {
  /** The signal that ended it, if one did. */
  signal: Deno.Signal | null;
}

/** What a process is given. */
export interface ProcessOptions {
  cwd?: string;
  env?: Record<string, string>;
  clearEnv?: boolean;
  /** What it reads on standard input, which is empty if absent. */
  input?: string | Uint8Array<ArrayBuffer>;
  /** Told of everything on standard output when it is written. */
  onStdout?: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** How long it may take, in ms, before it is taken for one that never ends. */
  limit?: number;
}

/** A process that runs. */
export interface Running {
  readonly pid: number;
  /** What it has written on standard output so far. */
  stdout(): string;
  /** What it has written on standard error so far. */
  stderr(): string;
  /** The first line on standard output; rejects if it ends without one. */
  firstLine(): Promise<string>;
  /** Sends a signal; does nothing to a process that has ended. */
  kill(signal: Deno.Signal): void;
  /** Resolves at its end; rejects, and ends it, when that takes too long. */
  readonly ended: Promise<EndedProcess>;
}

const LIMIT = 300_000;

/** No colours; and Deno does not ask for its newest version. */
const QUIET = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };

/** Starts a program. */
export function startProcess(
  [program, ...args]: readonly string[],
  options: ProcessOptions = {},
): Running {
  const { input, onStdout = () => {}, limit = LIMIT } = options;
  const child = new Deno.Command(program!, {
    args,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...(options.clearEnv ? {} : QUIET), ...options.env },
    clearEnv: options.clearEnv ?? false,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // it has ended
    }
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill("SIGKILL");
  }, limit);
  const written = { stdout: "", stderr: "" };
  const line = Promise.withResolvers<string>();
  const read = async (name: "stdout" | "stderr") => {
    const decoder = new TextDecoder();
    for await (const bytes of child[name]) {
      written[name] += decoder.decode(bytes, { stream: true });
      if (name === "stderr") continue;
      onStdout(bytes);
      const end = written.stdout.indexOf("\n");
      if (end >= 0) line.resolve(written.stdout.slice(0, end));
    }
  };
  const wait = async (): Promise<EndedProcess> => {
    const [{ code, signal }] = await Promise.all([
      child.status,
      read("stdout"),
      read("stderr"),
      input === undefined ? undefined : give(child, input),
    ]);
    clearTimeout(timer);
    const command = [program, ...args].join(" ");
    if (isLate) {
      const said = written.stderr.slice(-2000);
      throw new Error(`no end after ${limit} ms: ${command}\n${said}`);
    }
    return { exit: code, signal, ...written };
  };
  const ended = wait();
  return {
    pid: child.pid,
    kill,
    ended,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    firstLine: () => Promise.race([line.promise, noLine(ended)]),
  };
}

/** Runs a program to its end. */
export async function runProcess(
  command: readonly string[],
  options: ProcessOptions = {},
): Promise<EndedProcess> {
  return await startProcess(command, options).ended;
}

async function noLine(ended: Promise<EndedProcess>): Promise<never> {
  const { exit, stderr } = await ended;
  await pause(0); // a line that came last of all goes first
  throw new Error(`it ended (${exit}) without a line: ${stderr}`);
}

async function give(
  child: Deno.ChildProcess,
  input: string | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const bytes = typeof input === "string"
    ? new TextEncoder().encode(input)
    : input;
  const writer = child.stdin.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch {
    // it has ended without reading all of it
  }
}
