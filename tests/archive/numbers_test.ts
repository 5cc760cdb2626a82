/** Numbers that are stored together are stored as each on its own. */

import { assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../archive/answers.ts";
import { describe } from "../../archive/describe.ts";
import { type Series, Store } from "../../archive/store.ts";
import { description } from "../helpers/archive.ts";

type Point = [ts: number, number: number | bigint];

/** Runs `use` with a store and a series with two roll-ups. */
function withSeries(use: (store: Store, series: Series) => void) {
  const store = new Store(":memory:");
  const about = description({
    "throughput": [["aggregation", 60], ["average", 60], ["average", 0]],
  });
  const { test } = describe(JSON.stringify(about));
  use(store, store.transaction(() => store.findOrAdd(test, 0)).test.series[0]!);
  store.close();
}

function writeAll(store: Store, series: Series, points: Point[]) {
  for (const [ts, number] of points) {
    store.write(series, ts, { number, divisor: 1, json: null });
  }
}

/** The points and the bins of both windows. */
function rowsOf(store: Store, { id }: Series) {
  return [undefined, 0, 60].map((seconds) =>
    [...store.rows({ series: id, seconds }, -1e10, 1e10)]
      .map(({ ts, number, divisor }) => [ts, number, divisor])
  );
}

Deno.test("together() stores and adds up what single writes do, however many there are", () => {
  for (const count of [0, 1, 49, 50, 51, 230]) {
    const points = Array.from(
      { length: count },
      (_, index): Point => [index * 7 - 500, index % 3 ? index : -index],
    );
    withSeries((store, series) => {
      store.together(() => writeAll(store, series, points));
      store.together(() => writeAll(store, series, [[7000, 1], [7001, 2]]));
      withSeries((other, same) => {
        other.transaction(() => {
          writeAll(other, same, [...points, [7000, 1], [7001, 2]]);
        });
        assertEquals(rowsOf(store, series), rowsOf(other, same));
      });
    });
  }
});

Deno.test("together() adds up exactly, beyond 2^53 too", () => {
  const large = Number.MAX_SAFE_INTEGER;
  withSeries((store, series) => {
    const points: Point[] = [[1, large], [2, large], [3, large], [
      4,
      2n ** 60n,
    ]];
    store.together(() => writeAll(store, series, points));
    assertEquals(rowsOf(store, series)[2], [
      [0, String(BigInt(large) * 3n + 2n ** 60n), 4],
    ]);
  });
});

Deno.test("together() refuses the first second that has a number, and stores nothing", () => {
  const fresh = Array.from({ length: 120 }, (_, ts): Point => [ts, 1]);
  const taken: [Point[], number][] = [
    [[[500, 2], [500, 3]], 500], // in one request
    [[[1000, 2]], 1000], // in the file
    [[[600, 2], [1000, 2], [600, 3]], 1000],
    [[[600, 2], [600, 2n ** 60n]], 600],
  ];
  for (const [points, second] of taken) {
    withSeries((store, series) => {
      store.together(() => writeAll(store, series, [[1000, 1]]));
      const before = rowsOf(store, series);
      const error = assertThrows(
        () =>
          store.together(() => {
            writeAll(store, series, [...fresh, ...points]);
            throw new Refusal("what comes after it");
          }),
        Refusal,
        `already exists with event type throughput at time ${second}`,
      );
      assertEquals(error.status, 409);
      assertEquals(rowsOf(store, series), before);
      // A transaction afterwards writes each on its own again.
      store.transaction(() => writeAll(store, series, fresh));
      assertEquals(rowsOf(store, series)[0]!.length, 121);
    });
  }
});

Deno.test("together() passes on what else goes wrong, and does no work twice for it", () => {
  withSeries((store, series) => {
    let times = 0;
    assertThrows(() =>
      store.together(() => {
        times++;
        writeAll(store, series, [[1, 1]]);
        throw new TypeError("a defect");
      }), TypeError);
    assertEquals([times, rowsOf(store, series)[0]], [1, []]);
  });
});
