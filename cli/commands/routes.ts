/**
 * `esmond-ps routes`: when routes changed, and whether it mattered.
 *
 * @module
 */

import { EXIT, PartialError } from "../errors.ts";
import { type Io, oneLine } from "../io.ts";
import { printRecords } from "../output/records.ts";
import { terminalWidth } from "../output/terminal.ts";
import { columnsOfAnswers } from "../query/answer_tests.ts";
import { Attempts } from "../query/attempts.ts";
import { mapAhead } from "../query/concurrent.ts";
import { BucketNotes } from "../query/delays.ts";
import { readPace } from "../query/series_settings.ts";
import { settleAnswer } from "../query/settings.ts";
import { tracedLinks } from "../routes/find.ts";
import { LinkReading, type LinkRoutes } from "../routes/link_routes.ts";
import { isFound, isUnreached, routesReport } from "../routes/report.ts";
import {
  CHANGE_COLUMNS,
  changeRows,
  DETAIL_COLUMNS,
  ROUTE_COLUMNS,
  routeRow,
} from "../routes/rows.ts";
import {
  readRouteOptions,
  readTraceTypes,
  type RoutesSettings,
} from "../routes/settings.ts";
import type { Command } from "./command.ts";

const DAY = 86_400;

/**
 * Prints what is known of the route of each link that is traced. What cannot be
 * read does not keep the rest from being printed.
 */
export const run: Command<"routes"> = async (options, io) => {
  using settings = await settleAnswer("routes", options, io, {
    span: 7 * DAY,
    format: options.text("output-format"),
    escapesFormulas: options.flag("escape-formulas"),
    eventTypes: () => readTraceTypes(options),
    own: () => ({ routes: readRouteOptions(options) }),
    connection: () => ({ ...readPace(options), signal: io.signal }),
  });
  const attempts = new Attempts(io, settings.connection);
  const notes = new BucketNotes();
  const found = await readLinks(settings, io, attempts, notes);
  const { over } = attempts;
  if (over && found.every(({ routes }) => routes === undefined)) {
    throw over.error;
  }
  await print(found, settings, options.flag("details"), io);
  for (const line of notes.lines()) io.note(line);
  const count = found.filter(({ isIncomplete }) => isIncomplete).length;
  if (count > 0) {
    io.note(
      `incomplete: ${count} of ${found.length} links could not be read completely`,
    );
  }
  if (over) throw over.error;
  settings.connection.conclude();
  if (count > 0) throw new PartialError(EXIT.failed);
  if (options.flag("exit-code") && found.some(isFound)) {
    throw new PartialError(EXIT.found);
  }
};

/** Reads the links, one a lane at a time; those that matter most come first. */
async function readLinks(
  settings: RoutesSettings,
  io: Io,
  attempts: Attempts,
  notes: BucketNotes,
): Promise<LinkRoutes[]> {
  const links = await tracedLinks(settings, io);
  const reading = new LinkReading(settings, attempts, notes);
  const found: LinkRoutes[] = [];
  for await (
    const each of mapAhead(
      inTurn(links),
      (link) => reading.read(link),
      settings.routes.lanes,
    )
  ) found.push(each);
  const rank = (each: LinkRoutes) =>
    isUnreached(each) ? 0 : isFound(each) ? 1 : 2;
  return found.sort((one, other) =>
    rank(one) - rank(other) || compare(nameOf(one), nameOf(other))
  );
}

function nameOf({ link: { names } }: LinkRoutes): string {
  return JSON.stringify(Object.values(names));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

async function* inTurn<T>(items: Iterable<T>): AsyncGenerator<T, void, void> {
  yield* items;
}

async function print(
  found: readonly LinkRoutes[],
  { connection, format, escapesFormulas }: RoutesSettings,
  hasDetails: boolean,
  io: Io,
): Promise<void> {
  if (format === "human") {
    const lines = routesReport(found, hasDetails, terminalWidth(io));
    await io.stdout.write(lines.map((line) => `${oneLine(line)}\n`).join(""));
    return await io.stdout.flush();
  }
  const isCsv = format === "csv";
  // Marked only where something is missing.
  const isPartial = found.some(({ isIncomplete }) => isIncomplete);
  await printRecords(
    format,
    isCsv ? columnsOfAnswers(CHANGE_COLUMNS, connection) : [
      ...columnsOfAnswers(ROUTE_COLUMNS, connection),
      ...hasDetails ? DETAIL_COLUMNS : [],
      ...isPartial ? ["incomplete"] : [],
    ],
    isCsv
      ? found.flatMap(changeRows)
      : found.map((each) => routeRow(each, hasDetails)),
    { sink: io.stdout, isTerminal: io.isTerminal, escapesFormulas },
  );
  await io.stdout.flush();
}
