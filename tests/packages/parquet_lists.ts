/** Parquet as the package makes it of lists of values, a group at a time. */

import { ByteWriter, ParquetWriter } from "npm:hyparquet-writer@0.17.0";

/** A column of a group. */
export interface ListedColumn {
  name: string;
  data: (string | number | bigint | null)[];
}

/** The columns of text that are never null. */
const KEYS = [
  ...["archive", "metadata_key", "source", "destination"],
  ...["measurement_agent", "tool", "event_type", "summary_type"],
];

const TEXT = {
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  logical_type: { type: "STRING" },
} as const;

/** A file of these groups. */
export function parquetOfLists(
  groups: ListedColumn[][],
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const optional = { repetition_type: "OPTIONAL" } as const;
  const required = { repetition_type: "REQUIRED" } as const;
  const parquet = new ParquetWriter({
    writer,
    createdBy: "esmond-ps",
    schema: [
      { name: "rows", num_children: KEYS.length + 4 },
      ...KEYS.map((name) => ({ name, ...required, ...TEXT })),
      { name: "summary_window", ...required, type: "INT32" },
      {
        ...{ name: "timestamp", ...optional, type: "INT64" },
        converted_type: "TIMESTAMP_MILLIS",
        logical_type: {
          ...{ type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
        },
      },
      { name: "value", ...optional, type: "DOUBLE" },
      { name: "value_json", ...optional, ...TEXT },
    ],
  });
  for (const columns of groups) {
    parquet.write({
      columnData: columns.map(({ name, data }) => ({
        name,
        data,
        ...(name === "timestamp" ? { encoding: "DELTA_BINARY_PACKED" } : {}),
        statistics: name !== "value_json",
      })),
      rowGroupSize: columns[0]!.data.length,
    });
  }
  parquet.finish();
  return writer.getBytes().slice();
}

export { snappyCompress } from "npm:hyparquet-writer@0.17.0/src/snappy.js";
