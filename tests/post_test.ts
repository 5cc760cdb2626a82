import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  ArchiveHttpError,
  ArchiveResponseError,
  EventTypeBulkPost,
  EventTypePost,
  FilterError,
  MetadataPost,
  type MetadataPostOptions,
  PostDataError,
  PostError,
  type PostValue,
} from "../mod.ts";
import { json, withServer } from "./servers/serve.ts";

const NOWHERE = "http://127.0.0.1";
const KEY = "0123456789abcdef0123456789abcdef";
const TEST: MetadataPostOptions = {
  apiKey: "k",
  subjectType: "point-to-point",
  source: "10.10.0.1",
  destination: "10.10.0.2",
  toolName: "bwctl/iperf3",
  measurementAgent: "10.10.0.2",
  inputSource: "host1",
  inputDestination: "host2",
};

// ---- MetadataPost

Deno.test("MetadataPost names the argument that is required and missing", () => {
  for (
    const argument of [
      "subjectType",
      "source",
      "destination",
      "toolName",
      "measurementAgent",
      "inputSource",
      "inputDestination",
    ] as const
  ) {
    const post = new MetadataPost(NOWHERE, { ...TEST, [argument]: "" });
    const error = assertThrows(() => post.jsonPayload(), PostError, argument);
    assertEquals(error.argument, argument);
  }
});

Deno.test("MetadataPost describes what it was given, whatever becomes of the object it was given in", () => {
  const given = { ...TEST };
  const post = new MetadataPost(NOWHERE, given);
  given.source = "203.0.113.9";
  given.toolName = "";
  assertEquals(
    post.jsonPayload(),
    new MetadataPost(NOWHERE, TEST).jsonPayload(),
  );
});

Deno.test("MetadataPost leaves out what is null, which only code without types can give", () => {
  const none = { timeDuration: null } as unknown as { timeDuration: number };
  const post = new MetadataPost(NOWHERE, { ...TEST, ...none });
  assert(!("time-duration" in JSON.parse(post.jsonPayload())));
});

Deno.test("D35: MetadataPost describes network elements, which have no destination", () => {
  const { destination: _, inputDestination: __, ...rest } = TEST;
  const element = { ...rest, subjectType: "network-element" };
  const payload = JSON.parse(new MetadataPost(NOWHERE, element).jsonPayload());
  assertEquals(payload["subject-type"], "network-element");
  assert(!("destination" in payload));
  assertThrows(
    () =>
      new MetadataPost(NOWHERE, { ...TEST, subjectType: "network-element" })
        .jsonPayload(),
    PostError,
    "destination",
  );
});

Deno.test("MetadataPost refuses subject types that there are not", () => {
  const post = new MetadataPost(NOWHERE, { ...TEST, subjectType: "nonsense" });
  assertThrows(() => post.jsonPayload(), PostError, "network-element");
});

Deno.test("D27: an event type that was added already is skipped, with a warning", () => {
  const log: string[] = [];
  const post = new MetadataPost(NOWHERE, {
    ...TEST,
    log: (line) => log.push(line),
  });
  post.addEventType("throughput");
  post.addEventType("throughput");
  assertEquals(log, ["Event type throughput already exists - skipping"]);
  assertEquals(JSON.parse(post.jsonPayload())["event-types"], [
    { "event-type": "throughput", summaries: [] },
  ]);
});

Deno.test("addSummaryType() replaces windows of the same kind and adds the event type", () => {
  const post = new MetadataPost(NOWHERE, TEST);
  post.addSummaryType("throughput", "average", [1, 3600]);
  post.addSummaryType("throughput", "average", ["86400"]);
  post.addSummaryType("throughput", "aggregation", [300, "600"]);
  assertEquals(JSON.parse(post.jsonPayload())["event-types"], [{
    "event-type": "throughput",
    summaries: [
      { "summary-type": "aggregation", "summary-window": 300 },
      // never text and numbers mixed
      { "summary-type": "aggregation", "summary-window": 600 },
      { "summary-type": "average", "summary-window": "86400" },
    ],
  }]);
});

