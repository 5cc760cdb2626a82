import { assertEquals, assertThrows } from "@std/assert";
import { compareWithHistory } from "../../insight/history.ts";
import { assertClose } from "../helpers/close.ts";

const WEEK = 7 * 86_400;

/** Values, one an hour. */
function hourly(values: readonly (number | null | undefined)[], from = 0) {
  return values.map((val, hour) => ({ ts: from + hour * 3600, val }));
}

const HISTORY = hourly([9.1, 9.3, 9.2, 9.4, 9.0, 9.2, 2.0, 9.2]);

/** What the history says of throughput. */
function throughput(...values: number[]) {
  return compareWithHistory(hourly(values, WEEK), HISTORY, { worse: "low" });
}

Deno.test("compareWithHistory() judges the median of the runs, a warning from 3 on, critical from 5 on", () => {
  // The scale is 0.184: 2 % of 9.2.
  assertEquals(throughput(9.2, 9.1, 9.3).verdict, "ok");
  assertEquals(throughput(8.2, 8.2, 8.3).verdict, "critical");
  assertEquals(throughput(2, 9.1, 9.3).verdict, "ok");
  assertEquals(throughput(2, 8.2, 9.3).verdict, "critical");
  const { z, value, usual, change, reason, runs } = throughput(8, 8, 8, 8);
  assertClose(z, -6.5217, 5e-5);
  assertEquals([value, usual, reason, runs.length], [8, 9.2, undefined, 4]);
  assertClose(change, 8 / 9.2 - 1);
  assertEquals(runs[0]?.part, "all");
});

Deno.test("compareWithHistory() knows the limits to the digit", () => {
  const history = hourly([100, 100, 100, 100, 100, 100, 100, 100]);
  const verdictOf = (value: number) =>
    compareWithHistory(hourly([value, value, value], WEEK), history, {
      worse: "high",
      resolution: 8,
      minChange: 0,
    }).verdict;
  assertEquals([123.9, 124, 139.9, 140].map(verdictOf), [
    ...["ok", "warning", "warning", "critical"] as const,
  ]);
});

Deno.test("compareWithHistory() is one-sided, and small changes do not count", () => {
  assertEquals(throughput(20, 20, 20).verdict, "ok");
  const history = hourly([10, 10, 10, 10, 10, 10, 10, 10]);
  const worse = { worse: "high" } as const;
  const runs = hourly([10.9, 10.9, 10.9], WEEK);
  const { verdict, z } = compareWithHistory(runs, history, worse);
  assertEquals(verdict, "ok");
  assertClose(z, 4.5, 1e-9);
  const options = { ...worse, minChange: 0.05 };
  assertEquals(compareWithHistory(runs, history, options).verdict, "warning");
  const tenth = hourly([11, 11, 11], WEEK);
  assertEquals(compareWithHistory(tenth, history, worse).verdict, "critical");
  const low = hourly([5, 5, 5], WEEK);
  assertEquals(compareWithHistory(low, history, worse).verdict, "ok");
});

Deno.test("compareWithHistory() does not judge with too little to go by", () => {
  const short = compareWithHistory(hourly([1, 1, 1]), HISTORY.slice(3), {
    worse: "low",
  });
  assertEquals([short.verdict, short.reason], [
    "unknown",
    "history too short (5 of 8)",
  ]);
  assertEquals([short.value, short.usual, short.z], [1, undefined, undefined]);
  const few = throughput(1, 1);
  assertEquals([few.verdict, few.reason], ["unknown", "too few runs (2 of 3)"]);
  assertEquals(few.usual, 9.2);
  const none = compareWithHistory([], HISTORY, { worse: "low" });
  assertEquals([none.verdict, none.value], ["unknown", undefined]);
});

Deno.test("compareWithHistory() leaves out what is not a number, or has no time", () => {
  const nasty = [
    ...hourly([null, undefined, NaN, Infinity]),
    { ts: NaN, val: 9 },
    { ts: new Date(NaN), val: 9 },
    { ts: 1e300, val: 9 },
    { ts: "", val: 9 },
    { ts: 0, val: "9" as unknown as number },
  ];
  const { reason } = compareWithHistory(nasty, nasty, { worse: "low" });
  assertEquals(reason, "history too short (0 of 8)");
  const whole = [...nasty, ...HISTORY];
  const runs = [...nasty, ...hourly([8, 8, 8], WEEK)];
  const { verdict, value } = compareWithHistory(runs, whole, { worse: "low" });
  assertEquals([verdict, value], ["critical", 8]);
});

Deno.test("compareWithHistory() knows what is higher of delays below 0", () => {
  const history = hourly([-5, -5, -5, -5, -5, -5, -5, -5]);
  const runs = hourly([-3, -3, -3], WEEK);
  const { change, verdict } = compareWithHistory(runs, history, {
    worse: "high",
  });
  assertEquals([change, verdict], [0.4, "critical"]);
});

Deno.test("compareWithHistory() tells numbers of a history of zeros, and refuses zones that do not exist", () => {
  const zeros = hourly([0, 0, 0, 0, 0, 0, 0, 0]);
  const { z, change, verdict } = compareWithHistory(
    hourly([1, 1, 1]),
    zeros,
    { worse: "high" },
  );
  assertEquals([Number.isFinite(z), Number.isFinite(change)], [true, true]);
  assertEquals(verdict, "critical");
  const same = compareWithHistory(zeros, zeros, { worse: "high" });
  assertEquals([same.verdict, same.change], ["ok", 0]);
  const zone = "Europe/Atlantis";
  assertThrows(
    () => compareWithHistory([], [], { worse: "low", zone }),
    RangeError,
  );
});
