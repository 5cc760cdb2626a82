/**
 * Parquet files from the spool of a series: one, or one for each day or month, where query engines look for them.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { ParquetOutput } from "../output/parquet.ts";
import type { ColumnTypes, SeriesRows } from "../rows.ts";
import type { ExportedFile } from "./manifest.ts";
import { PartFile, storing } from "./part.ts";
import { nameOfPartition, type Partition } from "./partition.ts";
import { readSpool } from "./spool.ts";

/** What to make of a spool. */
export interface ParquetOptions {
  /** Where the files go. */
  directory: string;
  /** What a file is called, by its partition. */
  nameOf(partition: string): string;
  /** What a file has of the series; all if absent. */
  partition: Partition | undefined;
  /** What made the rows. */
  rows: SeriesRows;
  /** What is in the columns. */
  types: ColumnTypes;
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
 * Writes the rows of a spool to files, each of which gets its name when it is complete.
 *
 * @returns The files, in the order of time.
 */
export async function writeParquet(
  spool: string,
  options: ParquetOptions,
): Promise<ExportedFile[]> {
  const { rows } = options;
  const files: ExportedFile[] = [];
  let open: OpenFile | undefined;
  try {
    for await (const lines of readSpool(spool, rows.lead, rows.columns)) {
      for (const row of lines) {
        const partition = nameOfPartition(row.tsEpoch!, options.partition);
        if (open !== undefined && open.partition !== partition) {
          files.push(await finish(open, options.directory));
          open = undefined;
        }
        open ??= await begin(partition, options);
        open.rows++;
        const wait = open.output.write(row);
        if (wait) await wait;
      }
    }
    if (open !== undefined) files.push(await finish(open, options.directory));
    open = undefined;
    return files;
  } finally {
    if (open !== undefined) {
      open.part.close();
      await Deno.remove(open.draft).catch(() => {});
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
  directory: string,
): Promise<ExportedFile> {
  await output.end();
  await part.finish();
  const path = join(directory, name);
  await storing(`cannot write ${path}`, () => Deno.rename(draft, path));
  return { name, rows, ...part.extent };
}
