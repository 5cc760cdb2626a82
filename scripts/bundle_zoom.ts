/**
 * The script of a page with a picture, as a module that has it as text: the code
 * that draws, in one piece for browsers.
 *
 * @module
 */

import { join } from "@std/path";

/**
 * Bundles `chart/zoom.ts`. Another version of Deno may bundle the same code into
 * other bytes.
 *
 * @throws {Error} when it cannot be bundled, or could end its element.
 */
export async function zoomModule(): Promise<string> {
  const root = join(import.meta.dirname!, "..");
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "-q", "--no-lock", "--platform", "browser", "--minify"],
      "chart/zoom.ts",
    ],
    cwd: root,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const script = new TextDecoder().decode(stdout).trim();
  if (/<\/script|<!--/i.test(script)) {
    throw new Error("the script of pages has text that would end it");
  }
  return `/**
 * The script of a page with a picture: chart/zoom.ts and what it imports.
 * Written by \`deno task generate\`.
 *
 * @module
 */

/** JavaScript without imports. */
export const ZOOM_SCRIPT: string = ${JSON.stringify(script)};
`;
}
