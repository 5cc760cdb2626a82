import { assert, assertEquals, assertMatch } from "@std/assert";
import type { CoverageRow } from "../../../cli/output/coverage_rows.ts";
import { withArchive } from "../../helpers/archive.ts";
import { assertClose } from "../../helpers/close.ts";
import { BINARY } from "../../helpers/binary.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { testUnless } from "../../helpers/skipping.ts";
import {
  addressOf,
  type MadeTest,
  timesBetween,
  withMadeArchive,
} from "../../helpers/made_archive.ts";
import {
  delayTest,
  EVERY,
  GROUPED,
  LAST_RUN,
  type Planted,
  plantedTests,
  plantedTimes,
  throughputTest,
} from "../../helpers/planted.ts";
import type { Ended } from "../../helpers/process.ts";
import { runCli, type RunOptions } from "../../helpers/run.ts";
import { withRawServer } from "../../servers/raw.ts";
import { json, withServer } from "../../servers/serve.ts";
import { refusal } from "../query/asking.ts";

const DAY = 86_400;
const LINK = { source: "one", destination: "other" };

/** Now: the archive's clock is this machine's. */
function nowIs(): number {
  return Math.floor(Date.now() / 1000);
}

async function coverage(
  url: string,
  args: string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  return await runCli(["coverage", "--url", url, "--ip", ...args], options);
}

/** The rows of an archive with these tests. */
async function rowsOf(
  tests: readonly MadeTest[],
  {
    now = nowIs(),
    args = [] as string[],
    dialect = "esmond" as "esmond" | "elmond",
    options = {} as RunOptions,
  } = {},
): Promise<{ rows: CoverageRow[]; stderr: string }> {
  let found: { rows: CoverageRow[]; stderr: string } | undefined;
  await withMadeArchive(tests, { now, dialect }, async ({ url }) => {
    const ended = await coverage(url, ["-o", "json", ...args], options);
    assertEquals(ended.exit, 0, ended.stderr);
    found = { rows: JSON.parse(ended.stdout), stderr: ended.stderr };
  });
  return found!;
}

/** The rows of the tests of a planted fault. */
function planted(
  rows: readonly CoverageRow[],
  tests: ReturnType<typeof plantedTests>,
  name: Planted,
): CoverageRow[] {
  const [{ source, destination }] = tests[name] as [MadeTest];
  return rows.filter((row) =>
    row.source === addressOf(source) &&
    row.destination === addressOf(destination!)
  );
}

for (const dialect of ["esmond", "elmond"] as const) {
  Deno.test(`what is planted is found, and nothing else (${dialect})`, async () => {
    const now = nowIs();
    const at = plantedTimes(now);
    const tests = plantedTests(now);
    const { rows, stderr } = await rowsOf(Object.values(tests).flat(), {
      now,
      dialect,
    });
    const [gap] = planted(rows, tests, "gap");
    assertEquals(gap!.gaps, [{ ...at.gap, missing: 6 }]);
    assertEquals([gap!.state, gap!.runs, gap!.missing], ["gaps", 330, 6]);
    assertClose(gap!.coverage!, 330 / 336);

    const [stale] = planted(rows, tests, "stale");
    assertEquals([stale!.state, stale!.last], ["stale", at.stale]);
    assertEquals(stale!.gaps.map(({ from }) => from), [at.stale]);

    const [late] = planted(rows, tests, "late");
    assertEquals([late!.state, late!.last, late!.gaps], ["late", at.late, []]);

    const [failing] = planted(rows, tests, "failing");
    assertEquals([failing!.state, failing!.failed, failing!.coverage], [
      "failing",
      20,
      1,
    ]);
    assertEquals(
      failing!.failures.map(({ message, count }) => [message, count]),
      [[GROUPED[0], 12], [GROUPED[1], 8]],
    );
    assertEquals(failing!.failures[0]!.first, at.failing);

    const never = planted(rows, tests, "never");
    // elmond knows of no test without a result.
    if (dialect === "elmond") assertEquals(never, []);
    else {
      assertEquals([never[0]!.state, never[0]!.runs], ["never", 0]);
      assertEquals([never[0]!.coverage, never[0]!.last], [null, null]);
    }

    const [future] = planted(rows, tests, "future");
    assertEquals([future!.state, future!.last], ["ok", at.runs.at(-1)]);
    assertMatch(stderr, /future, which does not count: 2 runs of one test/);

    const [lost] = planted(rows, tests, "lossHour");
    assertEquals([lost!.state, lost!.lost, lost!.measured, lost!.gaps], [
      ...["ok", 2, 334, []],
    ]);

    assertEquals(planted(rows, tests, "parameters").length, 2);
    for (const name of Object.keys(tests) as Planted[]) {
      if (FAULTY.includes(name)) continue;
      for (const { state, runs } of planted(rows, tests, name)) {
        assertEquals([state, runs], ["ok", 336], name);
      }
    }
    const order = [...new Set(rows.map(({ state }) => state))];
    assertEquals(
      order.filter((state) => state !== "never"),
      ["stale", "late", "failing", "gaps", "ok"],
    );
  });
}

