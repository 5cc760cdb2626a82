import { assert, assertEquals } from "@std/assert";
import {
  plainLine,
  progressLine,
  type ProgressState,
  timeLeft,
} from "../../../cli/export/progress_line.ts";
import { BUSY, MINUTE, SECOND, state } from "./states.ts";

Deno.test("progressLine() says everything where there is room", () => {
  assertEquals(
    progressLine(BUSY, 100 * SECOND, 120, 350_000),
    "2,345/12,345 series, 1.2 M points, 350 k/s, 7 min 10 s left, 3 retries, 17 failed",
  );
});

Deno.test("progressLine() says nothing of what there is nothing to say of", () => {
  assertEquals(
    progressLine(state({ series: 5, done: 1, points: 1 }), 100, 80),
    "1/5 series, 1 point",
  );
  assertEquals(
    progressLine(state({ series: 5, done: 5, retries: 1 }), MINUTE, 80, 0),
    "5/5 series, 0 points, 0/s, 1 retry",
  );
});

Deno.test("progressLine() and plainLine() count links, of which no points are told", () => {
  const links = state({ series: 39_800, done: 12, failed: 1, unit: "links" });
  assertEquals(progressLine(links, 100, 80, 5), "12/39,800 links, 1 failed");
  assertEquals(plainLine(links, 100), "12 of 39,800 links, 0 s, 1 failed");
});

Deno.test("progressLine() tells that the series are not known yet", () => {
  assertEquals(progressLine(state({}), 3_900, 80), "listing tests, 3 s");
  assertEquals(progressLine(state({}), 3_900, 10), "listing");
});

Deno.test("progressLine() leaves out what matters least, until the count alone is cut", () => {
  const lines = [81, 80, 70, 65, 50, 30, 20, 5, 0].map((width) =>
    progressLine(BUSY, 100 * SECOND, width, 350_000)
  );
  assertEquals(lines, [
    "2,345/12,345 series, 1.2 M points, 350 k/s, 7 min 10 s left, 3 retries, 17 failed",
    "2,345/12,345 series, 1.2 M points, 350 k/s, 7 min 10 s left, 17 failed",
    "2,345/12,345 series, 1.2 M points, 350 k/s, 7 min 10 s left, 17 failed",
    "2,345/12,345 series, 1.2 M points, 7 min 10 s left, 17 failed",
    "2,345/12,345 series, 7 min 10 s left, 17 failed",
    "2,345/12,345 series, 17 failed",
    "2,345/12,345 series",
    "2,345",
    "",
  ]);
});

Deno.test("progressLine() is never wider than the terminal, and a wider one shows no less", () => {
  const states = [
    state({}),
    state({ series: 1 }),
    state({ series: 3, done: 2, points: 999 }),
    BUSY,
    state({ ...BUSY, retries: 0, failed: 0 }),
    state({
      series: 1_234_567,
      done: 1_000_000,
      failed: 200_000,
      points: 98_765_432_109,
      retries: 123_456,
    }),
  ];
  for (const each of states) {
    for (const elapsed of [0, 5 * SECOND, 3 * MINUTE, 3e8]) {
      for (const rate of [undefined, 0, 0.3, 123_456]) {
        let before = 0;
        for (let width = 20; width <= 200; width++) {
          const line = progressLine(each, elapsed, width, rate);
          assert(line.length <= width, `${line.length} > ${width}: ${line}`);
          assert(line.length >= before, `${line} is shorter at ${width}`);
          assert(line !== "" && !line.endsWith(", "), line);
          before = line.length;
        }
      }
    }
  }
});

Deno.test("progressLine() makes failures red, and nothing else, without taking room for it", () => {
  for (let width = 0; width <= 100; width++) {
    const plain = progressLine(BUSY, 100 * SECOND, width, 1);
    assertEquals(
      progressLine(BUSY, 100 * SECOND, width, 1, true),
      plain.replace("17 failed", "\x1b[31m17 failed\x1b[39m"),
    );
  }
  const fine = state({ series: 2, done: 1 });
  assertEquals(progressLine(fine, 0, 80, 1, true), "1/2 series, 0 points, 1/s");
});

Deno.test("plainLine() is one line without anything for terminals", () => {
  assertEquals(
    plainLine(BUSY, 100_900),
    "2,345 of 12,345 series, 1,234,567 points, 45.7 MB, 1 min 40 s, about 7 min 20 s left, 3 retries, 17 failed",
  );
  assertEquals(
    plainLine(state({ series: 2, done: 2, points: 1 }), 30 * SECOND),
    "2 of 2 series, 1 point, 0 B, 30 s",
  );
  assertEquals(plainLine(state({}), 61_500), "listing tests, 1 min 1 s");
});

/**
 * The estimates of a run of series that take so long each, worked on by so many
 * at a time: at each end, and how long it was.
 */
