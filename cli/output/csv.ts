/**
 * CSV: a header, then rows, each ended by CR LF.
 *
 * @module
 */

import { CsvText, LINE_END } from "../../client/csv.ts";
import type { Row } from "../../client/rows.ts";
import { printable } from "../io.ts";
import type { Output, OutputOptions } from "./output.ts";

/** Writes comma-separated values. */
export class CsvOutput implements Output {
  readonly #options: OutputOptions;
  readonly #text: CsvText;
  #hasHeader: boolean;

  /** Makes an output. */
  constructor(options: OutputOptions) {
    this.#options = options;
    this.#text = new CsvText(
      options.escapesFormulas,
      options.isTerminal ? printable : undefined,
    );
    this.#hasHeader = options.isContinued ?? false;
  }

  /** Writes a row. */
  write(row: Row): Promise<void> | void {
    return this.#options.sink.write(this.#header() + this.#text.row(row));
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
    const { columns, closing, isPlainWhenEmpty, sink } = this.#options;
    const nothing = isPlainWhenEmpty
      ? ""
      : columns.map(() => "No data").join() + LINE_END;
    const text = this.#hasHeader ? "" : this.#header() + nothing;
    return sink.write(text + closing);
  }

  #header(): string {
    if (this.#hasHeader) return "";
    this.#hasHeader = true;
    return this.#text.header(this.#options.columns);
  }
}
