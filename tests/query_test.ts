import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  ApiConnect,
  ApiFilters,
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveTimeoutError,
  DataHistogram,
  DataPayload,
  DataPoint,
  type EventType,
  FilterError,
  type Metadata,
  type WireMetadata,
} from "../mod.ts";
import { pause } from "./helpers/test_archive.ts";
import { json, withServer } from "./servers/serve.ts";

const LIST = "/esmond/perfsonar/archive/";

/** A test as esmond describes it. */
function esmondTest(key: string, extra: WireMetadata = {}): WireMetadata {
  return {
    "metadata-key": key,
    uri: `${LIST}${key}/`,
    source: "192.0.2.10",
    "event-types": [{
      "event-type": "throughput",
      "base-uri": `${LIST}${key}/throughput/base`,
      summaries: [{
        "summary-type": "average",
        "summary-window": "3600",
        uri: `${LIST}${key}/throughput/averages/3600`,
      }],
    }],
    ...extra,
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function first(connection: ApiConnect): Promise<Metadata> {
  const [md] = await all(connection.getMetadata());
  assert(md !== undefined);
  return md;
}

// ---- ApiFilters

Deno.test("ApiFilters takes every property and sends it by its wire name", () => {
  const filters = new ApiFilters({
    metadataKey: "k",
    destination: "d",
    inputDestination: "id",
    inputSource: "is",
    measurementAgent: "ma",
    source: "s",
    toolName: "t",
    eventType: "e",
    subjectType: "st",
    summaryType: "sut",
    summaryWindow: 300,
  });
  assertEquals(filters.metadataFilters, {
    "metadata-key": "k",
    destination: "d",
    "input-destination": "id",
    "input-source": "is",
    "measurement-agent": "ma",
    source: "s",
    "tool-name": "t",
    "event-type": "e",
    "subject-type": "st",
    "summary-type": "sut",
    "summary-window": 300,
  });
  assertStrictEquals(filters.summaryWindow, 300);
});

Deno.test("ApiFilters takes null, which only code without types can give, for what None was", () => {
  const none = { source: null } as unknown as { source: string };
  const filters = new ApiFilters(none);
  assertEquals(filters.metadataFilters, {});
  filters.toolName = "t";
  Object.assign(filters, { toolName: null });
  assertEquals(filters.metadataFilters, {});
});

Deno.test("ApiFilters refuses a property that does not exist", () => {
  const options = { sauce: "192.0.2.10" } as Record<string, string>;
  const error = assertThrows(() => new ApiFilters(options), FilterError);
  assertEquals(error.field, "sauce");
  assertStringIncludes(error.message, "set()");
});

Deno.test("ApiFilters takes times as Date, number or text of a number, in whole seconds", () => {
  const filters = new ApiFilters();
  for (
    const [given, wanted] of [
      [new Date("2016-03-01T00:00:00.900Z"), 1456790400],
      [1456790400.9, 1456790400],
      [-0.5, 0],
      ["1e9", 1000000000],
      [" 42 ", 42],
    ] as const
  ) {
    filters.timeStart = given;
    assertEquals(filters.timeStart, wanted);
  }
  filters.timeStart = undefined;
  assertEquals(filters.timeFilters, {});
});

Deno.test("D28: a bad time is one clear error, and leaves the earlier value", () => {
  const filters = new ApiFilters({ timeEnd: 5 });
  for (
    const bad of ["yesterday", "", NaN, Infinity, new Date(NaN), null, true, {}]
  ) {
    const error = assertThrows(
      () => filters.timeEnd = bad as number,
      FilterError,
      "Date or seconds",
    );
    assertEquals(error.field, "timeEnd");
  }
  assertEquals(filters.timeEnd, 5);
});

Deno.test("ApiFilters sets any parameter by its wire name, times too", () => {
  const filters = new ApiFilters();
  filters.set("bw-parallel-streams", 4);
  filters.set("dns-match-rule", "only-v6");
  filters.set("time-range", "3600");
  filters.set("source", "192.0.2.10");
  assertEquals(filters.get("bw-parallel-streams"), 4);
  assertEquals(filters.source, "192.0.2.10");
  assertEquals(filters.timeRange, 3600);
  assert(filters.delete("source"));
  assert(!filters.delete("source"));
  assertEquals(filters.metadataFilters, {
    "bw-parallel-streams": 4,
    "dns-match-rule": "only-v6",
  });
});

Deno.test("ApiFilters leaves paging and format to the client", () => {
  const filters = new ApiFilters();
  for (const name of ["limit", "offset", "format", ""]) {
    assertThrows(() => filters.set(name, "1"), FilterError, "no filter");
  }
});

Deno.test("D24: getFreeformKeyValue is a method", async () => {
  await withServer(
    () => json([esmondTest("a", { "bw-parallel-streams": "4", flag: false })]),
    async (origin) => {
      const md = await first(new ApiConnect(origin));
      assertEquals(md.getFreeformKeyValue("bw-parallel-streams"), "4");
      assertEquals(md.get("flag"), false);
      assertEquals(md.get("toString"), undefined);
    },
  );
});

// ---- ApiConnect

Deno.test("D25: connections without filters do not share them, and credentials change nobody's filters", () => {
  const one = new ApiConnect("http://127.0.0.1");
  const other = new ApiConnect("http://127.0.0.1");
  one.filters.source = "192.0.2.10";
  assertEquals(other.filters.source, undefined);
  const filters = new ApiFilters({ authApikey: "kept" });
  new ApiConnect("http://127.0.0.1", filters, { username: "u", apiKey: "k" });
  assertEquals([filters.authUsername, filters.authApikey], ["", "kept"]);
});

Deno.test("D26: slashes around the alias and behind the address do not matter", () => {
  for (
    const [url, scriptAlias, wanted] of [
      ["http://h:1///", "/esmond/", "http://h:1/esmond/perfsonar/archive/"],
      ["http://h", "/", "http://h/perfsonar/archive/"],
      ["http://h/", null, "http://h/perfsonar/archive/"],
      ["http://h/ma", "", "http://h/ma/perfsonar/archive/"],
      ["http://h/ma/", undefined, "http://h/ma/esmond/perfsonar/archive/"],
    ] as const
  ) {
    const options = scriptAlias === undefined ? {} : { scriptAlias };
    assertEquals(new ApiConnect(url, undefined, options).url, wanted);
  }
});

Deno.test("D34: a key is sent without a user name", async () => {
  const sent: (string | null)[] = [];
  await withServer((request) => {
    sent.push(request.headers.get("authorization"));
    return json([]);
  }, async (origin) => {
    await all(
      new ApiConnect(origin, undefined, { apiKey: "k1" }).getMetadata(),
    );
    const filters = new ApiFilters({ authApikey: "k2" });
    await all(new ApiConnect(origin, filters).getMetadata());
    await all(new ApiConnect(origin).getMetadata());
  });
  assertEquals(sent, ["Token k1", "Token k2", null]);
});

Deno.test("ApiConnect refuses page sizes and retries that are none", () => {
  for (const pageSize of [0, -1, 1.5, NaN]) {
    assertThrows(
      () => new ApiConnect("http://127.0.0.1", undefined, { pageSize }),
      FilterError,
      "pageSize",
    );
  }
  assertThrows(
    () => new ApiConnect("http://127.0.0.1", undefined, { retries: -1 }),
    FilterError,
    "retries",
  );
  for (const concurrency of [0, -1, 1.5, NaN]) {
    assertThrows(
      () => new ApiConnect("http://127.0.0.1", undefined, { concurrency }),
      FilterError,
      "concurrency",
    );
  }
});

Deno.test("getMetadata() sends nothing before the first test is asked for", async () => {
  let requests = 0;
  await withServer(() => {
    requests++;
    return json([]);
  }, async (origin) => {
    const tests = new ApiConnect(origin).getMetadata();
    assertEquals(requests, 0);
    await tests.next();
    assertEquals(requests, 1);
  });
});

Deno.test("getMetadata() yields tests while the next page is still loading", async () => {
  const second = Promise.withResolvers<void>();
  await withServer(async (_, url) => {
    if (url.searchParams.get("offset") === "1") {
      await second.promise;
      return json([esmondTest("b")]);
    }
    return json([esmondTest("a", {
      "metadata-count-total": 2,
      "metadata-next-page": `${url.origin}${LIST}?limit=1&offset=1`,
    })]);
  }, async (origin) => {
    const tests = new ApiConnect(origin).getMetadata();
    assertEquals((await tests.next()).value?.metadataKey, "a");
    second.resolve();
    assertEquals((await tests.next()).value?.metadataKey, "b");
    assertEquals((await tests.next()).done, true);
  });
});

Deno.test("D33: stillRunning asks for the list without the end of the window, however that is given", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.search);
    return json([]);
  }, async (origin) => {
    for (
      const times of [
        { timeStart: 100, timeEnd: 200 },
        { timeStart: 100, timeRange: 50 },
        { timeEnd: 200, timeRange: 50 },
        { time: 100 },
        { timeEnd: 200 },
        { timeRange: 50 },
        {},
      ]
    ) {
      const connection = new ApiConnect(origin, new ApiFilters(times));
      await all(connection.getMetadata({ stillRunning: true }));
    }
  });
  assertEquals(asked, [
    "?time-start=100",
    "?time-start=100",
    "?time-start=150",
    "?time-start=100",
    "",
    "?time-range=50",
    "",
  ]);
});

