/**
 * The catalogue of event types: what esmond and elmond keep, in which unit, and
 * in which layout.
 *
 * @module
 */

import { suggestion } from "./nearest.ts";
import type { Statistics, ValueShapes } from "./value_shapes.ts";
import type { JsonValue } from "./wire.ts";

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
  readonly name: EventTypeName;
  /** Class of its values, on writing. */
  readonly valueClass: ValueClass;
  /** Shape of its values, on reading. */
  readonly shape: keyof ValueShapes;
  /** How values are laid out in rows. */
  readonly formatClass: FormatClass;
  /**
   * The unit of a value, of a histogram's buckets, or of `val` in an interval;
   * empty if it has none.
   */
  readonly unit: string;
  /** The roll-ups that an archive can keep of it. */
  readonly summaries: readonly SummaryType[];
  /**
   * Whether only tests between two hosts have it. Others, such as `ntp-offset`
   * and `pscheduler-raw`, also come from tests without a destination.
   */
  readonly needsDestination: boolean;
  /**
   * Its place among those whose points are the runs of a test: of those that a
   * test has, the one with the lowest place represents it. Absent of all others.
   */
  readonly place?: number;
}

/** `alone` of what tests of one host have, too; a number is a place. */
type Mark = "alone" | number;

/**
 * Class, shape and unit; then the layout, unless it is named as the shape is,
 * and marks.
 */
type Entry =
  | readonly [ValueClass, Exclude<FormatClass, "generic">, string, ...Mark[]]
  | readonly [ValueClass, keyof ValueShapes, string, "generic", ...Mark[]];

/**
 * The catalogue: class, shape and unit of each event type, by its name. First
 * the 33 of the original client, in the order of its `--list-events`, then those
 * known to archives only, by name, with the layout `generic`. At the end,
 * `alone` stands with those that tests without a destination have, too, and a
 * number with those whose points are the runs of a test: the lowest represents
 * it. UDP throughput tests have loss rates, too, so throughput comes first.
 *
 * {@linkcode EVENT_TYPES} is the same as a list, and is easier to use; types
 * come from this one.
 *
 * @example Usage
 * ```ts
 * import { EVENT_TYPE_CATALOGUE } from "@esmond/client";
 *
 * const [valueClass, shape, unit] = EVENT_TYPE_CATALOGUE["throughput"];
 * console.log(valueClass, shape, unit); // integer numeric bits/s
 * ```
 */
export const EVENT_TYPE_CATALOGUE = {
  "failures": ["json", "failures", "", "alone"],
  "histogram-owdelay": ["histogram", "histogram", "ms"],
  "histogram-rtt": ["histogram", "histogram", "ms"],
  "histogram-ttl": ["histogram", "histogram", "hops left"],
  "histogram-ttl-reverse": ["histogram", "histogram", "hops left"],
  "ntp-delay": ["float", "numeric", "ms", "alone"],
  "ntp-dispersion": ["float", "numeric", "ms", "alone"],
  "ntp-jitter": ["float", "numeric", "ms", "alone"],
  "ntp-offset": ["float", "numeric", "ms", "alone", 5],
  "ntp-polling-interval": ["float", "numeric", "s", "alone"],
  "ntp-reach": ["integer", "numeric", "bit field", "alone"],
  "ntp-stratum": ["integer", "numeric", "stratum", "alone"],
  "ntp-wander": ["float", "numeric", "ppm", "alone"],
  "packet-duplicates": ["integer", "numeric", "packets"],
  "packet-duplicates-bidir": ["integer", "numeric", "packets"],
  "packet-loss-rate": ["percentage", "numeric", "fraction", 2],
  "packet-loss-rate-bidir": ["percentage", "numeric", "fraction", 3],
  "packet-trace": ["json", "packet_trace", "ms", 4],
  "packet-count-lost": ["integer", "numeric", "packets"],
  "packet-count-lost-bidir": ["integer", "numeric", "packets"],
  "packet-count-sent": ["integer", "numeric", "packets"],
  "packet-reorders": ["integer", "numeric", "packets"],
  "packet-reorders-bidir": ["integer", "numeric", "packets"],
  "packet-retransmits": ["integer", "numeric", "packets"],
  "packet-retransmits-subintervals": ["subinterval", "subintervals", "packets"],
  "path-mtu": ["integer", "numeric", "bytes"],
  "streams-packet-retransmits": ["json", "number_list", "packets"],
  "streams-packet-retransmits-subintervals": [
    "json",
    "subinterval_list",
    "packets",
  ],
  "streams-throughput": ["json", "number_list", "bits/s"],
  "streams-throughput-subintervals": ["json", "subinterval_list", "bits/s"],
  "throughput": ["integer", "numeric", "bits/s", 1],
  "throughput-subintervals": ["subinterval", "subintervals", "bits/s"],
  "time-error-estimates": ["float", "numeric", "ms"],

  "iostat": ["json", "json", "", "generic", "alone"],
  "mpstat": ["json", "json", "", "generic", "alone"],
  "packet-rtt": ["integer", "numeric", "ms", "generic"],
  "packet-rtt-subintervals": ["subinterval", "subintervals", "ms", "generic"],
  "packet-trace-multi": ["json", "packet_traces", "ms", "generic"],
  "pscheduler-raw": ["json", "json", "", "generic", "alone"],
  "pscheduler-run-href": ["json", "json", "", "generic", "alone"],
  "rusage": ["json", "json", "", "generic", "alone"],
  "streams-packet-rtt": ["json", "number_list", "ms", "generic"],
  "streams-packet-rtt-subintervals": [
    "json",
    "subinterval_list",
    "ms",
    "generic",
  ],
  "streams-tcp-windowsize": ["json", "number_list", "bytes", "generic"],
  "streams-tcp-windowsize-subintervals": [
    "json",
    "subinterval_list",
    "bytes",
    "generic",
  ],
  "streams-tcpinfo": ["json", "json", "", "generic"],
  "tcp-windowsize": ["integer", "numeric", "bytes", "generic"],
  "tcp-windowsize-subintervals": [
    "subinterval",
    "subintervals",
    "bytes",
    "generic",
  ],
  "tcpinfo": ["json", "json", "", "generic"],
} as const satisfies Record<string, Entry>;