Deno.test("addEventType() and addSummaryType() refuse what archives do not know", () => {
  const post = new MetadataPost(NOWHERE, TEST);
  for (
    const [make, argument, part] of [
      [() => post.addEventType("no-such-type"), "eventType", "no-such-type"],
      [
        () => post.addSummaryType("throughput", "median", [300]),
        "summaryType",
        "median",
      ],
      [
        () => post.addSummaryType("failures", "aggregation", [300]),
        "summaryType",
        "failures",
      ],
      [
        () => post.addSummaryType("throughput", "average", ["abc"]),
        "windows",
        "Invalid summary window int: abc",
      ],
      [
        () => post.addSummaryType("throughput", "average", [1.5]),
        "windows",
        "1.5",
      ],
      [
        () => post.addSummaryType("throughput", "average", [-300]),
        "windows",
        "-300",
      ],
    ] as const
  ) {
    const error = assertThrows(make, PostError, part);
    assertEquals(error.argument, argument);
  }
});

Deno.test("D29: parameters with a false value are there, and are not overwritten", () => {
  const log: string[] = [];
  const post = new MetadataPost(NOWHERE, {
    ...TEST,
    timeDuration: 0,
    log: (line) => log.push(line),
  });
  post.addFreeformKeyValue("bw-parallel-streams", 0);
  post.addFreeformKeyValue("bw_parallel_streams", 4);
  post.addFreeformKeyValue("note", "");
  post.addFreeformKeyValue("note", "again");
  post.addFreeformKeyValue("time-duration", 30);
  post.addFreeformKeyValue("source", "elsewhere");
  const payload = JSON.parse(post.jsonPayload());
  assertEquals(payload["bw-parallel-streams"], 0);
  assertEquals(payload["note"], "");
  assertEquals(payload["time-duration"], 0);
  assertEquals(payload["source"], "10.10.0.1");
  assertEquals(log.length, 4);
});

Deno.test("addFreeformKeyValue() refuses what an archive would fail on", () => {
  const post = new MetadataPost(NOWHERE, TEST);
  assertThrows(
    () => post.addFreeformKeyValue("x", null),
    PostError,
    "no value",
  );
  assertThrows(
    () => post.addFreeformKeyValue("metadata-key", "x"),
    PostError,
    "metadata-key",
  );
  assertThrows(() => post.addFreeformKeyValue("x", NaN), PostError, "JSON");
});

Deno.test("D37: the test that postMetadata() returns keeps how the archive is spoken to", async () => {
  let asked = 0;
  await withServer(async (request, url) => {
    assertEquals(request.headers.get("authorization"), "Token k");
    if (request.method === "POST") {
      return json({
        ...await request.json(),
        "metadata-key": KEY,
        "event-types": [{
          "event-type": "throughput",
          "base-uri": `${url.pathname}${KEY}/throughput/base`,
          summaries: [],
        }],
      }, { status: 201 });
    }
    asked++;
    return json({}, { status: 503 });
  }, async (origin) => {
    const post = new MetadataPost(origin, { ...TEST, retries: 0, timeout: 7 });
    const metadata = await post.postMetadata();
    assertEquals(metadata.metadataKey, KEY);
    await assertRejects(
      () => metadata.getEventType("throughput")!.getData(),
      ArchiveHttpError,
    );
    assertEquals(asked, 1);
  });
});

Deno.test("postMetadata() is not repeated after a 500, which may have left a fragment", async () => {
  let requests = 0;
  await withServer(() => {
    requests++;
    return new Response("", { status: 500 });
  }, async (origin) => {
    const post = new MetadataPost(origin, TEST);
    await assertRejects(() => post.postMetadata(), ArchiveHttpError, "500");
    assertEquals(requests, 1);
  });
});

// ---- EventTypePost, EventTypeBulkPost: what is refused before it is sent

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

// ---- What becomes of the points. The server keeps them, and misbehaves as it
// is told.

