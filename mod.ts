/**
 * A client for perfSONAR measurement archives: esmond, and elmond, its
 * successor.
 *
 * Reading: `ApiFilters` says what to look for, `ApiConnect` finds it. Writing:
 * `MetadataPost` registers a test, `EventTypePost` and `EventTypeBulkPost` post
 * its data. Every error is an `EsmondError`. The entry points `query` and `post`
 * have one half each; `insight` has arithmetic on what was read.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 *
 * const filters = new ApiFilters({ source: "192.0.2.11", destination: "192.0.2.21" });
 * const conn = new ApiConnect("http://archive.example.net/", filters);
 * for await (const md of conn.getMetadata()) {
 *   const payload = await md.getEventType("throughput")?.getData();
 *   for (const dp of payload?.data ?? []) console.log(dp.ts, dp.val, "bits/s");
 * }
 * ```
 *
 * @module
 */

export * from "./client/errors.ts";
export {
  EVENT_TYPE_CATALOGUE,
  EVENT_TYPES,
  type EventTypeInfo,
  eventTypeInfo,
  type FormatClass,
  type ValueClass,
} from "./client/event_types.ts";
export * from "./post.ts";
export * from "./query.ts";
