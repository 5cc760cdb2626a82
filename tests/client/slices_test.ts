import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { ArchiveHttpError, ArchiveResponseError } from "../../client/errors.ts";
import { readSeries, type Series } from "../../client/series.ts";
import { type Handler, json, withServer } from "../servers/serve.ts";
import {
  allOf,
  archiveAt,
  type TestArchiveOptions,
  untilError,
} from "../helpers/test_archive.ts";
import { Event, pause, until } from "../helpers/waiting.ts";
import {
  answer,
  assertAll,
  ELMOND,
  ESMOND,
  points,
  type Stored,
  within,
} from "./stored.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/**
 * A series that is long enough to be read in slices, with fixed pages of 500
 * and less.
 */
const LONG = points(9000);

/** All of {@linkcode LONG}. */
const WHOLE = { "time-start": 1000, "time-end": 9999 };

function timesOf(url: URL) {
  return {
    start: Number(url.searchParams.get("time-start")),
    end: Number(url.searchParams.get("time-end")),
    offset: Number(url.searchParams.get("offset") ?? 0),
  };
}

/**
 * Whether a request is for a slice of {@linkcode WHOLE}: with pages of 500, the
 * last page before the slices begins a little before this.
 */
function isSlice(url: URL): boolean {
  const { start, end } = timesOf(url);
  return end < WHOLE["time-end"] || start > 6000;
}

interface Run {
  vals: unknown[];
  asked: URL[];
  /** How many requests were under way at the same time at most. */
  most: number;
}

/** Reads a series from an archive whose answers overtake each other. */
async function read(
  handler: (url: URL) => Response | Promise<Response>,
  series: Series,
  times: Record<string, number>,
  options: TestArchiveOptions = {},
): Promise<Run> {
  const asked: URL[] = [];
  let underWay = 0;
  let most = 0;
  return await withServer(async (_, url) => {
    most = Math.max(most, ++underWay);
    asked.push(url);
    try {
      if (asked.length > 2000) return json({}, { status: 404 });
      // Every third answer is overtaken by the next ones.
      await pause(asked.length % 3 === 0 ? 4 : 0);
      return await handler(url);
    } finally {
      underWay--;
    }
  }, async (origin) => {
    const archive = archiveAt(origin, options);
    const all = await allOf(readSeries(archive, series, times));
    let free = 0;
    while (archive.gate.takeAhead()) free++;
    assertEquals(
      free,
      options.concurrency ?? 6,
      "answers ahead to be given back",
    );
    return { vals: all.map(({ point }) => point.val), asked, most };
  });
}

// Every point once

/** A stretch of a series. */
interface Stretch {
  /** How many points. */
  count: number;
  /**
   * Seconds from point to point; less than one is several a second, which only
   * elmond has.
   */
  step: number;
  /** Empty seconds in front of it. */
  gap: number;
}

const stretch: fc.Arbitrary<Stretch> = fc.record({
  count: fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 2000, max: 6000 }),
  ),
  step: fc.constantFrom(1, 1, 5, 60, 0.1, 0.002),
  gap: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 50 }),
    fc.integer({ min: 10_000, max: 5_000_000 }),
  ),
});

function storedOf(
  stretches: Stretch[],
  { dialect }: Series,
  dropEvery: number,
): Stored[] {
  const stored: Stored[] = [];
  let ts = 1_000_000;
  for (const { count, step, gap } of stretches) {
    ts += gap;
    const width = dialect === "esmond" ? Math.max(1, step) : step;
    for (let i = 0; i < count; i++) {
      const isDropped = dialect === "elmond" && i % dropEvery === 1;
      stored.push({
        ts: ts + Math.floor(i * width),
        val: isDropped ? null : stored.length,
      });
    }
    ts += Math.ceil(count * width) + 1;
  }
  return stored;
}

/**
 * A window of time, by what is known of the points: inside, at their borders,
 * or far outside of them.
 */
function windowOf(
  stored: Stored[],
  from: number,
  to: number,
  slack: number,
): Record<string, number> {
  const at = (part: number) => {
    const index = Math.floor(part * stored.length);
    return stored[Math.min(index, stored.length - 1)]?.ts ?? 1_000_000;
  };
  return { "time-start": at(from) - slack, "time-end": at(to) + slack };
}

