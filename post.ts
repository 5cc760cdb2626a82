/**
 * Writing to a perfSONAR measurement archive (esmond): register a test, then
 * post its data.
 *
 * Everything is checked before it is sent. A write that is interrupted anywhere
 * is stored once and completely, or ends with an error that lists which points
 * are stored, missing and unknown.
 *
 * @example Usage
 * ```ts
 * import { EventTypePost, MetadataPost } from "@esmond/client";
 *
 * const access = { apiKey: "5d1c0ffee5d1c0ffee5d1c0ffee5d1c0ffee5d1c" };
 * const test = new MetadataPost("http://archive.example.net/", {
 *   ...access,
 *   subjectType: "point-to-point",
 *   source: "10.10.0.1",
 *   destination: "10.10.0.2",
 *   toolName: "bwctl/iperf3",
 *   measurementAgent: "10.10.0.2",
 *   inputSource: "host1",
 *   inputDestination: "host2",
 * });
 * test.addEventType("throughput");
 * test.addSummaryType("throughput", "average", [86400]);
 * console.log(test.jsonPayload(true));
 *
 * const points = new EventTypePost("http://archive.example.net/", {
 *   ...access,
 *   metadataKey: "0123456789abcdef0123456789abcdef", // that of await test.postMetadata()
 *   eventType: "throughput",
 * });
 * points.addDataPoint(1397075053, 7016320000); // seconds since 1970 UTC, bits/s
 * console.log(points.jsonPayload()); // await points.postData() sends it
 * ```
 *
 * @module
 */

export {
  EventTypeBulkPost,
  type EventTypeBulkPostOptions,
  EventTypePost,
  type EventTypePostOptions,
} from "./client/data_post.ts";
export { PostDataError, type PostedPoint, PostError } from "./client/errors.ts";
export {
  MetadataPost,
  type MetadataPostOptions,
} from "./client/metadata_post.ts";
export type { PostOptions } from "./client/post_options.ts";
export type { TestParameters } from "./client/test_parameters.ts";
export {
  type EventTypePostValue,
  JsonText,
  type PostValue,
  type PostValues,
} from "./client/values.ts";
