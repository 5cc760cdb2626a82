/**
 * The package that writes Parquet, and the parts of it that the columns are
 * made with.
 *
 * @module
 */

import type * as main from "npm:hyparquet-writer@0.17.0";
import type * as column from "npm:hyparquet-writer@0.17.0/src/column.js";
import type * as datapage from "npm:hyparquet-writer@0.17.0/src/datapage.js";
import type * as encoding from "npm:hyparquet-writer@0.17.0/src/encoding.js";
import { UsageError } from "../errors.ts";

/**
 * Not a literal in `import()`: Deno downloads those at once, whether they are
 * used or not.
 */
const PACKAGE = "npm:hyparquet-writer@0.17.0";

/** What it has. */
export type ParquetPackage =
  & Pick<typeof main, "ByteWriter" | "ParquetWriter">
  & Pick<typeof column, "writeColumn">
  & Pick<typeof datapage, "writePageHeader">
  & Pick<typeof encoding, "writeRleBitPackedHybrid">;

/** Bytes that are being written. */
export type Bytes = main.ByteWriter;

/** An entry of a schema. */
export type SchemaElement = main.SchemaElement;

/** It is asked for with every file. */
let loaded: ParquetPackage | undefined;

/**
 * Loads it.
 *
 * @throws {UsageError} when that is not possible.
 */
export async function loadPackage(): Promise<ParquetPackage> {
  if (loaded) return loaded;
  try {
    const parts = await Promise.all(
      ["", ...["column", "datapage", "encoding"].map(sourceOf)]
        .map((path) => import(PACKAGE + path)),
    );
    return loaded = Object.assign({}, ...parts) as ParquetPackage;
  } catch (error) {
    throw new UsageError(
      `--output-format parquet: the package that writes it, ${PACKAGE}, cannot be loaded: ${
        (error as Error).message
      }; choose another format`,
    );
  }
}

function sourceOf(name: string): string {
  return `/src/${name}.js`;
}
