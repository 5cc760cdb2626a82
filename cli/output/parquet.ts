/**
 * Parquet: one table, the same columns for every event type.
 *
 * @module
 */

import type * as hyparquet from "npm:hyparquet-writer@0.17.0";
import { decodeString, NULL } from "../../client/json.ts";
import { FIRST_SECOND, LAST_SECOND } from "../../client/parameters.ts";
import { UsageError } from "../errors.ts";
import { type ByteWriter, writeAll } from "../io.ts";
import type { Row } from "../../client/rows.ts";
import { IDENTITY_COLUMNS } from "./rows.ts";
import type { Output } from "./output.ts";
import { RowGroup } from "./row_group.ts";

/**
 * Not a literal in `import()`: Deno downloads those at once, whether they are
 * used or not.
 */
const PACKAGE = "npm:hyparquet-writer@0.17.0";

/** Rows in a group, at most. */
const GROUP_ROWS = 1 << 14;

/** Characters of values in a group, not counting its last row. */
const GROUP_TEXT = 16 << 20;

type CellType = "text" | "integer" | "time" | "number";

/** The columns, in the order of the file. */
const COLUMNS: readonly { name: string; type: CellType; isKey: boolean }[] = [
  ...IDENTITY_COLUMNS.map((name) => ({
    name,
    type: name === "summary_window" ? "integer" as const : "text" as const,
    isKey: true,
  })),
  { name: "timestamp", type: "time", isKey: false },
  { name: "value", type: "number", isKey: false },
  { name: "value_json", type: "text", isKey: false },
];

/** The names of the columns, in the order of the file. */
export const PARQUET_COLUMNS: readonly string[] = COLUMNS
  .map(({ name }) => name);

/**
 * Writes a Parquet file in groups of rows; without its end, it cannot be read.
 */
export class ParquetOutput implements Output {
  readonly #file: ParquetFile;
  #group = new RowGroup();
  /** Characters of values in the group. */
  #size = 0;
  /** The lead of the last row, and what its columns hold. */
  #lead: Row["lead"];
  #keys: unknown[] = [];
  #written: Promise<void> = Promise.resolve();

  /**
   * Makes an output.
   *
   * @param writer Where the bytes go.
   */
  constructor(writer: ByteWriter) {
    this.#file = new ParquetFile(writer);
  }

