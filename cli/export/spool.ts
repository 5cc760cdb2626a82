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
import { IDENTITY_COLUMNS } from "../output/rows.ts";
import { StorageError, storing } from "./part.ts";

/** How much is read at a time, in bytes: hardly more than a day has. */
const BLOCK = 1 << 15;

/** Blocks that are not in use: a dataset opens each of its spools every day. */
const FREE: Uint8Array<ArrayBuffer>[] = [];

const COLUMNS = ["value"];

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
  return `${json.replace(/[\r\n]+/g, " ")}\n`;
}

/** Reads the rows of a spool, in order. */
export async function* readSpool(
  path: string,
): AsyncGenerator<Row[], void, void> {
  let lead: Lead | undefined;
  for await (const lines of linesOf(path, 0)) {
    if (lead === undefined) lead = leadOf(lines.shift()!.text);
    const begin = lead;
    yield lines.map(({ text }) => rowOf(text, begin));
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
      const [first] = lines;
      const reader = new SpoolReader(path, leadOf(first!.text), first!.end);
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
  async *rowsBefore(second: number): AsyncGenerator<Row[], void, void> {
    if (this.#next >= second && this.#next > -Infinity) return;
    for await (const lines of linesOf(this.#path, this.#at)) {
      const rows: Row[] = [];
      for (const { text, end } of lines) {
        const row = rowOf(text, this.lead);
        const { tsEpoch } = row;
        if (tsEpoch! >= second) {
          this.#next = tsEpoch!;
          if (rows.length > 0) yield rows;
          return;
        }
        this.#at = end;
        if (Number.isNaN(tsEpoch)) this.timeless++;
        else rows.push(row);
      }
      yield rows;
    }
    this.#next = Infinity;
  }

  /** All rows, from the first, wherever else it is read. */
  rows(): AsyncGenerator<Row[], void, void> {
    return readSpool(this.#path);
  }
}

function rowOf(line: string, lead: Lead): Row {
  const comma = line.indexOf(",");
  const time = line.slice(1, comma);
  return {
    lead,
    columns: COLUMNS,
    cells: [line.slice(comma + 1, -1)],
    tsEpoch: time === NULL ? NaN : Number(time),
  };
}

function leadOf(line: string): Lead {
  return { columns: IDENTITY_COLUMNS, cells: elements(line) };
}

/** A line, and where the next one begins. */
interface Line {
  text: string;
  end: number;
}

/** The lines of a file that begin at a place or after it, many at a time. */
async function* linesOf(
  path: string,
  from: number,
): AsyncGenerator<Line[], void, void> {
  const told = `cannot read ${path}`;
  using file = await storing(told, () => Deno.open(path));
  await file.seek(from, Deno.SeekMode.Start);
  const first = FREE.pop() ?? new Uint8Array(BLOCK);
  try {
    yield* linesIn(file, first, from, told);
  } finally {
    FREE.push(first);
  }
}

async function* linesIn(
  file: Deno.FsFile,
  first: Uint8Array<ArrayBuffer>,
  from: number,
  told: string,
): AsyncGenerator<Line[], void, void> {
  const decoder = new TextDecoder();
  let block = first;
  let filled = 0;
  let begin = from; // of the block
  for (;;) {
    const room = block.subarray(filled);
    const read = await storing(told, () => file.read(room));
    if (read === null) return; // a line without its end was not written
    filled += read;
    const bytes = block.subarray(0, filled);
    const last = bytes.lastIndexOf(LINE_END);
    if (last < 0) {
      if (filled === block.length) block = grown(block);
      continue;
    }
    const lines: Line[] = [];
    let end = -1;
    for (const text of decoder.decode(bytes.subarray(0, last)).split("\n")) {
      end = bytes.indexOf(LINE_END, end + 1);
      lines.push({ text, end: begin + end + 1 });
    }
    yield lines;
    block.copyWithin(0, last + 1, filled);
    filled -= last + 1;
    begin += last + 1;
  }
}

const LINE_END = 10;

function grown(block: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(block.length * 2);
  larger.set(block);
  return larger;
}
