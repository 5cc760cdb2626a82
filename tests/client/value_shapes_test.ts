import { assert, assertEquals } from "@std/assert";
import { expectedOf } from "../../client/value_shapes.ts";
import {
  ApiConnect,
  ApiFilters,
  type DataPayload,
  DataPoint,
  type EventType,
  eventTypeInfo,
  type EventTypeName,
  type EventTypeValue,
  type JsonValue,
  type Metadata,
  type Statistics,
  type Subinterval,
  type Summary,
  type TraceHop,
} from "../../mod.ts";
import { casesOf, COLLECTIONS } from "../helpers/recordings.ts";
import { textOf } from "../servers/replay.ts";
import { json, withServer } from "../servers/serve.ts";
import { esmondTest, first, LIST } from "./many_series.ts";

// ---- What the compiler says. Each @ts-expect-error fails the type check if its
// ---- line compiles.

/** Never called: only its types matter. */
async function _types(md: Metadata, name: string): Promise<void> {
  for (const dp of (await md.getEventType("throughput")!.getData()).data) {
    const rate: number = dp.val;
    // @ts-expect-error a number
    const text: string = dp.val;
    console.log(rate / 1e9, text);
  }
  for await (
    const { val } of md.getEventType("packet-loss-rate")!.streamData()
  ) {
    const loss: number = val;
    console.log(loss);
  }
  for await (const [dp] of md.getEventType("histogram-rtt")!.streamPages()) {
    const counts: Record<string, number> = dp!.val;
    // @ts-expect-error an object
    const count: number = dp!.val;
    console.log(counts, count);
  }
  const traces: DataPayload<TraceHop[] | null> = await md
    .getEventType("packet-trace")!.getData();
  // @ts-expect-error a trace can be null
  console.log(traces.data[0]!.val.length);
  console.log(traces.data[0]!.val?.map(({ ip, rtt }) => [ip, Number(rtt)]));
  // @ts-expect-error not a field of a hop
  console.log(traces.data[0]!.val?.[0]?.adress);
  const several = await md.getEventType("packet-trace-multi")!.getData();
  const hops: TraceHop[][] | null = several.data[0]!.val;
  const failures = await md.getEventType("failures")!.getData();
  const failure: { error?: JsonValue } | string | null = failures.data[0]!.val;
  const parts = await md.getEventType("throughput-subintervals")!.getData();
  const part: Subinterval[] = parts.data[0]!.val;
  const streams = await md.getEventType("streams-throughput-subintervals")!
    .getData();
  const intervals: Subinterval[][] | null = streams.data[0]!.val;
  console.log(hops, failure, part, intervals);

  // Any other name: any JSON.
  const own = await md.getEventType("of-our-own")!.getData();
  const any: JsonValue = own.data[0]!.val;
  // @ts-expect-error misspelt, so it may be anything
  const wrong: number = (await md.getEventType("througput")!.getData()).data[0]!
    .val;
  const given = await md.getEventType(name)!.getData();
  const unknown: JsonValue = given.data[0]!.val;
  console.log(any, wrong, unknown);

  // Roll-ups.
  const rate = md.getEventType("throughput")!.getSummary("average", 3600)!;
  const mean: number = (await rate.getData()).data[0]!.val;
  const window: number = rate.summaryWindow;
  const delay = md.getEventType("histogram-owdelay")!;
  const statistics: Summary<Statistics> | undefined = delay
    .getSummary("statistics", 0);
  const merged: Summary<Record<string, number>> | undefined = delay
    .getSummary("aggregation", "3600");
  // @ts-expect-error misspelt
  const rest: Summary<Statistics> | undefined = delay.getSummary(
    "statistic",
    0,
  );
  console.log(mean, window, statistics, merged, rest);

  // What is known of one is an event type all the same.
  const all: EventType[] = [...md.getAllEventTypes(), delay];
  const series: (EventType | Summary)[] = [...all, rate, statistics!];
  const points: DataPoint[] = [...own.data, ...traces.data, ...failures.data];
  console.log(series, points);
}

