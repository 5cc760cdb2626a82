/**
 * The format for people: a line for each column, a rule between rows.
 *
 * @module
 */

import { printable } from "../io.ts";
import type { Row } from "../rows.ts";
import { cellText } from "./cell.ts";
import type { Output, OutputOptions } from "./output.ts";

const RULE = "= + = + = + = + = + =\n";

/** Writes `column: value` lines. */
export class HumanOutput implements Output {
  readonly #options: OutputOptions;
  #isEmpty = true;

  /** Begins with nothing written. */
  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** Writes a row. */
  write(row: Row): Promise<void> | void {
    let text = this.#isEmpty ? "" : RULE;
    this.#isEmpty = false;
    for (const [index, column] of row.columns.entries()) {
      const cell = cellText(row.cells[index]!, row);
      text += `${this.#shown(column)}: ${this.#shown(cell)}\n`;
    }
    return this.#options.sink.write(text);
  }

  /** On a terminal nothing moves the cursor, and no value looks like several lines. */
  #shown(text: string): string {
    return this.#options.isTerminal
      ? printable(text).replaceAll("\n", "\\n")
      : text;
  }

  /** Writes the end. */
  end(): Promise<void> | void {
    const text = this.#isEmpty ? "No data found." : "";
    return this.#options.sink.write(text + this.#options.closing);
  }
}
