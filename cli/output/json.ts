/**
 * JSON: a list of objects on one line.
 *
 * @module
 */

import type { Row } from "../../client/rows.ts";
import { objectPrinter } from "./object.ts";
import type { Output, OutputOptions } from "./output.ts";

/**
 * Writes objects. The list is closed at the end only, so that an incomplete
 * answer does not parse.
 */
export class JsonOutput implements Output {
  readonly #options: OutputOptions;
  readonly #print = objectPrinter();
  #isEmpty: boolean;

  /** Makes an output. */
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
    const { isPlainWhenEmpty } = this.#options;
    const nothing = isPlainWhenEmpty ? "[]" : '[{"msg": "No data found."}]';
    const text = this.#isEmpty ? nothing : "]";
    return this.#options.sink.write(text + this.#options.closing);
  }
}
