/**
 * CSV: a header, then rows, each ended by CR LF.
 *
 * Quoting is not left to a package: the original client quotes a lone CR, too.
 *
 * @module
 */

import { cellText, isPlainNumber } from "./cell.ts";
import type { EventType, Summary } from "./data.ts";
import type { DataPoint } from "./data_point.ts";
import { requireIterable } from "./iterable.ts";
import { NULL } from "./json.ts";
import { keepLast } from "./last.ts";
import type { Lead, Row } from "./rows.ts";
import { type SeriesTable, tableOf } from "./series_rows.ts";

/** Prints rows; null becomes an empty field. */
export class CsvText {
  readonly #escapesFormulas: boolean;
  readonly #plainText: RegExp;
  readonly #display: (text: string) => string;

  /**
   * Makes a printer.
   *
   * @param escapesFormulas Whether a `'` is put before text that a spreadsheet
   * takes for a formula.
   * @param display What is made of each text before it is quoted.
   */
  constructor(
    escapesFormulas: boolean = false,
    display: (text: string) => string = (text) => text,
  ) {
    this.#escapesFormulas = escapesFormulas;
    this.#plainText = escapesFormulas ? PLAIN_NO_FORMULA : PLAIN_TEXT;
    this.#display = display;
  }

  /** The names of the columns. */
  header(columns: readonly string[]): string {
    return columns.map((column) => this.#quote(column)).join() + LINE_END;
  }

  /** A row. */
  row(row: Row): string {
    let text = this.#begin(row.lead, row);
    const { cells } = row;
    for (let at = 0; at < cells.length; at++) {
      if (at > 0) text += ",";
      text += this.#field(cells[at]!, row);
    }
    return text + LINE_END;
  }

  /** The first fields of all rows of a series. */
  readonly #begin = keepLast((lead: Lead | undefined, row: Row): string =>
    lead?.cells.map((cell) => `${this.#field(cell, row)},`).join("") ?? ""
  );

  #field(cell: string, row: Row): string {
    if (isPlainNumber(cell)) return cell;
    if (this.#plainText.test(cell)) return cell.slice(1, -1);
    if (cell === NULL) return "";
    const text = cellText(cell, row);
    const isEscaped = this.#escapesFormulas && FORMULA.test(text) &&
      !NUMBER.test(text);
    return this.#quote(isEscaped ? `'${text}` : text);
  }

  #quote(text: string): string {
    const displayed = this.#display(text);
    return /[,"\r\n]/.test(displayed)
      ? `"${displayed.replaceAll('"', '""')}"`
      : displayed;
  }
}

/** What ends a row. */
export const LINE_END = "\r\n";

/** JSON strings of printable ASCII that need no quotes in CSV. */
const PLAIN_TEXT = /^"[ !#-+\--[\]-~]*"$/;

/** The same, but for those that begin like a formula. */
const PLAIN_NO_FORMULA = /^"(?![-=+@])[ !#-+\--[\]-~]*"$/;

/**
 * The beginning of text that a spreadsheet takes for a formula, full-width
 * characters included.
 */
const FORMULA = /^[-=+@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

/** Numbers, also those sent as text, are not formulas. */
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$|^-inf$/;

/**
 * How `csv()` prints.
 *
 * @example Usage
 * ```ts
 * import type { CsvOptions } from "@esmond/client";
 *
 * const options: CsvOptions = { header: false, escapeFormulas: true };
 * console.log(options);
 * ```
 */
export interface CsvOptions {
  /**
   * Whether the names of the columns come first; `false` for all but the first
   * series of a text.
   *
   * @default {true}
   */
  header?: boolean;
  /**
   * Whether a `'` is put before text that a spreadsheet takes for a formula.
   *
   * @default {false}
   */
  escapeFormulas?: boolean;
}

/**
 * Points as CSV, exactly as `esmond-ps get-bulk -o csv --ip` writes them to a
 * file: a header, then the rows of `rowsOf()`, each ended by CR LF. Numbers
 * keep all their digits; `null` is an empty field; nested values are JSON.
 *
 * @param series The event type or roll-up that the points are of.
 * @param points The points: those of a payload, of `streamData()`, or the pages
 * of `streamPages()`, which is the fastest.
 * @param options How they are printed.
 * @returns The text in pieces, each of whole lines: the header, then one for
 * each point or page. Write them as they are, without more line ends.
 * @throws {FilterError} for what is not a series, or not points.
 * @throws Whatever reading the points throws.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters, csv } from "@esmond/client";
 *
 * const filters = new ApiFilters({ eventType: "throughput", timeRange: 86400 });
 * let text = "";
 * for await (const md of new ApiConnect("http://archive.example.net/", filters).getMetadata()) {
 *   const throughput = md.getEventType("throughput");
 *   if (throughput === undefined) continue;
 *   const points = throughput.streamPages();
 *   for await (const lines of csv(throughput, points, { header: text === "" })) text += lines;
 * }
 * console.log(text); // source,destination,event_type,tool,summary_type,summary_window,timestamp,value …
 * ```
 */
export function csv(
  series: EventType<string, unknown> | Summary<unknown>,
  points:
    | Iterable<DataPoint<unknown>>
    | AsyncIterable<DataPoint<unknown> | readonly DataPoint<unknown>[]>,
  options: CsvOptions = {},
): AsyncGenerator<string, void, void> {
  const table = tableOf("csv", series);
  requireIterable(
    "points",
    "csv() needs points, such as streamPages()",
    points,
  );
  return print(table, points, options);
}

async function* print(
  table: SeriesTable,
  points: Parameters<typeof csv>[1],
  { header = true, escapeFormulas = false }: CsvOptions,
): AsyncGenerator<string, void, void> {
  const printer = new CsvText(escapeFormulas);
  if (header) yield printer.header(table.columns);
  for await (const each of points) {
    let text = "";
    for (const point of Array.isArray(each) ? each : [each]) {
      for (const row of table.rows(point)) text += printer.row(row);
    }
    if (text !== "") yield text;
  }
}