  /**
   * Takes a row, whose last cell is the value; writes a group once there is
   * enough.
   */
  write({ lead, cells, tsEpoch = NaN }: Row): Promise<void> | void {
    if (lead !== this.#lead) {
      this.#lead = lead;
      this.#keys = lead!.cells.map((cell, at) => keyOf(cell, COLUMNS[at]!));
    }
    const { number, json } = valueOf(cells.at(-1)!);
    const group = this.#group;
    group.add(this.#keys, [instantOf(tsEpoch), number, json]);
    this.#size += json?.length ?? 0;
    if (group.rows >= GROUP_ROWS || this.#size >= GROUP_TEXT) {
      return this.#cut();
    }
  }

  /** Writes the rest and the end. */
  async end(): Promise<void> {
    await (this.#group.rows > 0 ? this.#cut() : this.#written);
    await this.#file.end();
  }

  #cut(): Promise<void> {
    const group = this.#group;
    this.#group = new RowGroup();
    this.#size = 0;
    this.#written = this.#written.then(() => this.#file.write(group));
    return this.#written;
  }
}

/** What a key column holds of a cell: never null. */
function keyOf(cell: string, { type }: { type: CellType }): string | number {
  if (type === "integer") return Number(cell);
  if (cell === NULL) return "";
  return (cell.startsWith('"') ? decodeString(cell) : cell).toWellFormed();
}

/** Times are instants here, in ms, whatever zone text is printed in. */
function instantOf(seconds: number): bigint | null {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND
    ? BigInt(seconds) * 1000n
    : null;
}

/** A value, in its two columns. */
export interface ParquetValue {
  /** The number, or the double next to it; null for everything else. */
  number: number | null;
  /** The JSON text, unless the number says it all; null for null. */
  json: string | null;
}

/**
 * What is to be found in the columns of a value.
 *
 * @param text Its JSON text. Numbers, which archives at times send as text,
 * count as numbers then as well.
 */
export function valueOf(text: string): ParquetValue {
  if (text === NULL) return { number: null, json: null };
  const isText = text.startsWith('"');
  const digits = isText ? decodeString(text) : text;
  const number = NUMBER.test(digits) ? Number(digits) : NaN;
  if (!Number.isFinite(number)) return { number: null, json: text };
  return { number, json: !isText && isExact(text, number) ? null : text };
}

/** The JSON text of what is in the two columns. */
export function textOf({ number, json }: ParquetValue): string {
  if (json !== null) return json;
  if (number === null) return NULL;
  return Object.is(number, -0) ? "-0.0" : String(number);
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** Up to so many digits come out of a double as they went in. */
const SAFE_DIGITS = 15;

/** Whether a double tells a number from all others. */
function isExact(text: string, number: number): boolean {
  const hasExponent = text.includes("e") || text.includes("E");
  return text.length <= SAFE_DIGITS && !hasExponent ||
    text === String(number) || decimalOf(text) === decimalOf(String(number));
}

/** A number, written in one way whatever zeros it was written with. */
function decimalOf(text: string): string {
  const [, sign, whole, fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text)!;
  const digits = (whole! + fraction).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (kept === "") return "0";
  const power = Number(exponent) - fraction.length + digits.length -
    kept.length;
  return `${sign}${kept}e${power}`;
}

/** The entries of types in the schema. */
const ELEMENTS: Record<CellType, Omit<hyparquet.SchemaElement, "name">> = {
  text: {
    type: "BYTE_ARRAY",
    converted_type: "UTF8",
    logical_type: { type: "STRING" },
  },
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
  number: { type: "DOUBLE" },
  integer: { type: "INT32" },
};

const SCHEMA: hyparquet.SchemaElement[] = [
  { name: "rows", num_children: COLUMNS.length },
  ...COLUMNS.map(({ name, type, isKey }): hyparquet.SchemaElement => ({
    name,
    repetition_type: isKey ? "REQUIRED" : "OPTIONAL",
    ...ELEMENTS[type],
  })),
];

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
  #open:
    | { parquet: hyparquet.ParquetWriter; bytes: hyparquet.ByteWriter }
    | undefined;

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** Writes a group. */
  async write(group: RowGroup): Promise<void> {
    const { parquet } = await this.#opened();
    const columns = group.columns();
    parquet.write({
      columnData: COLUMNS.map(({ name }, at) => ({
        name,
        data: columns[at]!,
        // A tenth of the size: the times of a series are nearly even.
        ...(name === "timestamp" ? { encoding: "DELTA_BINARY_PACKED" } : {}),
        // least and greatest would be long and useless
        statistics: name !== "value_json",
      })),
      rowGroupSize: group.rows,
    });
    await this.#drain();
  }

  /** Writes the end. */
  async end(): Promise<void> {
    const { parquet } = await this.#opened();
    parquet.finish();
    await this.#drain();
  }

  async #opened(): Promise<
    { parquet: hyparquet.ParquetWriter; bytes: hyparquet.ByteWriter }
  > {
    if (this.#open === undefined) {
      const { ByteWriter, ParquetWriter } = await loadPackage();
      const bytes = new ByteWriter();
      const parquet = new ParquetWriter({
        writer: bytes,
        schema: SCHEMA,
        createdBy: "esmond-ps",
      });
      this.#open = { parquet, bytes };
    }
    return this.#open;
  }

  async #drain(): Promise<void> {
    const { bytes } = await this.#opened();
    await writeAll(this.#writer, bytes.getBytes());
    bytes.index = 0;
  }
}
