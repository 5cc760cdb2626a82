/**
 * Parquet: typed columns, for query engines.
 *
 * @module
 */

import type * as hyparquet from "npm:hyparquet-writer@0.17.0";
import {
  decodeString,
  dumps,
  encodeString,
  hasNonFinite,
  NULL,
} from "../../client/json.ts";
import { FIRST_SECOND, LAST_SECOND } from "../../client/parameters.ts";
import { UsageError } from "../errors.ts";
import { type ByteWriter, writeAll } from "../io.ts";
import type { CellType, ColumnTypes, Row } from "./rows.ts";
import type { Output } from "./output.ts";

/**
 * Not a literal in `import()`: Deno downloads those at once, whether they are
 * used or not.
 */
const PACKAGE = "npm:hyparquet-writer@0.17.0";

/** Rows in a group, at most. */
const GROUP_ROWS = 100_000;

/** Characters of text in a group, not counting its last row. */
const GROUP_TEXT = 16 << 20;

/**
 * Writes a Parquet file in groups of rows; without its end, it cannot be read.
 *
 * The types of the columns are fixed beforehand, so that all files of an event
 * type fit together. Where a column cannot hold a value exactly, it stays empty
 * and one more column, `unparsed`, has the value's JSON text under the name of
 * the column. JSON is written as in the other formats.
 */
export class ParquetOutput implements Output {
  readonly #file: ParquetFile;
  readonly #columns: Column[];
  /**
   * What does not fit: a JSON object of strings, because not every reader takes
   * all that archives send for JSON.
   */
  readonly #unparsed = new Column("unparsed", "json");
  #rows = 0;
  #written: Promise<void> = Promise.resolve();

  /**
   * Makes an output.
   *
   * @param writer Where the bytes go.
   * @param types The columns, in the order of every row, and their types.
   */
  constructor(writer: ByteWriter, types: ColumnTypes) {
    this.#columns = Object.entries(types)
      .map(([name, type]) => new Column(name, type));
    this.#file = new ParquetFile(writer, [...this.#columns, this.#unparsed]);
  }

