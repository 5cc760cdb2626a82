/**
 * CSV: a header, then rows, each ended by CR LF.
 *
 * Quoting is not left to `@std/csv`, which does not quote a lone CR, as the
 * original client does.
 *
 * @module
 */

import { NULL } from "../../client/json.ts";
import { printable } from "../io.ts";
import type { Lead, Row } from "./rows.ts";
import { cellText, isPlainNumber } from "./cell.ts";
import { keepLast } from "./last.ts";
import type { Output, OutputOptions } from "./output.ts";

/** Writes comma-separated values; null becomes an empty field. */
export class CsvOutput implements Output {
  readonly #options: OutputOptions;
  readonly #plainText: RegExp;
  #hasHeader: boolean;

  /** Makes an output. */
  constructor(options: OutputOptions) {
    this.#options = options;
    this.#plainText = options.escapesFormulas ? PLAIN_NO_FORMULA : PLAIN_TEXT;
    this.#hasHeader = options.isContinued ?? false;
  }

  /** Writes a row. */
  write(row: Row): Promise<void> | void {
    let text = this.#header() + this.#begin(row.lead, row);
    const { cells } = row;
    for (let at = 0; at < cells.length; at++) {
      if (at > 0) text += ",";
      text += this.#field(cells[at]!, row);
    }
    return this.#options.sink.write(text + LINE_END);
  }

  /** Writes the header. */
  begin(): Promise<void> | void {
    return this.#options.sink.write(this.#header());
  }

  /** Writes a row as it was printed. */
  writePrinted(text: string): Promise<void> | void {
    return this.#options.sink.write(this.#header() + text + LINE_END);
  }

  /** Writes the end. */
  end(): Promise<void> | void {
    const { columns, closing, sink } = this.#options;
    const text = this.#hasHeader
      ? ""
      : this.#header() + columns.map(() => "No data").join() + LINE_END;
    return sink.write(text + closing);
  }

  #header(): string {
    if (this.#hasHeader) return "";
    this.#hasHeader = true;
    const { columns } = this.#options;
    return columns.map((column) => this.#quote(column)).join() + LINE_END;
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
    const isEscaped = this.#options.escapesFormulas && FORMULA.test(text) &&
      !NUMBER.test(text);
    return this.#quote(isEscaped ? `'${text}` : text);
  }

  #quote(text: string): string {
    const shown = this.#options.isTerminal ? printable(text) : text;
    return /[,"\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
  }
}

const LINE_END = "\r\n";

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
