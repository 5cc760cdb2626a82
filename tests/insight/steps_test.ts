import { assert, assertEquals, assertThrows } from "@std/assert";
import { randomFor } from "../../archive/sample_network.ts";
import { median } from "../../insight/robust.ts";
import {
  clockSteps,
  delaySteps,
  type Step,
  throughputSteps,
} from "../../insight/steps.ts";
import { assertClose } from "../helpers/close.ts";

/** One value a run, 300 s apart. */
function series(values: readonly number[]) {
  return values.map((val, at) => ({ ts: 300 * at, val }));
}

function places(steps: readonly Step[]): number[] {
  return steps.map(({ index }) => index);
}

/** Each value so many times over, in the order of the sides. */
function doubled(values: readonly number[]): number[] {
  return [...values, ...values];
}

/** So many values within a range. */
function noise(count: number, least: number, most: number): number[] {
  const random = randomFor("noise");
  return Array.from({ length: count }, () => least + (most - least) * random());
}

const BEFORE = [24.6, 24.7, 24.6, 24.6, 24.7, 24.6, 24.6, 24.7];
const AFTER = [30.9, 30.9, 31.0, 30.9, 30.9, 31.0, 30.9, 30.9];
const FAST = [9.2, 9.1, 9.3, 9.2, 9.0, 9.2];
const SLOW = [0.7, 0.6, 0.7, 0.8, 0.7, 0.6];

Deno.test("the reference's step of delay: one, at index 8, +6.3", () => {
  const [step, ...others] = delaySteps(series([...BEFORE, ...AFTER]));
  assertEquals(others, []);
  assertEquals([step?.index, step?.time, step?.previous], [8, 2400, 2100]);
  assertEquals([step?.before, step?.after], [24.6, 30.9]);
  assertClose(step?.change, 6.3, 1e-9);
});

Deno.test("the reference's step of throughput: one, at 6, with 6 runs a side", () => {
  const steps = throughputSteps(series([...FAST, ...SLOW]), { runs: 6 });
  assertEquals(places(steps), [6]);
  assertClose(steps[0]?.before, 9.2, 1e-9);
  assertClose(steps[0]?.after, 0.7, 1e-9);
  assertClose(steps[0]?.change, 0.7 / 9.2 - 1, 1e-9);
});

Deno.test("each side doubled there is still one step, at 16 and at 12", () => {
  const delays = series([...doubled(BEFORE), ...doubled(AFTER)]);
  assertEquals(places(delaySteps(delays)), [16]);
  const rates = series([...doubled(FAST), ...doubled(SLOW)]);
  assertEquals(places(throughputSteps(rates)), [12]);
  assertEquals(places(throughputSteps(rates, { runs: 6 })), [12]);
});

Deno.test("noise is no step, and neither is one outlier", () => {
  assertEquals(delaySteps(series(noise(500, 30.1, 30.4))), []);
  const flat = Array<number>(12).fill(30.1);
  assertEquals(delaySteps(series([...flat, 90, ...flat])), []);
  assertEquals(throughputSteps(series(noise(500, 8e9, 9.4e9))), []);
});

Deno.test("wherever a step is, it is found there, up and down, in noise", () => {
  const quiet = noise(60, 20, 20.3);
  for (let at = 8; at <= 52; at++) {
    for (const size of [2, -2]) {
      const values = quiet.map((value, i) => i < at ? value : value + size);
      const steps = delaySteps(series(values));
      assertEquals(places(steps), [at]);
      assertClose(steps[0]?.change, size, 0.25);
    }
  }
});

Deno.test("steps that are far enough apart are each found", () => {
  const level = (value: number) => Array<number>(10).fill(value);
  const values = [...level(10), ...level(12), ...level(11), ...level(13)];
  const steps = delaySteps(series(values));
  assertEquals(places(steps), [10, 20, 30]);
  assertEquals(steps.map(({ change }) => change), [2, -1, 2]);
});

