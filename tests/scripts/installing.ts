/**
 * A machine for `install.sh`: a home, a `PATH` with nothing but what is named,
 * and a server with releases.
 */

import { createHash } from "node:crypto";
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { type Ended, runProcess } from "../helpers/process.ts";
import {
  lackedByWindows,
  notInstalled,
  pathOf,
  testUnless,
} from "../helpers/skipping.ts";
import { type RawReply, RawServer } from "../servers/raw.ts";

/** The script. */
export const SCRIPT = join(import.meta.dirname!, "../../install.sh");

/** A shell that runs the script. */
export interface Shell {
  name: string;
  command: string[];
}

/** The shells that the script is for. */
export const SHELLS: readonly Shell[] = [
  { name: "dash", command: ["dash"] },
  { name: "bash", command: ["bash"] },
  { name: "busybox", command: ["busybox", "ash"] },
];

/** What the script needs of any system. */
const TOOLS = "cat chmod cp gzip mkdir mktemp mv rm rmdir tar tr".split(" ");

/** What the script takes where a system has it. */
const EXTRAS = ["sha256sum", "curl"];

/**
 * The properties of a machine: Linux with glibc, 64 bits, a user who is not
 * root.
 */
const FAKES: Record<string, string> = {
  uname: unameOf("Linux", "x86_64"),
  getconf: 'case $1 in LONG_BIT) echo 64 ;; *) echo "glibc 2.36" ;; esac',
  id: "echo 1000",
};

/** A `uname` for {@linkcode MachineOptions.fakes}. */
export function unameOf(system: string, machine: string): string {
  return `case $1 in -s) echo ${system} ;; -m) echo ${machine} ;; esac`;
}

/** What a machine has. */
export interface MachineOptions {
  /** Programs besides those that every system has. */
  tools?: string[];
  /** Programs that it lacks. */
  without?: string[];
  /** Programs that are shell scripts made for the test. */
  fakes?: Record<string, string>;
}

/** A machine that lasts for a test. */
export class Machine {
  /** What the server has, by the name after its last slash. */
  readonly files = new Map<string, Uint8Array | RawReply>();
  readonly server: RawServer;
  readonly home: string;
  /** Its `PATH`. */
  readonly path: string;
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    this.path = join(root, "bin");
    this.home = join(root, "home");
    this.server = new RawServer(({ pathname }) => {
      const file = this.files.get(
        pathname.slice(pathname.lastIndexOf("/") + 1),
      );
      return file instanceof Uint8Array
        ? { body: file }
        : file ?? { status: 404 };
    });
  }

  /** Makes one. */
  static async make(options: MachineOptions = {}): Promise<Machine> {
    const machine = new Machine(await Deno.makeTempDir());
    await Deno.mkdir(machine.path);
    await Deno.mkdir(machine.home);
    const fakes = { ...FAKES, ...options.fakes };
    for (const name of [...TOOLS, ...EXTRAS, ...options.tools ?? []]) {
      const path = pathOf(name);
      if (name in fakes || options.without?.includes(name) || !path) continue;
      await Deno.symlink(path, join(machine.path, name));
    }
    for (const [name, text] of Object.entries(fakes)) {
      await writeProgram(join(machine.path, name), text);
    }
    return machine;
  }

  /** Puts a program on its `PATH`, by another name if one is given. */
  async link(program: string, name = program): Promise<void> {
    await Deno.symlink(pathOf(program)!, join(this.path, name));
  }

  /**
   * Runs the script, or what is left of it, from standard input, as a pipe from
   * a download does.
   */
  async install(
    shell: Shell,
    args: string[],
    {
      script = Deno.readTextFileSync(SCRIPT),
      env = {} as Record<string, string>,
    } = {},
  ): Promise<Ended> {
    const [program, ...first] = shell.command;
    return await runProcess(
      [pathOf(program!)!, ...first, "-s", "--", ...args],
      {
        env: { PATH: this.path, HOME: this.home, ...env },
        clearEnv: true,
        cwd: this.home,
        input: script,
      },
    );
  }

  /** Every file and directory that is in its home now. */
  left(): string[] {
    const found: string[] = [];
    const visit = (directory: string, prefix: string) => {
      for (const { name, isDirectory } of Deno.readDirSync(directory)) {
        found.push(`${prefix}${name}${isDirectory ? "/" : ""}`);
        if (isDirectory) visit(join(directory, name), `${prefix}${name}/`);
      }
    };
    visit(this.home, "");
    return found.sort();
  }

  /** Ends its server and takes it away. */
  async end(): Promise<void> {
    await this.server.close();
    await Deno.remove(this.#root, { recursive: true });
  }
}

