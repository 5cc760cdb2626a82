/**
 * `esmond-ps latest`: the newest value of everything.
 *
 * @module
 */

import { formatAge } from "../../insight.ts";
import { EXIT, PartialError } from "../errors.ts";
import { type Io, printable } from "../io.ts";
import { readBucketWidth, readPercentiles } from "../options/amounts.ts";
import { openMetrics } from "../output/openmetrics.ts";
import {
  type AnswerRecord,
  type AnswerValue,
  ExactValue,
  printRecords,
} from "../output/records.ts";
import { terminalWidth } from "../output/terminal.ts";
import { tableLines } from "../output/text_table.ts";
import { valueText } from "../output/value_text.ts";
import { columnsOfAnswers } from "../query/answer_tests.ts";
import { isOfMetrics, LatestMetrics } from "../query/latest_metrics.ts";
import {
  LatestReading,
  type LatestSettings,
  type Newest,
} from "../query/latest_reading.ts";
import { readPace } from "../query/series_settings.ts";
import { settleAnswer } from "../query/settings.ts";
import { tellApart, traitsOf } from "../query/told_apart.ts";
import type { Command } from "./command.ts";

/**
 * As much as elmond gives at a time: an empty page of that size is the last, so
 * that it takes one request to know that there is nothing.
 */
const PAGE_SIZE = 10_000;

/**
 * Prints the newest value of each series that matches. What cannot be read does
 * not keep the rest from being printed.
 */
export const run: Command<"latest"> = async (options, io) => {
  const stop = new AbortController();
  using settings = await settleAnswer("latest", options, io, {
    span: 86_400,
    format: options.text("output-format"),
    escapesFormulas: options.flag("escape-formulas"),
    own: () => ({
      percentiles: readPercentiles(options),
      bucketWidth: readBucketWidth(options),
    }),
    connection: () => ({
      ...io.env("ESMOND_PAGE_SIZE") ? {} : { pageSize: PAGE_SIZE },
      ...readPace(options),
      signal: AbortSignal.any([io.signal, stop.signal]),
    }),
  });
  const { eventTypes, format } = settings;
  const reading = new LatestReading(
    settings,
    io,
    (test, eventType) =>
      format === "openmetrics"
        ? isOfMetrics(test, eventType, eventTypes)
        : eventTypes.length === 0 || eventTypes.includes(eventType),
  );
  try {
    await (PRINTERS[format] ?? printRows)(reading, settings, io);
  } finally {
    stop.abort(); // what is still on its way after a failure
  }
  for (const line of reading.notes()) io.note(line);
  if (reading.broken) throw reading.broken.error;
  settings.connection.conclude();
  if (!reading.isWhole) throw new PartialError(EXIT.failed);
};

/** Prints what a reading gives. */
type Print = (
  reading: LatestReading,
  settings: LatestSettings,
  io: Io,
) => Promise<void>;

const COLUMNS = [
  "source",
  "destination",
  "family",
  "tool",
  "metadata_key",
  "event_type",
  "ts",
  "timestamp",
  "value",
  "age",
];

/** Prints json, csv and ndjson as it comes. */
const printRows: Print = async (reading, settings, io) => {
  const { clock, connection, escapesFormulas, format } = settings;
  const records = async function* () {
    for await (const newest of reading.newest()) {
      yield recordOf(newest, reading, clock.now(newest.archive));
    }
  };
  await printRecords(format, columnsOfAnswers(COLUMNS, connection), records(), {
    sink: io.stdout,
    isTerminal: io.isTerminal,
    escapesFormulas,
  });
};

function recordOf(
  newest: Newest,
  reading: LatestReading,
  now: number,
): AnswerRecord {
  const { names, point, series } = newest;
  const isHistogram = series.dataType === "histogram";
  return {
    ...names,
    event_type: series.eventType,
    ts: point?.tsEpoch ?? null,
    timestamp: point?.tsText ?? null,
    value: point === undefined || isHistogram
      ? reading.valueOf(newest) as AnswerValue
      : new ExactValue(point.text),
    age: point === undefined ? null : Math.round(now - point.tsEpoch),
  };
}

