/**
 * `esmond-ps copy`: an archive, or a part of it, to a file or another archive.
 *
 * @module
 */

import { copyToFile, refuseSource } from "../copy/run.ts";
import { readCopy } from "../copy/settings.ts";
import { Progress, stderrOptions } from "../export/progress.ts";
import { type Io, oneLine } from "../io.ts";
import { isAddress } from "../options/target.ts";
import { readAddresses } from "../query/addresses.ts";
import type { Command } from "./command.ts";

/** Copies everything that matches. */
export const run: Command<"copy"> = async (options, io) => {
  const display = io.progress ?? stderrOptions(io);
  using progress = new Progress({ ...display, isQuiet: options.flag("quiet") });
  // Nothing may land in the line that shows the progress.
  const aside: Io = { ...io, note: (line) => progress.warn(oneLine(line)) };
  using settings = await readCopy(options, aside);
  settings.connection.only("copy");
  if (!isAddress(settings.to)) {
    const [source] = await readAddresses(options);
    await refuseSource(source?.file, settings.to);
    if (settings.isDryRun) {
      const { dryRun } = await import("../copy/dry_run.ts");
      return await dryRun(settings, progress, aside);
    }
    return await copyToFile(settings, progress, display.colors, aside);
  }
  const { copyToUrl, openTarget } = await import("../copy/to_url.ts");
  const posting = await openTarget(settings, options, aside);
  try {
    await copyToUrl(settings, posting, progress, display.colors, aside);
  } finally {
    posting.close();
  }
};
