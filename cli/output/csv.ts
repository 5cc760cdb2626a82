/**
 * CSV: a header, then rows; CR LF behind each.
 *
 * Quoting is done here and not by `@std/csv`, which leaves a lone CR unquoted where the original client quotes it.
 *
 * @module
 */

import { NULL } from "../../client/json.ts";
import { printable } from "../io.ts";
import type { Row } from "../rows.ts";
import { cellText } from "./cell.ts";
import type { Output, OutputOptions } from "./output.ts";

/** Writes comma-separated values; a null is an empty field. */
export class CsvOutput implements Output {
  readonly #options: OutputOptions;
  #hasHeader = false;

  /** Begins with nothing written. */
  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** Writes a row. */
  write(row: Row): Promise<void> | void {
    const fields = row.cells.map((cell) =>
      cell === NULL ? "" : this.#quote(cellText(cell, row))
    );
    return this.#options.sink.write(this.#header() + line(fields));
  }

  /** Writes the end. */
  end(): Promise<void> | void {
    const { columns, closing, sink } = this.#options;
    const text = this.#hasHeader
      ? ""
      : this.#header() + line(columns.map(() => "No data"));
    return sink.write(text + closing);
  }

  #header(): string {
    if (this.#hasHeader) return "";
    this.#hasHeader = true;
    return line(this.#options.columns.map((column) => this.#quote(column)));
  }

  #quote(text: string): string {
    const shown = this.#options.isTerminal ? printable(text) : text;
    return /[,"\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
  }
}

function line(fields: readonly string[]): string {
  return `${fields.join(",")}\r\n`;
}
