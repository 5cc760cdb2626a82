import "../helpers/impatient.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  EventTypeBulkPost,
  EventTypePost,
  FilterError,
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
    ] as const
  ) {
    const error = assertThrows(
      () => post.addDataPoint(ts as number, 1),
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

Deno.test("histograms of one window of a roll-up go in requests of their own", async () => {
  await withLedger(async (origin, ledger) => {
    const post = new EventTypeBulkPost(origin, {
      metadataKey: KEY,
      apiKey: "k",
    });
    for (const ts of [0, 30, 60, 90]) {
      post.addDataPoint("histogram-ttl", ts, { "250": 1 });
    }
    await post.postData();
    assertEquals(ledger.stored.size, 4);
    assertEquals(ledger.writes, 2); // 0 and 60, then 30 and 90
  });
});