interface Ledger {
  stored: Map<string, unknown>;
  writes: number;
}

type Trouble = (
  write: number,
  request: Request,
) => Response | undefined | Promise<undefined>;

/**
 * A server with one test that has `throughput`, `path-mtu` and a histogram;
 * `trouble` may answer in its place.
 */
async function withLedger(
  use: (origin: string, ledger: Ledger) => Promise<void>,
  before: Trouble = () => undefined,
  after: Trouble = () => undefined,
): Promise<void> {
  const ledger: Ledger = { stored: new Map(), writes: 0 };
  const keep = (type: string, ts: number, val: unknown) => {
    const id = `${type} ${ts}`;
    if (typeof val === "number" && ledger.stored.has(id)) return false;
    ledger.stored.set(id, val);
    return true;
  };
  await withServer(async (request, url) => {
    const parts = url.pathname.split("/").filter(Boolean).slice(4);
    if (request.method === "GET" && parts.length === 0) {
      return json({
        "event-types": ["throughput", "path-mtu", "histogram-ttl"].map((
          name,
        ) => ({
          "event-type": name,
          summaries: name === "histogram-ttl"
            ? [{ "summary-type": "aggregation", "summary-window": "60" }]
            : [],
        })),
      });
    }
    if (request.method === "GET") {
      const [start, end] = ["time-start", "time-end"]
        .map((name) => Number(url.searchParams.get(name)));
      return json(
        [...ledger.stored].map(([id, val]) => [...id.split(" "), val] as const)
          .filter(([type, ts]) =>
            type === parts[0] && Number(ts) >= start! && Number(ts) <= end!
          )
          .map(([, ts, val]) => ({ ts: Number(ts), val })),
      );
    }
    const body = await request.json();
    const write = ++ledger.writes;
    const early = await before(write, request);
    if (early) return early;
    const conflicts = request.method === "POST"
      ? [keep(parts[0]!, body.ts, body.val)]
      : body.data.flatMap((
        { ts, val }: { ts: number; val: Record<string, unknown>[] },
      ) =>
        val.map((each) => keep(String(each["event-type"]), ts, each["val"]))
      );
    const answer = conflicts.every(Boolean)
      ? json('""', { status: 201 })
      : json({ detail: "Time series value already exists" }, { status: 409 });
    return (await after(write, request)) ?? answer;
  }, (origin) => use(origin, ledger));
}

function bulkOf(origin: string, options = {}): EventTypeBulkPost {
  const post = new EventTypeBulkPost(origin, {
    apiKey: "k",
    metadataKey: KEY,
    retries: 0,
    ...options,
  });
  for (let ts = 1; ts <= 5; ts++) post.addDataPoint("throughput", ts, ts * 10);
  return post;
}

const gone = () => new Response("lost", { status: 502 });

Deno.test("postData() sends what is missing, and nothing when called again (D36)", async () => {
  await withLedger(async (origin, ledger) => {
    const post = bulkOf(origin);
    await post.postData();
    assertEquals([...ledger.stored.values()], [10, 20, 30, 40, 50]);
    await post.postData();
    assertEquals(ledger.writes, 1);
    post.addDataPoint("path-mtu", 1, 1500);
    await post.postData();
    assertEquals(ledger.writes, 2);
  });
});

Deno.test("postData() asks what became of points whose answer got lost, and finds them stored", async () => {
  await withLedger(
    async (origin, ledger) => {
      await bulkOf(origin).postData();
      assertEquals(ledger.writes, 1);
      assertEquals(ledger.stored.size, 5);
    },
    undefined,
    gone,
  );
});

