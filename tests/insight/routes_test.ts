import { assert, assertEquals } from "@std/assert";
import { randomFor } from "../../archive/sample_network.ts";
import { routesOf } from "../../insight/routes.ts";
import { tracesOf } from "../../insight/traces.ts";
import { addressOf, lettersOf, times, tracesFrom } from "./routing.ts";

/** Detours as their first trace, their number of traces, and their hops. */
function detours(texts: Iterable<string>): [number, number, string][] {
  return routesOf(tracesFrom(texts)).detours.map(({ start, traces, hops }) => [
    start / 600,
    traces,
    lettersOf(hops),
  ]);
}

Deno.test("the reference's detour: two traces, no change", () => {
  const texts = [...times(9, "A"), "B", "B", ...times(9, "A")];
  assertEquals(detours(texts), [[9, 2, "B"]]);
  assertEquals(routesOf(tracesFrom(texts)).unsettled, undefined);
});

Deno.test("the reference's silence: a hop that has not answered since the 9th trace", () => {
  const { silent, changes } = routesOf(
    tracesFrom([...times(8, "A"), ...times(8, "*")]),
  );
  assertEquals(changes, []);
  assertEquals(silent, [
    { ttl: 1, since: 8 * 600, addresses: [addressOf("A")] },
  ]);
});

Deno.test("detours again and again, one beside another, and with a silent trace within", () => {
  assertEquals(
    detours([
      ...times(30, "AC"),
      ...["BC", "AC", "AC", "BC", "*C", "BC"],
      ...times(30, "AC"),
    ]),
    [[30, 1, "B C"], [33, 3, "B C"]],
  );
});

Deno.test("what is balanced over any number of ways is no detour", () => {
  const random = randomFor("ways");
  for (const ways of [2, 3, 5, 8, 11, 16]) {
    const texts = times(1000, "").map(() =>
      `A${"BCDEFGHIJKLMNOPQ"[Math.floor(random() * ways)]}Z`
    );
    assertEquals(detours(texts), [], `${ways} ways`);
  }
});

Deno.test("a trace that was made while the route changed is no detour", () => {
  const texts = [...times(10, "ABCDE"), "ABXYE", ...times(10, "AUXYE")];
  const found = routesOf(tracesFrom(texts));
  assertEquals(found.changes.length, 1);
  assertEquals(found.detours, []);
  assertEquals(
    lettersOf(found.current.map((hop) => hop.addresses)),
    "A U X Y E",
  );
});

Deno.test("a new route at the end is not settled before it has enough traces", () => {
  for (const count of [1, 2, 7]) {
    const texts = [...times(9, "AC"), ...times(count, "BC")];
    const { unsettled, detours, changes, current } = routesOf(
      tracesFrom(texts),
    );
    assertEquals(
      [unsettled?.since, unsettled?.traces, lettersOf(unsettled!.hops)],
      [9 * 600, count, "B C"],
    );
    assertEquals([changes, detours], [[], []]);
    assertEquals(current[0]?.addresses, [addressOf("B")]);
  }
  const settled = routesOf(tracesFrom([...times(9, "A"), ...times(8, "B")]));
  assertEquals([settled.unsettled, settled.changes.length], [undefined, 1]);
});

Deno.test("a detour that is taken once more at the end is not over", () => {
  const texts = [...times(20, "A"), "B", ...times(20, "A"), "B", "B"];
  const { unsettled, detours } = routesOf(tracesFrom(texts));
  assertEquals([unsettled?.since, unsettled?.traces], [41 * 600, 2]);
  assertEquals(detours.map(({ start }) => start), [20 * 600]);
});

Deno.test("the current route is that since the last change, without detours", () => {
  const { current } = routesOf(tracesFrom(
    [...times(10, "ABZ"), ...times(15, "ACZ"), "ADZ", ...times(15, "A*Z")],
    "Z",
  ));
  assertEquals(
    current.map(({ ttl, addresses, answers }) => [
      ttl,
      addresses,
      answers,
    ]),
    [
      [1, [addressOf("A")], 1],
      [2, [addressOf("C")], 0.5],
      [3, [addressOf("Z")], 1],
    ],
  );
});

Deno.test("the rate of answers is of the traces that went so far", () => {
  const { current } = routesOf(tracesFrom(
    times(20, "").map((_, at) => at % 2 ? "ABZ" : "AB*Z"),
    "Z",
  ));
  assertEquals(current.map(({ answers }) => answers), [1, 1, 0.5, 1]);
});