const TITLES = ["link", "family", "tool", "event type", "value", "age"];

/** Prints a table, once all is known. */
const printTable: Print = async (reading, { clock, connection }, io) => {
  const all: Newest[] = [];
  for await (const newest of reading.newest()) all.push(newest);
  const linesOf = (newest: Newest) =>
    cellsOf(newest, reading, clock.now(newest.archive));
  const rows = toldApart(all, all.map(linesOf));
  const lines = rows.length === 0 ? ["No data found."] : tableLines({
    columns: TITLES,
    right: ["age"],
    rows,
    width: terminalWidth(io),
  });
  if (!reading.isWhole) {
    const { failed, broken } = reading;
    const archives = connection.failures.length;
    const missing = [
      ...failed === 0 ? [] : [`${failed} series`],
      ...archives === 0
        ? []
        : [archives === 1 ? "1 archive" : `${archives} archives`],
      ...broken === undefined ? [] : ["what follows"],
    ];
    lines.push("", `incomplete: ${missing.join(" and ")} could not be read`);
  }
  await io.stdout.write(`${lines.join("\n")}\n`);
};

function cellsOf(
  newest: Newest,
  reading: LatestReading,
  now: number,
): string[] {
  const { names: { source, destination, family, tool }, point, series } =
    newest;
  const link = [source, destination].filter((host) => host !== null);
  return [
    link.join(" → "),
    family === null ? "" : `IPv${family}`,
    tool ?? "",
    series.eventType,
    point ? valueText(series.eventType, reading.valueOf(newest)) : "?",
    point ? formatAge(now - point.tsEpoch) : "not read",
  ];
}

/** Tests that look alike get what tells them apart. */
function toldApart(all: readonly Newest[], rows: string[][]): string[][] {
  const looks = rows.map(([link, family, tool, eventType]) =>
    JSON.stringify([link, family, tool, eventType])
  );
  const alike = Map.groupBy(all.keys(), (at) => looks[at]!);
  for (const places of alike.values()) {
    const tests = places.map((at) => all[at]!)
      .map(({ names, test }) => ({ names, traits: traitsOf(test) }));
    for (const [index, told] of tellApart(tests).entries()) {
      const cells = rows[places[index]!]!;
      if (told !== "") cells[TOOL] = `${cells[TOOL]} (${told})`;
    }
  }
  return rows;
}

/** The place of the tool in a row. */
const TOOL = TITLES.indexOf("tool");

/** Prints metrics, also if nothing could be read: Prometheus has to know. */
const printMetrics: Print = async (reading, settings, io) => {
  const { connection, eventTypes } = settings;
  const metrics = new LatestMetrics(eventTypes, connection.isSeveral);
  const print = async (isWhole: boolean) => {
    const up = connection.isSeveral
      ? connection.urls.map((archive) => ({
        labels: { archive },
        value: reading.isWholeOf(archive) ? 1 : 0,
      }))
      : [{ labels: {}, value: isWhole ? 1 : 0 }];
    const text = openMetrics(metrics.families(up));
    await io.stdout.write(io.isTerminal ? printable(text) : text);
  };
  try {
    for await (const newest of reading.newest()) {
      const { test, names, series: { eventType }, point } = newest;
      if (point === undefined) continue;
      const value = reading.valueOf(newest);
      metrics.take({ test, names, eventType, ts: point.tsEpoch, value });
    }
  } catch (error) {
    if (!io.signal.aborted) await print(false);
    throw error;
  }
  await print(reading.isWhole);
};

/** The formats that are not rows. */
const PRINTERS: Partial<Record<LatestSettings["format"], Print>> = {
  human: printTable,
  openmetrics: printMetrics,
};
