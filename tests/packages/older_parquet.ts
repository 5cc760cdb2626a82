/** Parquet as this program wrote it once, with columns by event type. */

import { ByteWriter, ParquetWriter } from "npm:hyparquet-writer@0.17.0";

/** A file of one row. */
export function olderParquet(): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [
      { name: "rows", num_children: 2 },
      { name: "timestamp", repetition_type: "OPTIONAL", type: "INT64" },
      { name: "value", repetition_type: "OPTIONAL", type: "DOUBLE" },
    ],
  });
  parquet.write({
    columnData: [
      { name: "timestamp", data: [1456790400000n] },
      { name: "value", data: [1.5] },
    ],
  });
  parquet.finish();
  return writer.getBytes().slice();
}
