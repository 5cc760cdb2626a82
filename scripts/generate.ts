/**
 * Writes the man page and the completion scripts of docs/, which are made from
 * the tables of the program.
 *
 * @module
 */

import { join } from "@std/path";
import { scriptOf } from "../cli/completions/shells.ts";
import { manPage } from "./man_page.ts";

/**
 * The files, by their paths from the root of the project, and what makes them.
 */
export const GENERATED: Record<string, () => string> = {
  "docs/man/esmond-ps.1": manPage,
  "docs/completions/esmond-ps.bash": () => scriptOf("bash"),
  "docs/completions/_esmond-ps": () => scriptOf("zsh"),
  "docs/completions/esmond-ps.fish": () => scriptOf("fish"),
  "docs/completions/esmond-ps.ps1": () => scriptOf("powershell"),
};

if (import.meta.main) {
  const root = join(import.meta.dirname!, "..");
  for (const [path, make] of Object.entries(GENERATED)) {
    await Deno.mkdir(join(root, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(root, path), make());
    console.log(path);
  }
}