Deno.test("a misspelt name is not an EventTypeName, and a value of another type none of it", () => {
  const name: EventTypeName = "throughput";
  // @ts-expect-error misspelt
  const wrong: EventTypeName = "througput";
  const rate: EventTypeValue<"throughput"> = 5;
  // @ts-expect-error a number
  const text: EventTypeValue<"throughput"> = "5";
  // @ts-expect-error counts are numbers
  const counts: EventTypeValue<"histogram-ttl"> = { "28": "33" };
  const any: EventTypeValue<"of-our-own"> = { any: ["JSON"] };
  assert([name, wrong, rate, text, counts, any].length === 6);
  // @ts-expect-error not a property
  assert(new ApiFilters({ eventType: "throughput" }).evenType === undefined);
});

// ---- What is checked

/** Values that fit and values that do not, by event type or roll-up. */
const VALUES: [name: string, fits: JsonValue[], others: JsonValue[]][] = [
  ["throughput", [0, 7016320000, -1.5], [null, "5", true, [], {}, [5]]],
  ["packet-loss-rate", [0.005, 1], [null, { numerator: 1, denominator: 2 }]],
  [
    "histogram-owdelay",
    [{}, { "24.6": 598, over: 2 }],
    [null, [], "", 5, { "1": "2" }, { "1": null }],
  ],
  [
    "throughput-subintervals",
    [
      [],
      [{ start: 0, duration: 1, val: 5, omitted: false }],
      [{ start: "0", duration: "1.5", val: null }],
    ],
    [null, {}, [null], [{ start: 0, duration: 1 }], [{
      start: 0,
      duration: true,
      val: 5,
    }]],
  ],
  [
    "failures",
    [null, "", "text", {}, { error: null }, { error: ["a", 1], other: 1 }],
    [5, true, ["text"]],
  ],
  [
    "packet-trace",
    [
      null,
      [],
      [{}],
      [{ ttl: 1, query: 1, success: 1, ip: "192.0.2.1", rtt: 0.2, mtu: 9000 }],
      [{ ttl: "2", success: "1", rtt: "5.5", ip: null, more: [{}] }],
      [{ success: true, "error-message": "no reply", error_message: null }],
      [{ hostname: "gw.example", as: { number: 64500, owner: "EX" } }],
    ],
    [5, {}, [5], [null], [[{}]], [{ ip: 5 }], [{ as: [] }], [{ rtt: {} }]],
  ],
  ["packet-trace-multi", [null, [], [[], [{ ttl: 1 }]]], [[{ ttl: 1 }], "x"]],
  ["streams-throughput", [null, [], [1, null, "x", [2], {}]], [5, {}, "x"]],
  [
    "streams-throughput-subintervals",
    [null, [], [[], [{ start: 0, duration: 1, val: 5 }]]],
    [[{ start: 0, duration: 1, val: 5 }], 5],
  ],
  ["mpstat", [null, 5, "x", [], {}], []],
  ["of-our-own", [null, 5, "x", [], {}], []],
  [
    "histogram-owdelay statistics",
    [{}, { median: 24.7, mode: [24.7], more: "x" }, {
      mean: null,
      mode: [null],
    }],
    [null, 5, [], { median: "24.7" }, { mode: 24.7 }],
  ],
  ["histogram-owdelay aggregation", [{ "24.6": 598 }], [{ mode: [24.7] }]],
];

function expectedFrom(eventType: string, summaryType?: string) {
  return expectedOf(
    summaryType === "statistics"
      ? summaryType
      : eventTypeInfo(eventType)?.shape,
  );
}

for (const [name, fits, others] of VALUES) {
  Deno.test(`values of ${name} are told from others`, () => {
    const [eventType, summaryType] = name.split(" ");
    const expected = expectedFrom(eventType!, summaryType);
    const admitted = (value: JsonValue) => expected?.fits(value) ?? true;
    assertEquals(fits.filter((value) => !admitted(value)), []);
    assertEquals(others.filter(admitted), []);
  });
}

