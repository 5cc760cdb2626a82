/**
 * Parquet: one table, the same columns for every event type.
 *
 * @module
 */

import { decodeString, NULL } from "../../client/json.ts";
import type { Lead, Row } from "../../client/rows.ts";
import type { ByteWriter } from "../io.ts";
import type { Output } from "./output.ts";
import { type ParquetColumn, ParquetFile } from "./parquet_groups.ts";
import type { SchemaElement } from "./parquet_package.ts";
import {
  giveGroup,
  GROUP_ROWS,
  type NumberRows,
  type RowGroup,
  takeGroup,
} from "./row_group.ts";
import { IDENTITY_COLUMNS } from "./rows.ts";

/** Characters of values in a group, not counting its last row. */
const GROUP_TEXT = 16 << 20;

/** How the columns are stored, by what they hold. */
const TEXT = {
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  logical_type: { type: "STRING" },
} as const;
const INTEGER = { type: "INT32" } as const;
const TIME = {
  type: "INT64",
  converted_type: "TIMESTAMP_MILLIS",
  logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
} as const;
const NUMBER = { type: "DOUBLE" } as const;

/** The columns, in the order of the file. */
const COLUMNS: readonly ParquetColumn[] = [
  ...IDENTITY_COLUMNS.map((name): ParquetColumn => ({
    element: {
      name,
      repetition_type: "REQUIRED",
      ...(name === "summary_window" ? INTEGER : TEXT),
    },
    holds: "key",
  })),
  ...([
    ["timestamp", TIME, "time"],
    ["value", NUMBER, "number"],
    ["value_json", TEXT, "text"],
  ] as const).map(([name, stored, holds]): ParquetColumn => ({
    element: { name, repetition_type: "OPTIONAL", ...stored },
    holds,
  })),
];

/** The names of the columns, in the order of the file. */
export const PARQUET_COLUMNS: readonly string[] = COLUMNS
  .map(({ element }) => element.name);

/** Times and values of rows that follow each other. */
export interface ParquetRows extends NumberRows {
  /** The JSON text of a value that is not among the numbers. */
  text(row: number): string;
}

/**
 * Writes a Parquet file in groups of rows; without its end, it cannot be read.
 */
export class ParquetOutput implements Output {
  readonly #file: ParquetFile;
  #group: RowGroup | undefined;
  /** Characters of values in the group. */
  #size = 0;
  /** The lead of the last row, and what its columns hold. */
  #lead: Row["lead"];
  #keys: Keys = [];
  #written: Promise<void> = Promise.resolve();

  /**
   * Makes an output.
   *
   * @param writer Where the bytes go.
   */
  constructor(writer: ByteWriter) {
    this.#file = new ParquetFile(writer, COLUMNS);
  }

  /**
   * Takes a row, whose last cell is the value; writes a group once there is
   * enough.
   */
  write({ lead, cells, tsEpoch = NaN }: Row): Promise<void> | void {
    const { number, json } = valueOf(cells.at(-1)!);
    return this.#add(this.#keysOf(lead), tsEpoch, number, json);
  }

  /**
   * Takes rows of one series.
   *
   * @param lead What they begin with.
   * @param rows Their times and values.
   * @param from The first of them.
   * @param to The first that is left out.
   */
  writeRows(
    lead: Lead,
    rows: ParquetRows,
    from: number,
    to: number,
  ): Promise<void> | void {
    const keys = this.#keysOf(lead);
    const { seconds } = rows;
    let wait: Promise<void> | void = undefined;
    for (let at = from; at < to;) {
      const group = this.#group ??= takeGroup();
      const next = group.addNumbers(keys, rows, at, to);
      if (next < to && group.rows < GROUP_ROWS) {
        const { number, json } = valueOf(rows.text(next));
        wait = this.#add(keys, seconds[next]!, number, json) ?? wait;
        at = next + 1;
      } else {
        wait = this.#cutIfFull(group) ?? wait;
        at = next;
      }
    }
    return wait;
  }

  #keysOf(lead: Row["lead"]): Keys {
    if (lead !== this.#lead) {
      this.#lead = lead;
      this.#keys = lead!.cells.map((cell, at) =>
        keyOf(cell, COLUMNS[at]!.element)
      );
    }
    return this.#keys;
  }

  #add(
    keys: Keys,
    second: number,
    number: number | null,
    json: string | null,
  ): Promise<void> | void {
    const group = this.#group ??= takeGroup();
    group.add(keys, second, number, json);
    this.#size += json?.length ?? 0;
    return this.#cutIfFull(group);
  }

  #cutIfFull(group: RowGroup): Promise<void> | void {
    if (group.rows >= GROUP_ROWS || this.#size >= GROUP_TEXT) {
      return this.#cut(group);
    }
  }

  /** Writes the rest and the end. */
  async end(): Promise<void> {
    await (this.#group ? this.#cut(this.#group) : this.#written);
    await this.#file.end();
  }

  #cut(group: RowGroup): Promise<void> {
    this.#group = undefined;
    this.#size = 0;
    this.#written = this.#written.then(async () => {
      await this.#file.write(group);
      giveGroup(group);
    });
    return this.#written;
  }
}

/** What the key columns hold of a series. */
type Keys = (string | number)[];

/** What a key column holds of a cell: never null. */
function keyOf(cell: string, { type }: SchemaElement): string | number {
  if (type === INTEGER.type) return Number(cell);
  if (cell === NULL) return "";
  return (cell.startsWith('"') ? decodeString(cell) : cell).toWellFormed();
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
  const number = NUMBER_TEXT.test(digits) ? Number(digits) : NaN;
  if (!Number.isFinite(number)) return { number: null, json: text };
  return { number, json: !isText && isExact(text, number) ? null : text };
}

/** The JSON text of what is in the two columns. */
export function textOf({ number, json }: ParquetValue): string {
  if (json !== null) return json;
  if (number === null) return NULL;
  return Object.is(number, -0) ? "-0.0" : String(number);
}

const NUMBER_TEXT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

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
