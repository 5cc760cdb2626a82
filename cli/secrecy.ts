/**
 * Files that hold secrets, and warnings about whatever gives a secret away.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import { isLoopback } from "../client/loopback.ts";
import { UsageError } from "./errors.ts";
import type { Io } from "./io.ts";

/**
 * Reads a file that holds a secret, and warns if every user of this machine can
 * do the same.
 *
 * @param option The option that names the file.
 * @param path The file.
 * @param io Where the warning goes.
 * @param read Makes the secret of the text.
 * @throws {UsageError} if the file cannot be read; whatever `read` throws.
 */
export async function readSecretFile<T>(
  option: string,
  path: string,
  io: Pick<Io, "note">,
  read: (text: string) => T,
): Promise<T> {
  const text = await Deno.readTextFile(path).catch((error: Error) => {
    throw new UsageError(`${option}: cannot read ${path}: ${error.message}`);
  });
  const secret = read(text);
  await warnOfReaders(option, path, io);
  return secret;
}

/**
 * Warns if every user of this machine can read a file: its mode says so, and
 * they can enter all directories above it. A group is trusted: it is often one
 * user's own, or that of a service. Without permission to look, nothing is
 * said.
 */
export async function warnOfReaders(
  option: string,
  path: string,
  io: Pick<Io, "note">,
): Promise<void> {
  if (Deno.build.os === "windows") return; // its files have no such modes
  const file = resolve(path);
  if (!await allows(file, 0o004)) return;
  let directory = file;
  do {
    directory = dirname(directory);
    if (!await allows(directory, 0o001)) return;
  } while (directory !== dirname(directory));
  io.note(
    `${option}: every user of this machine can read ${path}; chmod 600 makes it secret`,
  );
}

/** Whether a mode is set; not if that may not be looked at. */
async function allows(path: string, bits: number): Promise<boolean> {
  const query = { name: "read", path } as const;
  if (Deno.permissions.querySync(query).state !== "granted") return false;
  const info = await Deno.stat(path).catch(() => undefined);
  return ((info?.mode ?? 0) & bits) !== 0;
}

/** Warns if a key is about to cross a network unencrypted. */
export function warnOfPlainHttp(url: string, io: Pick<Io, "note">): void {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "http:" || isLoopback(parsed.hostname)) return;
  io.note(
    `--url: http is not encrypted: everyone on the way to ${parsed.host} can read the API key; give https if the archive has it`,
  );
}
