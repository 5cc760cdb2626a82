/**
 * The interface of all output formats.
 *
 * @module
 */

import type { ByteWriter, TextSink } from "../io.ts";
import type { Row } from "../../client/rows.ts";

/** Writes rows. */
export interface Output {
  /**
   * Writes a row, whose text goes to the sink in one piece. A promise resolves
   * when there is room for more.
   */
  write(row: Row): Promise<void> | void;
  /** Writes what precedes the first row, if the format has that. */
  begin?(): Promise<void> | void;
  /**
   * Writes a row once more, as this format has printed it, without what
   * separates it from others; only the formats of `get-bulk` that are text have
   * this.
   */
  writePrinted?(text: string): Promise<void> | void;
  /**
   * Writes what follows the last row, or that there was none. Not to be called
   * for an incomplete answer.
   */
  end(): Promise<void> | void;
}

/** Options of an output. */
export interface OutputOptions {
  /** Where text goes. */
  sink: TextSink;
  /** Where bytes go; only Parquet needs it. */
  writer?: ByteWriter;
  /** The columns, for formats that name them once. */
  columns: readonly string[];
  /**
   * Text after the end: on standard output, the original prints one more line
   * end than to a file.
   */
  closing: string;
  /** Whether the text goes to a terminal: control characters are escaped. */
  isTerminal: boolean;
  /**
   * Whether csv puts a `'` before text that a spreadsheet takes for a formula.
   *
   * @default {false}
   */
  escapesFormulas?: boolean;
  /**
   * Whether no row is an empty list or a header alone, and not the words of the
   * original client, which programs take for a row.
   *
   * @default {false}
   */
  isPlainWhenEmpty?: boolean;
  /**
   * Whether a text is resumed: earlier rows precede it.
   *
   * @default {false}
   */
  isContinued?: boolean;
}
