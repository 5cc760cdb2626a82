import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  ArchiveHttpError,
  ArchiveResponseError,
  ArchiveSizeError,
  ArchiveTimeoutError,
} from "../../client/errors.ts";
import { readSeries, type Series } from "../../client/series.ts";
import { type Handler, json, withServer } from "../servers/serve.ts";
import {
  allOf,
  archiveAt,
  type TestArchiveOptions,
  untilError,
} from "../helpers/test_archive.ts";
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

const STORED = points(3000);
const WHOLE = { "time-start": 1000, "time-end": 3999 };

/**
 * The answer of an archive that says it in its way when more than `most` points
 * are in the window.
 */
function weak(
  stored: Stored[],
  most: number,
  refuse: (request: Request) => Response | Promise<Response>,
  asked: URL[] = [],
): Handler {
  return (request, url) => {
    asked.push(url);
    if (asked.length > 500) return json({}, { status: 404 });
    return within(stored, url.searchParams).length > most
      ? refuse(request)
      : answer(stored, url, 10_000);
  };
}

/** Sends nothing until the other side gives up. */
async function silence(request: Request): Promise<Response> {
  await new Promise((resolve) =>
    request.signal.addEventListener("abort", resolve)
  );
  return json([]);
}

async function read(
  handler: Handler,
  series: Series,
  times: Record<string, number>,
  options: TestArchiveOptions,
) {
  return await withServer(handler, async (origin) => {
    const archive = archiveAt(origin, { retries: 3, ...options });
    const all = await allOf(readSeries(archive, series, times));
    return { vals: all.map(({ point }) => point.val), lines: archive.lines };
  });
}

function windowsOf(asked: URL[]): string[] {
  return asked.map(({ searchParams }) =>
    `${searchParams.get("time-start")}-${searchParams.get("time-end")}`
  );
}

// Every point once

Deno.test("readSeries() asks for half as much of an archive that runs out of time or room, and gives each point once", async () => {
  const refusals: Record<string, (request: Request) => Response> = {
    "504": () => new Response("", { status: 504 }),
    "408": () => new Response("", { status: 408 }),
    "413": () => new Response("", { status: 413 }),
  };
  for (const [status, refuse] of Object.entries(refusals)) {
    for (const series of [ESMOND, ELMOND]) {
      for (const most of [2999, 800, 100]) {
        const asked: URL[] = [];
        const run = await read(
          weak(STORED, most, refuse, asked),
          series,
          WHOLE,
          { pageSize: 500 },
        );
        assertAll(run.vals, STORED, `${status}, ${most}`);
        assertEquals(windowsOf(asked)[0], "1000-3999");
        for (const window of windowsOf(asked)) {
          const [start, end] = window.split("-").map(Number);
          assert(start! >= 1000 && end! <= 3999 && start! <= end!, window);
        }
      }
    }
  }
});

Deno.test("readSeries() asks for half as much where nothing comes in time", async () => {
  await Promise.all([ESMOND, ELMOND].map(async (series) => {
    const asked: URL[] = [];
    const run = await read(
      weak(STORED, 1000, silence, asked),
      series,
      WHOLE,
      { pageSize: 1000, timeout: 2 },
    );
    assertAll(run.vals, STORED);
    // 3000 points, twice 1500 and four times 750, each window refused once.
    const windows = windowsOf(asked);
    for (const refused of ["1000-3999", "1000-2499", "2500-3999"]) {
      assertEquals(windows.filter((each) => each === refused).length, 1);
    }
  }));
});

Deno.test("readSeries() asks for half as much where an answer is too large, or throws that without retries", async () => {
  const maxResponse = 1 << 20;
  const refuse = () => json(`[${" ".repeat(maxResponse)}]`);
  const asked: URL[] = [];
  const handler = weak(STORED, 2000, refuse, asked);
  const options = { pageSize: 1000, maxResponse };
  const run = await read(handler, ESMOND, WHOLE, options);
  assertAll(run.vals, STORED);
  assertEquals(windowsOf(asked).filter((each) => each === "1000-3999"), [
    "1000-3999",
  ]);
  await withServer(handler, async (origin) => {
    const archive = archiveAt(origin, { retries: 0, maxResponse });
    const { error } = await untilError(readSeries(archive, ESMOND, WHOLE));
    assertInstanceOf(error, ArchiveSizeError);
    assertEquals(error.limit, maxResponse);
  });
});

