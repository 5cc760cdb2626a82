import { assert, assertEquals } from "@std/assert";
import { routeChanges } from "../../insight/route_changes.ts";
import { routeEffects, valuesIn } from "../../insight/route_effects.ts";
import { assertClose } from "../helpers/close.ts";
import { times, tracesFrom } from "./routing.ts";

const DAY = 86_400;

/** A day of traces every 10 minutes whose route changes at these times. */
function changesAt(...moments: number[]) {
  const texts = times(DAY / 600, "").map((_, at) =>
    "ABCDEFGH"[moments.filter((moment) => moment <= 600 * at).length]!
  );
  return routeChanges(tracesFrom(texts));
}

/** A day of delays whose level is `value`, and other ones from some times on. */
function delays(
  value: number,
  levels: [from: number, value: number][] = [],
  every = 300,
) {
  return Array.from({ length: DAY / every }, (_, at) => {
    const level = levels.findLast(([from]) => from <= every * at)?.[1] ?? value;
    return { ts: every * at, val: level + (at % 3) * 0.05 };
  });
}

/** The verdicts over changes and over other steps, with their times. */
function verdicts(...input: Parameters<typeof routeEffects>) {
  const { changes, steps } = routeEffects(...input);
  return {
    changes: changes.map(({ change, verdict }) => [change.time, verdict]),
    steps: steps.map(({ step, verdict }) => [step.time, verdict]),
  };
}

Deno.test("latency that changes with the route is told with both, by how much", () => {
  const changes = changesAt(36_000);
  const forward = delays(24.6, [[36_000, 30.9]]);
  const found = routeEffects(changes, { forward });
  assertEquals(found.changes[0]?.verdict, "latency changed with the route");
  assertClose(found.changes[0]?.difference, 6.3, 1e-9);
  assertEquals(found.steps, []);
});

Deno.test("what runs and traces see a run apart is one moment, what is hours apart is not", () => {
  const changes = changesAt(36_000);
  for (const late of [-900, -600, -300, 0, 300, 600]) {
    const forward = delays(24.6, [[36_000 + late, 30.9]]);
    assertEquals(verdicts(changes, { forward }), {
      changes: [[36_000, "latency changed with the route"]],
      steps: [],
    }, `${late}`);
  }
  for (const late of [-7200, -1500, 1500, 7200]) {
    const forward = delays(24.6, [[36_000 + late, 30.9]]);
    assertEquals(verdicts(changes, { forward }), {
      changes: [[36_000, "route changed, latency did not"]],
      steps: [[36_000 + late, "latency changed, route did not"]],
    }, `${late}`);
  }
});

Deno.test("a step after an outage is of the change that came with it", () => {
  const changes = changesAt(36_000);
  // The last run before, and the first after: three hours apart.
  const forward = delays(24.6, [[36_000, 30.9]])
    .filter(({ ts }) => ts < 34_000 || ts > 45_000);
  assertEquals(verdicts(changes, { forward }).changes, [
    [36_000, "latency changed with the route"],
  ]);
});

Deno.test("a route that changes while the latency does not", () => {
  const found = routeEffects(changesAt(36_000), { forward: delays(24.6) });
  assertEquals(found.changes[0]?.verdict, "route changed, latency did not");
  assertClose(found.changes[0]?.difference, 0, 1e-9);
});

Deno.test("a latency that changes while the route does not", () => {
  const forward = delays(24.6, [[50_000 - 50_000 % 300, 20]]);
  assertEquals(verdicts([], { forward }), {
    changes: [],
    steps: [[49_800, "latency changed, route did not"]],
  });
});

Deno.test("a clock that steps is told as such, also while the route changes", () => {
  const forward = delays(12.4, [[36_000, -3.1]]);
  const reverse = delays(12.6, [[36_000, 28.1]]);
  assertEquals(verdicts([], { forward, reverse }).steps, [
    [36_000, "clock step"],
  ]);
  assertEquals(verdicts(changesAt(36_000), { forward, reverse }), {
    changes: [[36_000, "clock step"]],
    steps: [],
  });
  assertEquals(verdicts(changesAt(60_000), { forward, reverse }), {
    changes: [[60_000, "route changed, latency did not"]],
    steps: [[36_000, "clock step"]],
  });
  // Both directions longer is no clock.
  const longer = delays(12.6, [[36_000, 18.9]]);
  const there = delays(12.4, [[36_000, 18.7]]);
  assertEquals(
    verdicts(changesAt(36_000), { forward: there, reverse: longer }).changes,
    [[36_000, "latency changed with the route"]],
  );
});