Deno.test("verbose reports requests to log, and to nobody else", async () => {
  await withServer(
    (_, url) => json(url.pathname === LIST ? [esmondTest("a")] : []),
    async (origin) => {
      const lines: string[] = [];
      const log = (line: string) => lines.push(line);
      const filters = new ApiFilters({ verbose: true });
      const md = await first(new ApiConnect(origin, filters, { log }));
      await md.getEventType("throughput")!.getData();
      assertEquals(lines, [
        `[url: ${origin}${LIST}]`,
        "final result count: 1",
        "",
        ` * looping query for: ${LIST}a/throughput/base`,
        `[url: ${origin}${LIST}a/throughput/base?limit=1000]`,
        "  ** got 0 results",
        "  *** finished with 0 results",
      ]);
    },
  );
});

Deno.test("sslVerify cannot be switched off silently", async () => {
  const filters = new ApiFilters({ sslVerify: false });
  const connection = new ApiConnect("http://127.0.0.1", filters);
  await assertRejects(
    () => all(connection.getMetadata()),
    FilterError,
    "sslVerify",
  );
});

Deno.test("D22: silence is waited for 20 seconds unless the caller says otherwise", async () => {
  assertEquals(new ApiFilters().timeout, 20);
  const release = Promise.withResolvers<void>();
  await withServer(async () => {
    await release.promise;
    return json([]);
  }, async (origin) => {
    const filters = new ApiFilters({ timeout: 0.1 });
    await assertRejects(
      () => all(new ApiConnect(origin, filters).getMetadata()),
      ArchiveTimeoutError,
      "0.1 s",
    );
    release.resolve();
  });
});

