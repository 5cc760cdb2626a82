/**
 * One executable: `deno compile`, with the permissions that the program is to
 * have, and the list of its contents.
 *
 * @module
 */

import { join } from "@std/path";
import { ENVIRONMENT } from "../../cli/help/topics.ts";
import { IS_NPM } from "../map_flags.ts";
import { sourceFiles } from "../sources.ts";
import { type Contained, containedIn, fetchPackages } from "./contained.ts";
import { BuildProblem } from "./problem.ts";
import { writeProgram } from "./program.ts";
import { reason, ROOT, run, versionOf } from "./run.ts";
import { surplusFolders } from "./surplus.ts";
import { describeBase, ownTarget, type Target } from "./targets.ts";

/**
 * What executables may do, and no more: docs/permissions.md has the reasons.
 * Which host, which files and which directories is known only once the program
 * runs; it gives up what its command does not need.
 */
export const PERMISSIONS: readonly string[] = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  `--allow-env=${variables()}`,
];

/**
 * The variables that the program looks at; those of proxies are written small
 * as well.
 */
function variables(): string {
  return ENVIRONMENT.flatMap(({ name, isPlatforms }) =>
    isPlatforms ? [name, name.toLowerCase()] : [name]
  ).join(",");
}

/**
 * The packages from npm that are loaded by name only when they are needed,
 * which the compiler does not see.
 */
const LATE_PACKAGE = /"npm:([^"]+)"/;

/** What an executable may have in it besides the base binary, in bytes. */
const MAX_EMBEDDED = 4 << 20;

/** What an executable may be relative to an empty one. */
const MAX_RATIO = 1.05;

/** How executables are made. */
export interface CompileOptions {
  /** The Deno that compiles. */
  deno: string;
  /** Where files go while they are made. */
  work: string;
}

/** An executable that was made. */
export interface Executable {
  /** Where it is. */
  path: string;
  /** Its size in bytes. */
  bytes: number;
  /**
   * The size in bytes of an executable for the same system with an empty
   * program in it.
   */
  emptyBytes: number;
  /** Its size relative to the empty one. */
  ratio: number;
  /** What is in it, as the compiler lists it: name and size. */
  embedded: Record<string, string>;
  /** The packages in it. */
  packages: Contained[];
}

/**
 * Makes an executable.
 *
 * @throws {BuildProblem} where it cannot be made, does not run, or is larger
 * than it should be.
 */
export async function makeExecutable(
  target: Target,
  options: CompileOptions,
): Promise<Executable> {
  await checkBase(target, options.deno);
  // fails first if there is no base binary
  const empty = await makeEmpty(target, options);
  const directory = join(options.work, target.name);
  await Deno.mkdir(directory, { recursive: true });
  const extension = target.os === "windows" ? ".exe" : "";
  const path = join(directory, `esmond-ps${extension}`);
  const late = await latePackages();
  const hashes = await fetchPackages(options.deno, options.work, late);
  const surplus = await surplusFolders(options.deno, late);
  const { main, config } = await writeProgram(options.work);
  const listing = await compile(target, options.deno, path, [
    `--config=${config}`,
    ...PERMISSIONS,
    ...late.map((name) => `--include=${name}`),
    ...surplus.map((path) => `--exclude=${path}`),
    main,
  ]);
  const { size: bytes } = await Deno.stat(path);
  const { size: emptyBytes } = await Deno.stat(empty);
  if (emptyBytes > bytes) {
    throw new BuildProblem(
      `${options.work}: a folder node_modules above it has got into the empty executable: choose another --out`,
    );
  }
  const ratio = bytes / emptyBytes;
  const embedded = readListing(listing);
  if (ratio > MAX_RATIO || bytes - emptyBytes > MAX_EMBEDDED) {
    throw new BuildProblem(
      `${target.name}: the executable has grown to ${ratio.toFixed(3)} x an ` +
        `empty one (${
          bytes - emptyBytes
        } bytes more; ${MAX_RATIO} x and ${MAX_EMBEDDED} bytes are allowed): ` +
        Object.entries(embedded).map((each) => each.join(" ")).join(", "),
    );
  }
  if (target === ownTarget()) await tryOut(path);
  const packages = await containedIn(Object.keys(embedded), hashes);
  return { path, bytes, emptyBytes, ratio, embedded, packages };
}

