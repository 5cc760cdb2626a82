import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  emptyProgress,
  type FailedSeries,
  plainLine,
  Progress,
  progressLine,
  type ProgressOptions,
  type ProgressState,
  reportLines,
  shortBytes,
  shortCount,
  shortTime,
  stderrOptions,
  timeLeft,
} from "../../../cli/export/progress.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function state(given: Partial<ProgressState>): ProgressState {
  return { ...emptyProgress(), ...given };
}

/** A run that has everything to say. */
const BUSY = state({
  series: 12_345,
  done: 2_345,
  failed: 17,
  points: 1_234_567,
  bytes: 45_678_901,
  files: 2_300,
  retries: 3,
});

Deno.test("shortCount() and shortBytes() never show four figures, nor a unit too small", () => {
  const table: [value: number, count: string, bytes: string][] = [
    [0, "0", "0 B"],
    [0.42, "0.4", "0.4 B"],
    [1, "1", "1 B"],
    [12.7, "13", "13 B"],
    [999, "999", "999 B"],
    [999.7, "1.0 k", "1.0 kB"],
    [1_000, "1.0 k", "1.0 kB"],
    [99_949, "99.9 k", "99.9 kB"],
    [99_951, "100 k", "100 kB"],
    [350_000, "350 k", "350 kB"],
    [999_499, "999 k", "999 kB"],
    [999_500, "1.0 M", "1.0 MB"],
    [1_234_567, "1.2 M", "1.2 MB"],
    [7.5e9, "7.5 G", "7.5 GB"],
    [5e15, "5000 T", "5000 TB"],
  ];
  for (const [value, count, bytes] of table) {
    assertEquals([shortCount(value), shortBytes(value)], [count, bytes]);
  }
});

Deno.test("shortTime() has one unit or two, and carries over", () => {
  const table: [ms: number, text: string][] = [
    [-5, "0 s"],
    [0, "0 s"],
    [3_400, "3.4 s"],
    [9_949, "9.9 s"],
    [9_950, "10 s"],
    [59_499, "59 s"],
    [59_500, "1 min"],
    [200_000, "3 min 20 s"],
    [3_599_600, "1 h"],
    [125 * MINUTE, "2 h 5 min"],
    [1_439.6 * MINUTE, "1 d"],
    [28 * 60 * MINUTE, "1 d 4 h"],
  ];
  for (const [ms, text] of table) assertEquals(shortTime(ms), text);
});

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

const DONE = state({
  series: 12,
  done: 12,
  points: 34_567,
  bytes: 1_234_567,
  files: 12,
});

Deno.test("reportLines() of a run without trouble is one line", () => {
  const table: [Partial<ProgressState>, report: string][] = [
    [{}, "12 series, 34,567 points, 1.2 MB in 12 files, 3.4 s"],
    [
      { retries: 1 },
      "12 series, 34,567 points, 1.2 MB in 12 files, 3.4 s, 1 retry",
    ],
    [
      { skipped: 4, files: 8, retries: 2 },
      "12 series (4 complete already), 34,567 points, 1.2 MB in 8 files, 3.4 s, 2 retries",
    ],
    [
      { skipped: 12, files: 0, bytes: 0, points: 0 },
      "12 series (all complete already), nothing written, 3.4 s",
    ],
    [
      { series: 1, done: 1, files: 1, bytes: 20, points: 1 },
      "1 series, 1 point, 20 B in 1 file, 3.4 s",
    ],
    [
      { points: 0, bytes: 0, files: 0 },
      "12 series, nothing written, 3.4 s",
    ],
  ];
  for (const [given, report] of table) {
    assertEquals(reportLines({ ...DONE, ...given }, 3_400, []), [report]);
  }
});

Deno.test("reportLines() of a run without series is nothing", () => {
  assertEquals(reportLines(state({ retries: 3 }), MINUTE, []), []);
});

Deno.test("reportLines() tells that a run has been broken off", () => {
  assertEquals(reportLines({ ...DONE, done: 5, files: 5 }, 3_400, []), [
    "5 of 12 series, 34,567 points, 1.2 MB in 5 files, 3.4 s",
    "7 series not finished",
  ]);
});

