/**
 * The rows of a Parquet file that an earlier run has written, read back.
 *
 * @module
 */

import type * as hyparquet from "npm:hyparquet@1.31.5";
import { encodeString } from "../../client/json.ts";
import { UsageError } from "../errors.ts";
import { PARQUET_COLUMNS, textOf } from "../output/parquet.ts";
import type { Lead, Row } from "../../client/rows.ts";
import { IDENTITY_COLUMNS } from "../output/rows.ts";
import { NotWholeError } from "./printed.ts";

/**
 * What the package that writes Parquet reads with; like that one, not named
 * where it is imported, since it would be downloaded with everything else.
 */
const PACKAGE = "npm:hyparquet@1.31.5";

const COLUMNS = ["value"];

/**
 * Reads the rows of a file, group by group.
 *
 * @throws {NotWholeError} when it is damaged, or has other columns.
 */
export async function* parquetRows(
  path: string,
): AsyncGenerator<Row[], void, void> {
  const { parquetMetadataAsync, parquetReadObjects } = await loadPackage();
  using open = Deno.openSync(path);
  const file = bufferOf(open);
  const metadata = await whole(path, () => parquetMetadataAsync(file));
  if (namesIn(metadata).join() !== PARQUET_COLUMNS.join()) {
    throw new NotWholeError(`${path}: it has other columns`);
  }
  const leads = new LastLead();
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const found = await whole(
      path,
      () =>
        parquetReadObjects({
          file,
          metadata,
          rowStart,
          rowEnd,
          parsers: PARSERS,
        }),
    );
    yield found.map((row): Row => {
      const { timestamp, value, value_json } = row;
      return {
        lead: leads.of(row),
        columns: COLUMNS,
        cells: [textOf({ number: value ?? null, json: value_json ?? null })],
        tsEpoch: timestamp ?? NaN,
      };
    });
    rowStart = rowEnd;
  }
}

/**
 * Whether a file is of a version of this program that wrote other columns, or
 * of another program.
 */
export async function hasOtherColumns(path: string): Promise<boolean> {
  const { parquetMetadataAsync } = await loadPackage();
  using open = Deno.openSync(path);
  const metadata = await parquetMetadataAsync(bufferOf(open))
    .catch(() => undefined); // it is damaged
  return metadata !== undefined &&
    namesIn(metadata).join() !== PARQUET_COLUMNS.join();
}

function namesIn({ schema }: hyparquet.FileMetaData): string[] {
  return schema.slice(1).map(({ name }) => name);
}

const PARSERS = {
  timestampFromMilliseconds: (ms: bigint) => Number(ms) / 1000,
};

/** Makes one lead for rows that begin alike and follow each other. */
class LastLead {
  #keys: unknown[] = [];
  #lead: Lead = { columns: IDENTITY_COLUMNS, cells: [] };

  of(row: Record<string, unknown>): Lead {
    const keys = this.#keys;
    if (IDENTITY_COLUMNS.some((column, at) => row[column] !== keys[at])) {
      this.#keys = IDENTITY_COLUMNS.map((column) => row[column]);
      const cells = this.#keys.map((key) =>
        typeof key === "number" ? String(key) : encodeString(String(key))
      );
      this.#lead = { columns: IDENTITY_COLUMNS, cells };
    }
    return this.#lead;
  }
}

/** What the package reads files by. */
function bufferOf(file: Deno.FsFile): hyparquet.AsyncBuffer {
  const byteLength = file.statSync().size;
  return {
    byteLength,
    slice: (start, end = byteLength) => {
      const bytes = new Uint8Array(Math.max(0, end - start));
      // Several are read at a time, and a file has one position.
      file.seekSync(start, Deno.SeekMode.Start);
      let at = 0;
      for (let read: number | null = 0; at < bytes.length; at += read) {
        read = file.readSync(bytes.subarray(at));
        if (read === null) throw new Error("it is too short");
      }
      return bytes.buffer;
    },
  };
}

/** @throws {NotWholeError} for whatever the package fails with. */
async function whole<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new NotWholeError(`${path}: ${(error as Error).message}`);
  }
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
