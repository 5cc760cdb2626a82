import { assert, assertEquals } from "@std/assert";
import { readSeries, type Series } from "../../client/series.ts";
import { IS_LONG } from "../helpers/long.ts";
import { withServer } from "../servers/serve.ts";
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
        const ways = [{ pageSize: 1000 }, { isGrowing: true }];
        // In short, pages of any size only with the last of the windows.
        const isAll = IS_LONG || window === "pages and slices";
        for (const options of isAll ? ways : ways.slice(0, 1)) {
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
