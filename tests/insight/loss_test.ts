import { assertEquals, assertThrows } from "@std/assert";
import { DataPoint } from "../../client/data_point.ts";
import { lossRuns, pooledLoss, poolLoss, wilson } from "../../insight/loss.ts";
import { assertClose } from "../helpers/close.ts";

/** Values, one every five minutes. */
function points(...values: (number | null | undefined)[]) {
  return values.map((val, index) => ({ ts: index * 300, val }));
}

Deno.test("pooledLoss() is lost packets by sent packets, not a mean of rates", () => {
  const loss = pooledLoss({
    lost: points(0, 0, 60),
    sent: points(600, 600, 60),
    rates: points(0, 0, 1),
  });
  assertEquals(loss?.basis, "counts");
  assertEquals([loss?.lost, loss?.sent, loss?.runs], [60, 1260, 3]);
  assertClose(loss?.loss, 0.047619, 5e-7);
  assertEquals(loss?.interval, wilson(60, 1260));
  const mean = pooledLoss({ rates: points(0, 0, 1) });
  assertClose(mean?.loss, 0.333333, 5e-7);
});

Deno.test("pooledLoss() weighs the rates of bins by the packets sent", () => {
  const loss = pooledLoss({ rates: points(0.5, 0), sent: points(60, 7140) });
  assertEquals([loss?.basis, loss?.lost, loss?.sent], ["rate×sent", 30, 7200]);
  assertClose(loss?.loss, 0.0041667, 5e-8);
  // Packets are lost whole: 0.3 of one is none.
  const rounded = pooledLoss({ rates: points(0.0005), sent: points(600) });
  assertEquals([rounded?.lost, rounded?.loss], [0, 0]);
});

Deno.test("pooledLoss() of the sample from beta to gamma", () => {
  assertClose(
    pooledLoss({ lost: points(4352), sent: points(1_187_400) })?.loss,
    0.00366515,
    5e-9,
  );
});

Deno.test("wilson() is where the true loss is, also where nothing was lost", () => {
  const cases = [
    [0, 600, 0, 0.006362],
    [3, 600, 0.001702, 0.014596],
    [60, 1260, 0.037173, 0.060815],
  ] as const;
  for (const [lost, sent, low, high] of cases) {
    const found = wilson(lost, sent);
    assertClose(found?.[0], low, 5e-7);
    assertClose(found?.[1], high, 5e-7);
  }
  assertEquals(wilson(600, 600)?.[1], 1);
  assertClose(wilson(600, 600)?.[0], 1 - 0.006362, 5e-7);
  assertEquals(wilson(0, 600)?.[0], 0);
});

Deno.test("wilson() stays within 0 and 1 for one packet and for very many, and refuses what cannot be", () => {
  assertEquals(wilson(0, 0), undefined);
  const many = Number.MAX_SAFE_INTEGER;
  for (const [lost, sent] of [[0, 1], [1, 1], [1, many], [many, many]]) {
    const [low, high] = wilson(lost!, sent!)!;
    assertEquals([low >= 0, low < high, high <= 1], [true, true, true]);
  }
  for (const [lost, sent] of [[-1, 5], [6, 5], [NaN, 5], [1, Infinity]]) {
    assertThrows(() => wilson(lost!, sent!), RangeError, "cannot be lost");
  }
});

Deno.test("pooledLoss() takes the sample size where nothing is known of sent packets", () => {
  const rates = points(0.005, 0);
  const loss = pooledLoss({ rates, sampleSize: "600" });
  assertEquals([loss?.basis, loss?.lost, loss?.sent], [
    "rate×sample-size",
    3,
    1200,
  ]);
  for (const sampleSize of [0, -600, NaN, "many", undefined]) {
    const mean = pooledLoss({ rates, sampleSize });
    assertEquals([mean?.basis, mean?.loss], ["mean of rates", 0.0025]);
    assertEquals([mean?.lost, mean?.sent, mean?.interval], [
      undefined,
      undefined,
      undefined,
    ]);
  }
});

