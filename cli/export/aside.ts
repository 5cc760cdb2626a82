/**
 * Files whose content cannot be trusted are kept under another name: whatever
 * is in them may be all that is left.
 *
 * @module
 */

import { join } from "@std/path";
import { replaceFile } from "../replace.ts";
import { storing, syncDirectoryOf } from "./part.ts";

/** Puts files aside, and says so. */
export interface Asides {
  /** How many files were put aside. */
  count: number;
  /** Told, a line each, what was put where. */
  warn(line: string): void;
}

/**
 * Puts a file aside.
 *
 * @param asides Counts it.
 * @param directory Where it is.
 * @param name What it is called there.
 * @param why What is wrong with it.
 * @param copies Whether the file itself has to stay for a while.
 */
export async function putAside(
  asides: Asides,
  directory: string,
  name: string,
  why: string,
  copies = false,
): Promise<void> {
  const time = new Date().toISOString().replace(/\..*/, "")
    .replaceAll(":", "-");
  const path = join(directory, name);
  let other = `${name}.damaged-${time}Z`;
  for (let count = 2; await exists(join(directory, other)); count++) {
    other = `${name}.damaged-${time}Z-${count}`;
  }
  await storing(`cannot put ${path} aside`, async () => {
    const aside = join(directory, other);
    const copy = `${path}.damaged.partial`; // a copy can be cut short
    if (copies) await Deno.copyFile(path, copy);
    await replaceFile(copies ? copy : path, aside);
  });
  await syncDirectoryOf(path);
  asides.count++;
  asides.warn(
    `${name} ${why}: it is kept as ${other}, and what the archive still has goes to a new file`,
  );
}

/** Whether there is something of that name. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
