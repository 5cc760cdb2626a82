/**
 * The rows of a Parquet file that an earlier run has written, read back.
 *
 * @module
 */

import type * as hyparquet from "npm:hyparquet@1.31.5";
import { encodeString, NULL } from "../../client/json.ts";
import { UsageError } from "../errors.ts";
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
    const odd = unparsedOf(found["unparsed"], path);
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

/** The cells that their columns could not hold, by column. */
function unparsedOf(text: unknown, path: string): Record<string, string> {
  if (typeof text !== "string") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new NotWholeError(`${path}: a row is damaged`);
  }
}

function cellOf(value: unknown, type: CellType): string {
  if (value === null || value === undefined) return NULL;
  if (type === "text") return encodeString(value as string);
  return String(value);
}

async function loadPackage(): Promise<typeof hyparquet> {
  try {
    return await import(PACKAGE);
  } catch (error) {
    throw new UsageError(
      `--output-format parquet: the package that reads it, ${PACKAGE}, cannot be loaded: ${
        (error as Error).message
      }; choose another format`,
    );
  }
}

async function objectsOf(path: string): Promise<Record<string, unknown>[]> {
  const { parquetReadObjects } = await loadPackage();
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