Deno.test("a signal ends what is under way with its reason", async () => {
  const stop = new AbortController();
  const release = Promise.withResolvers<void>();
  await withServer(async () => {
    stop.abort(new Error("enough"));
    await release.promise;
    return json([]);
  }, async (origin) => {
    const options = { signal: stop.signal };
    await assertRejects(
      () => all(new ApiConnect(origin, undefined, options).getMetadata()),
      Error,
      "enough",
    );
    release.resolve();
  });
});

// ---- Metadata, EventType, Summary

Deno.test("Metadata gives every property, undefined where the archive says nothing", async () => {
  const said = {
    "metadata-key": "a",
    uri: `${LIST}a/`,
    source: "192.0.2.10",
    destination: null,
    "time-duration": "PT30S",
    "ip-packet-interval": 0.1,
    "event-types": null,
  };
  await withServer(() => json([said]), async (origin) => {
    const md = await first(new ApiConnect(origin));
    assertEquals(md.source, "192.0.2.10");
    assertEquals(md.destination, undefined);
    assertEquals(md.get("destination"), null);
    assertEquals(md.inputSource, undefined);
    assertEquals(md.timeDuration, "PT30S");
    assertEquals(md.ipPacketInterval, 0.1);
    assertEquals(md.eventTypes, []);
    assertEquals([...md.getAllEventTypes()], []);
    assertEquals(md.getEventType("throughput"), undefined);
    assertEquals(`${md}`, `<Metadata/a: uri:${LIST}a/>`);
    assertEquals(md.toJSON() as unknown, said);
    assertEquals(JSON.parse(md.dump), said);
  });
});

