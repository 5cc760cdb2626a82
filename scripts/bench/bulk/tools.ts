/**
 * What the benchmarks of `get-bulk` have in common: an archive in a process of
 * its own, programs that are timed, directories that are gone afterwards, and
 * figures.
 *
 * @module
 */

import { MANIFEST } from "../../../cli/export/manifest.ts";
import { join } from "@std/path";
import { IS_NPM, mapFlags } from "../../map_flags.ts";
import { FIRST_SECOND } from "../made_up_points.ts";
import type { ArchiveStats } from "../memory_archive.ts";

/** What an archive holds, and how it answers. */
export interface ArchiveOptions {
  /** How many tests. */
  tests: number;
  /** How many event types each test has, 4 at most. */
  eventTypes: number;
  /** How many points each series has. */
  points: number;
  /** Seconds from one point to the next. */
  spacing: number;
  /** How long every answer is held back, in ms. */
  delay: number;
  /** What the values are; with others than numbers each test has one series. */
  values: "numbers" | "histograms" | "traces";
}

/** An archive that answers from memory. */
export interface BenchArchive {
  /** Where it is. */
  url: string;
  /** The options with which a program reads all that is in it. */
  all: string[];
  /** What it has been asked since the last reset. */
  stats(): Promise<ArchiveStats>;
  /** The addresses that it has been asked for since the last reset. */
  requests(): Promise<string[]>;
  /** Forgets the requests so far. */
  reset(): Promise<void>;
}

/** How a run went. */
export interface Run {
  /** Seconds from start to end of the process. */
  seconds: number;
  /** What it printed. */
  stdout: string;
  /** What it printed on standard error. */
  stderr: string;
}

/** What the command line of a benchmark says. */
export interface BenchOptions {
  /** How often everything is measured. */
  runs: number;
  /** How many tests the archive has. */
  tests: number;
  /** How many points each series has. */
  points: number;
  /** The format of the files. */
  format: string;
  /** Where directories for output are made; in memory if absent. */
  directory?: string;
  /**
   * How many requests may be under way at once; the program's default if
   * absent.
   */
  concurrency?: number;
  /** The part that is read, for a quick look at what takes long. */
  share: number;
  /** Another version of this repository, to compare with. */
  before?: string;
  /** The source of the Python client. */
  pythonClient?: string;
  /** How often the Python client is measured. */
  pythonRuns: number;
  /** Further options of the program. */
  further: string[];
}

/** Loopback is reached without a proxy, whatever the environment says. */
const NO_PROXY = { NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };

const HERE = import.meta.dirname!;
const ROOT = join(HERE, "../../..");

/** Runs `use` next to an archive in its own process. */
export async function withArchive<T>(
  options: Partial<ArchiveOptions>,
  use: (archive: BenchArchive) => Promise<T>,
): Promise<T> {
  const contents: ArchiveOptions = {
    tests: 200,
    eventTypes: 4,
    points: 5000,
    spacing: 60,
    delay: 0,
    values: "numbers",
    ...options,
  };
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...[
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-net=127.0.0.1",
        ...mapFlags(),
      ],
      join(HERE, "../memory_archive.ts"),
      `--tests=${contents.tests}`,
      `--event-types=${contents.eventTypes}`,
      `--points=${contents.points}`,
      `--spacing=${contents.spacing}`,
      `--delay=${contents.delay}`,
      `--values=${contents.values}`,
    ],
    stdout: "piped",
  }).spawn();
  try {
    const url = await firstLine(process.stdout);
    const ask = async (path: string) =>
      await (await fetch(`${url}/${path}`)).text();
    return await use({
      url,
      all: windowOf(contents),
      stats: async () => JSON.parse(await ask("stats")),
      requests: async () =>
        (await ask("requests")).trimEnd().split("\n")
          .map((path) => url + path),
      reset: async () => void await ask("reset"),
    });
  } finally {
    process.kill();
    await process.status;
  }
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const parts = stream.pipeThrough(new TextDecoderStream());
  for await (const part of parts) {
    text += part;
    if (text.includes("\n")) break;
  }
  return text.trim();
}

