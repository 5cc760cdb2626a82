import { assert, assertEquals, assertMatch } from "@std/assert";
import { withArchive } from "../../helpers/archive.ts";
import { assertClose } from "../../helpers/close.ts";
import {
  addressOf,
  type MadeTest,
  withMadeArchive,
} from "../../helpers/made_archive.ts";
import { throughputTest } from "../../helpers/planted.ts";
import type { Ended } from "../../helpers/process.ts";
import { runCli, type RunOptions } from "../../helpers/run.ts";
import { withRawServer } from "../../servers/raw.ts";
import { refusal } from "../query/asking.ts";
import {
  backOf,
  delayed,
  hop,
  linkOf,
  rewritten,
  RUNS,
  runsUntil,
  traced,
} from "../routes/made_routes.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { testUnless } from "../../helpers/skipping.ts";

/** A record of `-o json`. */
interface RouteRow {
  source: string;
  destination: string;
  family: number;
  tool: string;
  metadata_key: string;
  traces: number | null;
  reached: number | null;
  changes: Change[];
  steps: { time: number; of: string; verdict: string }[];
  detours: { start: number; end: number; hops: string[][] }[];
  current: {
    ttl: number;
    addresses: string[];
    answers: number;
    rtt_min: number | null;
    rtt_median: number | null;
  }[];
  silent: { ttl: number; since: number }[];
  loops?: { ttl: number; traces: number }[];
  incomplete?: boolean;
}

interface Change {
  time: number;
  before: string[][];
  after: string[][];
  removed: string[][];
  added: string[][];
  delay_before: number | null;
  delay_after: number | null;
  loss_before: number | null;
  loss_after: number | null;
  throughput_before: number | null;
  throughput_after: number | null;
  n: Record<"delay" | "loss" | "throughput", { before: number; after: number }>;
  verdict: string | null;
}

const NONE = { before: 0, after: 0 };

/** Now: the archive's clock is this machine's. */
function nowIs(): number {
  return Math.floor(Date.now() / 1000);
}

async function routes(
  url: string,
  args: string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  return await runCli(["routes", "--url", url, "--ip", ...args], options);
}

async function rowsAt(
  url: string,
  args: string[] = [],
  options: RunOptions = {},
): Promise<RouteRow[]> {
  const ended = await routes(url, ["-o", "json", ...args], options);
  assertEquals([ended.exit, ended.stderr], [0, ""]);
  return JSON.parse(ended.stdout);
}

/** What is said of the tests, in json and to people. */
async function told(
  tests: readonly MadeTest[],
  args: string[] = [],
): Promise<{ rows: RouteRow[]; human: string; row: RouteRow }> {
  const told = { rows: [] as RouteRow[], human: "" };
  await withMadeArchive(tests, { now: nowIs() }, async ({ url }) => {
    told.rows = await rowsAt(url, args);
    told.human = (await routes(url, args)).stdout;
  });
  return { ...told, row: told.rows[0]! };
}

const [ALPHA, BETA, GAMMA] = ["192.0.2.10", "198.51.100.20", "203.0.113.30"];
const MADE = 1_790_000_123;
const DAYS = 7;
const CHANGED = Math.ceil((MADE - DAYS * 86_400 * 0.65) / 600) * 600;