Deno.test("reportLines() groups failures by reason, the most frequent first", () => {
  const failures: FailedSeries[] = [
    {
      which: "throughput, a to b",
      why: "the archive sent nothing for 20 s (https://ma.example/x/1)",
    },
    ...Array.from({ length: 7 }, (_, n) => ({
      which: `packet-loss-rate, a to ${n}`,
      why: "the archive answered 502: Bad Gateway" +
        (n > 2 ? `, after ${n}000 had arrived` : "") +
        ` (http://ma.example/y/${n}?limit=1000)`,
    })),
  ];
  const failed = { ...DONE, failed: 8, files: 4 };
  const lines = [
    "8 of 12 series failed:",
    "  7 series: the archive answered 502: Bad Gateway",
    "    packet-loss-rate, a to 0",
    "    packet-loss-rate, a to 1",
    "    packet-loss-rate, a to 2",
    "    packet-loss-rate, a to 3",
    "    packet-loss-rate, a to 4",
    "    and 2 more",
    "  1 series: the archive sent nothing for 20 s",
    "    throughput, a to b",
  ];
  assertEquals(reportLines(failed, 3_400, failures).slice(1), lines);
  assertEquals(
    reportLines(failed, 3_400, failures, true).slice(1),
    ["\x1b[31m8 of 12 series failed\x1b[39m:", ...lines.slice(1)],
  );
  assertEquals(reportLines(failed, 3_400, []).slice(1), [
    "8 of 12 series failed",
  ]);
});

Deno.test("reportLines() stays short when everything fails in ways of its own", () => {
  const failures = Array.from(
    { length: 5_000 },
    (_, n) => ({ which: `series ${n}`, why: `reason ${n}` }),
  );
  const all = state({ series: 5_000, done: 5_000, failed: 5_000 });
  const lines = reportLines(all, MINUTE, failures);
  assertEquals(lines.length, 2 + 10 * 2 + 1);
  assertEquals(lines.at(-1), "  4,990 series: other reasons");
});

/**
 * What is on a terminal after all that has been written: its lines, the last
 * being where the cursor is.
 */
