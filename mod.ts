/**
 * A client for perfSONAR measurement archives: esmond, and elmond, its
 * successor.
 *
 * Reading is in {@link https://jsr.io/@esmond/client/doc/query | query}:
 * {@linkcode ApiFilters} says what to look for, {@linkcode ApiConnect} finds
 * it. Writing is in {@link https://jsr.io/@esmond/client/doc/post | post}:
 * {@linkcode MetadataPost} registers a test, {@linkcode EventTypePost} and
 * {@linkcode EventTypeBulkPost} post its data. Every error is an {@linkcode
 * EsmondError}.
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
