/**
 * The settings of `copy`.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { readSeconds } from "../options/amounts.ts";
import type { OptionsOf } from "../options/table.ts";
import { checkTarget } from "../options/target.ts";
import { readPace } from "../query/series_settings.ts";
import { type Settings, settleCopy } from "../query/settings.ts";

/** What a copy goes by. */
export interface CopySettings extends Settings {
  /** The file, or the address of an archive. */
  to: string;
  /** Whether the end of what is there is read again. */
  isSynced: boolean;
  /** How many seconds before the last point of a series are read again. */
  overlap: number;
  /** Whether nothing is copied. */
  isDryRun: boolean;
  /** Whether both sides are compared afterwards. */
  isVerified: boolean;
  /** What was asked for, as JSON: a run of the same can be resumed. */
  selection: string;
}

/** Checks the options of `copy` and settles what they mean. */
export async function readCopy(
  options: OptionsOf<"copy">,
  io: Io,
): Promise<CopySettings> {
  const to = options.text("to") ?? "";
  const isSynced = options.flag("sync");
  if (options.flag("dry-run") && options.flag("verify")) {
    throw new UsageError(
      "--verify compares what was copied, and --dry-run copies nothing: leave one out",
    );
  }
  const overlap = readSeconds(options, "overlap");
  const settings = await settleCopy(options, io, {
    first: () => {
      checkTarget(to);
      if (to !== "") return;
      throw new UsageError(
        "--to is required: the file to copy to, such as archive.db, or the address of an archive",
      );
    },
    // What is under way is finished when the program is stopped.
    connection: () => ({
      ...readPace(options),
      drain: io.signal,
      warn: warner(io),
    }),
  });
  return {
    ...settings,
    to,
    isSynced,
    overlap: isSynced ? overlap : 0,
    isDryRun: options.flag("dry-run"),
    isVerified: options.flag("verify"),
    selection: selectionOf(settings, options),
  };
}

/** Tells of each doubt once. */
function warner(io: Pick<Io, "note">): (line: string) => void {
  const told = new Set<string>();
  return (line) => {
    // It never is of what ends now, and is read again by the next copy.
    if (told.has(line) || line.startsWith("the last window, ")) return;
    told.add(line);
    io.note(line);
  };
}

function selectionOf(
  { searches, eventTypes, summaryType, summaryWindow, connection }: Settings,
  options: OptionsOf<"copy">,
): string {
  return JSON.stringify({
    searches,
    eventTypes: [...eventTypes].sort(),
    summaryType,
    summaryWindow,
    filters: connection.filters.metadataFilters,
    start: options.text("start-time"),
    end: options.text("end-time"),
  });
}