Deno.test("readSeries() gives every point of a long series once and in order, never asks for more at a time than agreed, and never outside of the window", async () => {
  let sliced = 0;
  const run = fc.record({
    stretches: fc.array(stretch, { minLength: 3, maxLength: 7 }),
    series: fc.constantFrom(ESMOND, ELMOND),
    dropEvery: fc.integer({ min: 2, max: 60 }),
    pageSize: fc.option(fc.integer({ min: 90, max: 2000 }), {
      nil: undefined,
      freq: 2,
    }),
    concurrency: fc.integer({ min: 1, max: 8 }),
    from: fc.constantFrom(0, 0, 0.1),
    to: fc.constantFrom(1, 1, 0.9),
    slack: fc.constantFrom(0, 0, 1, 100_000),
  });
  await fc.assert(
    fc.asyncProperty(run, async (some) => {
      const { series, pageSize, concurrency } = some;
      const stored = storedOf(some.stretches, series, some.dropEvery);
      const times = windowOf(stored, some.from, some.to, some.slack);
      const reach = series.dialect === "elmond" ? 10_000 : Infinity;
      const { vals, asked, most } = await read(
        (url) => answer(stored, url, reach),
        series,
        times,
        {
          concurrency,
          ...(pageSize === undefined ? { isGrowing: true } : { pageSize }),
        },
      );
      const query = new URLSearchParams(
        Object.entries(times).map(([name, value]) => [name, `${value}`]),
      );
      assertAll(vals, within(stored, query));
      assert(most <= concurrency, `${most} of ${concurrency}`);
      for (const url of asked) {
        const { start, end } = timesOf(url);
        assert(start >= times["time-start"]!, `${url.search} for ${query}`);
        assert(end <= times["time-end"]!, `${url.search} for ${query}`);
        assert(start <= end, url.search);
      }
      const ends = new Set(asked.map((url) => timesOf(url).end));
      if (ends.size > 1) sliced++;
    }),
    { seed: 42, numRuns: 14, endOnFailure: true },
  );
  assert(sliced >= 5, `only ${sliced} were read in slices`);
});

Deno.test("readSeries() loses no point between two seconds of a long series", async () => {
  const stored = Array.from(
    { length: 30_000 },
    (_, at) => ({ ts: 1_000_000 + at / 4, val: at }),
  );
  const { vals } = await read(
    (url) => answer(stored, url),
    ESMOND,
    { "time-start": 1_000_000, "time-end": 1_010_000 },
    { isGrowing: true },
  );
  assertEquals(vals.length, stored.length);
});

Deno.test("readSeries() grows its pages and slices as far as a quick archive goes", async () => {
  for (const series of [ESMOND, ELMOND]) {
    const stored = points(60_000);
    const times = { "time-start": 1000, "time-end": 60_999 };
    const options = { isGrowing: true };
    const run = await read(
      (url) => answer(stored, url, 10_000),
      series,
      times,
      options,
    );
    assertAll(run.vals, stored);
    const limits = run.asked.map((url) =>
      Number(url.searchParams.get("limit"))
    );
    assertEquals(limits[0], 1000);
    assert(limits.every((limit) => limit >= 1000 && limit <= 10_000));
    assert(limits.includes(4000), `${limits}`);
    assert(limits.includes(series === ESMOND ? 10_000 : 5000), `${limits}`);
    // Slices are meant to be one page each.
    const cut = run.asked.filter((url) => timesOf(url).end < 60_999);
    const begun = new Set(cut.map((url) => timesOf(url).end)).size;
    assert(begun >= 4, `${begun} slices`);
    if (series === ESMOND) {
      assert(cut.length <= 1.5 * begun, `${cut.length} for ${begun} slices`);
    }
  }
});

Deno.test("readSeries() gives equal points of one second in slices as often as they are there", async () => {
  const stored = points(9000, 3).map(({ ts }) => ({ ts, val: 7 }));
  const times = { "time-start": 1000, "time-end": 3999 };
  for (const pageSize of [100, 250]) {
    const run = await read((url) => answer(stored, url), ELMOND, times, {
      pageSize,
    });
    assertEquals(run.vals.length, 9000);
    assert(run.asked.some(isSlice));
  }
});

Deno.test("readSeries() reads on after years without a point, with few requests", async () => {
  const stored = [...points(7000), { ts: 400_000_000, val: 7000 }];
  const times = { "time-start": 1000, "time-end": 500_000_000 };
  for (const series of [ESMOND, ELMOND]) {
    const run = await read((url) => answer(stored, url), series, times, {
      pageSize: 500,
    });
    assertAll(run.vals, stored);
    // elmond is asked twice for what seems to be empty.
    const most = series === ESMOND ? 100 : 200;
    assert(run.asked.length < most, `${run.asked.length} requests`);
  }
});

