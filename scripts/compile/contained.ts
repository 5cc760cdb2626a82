/**
 * The packages in an executable, with their hashes.
 *
 * @module
 */

import { join } from "@std/path";
import { mapFlags } from "../map_flags.ts";
import { BuildProblem } from "./problem.ts";
import { reason, ROOT, run } from "./run.ts";

/** A package in an executable. */
export interface Contained {
  /** Registry, name and version: `npm:hyparquet@1.31.5`. */
  name: string;
  /** Its hash, as Deno's lock file has it. */
  integrity: string;
}

/** Hashes by registry, name and version. */
export type Hashes = ReadonlyMap<string, string>;

/**
 * Downloads what the program imports, and gives the hashes. (Deno puts every
 * package of a lock file into an executable, those of the tests, too: this is
 * why none is given to the compiler.)
 *
 * @param deno The Deno that compiles.
 * @param work Where files go.
 * @param late The packages that are not seen in the imports.
 * @throws {BuildProblem} where something cannot be had, or is not what
 * `registry/npm.lock` says.
 */
export async function fetchPackages(
  deno: string,
  work: string,
  late: readonly string[],
): Promise<Hashes> {
  const path = join(work, "packages.lock");
  const { code, stderr } = await run(deno, [
    ...["cache", ...mapFlags({ lock: path })],
    ...[join(ROOT, "cli/main.ts"), ...late],
  ]);
  if (code !== 0) {
    throw new BuildProblem(`its packages cannot be had: ${reason(stderr)}`);
  }
  const hashes = await readLock(path);
  const locked = await readLock(join(ROOT, "registry/npm.lock"));
  for (const [name, hash] of hashes) {
    const expected = locked.get(name);
    if (expected === undefined || expected === hash) continue;
    throw new BuildProblem(
      `${name} has the hash ${hash}, but registry/npm.lock says ${expected}`,
    );
  }
  return hashes;
}

async function readLock(path: string): Promise<Hashes> {
  const lock = JSON.parse(await Deno.readTextFile(path)) as Record<
    "jsr" | "npm",
    Record<string, { integrity: string }> | undefined
  >;
  return new Map(
    (["jsr", "npm"] as const).flatMap((registry) =>
      Object.entries(lock[registry] ?? {}).map(([name, { integrity }]) =>
        [`${registry}:${name}`, integrity] as const
      )
    ),
  );
}

/**
 * The packages in an executable: those from npm as the compiler has listed
 * them, and all from JSR, which it does not list.
 *
 * @throws {BuildProblem} where one is in no lock file.
 */
export async function containedIn(
  listed: readonly string[],
  hashes: Hashes,
): Promise<Contained[]> {
  const locked = await readLock(join(ROOT, "registry/npm.lock"));
  const names = [
    ...[...hashes.keys()].filter((name) => name.startsWith("jsr:")),
    ...listed.flatMap((each) => {
      const [, name, version] = /^(.+)\/(\d[^/]*)\/\*$/.exec(each) ?? [];
      return name === undefined ? [] : [`npm:${name}@${version}`];
    }),
  ];
  return names.map((name) => {
    const integrity = hashes.get(name) ?? locked.get(name);
    if (integrity !== undefined) return { name, integrity };
    throw new BuildProblem(`${name} is in no lock file: run deno task lock`);
  });
}

/** The text of `PACKAGES.txt`: a line a package. */
export function listOf(
  version: string,
  deno: string,
  contained: readonly Contained[],
): string {
  const lines = contained.map(({ name, integrity }) => `${name}  ${integrity}`);
  return [
    `esmond-ps ${version} contains Deno ${deno} and these packages, with their hashes as in`,
    "a lock file of Deno:",
    "",
    ...lines,
    "",
  ].join("\n");
}
