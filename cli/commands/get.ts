/**
 * `esmond-ps get`: the data of one event type.
 *
 * @module
 */

import type { EventType, Metadata, Summary } from "../../mod.ts";
import { EXIT, PartialError } from "../errors.ts";
import { Failures } from "../query/failures.ts";
import { createOutput } from "../output/create.ts";
import type { Output } from "../output/output.ts";
import {
  columnsOf,
  type RowRequest,
  seriesOf,
  SeriesRows,
  subjectOf,
  typesOf,
} from "../output/rows.ts";
import type { Settings } from "../query/settings.ts";
import type { Query } from "./command.ts";

/**
 * Prints the rows of every test that matches; what one test cannot give does
 * not keep the others from being read.
 */
export const run: Query = async (settings, io) => {
  const { connection, escapesFormulas, format, isGzipped } = settings;
  const request = { ...settings, eventType: settings.eventType! };
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
  const failures = new Failures();
  try {
    for await (const md of connection.getMetadata({ stillRunning: true })) {
      const series = seriesOf(md, request);
      if (series === undefined) continue;
      try {
        await writeSeries(md, series, request, settings, output);
        failures.none();
      } catch (error) {
        failures.take(error);
        io.note(`incomplete: ${(error as Error).message}`);
      }
    }
    if (failures.count > 0) throw new PartialError(EXIT.failed);
  } catch (error) {
    await gzip?.breakOff().catch(() => {}); // what was fetched is not lost
    throw error;
  }
  await output.end();
  await gzip?.end();
};

async function writeSeries(
  metadata: Metadata,
  series: EventType | Summary,
  request: RowRequest,
  { format, hostnames }: Settings,
  output: Output,
): Promise<void> {
  const isHuman = format === "human";
  const subject = subjectOf(metadata);
  const rows = await SeriesRows.create(subject, request, hostnames, isHuman);
  for await (const page of series.streamPages()) {
    await rows.prepare(page);
    for (const point of page) {
      for (const row of rows.rowsOf(point)) {
        const wait = output.write(row);
        if (wait) await wait;
      }
    }
  }
}
