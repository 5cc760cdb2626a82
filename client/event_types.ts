/**
 * The catalogue of event types: what esmond and elmond keep, in which unit, and
 * in which layout.
 *
 * @module
 */

/**
 * The class of a value, as the archive checks it on writing.
 *
 * @example Usage
 * ```ts
 * import { EVENT_TYPES, type ValueClass } from "@esmond/client";
 *
 * const wanted: ValueClass = "histogram";
 * console.log(EVENT_TYPES.filter(({ valueClass }) => valueClass === wanted));
 * ```
 */
export type ValueClass =
  | "integer"
  | "float"
  | "percentage"
  | "histogram"
  | "subinterval"
  | "json";

/**
 * How a value is laid out in rows; `generic` is one column with the value as it
 * is.
 *
 * @example Usage
 * ```ts
 * import { eventTypeInfo, type FormatClass } from "@esmond/client";
 *
 * const layout: FormatClass | undefined = eventTypeInfo("packet-trace")
 *   ?.formatClass;
 * console.assert(layout === "packet_trace");
 * ```
 */
export type FormatClass =
  | "numeric"
  | "failures"
  | "packet_trace"
  | "histogram"
  | "subintervals"
  | "number_list"
  | "subinterval_list"
  | "generic";

/**
 * The kinds of roll-up that an archive computes over a window.
 *
 * @example Usage
 * ```ts
 * import { eventTypeInfo, type SummaryType } from "@esmond/client";
 *
 * const kinds: readonly SummaryType[] =
 *   eventTypeInfo("histogram-owdelay")?.summaries ?? [];
 * console.log(kinds.join(", ")); // aggregation, statistics
 * ```
 */
export type SummaryType = "aggregation" | "average" | "statistics";

/** The kinds of roll-up, in the order in which messages name them. */
export const SUMMARY_TYPES: readonly SummaryType[] = [
  "aggregation",
  "average",
  "statistics",
];

/** Which roll-ups each class of value allows. */
const SUMMARIES: Record<ValueClass, readonly SummaryType[]> = {
  integer: ["aggregation", "average"],
  float: ["aggregation", "average"],
  percentage: ["aggregation"],
  histogram: ["aggregation", "statistics"],
  subinterval: [],
  json: [],
};

/**
 * One event type of the catalogue.
 *
 * @example Usage
 * ```ts
 * import { type EventTypeInfo, eventTypeInfo } from "@esmond/client";
 *
 * const info: EventTypeInfo | undefined = eventTypeInfo("throughput");
 * console.assert(info?.unit === "bits/s");
 * ```
 */
export interface EventTypeInfo {
  /** Its name on the wire, such as `packet-loss-rate`. */
  readonly name: string;
  /** Class of its values. */
  readonly valueClass: ValueClass;
  /** How values are laid out in rows. */
  readonly formatClass: FormatClass;
  /**
   * The unit of a value, of a histogram's buckets, or of `val` in an interval;
   * empty if it has none.
   */
  readonly unit: string;
  /** The roll-ups that an archive can keep of it. */
  readonly summaries: readonly SummaryType[];
}

type Line = [
  name: string,
  valueClass: ValueClass,
  formatClass: FormatClass,
  unit: string,
];

/**
 * The 33 of the original client in the order of its `--list-events`, then those
 * known to archives only.
 */