Deno.test("readSeries() halves what is left when an archive gives up after the first pages", async () => {
  let refused = 0;
  const asked: URL[] = [];
  const handler: Handler = (_, url) => {
    asked.push(url);
    const isLater = Number(url.searchParams.get("time-start")) >= 1900;
    if (isLater && refused++ === 0) return new Response("", { status: 504 });
    return answer(STORED, url);
  };
  const run = await read(handler, ESMOND, WHOLE, { pageSize: 500 });
  assertAll(run.vals, STORED);
  assertEquals([...new Set(windowsOf(asked))].slice(0, 4), [
    "1000-3999",
    "1499-3999",
    "1998-3999",
    "1998-2998",
  ]);
});

Deno.test("readSeries() halves slices too", async () => {
  for (const series of [ESMOND, ELMOND]) {
    const stored = points(12_000);
    const times = { "time-start": 1000, "time-end": 12_999 };
    const asked: URL[] = [];
    const handler: Handler = (_, url) => {
      asked.push(url);
      const count = within(stored, url.searchParams).length;
      // Whatever slice has points of this stretch is too much.
      const start = Number(url.searchParams.get("time-start"));
      const end = Number(url.searchParams.get("time-end"));
      const isHard = end >= 9000 && start <= 10_000 && start > 6500;
      return isHard && count > 100
        ? new Response("", { status: 504 })
        : answer(stored, url);
    };
    const run = await read(handler, series, times, { pageSize: 500 });
    assertAll(run.vals, stored);
    assert(asked.length < 400, `${asked.length} requests`);
  }
});

Deno.test("readSeries() reads an archive whose pages have to be small, if their size is its own business", async () => {
  const asked: URL[] = [];
  const handler: Handler = (_, url) => {
    asked.push(url);
    const limit = Number(url.searchParams.get("limit"));
    return limit > 4500 ? new Response("", { status: 504 }) : answer(long, url);
  };
  const long = points(60_000);
  const times = { "time-start": 1000, "time-end": 60_999 };
  const run = await read(handler, ESMOND, times, { isGrowing: true });
  assertAll(run.vals, long);
  // What could not be had is not tried for ever.
  const refused = asked.filter(({ searchParams }) =>
    Number(searchParams.get("limit")) > 4500
  );
  assert(refused.length <= 20, `${refused.length} of ${asked.length}`);
});

Deno.test("readSeries() halves what is left more than once, wherever the archive gave up", async () => {
  for (const series of [ESMOND, ELMOND]) {
    for (const after of [1, 2, 5]) {
      const asked: URL[] = [];
      const handler: Handler = (_, url) => {
        asked.push(url);
        const count = within(STORED, url.searchParams).length;
        return asked.length > after && count > 300
          ? new Response("", { status: 504 })
          : answer(STORED, url);
      };
      const run = await read(handler, series, WHOLE, { pageSize: 200 });
      assertAll(run.vals, STORED, `${series.dialect}, after ${after}`);
    }
  }
});

Deno.test("readSeries() halves the first slice as well", async () => {
  const stored = points(12_000);
  const times = { "time-start": 1000, "time-end": 12_999 };
  for (const series of [ESMOND, ELMOND]) {
    const handler: Handler = (_, url) => {
      const isSlice = Number(url.searchParams.get("time-start")) > 6500;
      return isSlice && within(stored, url.searchParams).length > 100
        ? new Response("", { status: 504 })
        : answer(stored, url);
    };
    const run = await read(handler, series, times, { pageSize: 500 });
    assertAll(run.vals, stored);
  }
});

Deno.test("readSeries() tries again what cannot be cut, if that fails in passing", async () => {
  const cases: [Series, Record<string, number>][] = [
    [{ ...ELMOND, isRollUp: true, window: 86_400 }, {
      "time-start": 0,
      "time-end": 86_399,
    }],
    [ESMOND, { "time-start": 1000, "time-end": 1000 }],
    [ESMOND, { "time": 1000 }],
  ];
  for (const [series, times] of cases) {
    let asked = 0;
    const handler: Handler = () =>
      ++asked === 1
        ? new Response("", { status: 504 })
        : json([{ ts: times["time"] ?? times["time-start"], val: 1 }]);
    const run = await read(handler, series, times, { retries: 1 });
    assertEquals([run.vals, asked], [[1], 2]);
  }
});

// Bounds

Deno.test("readSeries() throws at once what cannot be had when there are to be no retries", async () => {
  for (const status of [504, 408, 413]) {
    let asked = 0;
    await withServer(() => {
      asked++;
      return new Response("", { status });
    }, async (origin) => {
      const archive = archiveAt(origin, { retries: 0 });
      const { error } = await untilError(readSeries(archive, ESMOND, WHOLE));
      assertInstanceOf(error, ArchiveHttpError);
      assertEquals(error.status, status);
    });
    assertEquals(asked, 1);
  }
});