  /** Takes a row; writes a group once there is enough. */
  write({ lead, cells, tsEpoch = NaN }: Row): Promise<void> | void {
    const all = lead === undefined ? cells : [...lead.cells, ...cells];
    let left = "";
    let size = this.#unparsed.size;
    for (let at = 0; at < this.#columns.length; at++) {
      const column = this.#columns[at]!;
      const cell = column.type === "time" ? secondsCell(tsEpoch) : all[at]!;
      if (!column.take(cell)) {
        const text = hasNonFinite(cell) ? cell : dumps(cell);
        const member = [column.name, text].map(encodeString).join(": ");
        left += left === "" ? member : `, ${member}`;
      }
      size += column.size;
    }
    this.#unparsed.take(left === "" ? NULL : `{${left}}`);
    if (++this.#rows >= GROUP_ROWS || size >= GROUP_TEXT) return this.#cut();
  }

  /** Writes the rest and the end. */
  async end(): Promise<void> {
    await (this.#rows > 0 ? this.#cut() : this.#written);
    await this.#file.end();
  }

  #cut(): Promise<void> {
    const rows = this.#rows;
    this.#rows = 0;
    const group = [...this.#columns, this.#unparsed]
      .map((column) => column.drain());
    this.#written = this.#written.then(() => this.#file.write(group, rows));
    return this.#written;
  }
}

/** Times are instants here, whatever zone text is printed in. */
function secondsCell(tsEpoch: number): string {
  return Number.isFinite(tsEpoch) ? String(tsEpoch) : NULL;
}

/** One column of a group. */
class Column {
  readonly name: string;
  readonly type: CellType;
  /** Characters of text, not counting repetitions. */
  size = 0;
  #values: unknown[] = [];
  /** The last cell and its value: the first columns repeat them. */
  #cell = NULL;
  #value: unknown = null;

  constructor(name: string, type: CellType) {
    this.name = name;
    this.type = type;
  }

  /** Takes a cell, and says whether the column can hold it. */
  take(cell: string): boolean {
    if (cell !== this.#cell) {
      const value = cell === NULL ? null : KINDS[this.type].read(cell);
      if (typeof value === "string" && value !== this.#value) {
        this.size += value.length;
      }
      this.#cell = cell;
      this.#value = value;
    }
    this.#values.push(this.#value ?? null);
    return this.#value !== undefined;
  }

  /** The values so far; the column is empty then. */
  drain(): unknown[] {
    const values = this.#values;
    this.#values = [];
    this.size = 0;
    return values;
  }
}

/** How a type is written. */
interface Kind {
  /** Its entry in the schema. */
  element: Omit<hyparquet.SchemaElement, "name">;
  /** The value of a cell, or `undefined` if it would not be exact. */
  read(cell: string): unknown;
}

const KINDS: Record<CellType, Kind> = {
  text: {
    element: {
      type: "BYTE_ARRAY",
      converted_type: "UTF8",
      logical_type: { type: "STRING" },
    },
    read: (cell) => {
      const text = cell.startsWith('"') ? decodeString(cell) : undefined;
      return text?.isWellFormed() ? text : undefined;
    },
  },
  json: {
    element: {
      type: "BYTE_ARRAY",
      converted_type: "JSON",
      logical_type: { type: "JSON" },
    },
    read: (cell) => {
      const text = dumps(cell);
      const isExact = !hasLoneSurrogate(text) && !hasNonFinite(cell);
      return isExact ? text : undefined;
    },
  },
  time: {
    element: {
      type: "INT64",
      converted_type: "TIMESTAMP_MILLIS",
      logical_type: {
        type: "TIMESTAMP",
        isAdjustedToUTC: true,
        unit: "MILLIS",
      },
    },
    read: (cell) => {
      const seconds = Number(cell);
      return seconds >= FIRST_SECOND && seconds <= LAST_SECOND
        ? BigInt(seconds) * 1000n
        : undefined;
    },
  },
  number: { element: { type: "DOUBLE" }, read: readNumber },
  integer: {
    element: { type: "INT32" },
    read: (cell) => {
      const number = readNumber(cell);
      return number === undefined || (number | 0) !== number
        ? undefined
        : number;
    },
  },
  boolean: {
    element: { type: "BOOLEAN" },
    // esmond has 1 and 0
    read: (cell) =>
      BOOLEANS.get(cell) ?? BOOLEANS.get(String(readNumber(cell))),
  },
};

/**
 * Whether ASCII JSON has half a surrogate pair: some readers refuse a whole
 * file for it.
 */
function hasLoneSurrogate(json: string): boolean {
  if (!json.includes("\\ud")) return false;
  const escapes = json.replaceAll("\\\\", "")
    .replace(/\\ud[89ab]..\\ud[c-f]../g, "");
  return /\\ud[89a-f]/.test(escapes);
}

const BOOLEANS = new Map([
  ["true", true],
  ["false", false],
  ["1", true],
  ["0", false],
]);

/**
 * A number, which archives at times send as text; of whole ones, those that a
 * double tells from their neighbours.
 */
function readNumber(cell: string): number | undefined {
  const text = cell.startsWith('"') ? decodeString(cell) : cell;
  if (!NUMBER.test(text)) return undefined;
  const number = Number(text);
  if (/[.eE]/.test(text)) return Number.isFinite(number) ? number : undefined;
  return Number.isSafeInteger(number) ? number + 0 : undefined; // + 0: no -0
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

async function loadPackage(): Promise<typeof hyparquet> {
  try {
    return await import(PACKAGE);
  } catch (error) {
    throw new UsageError(
      `--output-format parquet: the package that writes it, ${PACKAGE}, cannot be loaded: ${
        (error as Error).message
      }; choose another format`,
    );
  }
}

/** A file of groups; its package is loaded with the first group. */
class ParquetFile {
  readonly #writer: ByteWriter;
  readonly #columns: readonly Column[];
  #open:
    | { parquet: hyparquet.ParquetWriter; bytes: hyparquet.ByteWriter }
    | undefined;

  constructor(writer: ByteWriter, columns: readonly Column[]) {
    this.#writer = writer;
    this.#columns = columns;
  }

  /** Writes a group: the values of each column. */
  async write(group: unknown[][], rows: number): Promise<void> {
    const { parquet } = await this.#opened();
    parquet.write({
      columnData: this.#columns.map(({ name, type }, at) => ({
        name,
        data: group[at]!,
        // least and greatest would be long and useless
        statistics: type !== "json",
      })),
      rowGroupSize: rows,
    });
    await this.#drain();
  }

  /** Writes the end. */
  async end(): Promise<void> {
    const { parquet } = await this.#opened();
    parquet.schema = this.#schema();
    parquet.finish();
    await this.#drain();
  }

  async #opened(): Promise<
    { parquet: hyparquet.ParquetWriter; bytes: hyparquet.ByteWriter }
  > {
    if (this.#open === undefined) {
      const { ByteWriter, ParquetWriter } = await loadPackage();
      const bytes = new ByteWriter();
      // The package would encode a JSON column again: while it writes, ours
      // has to pass for text.
      const schema = this.#schema({ json: KINDS.text.element });
      const parquet = new ParquetWriter({
        writer: bytes,
        schema,
        createdBy: "esmond-ps",
      });
      this.#open = { parquet, bytes };
    }
    return this.#open;
  }

  #schema(
    elements: { [type in CellType]?: Kind["element"] } = {},
  ): hyparquet.SchemaElement[] {
    return [
      { name: "rows", num_children: this.#columns.length },
      ...this.#columns.map(({ name, type }): hyparquet.SchemaElement => ({
        name,
        repetition_type: "OPTIONAL",
        ...elements[type] ?? KINDS[type].element,
      })),
    ];
  }

  async #drain(): Promise<void> {
    const { bytes } = await this.#opened();
    await writeAll(this.#writer, bytes.getBytes());
    bytes.index = 0;
  }
}
