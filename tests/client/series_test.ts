import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import {
  ArchiveError,
  ArchiveHttpError,
  ArchiveResponseError,
} from "../../client/errors.ts";
import type { SeriesPoint } from "../../client/points.ts";
import { readSeries, type Series } from "../../client/series.ts";
import { json, withServer } from "../servers/serve.ts";
import {
  allOf,
  archiveAt,
  type TestArchiveOptions,
  untilError,
} from "../helpers/test_archive.ts";
import { Event } from "../helpers/waiting.ts";
import { withSockets } from "./sockets.ts";
import {
  answer,
  assertAll,
  ELMOND,
  ESMOND,
  points,
  type Stored,
  within,
} from "./stored.ts";

/** The query of a request without its limit. */
function shown(url: URL): string {
  const query = new URLSearchParams(url.search);
  query.delete("limit");
  return decodeURIComponent(query.toString());
}

interface Run {
  vals: unknown[];
  asked: string[];
}

/** Reads a series from an archive that keeps these points. */
async function read(
  stored: Stored[],
  series: Series,
  times: Record<string, number> = {},
  options: TestArchiveOptions & { reach?: number; refusal?: number } = {},
): Promise<Run> {
  const asked: string[] = [];
  return await withServer((_, url) => {
    asked.push(shown(url));
    if (asked.length > 100) return new Response("endless", { status: 404 });
    assertEquals(url.pathname, series.uri);
    const limit = Number(url.searchParams.get("limit"));
    assert(limit >= 1 && limit <= 10_000, `${limit}`);
    return answer(stored, url, options.reach, options.refusal);
  }, async (origin) => {
    const all = await allOf(
      readSeries(archiveAt(origin, options), series, times),
    );
    return { vals: all.map(({ point }) => point.val), asked };
  });
}

// Where and what

Deno.test("readSeries() asks where the archive says, on the origin that the user named", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.pathname + url.search);
    return json([{ ts: 5, val: 1 }]);
  }, async (origin) => {
    const uri = "http://elsewhere.example/x/perfsonar/archive/K/failures/base";
    const archive = archiveAt(origin, { pageSize: 7 });
    await allOf(readSeries(archive, { ...ESMOND, uri }, { "time-start": 5 }));
    assertEquals(archive.lines, [
      ` * looping query for: ${uri}`,
      `[url: ${origin}/esmond/perfsonar/archive/K/failures/base?time-start=5&limit=7]`,
      "  ** got 1 results",
      "  *** finished with 1 results",
    ]);
  });
  assertEquals(asked, [
    "/esmond/perfsonar/archive/K/failures/base?time-start=5&limit=7",
  ]);
});

Deno.test("readSeries() refuses a series without an address, or with one outside the archive", async () => {
  let asked = 0;
  await withServer(() => {
    asked++;
    return json([]);
  }, async (origin) => {
    for (
      const uri of [
        undefined,
        null,
        5,
        {},
        "",
        " ",
        "/admin/",
        "/perfsonar/../x",
      ]
    ) {
      const series = { ...ESMOND, uri } as Series;
      const pages = readSeries(archiveAt(origin), series, {});
      await assertRejects(() => allOf(pages), ArchiveResponseError);
    }
  });
  assertEquals(asked, 0);
});

Deno.test("readSeries() asks for nothing before the first point is wanted", async () => {
  let asked = 0;
  await withServer(() => {
    asked++;
    return json([]);
  }, async (origin) => {
    const pages = readSeries(archiveAt(origin), ESMOND, {});
    await pages.return();
  });
  assertEquals(asked, 0);
});

// esmond

Deno.test("readSeries() begins each page of esmond at the last second that was read, until one is short", async () => {
  const run = await read(points(6), ESMOND, {}, { pageSize: 3 });
  assertAll(run.vals, points(6));
  assertEquals(run.asked, ["", "time-start=1002", "time-start=1004"]);
});