Deno.test("readSeries() gives up on an archive that always runs out of time after two halvings for each retry", async () => {
  const asked: URL[] = [];
  await withServer((_, url) => {
    asked.push(url);
    return new Response("", { status: 504 });
  }, async (origin) => {
    const archive = archiveAt(origin, { retries: 1 });
    const { came, error } = await untilError(
      readSeries(archive, ESMOND, WHOLE),
    );
    assertEquals(came, []);
    assertInstanceOf(error, ArchiveHttpError);
    assertEquals([error.status, error.received], [504, 0]);
    assertEquals(
      archive.lines.filter((line) => /asking for half/.test(line)).length,
      2,
    );
  });
  // The last quarter of the window is tried once more, as any request is.
  assertEquals(windowsOf(asked), [
    "1000-3999",
    "1000-2499",
    "1000-1749",
    "1000-1749",
  ]);
});

Deno.test("readSeries() does not halve one second", async () => {
  for (
    const times of [{ "time": 1000 }, { "time-start": 1000, "time-end": 1000 }]
  ) {
    let asked = 0;
    await withServer(() => {
      asked++;
      return new Response("", { status: 504 });
    }, async (origin) => {
      const archive = archiveAt(origin, { retries: 1 });
      const pages = readSeries(
        archive,
        ESMOND,
        times as Record<string, number>,
      );
      const { error } = await untilError(pages);
      assertInstanceOf(error, ArchiveHttpError);
    });
    assertEquals(asked, 2);
  }
});

Deno.test("readSeries() does not halve a window whose end it does not know", async () => {
  const asked: string[] = [];
  await withServer((_, url) => {
    asked.push(url.search);
    return new Response("", { status: 413 });
  }, async (origin) => {
    const archive = archiveAt(origin, { retries: 3 });
    const times = { "time-start": 1000 };
    const { error } = await untilError(readSeries(archive, ESMOND, times));
    assertInstanceOf(error, ArchiveHttpError);
  });
  assertEquals(asked, ["?time-start=1000&limit=1000"]);
});

Deno.test("readSeries() does not halve for what asking for less does not help against", async () => {
  for (const status of [400, 401, 404, 501]) {
    let asked = 0;
    await withServer(() => {
      asked++;
      return new Response("", { status });
    }, async (origin) => {
      const archive = archiveAt(origin, { retries: 3 });
      const { error } = await untilError(readSeries(archive, ESMOND, WHOLE));
      assertInstanceOf(error, ArchiveHttpError);
    });
    assertEquals(asked, 1, `${status}`);
  }
});

Deno.test("an archive that falls silent altogether is given up, with the time-out", async () => {
  const asked: URL[] = [];
  await withServer((request, url) => {
    asked.push(url);
    return silence(request);
  }, async (origin) => {
    const archive = archiveAt(origin, { retries: 1, timeout: 0.1 });
    const { error } = await untilError(readSeries(archive, ELMOND, WHOLE));
    assertInstanceOf(error, ArchiveTimeoutError);
  });
  assertEquals(windowsOf(asked), ["1000-3999", "1000-2499", "1000-1749"]);
});

// Roll-ups

Deno.test("roll-ups are halved at the ends of their windows only, so that each value counts all of its points", async () => {
  const window = 300;
  const raw = points(6000, 1, 2999);
  const rollUp = (query: URLSearchParams): Stored[] => {
    const counts = new Map<number, number>();
    for (const { ts } of within(raw, query)) {
      const begin = Math.floor(ts / window) * window;
      counts.set(begin, (counts.get(begin) ?? 0) + 1);
    }
    return [...counts].map(([ts, val]) => ({ ts, val }));
  };
  for (const series of [ESMOND, ELMOND]) {
    for (const [start, end] of [[3000, 8699], [3100, 8650], [2999, 8999]]) {
      const asked: URL[] = [];
      const times = { "time-start": start!, "time-end": end! };
      const run = await read(
        (_, url) => {
          asked.push(url);
          const query = url.searchParams;
          if (within(raw, query).length > 1500) {
            return new Response("", { status: 504 });
          }
          const from = Number(query.get("offset") ?? 0);
          return json(rollUp(query).slice(from));
        },
        { ...series, isRollUp: true, window },
        times,
        {},
      );
      // elmond is asked for whole windows.
      const begun = series === ELMOND
        ? Math.floor(start! / window) * window
        : start!;
      const query = new URLSearchParams({
        "time-start": `${begun}`,
        "time-end": `${end}`,
      });
      assertEquals(run.vals, rollUp(query).map(({ val }) => val));
      for (const [begin, last] of windowsOf(asked).map((w) => w.split("-"))) {
        assert(Number(begin) === begun || Number(begin) % window === 0, begin);
        assert(Number(last) === end || (Number(last) + 1) % window === 0, last);
      }
      assert(asked.length > 4);
    }
  }
});

