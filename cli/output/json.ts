/**
 * JSON: a list of objects in one line.
 *
 * @module
 */

import { dumps, encodeString } from "../../client/json.ts";
import type { Row } from "../rows.ts";
import type { Output, OutputOptions } from "./output.ts";

/** Writes objects; the list is closed only at the end, so that part of an answer never parses as the whole. */
export class JsonOutput implements Output {
  readonly #options: OutputOptions;
  #isEmpty = true;

  /** Begins with nothing written. */
  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** Writes a row. */
  write(row: Row): Promise<void> | void {
    const members = row.columns.map((column, index) =>
      `${encodeString(column)}: ${dumps(row.cells[index]!)}`
    );
    const before = this.#isEmpty ? "[" : ", ";
    this.#isEmpty = false;
    return this.#options.sink.write(`${before}{${members.join(", ")}}`);
  }

  /** Writes the end. */
  end(): Promise<void> | void {
    const text = this.#isEmpty ? '[{"msg": "No data found."}]' : "]";
    return this.#options.sink.write(text + this.#options.closing);
  }
}
