/**
 * The archives that people download: the same bytes whenever the same things go
 * in.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import { packTar, zipSync } from "./packages.ts";
import type { Target } from "./targets.ts";

/** What goes into an archive. */
export interface Entry {
  /** The path in the archive. */
  path: string;
  /** The content. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Whether it is a program. */
  isExecutable: boolean;
}

/** What an archive for this system is called. */
export function archiveName(version: string, { name, os }: Target): string {
  return `esmond-ps-${version}-${name}.${os === "windows" ? "zip" : "tar.gz"}`;
}

/**
 * Packs entries: as a zip file for Windows, else as a compressed tar file.
 *
 * @param target The system it is for.
 * @param entries What goes in, in this order.
 * @param time The time that all entries have.
 * @returns The archive.
 */
export async function pack(
  target: Target,
  entries: readonly Entry[],
  time: Date,
): Promise<Uint8Array> {
  if (target.os === "windows") return zip(entries, time);
  const tar = await packTar(entries.map(({ path, bytes, isExecutable }) => ({
    header: {
      name: path,
      size: bytes.length,
      type: "file",
      mode: isExecutable ? 0o755 : 0o644,
      mtime: time,
      uid: 0,
      gid: 0,
      uname: "root",
      gname: "root",
    },
    body: bytes,
  })));
  return gzipSync(tar, { level: 9 });
}

function zip(entries: readonly Entry[], time: Date): Uint8Array {
  // Zip files have local time; this one has that of UTC wherever it is made.
  const mtime = new Date(time.getTime() + time.getTimezoneOffset() * 60_000);
  const files = entries.map(({ path, bytes }) => [path, bytes] as const);
  return zipSync(Object.fromEntries(files), { level: 9, mtime });
}