Deno.test("the most frequent address of a hop comes first, and rtts are those of all answers", () => {
  const at = (ts: number, ...answers: [ip: string, rtt: number][]) => ({
    ts,
    val: answers.map(([ip, rtt]) => ({ ttl: 1, success: 1, ip, rtt })),
  });
  const [hop] = routesOf(tracesOf([
    at(0, ["192.0.2.1", 9], ["192.0.2.9", 8], ["192.0.2.1", 7]),
    at(600, ["192.0.2.9", 1]),
    at(1200, ["192.0.2.9", 2]),
  ])).current;
  assertEquals(hop, {
    ttl: 1,
    addresses: ["192.0.2.9", "192.0.2.1"],
    answers: 1,
    rttMinimum: 1,
    rttMedian: 7,
  });
});

Deno.test("silent hops at the end of a route are not shown, those within are", () => {
  const { current } = routesOf(tracesFrom(times(9, "A*C***")));
  assertEquals(lettersOf(current.map((hop) => hop.addresses)), "A * C");
  assertEquals(current[1]?.rttMedian, undefined);
});

Deno.test("a hop is silent after as many traces as settle a route, if it used to answer", () => {
  const silent = (texts: string[], destination?: string) =>
    routesOf(tracesFrom(texts, destination)).silent
      .map(({ ttl, since }) => [ttl, since / 600]);
  assertEquals(silent([...times(9, "ABC"), ...times(8, "A*C")]), [[2, 9]]);
  assertEquals(silent([...times(9, "ABC"), ...times(7, "A*C")]), []);
  assertEquals(silent([...times(9, "ABC"), ...times(8, "A*C"), "ABC"]), []);
  // It answered seldom anyway.
  const seldom = times(24, "").map((_, at) => at === 3 ? "ABC" : "A*C");
  assertEquals(silent(seldom), []);
  // The route became shorter, and arrives.
  assertEquals(silent([...times(9, "ABZ"), ...times(9, "AZ")], "Z"), []);
  // It ends early, and does not.
  assertEquals(silent([...times(9, "ABZ"), ...times(9, "A")], "Z"), [
    ...[[2, 9], [3, 9]],
  ]);
});

Deno.test("traces that arrive are counted, if it is known where they lead", () => {
  const texts = [...times(5, "ABZ"), "AB*", "", "AB"];
  assertEquals(routesOf(tracesFrom(texts, "Z")).reached, 5);
  assertEquals(routesOf(tracesFrom(texts)).reached, undefined);
  assertEquals(routesOf(tracesFrom(times(5, "AB"), "Z")).reached, 0);
});

Deno.test("loops are told with their distance and how often they were met", () => {
  const { loops } = routesOf(tracesFrom([
    ...times(10, "ABCDEFG"),
    ...["ABCDEFEF", "ABCDEFEF", "ABAB"],
    ...times(10, "ABCDEFG"),
  ]));
  assertEquals(loops, [
    { ttl: 7, traces: 2, first: 6000, last: 6600 },
    { ttl: 3, traces: 1, first: 7200, last: 7200 },
  ]);
});

Deno.test("no trace, one, and traces without hops", () => {
  const nothing = routesOf([]);
  assertEquals([nothing.traces, nothing.current], [0, []]);
  const one = routesOf(tracesFrom(["AB"]));
  assertEquals(lettersOf(one.current.map((hop) => hop.addresses)), "A B");
  assertEquals([one.unsettled, one.detours, one.silent], [undefined, [], []]);
  const empty = routesOf(tracesFrom(times(30, ""), "Z"));
  assertEquals([empty.reached, empty.current, empty.silent], [0, [], []]);
});

Deno.test("10,000 traces of 30 hops take no noticeable time", () => {
  const far = "CDEFGHIJKLMNOPQRSTUVWXYZabcd";
  const traces = tracesFrom(
    times(10_000, "").map((_, at) =>
      at % 100 === 99 ? `AX${far}` : `A${"BY"[Math.floor(at / 1000) % 2]}${far}`
    ),
  );
  const start = performance.now();
  const { changes, detours } = routesOf(traces);
  const seconds = (performance.now() - start) / 1000;
  assertEquals(changes.length, 9);
  assert(detours.length > 80);
  // On a quiet machine a twentieth of it.
  assert(seconds < 10, `${seconds} s`);
});
