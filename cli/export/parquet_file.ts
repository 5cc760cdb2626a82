/**
 * A Parquet file of the rows of a series.
 *
 * @module
 */

import { ParquetOutput } from "../output/parquet.ts";
import { PartFile } from "./part.ts";
import type { Whole } from "./record.ts";
import type { Spooled } from "./spool.ts";

/** Ends when no file is being written. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Writes rows to a file, which lacks its name.
 *
 * @returns What is in it.
 * @throws {StorageError} when the disk does not take it; nothing is left then.
 */
export async function writeParquet(
  rows: AsyncIterable<Spooled>,
  path: string,
): Promise<Whole> {
  const part = await PartFile.create(path);
  try {
    // One after the other: a group of long values takes much memory.
    const written = turn.then(() => write(rows, part));
    turn = written.catch(() => {});
    const count = await written;
    await part.finish();
    return { rows: count, ...part.extent };
  } catch (error) {
    part.close();
    await Deno.remove(path).catch(() => {});
    throw error;
  }
}

async function write(
  all: AsyncIterable<Spooled>,
  part: PartFile,
): Promise<number> {
  const output = new ParquetOutput(part);
  let count = 0;
  for await (const { lead, rows } of all) {
    const { length } = rows.seconds;
    const wait = output.writeRows(lead, rows, 0, length);
    if (wait) await wait;
    count += length;
  }
  await output.end();
  return count;
}
