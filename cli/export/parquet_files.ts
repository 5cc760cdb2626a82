/**
 * Parquet files from the spool of a series: one, or one for each day or month,
 * where query engines look for them.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { ParquetOutput } from "../output/parquet.ts";
import type { ColumnTypes, SeriesRows } from "../output/rows.ts";
import { PartFile, rename, storing } from "./part.ts";
import { nameOfPartition } from "./partition.ts";
import type { ExportedFile } from "./record.ts";
import { readSpool } from "./spool.ts";
import type { Partition } from "../names.ts";

/** What is made of a spool. */
export interface ParquetOptions {
  /** Where the files go. */
  directory: string;
  /** The name of a file, by its partition. */
  nameOf(partition: string): string;
  /** The part of the series that a file holds; all of it if absent. */
  partition: Partition | undefined;
  /** Made the rows. */
  rows: SeriesRows;
  /** What is in the columns. */
  types: ColumnTypes;
  /** Called before a file gets its name. */
  beforeNaming?(file: ExportedFile): Promise<void>;
}

/** A file that is being written. */
interface OpenFile {
  partition: string;
  name: string;
  draft: string;
  part: PartFile;
  output: ParquetOutput;
  rows: number;
}

/**
 * Writes the rows of a spool to files; each gets its name when it is complete.
 *
 * @returns The files, in the order of time.
 */
export async function writeParquet(
  spool: string,
  options: ParquetOptions,
): Promise<ExportedFile[]> {
  const { rows } = options;
  const files: ExportedFile[] = [];
  /**
   * That of the time that is reached, and that of rows without a time, which
   * may stand anywhere.
   */
  const open = new Map<string, OpenFile>();
  const noTime = nameOfPartition(NaN, options.partition);
  const finishAll = async (isDone: (partition: string) => boolean) => {
    for (const [partition, file] of open) {
      if (!isDone(partition)) continue;
      files.push(await finish(file, options));
      open.delete(partition);
    }
  };
  try {
    for await (const lines of readSpool(spool, rows.lead, rows.columns)) {
      for (const row of lines) {
        const partition = nameOfPartition(row.tsEpoch!, options.partition);
        let file = open.get(partition);
        if (file === undefined) {
          if (partition !== noTime) {
            await finishAll((partition) => partition !== noTime);
          }
          file = await begin(partition, options);
          open.set(partition, file);
        }
        file.rows++;
        const wait = file.output.write(row);
        if (wait) await wait;
      }
    }
    await finishAll(() => true);
    return files;
  } finally {
    for (const { part, draft } of open.values()) {
      part.close();
      await Deno.remove(draft).catch(() => {});
    }
  }
}

async function begin(
  partition: string,
  { directory, nameOf, types }: ParquetOptions,
): Promise<OpenFile> {
  const name = nameOf(partition);
  const path = join(directory, name);
  await storing(
    `cannot make ${dirname(path)}`,
    () => Deno.mkdir(dirname(path), { recursive: true }),
  );
  const draft = `${path}.partial`;
  const part = await PartFile.create(draft);
  const output = new ParquetOutput(part, types);
  return { partition, name, draft, part, output, rows: 0 };
}

async function finish(
  { name, draft, part, output, rows }: OpenFile,
  { directory, beforeNaming }: ParquetOptions,
): Promise<ExportedFile> {
  await output.end();
  await part.finish();
  const file = { name, rows, ...part.extent };
  await beforeNaming?.(file);
  await rename(draft, join(directory, name));
  return file;
}
