/**
 * Rows that wait until a series is complete, since nothing can be added to a
 * Parquet file: in memory as long as they are few, then on disk.
 *
 * @module
 */

import { LATEST_SHOWN } from "../../client/data_point.ts";
import type { PointPage } from "../../client/point_pages.ts";
import type { PointBytes } from "../../client/points.ts";
import type { Lead, Row } from "../../client/rows.ts";
import { elements } from "../../client/json.ts";
import type { JsonValue } from "../../mod.ts";
import { type ByteWriter, writeAll } from "../io.ts";
import type { Output } from "../output/output.ts";
import { detached, IDENTITY_COLUMNS } from "../output/rows.ts";
import { StorageError, storing } from "./part.ts";
import {
  type Block,
  blockAt,
  blockOf,
  type BlockRows,
  BlockWriter,
} from "./spool_block.ts";

/** How many bytes of rows stay in memory. */
const MOST_IN_MEMORY = 1 << 20;

/** How much is read at a time, in bytes: hardly more than a day has. */
const READ = 1 << 15;

/** The same where a spool is read to its end at once. */
const READ_ALL = 1 << 18;

/** What rows are gathered in. */
interface Memory {
  /** The rows that are not in a block yet. */
  block: BlockWriter;
  /** Blocks of rows. */
  bytes: Uint8Array;
}

/** Free memory, reused because fresh memory is collected too late. */
const FREE: Memory[] = [];

/**
 * Gathers the rows of a series, and writes them to a spool once they are many:
 * a block of what all of them begin with, then blocks of rows.
 */
export class SpoolOutput implements Output {
  readonly #writer: ByteWriter;
  readonly #lead: Lead;
  #isBegun: boolean;
  #memory: Memory | undefined = FREE.pop() ??
    { block: new BlockWriter(), bytes: new Uint8Array(MOST_IN_MEMORY) };
  #filled = 0;

  /**
   * Begins with nothing written.
   *
   * @param writer Where the spool goes.
   * @param lead What all rows begin with.
   * @param isContinued Whether earlier rows are in the spool.
   */
  constructor(writer: ByteWriter, lead: Lead, isContinued = false) {
    this.#writer = writer;
    this.#lead = lead;
    this.#isBegun = isContinued;
  }

  /** Takes a row. */
  write({ cells, tsEpoch = NaN }: Row): Promise<void> | void {
    const text = ENCODER.encode(cells.at(-1)!);
    const { block } = this.#memory!;
    block.add(tsEpoch, text, 0, text.length);
    if (block.isFull) return this.#seal();
  }

  /** Takes points that are nothing but a time and a value. */
  async writeBytes(
    { bytes, seconds, spans }: PointBytes,
    from: number,
    to: number,
  ): Promise<void> {
    const { block } = this.#memory!;
    for (let at = from; at < to; at++) {
      block.add(seconds[at]!, bytes, spans[2 * at]!, spans[2 * at + 1]!);
      if (!block.isFull) continue;
      const wait = this.#seal();
      if (wait) await wait;
    }
  }

  /** The points of a page that can be taken as bytes. */
  pointsOf({ values }: PointPage<JsonValue>): PointBytes | undefined {
    const isLate = (second: number) => second > LATEST_SHOWN;
    return values?.seconds.some(isLate) ? undefined : values;
  }

  /** All of these can. */
  fits(): boolean {
    return true;
  }