for (const dialect of ["esmond", "elmond"] as const) {
  testUnless(
    NOT_IN_SHORT,
    `the change of the sample is found with its step of the delay, and nothing else (${dialect})`,
    async () => {
      const requests: string[] = [];
      const now = () => MADE * 1000;
      const options = { now: new Date((MADE + 280) * 1000) };
      await withArchive({
        ...{ dialect, sampleDays: DAYS, now },
        logRequest: (line) => requests.push(line),
      }, async ({ url }) => {
        const { exit, stdout } = await routes(url, ["-o", "json"], options);
        assertEquals(exit, 0);
        const lists = requests.filter((each) => /\/archive\/\?/.test(each));
        assertEquals(lists.length, 1, "one list");
        const rows: RouteRow[] = JSON.parse(stdout);
        assertEquals(rows.length, 8);
        for (const row of rows) {
          const { source, destination, family, changes } = row;
          const isChanged = ![source, destination].some((host) =>
            [BETA!, "2001:db8:b::20"].includes(host)
          );
          assertEquals(changes.length, isChanged ? 1 : 0);
          assertEquals([row.steps, row.detours, row.silent], [[], [], []]);
          assertEquals(row.reached, row.traces);
          if (family === 4) assert(row.traces! > 980);
        }
        const row = rows.find(({ source, destination }) =>
          source === ALPHA && destination === GAMMA
        )!;
        assertEquals([row.reached, row.traces], [1007, 1007]);
        const [change] = row.changes as [Change];
        assertEquals(change.time, CHANGED);
        assertEquals(change.removed, [["192.0.2.202"]]);
        assertEquals(change.added, [["192.0.2.207"], ["192.0.2.208"]]);
        assertEquals([change.before.length, change.after.length], [5, 6]);
        assertEquals(change.verdict, "latency changed with the route");
        // How busy the network is shifts the medians a little.
        assertClose(change.delay_before!, 24.6, 0.11);
        assertClose(change.delay_after!, 30.9, 0.11);
        assertEquals(change.n.delay, { before: 72, after: 72 });
        assertEquals(change.n.loss, { before: 72, after: 72 });
        assertEquals(change.n.throughput, { before: 3, after: 3 });
        assert(change.throughput_before! > 1e9);
        assertEquals(row.current.map(({ addresses }) => addresses), [
          ...[["192.0.2.1"], ["192.0.2.201"], ["192.0.2.207"]],
          ...[["192.0.2.208"], ["203.0.113.1"], [GAMMA]],
        ]);
        assertClose(row.current[2]!.answers, 0.95, 0.03);
        assertClose(row.current[5]!.rtt_median!, 62, 1);

        const human = await routes(url, ["-s", ALPHA!, "-d", GAMMA!], options);
        assertMatch(
          human.stdout,
          /: latency changed with the route \(\+6.3 ms\), 5 → 6 hops\n {6}192.0.2.1\n {6}192.0.2.201\n {4}- 192.0.2.202\n {4}\+ 192.0.2.207\n {4}\+ 192.0.2.208\n/,
        );
        // The reverse direction, which is not asked for, stands beside it.
        assertMatch(
          human.stdout,
          /least delay .* 72, 72 {2}24\.\d ms → 30\.\d ms \(\+6\.\d ms\) +72, 72\n/,
        );
        assertMatch(human.stdout, /\n1 change of the route on 1 of 1 link\n$/);
        const both = await routes(
          url,
          ["-s", ALPHA!, "-d", GAMMA!, "--both", "-o", "ndjson"],
          options,
        );
        assertEquals(
          both.stdout.trimEnd().split("\n").map((line) =>
            JSON.parse(line).source
          ),
          [ALPHA, GAMMA],
        );
      });
    },
  );
}

testUnless(
  NOT_IN_SHORT,
  "only what is needed is read: loss and throughput around changes alone",
  async () => {
    const requests: string[] = [];
    await withArchive({
      ...{ sampleDays: 2, now: () => MADE * 1000 },
      logRequest: (line) => requests.push(line),
    }, async ({ url }) => {
      const options = { now: new Date(MADE * 1000) };
      await routes(url, ["-o", "json"], options);
      const read = requests.filter((each) =>
        /packet-count|packet-loss|throughput/.test(each)
      );
      assert(read.length > 0);
      for (const line of read) {
        const [, from] = /time-start=(\d+)/.exec(line)!;
        const [, to] = /time-end=(\d+)/.exec(line)!;
        assert(Number(to) - Number(from) <= 12 * 3600, line);
      }
    });
  },
);