Deno.test("all that is read shows what the archive sent of it, for people and for JSON.stringify", async () => {
  const entry = esmondTest("0123");
  await withServer(() => json([entry]), async (url) => {
    const md = await first(new ApiConnect(url));
    const et = md.getEventType("throughput")!;
    const summary = et.getSummary("average", 3600)!;
    const dp = new DataPoint({ ts: 1, val: [2] });
    const sent = entry["event-types"]![0]!;
    for (
      const [object, wanted] of [
        [md, entry],
        [et, sent],
        [summary, sent.summaries![0]],
        [dp, { ts: 1, val: [2] }],
      ] as const
    ) {
      assertEquals(JSON.parse(JSON.stringify(object)), wanted);
      assertEquals(object.dump, JSON.stringify(wanted, null, 4));
    }
  });
});

Deno.test("Metadata keeps the exact text that the archive sent", async () => {
  const sent = '{"metadata-key": "a",  "bw": 1e+21, "n": 9007199254740993}';
  await withServer(() => json(`[\n ${sent} ]`), async (origin) => {
    assertEquals((await first(new ApiConnect(origin))).text, sent);
  });
});

Deno.test("objects of the library show themselves in console.log", async () => {
  await withServer(() => json([esmondTest("a")]), async (origin) => {
    const md = await first(new ApiConnect(origin));
    const et = md.getEventType("throughput")!;
    const shown = [md, et, et.getSummary("average", 3600)!, new DataPayload()];
    for (const each of shown) assertEquals(Deno.inspect(each), `${each}`);
    assertEquals(
      Deno.inspect(new DataPoint({ ts: 0, val: null })),
      "<DataPoint: ts:1970-01-01 00:00:00 val:None>",
    );
  });
});

Deno.test("D17: getSummary() finds a window given as number or text, whichever the archive sends", async () => {
  const elmond = esmondTest("b", {
    "event-types": [{
      "event-type": "throughput",
      "base-uri": `${LIST}b/throughput/base/0`,
      summaries: [{
        "summary-type": "average",
        "summary-window": 3600,
        uri: `${LIST}b/throughput/averages/3600`,
      }],
    }],
  });
  await withServer(() => json([esmondTest("a"), elmond]), async (origin) => {
    for (const md of await all(new ApiConnect(origin).getMetadata())) {
      const et = md.getEventType("throughput")!;
      for (const window of [3600, "3600"]) {
        assertEquals(
          `${et.getSummary("average", window)}`,
          "<Summary/average: window:3600>",
        );
      }
      assertEquals(et.getSummary("average", 300), undefined);
      assertEquals(et.getSummary("aggregation", 3600), undefined);
    }
  });
});

Deno.test("getData() and streamData() give the same points, with the time filters", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    if (url.pathname === LIST) return json([esmondTest("a")]);
    asked.push(url.search);
    const offset = Number(url.searchParams.get("offset") ?? 0);
    return json(
      [1, 2, 3].slice(offset, offset + 2).map((ts) => ({ ts, val: ts * 10 })),
    );
  }, async (origin) => {
    const filters = new ApiFilters({ timeStart: 1, timeEnd: 3 });
    const connection = new ApiConnect(origin, filters, { pageSize: 2 });
    const et = (await first(connection)).getEventType("throughput")!;
    const payload = await et.getData();
    assertEquals(payload.data.map((dp) => dp.val), [10, 20, 30]);
    const streamed = await all(et.streamData());
    assertEquals(streamed.map((dp) => dp.tsEpoch), [1, 2, 3]);
  });
  assertEquals(asked.slice(0, 2), [
    "?time-start=1&time-end=3&limit=2",
    "?time-start=1&time-end=3&limit=2&offset=2",
  ]);
});

