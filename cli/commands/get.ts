/**
 * `esmond-ps get`: the data of one event type.
 *
 * @module
 */

import { ArchiveHttpError, ArchiveResponseError } from "../../mod.ts";
import { EXIT, PartialError } from "../errors.ts";
import { createOutput } from "../output/output.ts";
import { columnsOf, rowsOf, seriesOf } from "../rows.ts";
import type { Command } from "./command.ts";

/** Prints the rows of every test that matches; what one test cannot give does not keep the others from being read. */
export const run: Command = async (settings, io) => {
  const { connection, format, hostnames } = settings;
  const request = { ...settings, eventType: settings.eventType! };
  const output = createOutput(format, {
    sink: io.stdout,
    columns: columnsOf(request),
    closing: "\n",
    isTerminal: io.isTerminal,
  });
  let failures = 0;
  for await (const md of connection.getMetadata({ stillRunning: true })) {
    const series = seriesOf(md, request);
    if (series === undefined) continue;
    const isHuman = format === "human";
    try {
      for await (const row of rowsOf(md, series, request, hostnames, isHuman)) {
        await output.write(row);
      }
    } catch (error) {
      if (!concernsOneSeries(error)) throw error;
      failures++;
      io.note(`incomplete: ${error.message}`);
    }
  }
  if (failures > 0) throw new PartialError(EXIT.failed);
  await output.end();
};

/** Whether an error leaves hope for the other series of the archive. */
export function concernsOneSeries(
  error: unknown,
): error is ArchiveHttpError | ArchiveResponseError {
  return error instanceof ArchiveResponseError ||
    (error instanceof ArchiveHttpError && ![401, 403].includes(error.status));
}