/** Those that are not ok. */
const FAULTY: readonly Planted[] = [
  ...["gap", "stale", "late", "failing", "never", "away"] as const,
];

Deno.test("people read a row a test, the host that was away once, and a sentence", async () => {
  const now = nowIs();
  const tests = plantedTests(now);
  const all = Object.values(tests).flat();
  await withMadeArchive(all, { now }, async ({ url }) => {
    const { stdout, exit } = await coverage(url, ["--details"]);
    assertEquals(exit, 0);
    const lines = stdout.trimEnd().split("\n");
    assertEquals(
      lines.at(-1),
      "1 of 21 tests is stale, 1 late, 1 failing, 1 never written to; one gap of 3.5 h on 4 tests of host away.example; one other gap on one test; all packets were lost in 2 runs of one test",
    );
    const row = (name: string) =>
      lines.filter((line) => line.startsWith(`${addressOf(name)} `)).join("\n");
    assertMatch(row("never"), /\? +0 +\? .* never$/);
    assertMatch(row("stale"), /30 min measured +306 +29 .* 15 h ago +stale$/);
    assertMatch(row("two"), /iperf3 +tcp .*\n.*iperf3 +udp, 1 Gbit\/s /);
    assertMatch(row("loss"), /100 % +100 % .* ok$/);
    assertEquals(stdout.match(/^gap of /gm)!.length, 3);
    assertMatch(stdout, /^gap of host away.example: .* 3.5 h, 4 tests$/m);
    assertMatch(
      stdout,
      /^failures of .*: 12 from .*: unable to connect to \*/m,
    );
    assertEquals((await coverage(url, ["--exit-code"])).exit, 5);
    // No row is of the other family.
    assertMatch((await coverage(url, ["-6"])).stdout, /^no test was found\n$/);
  });
});

Deno.test("what runs as it should is said to be ok, and is nothing that was found", async () => {
  const now = nowIs();
  const { sound } = plantedTests(now);
  await withMadeArchive(sound, { now }, async ({ url }) => {
    const { stdout, stderr, exit } = await coverage(url, ["--exit-code"]);
    assertEquals([exit, stderr], [0, ""]);
    assert(stdout.endsWith("\n\nthe only test is ok\n"), stdout);
    const csv = await coverage(url, ["-o", "csv"]);
    assertMatch(
      csv.stdout,
      /^source,destination,family,tool,metadata_key,from,to,missing\r\n$/,
    );
  });
});

Deno.test("csv has a row a gap, ndjson a line a test", async () => {
  const now = nowIs();
  const at = plantedTimes(now);
  const { gap, sound } = plantedTests(now);
  await withMadeArchive([...gap, ...sound], { now }, async ({ url }) => {
    const csv = await coverage(url, ["-o", "csv"]);
    const [, row, ...rest] = csv.stdout.trimEnd().split("\r\n");
    assertEquals(rest, []);
    assertEquals(row!.split(",").slice(5), [
      `${at.gap.from}`,
      `${at.gap.to}`,
      "6",
    ]);
    const ndjson = await coverage(url, ["-o", "ndjson"]);
    const lines = ndjson.stdout.trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    assertEquals(lines.map(({ state }) => state), ["gaps", "ok"]);
    const json = await coverage(url, ["-o", "json"]);
    assertEquals(JSON.parse(json.stdout), lines);
    assertEquals(Object.keys(lines[0]), MEMBERS);
  });
});