/** Dates that all points lie between, as every client understands them. */
function windowOf({ points, spacing }: ArchiveOptions): string[] {
  const day = (seconds: number) =>
    new Date(seconds * 1000).toISOString().slice(0, 10);
  const end = FIRST_SECOND + points * spacing + 86_400;
  return ["-S", day(FIRST_SECOND), "-E", day(end)];
}

/**
 * The command line that runs the program under Deno.
 *
 * @param source Where the repository is, if not this one.
 */
export function program(args: string[], source?: string): [string, string[]] {
  const main = join(source ?? ROOT, "cli/main.ts");
  const map = source === undefined
    ? mapFlags()
    : ["--no-lock", `--config=${join(source, "deno.json")}`].concat(
      IS_NPM ? [`--import-map=${join(source, "registry/npm.json")}`] : [],
    );
  const flags = ["run", "-q", "--no-prompt", "-A", ...map];
  return [Deno.execPath(), [...flags, main, ...args]];
}

/**
 * The options of a `get-bulk` that writes all that an archive has to a
 * directory.
 */
export function bulkOptions(
  archive: BenchArchive,
  directory: string,
  format: string,
): string[] {
  const where = ["--url", archive.url, "-D", directory, "-o", format, "--ip"];
  return [...where, ...archive.all];
}

/**
 * Runs a program to its end.
 *
 * @param watch Is given the number of the process, and may wait for as long as
 * it runs.
 * @param expected How it has to end.
 * @throws {Error} if it ends otherwise.
 */
export async function time(
  [command, args]: [string, string[]],
  watch?: (pid: number, end: Promise<unknown>) => Promise<void>,
  expected = 0,
): Promise<Run> {
  const begin = performance.now();
  const child = new Deno.Command(command, {
    args,
    env: NO_PROXY,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  await watch?.(child.pid, output);
  const { code, stdout, stderr } = await output;
  const seconds = (performance.now() - begin) / 1000;
  const [printed, told] = [stdout, stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  ) as [string, string];
  if (code === expected) return { seconds, stdout: printed, stderr: told };
  throw new Error(`${command} ended with ${code}: ${told.slice(-2000)}`);
}

/** What is in a directory. */
export interface Size {
  /** How many files. */
  files: number;
  /** How many bytes they have in all. */
  bytes: number;
}

/**
 * Runs `use` with a directory, which is gone afterwards, and says what was in
 * it.
 */
export async function intoDirectory<T>(
  { directory }: BenchOptions,
  use: (path: string) => Promise<T>,
): Promise<T & Size> {
  const path = await makeDirectory(directory);
  try {
    const result = await use(path);
    return { ...result, ...await sizeOf(path) };
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/**
 * Makes a directory for output; in memory, where there is a place for that. A
 * disk may take long to make files where others were just removed: ext4 passes
 * over what it has freed lately, up to 1 ms a file, and a program would be
 * charged for what the run before it had left.
 */
export async function makeDirectory(
  dir: string | undefined = IN_MEMORY,
): Promise<string> {
  return await Deno.makeTempDir({
    prefix: "esmond-bench-",
    ...(dir === undefined ? {} : { dir }),
  });
}

/** Memory as a directory, which Linux has. */
const IN_MEMORY = Deno.build.os === "linux" ? "/dev/shm" : undefined;

/** All files but the manifest, which the others have not. */
async function sizeOf(directory: string): Promise<Size> {
  const size = { files: 0, bytes: 0 };
  for await (const { isDirectory, name } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (name === MANIFEST) continue;
    const more = isDirectory
      ? await sizeOf(path)
      : { files: 1, bytes: (await Deno.stat(path)).size };
    size.files += more.files;
    size.bytes += more.bytes;
  }
  return size;
}

/** Fails if a run did not write the expected files. */
export function checkSame(what: string, found: number, expected: number): void {
  if (found !== expected) {
    throw new Error(`${what}: ${found}, but it should be ${expected}`);
  }
}

/** The value in the middle. */
export function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}

/** Seconds for a table: the median and the range. */
export function seconds(values: number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = `${least.toFixed(2)} to ${most.toFixed(2)}, ${values.length} x`;
  return `${median(values).toFixed(2)} s  (${range})`;
}

/** Prints lines in two columns. */
export function table(rows: [string, string][]): void {
  const width = Math.max(...rows.map(([title]) => title.length)) + 2;
  for (const [title, text] of rows) console.log(title.padEnd(width) + text);
}
