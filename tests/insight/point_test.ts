import { assertEquals } from "@std/assert";
import { DataPoint } from "../../client/data_point.ts";
import { timeOf } from "../../insight/point.ts";

Deno.test("timeOf() reads the time of points of the library, of archives and of scripts", () => {
  const ts = 1456790400;
  for (const given of [ts, `${ts}`, new Date(ts * 1000)]) {
    assertEquals(timeOf({ ts: given }), ts);
  }
  assertEquals(timeOf(new DataPoint({ ts, val: 7 })), ts);
  assertEquals(timeOf({ ts: 0 }), 0);
  assertEquals(timeOf({ ts: 1.5 }), 1.5);
});

Deno.test("timeOf() knows no time that archives do not keep", () => {
  const none = [NaN, Infinity, 1e300, -1e300, "", " ", "noon", new Date(NaN)];
  for (const ts of none) assertEquals(timeOf({ ts }), NaN);
  const absent = { ts: undefined as unknown as number };
  assertEquals(timeOf(absent), NaN);
});