Deno.test("readSeries() asks esmond once more where the last page was full", async () => {
  const run = await read(points(5), ESMOND, {}, { pageSize: 3 });
  assertAll(run.vals, points(5));
  assertEquals(run.asked, ["", "time-start=1002", "time-start=1004"]);
});

Deno.test("D23: readSeries() fetches the point at the end of the window after a full page", async () => {
  const run = await read(
    points(10),
    ESMOND,
    { "time-start": 1000, "time-end": 1003 },
    { pageSize: 3 },
  );
  assertEquals(run.vals, [0, 1, 2, 3]);
  assertEquals(run.asked, [
    "time-start=1000&time-end=1003",
    "time-start=1002&time-end=1003",
  ]);
});

Deno.test("D01: readSeries() loses no point of a second that a page cuts through", async () => {
  for (const series of [ESMOND, ELMOND]) {
    const run = await read(points(11, 4), series, {}, { pageSize: 3 });
    assertAll(run.vals, points(11, 4));
  }
});

Deno.test("readSeries() reads a series of esmond without points, or with a few, with one request", async () => {
  for (const count of [0, 1, 99]) {
    const run = await read(points(count), ESMOND);
    assertAll(run.vals, points(count));
    assertEquals(run.asked, [""]);
  }
});

Deno.test("readSeries() pages esmond's roll-ups like its data", async () => {
  const rollUp = { ...ESMOND, isRollUp: true };
  const run = await read(points(7), rollUp, {}, { pageSize: 3 });
  assertAll(run.vals, points(7));
  assertEquals(run.asked.length, 4);
});

// elmond

Deno.test("D02: readSeries() reads elmond's pages until nothing comes from the last second on, however short they are", async () => {
  const stored = points(10).map((point, i) =>
    [0, 1, 2, 4, 9].includes(i) ? { ...point, val: null } : point
  );
  const run = await read(stored.slice(3), ELMOND, {}, { pageSize: 3 });
  assertEquals(run.vals, [3, 5, 6, 7, 8]);
  assertEquals(run.asked, ["", "time-start=1005", "time-start=1008"]);
});

Deno.test("readSeries() reads a short series of elmond, or an empty one, with two requests", async () => {
  for (const count of [0, 1, 40, 899]) {
    const run = await read(points(count), ELMOND);
    assertAll(run.vals, points(count));
    assertEquals(run.asked.length, 2, `${count} points`);
  }
});

Deno.test("readSeries() reads on in elmond after thousands of results without a value", async () => {
  for (const from of [0, 40, 1000, 1040]) {
    for (const dropped of [1000, 2500, 8000]) {
      const stored = points(12_000).map((point, i) =>
        i >= from && i < from + dropped ? { ...point, val: null } : point
      );
      for (const pageSize of [200, 1000, 5000]) {
        const run = await read(stored, ELMOND, {}, { pageSize, reach: 10_000 });
        assertAll(run.vals, stored, `${from}, ${dropped}, ${pageSize}`);
      }
    }
  }
});

Deno.test("D32: readSeries() asks once for the roll-ups that elmond makes, and takes all that come", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.search);
    return json(points(25)); // limit and offset are ignored
  }, async (origin) => {
    const archive = archiveAt(origin, { pageSize: 10 });
    const series = { ...ELMOND, isRollUp: true, window: 1 };
    const all = await allOf(readSeries(archive, series, {}));
    assertEquals(all.length, 25);
  });
  assertEquals(asked, ["?limit=10"]);
});

Deno.test("readSeries() reads the statistics of elmond's single points to the end, whether they come in pages or all at once", async () => {
  const series = { ...ELMOND, isRollUp: true };
  const stored = points(2500);
  assertAll((await read(stored, series)).vals, stored);
  await withServer((_, url) => {
    return json(within(stored, url.searchParams));
  }, async (origin) => {
    const all = await allOf(readSeries(archiveAt(origin), series, {}));
    assertAll(all.map(({ point }) => point.val), stored);
  });
});