Deno.test("postData() lists what is stored, missing and unknown, and goes on from there when called again", async () => {
  let isBroken = true;
  const trouble: Trouble = (write) =>
    isBroken && write === 2 ? gone() : undefined;
  await withLedger(async (origin, ledger) => {
    const post = new EventTypePost(origin, {
      metadataKey: KEY,
      eventType: "throughput",
      apiKey: "k",
      retries: 0,
    });
    for (const ts of [1, 2, 3]) post.addDataPoint(ts, ts);
    const error = await assertRejects(() => post.postData(), PostDataError);
    assertEquals(error.stored.map((point) => point.ts), [1]);
    assertEquals(error.missing.map((point) => point.ts), [2, 3]);
    assertEquals(error.unknown, []);
    assertStringIncludes(error.message, "1 points are stored, 2 are not");
    isBroken = false;
    await post.postData();
    assertEquals([...ledger.stored.keys()].length, 3);
    assertEquals(ledger.writes, 4);
  }, trouble);
});

Deno.test("postData() repeats a write only when the archive has not what it sent", async () => {
  const trouble: Trouble = (write) => write === 1 ? gone() : undefined;
  await withLedger(async (origin, ledger) => {
    await bulkOf(origin, { retries: 1 }).postData();
    assertEquals(ledger.writes, 2);
    assertEquals(ledger.stored.size, 5);
  }, trouble);
});

Deno.test("postData() takes a point that the archive has with the same value for stored", async () => {
  await withLedger(async (origin, ledger) => {
    await bulkOf(origin).postData();
    await bulkOf(origin).postData(); // another sender of the same
    assertEquals(ledger.writes, 1);
    const single = new EventTypePost(origin, {
      metadataKey: KEY,
      eventType: "throughput",
      apiKey: "k",
      verify: false,
    });
    single.addDataPoint(1, 10);
    await single.postData(); // 409, and the same value
    assertEquals(ledger.writes, 2);
  });
});

Deno.test("postData() calls points unknown that a slow archive may store yet, and finds them when called again", async () => {
  const finished = Promise.withResolvers<void>();
  await withLedger(
    async (origin, ledger) => {
      const post = bulkOf(origin, { timeout: 0.2 });
      const error = await assertRejects(() => post.postData(), PostDataError);
      assertEquals([error.missing.length, error.unknown.length], [0, 5]);
      finished.resolve();
      while (ledger.stored.size < 5) await new Promise((r) => setTimeout(r, 5));
      await post.postData();
      assertEquals(ledger.writes, 1);
    },
    async () => {
      await finished.promise;
      return undefined;
    },
  );
});

// esmond takes the points of a request one by one: after an error it holds back
// those before, until its next write.
Deno.test("postData() does not send again by itself what an archive may have held back", async () => {
  for (const status of [400, 409, 500]) {
    const trouble: Trouble = (write) =>
      write === 1 ? json({ detail: "broken" }, { status }) : undefined;
    await withLedger(async (origin, ledger) => {
      const post = bulkOf(origin, { retries: 3 });
      const error = await assertRejects(() => post.postData(), PostDataError);
      assertEquals([error.missing.length, error.unknown.length], [0, 5]);
      assertEquals(ledger.writes, 1);
      await post.postData(); // now that somebody wants it
      assertEquals([...ledger.stored.values()], [10, 20, 30, 40, 50]);
      assertEquals(ledger.writes, 2);
    }, trouble);
  }
});

Deno.test("postData() says so if what was sent again was added to what had been held back", async () => {
  let ledger: { stored: Map<string, unknown> };
  await withLedger(
    async (origin, theLedger) => {
      ledger = theLedger;
      const post = bulkOf(origin);
      await assertRejects(() => post.postData(), PostDataError);
      const error = await assertRejects(() => post.postData(), PostError);
      assertStringIncludes(
        error.message,
        "the archive has 20 for throughput at 1, and keeps it: 10",
      );
    },
    (write) => write === 1 ? json({}, { status: 500 }) : undefined,
    (write) => {
      if (write === 2) ledger.stored.set("throughput 1", 20);
      return undefined;
    },
  );
});

