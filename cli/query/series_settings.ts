/**
 * The settings of the commands that print series.
 *
 * @module
 */

import type { ApiConnectOptions } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { AnswerName, CopyName, Format } from "../names.ts";
import type { OptionsOf } from "../options/table.ts";
import { readInteger, readZone } from "../options/values.ts";
import { columnsFor, type RowRequest } from "../output/rows.ts";
import type { Asked, Settings } from "./settings.ts";

type SeriesOptions = OptionsOf<"get" | "get-bulk">;
type PacedOptions = OptionsOf<"get" | "get-bulk" | AnswerName | CopyName>;

/** What `get` and `get-bulk` go by, besides what every reading command does. */
export interface SeriesSettings {
  /** Whether the output is compressed. */
  isGzipped: boolean;
  /** The time zone of printed timestamps. */
  outputZone: string;
}

/** Reads the settings. */
export function readSeriesSettings(
  options: SeriesOptions,
  format: Format,
  io: Pick<Io, "note">,
): SeriesSettings {
  const window = readInteger(options, "summary-window");
  if (window > 0 && options.text("summary-type") === undefined) {
    io.note(
      `--summary-window ${window} without --summary-type: base data is read, not roll-ups`,
    );
  }
  const isGzipped = options.flag("gzip");
  if (isGzipped && format === "human") {
    throw new UsageError(
      "--gzip: the format human is for reading; choose json, csv or ndjson, or leave out --gzip",
    );
  }
  if (isGzipped && format === "parquet") {
    throw new UsageError("--gzip: Parquet is compressed already; leave it out");
  }
  return { isGzipped, outputZone: readZone(options, "output-tz") };
}

/** Refuses bytes that nobody can read. */
export function refuseTerminal(isGzipped: boolean, format: Format): void {
  if (!isGzipped && format !== "parquet") return;
  const option = isGzipped ? "--gzip" : "--output-format parquet";
  throw new UsageError(
    `${option} is not for a terminal: redirect it to a file, with > FILE`,
  );
}

/** What is asked for of an event type, of the only archive or another one. */
export function rowRequest(
  settings: Settings & SeriesSettings,
  eventType: string,
  archive: string = settings.connection.url,
): RowRequest {
  const { added, format, outputZone } = settings;
  const { summaryType, summaryWindow } = settings;
  return {
    archive,
    format,
    added,
    eventType,
    summaryWindow,
    outputZone,
    ...(summaryType === undefined ? {} : { summaryType }),
  };
}

/** How fast points are read. */
export function readPace(
  options: PacedOptions,
): Pick<ApiConnectOptions, "concurrency" | "pageSize"> {
  const pageSize = readInteger(options, "page-size");
  return {
    concurrency: readInteger(options, "concurrency"),
    ...(pageSize === undefined ? {} : { pageSize }),
  };
}

/**
 * Refuses event types whose rows have different columns, in a format that has
 * one set of columns.
 *
 * @throws {UsageError} that names two of them.
 */
export function checkColumns(
  format: Format,
  { eventTypes, summaryType, summaryWindow }: Asked,
): void {
  if (format !== "csv") return;
  const [first, ...others] = eventTypes;
  const columns = (eventType: string) =>
    columnsFor({
      ...{ format, eventType, summaryWindow },
      ...(summaryType === undefined ? {} : { summaryType }),
    }).join();
  const other = others.find((each) => columns(each) !== columns(first!));
  if (other === undefined) return;
  throw new UsageError(
    `--output-format ${format} has one set of columns, but ${first} and ${other} have different ones: choose ndjson, or give one --event-type`,
  );
}
