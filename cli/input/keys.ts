/**
 * The file of `--keys`: which key a test has in the archive that it came from,
 * and in the one that it was copied to.
 *
 * @module
 */

import { replaceFile } from "../replace.ts";
import { UsageError } from "../errors.ts";

/** The new key of each old one. */
export type Keys = Map<string, string>;

/**
 * Reads the file.
 *
 * @throws {UsageError} if it cannot be read, or is anything else.
 */
export async function readKeys(path: string): Promise<Keys> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new UsageError(
      `--keys: cannot read ${path}: ${(error as Error).message}`,
    );
  }
  const keys: Keys = new Map();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [old = "", key = "", ...rest] = line.trim().split(/\s+/);
    if (key === "" || rest.length > 0 || keys.has(old)) {
      throw new UsageError(
        `--keys: line ${
          index + 1
        } of ${path} is not the old and the new key of another test, as post-metadata --keys writes them`,
      );
    }
    keys.set(old, key);
  }
  return keys;
}

/** Reads the file; there are no keys if it does not exist. */
export async function readKnownKeys(path: string): Promise<Keys> {
  try {
    await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
  }
  return await readKeys(path);
}

/**
 * Writes the file in the place of an older one.
 *
 * @throws {UsageError} if it cannot be written.
 */
export async function writeKeys(path: string, keys: Keys): Promise<void> {
  const part = `${path}.part`;
  try {
    await Deno.writeTextFile(
      part,
      [...keys].map(([old, key]) => `${old} ${key}\n`).join(""),
    );
    await replaceFile(part, path);
  } catch (error) {
    throw new UsageError(
      `--keys: cannot write ${path}: ${(error as Error).message}`,
    );
  }
}
