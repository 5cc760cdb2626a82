/**
 * The settings of `get-bulk`.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Format, Partition } from "../names.ts";
import { readSeconds } from "../options/amounts.ts";
import { FORMATS, PARTITIONS } from "../options/choices.ts";
import { DEFAULTS, type OptionsOf, STDOUT } from "../options/table.ts";
import { listed, readChoice } from "../options/values.ts";
import {
  checkColumns,
  readPace,
  readSeriesSettings,
  refuseTerminal,
  type SeriesSettings,
} from "../query/series_settings.ts";
import { type Settings, settle } from "../query/settings.ts";

/** What an export goes by. */
export interface ExportSettings extends Settings, SeriesSettings {
  /** The directory to write to; of a stream, none is written to. */
  directory: string;
  /** Whether all series go to standard output. */
  isStreamed: boolean;
  /** Whether an interrupted export continues. */
  isResumed: boolean;
  /** Whether what is new is added to an earlier export. */
  isSynced: boolean;
  /** Whether files are continued that the manifest does not know. */
  isAdopting: boolean;
  /** Whether the address, or an earlier start, may be new. */
  isRebased: boolean;
  /** Whether a new export may take the place of a mirror. */
  isForced: boolean;
  /**
   * How many seconds before the last point of the earlier export are read
   * again, for data that arrived late.
   */
  overlap: number;
  /** What a Parquet file has of a series; all if absent. */
  partition: Partition | undefined;
  /** Whether no progress is shown. */
  isQuiet: boolean;
  /** The times as they were typed. */
  typed: TypedTimes;
}

/** The options of a window as they were typed; null where none is. */
export interface TypedTimes {
  /** `--start-time`. */
  start: string | null;
  /** `--end-time`. */
  end: string | null;
  /** `--tz`. */
  zone: string;
  /** Each `--filter` about time. */
  filters: string[];
}

/** Checks the options of `get-bulk` and settles what they mean. */
export async function settleExport(
  options: OptionsOf<"get-bulk">,
  io: Io,
): Promise<ExportSettings> {
  const directory = options.text("output-directory") ??
    DEFAULTS["output-directory"];
  const isStreamed = directory === STDOUT;
  return await settle("get-bulk", options, io, {
    first: async () => {
      if ((options.text("output-format") ?? "human") === "human") {
        throw new UsageError(
          `--output-format: ${
            isStreamed
              ? "a stream is for programs"
              : "bulk output goes to files"
          }, choose ${listed(isStreamed ? STREAMED : FORMATS["get-bulk"])}`,
        );
      }
      if (isStreamed) checkStream(options);
      else await checkDirectory(directory);
    },
    own: (format, held, asked) => {
      const series = readSeriesSettings(options, format, held);
      if (isStreamed) {
        checkColumns(format, asked);
        if (io.isTerminal) refuseTerminal(series.isGzipped, format);
      }
      return {
        ...series,
        directory,
        ...readExport(options, format),
        isStreamed,
      };
    },
    // What is under way is finished when the program is stopped.
    connection: () => ({ ...readPace(options), drain: io.signal }),
  });
}

/** The formats that are whole after each line. */
const STREAMED: readonly Format[] = ["csv", "ndjson"];

/** Refuses what cannot go to standard output, and what is about directories. */
function checkStream(options: OptionsOf<"get-bulk">): void {
  const format = options.text("output-format") ?? "";
  const isKnown = FORMATS["get-bulk"].some((each) => each === format);
  if (isKnown && !STREAMED.some((each) => each === format)) {
    throw new UsageError(
      `--output-directory -: ${format} cannot be streamed, choose --output-format ${
        listed(STREAMED)
      }, or a directory`,
    );
  }
  const option = (["resume", "sync", "adopt", "rebase", "force"] as const)
    .find((flag) => options.flag(flag)) ??
    (["partition", "overlap"] as const)
      .find((name) => options.text(name) !== undefined);
  if (option === undefined) return;
  throw new UsageError(
    `--${option} is about files in a directory: leave it out, or give another --output-directory than -`,
  );
}

/** Refuses what is not a directory, and cannot become one. */
async function checkDirectory(directory: string): Promise<void> {
  const info = await Deno.stat(directory).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw refuse(`cannot use ${directory}: ${error.message}`);
  });
  if (info?.isDirectory) return;
  if (info) throw refuse(`${directory} is not a directory`);
  const parent = dirname(resolve(directory));
  const isMissing = await Deno.stat(parent).then(
    () => false,
    (error) => error instanceof Deno.errors.NotFound,
  );
  if (!isMissing) return;
  throw refuse(
    `${directory} cannot be made, because there is no ${parent}; make it first`,
  );
}

/**
 * Makes the directory of an export, unless it is there.
 *
 * @returns Whether it was made.
 * @throws {UsageError} where that is not permitted.
 */
export async function makeDirectory(directory: string): Promise<boolean> {
  try {
    await Deno.mkdir(directory);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw refuse(`cannot make ${directory}: ${(error as Error).message}`);
  }
}

/**
 * Takes a directory away again that was made for an archive of which nothing
 * came. As to the original client, it is then one that does not exist.
 *
 * @throws {UsageError} if it was taken away; it has nothing of anybody's in it.
 */
export async function unmakeDirectory(
  directory: string,
  why: string,
): Promise<void> {
  const isGone = await Deno.remove(directory).then(() => true, () => false);
  if (isGone) {
    throw refuse(`${directory} does not exist, and is not made: ${why}`);
  }
}

function refuse(why: string): UsageError {
  return new UsageError(`--output-directory: ${why}`);
}

function readExport(
  options: OptionsOf<"get-bulk">,
  format: string,
): Omit<
  ExportSettings,
  keyof Settings | keyof SeriesSettings | "directory" | "isStreamed"
> {
  const isSynced = options.flag("sync");
  const partition = readChoice(options, "partition", PARTITIONS);
  if (partition !== undefined && format !== "parquet") {
    throw new UsageError(
      "--partition divides Parquet files: choose --output-format parquet, or leave it out",
    );
  }
  for (const flag of ["adopt", "rebase"] as const) {
    if (options.flag(flag) && !isSynced) {
      throw new UsageError(`--${flag} is about mirrors: give --sync too`);
    }
  }
  if (options.flag("force") && (isSynced || options.flag("resume"))) {
    throw new UsageError(
      "--force begins a new export: leave it out, or leave out --sync and --resume",
    );
  }
  const overlap = readSeconds(options, "overlap");
  if (isSynced && format === "parquet" && partition === undefined) {
    throw new UsageError(
      "--sync: nothing can be added to a Parquet file; divide them with --partition day or month, or choose another --output-format",
    );
  }
  return {
    isResumed: options.flag("resume"),
    isSynced,
    isAdopting: options.flag("adopt"),
    isRebased: options.flag("rebase"),
    isForced: options.flag("force"),
    overlap: isSynced ? overlap : 0,
    partition,
    isQuiet: options.flag("quiet"),
    typed: {
      start: options.text("start-time") ?? null,
      end: options.text("end-time") ?? null,
      zone: options.text("tz") ?? DEFAULTS.tz,
      filters: options.texts("filter").filter((each) => /^time/.test(each)),
    },
  };
}
