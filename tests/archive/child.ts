/** The archive as a process of its own, which can be killed. */

import { runProcess } from "../helpers/process.ts";
import { startProgram } from "../helpers/program.ts";
import { isInstalled } from "../helpers/skipping.ts";
import { pause } from "../helpers/waiting.ts";
import { TOKEN } from "../helpers/archive.ts";

/** An archive in a process of its own. */
export interface Child {
  /** Its origin. */
  url: string;
  /** The number of its process. */
  pid: number;
  /** What it has said on standard error. */
  said(): string;
  /** Ends it as a power cut would, as far as a process can be told. */
  kill(): Promise<void>;
}

/** Starts an archive in a process of its own. */
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

/** What a process holds. */
export interface Held {
  /** Memory, in megabytes; NaN where the system does not tell. */
  memory: number;
  /** Open files and connections; NaN where the system does not tell. */
  handles: number;
}

/**
 * What a process holds; asked of other programs, because Deno lets a test with
 * few permissions not look.
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
 * What a process holds once its connections have ended, or after some seconds.
 */
export async function heldAfter(pid: number, before: Held): Promise<Held> {
  for (let wait = 0; wait < 25; wait++) {
    const { handles } = await heldBy(pid);
    if (!(handles > before.handles)) break;
    await pause(200);
  }
  return await heldBy(pid);
}