// More than OpenSearch pages through by offset

Deno.test("readSeries() reads 25,000 points of elmond in order, each once, with no request that it would refuse", async () => {
  for (const refusal of [500, 400, 503]) {
    const stored = points(25_000, 7);
    const run = await read(stored, ELMOND, {}, { reach: 10_000, refusal });
    assertAll(run.vals, stored, `${refusal}`);
    assert(run.asked.length < 30, `${run.asked.length} requests`);
  }
});

Deno.test("readSeries() reads beyond 10,000 where the cut is between two seconds", async () => {
  for (const perSecond of [10, 1000]) {
    const stored = points(25_000, perSecond);
    const run = await read(stored, ELMOND, {}, { reach: 10_000 });
    assertAll(run.vals, stored, `${perSecond} a second`);
  }
});

Deno.test("readSeries() reads beyond 10,000 where one second is longer than a page", async () => {
  for (const perSecond of [999, 1001, 1700, 4999]) {
    const stored = points(22_000, perSecond);
    const run = await read(stored, ELMOND, {}, { reach: 10_000 });
    assertAll(run.vals, stored, `${perSecond} a second`);
  }
});

Deno.test("readSeries() reads beyond 10,000 with pages of other sizes", async () => {
  for (const pageSize of [700, 3000, 5000]) {
    const stored = points(21_000, 6);
    const run = await read(stored, ELMOND, {}, { reach: 10_000, pageSize });
    assertAll(run.vals, stored, `pages of ${pageSize}`);
  }
});

Deno.test("readSeries() reads beyond 10,000 with pages of more than 5,000", async () => {
  for (const pageSize of [5001, 9999, 10_000]) {
    const stored = points(21_000, 6);
    const run = await read(stored, ELMOND, {}, { reach: 10_000, pageSize });
    assertAll(run.vals, stored, `pages of ${pageSize}`);
  }
});

Deno.test("readSeries() reads a few points with the largest page that elmond allows", async () => {
  for (const stored of [points(1), points(3), points(3, 3)]) {
    const options = { reach: 10_000, pageSize: 10_000 };
    const run = await read(stored, ELMOND, {}, options);
    assertAll(run.vals, stored);
  }
});

Deno.test("readSeries() reads beyond 10,000 though points are dropped and seconds are uneven", async () => {
  const seconds = fc.array(
    fc.record({
      points: fc.oneof(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 500, max: 2500 }),
      ),
      gap: fc.integer({ min: 1, max: 3 }),
      dropEvery: fc.integer({ min: 2, max: 50 }),
    }),
    { minLength: 15, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(seconds, async (some) => {
      const stored: Stored[] = [];
      let ts = 1000;
      for (const second of some) {
        ts += second.gap;
        for (let i = 0; i < second.points; i++) {
          const isDropped = i % second.dropEvery === 1;
          stored.push({ ts, val: isDropped ? null : stored.length });
        }
      }
      const run = await read(stored, ELMOND, {}, { reach: 10_000 });
      assertAll(run.vals, stored);
    }),
    { seed: 8, numRuns: 8, endOnFailure: true },
  );
});

Deno.test("readSeries() keeps the end of the window on every page", async () => {
  const stored = points(25_000, 1);
  const windows: Record<string, number>[] = [
    { "time-start": 1500, "time-end": 13_499 },
    { "time-start": 1500, "time-range": 11_999 },
    { "time-end": 13_499, "time-range": 11_999 },
  ];
  for (const times of windows) {
    const options = { reach: 10_000, pageSize: 5000 };
    const run = await read(stored, ELMOND, times, options);
    assertAll(run.vals, stored.slice(500, 12_500));
    assertEquals(run.asked.slice(1).map((query) => query.split("&")[1]), [
      "time-end=13499",
      "time-end=13499",
      "time-end=13499",
    ]);
  }
});

