import { assertEquals, assertThrows } from "@std/assert";
import { coverageOf } from "../../insight/coverage.ts";
import {
  freshnessOf,
  gaps,
  lookBack,
  spacingOf,
} from "../../insight/spacing.ts";
import { assertClose } from "../helpers/close.ts";

/** Times with these spacings, from 0. */
function spaced(...spacings: number[]): number[] {
  const times = [0];
  for (const spacing of spacings) times.push(times.at(-1)! + spacing);
  return times;
}

/** So many times, so many seconds apart. */
function regular(count: number, interval: number, from = 0): number[] {
  return Array.from({ length: count }, (_, at) => from + at * interval);
}

const EXAMPLE = [0, 300, 600, 900, 1500, 1800, 2100, 2101, 2400, 6000, 6300];

Deno.test("the reference's window: two gaps, runs a second apart are one, none at the end", () => {
  assertEquals(spacingOf(EXAMPLE).interval, 300);
  assertEquals(gaps(EXAMPLE, { start: 0, end: 6600 }), [
    { from: 900, to: 1500, missing: 1 },
    { from: 2400, to: 6000, missing: 11 },
  ]);
});

Deno.test("the reference's spacings with one gap", () => {
  const times = spaced(7200, 7260, 7100, 7300, 7150, 7250, 7190, 14500);
  const { interval, deviation, threshold } = spacingOf(times);
  assertEquals([interval, deviation, threshold], [7225, 55, 10837.5]);
  const [last, before] = [times.at(-1)!, times.at(-2)!];
  assertEquals(gaps(times), [{ from: before, to: last, missing: 1 }]);
});

Deno.test("the reference's schedule with random slip: no gap, though 7000 is more than twice the median", () => {
  const times = spaced(1000, 4000, 2500, 7000, 3000, 5500, 2000);
  const { interval, deviation, threshold } = spacingOf(times);
  assertEquals([interval, deviation], [3000, 1000]);
  assertClose(threshold, 7447.8, 1e-9);
  assertEquals(gaps(times), []);
});

Deno.test("the interval: given, of the metadata, measured, unknown", () => {
  const times = regular(10, 300);
  const source = (options: Parameters<typeof spacingOf>[1]) => {
    const { interval, source } = spacingOf(times, options);
    return [interval, source];
  };
  assertEquals(source({ interval: 60, timeInterval: 300 }), [60, "given"]);
  assertEquals(source({ timeInterval: "280" }), [280, "metadata"]);
  const schedule = { interval: 900 };
  assertEquals(source({ schedule, timeInterval: 300 }), [900, "template"]);
  assertEquals(source({ schedule, interval: 60 }), [60, "given"]);
  assertEquals(source({ timeInterval: 0 }), [300, "measured"]);
  for (const nothing of [null, "PT5M", NaN, -300, Infinity, {}, true, ""]) {
    assertEquals(source({ timeInterval: nothing }), [300, "measured"]);
  }
  assertEquals(spacingOf([0, 300]).source, "unknown");
  assertEquals(spacingOf([0, 300], { timeInterval: 60 }).source, "metadata");
});

Deno.test("a metadata interval that differs more than twice from the measured one does not count", () => {
  const times = regular(10, 300);
  for (const timeInterval of [150, 600]) {
    assertEquals(spacingOf(times, { timeInterval }).source, "metadata");
  }
  for (const timeInterval of [149, 601]) {
    assertEquals(spacingOf(times, { timeInterval }).source, "measured");
  }
});

Deno.test("5 spacings are enough, 4 are not", () => {
  assertEquals(spacingOf(regular(6, 60)).interval, 60);
  assertEquals(spacingOf(regular(5, 60)), {
    interval: undefined,
    source: "unknown",
    deviation: undefined,
    threshold: undefined,
  });
  // The same second is no spacing.
  assertEquals(spacingOf([0, 0, 60, 60, 120, 180, 240]).source, "unknown");
});

Deno.test("the last 500 runs up to the end of the window count, and no others", () => {
  const times = [...regular(2000, 60), ...regular(600, 300, 200_000)];
  assertEquals(spacingOf(times).interval, 300);
  assertEquals(spacingOf(times, { end: 119_940 }).interval, 60);
  // Half of the last 500 and one.
  assertEquals(spacingOf(times, { end: 200_000 + 300 * 250 }).interval, 300);
  assertEquals(spacingOf(times, { end: 200_000 + 300 * 248 }).interval, 60);
});

Deno.test("the deviation counts also where the interval is given, and --gap takes its place", () => {
  const times = spaced(1000, 4000, 2500, 7000, 3000, 5500, 2000);
  assertClose(
    spacingOf(times, { interval: 3000 }).threshold,
    3000 + 3 * 1.4826 * 1000,
    1e-9,
  );
  assertEquals(spacingOf(times, { gapFactor: 2 }).threshold, 6000);
  assertEquals(gaps(times, { gapFactor: 2 }), [
    { from: 7500, to: 14_500, missing: 1 },
  ]);
  assertEquals(spacingOf([], { interval: 60 }).threshold, 90);
});

Deno.test("intervals and factors that make no sense are refused", () => {
  for (const interval of [0, -1, NaN, Infinity]) {
    assertThrows(() => spacingOf([], { interval }), RangeError, "interval");
  }
  assertThrows(() => gaps([], { gapFactor: 0.9 }), RangeError, "factor");
});