Deno.test("a route on which packets are balanced does not change", async () => {
  const times = runsUntil(nowIs());
  const random = (run: number) => (run * 7919 + 13) % 101 % 2;
  const { row, human } = await told([
    traced(linkOf("balanced"), times, (run) => `A${"BC"[random(run)]}D`),
  ]);
  assertEquals([row.changes, row.steps, row.detours], [[], [], []]);
  assertEquals([row.traces, row.reached], [RUNS, RUNS]);
  assertEquals(row.current[1]!.addresses.toSorted(), [hop("B"), hop("C")]);
  assertMatch(human, /\nno change of the route on 1 link\n$/);
});

Deno.test("a link without a trace in the window is not one whose route did not change", async () => {
  const tests = [traced(linkOf("plain"), runsUntil(nowIs()), () => "AD")];
  const past = ["-S", "2020-01-01", "-E", "2020-01-08T23:59:59"];
  const { row, human } = await told(tests, past);
  assertEquals([row.traces, row.reached, row.current], [0, 0, []]);
  assertMatch(human, /\n1 of 1 link without a trace\n$/);
});

Deno.test("a hop that is inserted after a balanced one is one change, and shows as one line", async () => {
  const times = runsUntil(nowIs());
  const { row, human } = await told([
    traced(
      linkOf("inserted"),
      times,
      (run) => `A${"BC"[run % 2]}${run < 60 ? "" : "I"}DE`,
    ),
  ]);
  const [change, ...others] = row.changes;
  assertEquals(others, []);
  assertEquals(change!.time, times[60]);
  assertEquals(change!.removed, []);
  assertEquals(change!.added, [[hop("I")]]);
  assertMatch(human, new RegExp(`\\n {4}\\+ ${hop("I")}\\n {6}${hop("D")}\\n`));
  // Without a test of the delay there is no verdict, and nothing is made up.
  assertEquals([change!.verdict, change!.delay_before], [null, null]);
  assertEquals(change!.n, { delay: NONE, loss: NONE, throughput: NONE });
  assertMatch(human, /route changed, no delay to compare, 5 → 6 hops/);
});

Deno.test("a detour, and a hop that falls silent, are no changes", async () => {
  const times = runsUntil(nowIs());
  const { rows: found, human } = await told([
    traced(
      linkOf("detour"),
      times,
      (run) => `A${run === 70 || run === 71 ? "X" : "B"}C`,
    ),
    traced(linkOf("silent"), times, (run) => `A${run < 90 ? "B" : "*"}C`),
  ]);
  const [detour, silent] = ["detour", "silent"].map((name) =>
    found.find(({ source }) => source === addressOf(name))!
  ) as [RouteRow, RouteRow];
  assertEquals([detour.changes, silent.changes], [[], []]);
  const end = addressOf("detour-to");
  assertEquals(detour.detours, [{
    start: times[70]!,
    end: times[71]!,
    hops: [[hop("A")], [hop("X")], [hop("C")], [end]],
  }]);
  assertEquals(silent.silent, [{ ttl: 2, since: times[90]! }]);
  assertMatch(human, new RegExp(`detour: 2 traces, .*${hop("X")}`));
  assertMatch(human, new RegExp(`ttl 2 silent since .*: ${hop("B")} answered`));
  // What a hop in the middle does not answer is not lost.
  assert(!/loss/.test(human));
});

