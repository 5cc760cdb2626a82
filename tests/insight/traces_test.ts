import { assert, assertEquals } from "@std/assert";
import { randomFor } from "../../archive/sample_network.ts";
import { routesOf } from "../../insight/routes.ts";
import { tracesOf, type TraceValue } from "../../insight/traces.ts";
import { addressOf, hopsOf, tracesFrom } from "./routing.ts";

/** Who answered in one trace with this value, whatever it is. */
function hopsIn(val: unknown): unknown {
  return tracesOf([{ ts: 0, val: val as TraceValue }])[0]?.hops;
}

Deno.test("success is a number, a text or a boolean, and what is missing is an answer", () => {
  const ip = "192.0.2.1";
  for (const success of [1, "1", true, "true", "True", null, undefined]) {
    assertEquals(hopsIn([{ ttl: 1, success, ip }]), [[ip]], `${success}`);
  }
  for (const success of [0, "0", false, "false", "False", ""]) {
    assertEquals(hopsIn([{ ttl: 1, success, ip }]), [[]], `${success}`);
  }
});

Deno.test("an address that is null, empty or missing is silence", () => {
  for (const ip of [null, "", " ", undefined, 5]) {
    assertEquals(hopsIn([{ ttl: 2, success: 1, ip }]), [[], []], `${ip}`);
  }
  assertEquals(hopsIn([{}]), [[]]);
});

Deno.test("hops with an error have an answer if somebody sent it", () => {
  assertEquals(
    hopsIn([
      { ttl: 1, success: 1, ip: "192.0.2.1", error_message: "hostUnreachable" },
      { ttl: 2, success: 0, "error-message": "No response" },
    ]),
    [["192.0.2.1"], []],
  );
});

Deno.test("hops are out of order, a distance is there twice, others are left out", () => {
  assertEquals(
    hopsIn([
      { ttl: "4", ip: "192.0.2.4" },
      { ttl: 1, query: 2, ip: "192.0.2.9" },
      { ttl: 1, query: 1, ip: "192.0.2.1" },
      { ttl: 1, query: 3, ip: "192.0.2.1" },
    ]),
    [["192.0.2.1", "192.0.2.9"], [], [], ["192.0.2.4"]],
  );
});

Deno.test("a hop without a distance comes after the one before it", () => {
  assertEquals(
    hopsIn([
      { ip: "192.0.2.1" },
      { ttl: null, ip: "192.0.2.2" },
      { ttl: 5, ip: "192.0.2.5" },
      { ttl: "x", ip: "192.0.2.6" },
      { ttl: 1e9, ip: "192.0.2.7" },
    ]),
    [
      ...[["192.0.2.1"], ["192.0.2.2"], [], [], ["192.0.2.5"]],
      ...[["192.0.2.6"], ["192.0.2.7"]],
    ],
  );
});

Deno.test("several traces of a run are one, with all their answers", () => {
  assertEquals(
    hopsIn([hopsOf("AB"), hopsOf("AC*"), [], null, "x", hopsOf("AB")]),
    [[addressOf("A")], [addressOf("B"), addressOf("C")], []],
  );
});

Deno.test("a trace that got nowhere, or is none, has no hops", () => {
  for (const nothing of [null, undefined, [], {}, "x", 5, [null], [5, "x"]]) {
    assertEquals(hopsIn(nothing), []);
  }
  assertEquals(hopsIn([[], []]), []);
  assertEquals(tracesOf([]), []);
  assertEquals(tracesOf([{ ts: "", val: [] }]), []);
});

Deno.test("addresses have one form", () => {
  const hops = [
    { ttl: 1, ip: "2001:DB8:0:0::1" },
    { ttl: 1, ip: " 2001:db8::1 " },
    { ttl: 2, ip: "GW.example" },
  ];
  assertEquals(hopsIn(hops), [["2001:db8::1"], ["gw.example"]]);
});

