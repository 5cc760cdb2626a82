/**
 * `esmond-ps get`: the data of one event type.
 *
 * @module
 */

import { EXIT, PartialError } from "../errors.ts";
import { Failures } from "../failures.ts";
import { createOutput } from "../output/output.ts";
import { columnsOf, rowsOf, seriesOf } from "../rows.ts";
import type { Query } from "./command.ts";

/** Prints the rows of every test that matches; what one test cannot give does not keep the others from being read. */
export const run: Query = async (settings, io) => {
  const { connection, format, hostnames } = settings;
  const request = { ...settings, eventType: settings.eventType! };
  const output = createOutput(format, {
    sink: io.stdout,
    columns: columnsOf(request),
    closing: "\n",
    isTerminal: io.isTerminal,
  });
  const failures = new Failures();
  for await (const md of connection.getMetadata({ stillRunning: true })) {
    const series = seriesOf(md, request);
    if (series === undefined) continue;
    const isHuman = format === "human";
    try {
      for await (const row of rowsOf(md, series, request, hostnames, isHuman)) {
        await output.write(row);
      }
      failures.none();
    } catch (error) {
      failures.take(error);
      io.note(`incomplete: ${(error as Error).message}`);
    }
  }
  if (failures.count > 0) throw new PartialError(EXIT.failed);
  await output.end();
};