Deno.test("success as text, hops out of order, a distance twice, and errors of hops are read as they are meant", async () => {
  const times = runsUntil(nowIs());
  const at = (run: number) => `AB${run < 60 ? "C" : "D"}*`;
  const text = rewritten(
    traced(linkOf("text"), times, at),
    (hops) =>
      hops.map((each) => ({
        ...each,
        ttl: `${each["ttl"]}`,
        success: each["success"] ? "1" : "0",
        ...each["rtt"] !== undefined && { rtt: `${each["rtt"]}` },
      })),
  );
  const disorder = rewritten(
    traced(linkOf("disorder"), times, at),
    (hops) => [...hops.toReversed(), { ...hops[0], query: 2, rtt: 1 }],
  );
  const errors = rewritten(
    traced(linkOf("errors"), times, at),
    (hops) =>
      hops.map((each) =>
        each["success"]
          ? each
          : { ttl: each["ttl"], "error-message": "no answer" }
      ),
  );
  const { rows } = await told([text, disorder, errors]);
  assertEquals(rows.length, 3);
  for (const { source, reached, changes, current } of rows) {
    assertEquals(reached, RUNS, source);
    assertEquals(changes.map(({ time }) => time), [times[60]]);
    assertEquals(changes[0]!.removed, [[hop("C")]]);
    assertEquals(changes[0]!.added, [[hop("D")]]);
    assertEquals(current.map(({ answers }) => answers), [1, 1, 1, 0, 1]);
    assertEquals(current[3]!.addresses, []);
  }
  const out = rows.find(({ source }) => source === addressOf("disorder"))!;
  assertEquals([out.current[0]!.rtt_min, out.current[0]!.rtt_median], [1, 1.5]);
});

Deno.test("of traces with several flows all answers count, and -e chooses one flow", async () => {
  const times = runsUntil(nowIs());
  const one = traced(linkOf("flows"), times, () => "AB");
  const other = traced(linkOf("flows"), times, () => "AC");
  const [flow, second] = [one, other].map((test) => test.data["packet-trace"]!);
  const multi = flow!.map(([ts, val], at) => [ts, [val, second![at]![1]]]);
  const tests = [{
    ...one,
    data: {
      ...one.data,
      "packet-trace-multi": multi as [number, unknown][],
    },
  }];
  const { row } = await told(tests);
  assertEquals(row.current[1]!.addresses, [hop("B"), hop("C")]);
  const single = await told(tests, ["-e", "packet-trace"]);
  assertEquals(single.row.current[1]!.addresses, [hop("B")]);
});

Deno.test("families are told apart, and -4 and -6 choose one", async () => {
  const times = runsUntil(nowIs());
  const at = (run: number) => run < 60 ? "AB" : "ACD";
  const six = linkOf("twin", 6);
  const tests = [
    traced(linkOf("twin"), times, () => "AB"),
    traced(six, times, at),
    delayed(linkOf("twin"), times, () => 12.4),
    delayed(six, times, (run) => run < 60 ? 20 : 32),
  ];
  const { rows } = await told(tests);
  assertEquals(rows.map(({ family }) => family), [6, 4]);
  const [change] = rows[0]!.changes as [Change];
  assertEquals([change.delay_before, change.delay_after], [20, 32]);
  assertEquals(change.added, [[hop("C", 6)], [hop("D", 6)]]);
  assertEquals(rows[1]!.changes, []);
  for (const [option, family] of [["-4", 4], ["-6", 6]] as const) {
    const { rows } = await told(tests, [option]);
    assertEquals(rows.map((row) => row.family), [family]);
  }
});

Deno.test("a loop is told with its distance, and a trace that never arrives before all else", async () => {
  const times = runsUntil(nowIs());
  const tests = [
    traced(linkOf("changed"), times, (run) => run < 60 ? "AB" : "AC"),
    traced(linkOf("looping"), times, (run) => run < 140 ? "AB" : "ABCDEFB"),
    traced(linkOf("lost"), times, () => "AB***!"),
  ];
  const { rows, human } = await told(tests, ["--details"]);
  const [lost, changed, looping] = rows as [RouteRow, RouteRow, RouteRow];
  assertEquals(
    [lost, changed, looping].map(({ source }) => source),
    ["lost", "changed", "looping"].map((name) => addressOf(name)),
  );
  assertEquals([lost.traces, lost.reached], [RUNS, 0]);
  assertEquals(looping.loops!.map(({ ttl, traces }) => [ttl, traces]), [[
    7,
    4,
  ]]);
  const [, first] = human.split("\n");
  assertEquals(
    first,
    `  never arrives: reached 0 of ${RUNS} traces; the last to answer is ${
      hop("B")
    } at ttl 2`,
  );
  assertMatch(human, /\n {2}loop at ttl 7: 4 traces, /);
  assertMatch(
    human,
    /\n1 of 3 links never reached; 1 change of the route on 1 of 3 links\n$/,
  );
});

