/**
 * The output of the commands that list tests.
 *
 * @module
 */

import type { Metadata } from "../../mod.ts";
import type { Io } from "../io.ts";
import { createOutput } from "../output/create.ts";
import type { Row } from "../output/rows.ts";
import { testsOrAdvice } from "./advice.ts";
import { mapAhead } from "./concurrent.ts";
import type { Settings } from "./settings.ts";

/** Prints the row that `rowOf` makes of each test that matches. */
export async function printTests(
  settings: Settings,
  columns: readonly string[],
  rowOf: (test: Metadata) => Promise<Row>,
  io: Io,
): Promise<void> {
  const { escapesFormulas, format } = settings;
  const output = createOutput(format, {
    sink: io.stdout,
    columns,
    closing: "\n",
    escapesFormulas,
    isTerminal: io.isTerminal,
  });
  for await (const row of mapAhead(testsOrAdvice(settings, io), rowOf)) {
    await output.write(row);
  }
  await output.end();
}
