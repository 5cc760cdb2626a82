/**
 * A Parquet file, written group by group.
 *
 * @module
 */

import { type ByteWriter, writeAll } from "../io.ts";
import { type Chunk, ChunkWriter } from "./parquet_chunks.ts";
import {
  type Bytes,
  loadPackage,
  type ParquetPackage,
  type SchemaElement,
} from "./parquet_package.ts";
import type { RowGroup } from "./row_group.ts";
import { compress } from "./snappy.ts";

/** A column of a file. */
export interface ParquetColumn {
  /** Its entry in the schema. */
  element: SchemaElement;
  /** What of a group it holds: the keys are the first columns. */
  holds: "key" | "time" | "number" | "text";
}

/** What is there once the package is loaded. */
interface Open {
  parts: ParquetPackage;
  parquet: InstanceType<ParquetPackage["ParquetWriter"]>;
  bytes: Bytes;
  chunks: ChunkWriter;
}

/** What the columns of a file are made in. */
type Memory = Pick<Open, "bytes" | "chunks">;

/** Free memory, reused because fresh memory is collected too late. */
const spare: Memory[] = [];

function takeMemory(parts: ParquetPackage): Memory {
  const found = spare.pop();
  if (found === undefined) {
    const bytes = new parts.ByteWriter();
    return { bytes, chunks: new ChunkWriter(parts, bytes) };
  }
  found.bytes.index = found.bytes.offset = 0;
  return found;
}

/** Pages of a column are begun anew after so many bytes. */
const PAGE_SIZE = 1 << 20;

/** A file of groups; its package is loaded with the first group. */
export class ParquetFile {
  readonly #writer: ByteWriter;
  readonly #columns: readonly ParquetColumn[];
  readonly #schema: SchemaElement[];
  #open: Open | undefined;

  /** Begins a file. */
  constructor(writer: ByteWriter, columns: readonly ParquetColumn[]) {
    this.#writer = writer;
    this.#columns = columns;
    this.#schema = [
      { name: "rows", num_children: columns.length },
      ...columns.map(({ element }) => element),
    ];
  }

  /** Writes a group. */
  async write(group: RowGroup): Promise<void> {
    const open = await this.#opened();
    const { bytes, parquet } = open;
    const begin = bytes.offset;
    const columns = this.#columns.map((column, at) =>
      chunkOf(open, column, group, at) ??
        this.#byPackage(open, column, group, at)
    );
    parquet.num_rows += BigInt(group.rows);
    parquet.row_groups.push({
      columns,
      total_byte_size: columns.reduce(
        (sum, { meta_data }) => sum + meta_data!.total_uncompressed_size,
        0n,
      ),
      num_rows: BigInt(group.rows),
      total_compressed_size: BigInt(bytes.offset - begin),
    });
    await this.#drain(bytes);
  }

  /** Writes the end. */
  async end(): Promise<void> {
    const { bytes, chunks, parquet } = await this.#opened();
    parquet.finish();
    await this.#drain(bytes);
    this.#open = undefined;
    spare.push({ bytes, chunks });
  }

  /** Has the package write a column of lists of values. */
  #byPackage(
    { bytes, parquet, parts }: Open,
    { element, holds }: ParquetColumn,
    group: RowGroup,
    at: number,
  ): Chunk {
    const values = listOf(group, holds, at);
    const isOptional = element.repetition_type === "OPTIONAL";
    const written = parts.writeColumn({
      writer: bytes,
      column: {
        columnName: element.name,
        element,
        schemaPath: [this.#schema[0]!, element],
        codec: "SNAPPY",
        compressors: { SNAPPY: compress },
        stats: hasStatistics(holds),
        pageSize: PAGE_SIZE,
        columnIndex: false,
        offsetIndex: true,
        // A tenth of the size: the times of a series are nearly even.
        ...(holds === "time" ? { encoding: "DELTA_BINARY_PACKED" } : {}),
      },
      pageData: {
        values,
        definitionLevels: isOptional
          ? values.map((value) => value === null ? 0 : 1)
          : [],
        repetitionLevels: [],
        maxDefinitionLevel: isOptional ? 1 : 0,
      },
    });
    parquet.pendingIndexes.push(written);
    return written.chunk;
  }

  async #opened(): Promise<Open> {
    if (this.#open === undefined) {
      const parts = await loadPackage();
      const { bytes, chunks } = takeMemory(parts);
      const parquet = new parts.ParquetWriter({
        writer: bytes,
        schema: this.#schema,
        createdBy: "esmond-ps",
      });
      this.#open = { parts, parquet, bytes, chunks };
    }
    return this.#open;
  }

  async #drain(bytes: Bytes): Promise<void> {
    await writeAll(this.#writer, bytes.getBytes());
    bytes.index = 0;
  }
}

/** Writes a column the short way, if it is as usual. */
function chunkOf(
  { chunks }: Open,
  { element, holds }: ParquetColumn,
  group: RowGroup,
  at: number,
): Chunk | undefined {
  switch (holds) {
    case "key":
      return chunks.keys(element, group, at);
    case "time":
      return chunks.times(element, group);
    case "number":
      return chunks.numbers(element, group);
    case "text":
      return group.texts.length === 0
        ? chunks.nothing(element, group)
        : undefined;
  }
}

/** The least and the greatest JSON text would be long and useless. */
function hasStatistics(holds: ParquetColumn["holds"]): boolean {
  return holds !== "text";
}

/** The values of a column, one for each row. */
function listOf(
  { rows, runs, instants, numbers, texts }: RowGroup,
  holds: ParquetColumn["holds"],
  at: number,
): (string | number | bigint | null)[] {
  switch (holds) {
    case "key":
      return runs.flatMap(({ keys, rows }) => new Array(rows).fill(keys[at]));
    case "time":
      return Array.from(
        instants.subarray(0, rows),
        (ms) => Number.isNaN(ms) ? null : BigInt(ms),
      );
    case "number":
      return Array.from(
        numbers.subarray(0, rows),
        (number) => Number.isNaN(number) ? null : number,
      );
    case "text":
      return Array.from({ length: rows }, (_, row) => texts[row] ?? null);
  }
}