Deno.test("postData() says so if points that were sent again cannot be read back", async () => {
  let ledger: { stored: Map<string, unknown> };
  await withLedger(
    async (origin, theLedger) => {
      ledger = theLedger;
      const post = bulkOf(origin);
      await assertRejects(() => post.postData(), PostDataError);
      const error = await assertRejects(() => post.postData(), PostDataError);
      assertEquals(error.missing.map((point) => point.ts), [3]);
      assertEquals(error.stored.length, 4);
    },
    (write) => write === 1 ? json({}, { status: 500 }) : undefined,
    (write) => {
      if (write === 2) ledger.stored.delete("throughput 3");
      return undefined;
    },
  );
});

Deno.test("postData() names both values where the archive has another", async () => {
  await withLedger(async (origin, ledger) => {
    await bulkOf(origin).postData();
    const other = new EventTypeBulkPost(origin, {
      metadataKey: KEY,
      apiKey: "k",
    });
    other.addDataPoint("throughput", 3, 31);
    other.addDataPoint("throughput", 6, 60);
    const error = await assertRejects(() => other.postData(), PostError);
    assertStringIncludes(error.message, "30");
    assertStringIncludes(error.message, "31");
    assertEquals(ledger.writes, 1); // nothing of it was sent
  });
});

Deno.test("postData() makes sure of key and event type, once", async () => {
  const paths: string[] = [];
  await withServer((request, url) => {
    paths.push(`${request.method} ${url.pathname}`);
    return url.pathname.includes("nobody")
      ? json({ detail: "Not found." }, { status: 404 })
      : json({ "event-types": [{ "event-type": "path-mtu", summaries: [] }] });
  }, async (origin) => {
    for (
      const [metadataKey, part] of [
        ["nobody", "no test with the key nobody"],
        [KEY, "not created with the event type throughput"],
      ] as const
    ) {
      const post = new EventTypePost(origin, {
        metadataKey,
        eventType: "throughput",
        apiKey: "k",
      });
      post.addDataPoint(1, 1);
      await assertRejects(() => post.postData(), PostError, part);
    }
  });
  assert(paths.every((path) => path.startsWith("GET ")));
  // An address without its closing slash is asked too before a test is said not
  // to be there.
  assertEquals(paths.length, 3);
});

Deno.test("wrong credentials are said, with all points missing", async () => {
  await withLedger(async (origin) => {
    const error = await assertRejects(
      () => bulkOf(origin).postData(),
      PostDataError,
      "401",
    );
    assertEquals(error.missing.length, 5);
    assert(error.cause instanceof ArchiveHttpError);
  }, () => json({ detail: "Invalid token." }, { status: 401 }));
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

Deno.test("a signal ends writing with its reason", async () => {
  const stop = new AbortController();
  await withLedger(async (origin) => {
    const post = bulkOf(origin, { signal: stop.signal });
    await assertRejects(() => post.postData(), Error, "enough");
  }, () => {
    stop.abort(new Error("enough"));
    return undefined;
  });
});

Deno.test("postMetadata() takes no key that could act on a terminal, and nothing but a description for one", async () => {
  const answers = [
    ...["a\u001b[2J", "a\nb", "a\u202eb", "a b", "", 5, { toString: 1 }].map((
      key,
    ) => JSON.stringify({ "metadata-key": key })),
    ...["null", "[]", "7", '"x"', "", "[".repeat(1e6), '{"a":'.repeat(1e6)],
  ];
  for (const answer of answers) {
    await withServer(() => json(answer, { status: 201 }), async (origin) => {
      const post = new MetadataPost(origin, TEST);
      const error = await assertRejects(
        () => post.postMetadata(),
        ArchiveResponseError,
        "no description of the test",
      );
      assertEquals(error.problem, "no description of the test");
    });
  }
});

Deno.test("postData() takes nothing but a description for one of the test", async () => {
  for (const answer of ["null", "[1]", "7", "[".repeat(1e6), "{"]) {
    await withServer(() => json(answer), async (origin) => {
      const post = bulkOf(origin, { retries: 0 });
      post.addDataPoint("throughput", 1397075053, 23);
      await assertRejects(() => post.postData(), PostDataError, "no descr");
    });
  }
});
