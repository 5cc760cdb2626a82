/** Time filters and conditions of a search. */

import { assertEquals, assertThrows } from "@std/assert";
import { Fault, Refusal } from "../../archive/answers.ts";
import {
  every,
  fieldConditions,
  firstOf,
  lastOf,
  timeRangeOf,
} from "../../archive/query.ts";

const NOW = 1000;

Deno.test("timeRangeOf() takes the first combination of filters that fits", () => {
  const cases: [query: string, start?: number, end?: number][] = [
    [""],
    ["time=5&time-start=1", 5, 5],
    ["time-start=1&time-end=9&time-range=2", 1, 9],
    ["time-start=1&time-range=2", 1, 3],
    ["time-end=9&time-range=2", 7, 9],
    ["time-start=1", 1],
    ["time-end=9", 0, 9],
    ["time-range=100", 900],
    ["time-start=1&time-start=2", 2],
  ];
  for (const [query, start, end] of cases) {
    const range = timeRangeOf(new URLSearchParams(query), NOW);
    assertEquals(range, { start, end }, query);
  }
  const query = new URLSearchParams("time-start=1&time-start=2");
  assertEquals(timeRangeOf(query, NOW, firstOf).start, 1);
});

Deno.test("timeRangeOf() refuses text and empty ranges, and crashes on times that no calendar has", () => {
  for (const query of ["time=x", "time=", "time-start=9&time-end=1"]) {
    assertThrows(() => timeRangeOf(new URLSearchParams(query), NOW), Refusal);
  }
  const query = new URLSearchParams("time-start=999999999999");
  assertThrows(() => timeRangeOf(query, NOW), Fault);
});

Deno.test("firstOf() and lastOf() read repeated parameters", () => {
  const query = new URLSearchParams("a=1&a=2");
  assertEquals([firstOf(query, "a"), lastOf(query, "a")], ["1", "2"]);
  assertEquals([firstOf(query, "b"), lastOf(query, "b")], [
    undefined,
    undefined,
  ]);
});

Deno.test("fieldConditions() passes values, and never puts them into the SQL", async () => {
  const evil = "'; DROP TABLE point; --";
  const query = new URLSearchParams([
    ["tool-name", evil],
    [evil, evil],
    ["source", "192.0.2.10"],
    ["limit", "5"],
  ]);
  const conditions = await fieldConditions(query, () => Promise.resolve([]));
  const { sql, values } = every(conditions);
  assertEquals(sql.includes("DROP"), false);
  assertEquals(values, [evil, evil, evil, "192.0.2.10"]);
  assertEquals(every([]), { sql: "1", values: [] });
});
