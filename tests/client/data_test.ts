import "../helpers/impatient.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { startArchive } from "../../archive/server.ts";
import {
  ApiConnect,
  ApiFilters,
  ArchiveHttpError,
  ArchiveResponseError,
  FilterError,
  type WireMetadata,
} from "../../mod.ts";
import { json, withServer } from "../servers/serve.ts";
import { archiveOf, esmondTest, first, LIST, seriesOf } from "./many_series.ts";
import { Event } from "../helpers/waiting.ts";

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
    for (
      const md of await Array.fromAsync(new ApiConnect(origin).getMetadata())
    ) {
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
    const start = Number(url.searchParams.get("time-start"));
    return json(
      [1, 2, 3].filter((ts) => ts >= start).slice(0, 2)
        .map((ts) => ({ ts, val: ts * 10 })),
    );
  }, async (origin) => {
    const filters = new ApiFilters({ timeStart: 1, timeEnd: 3 });
    const connection = new ApiConnect(origin, filters, { pageSize: 2 });
    const et = (await first(connection)).getEventType("throughput")!;
    const payload = await et.getData();
    assertEquals(payload.data.map((dp) => dp.val), [10, 20, 30]);
    const streamed = await Array.fromAsync(et.streamData());
    assertEquals(streamed.map((dp) => dp.tsEpoch), [1, 2, 3]);
  });
  assertEquals(asked.slice(0, 2), [
    "?time-start=1&time-end=3&limit=2",
    "?time-start=2&time-end=3&limit=2",
  ]);
});