Deno.test("readSeries() keeps to one second that was asked for", async () => {
  const stored = [
    ...points(10, 1, 990),
    ...points(8500, 8500, 1000),
    ...points(10, 1, 1001),
  ];
  const run = await read(stored, ELMOND, { "time": 1000 }, { reach: 10_000 });
  assertAll(run.vals, stored.slice(10, 8510));
});

/**
 * Reads a series from an archive that gives up after 60 requests, so that an
 * endless loop ends.
 */
async function patience(stored: Stored[]) {
  let asked = 0;
  const outcome = await withServer((_, url) => {
    return ++asked > 60
      ? new Response("that is enough", { status: 404 })
      : answer(stored, url, 10_000);
  }, (origin) => untilError(readSeries(archiveAt(origin), ELMOND, {})));
  return { ...outcome, asked };
}

Deno.test("readSeries() says so when one second is more than elmond can page through", async () => {
  const { came, error, asked } = await patience(
    [...points(10, 1, 990), ...points(25_000, 25_000, 1000)],
  );
  assertInstanceOf(error, ArchiveError);
  assert(asked <= 60, "it never stops asking");
  assertEquals(error.received, came.length);
});

Deno.test("readSeries() does not ask for ever when one second is too long and points of it are dropped", async () => {
  const { error, asked } = await patience(
    points(25_000, 25_000).map((point, i) =>
      i % 10 === 0 ? { ...point, val: null } : point
    ),
  );
  assertInstanceOf(error, ArchiveError);
  assert(asked <= 60, "it never stops asking");
});

Deno.test("readSeries() does not ask for ever when the last second almost fills what elmond pages through", async () => {
  for (const count of [9001, 9500, 9999]) {
    const stored = points(count, count);
    let asked = 0;
    await withServer((_, url) => {
      return ++asked > 60
        ? new Response("that is enough", { status: 404 })
        : answer(stored, url, 10_000);
    }, async (origin) => {
      const pages = readSeries(archiveAt(origin), ELMOND, {});
      let came: unknown[] | undefined;
      try {
        came = (await allOf(pages)).map(({ point }) => point.val);
      } catch (error) {
        assertInstanceOf(error, ArchiveError);
      }
      assert(asked <= 60, "it never stops asking");
      if (came !== undefined) assertAll(came, stored);
    });
  }
});

// Repeats

Deno.test("readSeries() does not take equal points of one second for the same page", async () => {
  const stored = [5, 5, 5, 5, 6].map((ts) => ({ ts, val: 1 }));
  for (const series of [ESMOND, ELMOND]) {
    for (const pageSize of [1, 2]) {
      const run = await read(stored, series, {}, { pageSize });
      assertEquals(run.vals.length, 5, `pages of ${pageSize}`);
    }
  }
});

Deno.test("readSeries() gives equal points of one second as often as they came", async () => {
  const stored = points(11_000).map(({ ts }) => ({ ts, val: 1 }))
    .flatMap((point) => [point, point]);
  const run = await read(stored, ELMOND, {}, { reach: 10_000 });
  assertEquals(run.vals.length, 22_000);
});

// A window that moves on

Deno.test("readSeries() loses no point of a window that ends now and moves on between pages", async () => {
  for (const series of [ESMOND, ELMOND]) {
    const now = Math.floor(Date.now() / 1000);
    const isDropped = (ts: number) =>
      series === ELMOND && (ts % 7 === 0 || Math.abs(now - 3500 - ts) < 9);
    const stored = points(5000, 1, now - 4900).map((point) =>
      isDropped(point.ts) ? { ...point, val: null } : point
    );
    let asked = 0;
    await withServer((_, url) => {
      const query = url.searchParams;
      const range = query.get("time-range");
      if (range !== null && !query.has("time-start")) {
        // each request comes a second after the last
        query.set("time-start", String(now + asked++ - Number(range)));
        query.delete("time-range");
      }
      return answer(stored, url);
    }, async (origin) => {
      const all = await allOf(
        readSeries(archiveAt(origin), series, { "time-range": 3500 }),
      );
      const vals = all.map(({ point }) => point.val);
      const from = stored.findIndex((point) => point.val === vals[0]);
      assert(stored[from]!.ts <= now - 3400, "the first point is late");
      assertAll(vals, stored.slice(from), series.dialect);
    });
  }
});