Deno.test("each verdict: with the route, not with it, without it, and a clock", async () => {
  const times = runsUntil(nowIs());
  const [moved, same, alone, clock] = ["moved", "same", "alone", "clock"].map(
    (name) => linkOf(name),
  ) as [Link, Link, Link, Link];
  const changing = (run: number) => run < 60 ? "AB" : "ACD";
  const { rows, human } = await told([
    traced(moved, times, changing),
    delayed(moved, times, (run) => run < 60 ? 24.6 : 30.9),
    delayed(backOf(moved), times, (run) => run < 60 ? 24.5 : 24.5),
    throughputTest(moved, times, { value: 9e9 }),
    traced(same, times, changing),
    delayed(same, times, () => 24.6),
    traced(alone, times, () => "AB"),
    delayed(alone, times, (run) => run < 60 ? 24.6 : 30.9),
    traced(clock, times, () => "AB"),
    delayed(clock, times, (run) => run < 60 ? 12.4 : -3.1),
    delayed(backOf(clock), times, (run) => run < 60 ? 12.6 : 28.1),
  ]);
  const of = (name: string) =>
    rows.find(({ source }) => source === addressOf(name))!;
  const [change] = of("moved").changes as [Change];
  assertEquals(change.verdict, "latency changed with the route");
  assertEquals([change.delay_before, change.delay_after], [24.6, 30.9]);
  assertEquals([change.loss_before, change.loss_after], [0, 0]);
  assertEquals([change.throughput_before, change.throughput_after], [9e9, 9e9]);
  assertEquals(change.n.delay, { before: 36, after: 36 });
  assertEquals(of("moved").steps, []);
  assertEquals(
    of("same").changes[0]!.verdict,
    "route changed, latency did not",
  );
  assertEquals(of("alone").changes, []);
  assertEquals(
    of("alone").steps.map(({ time, of, verdict }) => [time, of, verdict]),
    [[times[60], "delay", "latency changed, route did not"]],
  );
  assertEquals(
    of("clock").steps.map(({ time, verdict }) => [time, verdict]),
    [[times[60], "clock step"]],
  );
  assertMatch(
    human,
    /least delay +24.6 ms → 30.9 ms \(\+6.3 ms\) +36, 36 +24.5 ms → 24.5 ms \(0 ms\) +36, 36\n/,
  );
  assertMatch(human, /throughput +9 Gbit\/s → 9 Gbit\/s/);
  assertMatch(human, /clock step: delay 12.4 ms → -3.1 ms \(-15.5 ms\)\n/);
  assertMatch(human, /; 2 steps without a change on 2 of 4 links\n$/);
});

type Link = ReturnType<typeof linkOf>;

Deno.test("what is measured one way only leaves the other empty, and a neighbouring change ends what is compared", async () => {
  const times = runsUntil(nowIs());
  const link = linkOf("oneway");
  const at = (run: number) => run < 60 ? "AB" : run < 75 ? "AC" : "AD";
  const { row, human } = await told([
    traced(link, times, at),
    delayed(link, times, (run) => run < 60 ? 10 : run < 75 ? 20 : 30),
  ]);
  assertEquals(
    row.changes.map(({ delay_before, delay_after, n }) => [
      delay_before,
      delay_after,
      n.delay,
    ]),
    [
      [10, 20, { before: 36, after: 15 }],
      [20, 30, { before: 15, after: 36 }],
    ],
  );
  assertMatch(human, /least delay +10 ms → 20 ms \(\+10 ms\) +36, 15\n/);
});