Deno.test("D03: an error tells how many points had arrived, and getData() gives none of them as all", async () => {
  await withServer((_, url) => {
    if (url.pathname === LIST) return json([esmondTest("a")]);
    return url.searchParams.has("time-start")
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
  let pages = 0;
  const asked = new Event();
  const stopped = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  await withServer(async (request, url) => {
    if (url.pathname === LIST) return json([esmondTest("a")]);
    if (pages++ === 0) return json([{ ts: 1, val: 1 }]);
    request.signal.addEventListener("abort", () => stopped.resolve());
    asked.happen();
    await release.promise;
    return json([]);
  }, async (origin) => {
    const connection = new ApiConnect(origin, undefined, { pageSize: 1 });
    const et = (await first(connection)).getEventType("throughput")!;
    for await (const dp of et.streamData()) {
      assertEquals(dp.val, 1);
      await asked.happened("the request for the next page");
      break;
    }
    await stopped.promise;
    release.resolve();
  });
});

Deno.test("streamPages(), streamData() and getData() give the same points of a long series, with any concurrency", async () => {
  await withServer(archiveOf({ a: 20_000 }), async (origin) => {
    const times = { timeStart: 1000, timeEnd: 20_999 };
    for (const options of [{}, { concurrency: 1, pageSize: 700 }]) {
      const filters = new ApiFilters(times);
      const connection = new ApiConnect(origin, filters, options);
      const [et] = await seriesOf(connection);
      for (const one of [et!, et!.getSummary("average", 3600)!]) {
        const paged = (await Array.fromAsync(one.streamPages())).flat();
        const streamed = await Array.fromAsync(one.streamData());
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
          const points = (await Array.fromAsync(one.streamPages(window)))
            .flat();
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

Deno.test("a roll-up is read from the window that its start lies in, though that begins before", async () => {
  const bins = Array.from({ length: 40 }, (_, i) => i * 3600);
  await withServer((_, url) => {
    if (url.pathname === LIST) return json([esmondTest("a")]);
    const number = (name: string) => Number(url.searchParams.get(name));
    const [start, end] = [number("time-start"), number("time-end")];
    // Both ends count, and the window that the start lies in comes, too.
    const found = bins.filter((ts) => ts > start - 3600 && ts <= end);
    const from = number("offset");
    return json(
      found.slice(from, from + number("limit")).map((ts) => ({ ts, val: ts })),
    );
  }, async (origin) => {
    const connection = new ApiConnect(origin, undefined, { pageSize: 10 });
    const et = (await first(connection)).getEventType("throughput")!;
    const window = { timeStart: 5400, timeEnd: 35 * 3600 + 1800 };
    const pages = et.getSummary("average", 3600)!.streamPages(window);
    const points = (await Array.fromAsync(pages)).flat();
    assertEquals(points.map(({ tsEpoch }) => tsEpoch), bins.slice(1, 36));
  });
});

for (const dialect of ["esmond", "elmond"] as const) {
  Deno.test(`every event type and roll-up that ${dialect} announces can be read in a loop`, async () => {
    const archive = await startArchive({ dialect, sampleDays: 0.02 });
    try {
      const unserved = new Set<string>();
      let count = 0;
      const conn = new ApiConnect(
        archive.url,
        new ApiFilters({ timeRange: 3600 }),
      );
      for await (const md of conn.getMetadata()) {
        for (const et of md.getAllEventTypes()) {
          const { data, isServed } = await et.getData();
          count += data.length;
          if (!isServed) unserved.add(et.eventType);
          for (const summary of et.getAllSummaries()) await summary.getData();
        }
      }
      assertEquals(
        [...unserved],
        dialect === "elmond" ? ["histogram-ttl-reverse"] : [],
      );
      assert(count > 100, `${count}`);
    } finally {
      await archive.close();
    }
  });
}

Deno.test("a series that the archive refuses is empty, however it is read, and says so", async () => {
  let isRefused = true;
  await withServer((_, url) => {
    if (url.pathname === LIST) return json([esmondTest("a")]);
    if (!isRefused) return json([{ ts: 1, val: 1 }]);
    const detail = "Unrecognized event type throughput";
    return json({ detail }, { status: 400 });
  }, async (origin) => {
    const et = (await first(new ApiConnect(origin))).getEventType(
      "throughput",
    )!;
    for (const series of [et, et.getSummary("average", 3600)!]) {
      isRefused = true;
      assertEquals(series.isServed, true); // until it is known better
      assertEquals(await Array.fromAsync(series.streamData()), []);
      assertEquals(series.isServed, false);
      assertEquals(await Array.fromAsync(series.streamPages()), []);
      const payload = await series.getData();
      assertEquals([payload.data, payload.isServed], [[], false]);
      isRefused = false;
      const { data, isServed } = await series.getData();
      assertEquals([data.length, isServed], [1, true]);
      // What was served once is not to be missing later.
      isRefused = true;
      await assertRejects(() => series.getData(), ArchiveHttpError);
    }
  });
});

Deno.test("another refusal is an error", async () => {
  await withServer(
    (_, url) =>
      url.pathname === LIST
        ? json([esmondTest("a")])
        : json({ detail: "Requested start time" }, { status: 400 }),
    async (
      origin,
    ) => {
      const et = (await first(new ApiConnect(origin))).getEventType(
        "throughput",
      )!;
      await assertRejects(() => et.getData(), ArchiveHttpError);
      assertEquals(et.isServed, true);
    },
  );
});

Deno.test("a summary's window is a number, whatever the archive sends; NaN without one", async () => {
  const windows = ["300", 300, " 300 ", "300.9", null, "", "x", undefined];
  const summaries = windows.map((window) => ({
    "summary-type": "average",
    "summary-window": window,
  }));
  const md = esmondTest("a", {
    "event-types": [{ "event-type": "throughput", summaries }],
  } as WireMetadata);
  await withServer(() => json([md]), async (origin) => {
    const et = (await first(new ApiConnect(origin))).getEventType(
      "throughput",
    )!;
    assertEquals(
      et.summaries.map(([, window]) => window),
      [300, 300, 300, 300, NaN, NaN, NaN, NaN],
    );
    assertEquals(`${et.getSummary("average", "300")}`.includes("300"), true);
  });
});

Deno.test("a name that is not text is refused, in one sentence that names it", async () => {
  await withServer(() => json([esmondTest("a")]), async (origin) => {
    const md = await first(new ApiConnect(origin));
    const et = md.getEventType("throughput")!;
    for (
      const [wrong, shown] of [
        [undefined, "undefined"],
        [null, "null"],
        [5, "5"],
        [{ name: "x" }, '{"name":"x"}'],
      ] as const
    ) {
      const name = wrong as unknown as string;
      assertThrows(
        () => md.getEventType(name),
        FilterError,
        `getEventType() needs a name, as text, not ${shown}`,
      );
      assertThrows(
        () => et.getSummary(name, 3600),
        FilterError,
        `getSummary() needs a name, as text, not ${shown}`,
      );
    }
  });
});
