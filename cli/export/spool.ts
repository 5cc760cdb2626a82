/**
 * Rows that wait on disk until a series is complete: nothing can be added to a
 * Parquet file.
 *
 * @module
 */

import { elements, NULL } from "../../client/json.ts";
import type { TextSink } from "../io.ts";
import type { Output } from "../output/output.ts";
import type { Lead, Row } from "../output/rows.ts";

/** Writes rows to a spool: a JSON list a line, of the time and the cells. */
export class SpoolOutput implements Output {
  readonly #sink: TextSink;

  /** Begins with nothing written. */
  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  /** Writes a row; what it begins with is known when it is read. */
  write({ tsEpoch = NaN, cells }: Row): Promise<void> | void {
    const time = Number.isNaN(tsEpoch) ? NULL : String(tsEpoch);
    const line = `[${time},${cells.join(",")}]`;
    // JSON has line ends between the parts of a value, never inside text.
    return this.#sink.write(`${line.replace(/[\r\n]+/g, " ")}\n`);
  }

  /** A spool has no end of its own. */
  end(): void {}
}

/**
 * Reads a spool.
 *
 * @param path Where it is.
 * @param lead What its rows begin with.
 * @param columns The names of the columns after that.
 */
export async function* readSpool(
  path: string,
  lead: Lead,
  columns: readonly string[],
): AsyncGenerator<Row[], void, void> {
  const file = await Deno.open(path); // the stream closes it
  const text = file.readable.pipeThrough(new TextDecoderStream());
  let rest = "";
  for await (const chunk of text) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield lines.map((line) => {
      const [time, ...cells] = elements(line);
      const tsEpoch = time === NULL ? NaN : Number(time);
      return { lead, columns, cells, tsEpoch };
    });
  }
}
