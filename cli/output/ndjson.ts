/**
 * NDJSON: one JSON object per line.
 *
 * @module
 */

import type { TextSink } from "../io.ts";
import type { Row } from "./rows.ts";
import { objectPrinter } from "./object.ts";
import type { Output, OutputOptions } from "./output.ts";

/** Writes the items of the json format, one per line, and nothing else. */
export class NdjsonOutput implements Output {
  readonly #sink: TextSink;
  readonly #print = objectPrinter(true);

  /** Makes an output. */
  constructor({ sink }: OutputOptions) {
    this.#sink = sink;
  }

  /** Writes a row. */
  write(row: Row): Promise<void> | void {
    return this.#sink.write(`${this.#print(row)}\n`);
  }

  /** Writes a row as it was printed. */
  writePrinted(text: string): Promise<void> | void {
    return this.#sink.write(`${text}\n`);
  }

  /** Writes nothing: every line is complete. */
  end(): void {}
}