Deno.test("readSeries() does not look through the years after a series that has ended", async () => {
  const stored = points(5999);
  const times = { "time-start": 1000, "time-end": 500_000_000 };
  const run = await read((url) => answer(stored, url), ESMOND, times, {
    isGrowing: true,
  });
  assertAll(run.vals, stored);
  // Two full pages, a short one, and nothing after that.
  assertEquals(run.asked.length, 4);
});

Deno.test("readSeries() does not cut a window whose ends it does not know", async () => {
  for (const times of [{}, { "time-start": 1000 }, { "time-end": 9999 }]) {
    const run = await read(
      (url) => answer(LONG, url),
      ESMOND,
      times as Record<string, number>,
      {
        pageSize: 500,
      },
    );
    assertAll(run.vals, LONG);
    assertEquals(
      new Set(run.asked.map((url) => url.searchParams.get("time-end"))).size,
      1,
    );
  }
});

Deno.test("readSeries() cuts every window that has both ends, however they are given", async () => {
  for (
    const times of [
      WHOLE,
      { "time-start": 1000, "time-range": 8999 },
      { "time-end": 9999, "time-range": 8999 },
    ]
  ) {
    const run = await read(
      (url) => answer(LONG, url),
      ESMOND,
      times as Record<string, number>,
      {
        pageSize: 500,
      },
    );
    assertAll(run.vals, LONG);
    assert(run.asked.some(isSlice), JSON.stringify(times));
  }
});

Deno.test("readSeries() has as many requests under way as agreed where answers take their time", async () => {
  for (const concurrency of [1, 2, 5]) {
    const run = await read(
      async (url) => {
        await pause(10);
        return answer(LONG, url);
      },
      ESMOND,
      WHOLE,
      { pageSize: 300, concurrency },
    );
    assertAll(run.vals, LONG);
    assertEquals(run.most, concurrency);
  }
});

// Roll-ups

/**
 * The values of a roll-up that counts the points of its windows, as elmond
 * makes it: of those points that are asked for.
 */
function rollUpOf(
  stored: Stored[],
  window: number,
  query: URLSearchParams,
): Stored[] {
  const counts = new Map<number, number>();
  for (const { ts } of within(stored, query)) {
    const begin = Math.floor(ts / window) * window;
    counts.set(begin, (counts.get(begin) ?? 0) + 1);
  }
  return [...counts].map(([ts, val]) => ({ ts, val }));
}

Deno.test("readSeries() asks for elmond's roll-ups at once, however long they are and however small the pages", async () => {
  const stored = points(12_000, 1, 86_400);
  const times = { "time-start": 86_400, "time-end": 98_000 };
  const run = await read(
    (url) => json(rollUpOf(stored, 1, url.searchParams)),
    { ...ELMOND, isRollUp: true, window: 300 },
    times,
    { pageSize: 100 },
  );
  assertEquals(run.vals.length, 11_601);
  assertEquals(run.asked.length, 1);
});

Deno.test("readSeries() cuts the roll-ups of esmond at the ends of their windows, and gives each value once", async () => {
  const stored = points(9000).map(({ val }, i) => ({ ts: 300 * i, val }));
  const series = { ...ESMOND, isRollUp: true, window: 300 };
  const times = { "time-start": 0, "time-end": 300 * 9000 };
  const run = await read((url) => answer(stored, url), series, times, {
    pageSize: 500,
  });
  assertAll(run.vals, stored);
  const ends = new Set(run.asked.map((url) => timesOf(url).end));
  assert(ends.size > 5);
  for (const end of ends) {
    assert(end === times["time-end"] || (end + 1) % 300 === 0, `${end}`);
  }
});

// Leaving

/**
 * A server that answers up to a point, and then keeps what is asked for waiting
 * until the other side gives up.
 */
function stalling(isStalled: (url: URL) => boolean) {
  const begun = new Event();
  const ended: Promise<void>[] = [];
  const release = Promise.withResolvers<void>();
  const handler: Handler = async (request, url) => {
    if (!isStalled(url)) return answer(LONG, url);
    const gone = Promise.withResolvers<void>();
    request.signal.addEventListener("abort", () => gone.resolve());
    ended.push(gone.promise);
    begun.happen();
    await Promise.race([gone.promise, release.promise]);
    return json([]);
  };
  return { begun, ended, release, handler };
}

