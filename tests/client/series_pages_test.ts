/** How the pages of a slice follow each other, and where they end. */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { ArchiveResponseError } from "../../client/errors.ts";
import { readSeries, type Series } from "../../client/series.ts";
import { allOf, archiveAt, untilError } from "../helpers/test_archive.ts";
import { json, withServer } from "../servers/serve.ts";
import {
  answer,
  assertAll,
  ELMOND,
  ESMOND,
  points,
  type Stored,
  within,
} from "./stored.ts";

// Caps of gateways

/** An archive behind a gateway that gives so many points a page at most. */
function capped(stored: Stored[], cap: number, asked: number[] = []) {
  return (_: Request, url: URL) => {
    const limit = Number(url.searchParams.get("limit"));
    asked.push(limit);
    url.searchParams.set("limit", String(Math.min(limit, cap)));
    return answer(stored, url);
  };
}

Deno.test("readSeries() reads all points though a gateway caps pages", async () => {
  for (const series of [ESMOND, ELMOND]) {
    for (const cap of [100, 500, 1000, 1440]) {
      for (
        const count of [cap - 1, cap, 3 * cap, 8 * cap + 17]
      ) {
        const stored = points(count);
        for (const options of [{ isGrowing: true }, { pageSize: 5000 }]) {
          for (
            const times of [{}, { "time-start": 1000, "time-end": 40_000 }]
          ) {
            await withServer(capped(stored, cap), async (origin) => {
              const archive = archiveAt(origin, options);
              const all = await allOf(
                readSeries(archive, series, times as Record<string, number>),
              );
              assertAll(
                all.map(({ point }) => point.val),
                stored,
                `${cap} of ${count}`,
              );
            });
          }
        }
      }
    }
  }
});

Deno.test("readSeries() asks for no more than a gateway gives, once it knows, whatever the series", async () => {
  const asked: number[] = [];
  await withServer(capped(points(6000), 500, asked), async (origin) => {
    const archive = archiveAt(origin, { isGrowing: true });
    await allOf(readSeries(archive, ESMOND, {}));
    assert(asked.length < 16, `${asked.length} requests`);
    asked.length = 0;
    const other = {
      ...ESMOND,
      uri: "/esmond/perfsonar/archive/K/packet-trace/base",
    };
    await allOf(readSeries(archive, other, {}));
    assertEquals(asked.filter((limit) => limit !== 500), []);
  });
});

Deno.test("readSeries() asks once for each series of an export that are all of one length", async () => {
  for (const count of [5, 99, 288, 1440, 2881]) {
    let requests = 0;
    const stored = points(count);
    await withServer((_, url) => {
      requests++;
      return answer(stored, url);
    }, async (origin) => {
      const archive = archiveAt(origin, { isGrowing: true });
      for (let i = 0; i < 50; i++) {
        const uri = `/esmond/perfsonar/archive/K${i}/throughput/base`;
        const all = await allOf(readSeries(archive, { ...ESMOND, uri }, {}));
        assertEquals(all.length, count);
      }
    });
    assert(requests <= 53, `${requests} for 50 series of ${count} points`);
  }
});

Deno.test("readSeries() believes a short page of an archive that has sent a longer one", async () => {
  const asked: string[] = [];
  const counts: Record<string, number> = { a: 730, b: 520, c: 120 };
  await withServer((_, url) => {
    const key = url.pathname.split("/")[4]!;
    asked.push(key);
    return answer(points(counts[key]!), url);
  }, async (origin) => {
    const archive = archiveAt(origin);
    for (const key of ["a", "b", "c"]) {
      const uri = `/esmond/perfsonar/archive/${key}/throughput/base`;
      await allOf(readSeries(archive, { ...ESMOND, uri }, {}));
    }
  });
  assertEquals(asked, ["a", "a", "b", "c"]);
});

/** What comes of a series whose pages a server changes, by their number. */
async function readChanged(
  series: Series,
  stored: Stored[],
  change: (page: number, query: URLSearchParams) => Response | void,
): Promise<unknown[]> {
  let page = 0;
  return await withServer((_, url) => {
    return change(++page, url.searchParams) ?? answer(stored, url);
  }, async (origin) => {
    const archive = archiveAt(origin, { isGrowing: true });
    const times = { "time-start": 0, "time-end": Number(stored.at(-1)!.ts) };
    const all = await allOf(readSeries(archive, series, times));
    return all.map(({ point }) => point.val);
  });
}