function estimates(
  times: number[],
  workers: number,
  given: Partial<ProgressState> = {},
): { done: number; guess: number | undefined; truth: number }[] {
  const begun = given.begun ?? 0;
  const free = new Array<number>(workers).fill(begun);
  const ends = times.map((time) => {
    const next = free.indexOf(Math.min(...free));
    return free[next]! += time;
  }).sort((a, b) => a - b);
  const skipped = given.skipped ?? 0;
  return ends.map((end, index) => {
    const done = index + 1;
    const active = Math.min(workers, ends.length - done);
    const at = state({
      ...given,
      ...{ active, done: done + skipped, series: ends.length + skipped },
    });
    return { done, guess: timeLeft(at, end), truth: ends.at(-1)! - end };
  });
}

/**
 * Times between a tenth and nineteen tenths of a mean, the same in each run.
 */
function uneven(count: number, mean: number): number[] {
  let seed = 1;
  return Array.from({ length: count }, () => {
    seed = seed * 48271 % 2147483647;
    return mean * (0.1 + 1.8 * seed / 2147483647);
  });
}

Deno.test("timeLeft() of a steady run is exact, once it says something", () => {
  const steady = new Array<number>(100).fill(SECOND);
  const run = estimates(steady, 1, {}).slice(0, -1);
  assertEquals(run.slice(0, 2).map(({ guess }) => guess), [
    undefined,
    undefined,
  ]);
  for (const { done, guess, truth } of run.slice(2)) {
    // One is under way all the time, taken for half done.
    assert(
      guess !== undefined && Math.abs(guess - truth) <= truth * 0.6 / done +
            SECOND,
      `${guess} for ${truth} after ${done}`,
    );
  }
});

Deno.test("timeLeft() of an uneven run is within a quarter after a fifth of it, however many work at a time", () => {
  const times = uneven(200, 30 * SECOND);
  const longest = Math.max(...times); // nobody knows whether it is the last
  for (const workers of [1, 2, 4, 8, 16]) {
    const run = estimates(times, workers);
    for (const { done, guess, truth } of run.slice(40, 180)) {
      const error = Math.abs((guess ?? 0) - truth);
      assert(
        error < truth / 4 || error < longest,
        `${workers} workers, ${done} done: ${guess} for ${truth}`,
      );
    }
  }
});

Deno.test("timeLeft() counts neither the listing of the tests nor what an earlier run has done", () => {
  const times = uneven(50, SECOND);
  const plain = estimates(times, 2);
  const resumed = estimates(times, 2, { skipped: 5_000, begun: 10 * MINUTE });
  for (const [index, { done, guess }] of plain.entries()) {
    const other = resumed[index]!.guess;
    assertEquals(other === undefined, guess === undefined, `${done} done`);
    assert(Math.abs((other ?? 0) - (guess ?? 0)) < 1, `${other}, ${guess}`);
  }
});

Deno.test("timeLeft() says nothing before there is anything to go by, nor at the end", () => {
  const nothing: [Partial<ProgressState>, elapsed: number][] = [
    [{}, MINUTE],
    [{ series: 100 }, MINUTE],
    [{ series: 100, done: 2 }, MINUTE], // too few
    [{ series: 100, done: 50 }, SECOND], // too short a time
    [{ series: 100, done: 50, skipped: 50 }, MINUTE], // all of them for nothing
    [{ series: 100, done: 100 }, MINUTE],
    [{ series: 100, done: 100, skipped: 100 }, MINUTE],
    [{ series: 1, active: 1 }, MINUTE],
  ];
  for (const [given, elapsed] of nothing) {
    assertEquals(timeLeft(state(given), elapsed), undefined);
  }
  assertEquals(timeLeft(state({ series: 2, done: 1 }), MINUTE), MINUTE);
});

Deno.test("timeLeft() counts down between two series, and says nothing when one takes longer than all should", () => {
  const at = state({ series: 100, done: 99, lastDone: 990 * SECOND });
  assertEquals(timeLeft(at, 990 * SECOND), 10 * SECOND);
  assertEquals(timeLeft(at, 994 * SECOND), 6 * SECOND);
  for (const late of [1_000, 1_500, 9_000]) {
    assertEquals(timeLeft(at, late * SECOND), undefined);
  }
});

Deno.test("the time left is shown no more exactly than it is known", () => {
  const table: [done: number, text: string][] = [
    [10, ", 15 min left"], // 15 min
    [15, ", 9 min 30 s left"], // 9 min 26.7 s
    [71, ", 41 s left"], // 40.8 s
    [99, ", 2 s left"], // 1.01 s
    [100, ""],
  ];
  for (const [done, text] of table) {
    const line = progressLine(state({ series: 100, done }), 100 * SECOND, 80);
    assertEquals(line, `${done}/100 series, 0 points${text}`);
  }
});