Deno.test("leaving the loop amid the slices ends everything that is under way, and gives back what was ahead", async () => {
  for (const series of [ESMOND, ELMOND]) {
    const server = stalling((url) => isSlice(url) && timesOf(url).start > 6600);
    await withServer(server.handler, async (origin) => {
      const archive = archiveAt(origin, { pageSize: 500, concurrency: 4 });
      let came = 0;
      for await (const page of readSeries(archive, series, WHOLE)) {
        came += page.length;
        if (came <= 5600) continue;
        await server.begun.happened("the first slice ahead");
        break;
      }
      assert(server.ended.length > 0);
      await Promise.all(server.ended);
      server.release.resolve();
      await pause(1);
      const others = [1, 2, 3, 4].map(() => archive.gate.takeAhead());
      assertEquals(others, [true, true, true, true]);
      // All places are free again.
      const quick = await allOf(
        readSeries(archive, series, { "time-start": 1000, "time-end": 1009 }),
      );
      assertEquals(quick.length, 10);
    });
  }
});

Deno.test("a signal ends a long series with its reason, and everything that is under way", async () => {
  const stop = new AbortController();
  const reason = new RangeError("enough");
  const server = stalling((url) => timesOf(url).start > 6500);
  await withServer(server.handler, async (origin) => {
    const archive = archiveAt(origin, { pageSize: 500, signal: stop.signal });
    server.begun.happened("a slice").then(() => stop.abort(reason));
    const { came, error } = await untilError(
      readSeries(archive, ESMOND, WHOLE),
    );
    assertStrictEquals(error, reason);
    assertAll(came.map(({ point }) => point.val), LONG.slice(0, came.length));
    await Promise.all(server.ended);
    server.release.resolve();
  });
});

Deno.test("readSeries() asks no further for a long series that nobody reads on", async () => {
  let asked = 0;
  await withServer((_, url) => {
    asked++;
    return answer(points(90_000), url);
  }, async (origin) => {
    const archive = archiveAt(origin, { pageSize: 500, concurrency: 3 });
    const times = { "time-start": 1000, "time-end": 90_999 };
    const pages = readSeries(archive, ESMOND, times);
    let came = 0;
    while (came < 7000) came += ((await pages.next()).value ?? []).length;
    await pause(100);
    // The pages that came, a slice or two that was read ahead of each of three,
    // and what those began.
    assert(asked <= came / 300 + 12, `${asked} requests for ${came}`);
    await pages.return();
  });
});

// Failure

Deno.test("an error in a later slice is thrown after all points before it, and nothing follows", async () => {
  for (const series of [ESMOND, ELMOND]) {
    for (const status of [404, 400, 501]) {
      for (const from of [6600, 7000, 8000, 9700]) {
        await withServer(async (_, url) => {
          const { start, end } = timesOf(url);
          const isBad = isSlice(url) && start <= from && end >= from;
          if (isBad) return json({ detail: "no" }, { status });
          await pause(start % 7); // errors are there first
          return answer(LONG, url);
        }, async (origin) => {
          const archive = archiveAt(origin, { pageSize: 500, retries: 2 });
          const { came, error } = await untilError(
            readSeries(archive, series, WHOLE),
          );
          assertInstanceOf(error, ArchiveHttpError);
          assertEquals(error.status, status);
          assertAll(
            came.map(({ point }) => point.val),
            LONG.slice(0, came.length),
          );
          const bad = timesOf(new URL(error.url));
          assert(came.length >= 5000);
          // Everything in front of the slice that failed, and nothing of it.
          assertEquals(
            came.filter(({ point }) => Number(point.ts) < bad.start).length,
            bad.start - 1000,
          );
          assert(came.every(({ point }) => Number(point.ts) <= bad.start));
        });
      }
    }
  }
});

Deno.test("a slice that failed in passing is asked for again, and all points come", async () => {
  for (const status of [500, 502]) {
    const failed = new Set<string>();
    const run = await read(
      (url) => {
        if (isSlice(url) && timesOf(url).start > 7000 && !failed.size) {
          failed.add(url.search);
          return json({}, { status });
        }
        return answer(LONG, url);
      },
      ESMOND,
      WHOLE,
      { pageSize: 500, retries: 1 },
    );
    assertAll(run.vals, LONG);
    assertEquals(failed.size, 1);
  }
});