Deno.test("readSeries() reads all points though a gateway begins to cap pages in the middle of a series", async () => {
  for (const series of [ESMOND, ELMOND]) {
    for (const cap of [150, 300, 333]) {
      for (const begin of [2, 3, 4]) {
        const stored = points(14_000);
        const all = await readChanged(series, stored, (page, query) => {
          const limit = Math.min(Number(query.get("limit")), cap);
          if (page >= begin) query.set("limit", `${limit}`);
        });
        assertAll(all, stored, `${cap} from page ${begin}`);
      }
    }
  }
});

Deno.test("readSeries() reads all points though one page is cut short", async () => {
  for (const series of [ESMOND, ELMOND]) {
    for (const cut of [2, 3]) {
      const stored = points(4000);
      const all = await readChanged(series, stored, (page, query) => {
        if (page === cut) query.set("limit", "150");
      });
      assertAll(all, stored, `page ${cut}`);
    }
  }
});

Deno.test("readSeries() reads all points though a gateway caps pages at very few points, now and then or always", async () => {
  for (
    const caps of [[10], [64], [99], [101, 7], [1000, 300, 1000, 50, 99, 1000]]
  ) {
    const stored = points(3000);
    const all = await readChanged(ESMOND, stored, (page, query) => {
      const cap = caps[(page - 1) % caps.length]!;
      query.set("limit", `${Math.min(Number(query.get("limit")), cap)}`);
    });
    assertAll(all, stored, `caps of ${caps}`);
  }
});

Deno.test("readSeries() reads all points though a gateway caps pages of a window that ends in the future", async () => {
  const now = Math.floor(Date.now() / 1000);
  const stored = Array.from(
    { length: 288 },
    (_, at) => ({ ts: now - 300 * (288 - at), val: at }),
  );
  await withServer((_, url) => {
    url.searchParams.set("limit", "50");
    return answer(stored, url);
  }, async (origin) => {
    const archive = archiveAt(origin);
    const times = { "time-start": now - 86_400, "time-end": now + 86_400 };
    const all = await allOf(readSeries(archive, ESMOND, times));
    assertAll(all.map(({ point }) => point.val), stored);
  });
});

Deno.test("readSeries() asks once for a few points that reach as far as the time asked for, and twice for others", async () => {
  const runs = [[20, 20, 1], [20, 200, 2], [9, 200, 1]] as const;
  for (const [count, seconds, requests] of runs) {
    const run: string[] = [];
    await withServer((_, url) => {
      run.push(url.search);
      return answer(points(count), url);
    }, async (origin) => {
      const times = { "time-start": 1000, "time-end": 1000 + seconds };
      const all = await allOf(readSeries(archiveAt(origin), ESMOND, times));
      assertEquals(all.length, count);
    });
    assertEquals(run.length, requests);
  }
});

Deno.test("readSeries() asks again for a slice in which nothing came, and skips a gap", async () => {
  for (const series of [ESMOND, ELMOND]) {
    const stored = points(60_000).filter(({ ts }) =>
      Number(ts) < 30_000 || Number(ts) > 45_000
    );
    const empty = new Set<string>();
    const all = await readChanged(series, stored, (_page, query) => {
      const start = query.get("time-start")!;
      if (Number(start) < 20_000 || empty.size > 0) return;
      empty.add(start);
      return new Response("[]");
    });
    assertAll(all, stored);
    assert(empty.size > 0);
  }
});

Deno.test("readSeries() asks once more where a gateway begins to cap the only page of a series at a round number", async () => {
  for (const cap of [250, 512, 750]) {
    let requests = 0;
    const stored = points(1440);
    await withServer((_, url) => {
      const limit = Number(url.searchParams.get("limit"));
      const most = ++requests > 3 ? cap : Infinity;
      url.searchParams.set("limit", `${Math.min(limit, most)}`);
      return answer(stored, url);
    }, async (origin) => {
      const archive = archiveAt(origin, { pageSize: 5000 });
      for (let i = 0; i < 6; i++) {
        const all = await allOf(readSeries(archive, ESMOND, {}));
        assertEquals(all.length, 1440, `cap ${cap}`);
      }
    });
  }
});

Deno.test("readSeries() does not take nothing after a full page for the end of a series", async () => {
  for (const series of [ESMOND, ELMOND]) {
    await assertRejects(
      () =>
        readChanged(
          series,
          points(4000),
          (page) => page > 1 ? new Response("[]") : undefined,
        ),
      ArchiveResponseError,
      "nothing, where it had sent points before",
    );
  }
});

// Archives that send more than they are asked for

Deno.test("readSeries() reads an archive that sends more points a page than were asked for", async () => {
  for (const series of [ESMOND, ELMOND]) {
    for (const times of [{}, { "time-start": 1000, "time-end": 9999 }]) {
      const stored = points(8000);
      await withServer((_, url) => {
        const limit = Number(url.searchParams.get("limit"));
        url.searchParams.set("limit", String(limit + 5));
        return answer(stored, url);
      }, async (origin) => {
        const archive = archiveAt(origin, { pageSize: 500 });
        const all = await allOf(
          readSeries(archive, series, times as Record<string, number>),
        );
        assertAll(all.map(({ point }) => point.val), stored);
      });
    }
  }
});

