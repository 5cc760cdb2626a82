/**
 * The rows of a Parquet file that an earlier run has written, read back.
 *
 * @module
 */

import { encodeString, NULL } from "../../client/json.ts";
import type { CellType, ColumnTypes, SeriesRows } from "../output/rows.ts";
import type { KeptRow } from "./kept.ts";
import { NotWholeError } from "./printed.ts";

/**
 * What the package that writes Parquet reads with; like that one, not named
 * where it is imported, since it would be downloaded with everything else.
 */
const PACKAGE = "npm:hyparquet@1.31.5";

/**
 * Reads the rows of a file.
 *
 * @param path Where it is.
 * @param rows What rows begin with, and their columns after that.
 * @param types What is in the columns.
 * @throws {NotWholeError} when it is damaged, or has other columns.
 */
export async function* parquetRows(
  path: string,
  { lead, columns }: Pick<SeriesRows, "lead" | "columns">,
  types: ColumnTypes,
): AsyncGenerator<KeptRow, void, void> {
  for (const found of await objectsOf(path)) {
    const odd = found["unparsed"]
      ? JSON.parse(found["unparsed"] as string)
      : {};
    if (columns.some((column) => !(column in found))) {
      throw new NotWholeError(`${path}: it has other columns`);
    }
    const cells = columns.map((column) =>
      odd[column] ?? cellOf(found[column], types[column]!)
    );
    const time = cells[columns.indexOf("timestamp")]!;
    const second = time === NULL ? NaN : Number(time);
    yield { second, row: { lead, columns, cells, tsEpoch: second } };
  }
}

function cellOf(value: unknown, type: CellType): string {
  if (value === null || value === undefined) return NULL;
  if (type === "text") return encodeString(value as string);
  return String(value);
}

async function objectsOf(path: string): Promise<Record<string, unknown>[]> {
  const { parquetReadObjects } = await import(PACKAGE) as {
    parquetReadObjects(options: {
      file: ArrayBuffer;
      parsers: Record<string, (value: never) => unknown>;
    }): Promise<Record<string, unknown>[]>;
  };
  const file = (await Deno.readFile(path)).buffer;
  const text = (bytes: Uint8Array | undefined) =>
    bytes && new TextDecoder().decode(bytes);
  try {
    return await parquetReadObjects({
      file,
      parsers: {
        timestampFromMilliseconds: (ms: bigint) => Number(ms) / 1000,
        stringFromBytes: text,
        jsonFromBytes: text,
      },
    });
  } catch (error) {
    throw new NotWholeError(`${path}: ${(error as Error).message}`);
  }
}
