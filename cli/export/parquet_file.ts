/**
 * A Parquet file from the spool of a series.
 *
 * @module
 */

import { ParquetOutput } from "../output/parquet.ts";
import { PartFile } from "./part.ts";
import type { Whole } from "./record.ts";
import { readSpool } from "./spool.ts";

/**
 * Writes the rows of a spool to a file, which lacks its name.
 *
 * @returns What is in it.
 * @throws {StorageError} when the disk does not take it; nothing is left then.
 */
export async function writeParquet(
  spool: string,
  path: string,
): Promise<Whole> {
  const part = await PartFile.create(path);
  try {
    const output = new ParquetOutput(part);
    let count = 0;
    for await (const { lead, ...points } of readSpool(spool)) {
      const { length } = points.seconds;
      const wait = output.writeBytes(lead, points, 0, length);
      if (wait) await wait;
      count += length;
    }
    await output.end();
    await part.finish();
    return { rows: count, ...part.extent };
  } catch (error) {
    part.close();
    await Deno.remove(path).catch(() => {});
    throw error;
  }
}