Deno.test("D03: an error tells how many points had arrived, and getData() gives none of them as all", async () => {
  await withServer((_, url) => {
    if (url.pathname === LIST) return json([esmondTest("a")]);
    return url.searchParams.has("offset")
      ? json({ detail: "gone" }, { status: 404 })
      : json([{ ts: 1, val: 1 }, { ts: 2, val: 2 }]);
  }, async (origin) => {
    const connection = new ApiConnect(origin, undefined, { pageSize: 2 });
    const et = (await first(connection)).getEventType("throughput")!;
    const error = await assertRejects(() => et.getData(), ArchiveHttpError);
    assertEquals([error.status, error.received, error.detail], [
      404,
      2,
      "gone",
    ]);
    const seen: number[] = [];
    await assertRejects(async () => {
      for await (const dp of et.streamData()) seen.push(dp.tsEpoch);
    }, ArchiveHttpError);
    assertEquals(seen, [1, 2]);
  });
});

Deno.test("data outside the archive is not asked for", async () => {
  const requests: string[] = [];
  await withServer((_, url) => {
    requests.push(url.pathname);
    return json([esmondTest("a", {
      "event-types": [{
        "event-type": "throughput",
        "base-uri": "http://elsewhere.example/other/path",
      }],
    })]);
  }, async (origin) => {
    const et = (await first(new ApiConnect(origin))).getEventType(
      "throughput",
    )!;
    await assertRejects(
      () => et.getData(),
      ArchiveResponseError,
      "outside the archive",
    );
  });
  assertEquals(requests, [LIST]);
});

Deno.test("leaving the loop over the data ends the request that is under way", async () => {
  const stopped = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  await withServer(async (request, url) => {
    if (url.pathname === LIST) return json([esmondTest("a")]);
    if (!url.searchParams.has("offset")) return json([{ ts: 1, val: 1 }]);
    request.signal.addEventListener("abort", () => stopped.resolve());
    await release.promise;
    return json([]);
  }, async (origin) => {
    const connection = new ApiConnect(origin, undefined, { pageSize: 1 });
    const et = (await first(connection)).getEventType("throughput")!;
    for await (const dp of et.streamData()) {
      assertEquals(dp.val, 1);
      // the next page is asked for
      await new Promise((resolve) => setTimeout(resolve, 50));
      break;
    }
    await stopped.promise;
    release.resolve();
  });
});

// ---- Many series, long series

/**
 * An archive whose tests have so many points each, one a second from 1000 on.
 */
function archiveOf(
  counts: Record<string, number>,
  before: (
    key: string,
    url: URL,
  ) => Promise<Response | void> | Response | void = () => {},
) {
  return async (_: Request, url: URL): Promise<Response> => {
    if (url.pathname === LIST) {
      return json(Object.keys(counts).map((key) => esmondTest(key)));
    }
    const key = url.pathname.slice(LIST.length).split("/")[0]!;
    const response = await before(key, url);
    if (response) return response;
    const of = (name: string) => Number(url.searchParams.get(name) ?? NaN);
    const begin = 1000;
    const first = Math.max(begin, of("time-start") || of("time") || begin);
    const last = Math.min(
      begin + counts[key]! - 1,
      of("time-end") || of("time") || Infinity,
    );
    const offset = of("offset") || 0;
    const count = Math.min(of("limit"), last - first + 1 - offset);
    return json(
      Array.from({ length: Math.max(0, count) }, (_, i) => {
        const ts = first + offset + i;
        return { ts, val: ts * 2 };
      }),
    );
  };
}

async function seriesOf(connection: ApiConnect): Promise<EventType[]> {
  const tests = await all(connection.getMetadata());
  return tests.flatMap((md) => [...md.getAllEventTypes()]);
}