// What points look like

Deno.test("readSeries() gives the exact text of each point", async () => {
  const texts = [
    '{"ts": 1456790400, "val": 7016320000.0}',
    '{ "val":{"10":1,"9":2},"ts":1456790401 }',
    '{"ts":1456790402,"val":9007199254740993}',
  ];
  await withServer(() => json(`\n[${texts.join(", ")}]\n`), async (origin) => {
    const all = await allOf(readSeries(archiveAt(origin), ESMOND, {}));
    assertEquals(all.map(({ text }) => text), texts);
    assertEquals(all[0]?.point, { ts: 1456790400, val: 7016320000 });
  });
});

Deno.test("readSeries() reads times that are text", async () => {
  const list = '[{"ts":" 5.9 ","val":2},{"ts":"1456790400","val":1}]';
  await withServer(() => json(list), async (origin) => {
    const all = await allOf(readSeries(archiveAt(origin), ESMOND, {}));
    assertEquals(all.map(({ point }) => point.ts), [5, 1456790400]);
    assertEquals(all[0]?.text, '{"ts":" 5.9 ","val":2}');
  });
});

Deno.test("readSeries() gives points without a readable time, and values that are not points at all", async () => {
  const list = [
    '{"val":1}',
    '{"ts":null,"val":2}',
    '{"ts":"noon","val":3}',
    '{"ts":true,"val":4}',
    "null",
    "5.0",
    '"x"',
    "[1,2]",
    "{}",
  ];
  await withServer(() => json(`[${list.join()}]`), async (origin) => {
    const archive = archiveAt(origin);
    const all = await allOf(readSeries(archive, ESMOND, {}));
    const said = archive.lines.filter((line) => /without a time/.test(line));
    assertEquals(said.length, 1);
    assertEquals(all.map(({ text }) => text), list);
    assert(all.every(({ point }) => Number.isNaN(point.ts)));
    assertEquals(all.map(({ point }) => point.val), [
      1,
      2,
      3,
      4,
      null,
      5,
      "x",
      [1, 2],
      undefined,
    ]);
  });
});

Deno.test("readSeries() pages through points without a time", async () => {
  const texts = Array.from({ length: 7 }, (_, i) => `{"val":${i}}`);
  for (const series of [ESMOND, ELMOND]) {
    await withServer((_, url) => {
      const offset = Number(url.searchParams.get("offset") ?? 0);
      return json(`[${texts.slice(offset, offset + 3).join()}]`);
    }, async (origin) => {
      const archive = archiveAt(origin, { pageSize: 3 });
      const all = await allOf(readSeries(archive, series, {}));
      assertEquals(all.map(({ text }) => text), texts);
    });
  }
});

Deno.test("readSeries() takes a point without a time once that is among the last of a page", async () => {
  const stored = points(25_000, 10);
  // in the last second before the 10,000, with points of that second round it
  const timeless = 9995;
  await withServer(async (_, url) => {
    const response = answer(stored, url, 10_000);
    const text = await response.text();
    const damaged = text.replace(
      `{"ts":${stored[timeless]!.ts},"val":${timeless}}`,
      `{"val":${timeless}}`,
    );
    return new Response(damaged, {
      status: response.status,
      headers: response.headers,
    });
  }, async (origin) => {
    const all = await allOf(readSeries(archiveAt(origin), ELMOND, {}));
    assertAll(all.map(({ point }) => point.val), stored);
  });
});

// Failure