Deno.test("without a test of one way the round trip is compared, and said to be one; negative delays are noted", async () => {
  const times = runsUntil(nowIs());
  const [ping, skewed] = [linkOf("ping"), linkOf("skewed")] as const;
  const at = (run: number) => run < 60 ? "AB" : "AC";
  const delay = delayed(ping, times, (run) => run < 60 ? 20 : 32);
  const { "histogram-owdelay": rtts, "failures": failures } = delay.data;
  const { rows, human } = await told([
    traced(ping, times, at),
    {
      ...delay,
      tool: "pscheduler/ping",
      parameters: { "pscheduler-test-type": "rtt", "sample-size": 10 },
      data: {
        failures: failures!,
        "histogram-rtt": rtts!,
        "packet-loss-rate-bidir": times.map((ts, run) => [
          ts,
          { numerator: run < 60 ? 0 : 1, denominator: 10 },
        ]),
      },
    },
    traced(skewed, times, at),
    delayed(skewed, times, (run) => run < 60 ? -3 : 9),
  ], ["--details"]);
  const of = (name: string) =>
    rows.find(({ source }) => source === addressOf(name))!.changes[0]!;
  const change = of("ping");
  assertEquals([change.delay_before, change.delay_after], [20, 32]);
  assertEquals([change.loss_before, change.loss_after], [0, 0.1]);
  assertEquals(change.verdict, "latency changed with the route");
  assertEquals(
    (change as unknown as Record<string, string>)["loss_basis"],
    "rate×sample-size",
  );
  assertMatch(human, /least delay +20 ms → 32 ms \(\+12 ms\), round trip /);
  assertMatch(human, /loss +0 % → 10 %, round trip /);
  assertEquals(of("skewed").delay_before, -3);
  assertMatch(human, /-3 ms → 9 ms \(\+12 ms\), the clocks differ /);
});

Deno.test("hosts belong together by name: a test of delay may have other parameters and another spelling", async () => {
  const times = runsUntil(nowIs());
  const link = linkOf("named");
  const delay = delayed(link, times, (run) => run < 60 ? 24.6 : 30.9);
  const { row } = await told([
    traced(link, times, (run) => run < 60 ? "AB" : "AC"),
    {
      ...delay,
      parameters: {
        ...delay.parameters,
        "input-source": "NAMED.example.",
        "input-destination": addressOf("named-to"),
      },
    },
  ]);
  assertEquals(row.changes[0]!.verdict, "latency changed with the route");
});

Deno.test("--settle and --min-step say what counts", async () => {
  const times = runsUntil(nowIs());
  const link = linkOf("short");
  const tests = [
    traced(link, times, (run) => run < 139 ? "AB" : "AC"),
    delayed(link, times, (run) => run < 60 ? 24.1 : 27.2),
    throughputTest(link, times.filter((_, at) => at % 6 < 3), {}),
  ];
  const { row, human } = await told(tests);
  assertEquals([row.changes.length, row.steps.length], [0, 1]);
  assertMatch(human, /another route since .* UTC, 5 traces so far: .*67 → /);
  const settled = await told(tests, ["--settle", "5", "--min-step", "4"]);
  assertEquals(settled.row.changes.map(({ time }) => time), [times[139]]);
  assertEquals(settled.row.steps, []);
});

testUnless(
  NOT_IN_SHORT,
  "a step of throughput is looked for when a percentage is given, or everything",
  async () => {
    const times = runsUntil(nowIs());
    const link = linkOf("slow");
    const slow = throughputTest(link, times, { value: 9e9 });
    const points = slow.data["throughput"]!.map(([ts, val], run) =>
      [ts, run < 60 ? val : 6e9] as const
    );
    const tests = [
      traced(link, times, () => "AB"),
      { ...slow, data: { ...slow.data, throughput: points } },
    ];
    assertEquals((await told(tests)).row.steps, []);
    assertEquals((await told(tests, ["--min-step", "50%"])).row.steps, []);
    for (const args of [["--min-step", "20%"], ["--details"]]) {
      const { row, human } = await told(tests, args);
      assertEquals(row.steps.map(({ time, of }) => [time, of]), [
        [times[60], "throughput"],
      ]);
      assertMatch(human, /did not: 9 Gbit\/s → 6 Gbit\/s \(-33.3 %\)\n/);
    }
  },
);