Deno.test("streamPages(), streamData() and getData() give the same points of a long series, with any concurrency", async () => {
  await withServer(archiveOf({ a: 20_000 }), async (origin) => {
    const times = { timeStart: 1000, timeEnd: 20_999 };
    for (const options of [{}, { concurrency: 1, pageSize: 700 }]) {
      const filters = new ApiFilters(times);
      const connection = new ApiConnect(origin, filters, options);
      const [et] = await seriesOf(connection);
      for (const one of [et!, et!.getSummary("average", 3600)!]) {
        const paged = (await all(one.streamPages())).flat();
        const streamed = await all(one.streamData());
        const { data } = await one.getData();
        for (const points of [paged, streamed, data]) {
          assertEquals(points.length, 20_000);
          const at = points.findIndex(({ tsEpoch, val }, i) =>
            tsEpoch !== 1000 + i || val !== 2000 + 2 * i
          );
          assertEquals(at, -1);
        }
      }
    }
  });
});

Deno.test("streamPages() takes the window that it is given for that of the filters, for this once", async () => {
  const asked: string[] = [];
  await withServer(
    archiveOf({ a: 50 }, (_, url) => {
      const query = new URLSearchParams(url.search);
      query.delete("limit");
      asked.push(query.toString());
    }),
    async (origin) => {
      for (
        const filters of [
          new ApiFilters({ timeStart: 1, timeEnd: 2 }),
          new ApiFilters({ timeRange: 60 }),
          new ApiFilters({ time: 1040 }),
        ]
      ) {
        const [et] = await seriesOf(new ApiConnect(origin, filters));
        const window = { timeStart: 1010, timeEnd: 1019 };
        for (const one of [et!, et!.getSummary("average", 3600)!]) {
          const points = (await all(one.streamPages(window))).flat();
          assertEquals(
            points.map(({ tsEpoch }) => tsEpoch),
            Array.from({ length: 10 }, (_, i) => 1010 + i),
          );
        }
        assertEquals(
          new Set(asked),
          new Set(["time-start=1010&time-end=1019"]),
        );
        asked.length = 0;
        await et!.getData();
        const usual = new URLSearchParams(
          Object.entries(filters.timeFilters).map(([name, value]) => {
            return [name, `${value}`];
          }),
        );
        assertEquals(asked.splice(0), [usual.toString()]);
      }
    },
  );
});

Deno.test("statistics counts requests, and those that repeated one that had failed", async () => {
  let failures = 0;
  await withServer(
    archiveOf({ a: 5 }, (_, url) => {
      const isSick = url.searchParams.get("offset") === "2" && failures < 2;
      if (!isSick) return undefined;
      return failures++ === 0 ? new Response("", { status: 502 }) : json("[{");
    }),
    async (origin) => {
      const connection = new ApiConnect(origin, undefined, { pageSize: 2 });
      assertEquals(connection.statistics, { requests: 0, retries: 0 });
      const [et] = await seriesOf(connection);
      assertEquals(connection.statistics, { requests: 1, retries: 0 });
      const before = connection.statistics;
      assertEquals((await et!.getData()).data.length, 5);
      assertEquals(connection.statistics, { requests: 6, retries: 2 });
      assertEquals(before, { requests: 1, retries: 0 });
    },
  );
});

Deno.test("no more requests are under way than agreed, whatever is read side by side over one connection", async () => {
  let underWay = 0;
  let most = 0;
  const counts = { a: 9000, b: 9000, c: 10, d: 2500 };
  const archive = archiveOf(counts, () => pause(1));
  await withServer(async (request, url) => {
    most = Math.max(most, ++underWay);
    try {
      return await archive(request, url);
    } finally {
      underWay--;
    }
  }, async (origin) => {
    const filters = new ApiFilters({ timeStart: 1000, timeEnd: 10_000 });
    const options = { concurrency: 3, pageSize: 500 };
    const connection = new ApiConnect(origin, filters, options);
    const series = await seriesOf(connection);
    const loaded = await Promise.all(series.map((each) => each.getData()));
    assertEquals(loaded.map(({ data }) => data.length), Object.values(counts));
  });
  assertEquals(most, 3);
});