Deno.test("pooledLoss() takes points of the library, of archives, and of scripts, matched by time", () => {
  const loss = pooledLoss({
    lost: [new DataPoint<number>({ ts: 300, val: 3 })],
    sent: [{ ts: "300", val: 600 }, { ts: new Date(0), val: 600 }],
    rates: [{ ts: new Date(300_000), val: 0.005 }],
  });
  assertEquals([loss?.lost, loss?.sent, loss?.ignored], [3, 600, 1]);
});

Deno.test("pooledLoss() keeps to the counts if the newest run is written in part", () => {
  const loss = pooledLoss({
    lost: points(1, 1, 1),
    sent: points(10, 10),
    rates: points(0.1, 0.1, 0.1, 0.1),
  });
  assertEquals([loss?.basis, loss?.lost, loss?.runs, loss?.ignored], [
    "counts",
    2,
    2,
    2,
  ]);
});

Deno.test("pooledLoss() takes rates where the counts are 0, as elmond's roll-ups of UDP tests are", () => {
  const loss = pooledLoss({
    lost: points(0, 0),
    sent: points(0, 0),
    rates: points(0.1, 0.2),
  });
  assertEquals([loss?.basis, loss?.runs], ["mean of rates", 2]);
  assertClose(loss?.loss, 0.15);
});

Deno.test("pooledLoss() of nothing, or of nothing sent, is not 0", () => {
  assertEquals(pooledLoss({}), undefined);
  assertEquals(pooledLoss({ lost: [], sent: [], rates: [] }), undefined);
  assertEquals(pooledLoss({ lost: points(0), sent: points(0) }), undefined);
  assertEquals(pooledLoss({ lost: points(0) }), undefined);
  assertEquals(pooledLoss({ sent: points(600), sampleSize: 600 }), undefined);
  assertEquals(pooledLoss({ rates: points(null, undefined) }), undefined);
  // Windows in which nothing was sent are not left out: there is nothing.
  const { ignored } = lossRuns({ lost: points(0, 1), sent: points(0, 600) });
  assertEquals(ignored, 0);
});

Deno.test("lossRuns() leaves out counts and rates that cannot be, and tells how many", () => {
  const counts = lossRuns({
    lost: points(1, -1, 7, NaN, Infinity, 3),
    sent: points(6, 6, 6, 6, 6, Infinity),
  });
  assertEquals([counts.runs.length, counts.ignored], [1, 5]);
  const rates = lossRuns({ rates: points(0.5, -0.1, 1.5, NaN) });
  assertEquals([rates.runs.length, rates.ignored], [1, 3]);
  const text = [{ ts: 0, val: "0.5" as unknown as number }];
  assertEquals(lossRuns({ rates: text }).runs, []);
  assertEquals(lossRuns({ rates: [{ ts: NaN, val: 1 }] }).runs, []);
});

Deno.test("lossRuns() keeps several results of one second, in order of time", () => {
  const twice = (a: number, b: number) => [
    { ts: 300, val: a },
    { ts: 300, val: b },
    { ts: 0, val: 600 },
  ];
  const { runs } = lossRuns({ lost: twice(1, 2), sent: twice(10, 20) });
  assertEquals(runs.map(({ ts, lost, sent }) => [ts, lost, sent]), [
    [0, 600, 600],
    [300, 1, 10],
    [300, 2, 20],
  ]);
});

Deno.test("poolLoss() tells of a part of the runs, and pools huge counts", () => {
  const all = lossRuns({ lost: points(1, 2, 3), sent: points(10, 10, 10) });
  const late = poolLoss({ ...all, runs: all.runs.slice(1) });
  assertEquals([late?.lost, late?.sent], [5, 20]);
  const many = Number.MAX_SAFE_INTEGER;
  const huge = pooledLoss({ lost: points(0, many), sent: points(many, many) });
  assertEquals(huge?.loss, 0.5);
});
