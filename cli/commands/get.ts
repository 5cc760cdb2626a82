/**
 * `esmond-ps get`: the data of one event type.
 *
 * @module
 */

import { pagesOf } from "../../client/data.ts";
import { eventTypeInfo } from "../../client/event_types.ts";
import { eachOnce } from "../../client/looks.ts";
import { METADATA_FILTERS } from "../../client/parameters.ts";
import type { EventType, Metadata, Summary } from "../../mod.ts";
import { EXIT, PartialError, UsageError } from "../errors.ts";
import type { Io, TextSink } from "../io.ts";
import type { OptionsOf } from "../options/table.ts";
import { checkEventType } from "../options/values.ts";
import { createOutput } from "../output/create.ts";
import type { Output } from "../output/output.ts";
import { PageWriter } from "../output/page_writer.ts";
import {
  columnsFor,
  type RowRequest,
  seriesOf,
  SeriesRows,
  subjectOf,
} from "../output/rows.ts";
import { shownPage } from "../output/shown_page.ts";
import { Unshown } from "../output/unshown.ts";
import { testsOrAdvice } from "../query/advice.ts";
import { Alike } from "../query/alike.ts";
import { Failures, unservedNote } from "../query/failures.ts";
import { filterValue } from "../query/filter.ts";
import {
  follow,
  type Following,
  readFollowing,
  refuseEnd,
} from "../query/follow.ts";
import {
  checkColumns,
  readPace,
  readSeriesSettings,
  refuseTerminal,
  rowRequest,
} from "../query/series_settings.ts";
import { Turns } from "../query/lanes.ts";
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
      requireHosts(options);
      refuseEnd(options);
    },
    eventTypes: () => requireEventTypes(options),
    own: (format, held, asked) => {
      const own = readSeriesSettings(options, format, held);
      checkColumns(format, asked);
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
  const { connection, escapesFormulas, following, format, isGzipped } =
    settings;
  const requests = settings.eventTypes
    .map((eventType) => rowRequest(settings, eventType));
  const gzip = isGzipped
    ? new (await import("../output/gzip.ts")).GzipSink(io.stdoutBytes)
    : undefined;
  const sink = gzip ?? io.stdout;
  const outputTo = (sink: TextSink, isContinued = false) =>
    createOutput(format, {
      ...{ sink, isContinued, escapesFormulas, isTerminal: io.isTerminal },
      writer: io.stdoutBytes,
      columns: columnsFor(requests[0]!),
      closing: "\n",
    });
  const output = outputTo(sink);
  if (following !== undefined) {
    return await followSeries({ ...settings, following }, requests, output, io);
  }
  const failures = new Failures(connection);
  const turns = new Turns();
  const unshown = new Unshown();
  const alike = new Alike();
  const read = async (md: Metadata, request: RowRequest) => {
    const series = seriesOf(md, request);
    if (series === undefined) return;
    try {
      const rows = await SeriesRows.create(
        subjectOf(md, request.added),
        request,
        settings.hostnames,
        { splitsTraces: format === "human", unshown },
      );
      const writer = new PageWriter({
        ...{ rows, output, sink },
        outputTo: (sink) => outputTo(sink, true),
      });
      const count = await writeSeries(series, settings, writer, turns);
      if (count > 0) alike.take(rows.facts, md);
      if (!series.isServed) io.note(unservedNote(`${md}`, request.eventType));
      failures.none(md.archive);
    } catch (error) {
      if (!failures.take(error)) return;
      io.note(`incomplete: ${(error as Error).message}`);
    }
  };
  try {
    const found = testsOrAdvice(settings, io, { stillRunning: true });
    await connection.inTurn(withKnown(found, settings.added), async (md) => {
      const { archive } = md;
      for (const request of requests) {
        if (connection.isFailed(archive)) return;
        await read(md, { ...request, archive });
      }
    });
    const told = alike.line();
    for (const line of unshown.lines().concat(told ?? [])) io.note(line);
    connection.conclude();
    if (failures.count > 0) throw new PartialError(EXIT.failed);
  } catch (error) {
    await gzip?.breakOff().catch(() => {}); // keep what was fetched
    throw error;
  }
  await output.end();
  await gzip?.end();
};

/** Refuses what is measured between two hosts without both of them. */
function requireHosts(options: OptionsOf<"get">): void {
  const isGiven = (name: "src" | "dest") =>
    options.texts(name).length > 0 && !options.texts(name).includes("");
  const names = eventTypesOf(options);
  const between = names.find((name) => eventTypeInfo(name)?.needsDestination);
  const needsDest = names.length === 0 || between !== undefined;
  if (isGiven("src") && (isGiven("dest") || !needsDest)) return;
  const of = between === undefined ? "" : ` for ${between}`;
  throw new UsageError(
    `--src and --dest are both required${of} (for what one host can have, such as ntp-* and pscheduler-raw, only --src)`,
  );
}

/**
 * The event types to read. A name that is not in the catalogue may be one of
 * tests without a destination.
 */
function requireEventTypes(options: OptionsOf<"get">): string[] {
  if (options.texts("dest").length > 0) {
    const named = options.texts("event-type").filter(Boolean);
    named.forEach((name) => checkEventType(name));
  }
  const names = eventTypesOf(options);
  if (names.length > 0) return names;
  throw new UsageError("--event-type is required; -L lists the event types");
}

/** Those of --event-type; without it, that of --filter. */
function eventTypesOf(options: OptionsOf<"get">): string[] {
  const names = options.texts("event-type").filter(Boolean);
  if (names.length > 0) return names;
  const filter = filterValue(
    options.texts("filter"),
    METADATA_FILTERS.eventType,
  );
  return filter ? [filter] : [];
}

/** Prints the points of a series, and says how many there were. */
async function writeSeries(
  series: EventType | Summary,
  { format, window }: Settings,
  writer: PageWriter,
  turns: Turns,
): Promise<number> {
  let count = 0;
  for await (const all of pagesOf(series)) {
    const page = shownPage(all, series, format, window.start);
    await turns.take(() => writer.write(page));
    count += page.length;
  }
  return count;
}

/** So many tests are compared: an archive may make up ever more of them. */
const MOST_TAKEN = 10_000;

/** Prints what arrives, line by line, until the program is stopped. */
async function followSeries(
  settings: Settings & { following: Following },
  requests: readonly RowRequest[],
  output: Output,
  io: Io,
): Promise<void> {
  const seriesIn = (test: Metadata) =>
    requests.flatMap((request) => {
      const series = seriesOf(test, request);
      return series === undefined ? [] : [{ test, series, request }];
    });
  const unshown = new Unshown();
  const alike = new Alike();
  const taken = new Set<string>();
  const tellOnce = eachOnce(io.note);
  await follow(settings, io, seriesIn, async ({ of, points }) => {
    const { test, request } = of;
    const rows = await SeriesRows.create(
      subjectOf(test, request.added),
      request,
      settings.hostnames,
      { unshown },
    );
    await new PageWriter({ rows, output, sink: io.stdout }).writePoints(points);
    await io.stdout.flush();
    for (const line of unshown.lines()) tellOnce(line);
    const name = `${request.eventType} ${test}`;
    if (taken.has(name) || taken.size === MOST_TAKEN) return;
    taken.add(name);
    if (!alike.take(rows.facts, test)) tellOnce(alike.line()!);
  });
}