const CATALOGUE: readonly Line[] = [
  ["failures", "json", "failures", ""],
  ["histogram-owdelay", "histogram", "histogram", "ms"],
  ["histogram-rtt", "histogram", "histogram", "ms"],
  ["histogram-ttl", "histogram", "histogram", "hops left"],
  ["histogram-ttl-reverse", "histogram", "histogram", "hops left"],
  ["ntp-delay", "float", "numeric", "ms"],
  ["ntp-dispersion", "float", "numeric", "ms"],
  ["ntp-jitter", "float", "numeric", "ms"],
  ["ntp-offset", "float", "numeric", "ms"],
  ["ntp-polling-interval", "float", "numeric", "s"],
  ["ntp-reach", "integer", "numeric", "bit field"],
  ["ntp-stratum", "integer", "numeric", "stratum"],
  ["ntp-wander", "float", "numeric", "ppm"],
  ["packet-duplicates", "integer", "numeric", "packets"],
  ["packet-duplicates-bidir", "integer", "numeric", "packets"],
  ["packet-loss-rate", "percentage", "numeric", "fraction"],
  ["packet-loss-rate-bidir", "percentage", "numeric", "fraction"],
  ["packet-trace", "json", "packet_trace", "ms"],
  ["packet-count-lost", "integer", "numeric", "packets"],
  ["packet-count-lost-bidir", "integer", "numeric", "packets"],
  ["packet-count-sent", "integer", "numeric", "packets"],
  ["packet-reorders", "integer", "numeric", "packets"],
  ["packet-reorders-bidir", "integer", "numeric", "packets"],
  ["packet-retransmits", "integer", "numeric", "packets"],
  ["packet-retransmits-subintervals", "subinterval", "subintervals", "packets"],
  ["path-mtu", "integer", "numeric", "bytes"],
  ["streams-packet-retransmits", "json", "number_list", "packets"],
  [
    "streams-packet-retransmits-subintervals",
    "json",
    "subinterval_list",
    "packets",
  ],
  ["streams-throughput", "json", "number_list", "bits/s"],
  ["streams-throughput-subintervals", "json", "subinterval_list", "bits/s"],
  ["throughput", "integer", "numeric", "bits/s"],
  ["throughput-subintervals", "subinterval", "subintervals", "bits/s"],
  ["time-error-estimates", "float", "numeric", "ms"],

  ["iostat", "json", "generic", ""],
  ["mpstat", "json", "generic", ""],
  ["packet-rtt", "integer", "generic", "ms"],
  ["packet-rtt-subintervals", "subinterval", "generic", "ms"],
  ["packet-trace-multi", "json", "generic", "ms"],
  ["pscheduler-raw", "json", "generic", ""],
  ["pscheduler-run-href", "json", "generic", ""],
  ["rusage", "json", "generic", ""],
  ["streams-packet-rtt", "json", "generic", "ms"],
  ["streams-packet-rtt-subintervals", "json", "generic", "ms"],
  ["streams-tcp-windowsize", "json", "generic", "bytes"],
  ["streams-tcp-windowsize-subintervals", "json", "generic", "bytes"],
  ["streams-tcpinfo", "json", "generic", ""],
  ["tcp-windowsize", "integer", "generic", "bytes"],
  ["tcp-windowsize-subintervals", "subinterval", "generic", "bytes"],
  ["tcpinfo", "json", "generic", ""],
];

/**
 * Every event type of both dialects: those of the original in its order, then
 * the others by name.
 *
 * @example Usage
 * ```ts
 * import { EVENT_TYPES } from "@esmond/client";
 *
 * for (const { name, unit } of EVENT_TYPES) console.log(name, unit);
 * ```
 */
export const EVENT_TYPES: readonly EventTypeInfo[] = CATALOGUE.map(
  ([name, valueClass, formatClass, unit]) => ({
    name,
    valueClass,
    formatClass,
    unit,
    summaries: SUMMARIES[valueClass],
  }),
);

const BY_NAME = new Map(EVENT_TYPES.map((info) => [info.name, info]));

/**
 * Looks up an event type.
 *
 * @param name Its name on the wire.
 * @returns The entry, or `undefined` for an unknown name.
 *
 * @example Usage
 * ```ts
 * import { eventTypeInfo } from "@esmond/client";
 *
 * const info = eventTypeInfo("throughput");
 * console.log(info?.unit, info?.summaries); // "bits/s" [ "aggregation", "average" ]
 * ```
 */
export function eventTypeInfo(name: string): EventTypeInfo | undefined {
  return BY_NAME.get(name);
}
