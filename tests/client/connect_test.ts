import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ApiConnect,
  ApiFilters,
  ArchiveHttpError,
  ArchiveTimeoutError,
  FilterError,
} from "../../mod.ts";
import "../helpers/impatient.ts";
import { pause } from "../helpers/waiting.ts";
import { json, noTests, withServer } from "../servers/serve.ts";
import { archiveOf, esmondTest, first, LIST, seriesOf } from "./many_series.ts";

Deno.test("D25: connections without filters do not share them, and credentials change nobody's filters", () => {
  const one = new ApiConnect("http://127.0.0.1");
  const other = new ApiConnect("http://127.0.0.1");
  one.filters.source = "192.0.2.10";
  assertEquals(other.filters.source, undefined);
  const filters = new ApiFilters({ authApikey: "kept" });
  new ApiConnect("http://127.0.0.1", filters, { username: "u", apiKey: "k" });
  assertEquals([filters.authUsername, filters.authApikey], ["", "kept"]);
});

Deno.test("D26: slashes around the alias and after the address do not matter", () => {
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
    return noTests();
  }, async (origin) => {
    await Array.fromAsync(
      new ApiConnect(origin, undefined, { apiKey: "k1" }).getMetadata(),
    );
    const filters = new ApiFilters({ authApikey: "k2" });
    await Array.fromAsync(new ApiConnect(origin, filters).getMetadata());
    await Array.fromAsync(new ApiConnect(origin).getMetadata());
  });
  assertEquals(sent, ["Token k1", "Token k2", null]);
});

Deno.test("ApiConnect refuses invalid page sizes and retries", () => {
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
    return noTests();
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
    return noTests();
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
      await Array.fromAsync(connection.getMetadata({ stillRunning: true }));
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
    () => Array.fromAsync(connection.getMetadata()),
    FilterError,
    "sslVerify",
  );
});

Deno.test("D22: silence is waited for 20 seconds unless the caller says otherwise", async () => {
  assertEquals(new ApiFilters().timeout, 20);
  const release = Promise.withResolvers<void>();
  await withServer(async () => {
    await release.promise;
    return noTests();
  }, async (origin) => {
    const filters = new ApiFilters({ timeout: 0.1 });
    await assertRejects(
      () => Array.fromAsync(new ApiConnect(origin, filters).getMetadata()),
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
    return noTests();
  }, async (origin) => {
    const options = { signal: stop.signal };
    await assertRejects(
      () =>
        Array.fromAsync(
          new ApiConnect(origin, undefined, options).getMetadata(),
        ),
      Error,
      "enough",
    );
    release.resolve();
  });
});

Deno.test("statistics counts requests, and those that repeated one that had failed", async () => {
  let failures = 0;
  await withServer(
    archiveOf({ a: 5 }, (_, url) => {
      const isSick = url.searchParams.get("time-start") !== null &&
        failures < 2;
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
      assertEquals(connection.statistics, { requests: 8, retries: 2 });
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
    const loaded = await Promise.all(
      series.map((each) => each.getData()),
    );
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

Deno.test("forEachSeries() says in one sentence what it cannot read, or read with", async () => {
  const connection = new ApiConnect("http://127.0.0.1");
  // deno-lint-ignore no-explicit-any -- what code without types may give
  const given = (...all: any[]) =>
    (connection.forEachSeries as (...all: unknown[]) => Promise<void>)
      .apply(connection, all);
  for (const series of [undefined, null, 7, "text"]) {
    await assertRejects(
      () => given(series, () => Promise.resolve()),
      FilterError,
      `forEachSeries() needs event types and roll-ups, such as an array of them, not `,
    );
  }
  await assertRejects(
    () => given([], undefined),
    FilterError,
    "forEachSeries() needs a function that reads a series, not undefined",
  );
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
      assertEquals([seen.length, seen.at(-1)], [1498, 2497]);
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
