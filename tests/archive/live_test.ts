/** An archive whose results arrive between requests. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Live, paceOf } from "../../archive/live.ts";
import { fillSample } from "../../archive/sample.ts";
import { startArchive } from "../../archive/server.ts";
import { Store } from "../../archive/store.ts";
import { describe } from "../../archive/describe.ts";
import { checkValue } from "../../archive/validate.ts";
import { withDirectory } from "../helpers/directory.ts";
import { description, read, ROOT } from "../helpers/archive.ts";

/** Points of tests: the number of the test, the event type, the second. */
type Point = [number: number, eventType: string, ts: number];

/** Runs `use` on a live archive with these points. */
async function withLive(
  points: Point[],
  pace: { start: number; step: number },
  use: (url: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const db = `${directory}/live.db`;
    const store = new Store(db);
    const series = { "path-mtu": [], "failures": [] };
    for (const [number, name, ts] of points) {
      const body = JSON.stringify(description(series, { number }));
      const { test } = store.findOrAdd(describe(body).test, 0);
      const { id, info, ...more } = test.series.find((one) =>
        one.info.name === name
      )!;
      store.write({ id, info, ...more }, ts, checkValue(info.valueClass, "1"));
    }
    store.close();
    const archive = await startArchive({ db, dialect: "elmond", live: pace });
    try {
      await use(archive.url + ROOT);
    } finally {
      await archive.close();
    }
  });
}

async function numbers(url: string): Promise<number[]> {
  const list = await read(url);
  return list.map(({ number }: { number: number }) => number);
}

Deno.test("each request lets results arrive, which move their tests to the front", async () => {
  const points: Point[] = [
    [1, "path-mtu", 10],
    [2, "path-mtu", 20],
    [1, "path-mtu", 31],
    [3, "path-mtu", 41],
  ];
  await withLive(points, { start: 20, step: 10 }, async (url) => {
    assertEquals(await numbers(url), [2, 1]);
    assertEquals(await numbers(url), [2, 1]);
    assertEquals(await numbers(url), [1, 2]);
    const list = await read(url);
    assertEquals(list.length, 3);
    const path = list[1].uri + "/path-mtu/base/0";
    const data = await read(new URL(path, url).href);
    assertEquals(data.map(({ ts }: { ts: number }) => ts), [10, 31]);
  });
});

Deno.test("a test is hidden while its latest result has failed, and still counts", async () => {
  const points: Point[] = [
    [1, "path-mtu", 5],
    [2, "path-mtu", 10],
    [2, "failures", 20],
    [2, "path-mtu", 30],
  ];
  await withLive(points, { start: 20, step: 10 }, async (url) => {
    const [first] = await read(url);
    assertEquals(
      [first.number, first["metadata-count-total"]],
      [1, 2],
    );
    assertEquals(await numbers(url), [2, 1]);
  });
});

Deno.test("a page without a describable test is empty, with tests after it", async () => {
  const points: Point[] = [[1, "path-mtu", 5], [2, "failures", 20]];
  await withLive(points, { start: 20, step: 1 }, async (url) => {
    assertEquals(await read(`${url}?limit=1`), []);
    assertEquals(await numbers(`${url}?limit=1&offset=1`), [1]);
  });
});

Deno.test("large totals are estimated, small ones are exact", () => {
  const live = new Live({ start: 0, step: 1 });
  assertEquals([0, 1, 3000].map((n) => live.estimate(n)), [0, 1, 3000]);
  const estimates = [3500, 10_400, 12_000].map((n) => live.estimate(n) / n);
  assert(estimates.some((one) => one !== 1));
  assert(estimates.every((one) => Math.abs(one - 1) <= 0.01));
});

Deno.test("paceOf() lets the last quarter of what is stored arrive in a thousand requests", () => {
  const store = new Store(":memory:");
  assertEquals(paceOf(store), { start: 0, step: 1 });
  fillSample(store, 0.1, 1_790_000_000, "elmond");
  const { first, last } = store.extent()!;
  const { start, step } = paceOf(store);
  store.close();
  assert(Math.abs((last - start) / (last - first) - 1 / 4) < 0.01);
  assert(start + 1000 * step >= last && step > 1);
});

Deno.test("an archive of esmond's cannot be live", async () => {
  await assertRejects(() => startArchive({ live: true }), RangeError);
});
