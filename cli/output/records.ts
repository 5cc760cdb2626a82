/**
 * Answers as rows: what a command has worked out, in the formats that all
 * commands have.
 *
 * @module
 */

import type { Format } from "../names.ts";
import { createOutput } from "./create.ts";
import type { OutputOptions } from "./output.ts";

/** A value of an answer; what is unknown is null. */
export type AnswerValue =
  | string
  | number
  | boolean
  | null
  | readonly AnswerValue[]
  | { readonly [name: string]: AnswerValue };

/** What is said of one thing, by the names of the columns. */
export type AnswerRecord = { readonly [column: string]: AnswerValue };

/** Prints answers as json, csv or ndjson; all have the same columns. */
export async function printRecords(
  format: Format,
  columns: readonly string[],
  records: Iterable<AnswerRecord> | AsyncIterable<AnswerRecord>,
  options: Omit<OutputOptions, "columns" | "closing">,
): Promise<void> {
  const output = createOutput(format, { ...options, columns, closing: "\n" });
  for await (const record of records) {
    const cells = columns.map((column) =>
      JSON.stringify(record[column] ?? null)
    );
    await output.write({ columns, cells, keepsLists: true });
  }
  await output.end();
}
