import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Arrivals, markOf } from "../../client/arrivals.ts";

/** Reads points once; gives those that are new. */
function read(
  arrivals: Arrivals,
  points: [second: number, mark: string][],
): [number, string][] {
  arrivals.again();
  return points.filter(([second, mark]) => arrivals.isNew(second, mark));
}

Deno.test("Arrivals takes each point once, however often it is read", () => {
  const arrivals = new Arrivals();
  assertEquals(read(arrivals, [[1, ""], [2, ""]]), [[1, ""], [2, ""]]);
  assertEquals(read(arrivals, [[1, ""], [2, ""], [3, ""]]), [[3, ""]]);
  assertEquals(read(arrivals, [[1, ""], [2, ""], [3, ""]]), []);
});

Deno.test("Arrivals takes a point that comes late, or comes back after it was missing", () => {
  const arrivals = new Arrivals();
  read(arrivals, [[1, ""], [5, ""]]);
  assertEquals(read(arrivals, [[1, ""], [3, ""], [5, ""]]), [[3, ""]]);
  assertEquals(read(arrivals, [[1, ""], [5, ""]]), []);
  assertEquals(read(arrivals, [[1, ""], [3, ""], [5, ""]]), []);
});

Deno.test("Arrivals counts the points of a second that are alike", () => {
  const arrivals = new Arrivals();
  assertEquals(read(arrivals, [[1, "a"], [1, "b"], [1, "a"]]).length, 3);
  assertEquals(read(arrivals, [[1, "b"], [1, "a"], [1, "a"]]), []);
  assertEquals(
    read(arrivals, [[1, "a"], [1, "a"], [1, "a"], [1, "b"], [1, "c"]]),
    [[1, "a"], [1, "c"]],
  );
});

Deno.test("Arrivals forgets what is before a second, and nothing else", () => {
  const arrivals = new Arrivals();
  for (let end = 100; end <= 10_000; end += 100) {
    arrivals.again();
    for (let second = end - 200; second < end; second++) {
      const isNew = arrivals.isNew(second, second % 2 ? "" : `mark ${second}`);
      assertEquals(isNew, end === 100 || second >= end - 100, `${second}`);
    }
    arrivals.forget(end - 150);
    assertEquals(arrivals.size, 150);
  }
});

Deno.test("markOf() is short, and differs where texts do", () => {
  const long = JSON.stringify(Array.from({ length: 100 }, (_, at) => ({ at })));
  assert(markOf(long).length < 24);
  assertEquals(markOf(long), markOf(` ${long}`.slice(1)));
  const others = new Set<string>();
  for (let at = 0; at < long.length; at++) {
    const other = `${long.slice(0, at)}x${long.slice(at + 1)}`;
    assertNotEquals(markOf(other), markOf(long));
    others.add(markOf(other));
  }
  assertEquals(others.size, long.length);
  assertEquals(markOf("7016320000.0"), "7016320000.0");
});
