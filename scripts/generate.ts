/**
 * Writes what is made from other files: the man pages and the completion scripts
 * of docs/, from the tables of the program, the script of pages, and the picture
 * of README.
 *
 * @module
 */

import { join } from "@std/path";
import { scriptOf } from "../cli/completions/shells.ts";
import { zoomModule } from "./bundle_zoom.ts";
import { COMMANDS, isCommand } from "../cli/commands/commands.ts";
import { commandPage, manPage } from "./man_page.ts";
import { samplePicture } from "./picture.ts";

/**
 * The files, by their paths from the root of the project, and what makes them.
 */
export const GENERATED: Record<string, () => string | Promise<string>> = {
  "docs/man/esmond-ps.1": manPage,
  ...Object.fromEntries(
    Object.keys(COMMANDS).filter(isCommand).map((name) => [
      `docs/man/esmond-ps-${name}.1`,
      () => commandPage(name),
    ]),
  ),
  "docs/completions/esmond-ps.bash": () => scriptOf("bash"),
  "docs/completions/_esmond-ps": () => scriptOf("zsh"),
  "docs/completions/esmond-ps.fish": () => scriptOf("fish"),
  "docs/completions/esmond-ps.ps1": () => scriptOf("powershell"),
  "docs/plot.svg": samplePicture,
  "chart/zoom_script.ts": zoomModule,
};

if (import.meta.main) {
  const root = join(import.meta.dirname!, "..");
  for (const [path, make] of Object.entries(GENERATED)) {
    await Deno.mkdir(join(root, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(root, path), await make());
    console.log(path);
  }
}
