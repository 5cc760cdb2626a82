/**
 * The rows of one series on their way to a file: they can stop and continue at
 * any point.
 *
 * @module
 */

import type { PointPage } from "../../client/point_pages.ts";
import type { PointBytes } from "../../client/points.ts";
import type { DataPoint, JsonValue } from "../../mod.ts";
import { BufferedSink, type TextSink } from "../io.ts";
import type { Format } from "../names.ts";
import { createOutput } from "../output/create.ts";
import type { GzipSink } from "../output/gzip.ts";
import type { Output } from "../output/output.ts";
import { RowBytes, writePage } from "../output/row_bytes.ts";
import type { SeriesRows } from "../output/rows.ts";
import type { KeptRows } from "./kept.ts";
import { writeParquet } from "./parquet_file.ts";
import type { PartFile } from "./part.ts";
import type { Checkpoint, Settled, Whole } from "./record.ts";
import type { Marks, Settling } from "./settling.ts";
import { SpoolOutput } from "./spool.ts";

/** What a draft is to become. */
export interface DraftOptions {
  /** The format of its rows; those of Parquet wait in a spool. */
  format: Format;
  /**
   * Where a Parquet file is made of the spool; if absent, the spool is what is
   * wanted.
   */
  parquet?: string;
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
  /** Makes rows of points. */
  rows: SeriesRows;
  /**
   * How many points a page has whose rows are worth preparing as bytes.
   *
   * @default {20}
   */
  many?: number;
  /** Where a mirror is read again; absent where nothing is added to files. */
  settling?: Settling;
}

/** Where a draft continues, and with what. */
export interface DraftStart {
  /** How far it is written; the points from that second on come next. */
  from?: Checkpoint | undefined;
  /** What was settled of it before. */
  settled?: Settled | undefined;
  /**
   * Rows of an earlier run after that, for seconds that the archive has no
   * points of any more.
   */
  kept?: KeptRows | undefined;
}

