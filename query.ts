/**
 * Reading a perfSONAR measurement archive: find tests, and read their data.
 *
 * `ApiFilters` says what to look for, `ApiConnect` finds the matching tests
 * (`Metadata`). A test has event types (`EventType`), and these have roll-ups
 * (`Summary`); both provide data, whose values have the type of the event type.
 * Works with esmond and its successor elmond, and needs nothing but web
 * standards.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ source: "192.0.2.11", toolName: "bwctl/iperf3" });
 * filters.timeStart = new Date("2016-03-01");
 * filters.timeEnd = new Date("2016-03-03");
 * const conn = new ApiConnect("http://archive.example.net/", filters);
 *
 * for await (const md of conn.getMetadata()) {
 *   console.log(`${md}`, md.destination);
 *   const throughput = md.getEventType("throughput");
 *   if (throughput === undefined) continue;
 *   for await (const dp of throughput.streamData()) {
 *     console.log(dp.ts.toISOString(), dp.val, "bits/s");
 *   }
 * }
 * ```
 *
 * @module
 */

export {
  ApiConnect,
  type ConnectionStatistics,
  type GetMetadataOptions,
} from "./client/connect.ts";
export {
  type ArchiveFailure,
  connectAll,
  type ConnectAllOptions,
  MergedTests,
} from "./client/connect_all.ts";
export type { ApiConnectOptions } from "./client/connection.ts";
export { csv, type CsvOptions } from "./client/csv.ts";
export { EventType, type StreamOptions, Summary } from "./client/data.ts";
export { DataHistogram, DataPayload, DataPoint } from "./client/data_point.ts";
export { ApiFilters, type ApiFiltersOptions } from "./client/filters.ts";
export { Metadata } from "./client/metadata.ts";
export { columnsOf, rowsOf } from "./client/series_rows.ts";
export type { WatchedPoint, WatchOptions } from "./client/watch.ts";

export type {
  EventTypeName,
  EventTypeValue,
  SummaryType,
  SummaryValue,
} from "./client/event_types.ts";
export type {
  Failure,
  Statistics,
  Subinterval,
  TraceHop,
  ValueShapes,
} from "./client/value_shapes.ts";
export type {
  JsonValue,
  WireEventType,
  WireMetadata,
  WirePoint,
  WireSummary,
} from "./client/wire.ts";
