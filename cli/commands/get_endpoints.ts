/**
 * `esmond-ps get-endpoints`: what is measured between whom.
 *
 * @module
 */

import { encodeString, NULL } from "../../client/json.ts";
import type { Metadata } from "../../mod.ts";
import { mapAhead } from "../query/concurrent.ts";
import { createOutput } from "../output/create.ts";
import { nameCell } from "../output/rows.ts";
import { settle } from "../query/settings.ts";
import type { Command } from "./command.ts";

const COLUMNS = [
  "source",
  "destination",
  "measurement_agent",
  "tool_name",
  "event_type",
];

/** Prints a row for each test. */
export const run: Command<"get-endpoints"> = async (options, io) => {
  using settings = await settle("get-endpoints", options, io);
  const { connection, escapesFormulas, format, hostnames } = settings;
  const output = createOutput(format, {
    sink: io.stdout,
    columns: COLUMNS,
    closing: "\n",
    escapesFormulas,
    isTerminal: io.isTerminal,
  });
  const row = async (md: Metadata) => ({
    columns: COLUMNS,
    cells: [
      ...await Promise.all(
        [md.source, md.destination, md.measurementAgent]
          .map((address) => nameCell(address, hostnames)),
      ),
      md.toolName === undefined ? NULL : encodeString(md.toolName),
      `[${md.eventTypes.map(encodeString).join(",")}]`,
    ],
  });
  for await (const each of mapAhead(connection.getMetadata(), row)) {
    await output.write(each);
  }
  await output.end();
};