Deno.test("D03: readSeries() gives the pages before the one that failed, and the error tells how many points", async () => {
  for (const series of [ESMOND, ELMOND]) {
    await withServer((_, url) => {
      return url.searchParams.get("time-start") === "1004"
        ? json({ detail: "no" }, { status: 404 })
        : answer(points(20), url);
    }, async (origin) => {
      const archive = archiveAt(origin, { pageSize: 3 });
      const { came, error } = await untilError(
        readSeries(archive, series, {}),
      );
      assertEquals(came.length, 5);
      assertInstanceOf(error, ArchiveHttpError);
      assertEquals([error.status, error.detail], [404, "no"]);
      assertEquals(error.received, 5);
      assertStringIncludes(error.message, "after 5 had arrived");
      assertEquals(archive.lines.some((line) => /finished/.test(line)), false);
    });
  }
});

Deno.test("readSeries() throws what the first page failed with", async () => {
  await withServer(() => json("{}"), async (origin) => {
    const { came, error } = await untilError(
      readSeries(archiveAt(origin), ESMOND, {}),
    );
    assertEquals(came, []);
    assertInstanceOf(error, ArchiveResponseError);
    assertEquals(error.received, 0);
    assertStringIncludes(error.message, "not a list");
  });
});

Deno.test("readSeries() tries a page again that failed in passing", async () => {
  let failures = 0;
  await withServer((_, url) => {
    return url.searchParams.get("time-start") === "1002" && failures++ === 0
      ? new Response("", { status: 502 })
      : answer(points(5), url);
  }, async (origin) => {
    const archive = archiveAt(origin, { pageSize: 3, retries: 1 });
    assertEquals((await allOf(readSeries(archive, ESMOND, {}))).length, 5);
  });
  assertEquals(failures, 2);
});

Deno.test("readSeries() throws the reason of the caller's signal", async () => {
  const stop = new AbortController();
  const reason = new RangeError("enough");
  await withSockets(async (socket) => {
    await socket.request();
    stop.abort(reason);
    await socket.closed();
  }, async (origin) => {
    const archive = archiveAt(origin, { signal: stop.signal, retries: 3 });
    const { error } = await untilError(readSeries(archive, ESMOND, {}));
    assertStrictEquals(error, reason);
  });
});

// Requests under way

Deno.test("readSeries() has the second request on its way before the first page is used up, and ends it when the loop is left", async () => {
  const second = new Event();
  const ended = new Event();
  await withSockets(async (socket) => {
    if (!(await socket.request()).includes("time-start=")) {
      const body = '[{"ts":1,"val":1}]';
      await socket.send(
        `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      return;
    }
    second.happen();
    await socket.closed();
    ended.happen();
  }, async (origin) => {
    const archive = archiveAt(origin, { pageSize: 1 });
    for await (const _ of readSeries(archive, ESMOND, {})) {
      await second.happened("the second request");
      break;
    }
    await ended.happened("the end of the second request");
  });
});

Deno.test("readSeries() reads NaN and infinities, which Python's archives send, and says so once", async () => {
  const list =
    '[{"ts":1,"val":NaN},{"ts":2,"val":1e9},{"ts":3,"val":-Infinity},{"ts":4,"val":{"a":Infinity}}]';
  for (const series of [ESMOND, ELMOND]) {
    await withServer(() => json(list), async (origin) => {
      const archive = archiveAt(origin);
      const times = { "time-start": 1, "time-end": 4 };
      const all: SeriesPoint[] = [];
      for await (const page of readSeries(archive, series, times)) {
        all.push(...page);
        if (series === ELMOND) break;
      }
      assertEquals(all.map(({ point }) => point.val), [
        NaN,
        1e9,
        -Infinity,
        { a: Infinity },
      ]);
      assertEquals(all.map(({ text }) => text)[0], '{"ts":1,"val":NaN}');
      const said = archive.lines.filter((line) => /NaN/.test(line));
      assertEquals(said.length, 1);
    });
  }
});