/** The members of json, as they are documented. */
const MEMBERS = [
  ...["source", "destination", "family", "tool", "metadata_key", "interval"],
  ...["interval_from", "runs", "measured", "lost", "failed", "empty"],
  ...["missing", "coverage", "success", "first", "last", "state"],
  ...["gaps", "failures"],
];

for (const dialect of ["esmond", "elmond"] as const) {
  testUnless(
    NOT_IN_SHORT,
    `the sample's outage is found, and nothing else (${dialect})`,
    () =>
      withSample(dialect, async (url, now) => {
        const { stdout, stderr } = await coverage(url, ["-o", "json"], { now });
        assertEquals(stderr, "");
        const rows: CoverageRow[] = JSON.parse(stdout);
        const beta = ["198.51.100.20", "2001:db8:b::20"];
        for (const row of rows) {
          const ends = [row.source, row.destination];
          const isAlone = row.destination === null;
          const isDown = !isAlone && beta.some((host) => ends.includes(host));
          const name = JSON.stringify(row);
          assertEquals(row.state, isDown ? "failing" : "ok", name);
          assertEquals([row.coverage, row.gaps], [1, []], name);
          assertEquals(row.failures.length, isDown ? 1 : 0, name);
        }
        const of = (tool: string) =>
          rows.find((row) =>
            row.source === "198.51.100.20" &&
            row.destination === "203.0.113.30" && row.tool!.endsWith(tool)
          )!;
        const throughput = of("iperf3");
        assertEquals([throughput.runs, throughput.failed], [84, 1]);
        assertClose(throughput.success!, 83 / 84);
        const delay = of("powstream");
        assertEquals([delay.runs, delay.measured, delay.failed], [
          ...[2015, 1979, 36],
        ]);
        assertClose(delay.success!, 0.982134, 1e-6);
        const { stdout: told } = await coverage(url, ["-4"], { now });
        assertMatch(
          told,
          /\n\n\d+ of \d+ tests are failing \(none in the last run\)\n$/,
        );
      }),
  );
}

/** Runs `use` next to a sample a little after it was made. */
async function withSample(
  dialect: "esmond" | "elmond",
  use: (url: string, now: Date) => Promise<void>,
): Promise<void> {
  let clock = 1_790_000_123_000;
  const options = { sampleDays: 7, dialect, now: () => clock };
  await withArchive(options, async ({ url }) => {
    clock += 280_000;
    await use(url, new Date(clock));
  });
}

