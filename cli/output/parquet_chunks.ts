/**
 * Columns of a Parquet file, straight from what a group of rows is gathered in:
 * the same bytes that the package makes of lists of their values, in a fraction
 * of the time. What is not as usual is left to the package.
 *
 * @module
 */

import { writeDeltas } from "./delta.ts";
import { distinctIn } from "./distinct.ts";
import type {
  Bytes,
  ParquetPackage,
  SchemaElement,
} from "./parquet_package.ts";
import type { RowGroup } from "./row_group.ts";
import { compress } from "./snappy.ts";

/** A column of a group, as it is entered at the end of the file. */
export type Chunk = ReturnType<ParquetPackage["writeColumn"]>["chunk"];

/** With fewer rows the package is fast enough. */
const LEAST_ROWS = 64;

/** A run of keys is worth so many rows, on the average. */
const LEAST_RUN = 32;

/** Writes the columns of groups. */
export class ChunkWriter {
  readonly #package: ParquetPackage;
  readonly #bytes: Bytes;
  /** What is written next: a page, and the dictionary before it. */
  readonly #pageBytes: Bytes;
  readonly #dictionaryBytes: Bytes;

  /** Begins with nothing written. */
  constructor(parquet: ParquetPackage, bytes: Bytes) {
    this.#package = parquet;
    this.#bytes = bytes;
    this.#pageBytes = new parquet.ByteWriter();
    this.#dictionaryBytes = new parquet.ByteWriter();
  }

  /**
   * Writes a column of keys.
   *
   * @param at The place of the key among the keys of a run.
   * @returns What to enter, or `undefined`, with nothing written, if the package
   * is to write it.
   */
  keys(
    element: SchemaElement,
    group: RowGroup,
    at: number,
  ): Chunk | undefined {
    const { rows, runs } = group;
    if (rows < LEAST_ROWS || runs.length * LEAST_RUN > rows) return undefined;
    const places = new Map<string | number, number>();
    let size = 0;
    for (const { keys, rows } of runs) {
      const key = keys[at]!;
      if (!places.has(key)) places.set(key, places.size);
      size += rows * roomOf(key);
    }
    const distinct = [...places.keys()];
    const own = distinct.reduce<number>((sum, key) => sum + roomOf(key), 0);
    const width = Math.ceil(Math.log2(distinct.length));
    if (2 * (own + Math.ceil(rows * width / 8)) > size) return undefined;
    const dictionary = cleared(this.#dictionaryBytes);
    for (const key of distinct) appendKey(dictionary, key);
    return this.#write(element, rows, {
      dictionary: { bytes: dictionary, count: distinct.length },
      page: width === 0
        ? this.#first(rows)
        : this.#indexes(indexesOf(places, group, at), width),
      encoding: "RLE_DICTIONARY",
      statistics: { ...rangeOf(distinct), null_count: 0n },
    });
  }

  /** Writes the times; the same for the rest. */
  times(
    element: SchemaElement,
    { rows, instants }: RowGroup,
  ): Chunk | undefined {
    if (rows < LEAST_ROWS) return undefined;
    const range = rangeIn(instants, rows);
    if (range === undefined) return undefined;
    const page = this.#page();
    writeDeltas(page, instants, rows);
    return this.#write(element, rows, {
      page,
      encoding: "DELTA_BINARY_PACKED",
      statistics: {
        min_value: BigInt(range.least),
        max_value: BigInt(range.most),
        null_count: 0n,
      },
    });
  }

  /** Writes the numbers. */
  numbers(
    element: SchemaElement,
    { rows, numbers }: RowGroup,
  ): Chunk | undefined {
    if (rows < LEAST_ROWS) return undefined;
    const range = rangeIn(numbers, rows);
    if (range === undefined) return undefined;
    const statistics = {
      // the signs that the format wants
      min_value: range.least === 0 ? -0 : range.least,
      max_value: range.most === 0 ? 0 : range.most,
      null_count: 0n,
      nan_count: 0n,
    };
    const distinct = distinctIn(numbers, rows);
    if (distinct === undefined) {
      const page = this.#page();
      page.appendBytes(bytesOf(numbers, rows));
      return this.#write(element, rows, {
        page,
        encoding: "PLAIN",
        statistics,
      });
    }
    const { values, indexes } = distinct;
    const dictionary = cleared(this.#dictionaryBytes);
    dictionary.appendBytes(bytesOf(values, values.length));
    const width = Math.ceil(Math.log2(values.length));
    return this.#write(element, rows, {
      dictionary: { bytes: dictionary, count: values.length },
      page: this.#indexes(indexes, width),
      encoding: "RLE_DICTIONARY",
      statistics,
    });
  }

  /** Writes the texts where no row has one. */
  nothing(element: SchemaElement, { rows }: RowGroup): Chunk | undefined {
    if (rows < LEAST_ROWS) return undefined;
    return this.#write(element, rows, {
      page: this.#page(),
      encoding: "PLAIN",
      isNull: true,
    });
  }

  #page(): Bytes {
    return cleared(this.#pageBytes);
  }

  /** Places in a dictionary, each in so many bits. */
  #indexes(indexes: Uint32Array, width: number): Bytes {
    const page = this.#page();
    page.appendUint8(width);
    this.#package.writeRleBitPackedHybrid(page, indexes, width);
    return page;
  }

  /** The same where all are the first, which takes no bits. */
  #first(rows: number): Bytes {
    const page = this.#page();
    page.appendUint8(0);
    page.appendVarInt(rows << 1);
    return page;
  }

  #write(
    element: SchemaElement,
    rows: number,
    { dictionary, page, encoding, statistics, isNull = false }: Content,
  ): Chunk {
    const bytes = this.#bytes;
    const begin = bytes.offset;
    let size = 0;
    if (dictionary) {
      size += this.#writePage(dictionary.bytes, {
        type: "DICTIONARY_PAGE",
        dictionary_page_header: {
          num_values: dictionary.count,
          encoding: "PLAIN",
        },
      });
    }
    const data = bytes.offset;
    const levels = element.repetition_type === "OPTIONAL"
      ? this.#levels(rows, isNull)
      : new Uint8Array();
    size += this.#writePage(page, {
      type: "DATA_PAGE_V2",
      data_page_header_v2: {
        num_values: rows,
        num_nulls: isNull ? rows : 0,
        num_rows: rows,
        encoding,
        definition_levels_byte_length: levels.length,
        repetition_levels_byte_length: 0,
        is_compressed: true,
      },
    }, levels);
    const pages: PageStatistics = [
      { page_type: "DATA_PAGE_V2", encoding, count: 1 },
    ];
    if (dictionary) {
      pages.unshift({
        page_type: "DICTIONARY_PAGE",
        encoding: "PLAIN",
        count: 1,
      });
    }
    return {
      meta_data: {
        type: element.type!,
        encodings: dictionary ? ["PLAIN", encoding] : [encoding],
        path_in_schema: [element.name],
        codec: "SNAPPY",
        num_values: BigInt(rows),
        total_compressed_size: BigInt(bytes.offset - begin),
        total_uncompressed_size: BigInt(size),
        data_page_offset: BigInt(data),
        ...(dictionary ? { dictionary_page_offset: BigInt(begin) } : {}),
        ...(statistics ? { statistics, encoding_stats: pages } : {}),
      },
      file_offset: BigInt(begin),
    };
  }

  /** Writes a page; says how large it would be if it were not compressed. */
  #writePage(
    page: Bytes,
    header: Omit<PageHeader, "uncompressed_page_size" | "compressed_page_size">,
    levels: Uint8Array = new Uint8Array(),
  ): number {
    const bytes = this.#bytes;
    const content = compress(page.getBytes());
    const begin = bytes.offset;
    const size = levels.length + page.offset;
    this.#package.writePageHeader(bytes, {
      ...header,
      uncompressed_page_size: size,
      compressed_page_size: levels.length + content.length,
    });
    const headerSize = bytes.offset - begin;
    bytes.appendBytes(levels);
    bytes.appendBytes(content);
    return headerSize + size;
  }

  /** Says of all rows at once whether they have a value. */
  #levels(rows: number, isNull: boolean): Uint8Array {
    const levels = new this.#package.ByteWriter(8);
    levels.appendVarInt(rows << 1);
    levels.appendUint8(isNull ? 0 : 1);
    return levels.getBytes();
  }
}

