import { assertEquals } from "@std/assert";
import { median } from "../../insight/robust.ts";
import { slidingMedians } from "../../insight/sliding.ts";

Deno.test("the medians are those of each window, sorted anew", () => {
  const values = Array.from({ length: 200 }, (_, at) => at * 7919 % 101 - 50);
  for (const length of [1, 2, 3, 8, 199, 200]) {
    const expected = [];
    for (let at = 0; at + length <= values.length; at++) {
      expected.push(median(values.slice(at, at + length)));
    }
    assertEquals(slidingMedians(values, length), expected);
  }
});

Deno.test("there are none of fewer values", () => {
  assertEquals(slidingMedians([], 1), []);
  assertEquals(slidingMedians([1, 2], 3), []);
});