Deno.test("-o json has the members that are documented; csv has a row a change or step", async () => {
  const times = runsUntil(nowIs());
  const link = linkOf("members");
  const tests = [
    traced(link, times, (run) => run < 40 ? "AB" : "AC"),
    delayed(link, times, (run) => run < 100 ? 24.6 : 30.9),
  ];
  await withMadeArchive(tests, { now: nowIs() }, async ({ url }) => {
    const [row] = await rowsAt(url);
    assertEquals(Object.keys(row!), [
      ...["source", "destination", "family", "tool", "metadata_key"],
      ...["traces", "reached", "changes", "steps", "detours", "current"],
      "silent",
    ]);
    assertEquals(Object.keys(row!.changes[0]!), [
      ...["time", "before", "after", "removed", "added"],
      ...["delay_before", "delay_after", "loss_before", "loss_after"],
      ...["throughput_before", "throughput_after", "n", "verdict"],
    ]);
    const [line] = (await routes(url, ["-o", "ndjson"])).stdout.split("\n");
    assertEquals(JSON.parse(line!), row);
    const csv = (await routes(url, ["-o", "csv"])).stdout.split(/\r?\n/);
    assertMatch(csv[0]!, /^source,.*,metadata_key,time,verdict,before,/);
    assertMatch(
      csv[1]!,
      new RegExp(`,${times[40]},"route changed, latency did not","\\[\\[""203`),
    );
    assertMatch(
      csv[2]!,
      new RegExp(
        `,${times[100]},"latency changed, route did not",,,,,24.6,30.9,,,,,$`,
      ),
    );
    const [more] = await rowsAt(url, ["--details"]);
    const [change] = more!.changes as (Change & {
      p50_before: number;
      reverse: Change;
    })[];
    assertEquals(change!.p50_before, 24.6);
    assertEquals(change!.reverse.n.delay, NONE);
  });
});

testUnless(
  NOT_IN_SHORT,
  "--exit-code: 5 for a change, a step, or a link that is never reached; 0 for the rest",
  async () => {
    const times = runsUntil(nowIs());
    const [one, two, three] = ["one", "two", "three"].map((name) =>
      linkOf(name)
    ) as [Link, Link, Link];
    const cases: [exit: number, tests: MadeTest[]][] = [
      [5, [traced(one, times, (run) => run < 60 ? "AB" : "AC")]],
      [5, [traced(two, times, () => "AB!")]],
      [5, [
        traced(three, times, () => "AB"),
        delayed(three, times, (run) => run < 60 ? 24.6 : 30.9),
      ]],
      [0, [traced(one, times, (run) => run === 60 ? "AX" : "AB")]],
    ];
    for (const [exit, tests] of cases) {
      await withMadeArchive(tests, { now: nowIs() }, async ({ url }) => {
        assertEquals((await routes(url, ["--exit-code"])).exit, exit);
        assertEquals((await routes(url)).exit, 0);
      });
    }
  },
);