Deno.test("an archive whose clock is ahead is judged by its own", async () => {
  const now = nowIs();
  const times = timesBetween(now - 100 * 60, now - 20, 60);
  const { rows, stderr } = await rowsOf([delayTest(LINK, times)], {
    now,
    args: ["-S", "-1h"],
    options: { now: new Date((now - 600) * 1000) },
  });
  assertEquals(rows[0]!.state, "ok");
  assertMatch(stderr, /the archive's clock is (599|600|601) s ahead/);
});

Deno.test("a window before a test existed has nothing of it, and none is missing", async () => {
  const now = nowIs();
  const times = timesBetween(now - 2 * DAY, now, EVERY);
  const { rows } = await rowsOf([delayTest(LINK, times)], {
    args: ["-S", "-9d", "-E", "-5d"],
  });
  assertEquals(
    rows.map(({ state, runs, missing, coverage, first, last, gaps }) => [
      ...[state, runs, missing, coverage, first, last, gaps],
    ]),
    [["unknown", 0, null, null, null, null, []]],
  );
});

Deno.test("a window that ends now is one that ends now, also where its end is given", async () => {
  const now = nowIs();
  const { stale, never } = plantedTests(now);
  const states = async (end: number) => {
    const args = ["-S", "-7d", "-E", new Date(end * 1000).toISOString()];
    const { rows } = await rowsOf([...stale, ...never], { now, args });
    return rows.map(({ state }) => state);
  };
  assertEquals(await states(now), ["never", "stale"]);
  assertEquals(await states(now + DAY), ["never", "stale"]);
  // Then it could still have come, and what did not come is a gap.
  assertEquals(await states(now - 3600), ["gaps"]);
});

Deno.test("a run that lost all packets is lost by its rate or by its counts, whatever it measures", async () => {
  const now = nowIs();
  const times = timesBetween(now - DAY, now, EVERY);
  const points = (usual: unknown, other: unknown) =>
    times.map((ts, at) => [ts, at === 5 ? other : usual] as const);
  const rate = (numerator: number) => ({ numerator, denominator: 600 });
  const kinds: MadeTest["data"][] = [
    { "packet-loss-rate": points(rate(0), rate(600)) },
    {
      "throughput": points(1e9, 0),
      "packet-loss-rate": points(rate(1), rate(600)),
    },
    {
      "packet-count-lost": points(0, 600),
      "packet-count-sent": points(600, 600),
    },
  ];
  const tests = kinds.map((data, at) => ({
    ...LINK,
    ...{ tool: `pscheduler/tool${at}`, data },
  }));
  const { rows } = await rowsOf(tests, { now });
  assertEquals(
    rows.map(({ runs, measured, lost, state }) => [
      ...[runs, measured, lost, state],
    ]),
    kinds.map(() => [times.length, times.length - 1, 1, "ok" as const]),
  );
});

Deno.test("a test whose measurements were deleted is not one that was never written to", async () => {
  const url = "/esmond/perfsonar/archive/k/throughput/base";
  const series = (updated: number | null) => ({
    ...{ "event-type": "throughput", "base-uri": url, "summaries": [] },
    "time-updated": updated,
  });
  for (const [updated, state] of [[1e9, "unknown"], [null, "never"]] as const) {
    const test = { "metadata-key": "k", "event-types": [series(updated)] };
    await withServer(
      (_request, { pathname }) => json(pathname === url ? [] : [test]),
      async (origin) => {
        const args = ["-S", "any", "-o", "json"];
        const [row] = JSON.parse((await coverage(origin, args)).stdout);
        assertEquals([row.state, row.runs, row.last], [state, 0, null]);
        assertMatch(
          (await coverage(origin, args.slice(0, 2))).stdout,
          /\n1 of 1 test is /,
        );
      },
    );
  }
});

Deno.test("a test without a write is listed once, also by an archive that does not look at the time", async () => {
  const test = {
    "metadata-key": "k1",
    "uri": "/esmond/perfsonar/archive/k1/",
    "source": "192.0.2.1",
    "destination": "192.0.2.2",
    "event-types": [{
      "event-type": "throughput",
      "base-uri": "/esmond/perfsonar/archive/k1/throughput/base",
      "summaries": [],
      "time-updated": null,
    }],
  };
  await withServer(() => json([test]), async (origin) => {
    const rows = JSON.parse((await coverage(origin, ["-o", "json"])).stdout);
    assertEquals(rows.map(({ state }: CoverageRow) => state), ["never"]);
  });
});

Deno.test("a window longer than a test's life begins with its first run", async () => {
  const now = nowIs();
  const times = timesBetween(now - LAST_RUN - 20 * EVERY, now, EVERY);
  const { rows } = await rowsOf([delayTest(LINK, times)]);
  assertEquals([rows[0]!.state, rows[0]!.first, rows[0]!.coverage], [
    ...["ok", times[0], 1],
  ]);
});

Deno.test("a gap before the first run of the window is one if there was a run before", async () => {
  const now = nowIs();
  const start = now - 7 * DAY;
  const times = [
    ...timesBetween(start - 162 * EVERY, start - 2 * EVERY, 4 * EVERY),
    ...timesBetween(start + 7 * EVERY, now, 4 * EVERY),
  ];
  const { rows } = await rowsOf([delayTest(LINK, times)]);
  assertEquals(rows[0]!.gaps, [{
    from: start - 2 * EVERY,
    to: start + 7 * EVERY,
    missing: 1,
  }]);
});

Deno.test("the interval of a test that seldom runs is measured further back", async () => {
  const now = nowIs();
  const times = timesBetween(now - 70 * DAY, now - 100, 3 * DAY);
  const { rows } = await rowsOf([throughputTest(LINK, times)], {
    args: ["-S", "-4d"],
  });
  assertEquals([rows[0]!.interval, rows[0]!.interval_from, rows[0]!.state], [
    ...[3 * DAY, "measured", "ok"],
  ]);
});

Deno.test("what cannot be known of one point, or of two in a second, is unknown", async () => {
  const now = nowIs();
  const { rows } = await rowsOf([
    delayTest(LINK, [now - 5000]),
    delayTest({ ...LINK, source: "two" }, [now - 5001, now - 5000]),
  ]);
  for (const { state, interval, missing, coverage } of rows) {
    assertEquals([state, interval, missing, coverage], [
      ...["unknown", null, null, null],
    ]);
  }
});

Deno.test("--interval and --gap say what is expected", async () => {
  const now = nowIs();
  const times = timesBetween(now - 7 * DAY - 100, now, EVERY);
  const tests = [delayTest(LINK, times)];
  const { rows: [twice] } = await rowsOf(tests, {
    args: ["--interval", "900"],
  });
  assertEquals([twice!.interval, twice!.interval_from], [900, "given"]);
  assertClose(twice!.coverage!, 0.5, 0.01);
  const { rows: [fine] } = await rowsOf(tests, {
    args: ["--interval", "900", "--gap", "2.5"],
  });
  assertEquals([fine!.coverage, fine!.state], [1, "ok"]);
});

Deno.test("what cannot be a number of seconds, or a factor, is wrong usage", async () => {
  for (const option of ["--interval=0", "--gap=0.5", "--bucket-width=x"]) {
    const line = await refusal(["coverage", "--url", "{URL}", option]);
    assertMatch(line, new RegExp(`${option.replace("=", ' is "')}": give`));
  }
});

Deno.test("-S any finds tests that stopped long ago, which the window leaves out", async () => {
  const now = nowIs();
  const times = timesBetween(now - 40 * DAY, now - 30 * DAY, EVERY);
  const made = delayTest(LINK, times);
  const none: unknown[] = (await rowsOf([made])).rows;
  assertEquals(none, []);
  const { rows } = await rowsOf([made], { args: ["-S", "any"] });
  assertEquals([rows[0]!.state, rows[0]!.last], ["stale", times.at(-1)]);
});

Deno.test("series that nothing was written to within the window cost no request", async () => {
  const now = nowIs();
  const { sound } = plantedTests(now);
  await withMadeArchive(sound, { now }, async ({ url }) => {
    await withRawServer(forward(url), async ({ origin, requests }) => {
      const { exit } = await coverage(origin);
      assertEquals(exit, 0);
      const asked = requests.map(({ url }) => url.pathname.split("/").at(-2));
      const series = asked.filter((each) => each !== "archive");
      // An executable of Deno 2.4 asks for one of the lists once more.
      if (!BINARY) assertEquals(asked.length - series.length, 2);
      assertEquals([...new Set(series)], ["packet-loss-rate"]);
    });
  });
});

Deno.test("an archive that is away in the middle: what is known is printed, the rest is marked, exit 1", async () => {
  const now = nowIs();
  const runs = timesBetween(now - 2 * DAY, now, EVERY);
  const tests = Array.from(
    { length: 30 },
    (_, at) => delayTest({ source: `s${at}`, destination: `d${at}` }, runs),
  );
  await withMadeArchive(tests, { now }, async ({ url }) => {
    const answer = forward(url);
    let left = 10;
    await withRawServer(
      (asked) =>
        /loss-rate/.test(asked.pathname) && left-- <= 0
          ? "reset"
          : answer(asked),
      async ({ origin }) => {
        const args = ["--retry", "0", "--concurrency", "2"];
        const human = await coverage(origin, args);
        assertEquals(human.exit, 1);
        const rows = human.stdout.match(/ (ok|unknown \(incomplete\))$/gm)!;
        assertEquals(rows.length, 30);
        assertEquals(rows.filter((row) => row === " ok").length, 10);
        assertMatch(human.stderr, /incomplete: 20 of 30 tests/);
        left = 10;
        const json = await coverage(origin, [...args, "-o", "json"]);
        assertEquals(json.exit, 1);
        const marked = JSON.parse(json.stdout);
        assertEquals(marked[0].runs, null);
        assertEquals(
          marked.map(({ incomplete }: { incomplete: boolean }) => incomplete)
            .sort(),
          [...Array(10).fill(false), ...Array(20).fill(true)],
        );
      },
    );
  });
});

/** Hands requests on to an archive. */
function forward(url: string) {
  return async (asked: URL) => {
    const response = await fetch(url + asked.pathname + asked.search);
    const allow = response.headers.get("allow");
    return {
      status: response.status,
      headers: allow === null ? {} : { allow },
      body: await response.text(),
    };
  };
}
