/**
 * CSV: a header, then rows; CR LF behind each.
 *
 * Quoting is done here and not by `@std/csv`, which leaves a lone CR unquoted
 * where the original client quotes it.
 *
 * @module
 */

import { NULL } from "../../client/json.ts";
import { printable } from "../io.ts";
import type { Lead, Row } from "./rows.ts";
import { cellText, isPlainNumber } from "./cell.ts";
import { keepLast } from "./last.ts";
import type { Output, OutputOptions } from "./output.ts";

/** Writes comma-separated values; a null is an empty field. */
export class CsvOutput implements Output {
  readonly #options: OutputOptions;
  readonly #plainText: RegExp;
  #hasHeader: boolean;

  /** Begins with nothing written. */
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

  /** The fields that all rows of a series begin with. */
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

/**
 * JSON text of printable ASCII that needs no quotes in CSV, such as a
 * timestamp.
 */
const PLAIN_TEXT = /^"[ !#-+\--[\]-~]*"$/;

/** The same, unless it begins as a formula does. */
const PLAIN_NO_FORMULA = /^"(?![-=+@])[ !#-+\--[\]-~]*"$/;

/**
 * How text begins that a spreadsheet takes for a formula, also as it is written
 * in East Asia.
 */
const FORMULA = /^[-=+@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

/** A number, also one that was sent as text, is none. */
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$|^-inf$/;
