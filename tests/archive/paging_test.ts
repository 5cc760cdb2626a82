/** Pages of esmond, and the addresses of their neighbours. */

import { assertEquals } from "@std/assert";
import {
  linkHeader,
  neighboursOf,
  pageOf,
  quotePlus,
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
