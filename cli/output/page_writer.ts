/**
 * The pages of a series on their way to a text.
 *
 * @module
 */

import type { PointPage } from "../../client/point_pages.ts";
import type { PointBytes } from "../../client/points.ts";
import type { DataPoint, JsonValue } from "../../mod.ts";
import type { TextSink } from "../io.ts";
import type { Output } from "./output.ts";
import { RowBytes, writePage } from "./row_bytes.ts";
import type { SeriesRows } from "./rows.ts";

/** Where rows go. */
export interface PageWriterOptions {
  /** Makes rows of points. */
  rows: SeriesRows;
  /** Prints rows. */
  output: Output;
  /** Where the output writes to. */
  sink: TextSink;
  /**
   * The same output to another sink, as it goes on after a row; absent if rows
   * are only written one by one.
   */
  outputTo?: (sink: TextSink) => Output;
}

/** Writes the pages of a series. */
export class PageWriter {
  readonly #options: PageWriterOptions;
  #rowBytes: { made: RowBytes | undefined } | undefined;
  #isBegun = false;

  /** Begins with nothing written. */
  constructor(options: PageWriterOptions) {
    this.#options = options;
  }

  /** Writes the rows of a page. */
  async write(page: PointPage<JsonValue>): Promise<void> {
    const rows = page.values && this.#rowsAsBytes;
    await writePage(page, rows, {
      bytes: async (points, from) =>
        this.#isBegun ? await this.#writeBytes(rows!, points, from) : from,
      points: (points) => this.writePoints(points),
    });
  }

  /** Writes the rows of points. */
  async writePoints(points: readonly DataPoint[]): Promise<void> {
    const { rows, output } = this.#options;
    const wait = rows.prepare(points);
    if (wait) await wait;
    for (const point of points) {
      for (const row of rows.rowsOf(point)) {
        const wait = output.write(row);
        if (wait) await wait;
        this.#isBegun = true;
      }
    }
  }

  get #rowsAsBytes(): RowBytes | undefined {
    const { rows, output, outputTo, sink } = this.#options;
    this.#rowBytes ??= {
      made: output.writePrinted && sink.writeBytes && outputTo &&
        RowBytes.of(rows, outputTo),
    };
    return this.#rowBytes.made;
  }

  async #writeBytes(
    rows: RowBytes,
    points: PointBytes,
    from: number,
  ): Promise<number> {
    const { sink } = this.#options;
    for (let at = from;;) {
      const made = rows.make(points, at, Infinity, sink.wanted);
      if (made.next === at) return at;
      at = made.next;
      const wait = sink.writeBytes!(made.bytes, made.characters);
      if (wait) await wait;
    }
  }
}
