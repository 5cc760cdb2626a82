/** Stored rows as they are read: in pieces, and exact. */

import { assertEquals } from "@std/assert";
import { describe } from "../../archive/describe.ts";
import { Store } from "../../archive/store.ts";
import { checkValue } from "../../archive/validate.ts";
import { description } from "../helpers/archive.ts";

function add(store: Store, eventTypes: Parameters<typeof description>[0]) {
  const { test } = describe(JSON.stringify(description(eventTypes)));
  return store.transaction(() => store.findOrAdd(test, 0)).test;
}

Deno.test("rows() passes over an offset once, however many pieces it fetches", () => {
  const store = new Store(":memory:");
  const [series] = add(store, { "throughput": [] }).series;
  const [long] = add(store, { "failures": [] }).series;
  store.transaction(() => {
    for (let ts = 0; ts < 500; ts++) {
      store.write(series!, ts, checkValue("integer", "1"));
      store.write(long!, ts, checkValue("json", `"${"x".repeat(2000)}"`));
    }
  });
  const want = Array.from({ length: 250 }, (_, index) => 150 + index);
  for (const { id } of [series!, long!]) {
    const rows = [...store.rows({ series: id }, 0, 1e6, 250, 150)];
    assertEquals(rows.map(({ ts }) => ts), want);
  }
  const late = [...store.rows({ series: series!.id }, 100, 1e6, 1000, 350)];
  assertEquals(late.map(({ ts }) => ts), want.slice(0, 50).map((n) => n + 300));
  store.close();
});

Deno.test("rows() reads a number beyond 2^53 exactly, and those around it as numbers", () => {
  const store = new Store(":memory:");
  const [series] = add(store, { "throughput": [] }).series;
  const large = new Map([[150, "9007199254740993"], [
    151,
    "-9007199254740993",
  ]]);
  store.transaction(() => {
    for (let ts = 0; ts < 300; ts++) {
      const text = large.get(ts) ?? String(ts);
      store.write(series!, ts, checkValue("integer", text));
    }
  });
  for (const _ of ["first", "again"]) {
    assertEquals(
      [...store.rows({ series: series!.id }, 0, 299)].map((row) => row.number),
      Array.from({ length: 300 }, (_, ts) => large.get(ts) ?? ts),
    );
  }
  assertEquals(store.count({ series: series!.id }, 140, 160), 21);
  store.close();
});