Deno.test("points of another time in a slice are asked for again, and are an error if they stay", async () => {
  for (const isPassing of [true, false]) {
    let bad = 0;
    await withServer((_, url) => {
      const { start, end } = timesOf(url);
      if (isSlice(url) && start > 7000 && (bad === 0 || !isPassing)) {
        bad++;
        return json([{ ts: start, val: -1 }, { ts: end + 1, val: -1 }]);
      }
      return answer(LONG, url);
    }, async (origin) => {
      const archive = archiveAt(origin, { pageSize: 500, retries: 1 });
      const pages = readSeries(archive, ESMOND, WHOLE);
      if (isPassing) {
        assertAll((await allOf(pages)).map(({ point }) => point.val), LONG);
        return;
      }
      const { came, error } = await untilError(pages);
      assertInstanceOf(error, ArchiveResponseError);
      assertEquals(/outside of the time asked for/.test(error.message), true);
      assertAll(came.map(({ point }) => point.val), LONG.slice(0, came.length));
    });
  }
});

// Draining

Deno.test("a gate that closes lets what is under way finish, gives its points as far as they go, sends no more, and its reason is thrown", async () => {
  const reason = new RangeError("drained");
  for (const series of [ESMOND, ELMOND]) {
    for (const at of [1, 4, 12, 15]) {
      let asked = 0;
      let finished = 0;
      const asking = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      await withServer(async (_, url) => {
        if (++asked === at) asking.resolve();
        if (asked >= at) await release.promise;
        finished++;
        return answer(LONG, url);
      }, async (origin) => {
        const archive = archiveAt(origin, { pageSize: 500, concurrency: 3 });
        const draining = asking.promise.then(async () => {
          archive.gate.close(reason);
          const sent = archive.gate.requests;
          await until(() => asked >= sent, "what was sent arrives");
          release.resolve();
          return sent;
        });
        const { came, error } = await untilError(
          readSeries(archive, series, WHOLE),
        );
        assertStrictEquals(error, reason);
        assertEquals(
          asked,
          await draining,
          "requests sent after the gate was closed",
        );
        assertEquals(archive.gate.requests, asked);
        assertAll(
          came.map(({ point }) => point.val),
          LONG.slice(0, came.length),
        );
        // All pages up to this one are there: before slices, pages come one
        // after the other.
        assert(
          came.length >= 499 * Math.min(at, 10),
          `${came.length} at ${at}`,
        );
        assert(finished > 0);
      });
    }
  }
});

Deno.test("leaving the loop in the last slice ends what is under way", async () => {
  const stored = points(8000);
  const begun = new Event();
  const release = Promise.withResolvers<void>();
  let isEnded = false;
  await withServer(async (request, url) => {
    const { searchParams } = url;
    const isLast = searchParams.get("time-end") === "8999" &&
      searchParams.get("limit") === "10000";
    if (isLast) {
      request.signal.addEventListener("abort", () => isEnded = true);
      begun.happen();
      await release.promise;
    }
    return answer(stored, url);
  }, async (origin) => {
    const archive = archiveAt(origin, { pageSize: 1000 });
    let came = 0;
    for await (
      const page of readSeries(archive, ELMOND, {
        "time-start": 1000,
        "time-end": 8999,
      })
    ) {
      came += page.length;
      if (came < 8000) continue;
      await begun.happened("the last page");
      break;
    }
    await until(() => isEnded, "the end of the request");
    release.resolve();
  });
});

Deno.test("leaving the loop in a slice of a slice gives back what was ahead", async () => {
  // Thin, and at the very end a burst: the last slice is long itself.
  const stored = [
    ...points(6000).map(({ val }, i) => ({ ts: 1000 + 10 * i, val })),
    ...points(3000, 5, 61_000),
  ];
  await withServer((_, url) => answer(stored, url), async (origin) => {
    for (let left = 6000; left < 8900; left += 400) {
      const archive = archiveAt(origin, { pageSize: 100, concurrency: 3 });
      let came = 0;
      for await (
        const page of readSeries(archive, ELMOND, {
          "time-start": 1000,
          "time-end": 61_600,
        })
      ) {
        came += page.length;
        if (came > left) break;
      }
      let free = 0;
      while (archive.gate.takeAhead()) free++;
      assertEquals(free, 3, `left after ${left}: ${free}`);
    }
  });
});
