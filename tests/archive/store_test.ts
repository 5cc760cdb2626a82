/**
 * What the store keeps, and what its roll-ups add up to.
 */

import { assertEquals, assertThrows } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { Refusal } from "../../archive/answers.ts";
import { describe } from "../../archive/describe.ts";
import { type Series, Store } from "../../archive/store.ts";
import { checkValue } from "../../archive/validate.ts";
import { withDirectory } from "../helpers/directory.ts";
import { description } from "../helpers/archive.ts";

const NOW = 1_700_000_000;

function add(store: Store, eventTypes: Parameters<typeof description>[0]) {
  const { test } = describe(JSON.stringify(description(eventTypes)));
  return store.transaction(() => store.findOrAdd(test, NOW)).test;
}

function write(store: Store, series: Series, ts: number, value: unknown) {
  const stored = checkValue(series.info.valueClass, JSON.stringify(value));
  store.transaction(() => store.write(series, ts, stored));
}

function rowsOf(store: Store, series: Series, seconds?: number) {
  return [...store.rows({ series: series.id, seconds }, -1e10, 1e10)]
    .map((row) => ({ ...row }));
}

Deno.test("a file that is opened again has everything that was stored", async () => {
  await withDirectory((directory) => {
    const path = `${directory}/archive.db`;
    const store = new Store(path);
    const test = add(store, { "throughput": [["average", 300]] });
    write(store, test.series[0]!, 600, 5);
    store.close();
    const again = new Store(path);
    assertEquals(again.test(test.key), test);
    assertEquals(rowsOf(again, test.series[0]!), [
      { ts: 600, number: 5, divisor: 1, json: null },
    ]);
    again.close();
  });
});

Deno.test("each of many tests has its own parameters, series and roll-ups, in the order asked for", () => {
  const store = new Store(":memory:");
  const added = Array.from({ length: 45 }, (_, index) => {
    const more = index % 3 === 0 ? {} : { "time-interval": index };
    const { test } = describe(JSON.stringify(description({
      "throughput": [["average", 300 + index], ["average", 60]],
      ...(index % 2 === 0 && { "failures": [] }),
    }, { "input-source": `host${index}.example`, ...more })));
    return store.transaction(() => store.findOrAdd(test, NOW)).test;
  });
  const all = { sql: "1", values: [] };
  assertEquals(store.tests(all, "id DESC", 100, 0), added.toReversed());
  for (const [index, { parameters, series }] of added.entries()) {
    const interval = parameters.find(({ name }) => name === "time-interval");
    assertEquals(interval?.json, index % 3 === 0 ? undefined : `${index}`);
    const names = series.map(({ info }) => info.name);
    const throughput = series[names.indexOf("throughput")]!;
    assertEquals(names.includes("failures"), index % 2 === 0);
    assertEquals(throughput.summaries, [
      { type: "average", seconds: 60, times: 1 },
      { type: "average", seconds: 300 + index, times: 1 },
    ]);
    assertEquals(store.series(added[index]!.key, "throughput"), throughput);
  }
  store.close();
});

Deno.test("a failed transaction stores nothing", () => {
  const store = new Store(":memory:");
  const test = add(store, { "throughput": [["aggregation", 300]] });
  const series = test.series[0]!;
  write(store, series, 60, 1);
  const five = checkValue("integer", "5");
  const error = assertThrows(() => {
    store.transaction(() => {
      store.write(series, 0, five);
      store.touch(series, NOW);
      store.write(series, 60, five);
    });
  }, Refusal);
  assertEquals(error.status, 409);
  assertEquals(rowsOf(store, series).map(({ ts }) => ts), [60]);
  assertEquals(rowsOf(store, series, 300).map((row) => row.number), [1]);
  assertEquals(store.test(test.key)!.series[0]!.timeUpdated, null);
  store.close();
});

Deno.test("the order of fields, event types and roll-ups does not make another test", () => {
  const body = description({
    "throughput": [["average", 300], ["aggregation", 60]],
    "failures": [],
  }, { "Note": "A", "time-duration": 30 });
  const turned = Object.fromEntries(Object.entries(body).reverse());
  const eventTypes = body["event-types"] as { summaries: unknown[] }[];
  turned["event-types"] = eventTypes.toReversed().map((one) => ({
    ...one,
    summaries: one.summaries.toReversed(),
  }));
  turned["Note"] = "a";
  const checksums = [body, turned, { ...body, "Note": "b" }].map((one) =>
    describe(JSON.stringify(one)).test.checksum
  );
  assertEquals(checksums[0], checksums[1]);
  assertEquals(checksums[0] === checksums[2], false);
});

Deno.test("histograms of a window add up in any order of writes and overwrites", () => {
  const bucket = fc.constantFrom("1", "2.5", "x");
  const histogram = fc.dictionary(bucket, fc.nat(9));
  const writes = fc.array(fc.tuple(fc.nat(20), histogram), { minLength: 1 });
  fc.assert(
    fc.property(writes, (list) => {
      const store = new Store(":memory:");
      const test = add(store, { "histogram-rtt": [["aggregation", 300]] });
      const series = test.series[0]!;
      const last = new Map<number, Record<string, number>>();
      for (const [minute, counts] of list) {
        write(store, series, minute * 60, counts);
        last.set(minute * 60, counts);
      }
      const want: Record<number, Record<string, number>> = {};
      for (const [ts, counts] of last) {
        const bin = want[Math.floor(ts / 300) * 300] ??= {};
        for (const [name, count] of Object.entries(counts)) {
          bin[name] = (bin[name] ?? 0) + count;
        }
      }
      const got = Object.fromEntries(
        rowsOf(store, series, 300).map((
          row,
        ) => [row.ts, JSON.parse(row.json!)]),
      );
      store.close();
      assertEquals(got, want);
    }),
    { seed: 7, numRuns: 60 },
  );
});

Deno.test("numbers of a window add up exactly, beyond 2^53 too", () => {
  const store = new Store(":memory:");
  const series = add(store, { "throughput": [["aggregation", 60]] }).series[0]!;
  const stored = checkValue("integer", "9007199254740993");
  for (const ts of [0, 1, 59, 60]) {
    store.transaction(() => store.write(series, ts, stored));
  }
  assertEquals(
    rowsOf(store, series, 60).map(({ number, divisor }) => [number, divisor]),
    [["27021597764222979", 3], ["9007199254740993", 1]],
  );
  store.close();
});

Deno.test("a histogram at the end of a window stays in it when another one is overwritten", () => {
  const store = new Store(":memory:");
  const test = add(store, { "histogram-rtt": [["aggregation", 300]] });
  const [series] = test.series;
  for (const ts of [300, 599, 600]) write(store, series!, ts, { "1": 1 });
  write(store, series!, 300, { "2": 1 });
  write(store, series!, 599, { "3": 1 });
  assertEquals(
    rowsOf(store, series!, 300).map(({ ts, json }) => [ts, JSON.parse(json!)]),
    [[300, { "2": 1, "3": 1 }], [600, { "1": 1 }]],
  );
  store.close();
});

Deno.test("searches of very many forms are answered, the first ones again too", () => {
  const store = new Store(":memory:");
  add(store, { "throughput": [] });
  const search = (number: number) =>
    store.countTests({
      sql: Array.from({ length: number }, () => "source = ?").join(" AND "),
      values: Array(number).fill("192.0.2.10"),
    });
  for (let number = 1; number <= 250; number++) assertEquals(search(number), 1);
  for (let number = 1; number <= 250; number++) assertEquals(search(number), 1);
  store.close();
});