Deno.test("exactly the threshold apart is no gap", () => {
  const times = regular(10, 300);
  assertEquals(gaps([...times, 2700 + 450]), []);
  assertEquals(gaps([...times, 2700 + 451]).length, 1);
  assertEquals(gaps([...times, 2700 + 451])[0]?.missing, 1);
});

Deno.test("before the first run of a window there is a gap only after an earlier run, and what is missing is counted in the window", () => {
  const times = [...regular(10, 300), ...regular(10, 300, 10_000)];
  const first = (start: number) => gaps(times, { start, end: 12_000 })[0];
  assertEquals(first(0), { from: 2700, to: 10_000, missing: 23 });
  assertEquals(first(2800), { from: 2700, to: 10_000, missing: 23 });
  assertEquals(first(3001), { from: 2700, to: 10_000, missing: 22 });
  assertEquals(first(9500)?.missing, 1);
  // The next one was due before the window, and the one after it came.
  assertEquals(first(9800), undefined);
  assertEquals(first(10_000), undefined);
  assertEquals(gaps(regular(10, 300, 10_000), { start: 0, end: 12_700 }), []);
});

Deno.test("after the last run there is a gap where the window is over", () => {
  const times = regular(10, 300);
  assertEquals(gaps(times, { end: 3600, now: 9999 }), [
    { from: 2700, to: 3600, missing: 2 },
  ]);
  assertEquals(gaps(times, { end: 3100, now: 9999 }), []);
  // In a window without any run.
  assertEquals(gaps(times, { start: 4000, end: 4900 }), [
    { from: 2700, to: 4900, missing: 2 },
  ]);
});

Deno.test("while the window is open a run may still come: only what is stale has a gap", () => {
  const times = regular(10, 300);
  assertEquals(gaps(times, { now: 3300 }), []);
  assertEquals(gaps(times, { now: 3601 }), [
    { from: 2700, to: 3601, missing: 2 },
  ]);
  assertEquals(gaps(times, { end: 9000, now: 3601 })[0]?.to, 3601);
});

Deno.test("what is more than a minute in the future does not count", () => {
  const times = [...regular(10, 300), 2700 + 300, 1e9];
  const window = { start: 0, now: 2940 };
  assertEquals(gaps(times, window), []);
  assertEquals(gaps(times, { ...window, now: 4000 })[0]?.from, 3000);
});

Deno.test("a test is late after the threshold, and stale after 3 intervals", () => {
  const spacing = { interval: 300, threshold: 450 };
  const at = (age: number) => freshnessOf(1000, 1000 + age, spacing);
  assertEquals([-50, 450, 451, 900, 901].map(at), [
    ...["ok", "ok", "late", "late", "stale"],
  ]);
  const loose = { interval: 300, threshold: 1200 };
  assertEquals(freshnessOf(0, 1200, loose), "ok");
  assertEquals(freshnessOf(0, 1201, loose), "stale");
  assertEquals(freshnessOf(undefined, 0, spacing), "unknown");
  assertEquals(freshnessOf(0, 5, spacingOf([0])), "unknown");
});

Deno.test("an earlier run is looked for over 3 thresholds, at least an hour", () => {
  assertEquals(lookBack(spacingOf([], { interval: 300 })), 3600);
  assertEquals(lookBack(spacingOf([], { interval: 7200 })), 32_400);
  assertEquals(lookBack(spacingOf([])), 3600);
});

Deno.test("points and any order do as well as sorted seconds", () => {
  const points = EXAMPLE.map((ts) => ({ ts: new Date(ts * 1000), val: 1 }));
  const mixed = [...points.reverse(), NaN, Infinity, { ts: "" }, 900, 300];
  const window = { start: 0, end: 6600 };
  assertEquals(gaps(mixed, window), gaps(EXAMPLE, window));
});

Deno.test("nothing, one run and two in a second have no gaps", () => {
  for (const times of [[], [5], [5, 5], [5, 6]]) {
    assertEquals(gaps(times, { start: 0, end: 1e9 }), []);
  }
  assertEquals(gaps([], { interval: 60, start: 0, end: 1e6 }), []);
  assertEquals(gaps([5], { interval: 60, end: 605 }), [
    { from: 5, to: 605, missing: 9 },
  ]);
});

Deno.test("huge times are no trouble", () => {
  const times = [-1e300, ...regular(10, 300), 1e300];
  const found = gaps(times);
  assertEquals(found.length, 2);
  assertEquals(found.every(({ missing }) => missing > 1e290), true);
});

Deno.test("options that are not given do not hide what was measured", () => {
  const times = [0, 300, 600, 900, 1200, 1500, 2400];
  const found = [{ from: 1500, to: 2400, missing: 2 }];
  assertEquals(gaps(times, { interval: undefined }), found);
  const options = { interval: undefined, gapFactor: undefined };
  assertEquals(coverageOf({ values: times }, options).gaps, found);
});

Deno.test("a schedule's slip widens the threshold, and nothing else", () => {
  const threshold = (slip: number) =>
    spacingOf([], { schedule: { interval: 3600, slip } }).threshold;
  assertEquals([threshold(0), threshold(600)], [5400, 5400]);
  assertEquals(threshold(7200), 10_800);
  const given = { interval: 3600, schedule: { interval: 60, slip: 9000 } };
  assertEquals(spacingOf([], given).threshold, 5400);
  assertThrows(
    () => spacingOf([], { schedule: { interval: 0 } }),
    RangeError,
    "an interval is above 0 seconds",
  );
  assertThrows(
    () => spacingOf([], { schedule: { interval: 1, slip: -1 } }),
    RangeError,
    "a slip is 0 seconds or more",
  );
});