Deno.test("a change is a step from --min-step on", () => {
  const step = (size: number) =>
    series([...Array(8).fill(10), ...Array(8).fill(10 + size)]);
  assertEquals(places(delaySteps(step(0.5))), [8]);
  assertEquals(places(delaySteps(step(0.49))), []);
  // Five times the noise, which is 0.1 ms at the least.
  assertEquals(places(delaySteps(step(0.49), { minStep: 0.1 })), []);
  assertEquals(places(delaySteps(step(0.51), { minStep: 0.1 })), [8]);
  assertEquals(places(delaySteps(step(0.51), { bucketWidth: 1 })), []);
  assertEquals(places(delaySteps(step(5), { bucketWidth: 1 })), [8]);

  const share = (rate: number) =>
    series([...Array(8).fill(10), ...Array(8).fill(rate)]);
  assertEquals(places(throughputSteps(share(7.99))), [8]);
  assertEquals(places(throughputSteps(share(8.01))), []);
  assertEquals(places(throughputSteps(share(12.01))), [8]);
  assertEquals(places(throughputSteps(share(11.99))), []);
  // 2 ** (5 * 0.03) is 1.1096.
  assertEquals(places(throughputSteps(share(11.08), { minStep: 0.05 })), []);
  assertEquals(places(throughputSteps(share(11.11), { minStep: 0.05 })), [8]);
  assertEquals(places(throughputSteps(share(8.01), { minStep: 0.1 })), [8]);
});

Deno.test("a change of just 0.5 ms, or 20 %, is a step, whatever its last digits", () => {
  const sides = (before: number, after: number) =>
    series([...Array(8).fill(before), ...Array(8).fill(after)]);
  for (let tenths = -50; tenths < 500; tenths++) {
    const steps = (by: number) =>
      places(delaySteps(sides(tenths / 10, (tenths + by) / 10)));
    assertEquals([steps(4), steps(5)], [[], [8]], `${tenths / 10} ms`);
  }
  for (let rate = 1; rate < 100; rate++) {
    const steps = (by: number) => throughputSteps(sides(rate, rate * by));
    assertEquals([0.81, 1.19].flatMap(steps), [], `${rate}`);
    for (const [by, change] of [[0.8, -0.2], [1.2, 0.2]] as const) {
      const [step] = steps(by);
      assertEquals([step?.index, step?.before], [8, rate]);
      assertClose(step?.change, change, 1e-12);
    }
  }
});

Deno.test("the steps are those of the reference's rule, word for word", () => {
  const random = randomFor("steps");
  let found = 0;
  for (let run = 0; run < 300; run++) {
    let level = 20;
    const values = Array.from({ length: 40 }, () => {
      if (random() < 0.08) level += (random() - 0.5) * 8;
      return Number((level + random() * 0.2).toFixed(2));
    });
    const runs = 3 + Math.floor(random() * 4);
    const expected = byTheRule(values, runs);
    assertEquals(places(delaySteps(series(values), { runs })), expected);
    found += expected.length;
  }
  assert(found > 300);
});

function byTheRule(values: number[], w: number): number[] {
  const misfit = (side: number[]) => {
    const middle = median(side)!;
    return side.reduce((sum, value) => sum + Math.abs(value - middle), 0);
  };
  const candidates = values.flatMap((_, i) => {
    if (i < w || i + w > values.length) return [];
    const [before, after] = [values.slice(i - w, i), values.slice(i, i + w)];
    const d = Math.abs(median(after)! - median(before)!);
    const residuals = [before, after].flatMap((side) =>
      side.map((value) => Math.abs(value - median(side)!))
    );
    const s = Math.max(1.4826 * median(residuals)!, 0.1);
    return d >= 5 * s && d >= 0.5 ? [{ i, strength: d / s }] : [];
  });
  const steps = new Set<number>();
  while (candidates.length > 0) {
    const { i } = candidates.reduce((best, each) =>
      each.strength > best.strength ? each : best
    );
    let [where, least] = [i, Infinity];
    for (let j = i - w + 1; j < i + w; j++) {
      const sum = misfit(values.slice(i - w, j)) +
        misfit(values.slice(j, i + w));
      if (sum < least) [where, least] = [j, sum];
    }
    steps.add(where);
    candidates.splice(
      0,
      Infinity,
      ...candidates.filter((each) => Math.abs(each.i - i) >= w),
    );
  }
  return [...steps].sort((a, b) => a - b);
}

Deno.test("fewer runs than on two sides have no steps", () => {
  assertEquals(delaySteps([]), []);
  assertEquals(throughputSteps([]), []);
  assertEquals(delaySteps(series([1])), []);
  assertEquals(delaySteps(series([1, 100])), []);
  assertEquals(delaySteps(series([...BEFORE, ...AFTER].slice(1))), []);
  assertEquals(places(delaySteps(series([1, 100]), { runs: 1 })), [1]);
});

