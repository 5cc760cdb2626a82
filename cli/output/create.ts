/**
 * From the name of a format to its output.
 *
 * @module
 */

import type { Format } from "../names.ts";
import { CsvOutput } from "./csv.ts";
import { HumanOutput } from "./human.ts";
import { JsonOutput } from "./json.ts";
import { NdjsonOutput } from "./ndjson.ts";
import type { Output, OutputOptions } from "./output.ts";
import { ParquetOutput } from "./parquet.ts";

/** Makes the output of a format; Parquet needs a writer. */
export function createOutput(format: Format, options: OutputOptions): Output {
  return OUTPUTS[format](options);
}

function drawn(): never {
  throw new TypeError("what draws prints its pictures itself");
}

const OUTPUTS: Record<Format, (options: OutputOptions) => Output> = {
  human: (options) => new HumanOutput(options),
  json: (options) => new JsonOutput(options),
  csv: (options) => new CsvOutput(options),
  ndjson: (options) => new NdjsonOutput(options),
  parquet: ({ writer }) => {
    if (writer) return new ParquetOutput(writer);
    throw new TypeError("Parquet needs a writer");
  },
  openmetrics: () => {
    throw new TypeError("latest prints it itself");
  },
  svg: drawn,
  html: drawn,
};
