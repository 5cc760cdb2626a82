/** A reader of Parquet that shares no code with what writes it. */

export { parquetMetadata, parquetReadObjects } from "npm:hyparquet@1.31.5";
