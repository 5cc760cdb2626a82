/** The archive as a process of its own, which can be killed. */

import { PROGRAM } from "../helpers/program.ts";
import { TOKEN } from "./helpers.ts";

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
  const [command, ...args] = PROGRAM;
  const child = new Deno.Command(command!, {
    args: [
      ...args,
      "serve",
      "--port",
      "0",
      "--db",
      db,
      "--token",
      TOKEN,
      ...more,
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const listening = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write(text) {
        said += text;
      },
    }),
  );
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let line = "";
  while (!line.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the archive did not start on ${db}: ${said}`);
    line += value;
  }
  return {
    url: line.trim(),
    pid: child.pid,
    said: () => said,
    async kill() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
      await listening;
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
  const command = new Deno.Command(program, {
    args: [path],
    stdout: "piped",
    stderr: "null",
  });
  const output = await command.output().catch(() => undefined);
  return new TextDecoder().decode(output?.stdout);
}

/**
 * What a process holds once its connections have ended, or after some seconds.
 */
export async function heldAfter(pid: number, before: Held): Promise<Held> {
  for (let wait = 0; wait < 25; wait++) {
    const { handles } = await heldBy(pid);
    if (!(handles > before.handles)) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return await heldBy(pid);
}
