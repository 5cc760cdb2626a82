/**
 * NDJSON: one JSON object per line.
 *
 * @module
 */

import {
  encodeString,
  hasNonFinite,
  NULL,
  replaceNonFinite,
} from "../../client/json.ts";
import { ACTING } from "../../client/text.ts";
import type { TextSink } from "../io.ts";
import type { Row } from "../../client/rows.ts";
import { objectPrinter } from "./object.ts";
import type { Output, OutputOptions } from "./output.ts";

/**
 * Writes the cells as they are, digit for digit, and nothing else. In place of
 * numbers that JSON does not have (`NaN`) there is null, and the text of the
 * cell stands beside it.
 */
export class NdjsonOutput implements Output {
  readonly #sink: TextSink;
  readonly #print = objectPrinter(exact);

  /** Makes an output. */
  constructor({ sink }: OutputOptions) {
    this.#sink = sink;
  }

  /** Writes a row. */
  write(row: Row): Promise<void> | void {
    const text = this.#print(row);
    const odd = row.cells.find(hasNonFinite);
    return this.writePrinted(
      odd === undefined
        ? text
        : `${text.slice(0, -1)}, "text": ${encodeString(odd)}}`,
    );
  }

  /** Writes a row as it was printed. */
  writePrinted(text: string): Promise<void> | void {
    return this.#sink.write(`${text}\n`);
  }

  /** Writes nothing: every line is complete. */
  end(): void {}
}

/**
 * The same JSON in one line. What acts on a terminal, or ends a line for some
 * program, is spelled out.
 */
function exact(cell: string): string {
  if (!UNFIT.test(cell)) return cell;
  // JSON has line ends between the parts of a value, never inside text.
  return replaceNonFinite(cell, () => NULL).replace(/[\t\r\n]+/g, " ")
    .replace(
      ACTING,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

const UNFIT = new RegExp(`${ACTING.source}|NaN|Infinity`);
