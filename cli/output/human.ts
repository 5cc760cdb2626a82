/**
 * The format for people: a line per column, a rule between rows.
 *
 * @module
 */

import { printable } from "../io.ts";
import type { Lead, Row } from "../../client/rows.ts";
import { cellText } from "../../client/cell.ts";
import { keepLast } from "../../client/last.ts";
import type { Output, OutputOptions } from "./output.ts";

const RULE = "= + = + = + = + = + =\n";

/** Writes `column: value` lines. */
export class HumanOutput implements Output {
  readonly #options: OutputOptions;
  #isEmpty: boolean;

  /** Makes an output. */
  constructor(options: OutputOptions) {
    this.#options = options;
    this.#isEmpty = !options.isContinued;
  }

  /** Writes a row. */
  write(row: Row): Promise<void> | void {
    const rule = this.#isEmpty ? "" : RULE;
    this.#isEmpty = false;
    const text = rule + this.#begin(row.lead, row) + this.#lines(row, row);
    return this.#options.sink.write(text);
  }

  /** The first lines of all rows of a series. */
  readonly #begin = keepLast((lead: Lead | undefined, row: Row): string =>
    lead ? this.#lines(lead, row) : ""
  );

  #lines({ columns, cells }: Lead, row: Row): string {
    return columns.map((column, index) => {
      const cell = cellText(cells[index]!, row);
      return `${this.#shown(column)}: ${this.#shown(cell)}\n`;
    }).join("");
  }

  /** On a terminal, no value moves the cursor or fills several lines. */
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
