/**
 * The rows of one series on their way to a file, which can be left and gone on
 * with at any point.
 *
 * @module
 */

import type { DataPoint } from "../../mod.ts";
import { BufferedSink } from "../io.ts";
import type { GzipSink } from "../output/gzip.ts";
import { createOutput } from "../output/create.ts";
import type { Output } from "../output/output.ts";
import type { SeriesRows } from "../output/rows.ts";
import type { Format } from "../names.ts";
import type { PartFile } from "./part.ts";
import type { Checkpoint, ExportedFile, Settled } from "./record.ts";
import { SpoolOutput } from "./spool.ts";

/** What a draft is to become. */
export interface DraftOptions {
  /**
   * The format of its rows; those of Parquet wait in a spool until all are
   * there.
   */
  format: Format;
  /** Whether it is compressed. */
  isGzipped: boolean;
  /**
   * Whether csv is to hold no formulas.
   *
   * @default {false}
   */
  escapesFormulas?: boolean;
  /** The names of the columns. */
  columns: readonly string[];
  /** What makes rows of points. */
  rows: SeriesRows;
  /**
   * From this second on the archive may still get points that belong in front
   * of what is there; `Infinity` if that does not matter.
   */
  settlesAt: number;
  /** Points of the series that are in other files. */
  pointsBefore?: number;
}

/** How far the rows go. */
type Position = Omit<Checkpoint, "bytes" | "sha256" | "gzip">;

const BEGIN: Position = {
  rows: 0,
  points: 0,
  second: NaN,
  ofSecond: 0,
  rowsOfNext: 0,
};

/** Writes the rows of points to a file that is not complete. */
export class Draft {
  readonly #part: PartFile;
  readonly #options: DraftOptions;
  readonly #sink: BufferedSink;
  readonly #gzip: GzipSink | undefined;
  readonly #output: Output;
  readonly #now: Position;
  #checkpoint: Checkpoint | undefined;
  #settled: Settled | undefined;
  /**
   * Points of the last second, and rows of the point behind them, that are
   * there and come once more.
   */
  #pointsToSkip: number;
  #rowsToSkip: number;

  private constructor(
    part: PartFile,
    options: DraftOptions,
    gzip: GzipSink | undefined,
    from: Checkpoint | undefined,
    settled: Settled | undefined,
  ) {
    this.#part = part;
    this.#options = options;
    this.#gzip = gzip;
    // Nothing waits for the disk between the points that are ready: they are
    // gone before others are made.
    this.#sink = new BufferedSink(part, true);
    const sink = gzip ?? this.#sink;
    this.#output = options.format === "parquet"
      ? new SpoolOutput(sink)
      : createOutput(options.format, {
        sink,
        columns: options.columns,
        escapesFormulas: options.escapesFormulas ?? false,
        closing: "",
        isTerminal: false,
        isContinued: (from?.rows ?? 0) > 0,
      });
    this.#now = from
      ? positionOf(from)
      : { ...BEGIN, points: options.pointsBefore ?? 0 };
    this.#checkpoint = from;
    this.#settled = settled;
    this.#pointsToSkip = from?.ofSecond ?? 0;
    this.#rowsToSkip = from?.rowsOfNext ?? 0;
  }

  /**
   * Begins a draft, or goes on with one.
   *
   * @param part The file, as far as it is written.
   * @param options What it is to become.
   * @param from How far that is; the points from that second on are expected
   * next.
   * @param settled What was settled of it before.
   */
  static async open(
    part: PartFile,
    options: DraftOptions,
    from?: Checkpoint,
    settled?: Settled,
  ): Promise<Draft> {
    const gzip = options.isGzipped
      ? new (await import("../output/gzip.ts")).GzipSink(part, from?.gzip)
      : undefined;
    return new Draft(part, options, gzip, from, settled);
  }

  /** How many bytes are in the file. */
  get bytes(): number {
    return this.#part.bytes;
  }

  /** How many points have been written, or were there. */
  get points(): number {
    return this.#now.points;
  }

  /** What later data cannot change. */
  get settled(): Settled | undefined {
    return this.#settled;
  }

  /**
   * Writes the rows of points; those that are there already are passed over.
   */
  async write(points: readonly DataPoint[]): Promise<void> {
    const { rows, settlesAt } = this.#options;
    const now = this.#now;
    const wait = rows.prepare(points);
    if (wait) await wait;
    for (const point of points) {
      const ts = point.tsEpoch;
      const isOfSecond = ts === now.second || Number.isNaN(ts);
      if (this.#pointsToSkip > 0) {
        if (isOfSecond) {
          this.#pointsToSkip--;
          continue;
        }
        this.#pointsToSkip = 0;
      }
      if (ts >= settlesAt && this.#settled === undefined) await this.#settle();
      for (const row of rows.rowsOf(point)) {
        now.rowsOfNext++;
        if (this.#rowsToSkip > 0) {
          this.#rowsToSkip--;
          continue;
        }
        const wait = this.#output.write(row);
        now.rows++;
        if (wait) {
          await wait;
          if (this.#gzip) this.#checkpoint = this.#mark();
        }
      }
      this.#rowsToSkip = 0;
      if (!isOfSecond) now.second = ts;
      now.ofSecond = isOfSecond ? now.ofSecond + 1 : 1;
      now.points++;
      now.rowsOfNext = 0;
    }
    await this.#sink.settle();
  }

  /**
   * How far it can be gone on with from, should the rest never be written.
   *
   * @returns That, or `undefined` if it can only be begun anew.
   */
  async checkpoint(): Promise<Checkpoint | undefined> {
    if (this.#gzip === undefined) {
      await this.#sink.flush();
      this.#checkpoint = this.#mark();
    }
    // Without a time there is nothing to go on from.
    return Number.isNaN(this.#checkpoint?.second)
      ? undefined
      : this.#checkpoint;
  }

  /** Writes the end, and what is to be known of the file but its name. */
  async finish(): Promise<Omit<ExportedFile, "name">> {
    const { settlesAt } = this.#options;
    if (settlesAt < Infinity && this.#settled === undefined) {
      await this.#settle();
    }
    await this.#output.end();
    await (this.#gzip ? this.#gzip.end() : this.#sink.flush());
    await this.#part.finish();
    return { rows: this.#now.rows, ...this.#part.extent };
  }

  /** Leaves it as it is. */
  close(): void {
    this.#part.close();
  }

  async #settle(): Promise<void> {
    await (this.#gzip ? this.#gzip.breakOff() : this.#sink.flush());
    const { settlesAt: before } = this.#options;
    const mark = this.#mark();
    this.#checkpoint = mark; // one from before would cut off what is settled
    // Without points that have a time, nothing in front of it is expected once
    // more.
    const second = Number.isNaN(mark.second) ? before - 1 : mark.second;
    this.#settled = { ...mark, second, before };
  }

  #mark(): Checkpoint {
    return {
      ...this.#part.extent,
      ...this.#now,
      ...(this.#gzip ? { gzip: this.#gzip.state } : {}),
    };
  }
}

function positionOf(
  { rows, points, second, ofSecond, rowsOfNext }: Checkpoint,
): Position {
  return { rows, points, second, ofSecond, rowsOfNext };
}
