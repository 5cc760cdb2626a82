/** Pages of esmond, and the addresses of their neighbours. */

import { assertEquals } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import type { Archive } from "../../archive/archive.ts";
import { describe } from "../../archive/describe.ts";
import { LIMITS } from "../../archive/limits.ts";
import { Store } from "../../archive/store.ts";
import { given } from "../../archive/values.ts";
import { description } from "../helpers/archive.ts";
import {
  linkHeader,
  neighboursOf,
  pageOf,
  quotePlus,
  readPage,
} from "../../archive/paging.ts";

Deno.test("pageOf() ignores unusable numbers", () => {
  const cases: [query: string, limit: number, offset: number][] = [
    ["", 1500, 0],
    ["limit=5&offset=10", 5, 10],
    ["limit=0&offset=-1", 1500, 0],
    ["limit=x&offset=y", 1500, 0],
    ["limit=1&limit=2", 2, 0],
    ["limit=99999999999999999999", Number.MAX_SAFE_INTEGER, 0],
  ];
  for (const [query, limit, offset] of cases) {
    const page = pageOf(new URLSearchParams(query), 1500);
    assertEquals(page, { limit, offset }, query);
  }
});

const URL_ = new URL("http://localhost/list/?b=2&a=1+1&offset=5&limit=9");

Deno.test("neighboursOf() sorts the parameters, and gives the first page no offset", () => {
  const at = (offset: number, count: number) =>
    neighboursOf(URL_, { limit: 5, offset }, count);
  assertEquals(at(5, 11), {
    next: "http://localhost/list/?a=1+1&b=2&limit=5&offset=10",
    previous: "http://localhost/list/?a=1+1&b=2&limit=5",
  });
  assertEquals(at(5, 10).next, null);
  assertEquals(at(0, 10).previous, null);
});

Deno.test("linkHeader() names the neighbours that exist", () => {
  assertEquals(linkHeader({ next: null, previous: null }), undefined);
  assertEquals(linkHeader({ next: "n", previous: "p" }), {
    link: '<n>; rel="next", <p>; rel="prev"',
  });
});

Deno.test("quotePlus() writes a query as Python does", () => {
  assertEquals(
    quotePlus("a b/é!'()*~\ud800"),
    "a+b%2F%C3%A9%21%27%28%29%2A~%EF%BF%BD",
  );
});

const YEAR_2000 = 946_684_800;
const YEAR_2001 = 978_307_200;

Deno.test("readPage() finds and counts what the original fetches of each year", () => {
  const store = new Store(":memory:");
  const { test: wanted } = describe(JSON.stringify(description({
    "throughput": [],
  })));
  const { test } = store.transaction(() => store.findOrAdd(wanted, 0));
  const series = test.series[0]!;
  const years = [
    [5, 6, 7], // 1970
    Array.from({ length: 250 }, (_, index) => YEAR_2000 + index),
    Array.from({ length: 4 }, (_, index) => YEAR_2001 + index),
  ];
  store.transaction(() => {
    for (const ts of years.flat()) {
      store.write(series, ts, { number: ts, divisor: 1, json: null });
    }
  });
  const archive = { store, limits: LIMITS } as Archive;
  const view = { source: { series: series.id }, show: given };
  const range = { start: 0, end: 2 * YEAR_2001 };
  const { constantFrom, integer, oneof } = fc;
  const few = oneof(
    constantFrom(0, 1, 2, 3, 4, 253),
    integer({ min: -3, max: 300 }),
  );
  fc.assert(
    fc.property(few, few, (limit, offset) => {
      fc.pre(limit + offset > 0);
      const query = new URLSearchParams({
        limit: String(limit),
        offset: String(offset),
      });
      const page = pageOf(query, 100);
      const fetched = years.flatMap((year) => year.slice(0, limit + offset));
      const { texts, count } = readPage(archive, view, range, query, page);
      assertEquals(
        JSON.parse(`[${texts.join(",")}]`),
        fetched.slice(page.offset, page.offset + page.limit)
          .map((ts) => ({ ts, val: ts })),
      );
      assertEquals(count, fetched.length);
    }),
    { seed: 7, numRuns: 300 },
  );
  store.close();
});