function screen(written: string): string[] {
  const lines = [""];
  let column = 0;
  // deno-lint-ignore no-control-regex -- these are what a terminal acts on
  for (const [token] of written.matchAll(/\x1b\[\d*[A-Za-z]|[^]/g)) {
    const line = lines.at(-1)!;
    if (token === "\n") lines.push("");
    if (token === "\r" || token === "\n") column = 0;
    else if (token === "\x1b[K") {
      lines[lines.length - 1] = line.slice(0, column);
    } else if (token.startsWith("\x1b")) assertMatch(token, /m$/);
    else {
      lines[lines.length - 1] = line.slice(0, column) + token +
        line.slice(column + 1);
      column++;
    }
  }
  return lines;
}

/** A drawer with a clock that a test moves, and what it has written. */
function drawer(given: Partial<ProgressOptions> = {}) {
  const writes: { at: number; text: string }[] = [];
  const clock = { ms: 1_000_000 };
  const progress = new Progress({
    isTerminal: true,
    width: () => 80,
    colors: false,
    isQuiet: false,
    write: (text) => writes.push({ at: clock.ms, text }),
    now: () => clock.ms,
    ...given,
  });
  const text = () => writes.map(({ text }) => text).join("");
  /** Lets time pass, and the timer with it. */
  const pass = (ms: number, step = 10, meanwhile = () => {}) => {
    for (const end = clock.ms + ms; clock.ms < end;) {
      clock.ms += step;
      meanwhile();
      progress.tick();
    }
  };
  return { progress, writes, text, pass, clock };
}

Deno.test("Progress draws over one line, at most 5 times a second", () => {
  const { progress, writes, text, pass } = drawer();
  const run = state({ series: 1_000 });
  progress.start(run);
  pass(10 * SECOND, 10, () => {
    run.points += 10;
    if (run.points % 100 === 0) run.done++;
  });
  assertEquals(writes.length, 50);
  for (const [index, { at }] of writes.entries()) {
    const before = writes[index - 1]?.at ?? 1_000_000;
    assert(at - before >= 200, `${at - before} ms`);
  }
  assertEquals(screen(text()), [
    "100/1,000 series, 10.0 k points, 1.0 k/s, 1 min 30 s left",
  ]);
  progress.stop();
  assertEquals(screen(text()), [""]);
  assert(!text().includes("\n"));
});

Deno.test("Progress does not draw what is there already", () => {
  const { progress, writes, pass } = drawer();
  progress.start(state({ series: 5 }));
  pass(10 * SECOND);
  // Without a rate, and with one of nothing.
  assertEquals(writes.map(({ text }) => text), [
    "\r\x1b[K0/5 series, 0 points",
    "\r\x1b[K0/5 series, 0 points, 0/s",
  ]);
  progress.stop();
});

Deno.test("Progress shows the rate of the last 10 s, not of the whole", () => {
  const { progress, text, pass } = drawer();
  const run = state({});
  const rate = () => / ([^ ]+( [kM])?)\/s/.exec(screen(text())[0]!)?.[1];
  progress.start(run);
  pass(MINUTE);
  run.series = 10;
  pass(900, 10, () => run.points += 50);
  assertEquals(rate(), undefined); // too early
  pass(3 * SECOND, 10, () => run.points += 50);
  assertEquals(rate(), "5.0 k"); // the minute of listing does not count
  pass(60 * SECOND, 10, () => run.points += 50);
  assertEquals(rate(), "5.0 k");
  pass(11 * SECOND, 10, () => run.points += 1);
  assertEquals(rate(), "100");
  pass(11 * SECOND);
  assertEquals(rate(), "0");
  progress.stop();
});

Deno.test("Progress notices when the work begins and when it stalls", () => {
  const { progress, text, pass } = drawer();
  const run = state({});
  const left = () => /[^,]*left/.exec(screen(text())[0]!)?.[0].trim();
  progress.start(run);
  pass(5 * MINUTE);
  assertEquals(screen(text()), ["listing tests, 5 min"]);
  run.series = 20;
  for (let n = 0; n < 10; n++) {
    pass(2 * SECOND);
    run.done++;
  }
  pass(200);
  assertEquals(left(), "20 s left");
  pass(5 * SECOND);
  assertEquals(left(), "15 s left");
  pass(20 * SECOND);
  assertEquals(left(), undefined);
  progress.stop();
});

Deno.test("Progress leaves the last column free, and follows the width of the terminal", () => {
  let columns = 200;
  const { progress, text, pass } = drawer({ width: () => columns });
  progress.start(BUSY);
  for (columns = 200; columns >= 0; columns--) {
    pass(200);
    const lines = screen(text());
    assertEquals(lines.length, 1);
    assert(lines[0]!.length <= Math.max(0, columns - 1), `${columns}`);
  }
  progress.stop();
});

const WHOLE =
  /^(0\/1,000 series, [\d.]+( [kMG])? points(, [\d.]+( [kMG])?\/s)?)?$/;

Deno.test("Progress writes notes above its line, whole", () => {
  const { progress, writes, text, pass } = drawer();
  const run = state({ series: 1_000 });
  const notes: string[] = [];
  const tell = () => {
    notes.push(`note ${notes.length} ${"x".repeat(notes.length % 90)}`);
    progress.note(notes.at(-1)!);
  };
  progress.start(run);
  tell(); // before anything is drawn
  assertEquals(text(), "note 0 \n");
  pass(30 * SECOND, 10, () => {
    run.points += 1_000_000;
    if (run.points % 7_000_000 === 0) tell();
    const lines = screen(text().slice(-3_000));
    const shown = lines.pop()!;
    assertMatch(shown, WHOLE);
    const last = lines.at(-1);
    if (last !== undefined) assertEquals(last, notes.at(-1));
  });
  assert(notes.length > 400);
  const before = screen(text());
  assertMatch(before.at(-1)!, /^0\/1,000 series, 3\.0 G points/);
  progress.stop();
  assertEquals(screen(text()), [...notes, ""]);
  tell();
  assertEquals(writes.at(-1)!.text, `${notes.at(-1)}\n`);
});

Deno.test("Progress has failures red where there are colours, and no colour where there are none", () => {
  for (const colors of [true, false]) {
    const { progress, text, pass } = drawer({ colors });
    progress.start(BUSY);
    pass(3 * SECOND);
    progress.stop();
    assertEquals(text().includes("\x1b[31m17 failed\x1b[39m"), colors);
    const drawn = text().replaceAll("\r\x1b[K", "");
    assertEquals(drawn.includes("\x1b"), colors);
    assertEquals(screen(text()), [""]);
  }
});

Deno.test("Progress steps aside for those who write to the same terminal", async () => {
  const { progress, writes, text, pass, clock } = drawer();
  const path = (name: string) => () => {
    writes.push({ at: clock.ms, text: `${name}\n` });
  };
  progress.start(state({ series: 5, done: 1 }));
  await progress.aside(path("first"));
  pass(200);
  const shown = screen(text()).at(-1)!;
  assertMatch(shown, /^1\/5 series/);
  await progress.aside(async () => {
    assertEquals(screen(text()), ["first", ""]);
    await Promise.resolve();
    pass(SECOND);
    progress.note("told meanwhile");
    assertEquals(screen(text()), ["first", "told meanwhile", ""]);
    await progress.aside(path("second"));
    path("third")();
  });
  const lines = ["first", "told meanwhile", "second", "third"];
  assertEquals(screen(text()), [...lines, shown]);
  let failure: unknown;
  await progress.aside(() => Promise.reject(new RangeError("the pipe")))
    .catch((error) => failure = error);
  assert(failure instanceof RangeError);
  assertEquals(screen(text()), [...lines, shown]);
  await progress.aside(() => progress.stop());
  assertEquals(screen(text()), [...lines, ""]);
});

Deno.test("Progress is a line every 30 s where there is no terminal, and nothing for one", async () => {
  const { progress, writes, text, pass } = drawer({
    isTerminal: false,
    colors: false,
    width: () => {
      throw new Error("there is no width");
    },
  });
  const run = state({ series: 100, failed: 1 });
  progress.start(run);
  pass(29 * SECOND, 100);
  assertEquals(writes, []);
  progress.note("a note");
  await progress.aside(() => {});
  pass(91 * SECOND, 100, () => {
    run.points++;
    if (run.points % 10 === 0) run.done++;
  });
  progress.stop();
  assertEquals(text().split("\n"), [
    "a note",
    "1 of 100 series, 10 points, 0 B, 30 s, 1 failed",
    "31 of 100 series, 310 points, 0 B, 1 min, about 2 min 20 s left, 1 failed",
    "61 of 100 series, 610 points, 0 B, 1 min 30 s, about 58 s left, 1 failed",
    "91 of 100 series, 910 points, 0 B, 2 min, about 12 s left, 1 failed",
    "",
  ]);
  for (const char of "\r\x1b") assert(!text().includes(char));
});

Deno.test("Progress that is quiet writes nothing but warnings", async () => {
  for (const isTerminal of [true, false]) {
    const { progress, writes, text, pass } = drawer({
      isTerminal,
      isQuiet: true,
    });
    const run = { ...BUSY };
    progress.start(run);
    pass(10 * MINUTE, 100, () => run.points++);
    progress.note("a note");
    await progress.aside(() => {});
    progress.stop();
    assertEquals(writes, []);
    progress.start(run);
    progress.warn("the disk is full");
    progress.stop();
    assertEquals(text(), "the disk is full\n");
  }
});

Deno.test("Progress has the time since its start, also after its end", () => {
  const { progress, pass, clock } = drawer();
  clock.ms += MINUTE;
  progress.start(state({}));
  pass(5 * SECOND);
  assertEquals(progress.elapsed, 5 * SECOND);
  progress.stop();
  assertEquals(progress.elapsed, 5 * SECOND);
});

Deno.test("Progress draws by itself, until the end of its block", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const written: string[] = [];
  {
    using progress = new Progress({
      isTerminal: true,
      width: () => 80,
      colors: false,
      isQuiet: false,
      now: () => performance.now(),
      write: (text) => {
        written.push(text);
        resolve(text);
      },
    });
    progress.start(state({ series: 3 }));
    // Its own timer would not keep this test waiting.
    const waiting = setInterval(() => {}, 1_000);
    assertEquals((await promise).slice(0, 26), "\r\x1b[K0/3 series, 0 points");
    clearInterval(waiting);
  }
  assertEquals(written.at(-1), "\r\x1b[K");
  const count = written.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assertEquals(written.length, count);
});

