import { assert, assertEquals, assertRejects } from "@std/assert";
import { ArchiveResponseError } from "../../client/errors.ts";
import { readSeries, type Series } from "../../client/series.ts";
import { json, withServer } from "../servers/serve.ts";
import {
  allOf,
  archiveAt,
  type TestArchiveOptions,
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

/** What becomes of an archive before it answers a request for data. */
type Change = (stored: Stored[], request: number) => void;

const CHANGES: Record<string, Change> = {
  "forgets old points, once": (stored, request) => {
    if (request === 2) stored.splice(0, 100);
  },
  "forgets some before each page": (stored) => {
    stored.splice(0, 30);
  },
  "forgets all that it has sent": (stored, request) => {
    if (request === 2) stored.splice(0, 1300);
  },
  "gets a late point": (stored, request) => {
    if (request === 2) stored.splice(500, 0, { ts: 1995, val: -1 });
  },
  "gets a late point at the border": (stored, request) => {
    if (request === 2) stored.splice(999, 0, { ts: 2993, val: -1 });
  },
  "gets points at its end": (stored, request) => {
    if (request > 20) return;
    const { ts, val } = stored.at(-1)!;
    stored.push({ ts: ts + 2, val: val! + 1 });
  },
  "forgets old points and gets late ones": (stored) => {
    stored.splice(0, 30);
    stored.splice(1, 0, { ts: stored[0]!.ts + 1, val: -1 });
  },
};

/** Reads a series from an archive that changes meanwhile. */
async function readChanging(
  change: Change,
  series: Series,
  times: Record<string, number>,
  options: TestArchiveOptions = {},
) {
  const stored = points(12_000).map(({ val }, i) => ({
    ts: 1000 + 2 * i,
    val,
  }));
  let requests = 0;
  return await withServer((_, url) => {
    requests++;
    change(stored, requests);
    return answer(stored, url, series.dialect === "elmond" ? 10_000 : Infinity);
  }, async (origin) => {
    const archive = archiveAt(origin, options);
    const all = await allOf(readSeries(archive, series, times));
    assert(stored.length === 0 || all.length > 0);
    return all.map(({ point }) => point);
  });
}

/** Fails unless each of these values came, in order, once. */
function assertOnce(
  came: { ts: number | string; val?: unknown }[],
  from: number,
  to: number,
  what: string,
) {
  const vals = came.map(({ val }) => Number(val)).filter((val) => val >= 0);
  const wanted = Array.from({ length: to - from }, (_, i) => from + i);
  const at = wanted.findIndex((val, i) => val !== vals[i]);
  assertEquals([at, vals[at]], [-1, undefined], what);
  for (const [i, { ts }] of came.entries()) {
    assert(i === 0 || ts >= came[i - 1]!.ts, `${what}: order`);
  }
  const late = came.filter(({ val }) => val === -1).map(({ ts }) => ts);
  assertEquals(new Set(late).size, late.length, `${what}: late ones twice`);
}

for (const [name, change] of Object.entries(CHANGES)) {
  Deno.test(`readSeries() loses no point and repeats none while an archive ${name}`, async () => {
    const windows: [string, Record<string, number>][] = [
      ["no window", {}],
      ["a start", { "time-start": 1000 }],
      ["pages and slices", { "time-start": 1000, "time-end": 24_999 }],
    ];
    for (const series of [ESMOND, ELMOND]) {
      for (const [window, times] of windows) {
        for (const options of [{ pageSize: 1000 }, { isGrowing: true }]) {
          // The first change comes before the first answer.
          let first = 0;
          const came = await readChanging(
            (stored, request) => {
              change(stored, request);
              if (request === 1) {
                first = stored.find(({ val }) => val! >= 0)!.val!;
              }
            },
            series,
            times,
            options,
          );
          const what = `${series.dialect}, ${window}`;
          if (name === "forgets all that it has sent") {
            // Those that it forgot before it was asked for them cannot come.
            const vals = came.map(({ val }) => Number(val));
            assertEquals(
              vals.slice(0, 1000),
              points(1000).map(({ val }) => val),
            );
            assertOnce(came.slice(1000), 1300, 12_000, what);
          } else assertOnce(came, first, came.at(-1)!.val as number + 1, what);
        }
      }
    }
  });
}

Deno.test("readSeries() loses no point while an archive forgets old ones and answers only for half of what is asked", async () => {
  for (const series of [ESMOND, ELMOND]) {
    const stored = points(6000);
    let requests = 0;
    await withServer((_, url) => {
      if (++requests === 4) stored.splice(0, 300);
      return within(stored, url.searchParams).length > 4000
        ? new Response("", { status: 504 })
        : answer(stored, url, 10_000);
    }, async (origin) => {
      const archive = archiveAt(origin, { pageSize: 500, retries: 3 });
      const all = await allOf(
        readSeries(archive, series, { "time-start": 1000, "time-end": 6999 }),
      );
      assertAll(
        all.map(({ point }) => point.val),
        points(6000),
        series.dialect,
      );
    });
  }
});

Deno.test("readSeries() takes a point once that is corrected while the next page is asked for", async () => {
  const stored = points(2500);
  let requests = 0;
  await withServer((_, url) => {
    if (++requests === 2) stored[999] = { ts: 1999, val: -5 };
    return answer(stored, url);
  }, async (origin) => {
    const all = await allOf(readSeries(archiveAt(origin), ESMOND, {}));
    assertAll(all.map(({ point }) => point.val), points(2500));
  });
});

Deno.test("readSeries() takes a late result of elmond in the last second of a page, and no other twice", async () => {
  const stored = points(2500, 7);
  let requests = 0;
  await withServer((_, url) => {
    if (++requests === 2) {
      stored.splice(997, 0, { ts: stored[997]!.ts, val: -5 });
    }
    return answer(stored, url);
  }, async (origin) => {
    const all = await allOf(readSeries(archiveAt(origin), ELMOND, {}));
    const vals = all.map(({ point }) => point.val as number);
    assertEquals(vals.filter((val) => val === -5), [-5]);
    assertAll(vals.filter((val) => val !== -5), points(2500, 7));
  });
});

Deno.test("readSeries() says that points vanished that were to come once more, and gives the rest", async () => {
  const stored = points(2500);
  let requests = 0;
  await withServer((_, url) => {
    if (++requests === 2) stored.splice(0, 1001);
    return answer(stored, url);
  }, async (origin) => {
    const archive = archiveAt(origin);
    const all = await allOf(readSeries(archive, ESMOND, {}));
    assertEquals(all.length, 2499);
    const warnings = archive.lines.filter((line) => /is kept: /.test(line));
    assertEquals(warnings.length, 1);
    assert(/less than it had sent before/.test(warnings[0]!));
  });
});

Deno.test("readSeries() begins a page of a roll-up at the beginning of one of its windows", async () => {
  const series: Series = { ...ESMOND, isRollUp: true, window: 300 };
  const stored = points(2500).map(({ val }, i) => ({ ts: 300 * i, val }));
  const asked: number[] = [];
  await withServer((_, url) => {
    const query = new URLSearchParams(url.search);
    const start = Number(query.get("time-start"));
    asked.push(start);
    // as esmond does
    query.set("time-start", String(Math.floor(start / 300) * 300));
    url.search = `${query}`;
    return answer(stored, url);
  }, async (origin) => {
    const times = { "time-start": 1000, "time-end": 700_000 };
    const all = await allOf(readSeries(archiveAt(origin), series, times));
    assertAll(all.map(({ point }) => point.val), stored.slice(3, 2334));
  });
  assertEquals(asked.shift(), 1000);
  assertEquals(asked.filter((start) => start % 300 !== 0), []);
});

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
