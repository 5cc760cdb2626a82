import { assert, assertEquals } from "@std/assert";
import { readSeries, type Series } from "../../client/series.ts";
import { json, withServer } from "../servers/serve.ts";
import { allOf, archiveAt } from "../helpers/test_archive.ts";
import { ELMOND, ESMOND, points, within } from "./stored.ts";

/** A result each minute, and what elmond counts of those in its windows. */
const RESULTS = points(600).map(({ val }, i) => ({ ts: 60_000 + 60 * i, val }));

function counts(query: URLSearchParams, window: number) {
  const found = new Map<number, number>();
  for (const { ts } of within(RESULTS, query)) {
    const begin = Math.floor(ts / window) * window;
    found.set(begin, (found.get(begin) ?? 0) + 1);
  }
  return [...found].map(([ts, val]) => ({ ts, val }));
}

/** The counts of a roll-up of an hour, and what was said about them. */
async function read(series: Series, times: Record<string, number>) {
  const asked: string[] = [];
  return await withServer((_, url) => {
    asked.push(url.searchParams.get("time-start") ?? "");
    return json(counts(url.searchParams, 3600));
  }, async (origin) => {
    const archive = archiveAt(origin);
    const all = await allOf(readSeries(archive, series, times));
    return {
      asked,
      all: all.map(({ point }) => [point.ts, point.val]),
      said: archive.lines.filter((line) => /not whole/.test(line)),
    };
  });
}

const HOURLY: Series = { ...ELMOND, isRollUp: true, window: 3600 };

Deno.test("readSeries() asks elmond for a roll-up from the beginning of a window on, so that the first is whole", async () => {
  const windows: Record<string, number>[] = [
    { "time-start": 70_000, "time-end": 79_199 },
    { "time-start": 70_000, "time-range": 9199 },
    { "time-range": 9199, "time-end": 79_199 },
  ];
  for (const times of windows) {
    const { all, asked, said } = await read(HOURLY, times);
    assertEquals(all, [[68_400, 60], [72_000, 60], [75_600, 60]]);
    assertEquals(asked, ["68400"]);
    assertEquals(said, []);
  }
});

Deno.test("readSeries() names the window of a roll-up of elmond that ends after the time asked for", async () => {
  const times = { "time-start": 68_400, "time-end": 80_000 };
  const { all, said } = await read(HOURLY, times);
  assertEquals(all.at(-1), [79_200, 14]);
  assertEquals(said.length, 1);
  assert(said[0]!.includes("from 1970-01-01T22:00:00Z on"), said[0]);
});

Deno.test("readSeries() leaves the start of esmond's roll-ups, which it keeps", async () => {
  const times = { "time-start": 70_000, "time-end": 79_199 };
  const kept: Series = { ...ESMOND, isRollUp: true, window: 3600 };
  assertEquals((await read(kept, times)).asked, ["70000"]);
});