Deno.test("Progress does not keep the process", async () => {
  const address = new URL("../../../cli/export/progress.ts", import.meta.url);
  const code = `
    import { emptyProgress, Progress, stderrOptions } from "${address}";
    const env = (name) => Deno.env.get(name);
    const progress = new Progress(stderrOptions(env, false, true));
    progress.start({ ...emptyProgress(), series: 3 });
    progress.note("é and the end");
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", code],
    signal: AbortSignal.timeout(60_000),
    stderr: "piped",
  });
  const { code: exit, stderr } = await child.output();
  assertEquals(
    { exit, stderr: new TextDecoder().decode(stderr) },
    { exit: 0, stderr: "é and the end\n" },
  );
});

Deno.test("stderrOptions() has colours on terminals, unless NO_COLOR is set to anything", () => {
  const table: [env: Record<string, string>, isTerminal: boolean, boolean][] = [
    [{}, true, true],
    [{ NO_COLOR: "" }, true, true],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "0" }, true, false],
    [{ NO_COLOR: "false" }, true, false],
    [{}, false, false],
    [{ NO_COLOR: "" }, false, false],
    [{ TERM: "xterm-256color" }, true, true],
    [{ TERM: "dumb" }, true, false],
  ];
  for (const [env, isTerminal, expected] of table) {
    const options = stderrOptions((name) => env[name], false, isTerminal);
    assertEquals(options.colors, expected, JSON.stringify(env));
    assertEquals(options.isTerminal, isTerminal && env["TERM"] !== "dumb");
  }
});

Deno.test("stderrOptions() is the standard error of this process", () => {
  const options = stderrOptions(() => undefined, true);
  assertEquals(options.isTerminal, Deno.stderr.isTerminal());
  assertEquals(options.isQuiet, true);
  assert(options.width() > 0); // also without a terminal
  const at = options.now();
  assert(options.now() >= at);
});