Deno.test("readSeries() takes all points of a page that nothing limits", async () => {
  await withServer(
    (_, url) => json(within(points(3000), url.searchParams)),
    async (origin) => {
      const all = await allOf(readSeries(archiveAt(origin), ESMOND, {}));
      assertAll(all.map(({ point }) => point.val), points(3000));
    },
  );
});

// Pages that cannot be what was asked for

Deno.test("readSeries() takes the same page twice for an archive that does not page", async () => {
  for (const series of [ESMOND, ELMOND]) {
    let asked = 0;
    await withServer(() => {
      asked++;
      return json(points(3));
    }, async (origin) => {
      const archive = archiveAt(origin, { pageSize: 3 });
      const { came, error } = await untilError(
        readSeries(archive, series, {}),
      );
      assertEquals(came.length, 3);
      assertInstanceOf(error, ArchiveResponseError);
      assertStringIncludes(
        error.message,
        "the same page twice, after 3 had arrived",
      );
      assertStringIncludes(error.url, "time-start=1002");
    });
    assertEquals(asked, 2);
  }
});

Deno.test("readSeries() takes a few points that come again, whatever time is asked for, for all that there are", async () => {
  let asked = 0;
  await withServer(() => {
    asked++;
    return json(points(95));
  }, async (origin) => {
    const archive = archiveAt(origin);
    const times = { "time-start": 1000, "time-end": 5000 };
    const all = await allOf(readSeries(archive, ESMOND, times));
    assertEquals(all.length, 95);
  });
  assertEquals(asked, 2);
});

Deno.test("readSeries() refuses a page whose points are out of order or outside of the time asked for", async () => {
  const cases: [ts: number[], said: string][] = [
    [[1002, 1001], "its points are not in order of time"],
    [[999, 1001], "points from outside of the time asked for"],
    [[1001, 2001], "points from outside of the time asked for"],
  ];
  for (const series of [ESMOND, ELMOND]) {
    for (const [seconds, said] of cases) {
      const page = json(seconds.map((ts) => ({ ts, val: 1 })));
      await withServer(() => page.clone(), async (origin) => {
        const times = { "time-start": 1000, "time-end": 2000 };
        await assertRejects(
          () => allOf(readSeries(archiveAt(origin), series, times)),
          ArchiveResponseError,
          said,
        );
      });
    }
  }
});

Deno.test("readSeries() takes the first point of a roll-up from a window that begins before the time asked for", async () => {
  const series = { ...ESMOND, isRollUp: true, window: 300 };
  for (const [ts, isTaken] of [[900, true], [701, true], [699, false]]) {
    await withServer(() => json([{ ts, val: 1 }]), async (origin) => {
      const times = { "time-start": 1000, "time-end": 2000 };
      const all = allOf(readSeries(archiveAt(origin), series, times));
      if (isTaken) assertEquals((await all).length, 1);
      else await assertRejects(() => all, ArchiveResponseError, "outside");
    });
  }
});

Deno.test("readSeries() ends after a hundred pages of one second that are all alike", async () => {
  let asked = 0;
  await withServer((_, url) => {
    asked++;
    const limit = Number(url.searchParams.get("limit"));
    return json(Array(limit).fill({ ts: 1000, val: 1 }));
  }, async (origin) => {
    await assertRejects(
      () => allOf(readSeries(archiveAt(origin, { pageSize: 2 }), ESMOND, {})),
      ArchiveResponseError,
      "the same page twice",
    );
  });
  assert(asked > 100 && asked < 105, `${asked} requests`);
});

Deno.test("readSeries() warns once of points that esmond sends twice", async () => {
  const cases: [seconds: number[], series: Series, warnings: number][] = [
    [[1, 2, 2, 3, 4, 5, 5, 6], ESMOND, 1],
    [[1, 2, 2, 3, 4, 5, 5, 6], ELMOND, 0],
    [[1, 2, 3, 4, 5, 6], ESMOND, 0],
  ];
  for (const [seconds, series, warnings] of cases) {
    const stored = seconds.map((ts) => ({ ts, val: 1 }));
    await withServer((_, url) => answer(stored, url), async (origin) => {
      const archive = archiveAt(origin, { pageSize: 4 });
      await allOf(readSeries(archive, series, {}));
      const lines = archive.lines.filter((line) => /a point twice/.test(line));
      assertEquals(lines.length, warnings, archive.lines.join("\n"));
    });
  }
});
