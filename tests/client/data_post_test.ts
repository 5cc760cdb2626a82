import "../helpers/impatient.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  EventTypeBulkPost,
  EventTypePost,
  FilterError,
  JsonText,
  PostError,
  type PostValue,
} from "../../mod.ts";
import { KEY, type Trouble, withLedger } from "./ledger.ts";

const NOWHERE = "http://127.0.0.1";

Deno.test("posting needs a key and an event type", () => {
  for (
    const [options, argument] of [
      [{ metadataKey: "", eventType: "throughput" }, "metadataKey"],
      [{ metadataKey: KEY, eventType: "" }, "eventType"],
      [{ metadataKey: KEY, eventType: "nonsense" }, "eventType"],
    ] as const
  ) {
    const error = assertThrows(
      () => new EventTypePost(NOWHERE, options),
      PostError,
    );
    assertEquals(error.argument, argument);
  }
  assertThrows(
    () => new EventTypeBulkPost("ma.example.net", { metadataKey: KEY }),
    FilterError,
  );
});

Deno.test("addDataPoint() takes whole seconds, and says so of everything else", () => {
  const post = new EventTypePost(NOWHERE, {
    metadataKey: KEY,
    eventType: "throughput",
  });
  for (
    const [ts, part] of [
      [1397075053.5, "whole seconds"],
      [NaN, "integer"],
      ["1397075053", "integer"],
      [true, "integer"],
      [null, "integer"],
      [1397075053123, "as milliseconds it is 1397075053"],
      [1397075053123456, "as microseconds it is 1397075053"],
      [1397075053123456789n, "integer"],
      [1397075053123456800, "as nanoseconds it is 1397075053"],
      [1e300, "seconds since 1970 UTC"],
    ] as const
  ) {
    const error = assertThrows(
      () => post.addDataPoint(ts as unknown as number, 1),
      PostError,
      part,
    );
    assertEquals(error.argument, "ts");
  }
  assertEquals(post.jsonPayload(), "[]");
});

Deno.test("a second point of one event type and second is refused before it is sent", () => {
  const post = new EventTypeBulkPost(NOWHERE, { metadataKey: KEY });
  post.addDataPoint("throughput", 100, 1);
  post.addDataPoint("path-mtu", 100, 1500);
  assertThrows(
    () => post.addDataPoint("throughput", 100, 2),
    PostError,
    "one a second",
  );
  assertEquals(
    post.jsonPayload(),
    '{"data": [{"ts": 100, "val": [{"event-type": "throughput", "val": 1}, ' +
      '{"event-type": "path-mtu", "val": 1500}]}]}',
  );
});

Deno.test("jsonPayload(true) is indented by four", () => {
  const post = new EventTypePost(NOWHERE, {
    metadataKey: KEY,
    eventType: "failures",
  });
  post.addDataPoint(1, { error: [], 'a "b"': 1e21 } as PostValue);
  assertEquals(
    post.jsonPayload(true),
    `[
    {
        "ts": 1,
        "val": {
            "error": [],
            "a \\"b\\"": 1e+21
        }
    }
]`,
  );
});

Deno.test("large posts are cut into requests of a bounded size", async () => {
  const sizes: number[] = [];
  const count: Trouble = (_, request) => {
    sizes.push(Number(request.headers.get("content-length")));
    return undefined;
  };
  await withLedger(async (origin, ledger) => {
    const post = new EventTypeBulkPost(origin, {
      metadataKey: KEY,
      apiKey: "k",
    });
    for (let ts = 0; ts < 2500; ts++) post.addDataPoint("throughput", ts, ts);
    await post.postData();
    assertEquals(ledger.stored.size, 2500);
    assertEquals(ledger.writes, 3);
    assert(sizes.every((size) => size < 1 << 20));
  }, count);
});