// Pages that cannot be right

/** What comes of a series whose second page is wrong so many times. */
async function wrongPage(
  wrong: (page: Stored[], url: URL, before: Stored[]) => unknown[],
  times: number,
  series: Series = ESMOND,
  retries = 2,
) {
  let count = 0;
  const stored = points(20);
  const asked: string[] = [];
  return await withServer((_, url) => {
    const start = url.searchParams.get("time-start")!;
    asked.push(start);
    if (start !== "1004" || count++ >= times) return answer(stored, url);
    return json(wrong(stored.slice(4, 9), url, stored.slice(0, 5)));
  }, async (origin) => {
    const archive = archiveAt(origin, { pageSize: 5, retries });
    const window = { "time-start": 1000, "time-end": 1019 };
    const came: unknown[] = [];
    let error: unknown;
    try {
      for await (const page of readSeries(archive, series, window)) {
        came.push(...[...page].map(({ point }) => point.val));
      }
    } catch (problem) {
      error = problem;
    }
    const again = asked.filter((start) => start === "1004").length;
    const warnings = archive.lines.filter((line) => / is kept: /.test(line));
    return { came, error, again, stored, warnings };
  });
}

const reversed = (page: Stored[]) => page.toReversed();
const repeated = (_: Stored[], __: URL, before: Stored[]) => before;
const doubled = ([first, second, ...rest]: Stored[]) => [
  first!,
  second!,
  second!,
  ...rest.slice(0, 2),
];
/** That is the point that the page before ended with. */
const firstDoubled = (page: Stored[]) => [page[0]!, ...page.slice(0, 4)];
const beyond = (page: Stored[]) => [...page.slice(0, 4), { ts: 5000, val: -1 }];

Deno.test("readSeries() asks again for a page out of order, a repeated page, points of another time, and a point twice", async () => {
  for (const wrong of [reversed, repeated, doubled, firstDoubled, beyond]) {
    const run = await wrongPage(wrong, 1);
    assertEquals(run.error, undefined, wrong.name);
    assertAll(run.came, run.stored, wrong.name);
    assertEquals(run.warnings, []);
    assertEquals(run.again, 2, wrong.name);
  }
});

Deno.test("readSeries() throws what is wrong with a page that comes out of order, repeated, or of another time, twice alike", async () => {
  for (
    const [wrong, message] of [
      [reversed, /not in order of time/],
      [repeated, /not in order of time|the same page twice/],
      [beyond, /outside of the time asked for/],
    ] as const
  ) {
    for (const series of [ESMOND, ELMOND]) {
      const { came, error, again } = await wrongPage(wrong, 99, series);
      assertInstanceOf(error, ArchiveResponseError);
      assertEquals(message.test(error.message), true, error.message);
      assertEquals(came, [0, 1, 2, 3, 4]);
      assertEquals([error.received, again], [5, 2]);
    }
  }
});

Deno.test("readSeries() believes a doubtful page of an archive that stays with it, and warns once", async () => {
  const { came, error, again, warnings } = await wrongPage(doubled, 99);
  assertEquals([error, again], [undefined, 2]);
  assertEquals(came.slice(4, 10), [4, 5, 5, 6, 7, 8]);
  assertEquals(came.length, 21);
  assertEquals(warnings.length, 1);
  assert(/a point twice/.test(warnings[0]!), warnings[0]);
});

Deno.test("readSeries() asks once for a doubtful page, and once for an impossible one, without retries", async () => {
  const doubtful = await wrongPage(doubled, 99, ESMOND, 0);
  assertEquals([doubtful.error, doubtful.again], [undefined, 1]);
  assertEquals(doubtful.came.length, 21);
  const impossible = await wrongPage(reversed, 99, ESMOND, 0);
  assertInstanceOf(impossible.error, ArchiveResponseError);
  assertEquals(impossible.again, 1);
});

Deno.test("readSeries() does not believe an archive that doubts itself: a page that comes otherwise each time is an error", async () => {
  let turn = 0;
  const { came, error, again } = await wrongPage(
    (page) => [page[0]!, page[0]!, { ts: 1006, val: 1000 + turn++ }],
    99,
    ESMOND,
    1,
  );
  assertInstanceOf(error, ArchiveResponseError);
  assertEquals(error.message.includes("a point twice"), true);
  assertEquals([came, again], [[0, 1, 2, 3, 4], 2]);
});

Deno.test("readSeries() finds nothing wrong with equal points of one second in elmond", async () => {
  const run = await wrongPage(doubled, 99, ELMOND);
  const { came, error, again, warnings } = run;
  assertEquals([error, again, warnings], [undefined, 1, []]);
  assertEquals(came.length, 21);
});