/**
 * The name of an event type of the catalogue. Wherever one is expected, any
 * other name is taken as well: archives may keep event types of their own.
 *
 * @example Usage
 * ```ts
 * import type { EventTypeName } from "@esmond/client";
 *
 * const wanted: EventTypeName[] = ["throughput", "packet-loss-rate"];
 * console.log(wanted.join(", "));
 * ```
 */
export type EventTypeName = keyof typeof EVENT_TYPE_CATALOGUE;

/**
 * The type of an event type's values: a number for `throughput` and for loss
 * rates (a fraction from 0 to 1), counts by bucket for histograms, and so on as
 * in `ValueShapes`; any JSON for a name that is not in the catalogue.
 *
 * @example Usage
 * ```ts
 * import type { EventTypeValue } from "@esmond/client";
 *
 * const rate: EventTypeValue<"throughput"> = 7016320000;
 * const delays: EventTypeValue<"histogram-owdelay"> = { "24.6": 598, "24.7": 2 };
 * const own: EventTypeValue<"of-our-own"> = { any: ["JSON"] };
 * console.log(rate / 1e9, delays["24.6"], own);
 * ```
 */
export type EventTypeValue<Name extends string> = Name extends EventTypeName
  ? ValueShapes[(typeof EVENT_TYPE_CATALOGUE)[Name][1]]
  : JsonValue;

/**
 * The type of a roll-up's values: `Statistics`, or that of its event type, for
 * sums and means; any JSON for a kind of roll-up that is not known.
 *
 * @example Usage
 * ```ts
 * import type { SummaryValue } from "@esmond/client";
 *
 * const mean: SummaryValue<number, "average"> = 7016320000;
 * const delay: SummaryValue<Record<string, number>, "statistics"> = { median: 24.7 };
 * console.log(mean, delay.median);
 * ```
 */
export type SummaryValue<V, Type extends string> = Type extends "statistics"
  ? Statistics
  : Type extends "aggregation" | "average" ? V
  : JsonValue;

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
export const EVENT_TYPES: readonly EventTypeInfo[] = Object
  .entries<Entry>(EVENT_TYPE_CATALOGUE)
  .map(([name, [valueClass, shape, unit, ...more]]) => {
    const marks: readonly (string | number)[] = more;
    const place = marks.find((mark) => typeof mark === "number");
    return {
      name: name as EventTypeName,
      valueClass,
      shape,
      formatClass: marks[0] === "generic" ? "generic" : shape as FormatClass,
      unit,
      summaries: SUMMARIES[valueClass],
      needsDestination: !marks.includes("alone"),
      ...place !== undefined && { place },
    };
  });

const BY_NAME = new Map<string, EventTypeInfo>(
  EVENT_TYPES.map((info) => [info.name, info]),
);

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

/** What people say, and the event types that they mean. */
const MEANT: Readonly<Record<string, string>> = {
  "bandwidth": "throughput",
  "bw": "throughput",
  "iperf": "throughput",
  "iperf3": "throughput",
  "speed": "throughput",
  "loss": "packet-loss-rate",
  "packet-loss": "packet-loss-rate",
  "loss-rate": "packet-loss-rate",
  "packets-sent": "packet-count-sent",
  "packets-lost": "packet-count-lost",
  "delay": "histogram-owdelay or histogram-rtt",
  "latency": "histogram-owdelay or histogram-rtt",
  "owd": "histogram-owdelay",
  "owdelay": "histogram-owdelay",
  "one-way-delay": "histogram-owdelay",
  "owamp": "histogram-owdelay",
  "ping": "histogram-rtt",
  "rtt": "histogram-rtt",
  "round-trip": "histogram-rtt",
  "hops": "packet-trace",
  "path": "packet-trace",
  "route": "packet-trace",
  "trace": "packet-trace",
  "tracepath": "packet-trace",
  "traceroute": "packet-trace",
  "mtu": "path-mtu",
  "retransmits": "packet-retransmits",
  "duplicates": "packet-duplicates",
};

/**
 * ` (did you mean NAME?)` for the event type that people call so, or that is
 * spelt most alike; empty if there is none.
 */
export function nearestEventType(name: unknown): string {
  const word = String(name).toLowerCase().replaceAll("_", "-");
  return Object.hasOwn(MEANT, word)
    ? ` (did you mean ${MEANT[word]}?)`
    : suggestion(String(name), BY_NAME.keys());
}
