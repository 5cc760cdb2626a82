import { assertEquals } from "@std/assert";
import { type Span, without, withSpan } from "../../archive/spans.ts";
import { seeded } from "../servers/seeded.ts";

Deno.test("spans that touch become one, and what is missing is what no span has", () => {
  assertEquals(withSpan([], [1, 2]), [[1, 2]]);
  assertEquals(withSpan([[1, 2]], [3, 4]), [[1, 4]]);
  assertEquals(withSpan([[1, 2], [8, 9]], [4, 5]), [[1, 2], [4, 5], [8, 9]]);
  assertEquals(withSpan([[1, 2]], [5, 4]), [[1, 2]]);
  assertEquals(without([0, 9], [[2, 3], [9, 12]]), [[0, 1], [4, 8]]);
  assertEquals(without([4, 5], [[2, 9]]), []);
});

Deno.test("spans are what a set of their seconds is", () => {
  const random = seeded("spans");
  const below = (most: number) => Math.floor(random() * most);
  for (let run = 0; run < 200; run++) {
    let spans: Span[] = [];
    const seconds = new Set<number>();
    for (let count = below(8); count > 0; count--) {
      const first = below(40);
      const last = first + below(6);
      spans = withSpan(spans, [first, last]);
      for (let at = first; at <= last; at++) seconds.add(at);
    }
    const missing = without([0, 50], spans);
    for (let at = 0; at <= 50; at++) {
      const isIn = (all: readonly Span[]) =>
        all.some(([first, last]) => first <= at && at <= last);
      assertEquals([isIn(spans), isIn(missing)], [
        seconds.has(at),
        !seconds.has(at),
      ]);
    }
  }
});
