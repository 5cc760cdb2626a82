import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  EVENT_TYPES,
  eventTypeInfo,
  nearestEventType,
  SUMMARY_TYPES,
} from "../../client/event_types.ts";

/** What the original client prints for `--list-events`. */
const ORIGINAL = [
  "failures",
  "histogram-owdelay",
  "histogram-rtt",
  "histogram-ttl",
  "histogram-ttl-reverse",
  "ntp-delay",
  "ntp-dispersion",
  "ntp-jitter",
  "ntp-offset",
  "ntp-polling-interval",
  "ntp-reach",
  "ntp-stratum",
  "ntp-wander",
  "packet-duplicates",
  "packet-duplicates-bidir",
  "packet-loss-rate",
  "packet-loss-rate-bidir",
  "packet-trace",
  "packet-count-lost",
  "packet-count-lost-bidir",
  "packet-count-sent",
  "packet-reorders",
  "packet-reorders-bidir",
  "packet-retransmits",
  "packet-retransmits-subintervals",
  "path-mtu",
  "streams-packet-retransmits",
  "streams-packet-retransmits-subintervals",
  "streams-throughput",
  "streams-throughput-subintervals",
  "throughput",
  "throughput-subintervals",
  "time-error-estimates",
];

/** What else the archives keep. */
const OTHERS = [
  "iostat",
  "mpstat",
  "packet-rtt",
  "packet-rtt-subintervals",
  "packet-trace-multi",
  "pscheduler-raw",
  "pscheduler-run-href",
  "rusage",
  "streams-packet-rtt",
  "streams-packet-rtt-subintervals",
  "streams-tcp-windowsize",
  "streams-tcp-windowsize-subintervals",
  "streams-tcpinfo",
  "tcp-windowsize",
  "tcp-windowsize-subintervals",
  "tcpinfo",
];

Deno.test("the catalogue begins with the original's 33 in its order, then come the others by name", () => {
  assertEquals(EVENT_TYPES.map((info) => info.name), [...ORIGINAL, ...OTHERS]);
  assertEquals([...OTHERS].sort(), OTHERS);
});

Deno.test("no event type is there twice", () => {
  const names = EVENT_TYPES.map((info) => info.name);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("eventTypeInfo() finds every event type of the catalogue", () => {
  for (const info of EVENT_TYPES) {
    assertStrictEquals(eventTypeInfo(info.name), info);
  }
});

Deno.test("eventTypeInfo() knows nothing of other names, not even of those of Object", () => {
  for (
    const name of [
      "",
      "Throughput",
      "throughput ",
      "constructor",
      "__proto__",
      "toString",
    ]
  ) {
    assertEquals(eventTypeInfo(name), undefined, name);
  }
});

Deno.test("each class of value allows the roll-ups that an archive takes", () => {
  const allowed = Object.fromEntries(
    EVENT_TYPES.map((info) => [info.valueClass, info.summaries]),
  );
  assertEquals(allowed, {
    integer: ["aggregation", "average"],
    float: ["aggregation", "average"],
    percentage: ["aggregation"],
    histogram: ["aggregation", "statistics"],
    subinterval: [],
    json: [],
  });
  for (const info of EVENT_TYPES) {
    assertEquals(info.summaries, allowed[info.valueClass], info.name);
    for (const type of info.summaries) assert(SUMMARY_TYPES.includes(type));
  }
});

Deno.test("histograms are histograms and nothing else is", () => {
  for (const { name, valueClass, formatClass } of EVENT_TYPES) {
    const isHistogram = name.startsWith("histogram-");
    assertEquals(valueClass === "histogram", isHistogram, name);
    assertEquals(formatClass === "histogram", isHistogram, name);
  }
});

Deno.test("only the original's event types have a layout of their own", () => {
  for (const { name, formatClass } of EVENT_TYPES) {
    assertEquals(formatClass === "generic", OTHERS.includes(name), name);
  }
});

Deno.test("the layouts are those of the archives' documentation", () => {
  const laidOut = (layout: string) =>
    EVENT_TYPES.filter((info) => info.formatClass === layout)
      .map((info) => info.name);
  assertEquals(laidOut("failures"), ["failures"]);
  assertEquals(laidOut("packet_trace"), ["packet-trace"]);
  assertEquals(laidOut("subintervals"), [
    "packet-retransmits-subintervals",
    "throughput-subintervals",
  ]);
  assertEquals(laidOut("number_list"), [
    "streams-packet-retransmits",
    "streams-throughput",
  ]);
  assertEquals(laidOut("subinterval_list"), [
    "streams-packet-retransmits-subintervals",
    "streams-throughput-subintervals",
  ]);
});

Deno.test("streams are JSON, subintervals are not numbers, loss rates are percentages", () => {
  for (const { name, valueClass } of EVENT_TYPES) {
    if (name.startsWith("streams-")) assertEquals(valueClass, "json", name);
    else if (name.endsWith("-subintervals")) {
      assertEquals(valueClass, "subinterval", name);
    }
    assertEquals(valueClass === "percentage", /loss-rate/.test(name), name);
  }
});

Deno.test("every number has a unit", () => {
  for (const { name, formatClass, unit } of EVENT_TYPES) {
    if (formatClass === "numeric") assert(unit !== "", name);
  }
});

Deno.test("event types that a host alone can have need no destination", () => {
  const alone = EVENT_TYPES.filter((info) => !info.needsDestination)
    .map(({ name }) => name);
  assertEquals(
    alone.filter((name) => !name.startsWith("ntp-")),
    [
      "failures",
      "iostat",
      "mpstat",
      "pscheduler-raw",
      "pscheduler-run-href",
      "rusage",
    ],
  );
  const ntp = EVENT_TYPES.filter(({ name }) => name.startsWith("ntp-"));
  assert(ntp.length === 8 && ntp.every((info) => !info.needsDestination));
});

Deno.test("nearestEventType() knows what people say, and means event types that exist", () => {
  const table: [said: string, meant: string[]][] = [
    ["packet-loss", ["packet-loss-rate"]],
    ["loss", ["packet-loss-rate"]],
    ["Packet_Loss", ["packet-loss-rate"]],
    ["rtt", ["histogram-rtt"]],
    ["owdelay", ["histogram-owdelay"]],
    ["latency", ["histogram-owdelay", "histogram-rtt"]],
    ["traceroute", ["packet-trace"]],
    ["bandwidth", ["throughput"]],
    ["mtu", ["path-mtu"]],
    ["retransmits", ["packet-retransmits"]],
    ["duplicates", ["packet-duplicates"]],
    ["througput", ["throughput"]],
  ];
  for (const [said, meant] of table) {
    const names = meant.join(" or ");
    assertEquals(nearestEventType(said), ` (did you mean ${names}?)`);
    for (const name of meant) assert(eventTypeInfo(name), name);
  }
  for (const said of ["frobnicate", "constructor", "__proto__"]) {
    assertEquals(nearestEventType(said), "");
  }
});