Deno.test("each step is of one change, and each change has its own", () => {
  const changes = changesAt(20_400, 40_200, 60_000);
  const forward = delays(10, [[20_400, 15], [60_000, 12]]);
  assertEquals(verdicts(changes, { forward }), {
    changes: [
      [20_400, "latency changed with the route"],
      [40_200, "route changed, latency did not"],
      [60_000, "latency changed with the route"],
    ],
    steps: [],
  });
});

Deno.test("with too few runs for steps, the runs on both sides are compared", () => {
  // Six hours have 6 runs.
  const forward = delays(24.6, [[36_000, 30.9]], 3600);
  const found = routeEffects(changesAt(36_000), {
    forward: forward.slice(0, 15),
  });
  assertEquals(found.changes[0]?.verdict, "latency changed with the route");
  assertClose(found.changes[0]?.difference, 6.3, 0.06);
  const flat = delays(24.6, [], 3600).slice(0, 15);
  assertEquals(verdicts(changesAt(36_000), { forward: flat }).changes, [
    [36_000, "route changed, latency did not"],
  ]);
});

Deno.test("where no delay was measured on both sides nothing is said", () => {
  const changes = changesAt(36_000);
  for (
    const forward of [
      [],
      delays(24.6).filter(({ ts }) => ts < 36_000),
      delays(24.6).filter(({ ts }) => Math.abs(ts - 36_000) > 30_000),
    ]
  ) {
    const [effect] = routeEffects(changes, { forward }).changes;
    assertEquals([effect?.verdict, effect?.difference], [undefined, undefined]);
  }
});

Deno.test("the sides of a change are 6 hours, or end at the next change or step", () => {
  const changes = changesAt(20_400, 40_200);
  const forward = delays(24.6, [[30_000, 20], [80_000 - 80_000 % 300, 25]]);
  const [first, second] = routeEffects(changes, { forward }).changes;
  assertEquals(first?.sides, {
    before: { from: 20_400 - 21_600, to: 20_400 },
    after: { from: 20_400, to: 30_000 },
  });
  assertEquals(second?.sides, {
    before: { from: 30_000, to: 40_200 },
    after: { from: 40_200, to: 61_800 },
  });
  assertEquals(first?.runs, { before: 68, after: 32 });
  assertClose(first?.before, 24.65);
  assertClose(first?.after, 24.65);
  assertClose(second?.before, 20.05);
  assertClose(second?.after, 20.05);
});

Deno.test("values in a span are the finite numbers from its first second on", () => {
  const points = [
    { ts: 10, val: 1 },
    { ts: new Date(20_000), val: 2 },
    { ts: 15, val: null },
    { ts: 16, val: NaN },
    { ts: 17 },
    { ts: 9, val: 3 },
  ];
  assertEquals(valuesIn(points, { from: 10, to: 20 }), [1]);
  assertEquals(valuesIn(points, { from: 9, to: 21 }), [1, 2, 3]);
});

Deno.test("10,000 delays and 100 changes take no noticeable time", () => {
  const forward = Array.from({ length: 10_000 }, (_, at) => ({
    ts: 300 * at,
    val: 20 + Math.floor(at / 100) % 2,
  }));
  const texts = times(5000, "").map((_, at) => "AB"[Math.floor(at / 50) % 2]!);
  const changes = routeChanges(tracesFrom(texts));
  const start = performance.now();
  const found = routeEffects(changes, { forward, reverse: forward });
  const seconds = (performance.now() - start) / 1000;
  assertEquals(found.changes.length, 99);
  assert(found.changes.every(({ verdict }) => verdict?.includes("with")));
  assertEquals(found.steps, []);
  // On a quiet machine a fiftieth of it.
  assert(seconds < 5, `${seconds} s`);
});
