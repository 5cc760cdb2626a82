/**
 * What the output formats have in common.
 *
 * @module
 */

import type { TextSink } from "../io.ts";
import type { Row } from "../rows.ts";
import type { Format } from "../settings.ts";
import { CsvOutput } from "./csv.ts";
import { HumanOutput } from "./human.ts";
import { JsonOutput } from "./json.ts";

/** Takes rows and writes text. */
export interface Output {
  /** Writes a row; what is returned resolves when there is room for more. */
  write(row: Row): Promise<void> | void;
  /** Writes what belongs behind the last row, and says so if there was none. Not to be called for an incomplete answer. */
  end(): Promise<void> | void;
}

/** Where and how rows are written. */
export interface OutputOptions {
  /** Where the text goes. */
  sink: TextSink;
  /** The columns, where a format names them once. */
  columns: readonly string[];
  /** What follows the end: the original prints one more line end on standard output than to a file. */
  closing: string;
  /** Whether a person reads the text on a terminal: control characters are spelled out then. */
  isTerminal: boolean;
}

/** The output in a format. */
export function createOutput(format: Format, options: OutputOptions): Output {
  switch (format) {
    case "human":
      return new HumanOutput(options);
    case "json":
      return new JsonOutput(options);
    case "csv":
      return new CsvOutput(options);
  }
}