Deno.test("forEachSeries() works on as many series as requests may be under way, and takes the next when there is room", async () => {
  const counts = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`t${n}`, n]));
  await withServer(archiveOf(counts), async (origin) => {
    const connection = new ApiConnect(origin, undefined, { concurrency: 2 });
    let underWay = 0;
    let taken = 0;
    const got: number[] = [];
    async function* found() {
      for await (const md of connection.getMetadata()) {
        taken++;
        yield* md.getAllEventTypes();
      }
    }
    await connection.forEachSeries(found(), async (each) => {
      underWay++;
      assert(underWay <= 2 && taken <= got.length + 2);
      got.push((await each.getData()).data.length);
      underWay--;
    });
    assertEquals(got.sort(), [1, 2, 3, 4, 5]);
  });
});

Deno.test("forEachSeries() throws the first error when what had been begun is done", async () => {
  const counts = { good: 3, bad: 1, later: 1, never: 1 };
  const bad = Promise.withResolvers<void>();
  const asked: string[] = [];
  await withServer(
    archiveOf(counts, async (key) => {
      asked.push(key);
      if (key !== "bad") return await bad.promise;
      return json({ detail: "no" }, { status: 404 });
    }),
    async (origin) => {
      const connection = new ApiConnect(origin, undefined, { concurrency: 2 });
      const read: number[] = [];
      const series = await seriesOf(connection);
      const reading = connection.forEachSeries(series, async (each) => {
        try {
          read.push((await each.getData()).data.length);
        } catch (error) {
          setTimeout(bad.resolve, 20);
          throw error;
        }
      });
      const error = await assertRejects(() => reading, ArchiveHttpError);
      assertEquals([error.status, read], [404, [3]]);
    },
  );
  assertEquals(asked.sort(), ["bad", "good"]);
});

Deno.test("one long series does not keep many short ones waiting, and then has all requests for itself", async () => {
  let underWay = 0;
  let most = 0;
  const short = Array.from({ length: 12 }, (_, i) => `s${i}`);
  const counts = {
    long: 30_000,
    ...Object.fromEntries(short.map((key) => [key, 3])),
  };
  const done: string[] = [];
  await withServer(
    archiveOf(counts, async () => {
      underWay++;
      if (done.length === short.length) most = Math.max(most, underWay);
      await pause(2);
      underWay--;
    }),
    async (origin) => {
      const filters = new ApiFilters({ timeStart: 1000, timeEnd: 30_999 });
      const options = { concurrency: 3, pageSize: 300 };
      const connection = new ApiConnect(origin, filters, options);
      const series = await seriesOf(connection);
      await connection.forEachSeries(series, async (each) => {
        const { data } = await each.getData();
        done.push(`${data.length}`);
      });
    },
  );
  assertEquals(done, [...short.map(() => "3"), "30000"]);
  assertEquals(most, 3);
});

Deno.test("drain lets what is under way finish, gives its points, and then throws its reason", async () => {
  const drain = new AbortController();
  const reason = new RangeError("drained");
  let asked = 0;
  await withServer(
    archiveOf({ a: 9000 }, async () => {
      if (++asked !== 3) return;
      drain.abort(reason);
      await pause(20);
    }),
    async (origin) => {
      const connection = new ApiConnect(origin, undefined, {
        pageSize: 500,
        drain: drain.signal,
      });
      const [et] = await seriesOf(connection);
      const seen: number[] = [];
      const error = await assertRejects(async () => {
        for await (const dp of et!.streamData()) seen.push(dp.tsEpoch);
      }, RangeError);
      assertStrictEquals(error, reason);
      assertEquals([seen.length, seen.at(-1)], [1500, 2499]);
      await assertRejects(() => et!.getData(), RangeError, "drained");
      await assertRejects(
        () => connection.getMetadata().next(),
        RangeError,
        "drained",
      );
      assertEquals(connection.statistics.requests, 1 + asked);
    },
  );
  assertEquals(asked, 3);
});

// ---- DataPoint, DataHistogram, DataPayload