/**
 * Makes an executable with an empty program in it, to compare with.
 *
 * @returns Where it is.
 * @throws {BuildProblem} where it cannot be made.
 */
export async function makeEmpty(
  target: Target,
  { deno, work }: CompileOptions,
): Promise<string> {
  const program = join(work, "empty.ts");
  await Deno.writeTextFile(program, "");
  const path = join(work, `empty-${target.name}.exe`);
  await compile(target, deno, path, ["--no-config", program]);
  return path;
}

/**
 * A base binary that was supplied has to be for this system and of this Deno,
 * or what comes out is something else.
 */
async function checkBase(target: Target, deno: string): Promise<void> {
  const path = Deno.env.get("DENORT_BIN");
  if (!path) return;
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw new BuildProblem(
      `DENORT_BIN: cannot read ${path}: ${(error as Error).message}`,
    );
  }
  const base = describeBase(bytes);
  if (base.target !== target.name) {
    throw new BuildProblem(
      `DENORT_BIN: ${path} is ${
        base.target ? `for ${base.target}` : "not a base binary"
      }, which makes no executable for ${target.name}: supply its denort, or leave the target out`,
    );
  }
  const version = await versionOf(deno);
  if (base.version !== version) {
    throw new BuildProblem(
      `DENORT_BIN: ${path} belongs to Deno ${
        base.version ?? "of an unknown version"
      }, but ${version} compiles: name the Deno it belongs to by --deno FILE`,
    );
  }
}

/** Compiles, and returns the output of the compiler. */
async function compile(
  target: Target,
  deno: string,
  output: string,
  args: string[],
): Promise<string> {
  const { code, stdout, stderr } = await run(deno, [
    "compile",
    ...["--no-check", "--no-prompt", "--no-code-cache"],
    ...["--target", target.triple, "--output", output],
    ...args,
  ]);
  if (code === 0) return stdout + stderr;
  const isBase = /base binary|denort/i.test(stderr);
  const why = reason(stderr);
  throw new BuildProblem(
    isBase
      ? `${target.name}: Deno's base binary cannot be had (${why}): build where dl.deno.land can be reached, ` +
        `or set DENORT_BIN to the denort of Deno ${await versionOf(
          deno,
        )} for ${target.triple}`
      : `${target.name}: it does not compile: ${why}`,
  );
}

/** The packages that the sources of the program name for later. */
async function latePackages(): Promise<string[]> {
  const found: string[] = [];
  for (const room of ["cli", ...(IS_NPM ? ["registry"] : [])]) {
    for await (const path of sourceFiles(join(ROOT, room))) {
      for (const line of (await Deno.readTextFile(path)).split("\n")) {
        const name = LATE_PACKAGE.exec(line)?.[1];
        if (name && !line.includes("from")) found.push(`npm:${name}`);
      }
    }
  }
  return found.toSorted();
}

/**
 * What is at the top of the list of files, such as `├─┬ archive (318.65KB)`,
 * and the packages, such as `csv-parse/7.0.3/*`.
 */
function readListing(listing: string): Record<string, string> {
  const sizes: Record<string, string> = {};
  for (const line of listing.split("\n")) {
    const [, indent, name, size] =
      /^([│ ]*)[├└][─┬]+ (.+?) \(([^ )]+).*\)$/.exec(line) ?? [];
    if (name === undefined || size === undefined) continue;
    const isOurs = indent === "" && !name.startsWith(".");
    if (isOurs || /\d+\.\d+\.\d+/.test(name)) sizes[name] = size;
  }
  return sizes;
}

/** What was made for this machine has to run on it. */
async function tryOut(path: string): Promise<void> {
  const { VERSION } = await import("../../cli/version.ts");
  const { code, stdout, stderr } = await run(path, ["--version"]);
  if (code === 0 && stdout === `esmond-ps ${VERSION}\n`) return;
  throw new BuildProblem(
    `the executable does not run: ${reason(stderr) || stdout.trim()}`,
  );
}
