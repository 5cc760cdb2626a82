/**
 * The archive's answers, exactly as sent: names with dashes, all fields
 * optional.
 *
 * @module
 */

/**
 * Any JSON value.
 *
 * @example Usage
 * ```ts
 * import type { JsonValue } from "@esmond/client";
 *
 * const value: JsonValue = { "21.5": 3, "21.6": [1, null, "x"] };
 * console.log(JSON.stringify(value));
 * ```
 */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

/**
 * A roll-up in the description of an event type.
 *
 * @example Usage
 * ```ts
 * import type { WireSummary } from "@esmond/client";
 *
 * const hourly: WireSummary = {
 *   "summary-type": "aggregation",
 *   "summary-window": "3600",
 * };
 * console.log(Number(hourly["summary-window"]) / 60); // minutes
 * ```
 */
export interface WireSummary {
  /** `aggregation`, `average` or `statistics`. */
  "summary-type"?: string;
  /** Seconds; esmond sends text, elmond a number. */
  "summary-window"?: string | number;
  /** Address of its data: an absolute path without a host. */
  uri?: string;
  /** Time of the last write, in seconds since 1970 UTC (esmond). */
  "time-updated"?: number | null;
  /** The event type again (elmond). */
  "event-type"?: string;
}

/**
 * An event type in the description of a test.
 *
 * @example Usage
 * ```ts
 * import type { WireEventType } from "@esmond/client";
 *
 * const type: WireEventType = {
 *   "event-type": "throughput",
 *   "base-uri": "/esmond/perfsonar/archive/0f/throughput/base",
 * };
 * console.log(type["event-type"]);
 * ```
 */
export interface WireEventType {
  /** Its name. */
  "event-type"?: string;
  /** Address of its base data: an absolute path without a host. */
  "base-uri"?: string;
  /**
   * Time of the last write (esmond), or when the task was added (elmond), in
   * seconds since 1970 UTC.
   */
  "time-updated"?: number | null;
  /** Its roll-ups. */
  summaries?: WireSummary[];
}

/**
 * The description of one test; the list of tests is an array of these.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, type WireMetadata } from "@esmond/client";
 *
 * const conn = new ApiConnect("http://archive.example.net/");
 * for await (const metadata of conn.getMetadata()) {
 *   const sent: WireMetadata = metadata.toJSON();
 *   console.log(sent["metadata-key"], sent["tool-name"]);
 * }
 * ```
 */
export interface WireMetadata {
  /** The key of the test: 32 hex digits (esmond), 64 (elmond). */
  "metadata-key"?: string;
  /** Address of the test: an absolute path without a host. */
  uri?: string;
  /** Its event types, with the addresses of their data. */
  "event-types"?: WireEventType[];
  /**
   * On the first entry of a page: the total number of tests; elmond's is
   * approximate.
   */
  "metadata-count-total"?: number;
  /** On the first entry of a page: the address of the next page. */
  "metadata-next-page"?: string | null;
  /** On the first entry of a page: the address of the previous page. */
  "metadata-previous-page"?: string | null;
  /** Every other parameter of the test. */
  [parameter: string]: unknown;
}

/**
 * One measured value.
 *
 * @example Usage
 * ```ts
 * import type { WirePoint } from "@esmond/client";
 *
 * const point: WirePoint = { ts: 1456790400, val: 7016320000 };
 * console.log(new Date(Number(point.ts) * 1000), point.val);
 * ```
 */
export interface WirePoint {
  /** The time: whole seconds since 1970 UTC. */
  ts: number | string;
  /** The value; its shape depends on the event type. */
  val?: JsonValue;
}

/**
 * The fields that a list adds to the first entry of a page; they do not belong
 * to the test.
 */
export const PAGING_FIELDS: readonly string[] = [
  "metadata-count-total",
  "metadata-next-page",
  "metadata-previous-page",
];

/**
 * The fields that give the addresses of a test and its data; they are not
 * parameters of the test.
 */
export const ARCHIVE_FIELDS: readonly string[] = [
  "metadata-key",
  "event-types",
  "uri",
  "url",
];

/** The two servers that speak this protocol. */
export type Dialect = "esmond" | "elmond";

/**
 * The server that described a test: only elmond sends base addresses that end
 * in `/base/0`, and windows that are numbers.
 */
export function dialectOf(entry: WireMetadata): Dialect {
  for (const eventType of listOf(entry["event-types"])) {
    const base = eventType?.["base-uri"];
    if (typeof base === "string") {
      return /\/base\/0\/?$/.test(base) ? "elmond" : "esmond";
    }
    for (const summary of listOf(eventType?.summaries)) {
      if (typeof summary?.["summary-window"] === "number") return "elmond";
    }
  }
  return "esmond";
}

/** The list itself, or an empty one if something else was sent. */
export function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}
