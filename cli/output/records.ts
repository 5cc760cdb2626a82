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

/** A value in the words of the archive, which keeps every digit. */
export class ExactValue {
  /**
   * Wraps a value.
   *
   * @param text Its JSON.
   */
  constructor(readonly text: string) {}
}

/** What is said of one thing, by the names of the columns. */
export type AnswerRecord = {
  readonly [column: string]: AnswerValue | ExactValue;
};

/** Prints answers as json, csv or ndjson; all have the same columns. */
export async function printRecords(
  format: Format,
  columns: readonly string[],
  records: Iterable<AnswerRecord> | AsyncIterable<AnswerRecord>,
  options: Omit<OutputOptions, "columns" | "closing">,
): Promise<void> {
  const output = createOutput(format, {
    ...options,
    columns,
    closing: format === "csv" ? "" : "\n",
    isPlainWhenEmpty: true,
  });
  for await (const record of records) {
    const cells = columns.map((column) => {
      const value = record[column] ?? null;
      return value instanceof ExactValue ? value.text : JSON.stringify(value);
    });
    await output.write({ columns, cells, keepsLists: true });
  }
  await output.end();
}