  /** Writes all that is gathered. */
  async flush(): Promise<void> {
    await this.#seal();
    if (this.#filled > 0) await this.#drain();
  }

  /** A spool has no end of its own. */
  end(): Promise<void> {
    return this.flush();
  }

  /**
   * All rows, in order.
   *
   * @param path Where the spool is, if they were too many for memory.
   */
  async *rows(path: string): AsyncGenerator<Spooled, void, void> {
    await this.#seal();
    if (this.#isBegun) {
      await this.flush();
      return yield* readSpool(path);
    }
    const { bytes } = this.#memory!;
    for (let at = 0; at < this.#filled;) {
      const { rows, end } = blockAt(bytes, at)!;
      yield { lead: this.#lead, rows };
      at = end;
    }
  }

  /** Frees the memory; it must not be used after this. */
  release(): void {
    const memory = this.#memory;
    this.#memory = undefined;
    if (memory?.bytes.length !== MOST_IN_MEMORY) return;
    memory.block.clear(); // some are left when a disk is full
    FREE.push(memory);
  }

  /** Puts the rows that were added last to those before. */
  #seal(): Promise<void> | void {
    const { block, bytes } = this.#memory!;
    const end = this.#filled + block.size;
    if (end > bytes.length) return this.#sealAfterDrain();
    block.moveTo(bytes, this.#filled);
    this.#filled = end;
  }

  async #sealAfterDrain(): Promise<void> {
    await this.#drain();
    const memory = this.#memory!;
    const { size } = memory.block;
    if (size > memory.bytes.length) memory.bytes = new Uint8Array(size);
    await this.#seal();
  }

  async #drain(): Promise<void> {
    const full = this.#memory!.bytes.subarray(0, this.#filled);
    this.#filled = 0;
    if (!this.#isBegun) {
      this.#isBegun = true;
      await writeAll(this.#writer, blockOf(`[${this.#lead.cells.join()}]`));
    }
    await writeAll(this.#writer, full);
  }
}

const ENCODER = new TextEncoder();

/** Rows that were read of a spool; the next that are read overwrite them. */
export interface Spooled {
  /** What they begin with. */
  lead: Lead;
  rows: BlockRows;
}

/** Reads the rows of a spool, in order. */
export async function* readSpool(
  path: string,
): AsyncGenerator<Spooled, void, void> {
  let lead: Lead | undefined;
  for await (const { rows } of blocksOf(path, 0, READ_ALL)) {
    if (lead === undefined) lead = leadOf(rows);
    else yield { lead, rows };
  }
}

/** Reads a spool, from one second to another; between, it is not open. */
export class SpoolReader {
  /** What its rows begin with. */
  readonly lead: Lead;
  /** How many rows without a time have been passed over. */
  timeless = 0;
  readonly #path: string;
  /** Where the block of the next row begins, and which row of it that is. */
  #at: number;
  #row = 0;
  /** The second of the next row; `Infinity` after the last one. */
  #next = -Infinity;

  private constructor(path: string, lead: Lead, at: number) {
    this.#path = path;
    this.lead = lead;
    this.#at = at;
  }

  /** Looks at the first row. */
  static async open(path: string): Promise<SpoolReader> {
    for await (const { rows, end } of blocksOf(path, 0)) {
      const reader = new SpoolReader(path, leadOf(rows), end);
      for await (const _ of reader.rowsBefore(-Infinity)); // to the first
      return reader;
    }
    throw new StorageError(`cannot read ${path}`, "it has no rows");
  }

  /** The second of the next row; `Infinity` after the last one. */
  get second(): number {
    return this.#next;
  }

  /**
   * Reads on, up to a second; rows without a time are counted, and left out.
   */
  async *rowsBefore(second: number): AsyncGenerator<Spooled, void, void> {
    if (this.#next >= second && this.#next > -Infinity) return;
    const { lead } = this;
    for await (const { rows, end } of blocksOf(this.#path, this.#at)) {
      const { seconds } = rows;
      let from = this.#row;
      for (let at = from; at <= seconds.length; at++) {
        const each = seconds[at]!; // NaN, too, ends what follows each other
        if (each < second) continue;
        if (at > from) yield { lead, rows: rows.slice(from, at) };
        from = at + 1;
        if (each >= second) {
          this.#row = at;
          this.#next = each;
          return;
        }
        if (at < seconds.length) this.timeless++;
      }
      this.#at = end;
      this.#row = 0;
    }
    this.#next = Infinity;
  }

  /** All rows, from the first, wherever else it is read. */
  rows(): AsyncGenerator<Spooled, void, void> {
    return readSpool(this.#path);
  }
}

function leadOf(rows: BlockRows): Lead {
  const cells = elements(rows.alone);
  return { columns: IDENTITY_COLUMNS, cells: detached(cells) };
}

/** Free memory for what is read. */
const BUFFERS: Uint8Array<ArrayBuffer>[] = [];

/**
 * The blocks of a file from a place on; each is overwritten by later ones.
 *
 * @param size How much is read at a time, in bytes.
 */
async function* blocksOf(
  path: string,
  from: number,
  size = READ,
): AsyncGenerator<Block, void, void> {
  const told = `cannot read ${path}`;
  using file = await storing(told, () => Deno.open(path));
  if (from > 0) await file.seek(from, Deno.SeekMode.Start);
  const free = BUFFERS.findIndex(({ length }) => length === size);
  const [first = new Uint8Array(size)] = free < 0
    ? []
    : BUFFERS.splice(free, 1);
  try {
    yield* blocksIn(file, { first, from, told });
  } finally {
    BUFFERS.push(first);
  }
}

async function* blocksIn(
  file: Deno.FsFile,
  { first, from, told }: {
    first: Uint8Array<ArrayBuffer>;
    from: number;
    told: string;
  },
): AsyncGenerator<Block, void, void> {
  let buffer = first;
  let filled = 0;
  /** Where in the file the buffer begins. */
  let place = from;
  for (;;) {
    const room = buffer.subarray(filled);
    const read = await storing(told, () => file.read(room));
    if (read === null) return; // a block without its end was not written
    filled += read;
    const there = buffer.subarray(0, filled);
    let at = 0;
    for (let block; (block = blockAt(there, at)); at = block.end - place) {
      block.end += place;
      yield block;
    }
    buffer.copyWithin(0, at, filled);
    filled -= at;
    place += at;
    if (filled === buffer.length) buffer = grown(buffer);
  }
}

function grown(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(buffer.length * 2);
  larger.set(buffer);
  return larger;
}