Deno.test("points in any order, without a value or a time, and dates", () => {
  const points = series([...BEFORE, ...AFTER]).map(({ ts, val }) => ({
    ts: new Date(ts * 1000),
    val,
  }));
  const steps = delaySteps([
    ...points.reverse(),
    { ts: 5, val: null },
    { ts: 5, val: NaN },
    { ts: NaN, val: 1 },
    { ts: 6, val: Infinity },
    { ts: 7 },
  ]);
  assertEquals(steps.map(({ time, index }) => [time, index]), [[2400, 8]]);
});

Deno.test("negative delays have steps, and throughput of 0 has one", () => {
  const delays = [...BEFORE.map((value) => value - 30), ...BEFORE];
  assertEquals(places(delaySteps(series(delays))), [8]);
  const rates = [...Array(8).fill(9e9), ...Array(8).fill(0)];
  assertEquals(places(throughputSteps(series(rates))), [8]);
  assertEquals(throughputSteps(series(Array(16).fill(0))), []);
});

Deno.test("huge values are no trouble", () => {
  const values = [...Array(8).fill(1e308), ...Array(8).fill(-1e308)];
  assert(delaySteps(series(values)).length <= 1);
  assert(throughputSteps(series(values)).length <= 1);
});

Deno.test("the number of runs a side is a whole number above 0", () => {
  for (const runs of [0, -1, 1.5, NaN]) {
    assertThrows(() => delaySteps([], { runs }), RangeError, "whole number");
  }
});

Deno.test("the reference's clock step: what one direction lost the other won", () => {
  const there = delaySteps(
    series([...Array(8).fill(12.4), ...Array(8).fill(-3.1)]),
  );
  const back = delaySteps(
    series([...Array(8).fill(12.6), ...Array(8).fill(28.1)]),
  );
  const [pair, ...others] = clockSteps(there, back, 300);
  assertEquals(others, []);
  assertClose(pair?.forward.change, -15.5, 1e-9);
  assertClose(pair?.reverse.change, 15.5, 1e-9);
});

/** A step of which only the time and the size matter. */
function stepAt(time: number, change: number): Step {
  return {
    ...{ time, previous: time - 300, index: 0 },
    ...{ before: 0, after: change, change },
  };
}

Deno.test("a clock step is within one interval, and cancels to a fifth", () => {
  const pairs = (there: Step[], back: Step[]) =>
    clockSteps(there, back, 300).map(({ forward, reverse }) => [
      forward.time,
      reverse.time,
    ]);
  assertEquals(pairs([stepAt(900, 5)], [stepAt(600, -4)]), [[900, 600]]);
  assertEquals(pairs([stepAt(900, 5)], [stepAt(1200, -5)]), [[900, 1200]]);
  assertEquals(pairs([stepAt(900, 5)], [stepAt(1201, -5)]), []);
  assertEquals(pairs([stepAt(900, 5)], [stepAt(599, -5)]), []);
  assertEquals(pairs([stepAt(900, 5)], [stepAt(900, -3.9)]), []);
  // Both directions longer: the network.
  assertEquals(pairs([stepAt(900, 6.3)], [stepAt(900, 6.3)]), []);
});

Deno.test("each step is of one clock step at most, also where others are near", () => {
  const there = [stepAt(0, 5), stepAt(200, 5), stepAt(5000, -2)];
  const back = [stepAt(0, 3), stepAt(100, -5), stepAt(5100, 2)];
  assertEquals(clockSteps(there, back, 300).map((pair) => pair.reverse.time), [
    ...[100, 5100],
  ]);
});

Deno.test("10,000 runs take no noticeable time, whatever their steps", () => {
  const values = noise(10_000, 20, 20.3).map((value, at) =>
    value + 5 * (Math.floor(at / 40) % 2)
  );
  const start = performance.now();
  assertEquals(delaySteps(series(values)).length, 249);
  assert(delaySteps(series(values), { runs: 50 }).length < 249);
  const seconds = (performance.now() - start) / 1000;
  // On a quiet machine a twentieth of it.
  assert(seconds < 10, `${seconds} s`);
});
