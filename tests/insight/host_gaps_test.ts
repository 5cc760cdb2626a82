import { assertEquals } from "@std/assert";
import { hostGaps, type TestGaps } from "../../insight/host_gaps.ts";

/** A test of two hosts with gaps from and to these times. */
function test(
  hosts: string,
  ...gaps: [from: number, to: number][]
): TestGaps {
  return {
    hosts: hosts.split(" "),
    gaps: gaps.map(([from, to]) => ({ from, to, missing: 1 })),
  };
}

/** What is found, gaps as their number. */
function found(...tests: TestGaps[]) {
  return hostGaps(tests).map(({ hosts, from, to, gaps }) => [
    hosts.join(" "),
    from,
    to,
    gaps.size,
  ]);
}

Deno.test("hostGaps() finds what four of five tests of a host have, while they all have it", () => {
  assertEquals(
    found(
      test("a b", [100, 200]),
      test("b a", [110, 190]),
      test("c b", [90, 210]),
      test("b c", [105, 195]),
      test("b d"),
      test("a c"),
      test("c a"),
      test("d a"),
    ),
    [["b", 110, 190, 4]],
  );
});

Deno.test("hostGaps() takes neither three of five tests for the host, nor one test alone", () => {
  const three = [1, 2, 3].map((peer) => test(`b p${peer}`, [100, 200]));
  assertEquals(found(...three, test("b p4"), test("b p5")), []);
  assertEquals(found(test("a b", [100, 200])), []);
  assertEquals(found(), []);
});

Deno.test("hostGaps() does not take gaps for one that only touch each other", () => {
  assertEquals(
    found(test("a b", [100, 200]), test("a c", [200, 300]), test("b c")),
    [],
  );
});

Deno.test("hostGaps() names both hosts where each could have been away", () => {
  assertEquals(
    found(
      test("a b", [100, 200]),
      test("a b", [120, 200]),
      test("c d"),
      test("c d"),
    ),
    [["a b", 120, 200, 2]],
  );
});

Deno.test("hostGaps() makes one gap of what all hosts have together", () => {
  assertEquals(
    found(
      test("a b", [100, 200]),
      test("b c", [100, 200]),
      test("c a", [100, 200]),
    ),
    [["a b c", 100, 200, 3]],
  );
});

Deno.test("hostGaps() tells two gaps of a host apart, a long one of a test included", () => {
  assertEquals(
    found(
      test("b p1", [100, 500]),
      test("b p2", [100, 200], [300, 400]),
      test("p1 p2"),
    ),
    [["b", 100, 200, 2], ["b", 300, 400, 2]],
  );
});

Deno.test("hostGaps() finds a host that was away, not each of the hosts that it measures", () => {
  const peers = ["p1", "p2", "p3"];
  assertEquals(
    found(
      ...peers.map((peer) => test(`b ${peer}`, [100, 200])),
      ...peers.map((peer) => test(`${peer} b`, [100, 200])),
      test("c d"),
      test("d c"),
    ),
    [["b", 100, 200, 6]],
  );
});
