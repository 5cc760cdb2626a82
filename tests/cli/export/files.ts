/** What an export has left in its directory. */

import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";

/** Contents by path below the directory, with `/` on every system. */
export type Files = Map<string, Uint8Array>;

/** The name of the manifest. */
export const MANIFEST = "esmond-ps-manifest.json";

/** Every file below the directory. */
export function readFiles(directory: string, below = ""): Files {
  const files: Files = new Map();
  for (const entry of Deno.readDirSync(join(directory, below))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory) {
      for (const each of readFiles(directory, path)) files.set(...each);
    } else {
      files.set(path, Deno.readFileSync(join(directory, path)));
    }
  }
  return files;
}

/**
 * Those files that look complete: neither hidden, nor partial, nor the
 * manifest.
 */
export function complete(files: Files): Files {
  return new Map(
    [...files].filter(([path]) =>
      path !== MANIFEST &&
      !path.split("/").some((name) => /^\.|\.partial$/.test(name))
    ),
  );
}

/**
 * The files that differ from those of the whole export, in words; the archive
 * of that had another port.
 */
export function differences(files: Files, whole: Files): string[] {
  return [...files].flatMap(([path, bytes]) => {
    const other = whole.get(path);
    if (other === undefined) return [`${path} belongs to no series`];
    if (equal(withoutPort(path, bytes), withoutPort(path, other))) return [];
    const at = bytes.findIndex((byte, index) => byte !== other[index]);
    return [
      `${path} has ${bytes.length} bytes, not ${other.length}, and differs from byte ${
        at < 0 ? bytes.length : at
      } on`,
    ];
  });
}

/**
 * Fails unless the directory holds the whole export, the manifest, and nothing
 * else.
 */
export function assertWhole(
  directory: string,
  whole: Files,
  hint: string,
): void {
  const files = readFiles(directory);
  assertEquals(
    [...files.keys()].sort(),
    [...whole.keys(), MANIFEST].sort(),
    `${hint}: what is in the directory`,
  );
  assertEquals(differences(complete(files), whole), [], hint);
}

/** What a file holds, but for the port of the archive that some formats name. */
function withoutPort(path: string, bytes: Uint8Array): Uint8Array {
  if (!/\.(ndjson(\.gz)?|parquet)$/.test(path)) return bytes;
  const plain = path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  const text = new TextDecoder("latin1").decode(plain);
  const port = /(http:\/\/127\.0\.0\.1):\d+/g;
  return new TextEncoder().encode(text.replace(port, "$1"));
}

/** The text of a file of a map. */
export function textOf(files: Files, path: string): string {
  return new TextDecoder().decode(files.get(path));
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
