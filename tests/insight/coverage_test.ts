import { assert, assertEquals } from "@std/assert";
import { coverageOf } from "../../insight/coverage.ts";
import { assertClose } from "../helpers/close.ts";

/** So many times, so many seconds apart. */
function regular(count: number, interval: number, from = 0): number[] {
  return Array.from({ length: count }, (_, at) => from + at * interval);
}

Deno.test("the reference's window: 10 runs of 22", () => {
  const values = [0, 300, 600, 900, 1500, 1800, 2100, 2101, 2400, 6000, 6300];
  const found = coverageOf({ values }, { start: 0, end: 6600 });
  assertEquals([found.runs, found.measured, found.missing], [10, 10, 12]);
  assertClose(found.coverage, 0.4545, 1e-4);
  assertEquals([found.success, found.first, found.last], [1, 0, 6300]);
  assertEquals(found.firstSeen, 0);
  assertEquals(found.freshness, undefined);
});

Deno.test("the sample's throughput: one failure between values, where run-hrefs are missing as well", () => {
  const times = regular(84, 7200, 1000);
  const hrefs = times.filter((_, at) => at !== 46);
  const found = coverageOf(
    { hrefs, values: hrefs, failures: [times[46]!] },
    { start: 0, end: times.at(-1)! + 100 },
  );
  assertEquals([found.runs, found.missing, found.coverage], [84, 0, 1]);
  assertClose(found.success, 83 / 84);
  assertEquals([found.measured, found.failed], [83, 1]);
});

Deno.test("failed runs and an hour of complete loss leave no gap", () => {
  const times = regular(100, 300);
  const found = coverageOf({
    values: times.filter((_, at) => at < 40 || at >= 76),
    lost: times.slice(20, 32),
    failures: times.slice(40, 76),
  }, { start: 0, end: 29_800 });
  assertEquals(found.gaps, []);
  assertEquals(
    [found.runs, found.measured, found.lost, found.failed, found.empty],
    [100, 52, 12, 36, 0],
  );
  assertEquals([found.coverage, found.success], [1, 0.64]);
});

Deno.test("an interval that is unknown leaves coverage and what is missing unknown, not 0", () => {
  const found = coverageOf({ values: [0, 300, 600] }, { start: 0, now: 5000 });
  assertEquals(found.spacing.source, "unknown");
  assertEquals([found.missing, found.coverage], [undefined, undefined]);
  assertEquals([found.runs, found.success], [3, 1]);
  assertEquals([found.gaps, found.freshness], [[], "unknown"]);
});

Deno.test("a test without any run is unknown, not covered", () => {
  const found = coverageOf({}, { start: 0, now: 1e6, interval: 300 });
  assertEquals([found.runs, found.missing], [0, 0]);
  assertEquals([found.coverage, found.success], [undefined, undefined]);
  assertEquals([found.first, found.last, found.firstSeen], [
    ...[undefined, undefined, undefined],
  ]);
  assertEquals(found.freshness, "unknown");
});

Deno.test("a test that began in the window is first seen, and nothing is missing before", () => {
  const values = regular(10, 300, 50_000);
  const found = coverageOf({ values }, { start: 0, now: 52_800 });
  assertEquals([found.firstSeen, found.missing], [50_000, 0]);
  const later = coverageOf({ values }, { start: 50_100, now: 52_800 });
  assertEquals([later.firstSeen, later.first, later.runs], [
    ...[undefined, 50_300 - 0, 9],
  ]);
});

Deno.test("a test that fell silent is stale, and what should have come is missing", () => {
  const values = regular(10, 300);
  const found = coverageOf({ values }, { start: 0, now: 5700 });
  assertEquals(found.freshness, "stale");
  assertEquals(found.gaps, [{ from: 2700, to: 5700, missing: 9 }]);
  assertEquals([found.last, found.coverage], [2700, 10 / 19]);
  // Also where its last run is before the window.
  const after = coverageOf({ values }, { start: 4000, now: 5700 });
  assertEquals([after.runs, after.last, after.coverage], [0, 2700, 0]);
  assertEquals([after.freshness, after.first], ["stale", undefined]);
});

Deno.test("a test that is late may still write: nothing is missing yet", () => {
  const values = regular(10, 300);
  const found = coverageOf({ values }, { start: 0, now: 3300 });
  assertEquals([found.freshness, found.missing], ["late", 0]);
});

Deno.test("points in the future are told, and make nothing fresh", () => {
  const values = [...regular(10, 300), 90_000, 90_300];
  const found = coverageOf({ values }, { start: 0, now: 5700 });
  assertEquals([found.future, found.freshness, found.runs], [2, "stale", 10]);
  // A minute is what clocks differ.
  const soon = coverageOf({ values }, { start: 0, now: 89_940 });
  assertEquals([soon.future, soon.freshness, soon.last], [1, "ok", 90_000]);
  // The window may reach as far as it likes.
  const open = coverageOf({ values }, { start: 0, end: 1e6, now: 5700 });
  assertEquals([open.future, open.runs], [2, 10]);
});

Deno.test("an archive whose clock is ahead is judged by its own", () => {
  const values = regular(100, 60, 600);
  const options = { start: 0, now: 6550 };
  assertEquals(coverageOf({ values }, options).freshness, "ok");
  assertEquals(coverageOf({ values }, options).future, 0);
});

Deno.test("200 series of 2,000 runs take no noticeable time", () => {
  const values = regular(2000, 300);
  const failures = values.filter((_, at) => at % 50 === 0);
  const start = performance.now();
  for (let at = 0; at < 200; at++) {
    coverageOf({ values, failures, hrefs: values }, { start: 0, now: 6e5 });
  }
  const seconds = (performance.now() - start) / 1000;
  // On a quiet machine a fiftieth of it.
  assert(seconds < 5, `${seconds} s`);
});
