/**
 * Rows that wait on disk until a series is complete: nothing can be added to a
 * Parquet file.
 *
 * @module
 */

import { elements, NULL } from "../../client/json.ts";
import type { TextSink } from "../io.ts";
import type { Output } from "../output/output.ts";
import type { Lead, Row } from "../../client/rows.ts";
import { detached, IDENTITY_COLUMNS } from "../output/rows.ts";
import { StorageError, storing } from "./part.ts";
import { endOfLine, type SpoolRows, SpoolScanner } from "./spool_rows.ts";

/** How much is read at a time, in bytes: hardly more than a day has. */
const BLOCK = 1 << 15;

/** The same where a spool is read to its end at once. */
const LARGE_BLOCK = 1 << 18;

/**
 * Blocks and scanners that are not in use: a dataset opens each of its spools
 * every day.
 */
const FREE: Uint8Array<ArrayBuffer>[] = [];
const SCANNERS: SpoolScanner[] = [];

/**
 * Writes rows to a spool: a JSON list of what all of them begin with, then one
 * a line, of the second and the value.
 */
export class SpoolOutput implements Output {
  readonly #sink: TextSink;
  #isBegun: boolean;

  /**
   * Begins with nothing written.
   *
   * @param sink Where the text goes.
   * @param isContinued Whether earlier rows precede it.
   */
  constructor(sink: TextSink, isContinued = false) {
    this.#sink = sink;
    this.#isBegun = isContinued;
  }

  /** Writes a row. */
  write({ lead, cells, tsEpoch = NaN }: Row): Promise<void> | void {
    const time = Number.isNaN(tsEpoch) ? NULL : String(tsEpoch);
    const row = inOneLine(`[${time},${cells.at(-1)!}]`);
    if (this.#isBegun) return this.#sink.write(row);
    this.#isBegun = true;
    return this.#sink.write(inOneLine(`[${lead!.cells.join()}]`) + row);
  }

  /** A spool has no end of its own. */
  end(): void {}
}

/** JSON has line ends between the parts of a value, never inside text. */
function inOneLine(json: string): string {
  return BROKEN.test(json) ? `${json.replace(/[\r\n]+/g, " ")}\n` : `${json}\n`;
}

const BROKEN = /[\r\n]/;

/** What was read of a spool; the next that is read overwrites it. */
export interface Spooled extends SpoolRows {
  /** What its rows begin with. */
  lead: Lead;
}

/** Reads the rows of a spool, in order. */
export async function* readSpool(
  path: string,
): AsyncGenerator<Spooled, void, void> {
  const scanner = SCANNERS.pop() ?? new SpoolScanner();
  let lead: Lead | undefined;
  try {
    for await (const lines of linesOf(path, 0, LARGE_BLOCK)) {
      const begin = lead === undefined ? endOfLine(lines, 0) : 0;
      lead ??= leadOf(lines.subarray(0, begin));
      yield { lead, ...scanner.scan(lines.subarray(begin)) };
    }
  } finally {
    SCANNERS.push(scanner);
  }
}

/** Reads a spool, from one second to another; between, it is not open. */
export class SpoolReader {
  /** What its rows begin with. */
  readonly lead: Lead;
  /** How many rows without a time have been passed over. */
  timeless = 0;
  readonly #path: string;
  /** Where the next row begins. */
  #at: number;
  /** The second of the next row; `Infinity` after the last one. */
  #next = -Infinity;

  private constructor(path: string, lead: Lead, at: number) {
    this.#path = path;
    this.lead = lead;
    this.#at = at;
  }

  /** Looks at the first row. */
  static async open(path: string): Promise<SpoolReader> {
    for await (const lines of linesOf(path, 0)) {
      const end = endOfLine(lines, 0);
      const lead = leadOf(lines.subarray(0, end));
      const reader = new SpoolReader(path, lead, end);
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
    const scanner = SCANNERS.pop() ?? new SpoolScanner();
    try {
      for await (const lines of linesOf(this.#path, this.#at)) {
        // Of a short day, most of a block is for later.
        const rows = scanner.scan(lines, { before: second, isTimed: true });
        this.#at += rows.end;
        this.timeless += rows.timeless;
        if (rows.next !== undefined) this.#next = rows.next;
        if (rows.seconds.length > 0) yield { lead, ...rows };
        if (rows.next !== undefined) return;
      }
      this.#next = Infinity;
    } finally {
      SCANNERS.push(scanner);
    }
  }

  /** All rows, from the first, wherever else it is read. */
  rows(): AsyncGenerator<Spooled, void, void> {
    return readSpool(this.#path);
  }
}

function leadOf(line: Uint8Array): Lead {
  const cells = elements(new TextDecoder().decode(line));
  return { columns: IDENTITY_COLUMNS, cells: detached(cells) };
}

/**
 * The lines of a file from a place on, many at a time, each with its end; they
 * are overwritten by the next ones.
 */
async function* linesOf(
  path: string,
  from: number,
  size = BLOCK,
): AsyncGenerator<Uint8Array, void, void> {
  const told = `cannot read ${path}`;
  using file = await storing(told, () => Deno.open(path));
  if (from > 0) await file.seek(from, Deno.SeekMode.Start);
  const free = FREE.findIndex((block) => block.length === size);
  const [first = new Uint8Array(size)] = free < 0 ? [] : FREE.splice(free, 1);
  try {
    yield* linesIn(file, first, told);
  } finally {
    FREE.push(first);
  }
}

async function* linesIn(
  file: Deno.FsFile,
  first: Uint8Array<ArrayBuffer>,
  told: string,
): AsyncGenerator<Uint8Array, void, void> {
  let block = first;
  let filled = 0;
  for (;;) {
    const room = block.subarray(filled);
    const read = await storing(told, () => file.read(room));
    if (read === null) return; // a line without its end was not written
    filled += read;
    const end = block.subarray(0, filled).lastIndexOf(LINE_END) + 1;
    if (end === 0) {
      if (filled === block.length) block = grown(block);
      continue;
    }
    yield block.subarray(0, end);
    block.copyWithin(0, end, filled);
    filled -= end;
  }
}

const LINE_END = 10;

function grown(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(block.length * 2);
  larger.set(block);
  return larger;
}
