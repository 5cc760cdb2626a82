/**
 * Whether another address is that of the archive that a mirror is of.
 *
 * @module
 */

import { join } from "@std/path";
import { UsageError } from "../errors.ts";
import { createOutput } from "../output/create.ts";
import { textOf, valueOf } from "../output/parquet.ts";
import { columnsFor, SeriesRows } from "../output/rows.ts";
import type { Manifest } from "./manifest.ts";
import { parquetRows } from "./parquet_rows.ts";
import type { Job } from "./plan.ts";
import { seriesOf } from "./partition_file.ts";
import {
  NotWholeError,
  type PrintedRow,
  printedRows,
  withoutArchive,
} from "./printed.ts";
import type { SeriesRecord } from "./record.ts";
import type { ExportSettings } from "./settings.ts";

/** How many series are compared at most, until one has points in common. */
const MOST_SERIES = 10;

/** How many seconds of a series are compared. */
const SECONDS = 200;

/**
 * Compares the archive with a file of the mirror: the last points of a series
 * have to be those of its file.
 *
 * @param fileOf The file with the last points of a series, if there is one.
 * @throws {UsageError} when they are not, or no series can be compared.
 */
export async function checkRebase(
  groups: readonly (readonly Job[])[],
  manifest: Manifest,
  settings: ExportSettings,
  fileOf: (record: SeriesRecord) => string | undefined = ({ files }) =>
    files?.at(-1)?.name,
): Promise<void> {
  const known = groups.flat().flatMap((job) => {
    const record = manifest.record(job.key, job.request.eventType);
    const [file, last] = [fileOf(record), record.last];
    return file === undefined || last === undefined
      ? []
      : [{ job, file, last }];
  }).sort((one, other) => other.last - one.last);
  for (const { job, file } of known.slice(0, MOST_SERIES)) {
    const mirrored = await lastRows(job, file, settings);
    const seconds = [...mirrored.keys()];
    if (seconds.length === 0) continue;
    const found = await rowsOf(job, seconds[0]!, seconds.at(-1)!, settings);
    const common = seconds.filter((second) => found.has(second));
    const same = common.filter((second) =>
      found.get(second) === mirrored.get(second)
    );
    if (common.length === 0) continue;
    if (same.length * 2 > common.length) return; // a few may be corrected
    throw new UsageError(
      `--rebase: ${settings.connection.url} is of another archive: of ${job.test}, ${
        common.length - same.length
      } of ${common.length} points are not what ${file} has`,
    );
  }
  throw new UsageError(
    `--rebase: ${settings.connection.url} has no points in common with the files in ${settings.directory}: give the address of the same archive, or another --output-directory`,
  );
}

/** The last rows of the file of a series, by second. */
async function lastRows(
  job: Job,
  file: string,
  { directory, format, isGzipped, hostnames }: ExportSettings,
): Promise<Map<number, string>> {
  const path = join(directory, file);
  const { lead } = await SeriesRows.create(job.subject, job.request, hostnames);
  const columns = columnsFor(job.request);
  const rows = format === "parquet"
    ? rowsIn(path, seriesOf(lead))
    : printedRows({ path, format, isGzipped, columns });
  const last = new Map<number, string>();
  try {
    for await (const { second, text } of rows) {
      if (Number.isNaN(second)) continue;
      const piece = withoutArchive(text);
      last.set(second, `${last.get(second) ?? ""}${piece}\n`);
      if (last.size > SECONDS) last.delete(last.keys().next().value!);
    }
  } catch (error) {
    if (!(error instanceof NotWholeError)) throw error;
    last.clear();
  }
  return last;
}

/** The rows of a series in a file of a dataset. */
async function* rowsIn(
  path: string,
  series: string,
): AsyncGenerator<PrintedRow, void, void> {
  for await (const rows of parquetRows(path)) {
    for (const { lead, cells, tsEpoch } of rows) {
      if (seriesOf(lead!) !== series) continue;
      yield { second: tsEpoch!, text: cells[0]! };
    }
  }
}

/** The rows that the archive has of some seconds. */
async function rowsOf(
  { series, subject, request }: Job,
  timeStart: number,
  timeEnd: number,
  { format, escapesFormulas, hostnames }: ExportSettings,
): Promise<Map<number, string>> {
  const rows = await SeriesRows.create(subject, request, hostnames);
  let text = "";
  const output = format === "parquet" ? undefined : createOutput(format, {
    sink: { write: (piece) => void (text += piece), flush: async () => {} },
    ...{ columns: [], escapesFormulas, closing: "" },
    ...{ isTerminal: false, isContinued: true },
  });
  const found = new Map<number, string>();
  for await (const page of series.streamPages({ timeStart, timeEnd })) {
    await rows.prepare(page);
    for (const point of page) {
      for (const row of rows.rowsOf(point)) {
        text = "";
        if (output) output.write(row);
        else text = textOf(valueOf(row.cells[0]!));
        const piece = withoutArchive(text.replace(/^, |\r?\n$/g, ""));
        const before = found.get(point.tsEpoch) ?? "";
        found.set(point.tsEpoch, `${before}${piece}\n`);
      }
    }
  }
  return found;
}
