/**
 * Warnings of what makes a secret known: a file that others can read, a
 * connection that others can listen to.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import type { Io } from "./io.ts";

/**
 * Warns if other users of this machine can read a file; what cannot be found
 * out is not warned of.
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

/** Warns if a key is about to go over a network unencrypted. */
export function warnOfPlainHttp(url: string, io: Pick<Io, "note">): void {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "http:" || isLoopback(parsed.hostname)) return;
  io.note(
    `--url: http is not encrypted: everyone on the way to ${parsed.host} can read the API key; give https if the archive has it`,
  );
}

function isLoopback(host: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(host);
}
