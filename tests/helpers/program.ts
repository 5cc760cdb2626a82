/** The program as a process of its own, which can be killed. */

import { join } from "@std/path";
import { mapFlags } from "../../scripts/map_flags.ts";
import { BINARY } from "./binary.ts";

/**
 * The program and what comes before its arguments, for a shell too: the
 * sources, or the executable.
 */
export const PROGRAM = BINARY ? [BINARY] : [
  Deno.execPath(),
  ...["run", "-q", "--no-prompt", "-A", ...mapFlags()],
  join(import.meta.dirname!, "../../cli/main.ts"),
];

/** What came of a process. */
export interface Ended {
  code: number;
  signal: Deno.Signal | null;
  stdout: string;
  stderr: string;
}

/** A process that is running. */
export interface Running {
  pid: number;
  /** Sends a signal; does nothing to a process that has ended. */
  kill(signal: Deno.Signal): void;
  /** Resolves at its end; rejects, and ends it, when that takes too long. */
  ended: Promise<Ended>;
}

/**
 * How long a run may take, in ms, before it is taken for one that never ends.
 */
const LIMIT = 90_000;

/** Starts the program. */
export function start(args: string[], limit = LIMIT): Running {
  return startCommand([...PROGRAM, ...args], limit);
}

/** Runs the program to its end. */
export async function run(args: string[], limit = LIMIT): Promise<Ended> {
  return await start(args, limit).ended;
}

/** Starts any program. */
export function startCommand(command: string[], limit = LIMIT): Running {
  const child = new Deno.Command(command[0]!, {
    args: command.slice(1),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
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
  const wait = async () => {
    const { code, signal, stdout, stderr } = await child.output();
    clearTimeout(timer);
    const decoder = new TextDecoder();
    const [out, err] = [decoder.decode(stdout), decoder.decode(stderr)];
    if (isLate) {
      throw new Error(
        `no end after ${limit} ms: ${command.join(" ")}\n${err.slice(-2000)}`,
      );
    }
    return { code, signal, stdout: out, stderr: err };
  };
  return { pid: child.pid, kill, ended: wait() };
}
