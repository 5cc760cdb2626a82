/**
 * What the output formats have in common.
 *
 * @module
 */

import type { ByteWriter, TextSink } from "../io.ts";
import type { ColumnTypes, Row } from "./rows.ts";

/** Takes rows and writes them out. */
export interface Output {
  /**
   * Writes a row; if something is returned, it resolves when there is room for
   * more. Text goes to the sink in one piece.
   */
  write(row: Row): Promise<void> | void;
  /**
   * Writes a row once more, as this format has printed it, without what
   * separates it from others; only the formats of `get-bulk` that are text have
   * this.
   */
  writePrinted?(text: string): Promise<void> | void;
  /**
   * Writes what belongs behind the last row, and says so if there was none. Not
   * to be called for an incomplete answer.
   */
  end(): Promise<void> | void;
}

/** Where and how rows are written. */
export interface OutputOptions {
  /** Where text goes. */
  sink: TextSink;
  /** Where bytes go, which only Parquet needs. */
  writer?: ByteWriter;
  /** The columns, where a format names them once. */
  columns: readonly string[];
  /** What is in the columns, which only Parquet needs. */
  types?: ColumnTypes;
  /**
   * What follows the end: the original prints one more line end on standard
   * output than to a file.
   */
  closing: string;
  /**
   * Whether a person reads the text on a terminal: control characters are
   * spelled out then.
   */
  isTerminal: boolean;
  /**
   * Whether csv puts a `'` before text that a spreadsheet would take for a
   * formula.
   *
   * @default {false}
   */
  escapesFormulas?: boolean;
  /**
   * Whether rows stand in front already, since the text goes on where it once
   * stopped.
   *
   * @default {false}
   */
  isContinued?: boolean;
}
