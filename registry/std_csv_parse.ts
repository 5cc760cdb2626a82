/**
 * `parse` of `@std/csv`, as far as this project uses it: text to rows of text.
 *
 * @module
 */

import { parse as parseCsv } from "npm:csv-parse@^7.0.0/sync";

/** Reads RFC 4180 text; quoted fields may hold separators, quotes and line ends. */
export function parse(input: string): string[][] {
  const rows: string[][] = parseCsv(input, {
    bom: true,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  return rows.map((row) => row.map((cell) => cell.replaceAll("\r\n", "\n")));
}
