/**
 * `parse` of `@std/csv`, as far as this project uses it: text to rows of text.
 *
 * @module
 */

import type { parse as Parse } from "npm:csv-parse@7.0.3/sync";

/**
 * Not a literal in the import: Deno downloads those at every start, needed or not.
 */
const PACKAGE = "npm:csv-parse@7.0.3/sync";

const { parse: parseCsv }: { parse: typeof Parse } = await import(PACKAGE);

/**
 * Reads RFC 4180 text; quoted fields may hold separators, quotes and line ends.
 */
export function parse(input: string): string[][] {
  const rows: string[][] = parseCsv(input, {
    bom: true,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  return rows.map((row) => row.map((cell) => cell.replaceAll("\r\n", "\n")));
}
