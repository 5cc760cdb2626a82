/**
 * JSON: a list of objects in one line.
 *
 * @module
 */

import type { Row } from "./rows.ts";
import { objectPrinter } from "./object.ts";
import type { Output, OutputOptions } from "./output.ts";

/**
 * Writes objects; the list is closed only at the end, so that part of an answer
 * never parses as the whole.
 */
export class JsonOutput implements Output {
  readonly #options: OutputOptions;
  readonly #print = objectPrinter();
  #isEmpty: boolean;

  /** Begins with nothing written. */
  constructor(options: OutputOptions) {
    this.#options = options;
    this.#isEmpty = !options.isContinued;
  }

  /** Writes a row. */
  write(row: Row): Promise<void> | void {
    return this.writePrinted(this.#print(row));
  }

  /** Writes a row as it was printed. */
  writePrinted(text: string): Promise<void> | void {
    const before = this.#isEmpty ? "[" : ", ";
    this.#isEmpty = false;
    return this.#options.sink.write(before + text);
  }

  /** Writes the end. */
  end(): Promise<void> | void {
    const text = this.#isEmpty ? '[{"msg": "No data found."}]' : "]";
    return this.#options.sink.write(text + this.#options.closing);
  }
}
