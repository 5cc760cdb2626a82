/**
 * `esmond-ps get-endpoints`: which hosts are tested, and how.
 *
 * @module
 */

import { encodeString, NULL } from "../../client/json.ts";
import type { Metadata } from "../../mod.ts";
import { nameCell } from "../output/rows.ts";
import { printTests } from "../query/print_tests.ts";
import { settle } from "../query/settings.ts";
import type { Command } from "./command.ts";

const COLUMNS = [
  "source",
  "destination",
  "measurement_agent",
  "tool_name",
  "event_type",
];

/** Prints a row for each test, but none twice. */
export const run: Command<"get-endpoints"> = async (options, io) => {
  using settings = await settle("get-endpoints", options, io);
  const rowOf = async (md: Metadata) => ({
    columns: COLUMNS,
    cells: [
      ...await Promise.all(
        [md.source, md.destination, md.measurementAgent]
          .map((address) => nameCell(address, settings.hostnames)),
      ),
      md.toolName === undefined ? NULL : encodeString(md.toolName),
      `[${md.eventTypes.map(encodeString).join(",")}]`,
    ],
  });
  await printTests(settings, { columns: COLUMNS, rowOf, isOnce: true }, io);
};