/** Runs `use` with a machine; takes it away whatever happens. */
export async function withMachine(
  options: MachineOptions,
  use: (machine: Machine) => Promise<void>,
): Promise<void> {
  const machine = await Machine.make(options);
  try {
    await use(machine);
  } finally {
    await machine.end();
  }
}

/**
 * What stands for the program: it knows its version, and writes down what else
 * it is asked.
 */
export const PROGRAM = `case $1 in
--version) echo "esmond-ps 1.2.3" ;;
*) echo "$@" >"$0.asked" ;;
esac`;

/** The name of an archive. */
export function archiveName(target = "linux-x64", version = "1.2.3"): string {
  return `esmond-ps-${version}-${target}.tar.gz`;
}

/** An archive with these files in its folder. */
export async function archive(
  files: Record<string, string>,
  name = archiveName(),
): Promise<Uint8Array<ArrayBuffer>> {
  const directory = await Deno.makeTempDir();
  const folder = name.replace(/\.tar\.gz$/, "");
  for (const [path, text] of Object.entries(files)) {
    const full = join(directory, folder, path);
    await Deno.mkdir(join(full, ".."), { recursive: true });
    if (path === "esmond-ps") await writeProgram(full, text);
    else await Deno.writeTextFile(full, text);
  }
  const { stdout } = await new Deno.Command("tar", {
    args: ["-czf", "-", "-C", directory, folder],
    env: { COPYFILE_DISABLE: "1" }, // or tar on macOS adds files
  }).output();
  await Deno.remove(directory, { recursive: true });
  return new Uint8Array(stdout);
}

/** A line of `SHA256SUMS`. */
export function sumOf(bytes: Uint8Array, name = archiveName()): string {
  return `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`;
}

/** Puts an archive and its checksum on the server. */
export async function offer(
  machine: Machine,
  files: Record<string, string> = { "esmond-ps": PROGRAM },
  name = archiveName(),
): Promise<void> {
  const bytes = await archive(files, name);
  machine.files.set(name, bytes);
  machine.files.set("SHA256SUMS", encode(sumOf(bytes, name)));
}

/** Text as bytes. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function writeProgram(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** Where the program is when it is installed without options. */
export const BIN = [".local/", ".local/bin/", ".local/bin/esmond-ps"];

/** Directories that may stay when nothing is installed. */
export const NOTHING = [".local/"];

/** A test under every shell; what this machine lacks is named and left out. */
export function installTest(
  sentence: string,
  test: (shell: Shell) => Promise<void>,
  needs: string[] = [],
): void {
  for (const shell of SHELLS) {
    testUnless(
      lackedByWindows("shell") ?? notInstalled(shell.name) ??
        notInstalled(...needs) ?? notInstalled(...TOOLS),
      `install.sh under ${shell.name} ${sentence}`,
      () => test(shell),
    );
  }
}

/** It said nothing on stderr. */
export function assertDone(result: Ended): void {
  assertEquals([result.exit, result.stderr], [0, ""], result.stdout);
}

/**
 * One line on stderr that matches, and nothing in the home that was not there.
 */
export function assertFailed(
  { exit, stderr }: Ended,
  expected: number,
  message: RegExp,
  machine: Machine,
  left = NOTHING,
): void {
  assertEquals(exit, expected, stderr);
  assertMatch(stderr, /^install\.sh: [^\n]+\n$/);
  assertMatch(stderr, message);
  const isStray = (path: string) => !NOTHING.includes(path);
  assertEquals(machine.left().filter(isStray), left.filter(isStray));
}

/** Arguments that name the server of a machine. */
export function from(machine: Machine, ...args: string[]): string[] {
  return ["--base-url", machine.server.origin, ...args];
}
