/**
 * `esmond-ps copy`: an archive, or a part of it, to a file.
 *
 * @module
 */

import { copyToFile } from "../copy/run.ts";
import { readCopy } from "../copy/settings.ts";
import { Progress, stderrOptions } from "../export/progress.ts";
import { type Io, oneLine } from "../io.ts";
import type { Command } from "./command.ts";

/** Copies everything that matches. */
export const run: Command<"copy"> = async (options, io) => {
  const display = io.progress ?? stderrOptions(io.env);
  using progress = new Progress({ ...display, isQuiet: options.flag("quiet") });
  // Nothing may land in the line that shows the progress.
  const aside: Io = { ...io, note: (line) => progress.warn(oneLine(line)) };
  using settings = await readCopy(options, aside);
  await copyToFile(settings, progress, display.colors, aside);
};
