/**
 * The output of the commands that list tests.
 *
 * @module
 */

import type { Metadata } from "../../mod.ts";
import type { Io } from "../io.ts";
import { createOutput } from "../output/create.ts";
import type { Row } from "../../client/rows.ts";
import { addedCells, addedColumns } from "../output/test_rows.ts";
import { testsOrAdvice } from "./advice.ts";
import { Alike } from "./alike.ts";
import { mapAhead } from "./concurrent.ts";
import type { Settings } from "./settings.ts";
import { withKnown } from "./with.ts";

/** How tests are printed. */
export interface PrintOptions {
  /** The columns, without those that are added. */
  columns: readonly string[];
  /** The row of a test, without what is added. */
  rowOf(test: Metadata): Promise<Row>;
  /**
   * Whether a row like one before is left out.
   *
   * @default {false}
   */
  isOnce?: boolean;
}

/** Prints a row for each test that matches. */
export async function printTests(
  settings: Settings,
  { columns, rowOf, isOnce = false }: PrintOptions,
  io: Io,
): Promise<void> {
  const { added, escapesFormulas, format } = settings;
  const output = createOutput(format, {
    sink: io.stdout,
    columns: [...columns, ...addedColumns(columns, added)],
    closing: "\n",
    escapesFormulas,
    isTerminal: io.isTerminal,
  });
  const alike = new Alike();
  const isWhole = format === "ndjson" && !isOnce; // the key is in it
  const tests = withKnown(testsOrAdvice(settings, io), added);
  const rows = mapAhead(tests, async (test) => {
    const row = await rowOf(test);
    if (added.length === 0) return { test, row };
    const more = addedColumns(row.columns, added);
    const cells = await addedCells(test, row.columns, settings);
    return {
      test,
      row: {
        columns: [...row.columns, ...more],
        cells: [...row.cells, ...cells],
      },
    };
  });
  for await (const { test, row } of rows) {
    const isNew = isWhole || alike.take(JSON.stringify(row), test);
    if (isNew || !isOnce) await output.write(row);
  }
  const line = alike.line();
  if (line !== undefined) io.note(line);
  await output.end();
  settings.connection.conclude();
}