Deno.test("large values are cut into requests of a bounded size, however few they are", async () => {
  const sizes: number[] = [];
  const count: Trouble = (_, request) => {
    sizes.push(Number(request.headers.get("content-length")));
    return undefined;
  };
  const hops = { error: "x".repeat(10_000) };
  await withLedger(async (origin, ledger) => {
    const post = new EventTypeBulkPost(origin, {
      metadataKey: KEY,
      apiKey: "k",
    });
    for (let ts = 0; ts < 1000; ts++) post.addDataPoint("failures", ts, hops);
    await post.postData();
    assertEquals(ledger.stored.size, 1000);
    // One value more than fits is in none of them.
    assert(sizes.every((size) => size < (1 << 20) + 10_500), `${sizes}`);
    assertEquals(ledger.writes, 10);
  }, count);
});

// Of the other types an archive makes right roll-ups of many points at once.
const ALONE: [eventType: string, value: PostValue, isAlone: boolean][] = [
  ["histogram-ttl", { "250": 1 }, true],
  ["ntp-offset", 0.5, true],
  ["throughput", 5, false],
  ["packet-loss-rate", { numerator: 1, denominator: 2 }, false],
  ["failures", { error: "x" }, false],
];

for (const [eventType, value, isAlone] of ALONE) {
  Deno.test(
    `points of ${eventType} in one window of a roll-up go in ${
      isAlone ? "requests of their own" : "one request"
    }`,
    async () => {
      await withLedger(async (origin, ledger) => {
        const post = new EventTypeBulkPost(origin, {
          metadataKey: KEY,
          apiKey: "k",
        });
        for (const ts of [0, 30, 60, 90]) {
          post.addDataPoint(eventType, ts, value);
        }
        await post.postData();
        assertEquals(ledger.stored.size, 4);
        assertEquals(ledger.writes, isAlone ? 2 : 1); // 0 and 60, then 30 and 90
      });
    },
  );
}

// Each @ts-expect-error fails the type check if its line compiles.

Deno.test("what cannot be a value of an event type does not compile", () => {
  const bulk = new EventTypeBulkPost(NOWHERE, { metadataKey: KEY });
  bulk.addDataPoint("throughput", 1, 7e9);
  bulk.addDataPoint("throughput", 2, 2n ** 40n);
  bulk.addDataPoint("throughput", 3, new JsonText("7016320000"));
  bulk.addDataPoint("histogram-ttl", 1, { 28: 33 });
  bulk.addDataPoint("histogram-ttl", 2, new Map([[28, 33]]));
  bulk.addDataPoint("packet-loss-rate", 1, { numerator: 1, denominator: 2 });
  bulk.addDataPoint("packet-trace", 1, [{ ttl: 1, ip: null }]);
  bulk.addDataPoint("throughput-subintervals", 1, [
    { start: 0, duration: 1, val: 5 },
  ]);
  const refused = (work: () => void) => assertThrows(work, PostError);
  // @ts-expect-error text
  refused(() => bulk.addDataPoint("throughput", 9, "fast"));
  // @ts-expect-error a fraction is posted as its two numbers
  refused(() => bulk.addDataPoint("packet-loss-rate", 9, 0.005));
  // @ts-expect-error counts are numbers
  refused(() => bulk.addDataPoint("histogram-ttl", 9, { 28: "33" }));
  // @ts-expect-error not a list
  refused(() => bulk.addDataPoint("throughput-subintervals", 9, 5));
  // @ts-expect-error the time comes first
  refused(() => bulk.addDataPoint("throughput", "now", 5));

  const one = new EventTypePost(NOWHERE, {
    metadataKey: KEY,
    eventType: "histogram-ttl",
  });
  one.addDataPoint(1, { 28: 33 });
  // @ts-expect-error a histogram
  refused(() => one.addDataPoint(9, 5));
  // @ts-expect-error metadataKye
  refused(() => new EventTypeBulkPost(NOWHERE, { metadataKye: KEY }));
  const name: string = "throughput"; // what is not known is checked when it runs
  refused(() => bulk.addDataPoint(name, 9, "fast"));
  refused(() => bulk.addDataPoint("of-our-own", 9, "fast"));
});
