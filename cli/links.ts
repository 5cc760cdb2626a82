/**
 * Links by which an executable is called as one of its commands.
 *
 * @module
 */

import { join } from "@std/path";

/** What the programs of the Python client are called. */
export const PROGRAM_NAMES: readonly string[] = [
  "esmond-ps-get-endpoints",
  "esmond-ps-get-metadata",
  "esmond-ps-get",
  "esmond-ps-get-bulk",
];

/** What {@linkcode makeLinks} goes by. */
export interface LinkOptions {
  /** Whether what has such a name already is replaced. */
  isForced?: boolean;
  /**
   * Whether names end in `.exe` and links are hard ones, which need no
   * privilege there.
   */
  isWindows?: boolean;
}

/** A name that something else has. */
export class NameTakenError extends Error {
  /** The name of the class. */
  override name = "NameTakenError";

  /**
   * Makes the error.
   *
   * @param paths What is taken.
   */
  constructor(readonly paths: readonly string[]) {
    super(`taken: ${paths.join(", ")}`);
  }
}

/**
 * Makes the links, all or none: each takes its name in one step, so that there
 * is no moment without a program of that name.
 *
 * @param executable The full path of the program.
 * @param directory Where the links go.
 * @param options Whether to replace, and for which system.
 * @returns The paths of the links, those that were there already included.
 * @throws {NameTakenError} when something else has one of the names; then
 * nothing is made.
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

/** What a path is now: nothing, a link to the program, or something else. */
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
 * Hard links share all of this; not on every system do files have exact
 * numbers, or any.
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
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}

/**
 * The name alone for a link beside the program, so that both can be moved
 * together.
 */
async function shownTarget(target: string, directory: string): Promise<string> {
  const name = target.slice(target.lastIndexOf("/") + 1);
  const beside = join(await Deno.realPath(directory), name);
  return beside === target ? name : target;
}