Deno.test("every value of the recordings is what its event type says", () => {
  const own = COLLECTIONS[0]!;
  const cases = [...casesOf(own, "cli"), ...casesOf(own, "lib")];
  const others: string[] = [];
  let count = 0;
  for (const { exchanges = [], extra_exchanges = [] } of cases) {
    for (const { request, response } of [...exchanges, ...extra_exchanges]) {
      const path = /\/archive\/[^/]+\/([^/]+)\/(\w+)/.exec(request.path);
      if (path === null || response.status !== 200) continue;
      const [, eventType, summaryType] = path;
      const expected = expectedFrom(eventType!, summaryType);
      if (expected === undefined) continue;
      const body = textOf(response.body, own.directory);
      for (const { val } of JSON.parse(body) as { val: JsonValue }[]) {
        count++;
        if (!expected.fits(val)) {
          others.push(`${eventType}: ${JSON.stringify(val)}`);
        }
      }
    }
  }
  assertEquals(others, []);
  assert(count > 5000);
});

Deno.test("a value of another type is in raw and text, val is undefined, and warn tells once a series", async () => {
  const warned: string[] = [];
  await withServer((_, url) =>
    json(
      url.pathname === LIST
        ? [esmondTest("a")]
        : '[{"ts":1,"val":5.0},{"ts":2,"val":"fast"},{"ts":3,"val":null},{"ts":4}]',
    ), async (origin) => {
    const conn = new ApiConnect(origin, undefined, {
      warn: (line) => warned.push(line),
    });
    const et = (await first(conn)).getEventType("throughput")!;
    const { data } = await et.getData();
    assertEquals(data.map(({ text }) => text), [
      "5.0",
      '"fast"',
      "null",
      "null",
    ]);
    assertEquals(data.map(({ raw }) => raw), [5, "fast", null, null]);
    assertEquals(JSON.stringify(data[1]), '{"ts":2,"val":"fast"}');
    assertEquals(warned, []);
    for (const _ of [1, 2]) { // a value is checked once
      assertEquals(
        data.map(({ val }): unknown => val),
        [5, undefined, undefined, undefined],
      );
    }
    assertEquals(warned, [
      `the archive sends values of throughput that are not a number: ${et.baseUri}`,
    ]);
  });
});

Deno.test("points of roll-ups and of event types that nobody knows are told in the same way", async () => {
  const warned: string[] = [];
  const eventTypes = [
    {
      "event-type": "histogram-owdelay",
      summaries: [{
        "summary-type": "statistics",
        "summary-window": "0",
        uri: `${LIST}a/histogram-owdelay/statistics/0`,
      }],
    },
    { "event-type": "of-our-own", "base-uri": `${LIST}a/of-our-own/base` },
  ];
  await withServer((_, url) =>
    json(
      url.pathname === LIST
        ? [esmondTest("a", { "event-types": eventTypes })]
        : [{ ts: 1, val: 5 }, { ts: 2, val: { median: 7 } }],
    ), async (origin) => {
    const conn = new ApiConnect(origin, undefined, {
      warn: (line) => warned.push(line),
    });
    const md = await first(conn);
    const own = await md.getEventType("of-our-own")!.getData();
    assertEquals(own.data.map(({ val }) => val), [5, { median: 7 }]);
    assertEquals(warned, []);
    const summary = md.getEventType("histogram-owdelay")!
      .getSummary("statistics", 0)!;
    const { data } = await summary.getData();
    assertEquals(
      data.map(({ val }) => (val as Statistics | undefined)?.median),
      [undefined, 7],
    );
    assertEquals(warned.length, 1);
    assert(warned[0]!.includes("statistics of histogram-owdelay"));
  });
});

Deno.test("a point that was made by hand has the value that it was given", () => {
  assertEquals(new DataPoint({ ts: 1, val: "fast" }).val, "fast");
});
