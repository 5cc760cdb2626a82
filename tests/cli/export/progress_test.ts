import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  Progress,
  type ProgressOptions,
  stderrOptions,
} from "../../../cli/export/progress.ts";
import { BUSY, MINUTE, SECOND, state } from "./states.ts";
import { runProcess } from "../../helpers/process.ts";

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
  const [address, line] = ["progress", "progress_line"]
    .map((name) => new URL(`../../../cli/export/${name}.ts`, import.meta.url));
  const code = `
    import { emptyProgress } from "${line}";
    import { Progress, stderrOptions } from "${address}";
    const env = (name) => Deno.env.get(name);
    const progress = new Progress(stderrOptions({ env }, false, true));
    progress.start({ ...emptyProgress(), series: 3 });
    progress.note("é and the end");
  `;
  const { exit, stderr } = await runProcess(
    [Deno.execPath(), "eval", "--no-config", code],
    { env: { NO_COLOR: "" } },
  );
  assertEquals({ exit, stderr }, { exit: 0, stderr: "é and the end\n" });
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
    const options = stderrOptions(
      { env: (name) => env[name] },
      false,
      isTerminal,
    );
    assertEquals(options.colors, expected, JSON.stringify(env));
    assertEquals(options.isTerminal, isTerminal && env["TERM"] !== "dumb");
  }
});

Deno.test("stderrOptions() has colours as --color says, on what can be drawn on", () => {
  const env = () => "1";
  const of = (colors: "always" | "never", isTerminal: boolean) =>
    stderrOptions({ env, colors }, false, isTerminal).colors;
  assertEquals(of("always", true), true);
  assertEquals(of("always", false), false);
  assertEquals(of("never", true), false);
});

Deno.test("stderrOptions() is the standard error of this process", () => {
  const options = stderrOptions({ env: () => undefined }, true);
  assertEquals(options.isTerminal, Deno.stderr.isTerminal());
  assertEquals(options.isQuiet, true);
  assert(options.width() > 0); // also without a terminal
  const at = options.now();
  assert(options.now() >= at);
});