Deno.test("DataPoint.text is the exact JSON text of the value", async () => {
  const values = [
    "7016320000.0",
    "9007199254740993",
    "1e-07",
    '{"10":1,"9":2}',
    '"x"',
    "null",
  ];
  const points = values.map((val, ts) => `{"ts":${ts},"val":${val}}`);
  await withServer(
    (_, url) =>
      json(
        url.pathname === LIST ? [esmondTest("a")] : `[${points.join(", ")}]`,
      ),
    async (origin) => {
      const et = (await first(new ApiConnect(origin))).getEventType(
        "throughput",
      )!;
      const data = (await et.getData()).data;
      assertEquals(data.map((dp) => dp.text), values);
      assertEquals(data[0]!.val, 7016320000);
      assertEquals(data[3]!.val, { "9": 2, "10": 1 });
    },
  );
});

Deno.test("DataPoint holds times beyond what the original can at the end of their last second", () => {
  const last = new DataPoint({ ts: 253402127999, val: 1 });
  const late = new DataPoint({ ts: 253402128000, val: 1 });
  assertEquals(last.tsText, "9999-12-29 23:59:59");
  assertEquals(late.tsText, "9999-12-29 23:59:59.999999");
  assertEquals(late.tsEpoch, 253402127999);
  assert(late.ts > last.ts);
});

Deno.test("DataPoint takes a time as number or text, and throws without one", () => {
  assertEquals(new DataPoint({ ts: "1397075053", val: 1 }).tsEpoch, 1397075053);
  assertEquals(new DataPoint({ ts: 1397075053.9, val: 1 }).tsEpoch, 1397075053);
  for (const ts of [undefined, null, "soon", {}]) {
    assertThrows(
      () => new DataPoint({ ts, val: 1 } as unknown as { ts: number }),
      TypeError,
      "ts",
    );
  }
});

Deno.test("a point that the archive sent without a time, or as a bare value, is kept", async () => {
  await withServer(
    (_, url) =>
      json(
        url.pathname === LIST
          ? [esmondTest("a")]
          : '[{"val": 5.0}, 7, null, {"ts": "12", "val": 1}, {"ts": "x"}]',
      ),
    async (origin) => {
      const et = (await first(new ApiConnect(origin))).getEventType(
        "throughput",
      )!;
      const { data } = await et.getData();
      assertEquals(data.map((dp) => dp.text), [
        "5.0",
        "7",
        "null",
        "1",
        "null",
      ]);
      assertEquals(data.map((dp) => dp.tsEpoch), [NaN, NaN, NaN, 12, NaN]);
      assertEquals(data[0]!.tsText, "");
    },
  );
});

Deno.test("DataPayload makes histograms of histogram data", () => {
  const payload = new DataPayload(
    [{ ts: 1, val: { "1": 2 } }, { ts: 2 }],
    "histogram",
  );
  assert(payload.data.every((dp) => dp instanceof DataHistogram));
  assertEquals(payload.data[1]!.val, {});
  assertEquals(`${payload}`, "<DataPayload: len:2 type:histogram>");
  assertEquals(JSON.parse(payload.dump), [
    { ts: 1, val: { "1": 2 } },
    { ts: 2, val: {} },
  ]);
  assertEquals(`${new DataPayload()}`, "<DataPayload: len:0 type:None>");
});

Deno.test("streamPages() cuts fractions off a window, as the filters do", async () => {
  const asked: string[] = [];
  const root = "/esmond/perfsonar/archive/";
  await withServer((_, url) => {
    if (url.pathname === root) {
      return json([{
        "event-types": [{ "event-type": "x", "base-uri": `${root}a/x/base` }],
      }]);
    }
    asked.push(url.search);
    return json([]);
  }, async (origin) => {
    for await (const md of new ApiConnect(origin).getMetadata()) {
      for await (
        const _ of md.getEventType("x")!.streamPages({
          timeStart: 1000.5,
          timeEnd: 2000.7,
        })
      );
    }
  });
  assertEquals(asked, ["?time-start=1000&time-end=2000&limit=1000"]);
});