Deno.test("traces are in order of time, as numbers, dates or texts", () => {
  const traces = tracesOf([
    { ts: new Date(1_200_000), val: hopsOf("B") },
    { ts: "600", val: hopsOf("A") },
    { ts: 1800, val: hopsOf("C") },
  ]);
  assertEquals(traces.map(({ time }) => time), [600, 1200, 1800]);
});

Deno.test("a trace has arrived if an address of the destination answered", () => {
  const reached = (text: string, destinations?: string[]) =>
    tracesOf([{ ts: 0, val: hopsOf(text) }], { destinations })[0]?.reached;
  assertEquals(reached("ABC", [addressOf("C")]), true);
  assertEquals(reached("ABC", ["2001:db8::1", addressOf("C")]), true);
  assertEquals(reached("AB*", [addressOf("C")]), false);
  assertEquals(reached("", [addressOf("C")]), false);
  assertEquals(reached("ABC"), undefined);
  const [six] = tracesOf([{ ts: 0, val: [{ ttl: 1, ip: "2001:db8::9" }] }], {
    destinations: ["2001:DB8:0::9"],
  });
  assertEquals(six?.reached, true);
});

Deno.test("round-trip times are milliseconds, also as text; others are left out", () => {
  const rtts = [0.4, "8.75", 0, null, "", "x", -1, Infinity, undefined];
  const val = rtts.map((rtt) => ({ ttl: 1, ip: "192.0.2.1", rtt }));
  const [trace] = tracesOf([{ ts: 0, val: val as TraceValue }]);
  assertEquals(trace?.rtts, [[0.4, 8.75, 0]]);
});

Deno.test("a loop is an address that comes again after another one", () => {
  const loop = (text: string) => tracesFrom([text], "Z")[0]?.loop;
  assertEquals(loop("ABCDEFEFEF"), 7);
  assertEquals(loop("ABA"), 3);
  assertEquals(loop("AB*A"), 4);
  assertEquals(loop("ABCDZ"), undefined);
  // Side by side, and with nobody known between.
  assertEquals(loop("ABBC"), undefined);
  assertEquals(loop("AB**BC"), undefined);
  // The destination answers whatever goes further.
  assertEquals(loop("ABZ*Z"), undefined);
  assertEquals(loop("ABZCZ"), undefined);
});

Deno.test("the traces of a run that have one address at two distances are no loop", () => {
  const val = [hopsOf("ABCZ"), hopsOf("ACDBZ")];
  const [trace] = tracesOf([{ ts: 0, val }]);
  assertEquals(trace?.loop, undefined);
});

Deno.test("whatever a value is, it is read, and what follows from it found", () => {
  const random = randomFor("values");
  const pick = <T>(list: readonly T[]): T =>
    list[Math.floor(random() * list.length)]!;
  const odd = [
    null,
    undefined,
    -1,
    0,
    3,
    300,
    1e300,
    NaN,
    "",
    "2",
    "x",
    {},
    [],
  ];
  const hop = () => ({
    ttl: pick([1, 2, 3, ...odd]),
    query: pick(odd),
    success: pick([1, 1, true, "1", ...odd]),
    ip: pick(["192.0.2.1", "2001:db8::1", "192.0.2.3", ...odd]),
    rtt: pick([0.5, "7", ...odd]),
    error_message: pick(["!H", ...odd]),
  });
  const list = () =>
    Array.from(
      { length: random() * 6 },
      () => pick([hop(), hop(), null, 5, [hop()]]),
    );
  for (let run = 0; run < 300; run++) {
    const points = Array.from({ length: 40 }, (_, at) => ({
      ts: pick([at, at * 600, NaN, "5", 1e18]),
      val: pick<unknown>([
        list(),
        list(),
        [list(), list()],
        ...odd,
      ]) as TraceValue,
    }));
    const traces = tracesOf(points, { destinations: ["192.0.2.3"] });
    const { current, traces: count } = routesOf(traces, { settle: 2 });
    assertEquals(count, traces.length);
    for (const { answers, rttMinimum } of current) {
      assert(answers >= 0 && answers <= 1);
      assert(rttMinimum === undefined || rttMinimum >= 0);
    }
  }
});
