import { assertEquals } from "@std/assert";
import { mad, median } from "../../insight/robust.ts";

Deno.test("the median is the middle one, or the mean of the two in the middle, in any order", () => {
  assertEquals(median([9]), 9);
  assertEquals(median([10, 9, 100]), 10);
  assertEquals(median([-1, 4, 2, 100]), 3);
  assertEquals(median(new Set([3, 1, 2])), 2);
});

Deno.test("there is no median of nothing, and none of what is not finite", () => {
  assertEquals(median([]), undefined);
  assertEquals(median([NaN, Infinity, -Infinity]), undefined);
  assertEquals(median([NaN, 1, Infinity, 3]), 2);
  assertEquals(mad([]), undefined);
  assertEquals(mad([NaN, 1, 3]), 1);
});

Deno.test("the reference's history: an outlier moves neither the median nor the MAD", () => {
  const history = [9.1, 9.3, 9.2, 9.4, 9.0, 9.2, 2.0];
  assertEquals(median(history), 9.2);
  assertEquals(mad(history)?.toFixed(9), "0.100000000");
  assertEquals(mad([5, 5, 5, 5, 9]), 0);
});

Deno.test("the MAD is measured from another middle if there is one", () => {
  assertEquals(mad([1, 2, 9], 0), 2);
});

Deno.test("values are left as they were", () => {
  const values = [3, 1, 2];
  median(values);
  mad(values);
  assertEquals(values, [3, 1, 2]);
});