Deno.test("an archive without traces says so; tool and event type choose among those that trace", async () => {
  const times = runsUntil(nowIs());
  const link = linkOf("chosen");
  const delay = delayed(link, times, (run) => run < 60 ? 24.6 : 30.9);
  await withMadeArchive([delay], { now: nowIs() }, async ({ url }) => {
    const { exit, stdout, stderr } = await routes(url);
    assertEquals([exit, stdout], [0, "no link is traced\n"]);
    assertMatch(stderr, /^none of 1 test traces a route: /);
    assertEquals((await routes(url, ["-o", "json"])).stdout, "[]\n");
  });
  const trace = traced(link, times, (run) => run < 60 ? "AB" : "AC");
  const { rows } = await told(
    [trace, { ...trace, tool: "pscheduler/tracepath" }, delay],
    ["--tool", "pscheduler/tracepath", "-e", "packet-trace"],
  );
  assertEquals(rows.map(({ tool }) => tool), ["pscheduler/tracepath"]);
  assertEquals(
    rows[0]!.changes[0]!.verdict,
    "latency changed with the route",
  );
});

Deno.test("an archive that is away in the middle: what is known is printed, the rest is marked, exit 1", async () => {
  const times = runsUntil(nowIs());
  const names = Array.from({ length: 12 }, (_, at) => `link${at}`);
  const tests = names.flatMap((name) => [
    traced(linkOf(name), times, (run) => run < 60 ? "AB" : "AC"),
    delayed(linkOf(name), times, () => 12.4),
  ]);
  await withMadeArchive(tests, { now: nowIs() }, async ({ url }) => {
    const answer = forward(url);
    let left = 4;
    await withRawServer(
      (asked) =>
        /packet-trace/.test(asked.pathname) && left-- <= 0
          ? "reset"
          : answer(asked),
      async ({ origin }) => {
        const args = ["--retry", "0", "--concurrency", "2"];
        const human = await routes(origin, args);
        assertEquals(human.exit, 1);
        assertMatch(human.stdout, /\n {2}incomplete: not everything/);
        const [, missing] = /\n(\d+) of 12 links not read completely/
          .exec(human.stdout)!;
        assertMatch(
          human.stderr,
          new RegExp(`incomplete: ${missing} of 12 links`),
        );
        left = 4;
        const json = await routes(origin, [...args, "-o", "json"]);
        assertEquals(json.exit, 1);
        const rows: RouteRow[] = JSON.parse(json.stdout);
        const known = rows.filter(({ incomplete }) => !incomplete);
        assertEquals(rows.length, 12);
        assert(known.length > 0 && known.length < 12);
        assert(known.every(({ changes }) => changes.length === 1));
        const isUnknown = ({ traces }: RouteRow) => traces === null;
        assert(rows.some(isUnknown));
        assert(rows.filter(isUnknown).every(({ incomplete }) => incomplete));
      },
    );
    // The routes are known where only the delays are not.
    await withRawServer(
      (asked) =>
        /histogram/.test(asked.pathname)
          ? { status: 500, body: "no" }
          : answer(asked),
      async ({ origin }) => {
        const { exit, stdout } = await routes(origin, [
          ...["--retry", "0", "-o", "json"],
        ]);
        assertEquals(exit, 1);
        const rows: RouteRow[] = JSON.parse(stdout);
        assert(
          rows.every(({ changes, incomplete }) =>
            changes.length === 1 && incomplete
          ),
        );
      },
    );
    await withRawServer(() => "reset", async ({ origin }) => {
      const { exit, stdout } = await routes(origin, ["--retry", "0"]);
      assertEquals([exit, stdout], [1, ""]);
    });
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

Deno.test("routes refuses options that cannot be", async () => {
  const cases: [args: string[], message: RegExp][] = [
    [["--settle", "0"], /--settle is 0: give the number of traces/],
    [["--settle", "few"], /--settle is "few": give a whole number/],
    [["--min-step", "-1"], /--min-step is "-1": give milliseconds of delay/],
    [["--min-step", "some"], /--min-step is "some": give milliseconds/],
    [["-e", "throughput"], /--event-type is throughput: routes are told from/],
    [["-4", "-6"], /-4 and -6 exclude each other/],
  ];
  for (const [args, message] of cases) {
    assertMatch(await refusal(["routes", "--url", "{URL}", ...args]), message);
  }
});
