/**
 * `esmond-ps get`: the data of one event type.
 *
 * @module
 */

import { eachOnce } from "../../client/looks.ts";
import type { DataPoint, EventType, Metadata, Summary } from "../../mod.ts";
import { EXIT, PartialError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Format } from "../names.ts";
import type { OptionsOf } from "../options/table.ts";
import { createOutput } from "../output/create.ts";
import type { Output } from "../output/output.ts";
import {
  columnsOf,
  type RowRequest,
  seriesOf,
  SeriesRows,
  shownPoints,
  subjectOf,
  typesOf,
} from "../output/rows.ts";
import { Unshown } from "../output/unshown.ts";
import { testsOrAdvice } from "../query/advice.ts";
import { Alike } from "../query/alike.ts";
import { Failures, unservedNote } from "../query/failures.ts";
import {
  follow,
  type Following,
  readFollowing,
  refuseEnd,
} from "../query/follow.ts";
import {
  readPace,
  readSeriesSettings,
  rowRequest,
} from "../query/series_settings.ts";
import { type Settings, settle } from "../query/settings.ts";
import { withKnown } from "../query/with.ts";
import type { Command } from "./command.ts";

/**
 * Prints the rows of every test that matches. A test that cannot be read does
 * not keep the others from being read.
 */
export const run: Command<"get"> = async (options, io) => {
  using settings = await settle("get", options, io, {
    first: () => {
      requirePair(options);
      refuseEnd(options);
    },
    eventType: requireEventType,
    own: (format, held) => {
      const own = readSeriesSettings(options, format, held);
      const following = readFollowing(options, format);
      if (io.isTerminal) refuseTerminal(own.isGzipped, format);
      return { ...own, following };
    },
    connection: () => ({
      ...readPace(options),
      signal: io.signal,
      ...(options.flag("follow") ? { warn: eachOnce(io.note) } : {}),
    }),
  });
  const { escapesFormulas, eventType, following, format, isGzipped } = settings;
  const request = rowRequest(settings, eventType);
  const gzip = isGzipped
    ? new (await import("../output/gzip.ts")).GzipSink(io.stdoutBytes)
    : undefined;
  const output = createOutput(format, {
    sink: gzip ?? io.stdout,
    writer: io.stdoutBytes,
    columns: columnsOf(request),
    types: typesOf(request),
    closing: "\n",
    escapesFormulas,
    isTerminal: io.isTerminal,
  });
  if (following !== undefined) {
    return await followSeries({ ...settings, following }, request, output, io);
  }
  const failures = new Failures();
  const unshown = new Unshown();
  const alike = new Alike();
  try {
    const found = testsOrAdvice(settings, io, { stillRunning: true });
    for await (const md of withKnown(found, settings.added)) {
      const series = seriesOf(md, request);
      if (series === undefined) continue;
      try {
        const rows = await SeriesRows.create(
          subjectOf(md, request.added),
          request,
          settings.hostnames,
          { splitsTraces: format === "human", unshown },
        );
        const count = await writeSeries(series, rows, settings, output);
        if (count > 0) alike.take(rows.facts, md);
        if (!series.isServed) {
          io.note(unservedNote(`${md}`, request.eventType));
        }
        failures.none();
      } catch (error) {
        failures.take(error);
        io.note(`incomplete: ${(error as Error).message}`);
      }
    }
    const told = alike.line();
    for (const line of unshown.lines().concat(told ?? [])) io.note(line);
    if (failures.count > 0) throw new PartialError(EXIT.failed);
  } catch (error) {
    await gzip?.breakOff().catch(() => {}); // keep what was fetched
    throw error;
  }
  await output.end();
  await gzip?.end();
};

function requirePair(options: OptionsOf<"get">): void {
  const needsDest = !options.text("event-type")?.startsWith("ntp-");
  if (options.text("src") && (!needsDest || options.text("dest"))) return;
  throw new UsageError(
    "--src and --dest are both required (for ntp-* event types only --src)",
  );
}

function requireEventType(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new UsageError("--event-type is required; -L lists the event types");
}

/** Refuses bytes that nobody can read. */
function refuseTerminal(isGzipped: boolean, format: Format): void {
  if (!isGzipped && format !== "parquet") return;
  const option = isGzipped ? "--gzip" : "--output-format parquet";
  throw new UsageError(
    `${option} is not for a terminal: redirect it to a file, with > FILE`,
  );
}

/** Prints the points of a series, and says how many there were. */
async function writeSeries(
  series: EventType | Summary,
  rows: SeriesRows,
  { format, window }: Settings,
  output: Output,
): Promise<number> {
  let count = 0;
  for await (const page of series.streamPages()) {
    const points = shownPoints(page, series, format, window.start);
    await writePoints(points, rows, output);
    count += points.length;
  }
  return count;
}

/** Prints what arrives, line by line, until the program is stopped. */
async function followSeries(
  settings: Settings & { following: Following },
  request: RowRequest,
  output: Output,
  io: Io,
): Promise<void> {
  const seriesIn = (test: Metadata) => {
    const series = seriesOf(test, request);
    return series === undefined ? [] : [{ test, series }];
  };
  await follow(settings, io, seriesIn, async ({ of: { test }, points }) => {
    const { hostnames } = settings;
    const subject = subjectOf(test, request.added);
    const rows = await SeriesRows.create(subject, request, hostnames);
    await writePoints(points, rows, output);
    await io.stdout.flush();
  });
}

async function writePoints(
  points: readonly DataPoint[],
  rows: SeriesRows,
  output: Output,
): Promise<void> {
  await rows.prepare(points);
  for (const point of points) {
    for (const row of rows.rowsOf(point)) {
      const wait = output.write(row);
      if (wait) await wait;
    }
  }
}