type PageHeader = Parameters<ParquetPackage["writePageHeader"]>[1];
type ChunkData = NonNullable<Chunk["meta_data"]>;
type Statistics = NonNullable<ChunkData["statistics"]>;
type PageStatistics = NonNullable<ChunkData["encoding_stats"]>;

/** What a column holds. */
interface Content {
  /** The distinct values, if the page has their places among them. */
  dictionary?: { bytes: Bytes; count: number };
  page: Bytes;
  encoding: "PLAIN" | "RLE_DICTIONARY" | "DELTA_BINARY_PACKED";
  /** Least and greatest; none where they would be of no use. */
  statistics?: Statistics;
  /** Whether no row has a value. */
  isNull?: boolean;
}

/** The place of the key of each row. */
function indexesOf(
  places: ReadonlyMap<string | number, number>,
  { rows, runs }: RowGroup,
  at: number,
): Uint32Array {
  const indexes = new Uint32Array(rows);
  let row = 0;
  for (const { keys, rows } of runs) {
    indexes.fill(places.get(keys[at]!)!, row, row += rows);
  }
  return indexes;
}

function cleared(bytes: Bytes): Bytes {
  bytes.index = bytes.offset = 0;
  return bytes;
}

/** How much room a key takes where each row has it, in bytes or characters. */
function roomOf(key: string | number): number {
  return typeof key === "number" ? 4 : 4 + key.length;
}

function appendKey(bytes: Bytes, key: string | number): void {
  if (typeof key === "number") return bytes.appendInt32(key);
  const text = ENCODER.encode(key);
  bytes.appendUint32(text.length);
  bytes.appendBytes(text);
}

const ENCODER = new TextEncoder();

/** The least and the greatest key. */
function rangeOf(
  keys: readonly (string | number)[],
): { min_value: string | number; max_value: string | number } {
  const [first, ...others] = keys;
  let min_value = first!, max_value = first!;
  for (const key of others) {
    if (isBefore(key, min_value)) min_value = key;
    if (isBefore(max_value, key)) max_value = key;
  }
  return { min_value, max_value };
}

/** Text is in the order of its UTF-8, which JavaScript does not compare by. */
function isBefore(one: string | number, other: string | number): boolean {
  if (typeof one === "number" || typeof other === "number") return one < other;
  const [left, right] = [ENCODER.encode(one), ENCODER.encode(other)];
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at < 0 ? left.length < right.length : left[at]! < (right[at] ?? -1);
}

/** The least and the greatest number; `undefined` if some are missing. */
function rangeIn(
  values: Float64Array,
  count: number,
): { least: number; most: number } | undefined {
  let least = Infinity;
  let most = -Infinity;
  for (let row = 0; row < count; row++) {
    const value = values[row]!;
    if (value !== value) return undefined; // NaN
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** Doubles are stored in this order of bytes, as nearly all machines have it. */
function bytesOf(numbers: Float64Array, count: number): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, 8 * count);
}
