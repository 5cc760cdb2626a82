/** The archive as a separate process, which can be killed. */

import { runProcess } from "../helpers/process.ts";
import { startProgram } from "../helpers/program.ts";
import { isInstalled } from "../helpers/skipping.ts";
import { pause } from "../helpers/waiting.ts";
import { TOKEN } from "../helpers/archive.ts";

/** An archive in a separate process. */
export interface Child {
  /** Its origin. */
  url: string;
  /** The number of its process. */
  pid: number;
  /** Its standard error so far. */
  said(): string;
  /** Kills it without warning. */
  kill(): Promise<void>;
}

/** Starts an archive in a separate process. */
export async function startChild(
  db: string,
  ...more: string[]
): Promise<Child> {
  const child = startProgram([
    ...["serve", "--port", "0", "--db", db, "--token", TOKEN],
    ...more,
  ]);
  return {
    url: await child.firstLine(),
    pid: child.pid,
    said: () => child.stderr(),
    async kill() {
      child.kill("SIGKILL");
      await child.ended;
    },
  };
}

/** The resources of a process. */
export interface Held {
  /** Memory, in megabytes; NaN where the system does not tell. */
  memory: number;
  /** Open files and connections; NaN where the system does not tell. */
  handles: number;
}

/**
 * The resources of a process, from other programs: tests do not have the
 * permission to read them.
 */
export async function heldBy(pid: number): Promise<Held> {
  const [status, files] = await Promise.all([
    said("cat", `/proc/${pid}/status`),
    said("ls", `/proc/${pid}/fd`),
  ]);
  const memory = Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
  return { memory, handles: files.split("\n").length - 1 || NaN };
}

async function said(program: string, path: string): Promise<string> {
  return isInstalled(program) ? (await runProcess([program, path])).stdout : "";
}

/**
 * The resources of a process once its connections have closed, or after some
 * seconds.
 */
export async function heldAfter(pid: number, before: Held): Promise<Held> {
  for (let wait = 0; wait < 25; wait++) {
    const { handles } = await heldBy(pid);
    if (!(handles > before.handles)) break;
    await pause(200);
  }
  return await heldBy(pid);
}