/** For fewer points, it takes longer to prepare rows as bytes than to print. */
const MANY = 20;

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
  /** The same, where rows wait in a spool. */
  readonly #spool: SpoolOutput | undefined;
  readonly #now: Position;
  readonly #kept: KeptRows | undefined;
  readonly #due: Marks | undefined;
  /** Places from which a later run can continue, in order. */
  readonly #marks: Settled[];
  #checkpoint: Checkpoint | undefined;
  #rowBytes: { made: RowBytes | undefined } | undefined;
  /**
   * Points of the last second, and rows of the point after them, that are there
   * and come once more.
   */
  #pointsToSkip: number;
  #rowsToSkip: number;

  private constructor(
    part: PartFile,
    options: DraftOptions,
    gzip: GzipSink | undefined,
    { from, settled, kept }: DraftStart,
  ) {
    this.#part = part;
    this.#options = options;
    this.#gzip = gzip;
    // Nothing waits for the disk between the points that are ready: they are
    // gone before others are made.
    this.#sink = new BufferedSink(part, true);
    this.#spool = options.format === "parquet"
      ? new SpoolOutput(part, options.rows.lead, from !== undefined)
      : undefined;
    this.#output = this.#spool ??
      outputOf(options, gzip ?? this.#sink, (from?.rows ?? 0) > 0);
    this.#now = from ? positionOf(from) : { ...BEGIN };
    this.#checkpoint = from;
    this.#due = options.settling?.marks(this.#now.second);
    this.#marks = settled ? [settled] : [];
    this.#kept = kept;
    // A second whose rows were kept is complete.
    this.#pointsToSkip = from?.ofSecond === 0 ? Infinity : from?.ofSecond ?? 0;
    this.#rowsToSkip = from?.rowsOfNext ?? 0;
  }

  /** Begins a draft in an empty file, or continues one. */
  static async open(
    part: PartFile,
    options: DraftOptions,
    start: DraftStart = {},
  ): Promise<Draft> {
    const gzip = options.isGzipped
      ? new (await import("../output/gzip.ts")).GzipSink(part, start.from?.gzip)
      : undefined;
    return new Draft(part, options, gzip, start);
  }

  /** How many bytes are in the file. */
  get bytes(): number {
    return this.#part.bytes;
  }

  /** How many points have been written, or were there. */
  get points(): number {
    return this.#now.points;
  }

  /** The last second that has a row; NaN if none has. */
  get last(): number {
    return this.#now.second;
  }

  /** The part that later data cannot change any more. */
  get settled(): Settled | undefined {
    const again = this.#options.settling?.again(this.#now.second) ?? NaN;
    if (Number.isNaN(again)) return this.#marks[0];
    const mark = this.#marks.findLast(({ second }) => second < again);
    return mark && { ...mark, before: Math.min(mark.before, again) };
  }

  /**
   * Writes the rows of a page; those that are there are left out. What is
   * printed as it was sent is never made into objects.
   */
  async writePage(page: PointPage<JsonValue>): Promise<void> {
    const { many = MANY } = this.#options;
    const isWorth = page.length >= many || this.#rowBytes !== undefined;
    const rows = page.values && isWorth && !this.#spool
      ? this.#rowsAsBytes
      : undefined;
    await writePage(page, this.#spool ?? rows, {
      bytes: async (points, from) =>
        this.#isBetweenPoints
          ? await (rows
            ? this.#writeBytes(rows, points, from)
            : this.#writeToSpool(points, from))
          : from,
      points: (points) => this.write(points),
    });
  }

  /** Writes the rows of points; those that are there are left out. */
  async write(points: readonly DataPoint[]): Promise<void> {
    const { rows } = this.#options;
    const due = this.#due;
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
      if (this.#kept && this.#kept.second <= ts) await this.#keepUpTo(ts);
      if (due && ts >= due.due) await this.#markBefore(ts);
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
          if (this.#gzip) this.#checkpoint = this.#position();
        }
      }
      this.#rowsToSkip = 0;
      if (!isOfSecond) now.second = ts;
      now.ofSecond = isOfSecond ? now.ofSecond + 1 : 1;
      now.points++;
      now.rowsOfNext = 0;
    }
    const before = this.#part.bytes;
    await this.#sink.settle();
    if (due && this.#part.bytes > before) this.#markHere();
  }

  /**
   * How far it can be continued from, should the rest never be written.
   *
   * @returns That, or `undefined` if it can only be begun again.
   */
  async checkpoint(): Promise<Checkpoint | undefined> {
    if (this.#gzip === undefined) {
      await (this.#spool ?? this.#sink).flush();
      this.#checkpoint = this.#position();
    }
    // Without a time there is nothing to continue from.
    return Number.isNaN(this.#checkpoint?.second)
      ? undefined
      : this.#checkpoint;
  }

  /** Writes the end, and says what is to be known of the file. */
  async finish(): Promise<Whole> {
    const { parquet } = this.#options;
    if (this.#spool && parquet) {
      return await writeParquet(this.#spool.rows(this.#part.path), parquet);
    }
    await this.#keepUpTo(Infinity);
    await this.#output.end();
    await (this.#gzip ? this.#gzip.end() : this.#sink.flush());
    await this.#part.finish();
    return { rows: this.#now.rows, ...this.#part.extent };
  }

  /** Leaves it as it is. */
  async close(): Promise<void> {
    this.#part.close();
    this.#spool?.release();
    await this.#kept?.close();
  }

  get #rowsAsBytes(): RowBytes | undefined {
    const options = this.#options;
    this.#rowBytes ??= {
      made: RowBytes.of(options.rows, (sink) => outputOf(options, sink, true)),
    };
    return this.#rowBytes.made;
  }

  /** Whether all is written of a point, and nothing of the next one. */
  get #isBetweenPoints(): boolean {
    return this.#now.rows > 0 && this.#now.rowsOfNext === 0 &&
      this.#pointsToSkip === 0 && this.#rowsToSkip === 0;
  }

  /**
   * Writes rows as bytes, up to a point whose row is not made so; returns which
   * that is.
   */
  async #writeBytes(
    rows: RowBytes,
    points: PointBytes,
    from: number,
  ): Promise<number> {
    const sink = this.#gzip ?? this.#sink;
    const before = this.#part.bytes;
    const until = Math.min(
      this.#due?.due ?? Infinity,
      this.#kept?.second ?? Infinity,
    );
    let at = from;
    for (;;) {
      const { wanted } = this.#gzip ?? {};
      const { bytes, characters, next } = rows.make(points, at, until, wanted);
      if (next === at) break;
      const wait = sink.writeBytes(bytes, characters);
      this.#pass(points, at, next);
      at = next;
      if (!wait) continue;
      await wait;
      if (this.#gzip) this.#checkpoint = this.#position();
    }
    if (this.#due && !this.#gzip && this.#part.bytes > before) {
      await this.#sink.flush(); // the mark is where the file ends
      this.#markHere();
    }
    return at;
  }

  async #writeToSpool(points: PointBytes, from: number): Promise<number> {
    const { length } = points.seconds;
    await this.#spool!.writeBytes(points, from, length);
    this.#pass(points, from, length);
    return length;
  }

  /** Counts points that have been written, each as a row. */
  #pass({ seconds }: PointBytes, from: number, to: number): void {
    const now = this.#now;
    const last = seconds[to - 1]!;
    let first = to - 1;
    while (first > from && seconds[first - 1] === last) first--;
    const isSame = first === from && now.second === last;
    now.ofSecond = to - first + (isSame ? now.ofSecond : 0);
    now.second = last;
    now.rows += to - from;
    now.points += to - from;
  }

  /**
   * Writes the kept rows before a second; those of that second are replaced.
   */
  async #keepUpTo(second: number): Promise<void> {
    const due = this.#due;
    const kept = this.#kept;
    const now = this.#now;
    while (kept && kept.second < second) {
      const at = kept.second;
      if (due && at >= due.due) await this.#markBefore(at);
      for (const { text } of await kept.take()) {
        const wait = this.#output.writePrinted!(text);
        if (wait) await wait;
        now.rows++;
      }
      if (at > -Infinity) now.second = at;
      now.ofSecond = now.rowsOfNext = 0;
      now.points++;
    }
    if (kept?.second === second) await kept.take();
  }

  /** Marks the place before a second that follows. */
  async #markBefore(second: number): Promise<void> {
    const before = this.#due!.pass(second);
    await (this.#gzip ? this.#gzip.breakOff() : this.#sink.flush());
    const mark = this.#position();
    this.#checkpoint = mark; // an earlier one would cut off the mark
    this.#add({ ...mark, before });
  }

  /** Marks the place that has been written up to. */
  #markHere(): void {
    const { settling } = this.#options;
    const { second } = this.#now;
    if (this.#gzip || Number.isNaN(second)) return;
    this.#add({ ...this.#position(), before: settling!.after(second) });
  }

  #add(mark: Settled): void {
    if (Number.isNaN(mark.second)) mark.second = mark.before - 1;
    const again = this.#options.settling!.again(this.#now.second);
    const at = this.#marks.findLastIndex(({ second }) => second < again);
    this.#marks.splice(0, Math.max(0, at)); // those that no longer matter
    this.#marks.push(mark);
  }

  #position(): Checkpoint {
    return {
      ...this.#part.extent,
      ...this.#now,
      ...(this.#gzip ? { gzip: this.#gzip.state } : {}),
    };
  }
}

/** The output of a draft of text. */
function outputOf(
  { format, columns, escapesFormulas = false }: DraftOptions,
  sink: TextSink,
  isContinued: boolean,
): Output {
  return createOutput(
    format,
    {
      ...{ sink, columns, escapesFormulas, isContinued },
      ...{ closing: "", isTerminal: false },
    },
  );
}

function positionOf(
  { rows, points, second, ofSecond, rowsOfNext }: Checkpoint,
): Position {
  return { rows, points, second, ofSecond, rowsOfNext };
}
