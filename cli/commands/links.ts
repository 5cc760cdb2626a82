/**
 * Links that give an executable the names of the Python programs.
 *
 * @module
 */

import { join } from "@std/path";
import { PROGRAM_NAMES } from "../options/choices.ts";
import { replaceFile } from "../replace.ts";

/** Options of {@linkcode makeLinks}. */
export interface LinkOptions {
  /**
   * Whether to replace files that have such a name already.
   *
   * @default {false}
   */
  isForced?: boolean;
  /**
   * Whether names end in `.exe` and links are hard links, which need no
   * privilege there.
   *
   * @default {false}
   */
  isWindows?: boolean;
}

/** Some of the names belong to other files. */
export class NameTakenError extends Error {
  override name = "NameTakenError";

  /**
   * Makes the error.
   *
   * @param paths The files.
   */
  constructor(readonly paths: readonly string[]) {
    super(`taken: ${paths.join(", ")}`);
  }
}

/**
 * Makes the links, all or none. Each is renamed into place, so that a program
 * of that name exists at every moment.
 *
 * @param executable The full path of the program.
 * @param directory Where the links go.
 * @param options Whether to replace files, and the kind of system.
 * @returns The paths of all links, also of those that existed already.
 * @throws {NameTakenError} if other files have some of the names; nothing is
 * changed then.
 */
export async function makeLinks(
  executable: string,
  directory: string,
  { isForced = false, isWindows = false }: LinkOptions = {},
): Promise<string[]> {
  const extension = isWindows ? ".exe" : "";
  const paths = PROGRAM_NAMES.map((name) =>
    join(directory, `${name}${extension}`)
  );
  const target = await Deno.realPath(executable);
  const states = await Promise.all(
    paths.map((path) => stateOf(path, target)),
  );
  const taken = paths.filter((_, index) => states[index] === "taken");
  if (taken.length > 0 && !isForced) throw new NameTakenError(taken);
  const made: string[] = [];
  try {
    for (const [index, path] of paths.entries()) {
      if (states[index] === "linked") continue;
      await makeLink(target, path, directory, isWindows);
      if (states[index] === "free") made.push(path);
    }
  } catch (error) {
    for (const path of made) await Deno.remove(path).catch(() => {});
    throw error;
  }
  return paths;
}

/** Whether a path is free, links to the program, or is something else. */
async function stateOf(
  path: string,
  target: string,
): Promise<"free" | "linked" | "taken"> {
  try {
    await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "free";
    throw error;
  }
  if (await Deno.realPath(path).catch(() => "") === target) return "linked";
  const [one, other] = await Promise.all([
    Deno.stat(path).catch(() => undefined), // a link to nowhere
    Deno.stat(target),
  ]);
  return one !== undefined && isSameFile(one, other) ? "linked" : "taken";
}

/**
 * Hard links share all of these; file numbers alone are missing or inexact on
 * some systems.
 */
function isSameFile(one: Deno.FileInfo, other: Deno.FileInfo): boolean {
  return one.dev === other.dev && one.ino === other.ino &&
    one.size === other.size &&
    one.mtime?.getTime() === other.mtime?.getTime();
}

async function makeLink(
  target: string,
  path: string,
  directory: string,
  isWindows: boolean,
): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}`;
  try {
    if (isWindows) {
      await Deno.link(target, draft).catch(() => Deno.copyFile(target, draft));
    } else await Deno.symlink(await shownTarget(target, directory), draft);
    await replaceFile(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}

/**
 * The bare name for a link next to the program, so that both can be moved
 * together.
 */
async function shownTarget(target: string, directory: string): Promise<string> {
  const name = target.slice(target.lastIndexOf("/") + 1);
  const beside = join(await Deno.realPath(directory), name);
  return beside === target ? name : target;
}
