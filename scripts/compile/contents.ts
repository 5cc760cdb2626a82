/**
 * What an archive holds besides the executable.
 *
 * @module
 */

import { basename, join } from "@std/path";
import { COMMANDS } from "../../cli/commands/commands.ts";
import type { Entry } from "./archives.ts";

const ROOT = join(import.meta.dirname!, "../..");

/** Where files of the project go in an archive. */
const FILES: Record<string, string> = {
  "README.md": "",
  "CHANGELOG.md": "",
  "LICENSE": "",
  "scripts/compile/THIRD-PARTY.txt": "",
  ...Object.fromEntries(
    ["", ...Object.keys(COMMANDS).map((name) => `-${name}`)]
      .map((name) => [`docs/man/esmond-ps${name}.1`, "man/"]),
  ),
  "docs/completions/esmond-ps.bash": "completions/",
  "docs/completions/_esmond-ps": "completions/",
  "docs/completions/esmond-ps.fish": "completions/",
  "docs/completions/esmond-ps.ps1": "completions/",
};

/** Reads it. */
export function readContents(): Promise<Entry[]> {
  return Promise.all(
    Object.entries(FILES).map(async ([path, folder]) => ({
      path: `${folder}${basename(path)}`,
      bytes: await Deno.readFile(join(ROOT, path)),
      isExecutable: false,
    })),
  );
}
