import { assert, assertEquals, assertMatch } from "@std/assert";
import { ApiConnect, ApiFilters } from "../../../mod.ts";
import { pooledLoss } from "../../../insight.ts";
import { withArchive } from "../../helpers/archive.ts";
import {
  addressOf,
  type MadePoints,
  type MadeTest,
  timesBetween,
} from "../../helpers/made_archive.ts";
import {
  delayTest,
  EVERY,
  LAST_RUN,
  type Planted,
  plantedTests,
  throughputTest,
  traceTest,
} from "../../helpers/planted.ts";
import { runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";
import { assertNear, check, link, thisSecond, withTests } from "./checking.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { testUnless } from "../../helpers/skipping.ts";
import { needs } from "../../helpers/binary.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const [BETA, GAMMA] = ["198.51.100.20", "203.0.113.30"];

/** Runs every half hour, of so many hours, up to just before now. */
function runsOf(hours: number, now = thisSecond()): number[] {
  const last = now - LAST_RUN;
  return timesBetween(last - hours * HOUR + EVERY, last, EVERY);
}

function points(times: readonly number[], val: unknown): MadePoints {
  return times.map((ts) => [ts, val]);
}

for (const dialect of ["esmond", "elmond"] as const) {
  testUnless(
    NOT_IN_SHORT,
    `check finds the lossy link of the sample, and the other direction sound, with ${dialect}`,
    async () => {
      const now = Date.UTC(2026, 2, 29, 12) / 1000;
      await withArchive(
        { sampleDays: 7, dialect, now: () => now * 1000 },
        async ({ url }) => {
          const run = (...argv: string[]) =>
            check(["loss", "-u", url, "-r", `${7 * DAY}`, ...argv], url, {
              now: new Date(now * 1000),
            });
          const red = await run(
            "-s",
            BETA,
            "-d",
            GAMMA,
            "-w",
            "0.1",
            "-c",
            "0.3",
          );
          const loss = await lossOf(url, now);
          assertEquals(red.exit, 2);
          assertNear(
            Number(red.items["Loss"]![0]),
            100 * loss.loss,
            1e-6,
          );
          assertEquals(red.items["Loss"]!.slice(1, 3), ["0.1", "0.3"]);
          assertEquals(Number(red.items["Sent"]![0]), loss.sent);
          assertEquals(red.items["Failed"], ["36", "", ""].slice(0, 3));
          const green = await run(
            "-s",
            GAMMA,
            "-d",
            BETA,
            "-w",
            "0.1",
            "-c",
            "0.3",
          );
          assertEquals([green.exit, green.items["Lost"]![0]], [0, "0"]);
          const both = await run(
            "-s",
            GAMMA,
            "-d",
            BETA,
            "-c",
            "0.3",
            "--both",
          );
          assertEquals(both.exit, 2);
          assertMatch(
            both.line,
            /ps\.beta\.example to ps\.gamma\.example, the worst of 2$/,
          );
          const flow = await check(
            [
              "throughput",
              "-u",
              url,
              "-s",
              "ps.gamma.example",
              "-d",
              "ps.beta.example",
              "-w",
              "5:",
              "-c",
              "1:",
              "-b",
            ],
            url,
            { now: new Date(now * 1000) },
          );
          assertEquals(flow.exit, 2);
          assertEquals(
            flow.details.filter((line) => line.startsWith("OK ")).length,
            2,
          );
          assertEquals(
            flow.details.filter((line) => line.startsWith("CRITICAL ")).length,
            2,
          );
        },
      );
    },
  );
}

async function lossOf(url: string, now: number) {
  const filters = new ApiFilters({
    source: BETA,
    destination: GAMMA,
    eventType: "packet-count-lost",
    timeStart: now - 7 * DAY,
    timeEnd: now,
  });
  for await (const test of new ApiConnect(url, filters).getMetadata()) {
    const [lost, sent] = await Promise.all(
      (["packet-count-lost", "packet-count-sent"] as const)
        .map(async (name) => (await test.getEventType(name)!.getData()).data),
    );
    return pooledLoss({ lost, sent })!;
  }
  throw new Error("no test");
}

/** A check of a planted test, its exit code, and its first line. */
type Case = [name: Planted, argv: string[], exit: number, line: RegExp];

/** The source and destination of planted tests, if not named as they are. */
const ENDS: Partial<Record<Planted, [string, string]>> = {
  lossHour: ["loss", "loss-to"],
  clockStep: ["clock", "clock-to"],
  parameters: ["two", "two-to"],
  away: ["away", "away-a"],
};

const CASES: Case[] = [
  [
    "sound",
    ["loss", "-w", "1"],
    0,
    /^PS_CHECK_LOSS OK - Loss is 0% \(0 of 28800 packets, by counts\)$/,
  ],
  [
    "sound",
    ["delay", "-w", "20", "-c", "30"],
    0,
    /OK - Median one-way delay is 12\.4ms$/,
  ],
  ["sound", ["delay", "-w", "10", "-c", "30"], 1, /^PS_CHECK_DELAY WARNING - /],
  [
    "sound",
    ["delay", "--stat", "maximum", "-c", "12.5"],
    2,
    /CRITICAL - Maximum one-way delay is 12\.8ms$/,
  ],
  [
    "sound",
    ["fresh"],
    0,
    /^PS_CHECK_FRESH OK - last run \d{4}-\d\d-\d\d \d\d:\d\dZ, (1\d\d s|\d(\.\d)? min) ago \(expected every 30 min\)$/,
  ],
  ["sound", ["failures"], 0, /OK - none of 48 runs failed$/],
  [
    "stale",
    ["fresh"],
    2,
    /CRITICAL - stale: last run .*Z, 15 h ago \(expected every 30 min\)$/,
  ],
  ["stale", ["fresh", "-w", "1h", "-c", "1d"], 1, /WARNING - stale: last run/],
  [
    "late",
    ["fresh"],
    1,
    /WARNING - late: last run .*, 5\d min ago \(expected every 30 min\)$/,
  ],
  [
    "stale",
    ["loss", "-r", "7200"],
    3,
    /^PS_CHECK_LOSS UNKNOWN - no test ran; last \d{4}-\d\d-\d\d \d\d:\d\dZ, 15 h ago \(expected every 30 min\)$/,
  ],
  [
    "stale",
    ["loss", "-r", "7200", "--missing", "critical"],
    2,
    /CRITICAL - no test ran; last/,
  ],
  [
    "stale",
    ["loss", "-r", "7200", "--missing", "ok"],
    0,
    /OK - no test ran; last/,
  ],
  [
    "never",
    ["throughput"],
    3,
    /UNKNOWN - no test ran, and none before, as far as the archive says$/,
  ],
  [
    "failing",
    ["throughput", "-r", `${9 * HOUR}`],
    2,
    /^PS_CHECK_THROUGHPUT CRITICAL - 18 of 18 runs failed since (\d{4}-\d\d-\d\d )?\d\d:\d\d: unable to connect to 198\.51\.100\.7 port 5201: No route to host$/,
  ],
  [
    "failing",
    ["throughput", "-r", `${9 * HOUR}`, "--failed", "warning"],
    1,
    /WARNING - 18 of 18 runs failed/,
  ],
  [
    "failing",
    ["throughput", "-w", "5:"],
    0,
    /OK - Average throughput is 9\.4Gbps, 20 of 48 runs failed$/,
  ],
  [
    "failing",
    ["failures"],
    1,
    /WARNING - 20 of 48 runs failed \(41\.7 %\): unable to connect/,
  ],
  [
    "failing",
    ["failures", "-w", "10", "-c", "40"],
    2,
    /CRITICAL - 20 of 48 runs failed/,
  ],
  [
    "failing",
    ["failures", "-r", `${9 * HOUR}`],
    2,
    /CRITICAL - 18 of 18 runs failed/,
  ],
  [
    "lossHour",
    ["loss", "-r", `${2 * DAY}`, "-w", "1", "-c", "5"],
    1,
    /WARNING - Loss is 2\.083% \(1200 of 57600 packets, by counts\)$/,
  ],
  [
    "lossHour",
    ["delay", "-r", `${2 * DAY}`],
    0,
    /OK - Median one-way delay is 12\.4ms, 2 of 96 runs lost all packets$/,
  ],
  ["clockStep", ["delay"], 0, /OK - Median one-way delay is -3\.1ms$/],
  [
    "clockStep",
    ["delay", "-w", "0:"],
    1,
    /WARNING - Median one-way delay is -3\.1ms$/,
  ],
  ["future", ["fresh"], 0, /OK - last run .*, (1\d\d s|\d(\.\d)? min) ago/],
  ["future", ["loss"], 0, /OK - Loss is 0% \(0 of 28800 packets/],
  [
    "parameters",
    ["throughput", "-w", "5:"],
    1,
    /WARNING - Average throughput is 1Gbps, two\.example to two-to\.example \(protocol udp, bandwidth [^)]*\), the worst of 2$/,
  ],
  [
    "parameters",
    ["throughput", "-w", "5:", "-F", "ip-transport-protocol:tcp"],
    0,
    /OK - Average throughput is 9\.4Gbps$/,
  ],
  [
    "balanced",
    ["traceroute", "-r", `${7 * DAY}`, "-w", "1"],
    0,
    /none of 336 traces arrives, 1 route$/,
  ],
  ["detour", ["traceroute", "-r", `${7 * DAY}`, "-w", "1"], 0, /1 route$/],
  ["silent", ["traceroute", "-r", `${7 * DAY}`, "-w", "1"], 0, /1 route$/],
  [
    "route",
    ["traceroute", "-r", `${7 * DAY}`, "-w", "1", "-c", "2"],
    1,
    /^PS_CHECK_TRACEROUTE WARNING - none of 336 traces arrives, 2 routes$/,
  ],
  [
    "route",
    ["traceroute", "--endpoint"],
    2,
    /CRITICAL - the last trace, \d{4}-.*Z, does not arrive, 1 route$/,
  ],
  [
    "route",
    ["mtu", "-c", "9000:"],
    2,
    /CRITICAL - Last path MTU is 1500 bytes$/,
  ],
];

for (const dialect of ["esmond", "elmond"] as const) {
  Deno.test(`check tells each state by its exit code and its line, with ${dialect}`, async (t) => {
    const tests = Object.values(plantedTests(thisSecond())).flat();
    await withTests(tests, async (url) => {
      for (const [name, argv, exit, line] of CASES) {
        if (dialect === "elmond" && name === "never") continue; // it has none
        await t.step(`${name}: ${argv.join(" ")}`, async () => {
          const ends = ENDS[name] ?? [name, `${name}-to`];
          const found = await check([...argv, ...link(...ends)], url);
          assertMatch(found.line, line);
          assertEquals(found.exit, exit);
        });
      }
    }, dialect);
  });
}

Deno.test("check says of what it judged, with thresholds, before all other numbers", async () => {
  const runs = runsOf(24);
  await withTests(
    [throughputTest({ source: "a", destination: "b" }, runs)],
    async (url) => {
      const { items, labels, line } = await check(
        ["throughput", ...link("a", "b"), "-w", "500M:", "-c", "@0:1e8"],
        url,
      );
      assertEquals(
        line,
        "PS_CHECK_THROUGHPUT OK - Average throughput is 9.4Gbps",
      );
      assertEquals(labels.slice(0, 2), ["Average", "Count"]);
      assertEquals(items["Average"], ["9.4", "0.5:", "@0.1"]);
      assertEquals(items["Count"], ["48", "", ""]);
    },
  );
});

Deno.test("check judges twins each alone, and names the worst", async () => {
  const runs = runsOf(24);
  const ends = { source: "a", destination: "b" };
  const tests = [
    throughputTest(ends, runs, { value: 9e9 }),
    throughputTest({ ...ends, family: 6 }, runs, { value: 0.5e9 }),
  ];
  await withTests(tests, async (url) => {
    const argv = ["throughput", ...link("a", "b"), "-w", "5:", "-c", "1:"];
    const { exit, line, items } = await check(argv, url);
    assertEquals(
      [exit, line],
      [
        2,
        "PS_CHECK_THROUGHPUT CRITICAL - Average throughput is 0.5Gbps, a.example to b.example over IPv6, the worst of 2",
      ],
    );
    assertEquals(items["Average"]![0], "0.5");
    assertEquals(items["Average a.example to b.example over IPv4"]![0], "9");
    assertEquals((await check([...argv, "-4"], url)).exit, 0);
    assertEquals((await check([...argv, "-6"], url)).exit, 2);
    // an address is of one family
    const hosts = ["-s", addressOf("a"), "-d", addressOf("b")];
    const address = ["throughput", "-u", url, ...hosts];
    assertEquals(
      (await check(address, url)).line,
      "PS_CHECK_THROUGHPUT OK - Average throughput is 9Gbps",
    );
  });
});

Deno.test("check --both says so if one direction has no test", async () => {
  const runs = runsOf(24);
  const tests = [
    throughputTest({ source: "a", destination: "b" }, runs, { value: 9e9 }),
    throughputTest({ source: "c", destination: "b" }, runs, { value: 9e9 }),
  ];
  await withTests(tests, async (url) => {
    for (const ends of [link("a", "b"), link("b", "a")]) {
      const argv = ["throughput", ...ends, "-w", "5:", "--both"];
      const { exit, line, details } = await check(argv, url);
      assertEquals([exit, line, details], [
        3,
        "PS_CHECK_THROUGHPUT UNKNOWN - there is no throughput test, b.example to a.example, the worst of 2",
        [
          "UNKNOWN b.example to a.example: there is no throughput test",
          "OK a.example to b.example: Average throughput is 9Gbps",
        ],
      ]);
      assertEquals(
        (await check([...argv, "--missing", "ok"], url)).line,
        "PS_CHECK_THROUGHPUT OK - Average throughput is 9Gbps, a.example to b.example, the worst of 2",
      );
      assertEquals(
        (await check([...argv, "--missing", "critical"], url)).exit,
        2,
      );
    }
    const any = ["fresh", "-u", url, "-d", "b.example", "--both"];
    assertEquals((await check(any, url)).exit, 0);
  });
});

needs(
  "resolver",
  "check finds hosts by the name that their tests were given, by another, and by address",
  async () => {
    await withTests([
      throughputTest({ source: "a", destination: "b" }, runsOf(24)),
      throughputTest({ source: "c", destination: "b" }, runsOf(24), {
        parameters: { "input-source": "PS.Sea.Example." },
      }),
    ], async (url) => {
      const names = {
        forward: { "alias-a": [addressOf("a")], "alias-b": [addressOf("b")] },
        reverse: {},
      };
      const hosts = [
        ["a.example", "b.example"],
        ["a.example", addressOf("b")],
        [addressOf("a"), addressOf("b")],
        ["alias-a", "alias-b"],
        ["alias-a", addressOf("b")],
        ["A.Example.", "B.EXAMPLE"],
        ["PS.Sea.Example.", "b.example"],
        ["ps.sea.example", "b.example"],
        ["ps.sea.example", addressOf("b")],
      ];
      for (const [source, destination] of hosts) {
        const argv = [
          "throughput",
          "-u",
          url,
          "-s",
          source!,
          "-d",
          destination!,
        ];
        const { exit, line } = await check(argv, url, { names });
        assertEquals([exit, line], [
          0,
          "PS_CHECK_THROUGHPUT OK - Average throughput is 9.4Gbps",
        ], argv.join(" "));
      }
      const unknown = await check([
        "throughput",
        "-u",
        url,
        "-s",
        "nobody.example",
        "-d",
        "b.example",
      ], url);
      assertEquals(unknown.exit, 3);
      assertMatch(unknown.line, /UNKNOWN - .*nobody\.example/);
    });
  },
);

Deno.test("check says what there is instead, if there is no such test", async () => {
  const runs = runsOf(24);
  const tests = [
    throughputTest({ source: "a", destination: "b" }, runs),
    delayTest({ source: "a", destination: "c" }, runs),
    throughputTest({ source: "v6", destination: "b", family: 6 }, runs),
    throughputTest({ source: "udp", destination: "b" }, runs, {
      parameters: { "ip-transport-protocol": "udp" },
    }),
  ];
  tests[3]!.data["packet-loss-rate"] = points(runs, {
    numerator: 1,
    denominator: 100,
  });
  const cases: [argv: string[], line: RegExp][] = [
    [
      ["throughput", ...link("b", "a")],
      /UNKNOWN - no throughput test from b\.example to a\.example; there is 1 test the other way round, from a\.example to b\.example$/,
    ],
    [
      ["throughput", ...link("a", "c")],
      /no throughput test from a\.example to c\.example; there are tests with packet-loss-rate \(pscheduler\/powstream\)$/,
    ],
    [
      ["throughput", "-u", "{URL}", "-s", addressOf("v6", 6), "-4"],
      /no throughput test from 2001:db8::\w+ over IPv4; there is 1 test over IPv6$/,
    ],
    [
      ["throughput", ...link("v6", "b"), "-4"],
      /no throughput test from v6\.example to b\.example over IPv4; there is 1 test over IPv6$/,
    ],
    [
      ["throughput", ...link("a", "b"), "-t", "pscheduler/nuttcp"],
      /no throughput test from .* by pscheduler\/nuttcp; there are tests by pscheduler\/iperf3$/,
    ],
    [
      ["loss", ...link("udp", "b")],
      /no one-way loss test .*; there is 1 test by pscheduler\/iperf3, whose loss is of another kind: --tool chooses them$/,
    ],
    [
      ["throughput", "-u", "{URL}", "-s", "192.0.2.1", "-d", "192.0.2.2"],
      /no throughput test from 192\.0\.2\.1 to 192\.0\.2\.2$/,
    ],
    [["fresh", "-u", "{URL}", "-s", "192.0.2.1"], /no test from 192\.0\.2\.1$/],
  ];
  await withTests(tests, async (url) => {
    for (const [argv, line] of cases) {
      const found = await check(argv, url);
      assertEquals(found.exit, 3, found.line);
      assertMatch(found.line, line);
    }
    const udp = ["loss", ...link("udp", "b"), "-t", "pscheduler/iperf3"];
    assertMatch((await check(udp, url)).line, /OK - Loss is 1%/);
  });
  const bare = { source: "192.0.2.1", "metadata-key": "k", "event-types": [] };
  await withServer(() => json([bare]), async (url) => {
    assertMatch(
      (await check(["fresh", "-u", url, "-s", "192.0.2.1"])).line,
      /no test from 192\.0\.2\.1; there is 1 test without event types$/,
    );
  });
});

Deno.test("check counts a test that has stopped, unless another has taken its place", async () => {
  const now = thisSecond();
  const old = timesBetween(now - 6 * DAY, now - 4 * DAY, EVERY);
  const ends = { source: "a", destination: "b" };
  const renewed = throughputTest(ends, runsOf(24), {
    parameters: { "ip-tos": 4 },
  });
  const stopped = throughputTest(ends, old, { value: 1e9 });
  const twin = throughputTest({ ...ends, family: 6 }, old);
  const argv = (what: string) => [what, ...link("a", "b")];
  await withTests([stopped, renewed], async (url) => {
    for (const what of ["throughput", "fresh"]) {
      const { exit, details } = await check(argv(what), url);
      assertEquals([exit, details.length], [0, 1], details.join("\n"));
    }
  });
  await withTests([twin, renewed], async (url) => {
    const { exit, line } = await check(argv("throughput"), url);
    assertEquals(exit, 3);
    assertMatch(
      line,
      /UNKNOWN - no test ran; last .*, 4 d ago .* over IPv6, the worst of 2$/,
    );
    assertMatch((await check(argv("fresh"), url)).line, /CRITICAL - stale/);
  });
  // What was only ever declared says nothing beside what runs.
  const declared = throughputTest({ ...ends, family: 6 }, []);
  await withTests([declared, renewed], async (url) => {
    for (const what of ["throughput", "fresh"]) {
      assertEquals((await check(argv(what), url)).exit, 0);
    }
  });
  // Both ran at once, and one has stopped: that is not a new one.
  const beside = throughputTest(ends, [...old, ...runsOf(24)], {
    parameters: { "ip-tos": 4 },
  });
  await withTests([stopped, beside], async (url) => {
    assertMatch((await check(argv("fresh"), url)).line, /CRITICAL - stale/);
    assertEquals((await check(argv("throughput"), url)).exit, 0);
  });
});

Deno.test("check lets no text of the archive end the line, or begin numbers", async () => {
  const error =
    "no | way\nPS_CHECK OK - \u001b[2J\u0000 | Average=9;;;;\r\u009b1m";
  const test: MadeTest = throughputTest(
    { source: "a", destination: "b" },
    runsOf(24),
    {
      failed: () => error,
    },
  );
  test.parameters = { ...test.parameters, "input-source": "a|b;'=.example" };
  await withTests([test], async (url) => {
    const argv = [
      "throughput",
      "-u",
      url,
      "-s",
      addressOf("a"),
      "-d",
      addressOf("b"),
    ];
    const { exit, line, details, labels } = await check(argv, url);
    assertEquals(exit, 2);
    assertMatch(
      line,
      /48 of 48 runs failed since .*: no \/ way PS_CHECK OK - \[2J \/ Average=9;;;; 1m$/,
    );
    assertEquals(labels, ["Average", "Count", "Failed"]);
    assertMatch(details[0]!, /^CRITICAL a\/b;'=\.example to b\.example: /);
  });
});

Deno.test("check ends after --timeout, whatever the archive does, with one line", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await withServer(
    async () => {
      await promise;
      return json([]);
    },
    async (url) => {
      const argv = [
        "loss",
        "-u",
        url,
        "-s",
        "192.0.2.1",
        "-d",
        "192.0.2.2",
        "--timeout",
        "1",
      ];
      const { exit, line, details } = await check(argv, url);
      resolve();
      assertEquals(
        [exit, line, details],
        [
          3,
          "PS_CHECK_LOSS UNKNOWN - the archive did not answer within 1 s (--timeout)",
          [],
        ],
      );
    },
  );
});

Deno.test("check ends with 3 and one line when the archive goes away in the middle", async () => {
  await withTests([
    throughputTest({ source: "a", destination: "b" }, runsOf(24)),
  ], (url) =>
    withServer(
      async (request, { pathname, search }) =>
        pathname.includes("/base")
          ? new Response("gone", { status: 503 })
          : await fetch(url + pathname + search, { headers: request.headers }),
      async (proxy) => {
        const argv = ["throughput", ...link("a", "b"), "--retry", "0"];
        const { exit, line, details } = await check(argv, proxy);
        assertEquals([exit, details], [3, []]);
        assertMatch(line, /^PS_CHECK UNKNOWN - .*503/);
      },
    ));
});

Deno.test("check takes the command lines of the Perl checks", async () => {
  await withTests([
    throughputTest({ source: "a", destination: "b" }, runsOf(24)),
    throughputTest({ source: "b", destination: "a" }, runsOf(24)),
  ], async (url) => {
    const lines = [
      `-u ${url}/esmond/perfsonar/archive -w 5: -c 1: -r 86400 -s a.example -d b.example -b`,
      `--url ${url}/esmond/perfsonar/archive/ --warning 5: --critical 1: --range 86400 --source a.example --destination b.example --tool pscheduler/iperf3 -4`,
    ];
    const first = await check(["throughput", ...lines[0]!.split(" ")], url);
    assertEquals(first.exit, 0);
    assertMatch(first.line, /the worst of 2$/);
    const known = lines[1]!.replace("--source", "--src").replace(
      "--destination",
      "--dest",
    );
    assertEquals(
      (await check(["throughput", ...known.split(" ")], url)).exit,
      0,
    );
    assertEquals(
      (await check(["throughput", ...link("a", "b"), "-6"], url)).exit,
      3,
    );
  });
});

Deno.test("check says on standard error that a plain threshold of throughput alerts above", async () => {
  await withTests([
    throughputTest({ source: "a", destination: "b" }, runsOf(24)),
  ], async (url) => {
    const { exit, stderr } = await check([
      "throughput",
      ...link("a", "b"),
      "-w",
      "5",
      "-c",
      "500M",
    ], url);
    assertEquals(exit, 2);
    assertEquals(
      stderr,
      "--warning 5 alerts above 5 Gbit/s: 5: was probably meant, which alerts below\n" +
        "--critical 500M alerts above 0.5 Gbit/s: 500M: was probably meant, which alerts below\n",
    );
    const meant = await check(
      ["throughput", ...link("a", "b"), "-w", "5:"],
      url,
    );
    assertEquals([meant.exit, meant.stderr], [0, ""]);
  });
});

const REFUSED: [argv: string[], line: RegExp][] = [
  [[], /name what to check: throughput, loss,/],
  [["thruput"], /there is no check thruput \(did you mean throughput\?\)/],
  [["throughput"], /--url is required/],
  [
    ["throughput", "-u", "http://ma.example.net"],
    /name what was measured: --src and --dest/,
  ],
  [
    ["throughput", ...link("a", "b"), "-w", "a:b"],
    /--warning: "a:b" is not a range; write 10 \(0 to 10\)/,
  ],
  [
    ["delay", ...link("a", "b"), "-c", "5M"],
    /--critical: "5M" is not a range;.* in ms or with a suffix/,
  ],
  [
    ["fresh", ...link("a", "b"), "--stat", "median"],
    /--stat is not for check fresh: leave it out/,
  ],
  [
    ["loss", ...link("a", "b"), "--stat", "mean"],
    /--stat is mean: choose average, median,/,
  ],
  [
    ["loss", ...link("a", "b"), "-e", "throughput"],
    /--event-type is not for check loss, which reads packet-loss-rate, packet-count-lost: leave it out/,
  ],
  [
    ["loss", ...link("a", "b"), "--endpoint"],
    /--endpoint is for check traceroute, not loss/,
  ],
  [
    ["loss", ...link("a", "b"), "--missing", "red"],
    /--missing is red: choose ok, warning, critical or unknown/,
  ],
  [
    ["loss", ...link("a", "b"), "-r", "60", "-S", "-1h"],
    /--range is another way to give --start-time/,
  ],
  [
    ["loss", ...link("a", "b"), "-r", "0"],
    /--range is 0: give seconds above 0/,
  ],
  [
    ["loss", ...link("a", "b"), "-r", "soon"],
    /--range is "soon": give seconds/,
  ],
  [
    ["baseline", ...link("a", "b"), "--history", "month"],
    /--history is "month": give seconds, or a number such as/,
  ],
  [
    ["baseline", ...link("a", "b"), "--min-change", "-1"],
    /--min-change is "-1": give a share/,
  ],
  [["delay", ...link("a", "b"), "--percentiles", "101"], /--percentiles/],
  [["loss", ...link("a", "b"), "-4", "-6"], /-4 and -6 exclude each other/],
];

Deno.test("check refuses what it cannot do with 3 and one line, before it asks anything", async () => {
  let requests = 0;
  await withServer(() => {
    requests++;
    return json([]);
  }, async (url) => {
    for (const [argv, line] of REFUSED) {
      const found = await check(argv, url);
      assertMatch(found.line, line);
      assertMatch(found.line, /^PS_CHECK UNKNOWN - /);
      assertEquals([found.exit, found.details, found.stderr], [3, [], ""]);
    }
  });
  assertEquals(requests, 0);
});

Deno.test("check is not led astray by data that is strange", async (t) => {
  const now = thisSecond();
  const runs = runsOf(24, now);
  const ends = (name: string) => ({ source: name, destination: "b" });
  const delays = (
    name: string,
    histogram: unknown,
    parameters = {},
  ): MadeTest => ({
    ...delayTest(ends(name), runs),
    parameters: { "pscheduler-test-type": "latencybg", ...parameters },
    data: {
      "histogram-owdelay": points(runs, histogram),
      "packet-loss-rate": points(runs, { numerator: 0, denominator: 600 }),
    },
  });
  const trace = (name: string, hops: unknown): MadeTest => ({
    ...traceTest(ends(name), runs, () => []),
    data: { "packet-trace": points(runs, hops) },
  });
  const hop = (ttl: unknown, ip: string | null, more = {}) => ({
    ttl,
    success: 1,
    ip,
    ...more,
  });
  const tests: MadeTest[] = [
    throughputTest(ends("one"), [now - 600]),
    throughputTest(ends("two"), [now - 600, now - 600 + 1]),
    throughputTest(ends("ahead"), [...runs, now + 2 * DAY]),
    delays("words", { "12.5": 10, "late": 3, "": 1, "9.5": 10 }),
    delays("negative", { "-3.5": 10, "-12": 1 }),
    delays("width", { "312.5": 10 }, { "sample-bucket-width": 0.0001 }),
    trace("loop", [
      hop(1, "192.0.2.1"),
      hop(2, "192.0.2.2"),
      hop(3, "192.0.2.1"),
      hop("4", "192.0.2.2"),
    ]),
    trace("odd", [
      hop(3, "192.0.2.3"),
      hop(1, "192.0.2.1"),
      hop(1, "192.0.2.1"),
      { ttl: 2, success: "0" },
      hop(5, addressOf("b")),
      { ttl: 4, success: 1, ip: null, "error-message": "requestTimedOut" },
    ]),
    trace("empty", []),
  ];
  const cases: [
    argv: string[],
    name: string,
    exit: number,
    line: RegExp,
    detail?: RegExp,
  ][] = [
    [["throughput"], "one", 0, /Average throughput is 9\.4Gbps$/],
    [
      ["fresh"],
      "one",
      3,
      /UNKNOWN - last run .*, 10 min ago, interval unknown$/,
    ],
    [["fresh", "-w", "3600"], "one", 0, /OK - last run/],
    [["throughput"], "two", 0, /Average throughput is 9\.4Gbps$/],
    [
      ["fresh", "--interval", "300"],
      "two",
      1,
      /late: last run .* \(expected every 5 min\)$/,
    ],
    [["fresh", "--interval", "300", "--gap", "3"], "two", 0, /OK - last run/],
    [
      ["fresh"],
      "ahead",
      0,
      /OK - last run .*, (1\d\d s|\d(\.\d)? min) ago/,
      /not counted: 1 run in the future/,
    ],
    [["throughput"], "one", 3, /UNKNOWN - no test ran/],
    [
      ["delay"],
      "words",
      0,
      /Median one-way delay is 11ms$/,
      /96 buckets that are not numbers are left out/,
    ],
    [
      ["delay"],
      "negative",
      0,
      /Median one-way delay is -3\.5ms$/,
      /delays below 0: the clocks/,
    ],
    [
      ["delay"],
      "width",
      0,
      /Median one-way delay is 31\.25ms$/,
      /buckets count 0\.0001 s, as pScheduler/,
    ],
    [
      ["delay", "--bucket-width", "ms"],
      "width",
      0,
      /Median one-way delay is 312\.5ms$/,
    ],
    [
      ["traceroute", "-w", "1"],
      "loop",
      0,
      /none of 48 traces arrives, 1 route$/,
    ],
    [
      ["traceroute", "-w", "1", "--endpoint"],
      "odd",
      0,
      /OK - 1 route$/,
      /arrived 48 of 48/,
    ],
    [["traceroute", "--endpoint"], "empty", 2, /does not arrive/],
    [["mtu"], "odd", 3, /UNKNOWN - 48 runs, none with path MTU$/],
  ];
  const past = ["-S", "2020-01-01", "-E", "2020-01-02"];
  await withTests(tests, async (url) => {
    for (const [at, [argv, name, exit, line, detail]] of cases.entries()) {
      await t.step(`${name}: ${argv.join(" ")} (${at})`, async () => {
        const window = /no test ran/.test(line.source) ? past : [];
        const found = await check(
          [...argv, ...link(name, "b"), ...window],
          url,
        );
        assertMatch(found.line, line);
        assertEquals(found.exit, exit);
        if (detail) assertMatch(found.details.join("\n"), detail);
      });
    }
  });
});

Deno.test("check warns once of values that cannot be, though it reads them twice", async () => {
  const now = thisSecond();
  const url = "/esmond/perfsonar/archive/k/throughput/base";
  const test = {
    ...{ "metadata-key": "k", "source": "192.0.2.1" },
    "event-types": [{
      ...{ "event-type": "throughput", "base-uri": url, "time-updated": now },
    }],
  };
  await withServer(
    (_request, { pathname, searchParams }) => {
      const isThen = Number(searchParams.get("time-end")) >= now;
      const points = `[{"ts":${now - 60},"val":NaN},{"ts":${now - 9},"val":1}]`;
      return json(pathname !== url ? [test] : isThen ? points : []);
    },
    async (origin) => {
      const argv = ["throughput", "-u", origin, "-s", "192.0.2.1"];
      const { exit, items, stderr } = await check(argv);
      assertEquals([exit, items["Count"]![0]], [0, "1"]);
      assertMatch(stderr, /^the archive sends NaN [^\n]+\n$/);
    },
  );
});

Deno.test("check goes by the clock of the archive", async () => {
  const ahead = 10 * 60;
  const now = thisSecond() + ahead;
  const runs = runsOf(24, now);
  await withTests(
    [throughputTest({ source: "a", destination: "b" }, runs)],
    (url) =>
      withServer(
        async (_request, { pathname, search }) => {
          const answer = await fetch(url + pathname + search);
          const headers = new Headers(answer.headers);
          headers.set(
            "date",
            new Date(Date.now() + ahead * 1000).toUTCString(),
          );
          headers.delete("content-encoding");
          const { status } = answer;
          return new Response(await answer.text(), { status, headers });
        },
        async (proxy) => {
          const { line, stderr } = await check(
            ["fresh", ...link("a", "b")],
            proxy,
          );
          assertMatch(line, /OK - last run .*, (1\d\d s|\d(\.\d)? min) ago/);
          assertMatch(
            stderr,
            /the archive's clock is (599|600|601) s ahead: ages are by its clock/,
          );
        },
      ),
  );
});

Deno.test("check baseline holds each value against its own history", async (t) => {
  const now = thisSecond();
  const last = now - LAST_RUN;
  const times = timesBetween(last - 20 * DAY, last, HOUR);
  const isOfWindow = (ts: number) => ts > now - DAY;
  const flow = (name: string, recent: number, from = times): MadeTest => ({
    source: name,
    destination: "b",
    tool: "pscheduler/iperf3",
    data: {
      throughput: from.map((
        ts,
        at,
      ) => [
        ts,
        isOfWindow(ts) ? recent : [9.1e9, 9.3e9, 9.2e9, 9.4e9, 9e9][at % 5],
      ]),
    },
  });
  const tests = [
    flow("same", 9.2e9),
    flow("slow", 8e9),
    flow("faster", 12e9),
    flow("little", 8.5e9),
    flow(
      "young",
      9.2e9,
      times.filter((ts) => isOfWindow(ts) || ts > now - DAY - 5.5 * HOUR),
    ),
    delayTest({ source: "delay", destination: "b" }, times, {
      delay: (ts) => isOfWindow(ts) ? 30 : 12,
    }),
    delayTest({ source: "loss", destination: "b" }, times, {
      isLost: (ts) => isOfWindow(ts) && ts % 7 === 0,
    }),
  ];
  const cases: [name: string, argv: string[], exit: number, line: RegExp][] = [
    [
      "same",
      [],
      0,
      /OK - throughput 9\.2 Gbit\/s, usually 9\.2 Gbit\/s \(z 0\)$/,
    ],
    [
      "slow",
      [],
      2,
      /CRITICAL - throughput 8 Gbit\/s, usually 9\.2 Gbit\/s \(z [5-9]\.\d+, worse\)$/,
    ],
    ["slow", ["--min-change", "20%"], 0, /OK - throughput 8 Gbit/],
    ["slow", ["-w", "3", "-c", "50"], 1, /WARNING - throughput 8 Gbit/],
    ["faster", [], 0, /OK - throughput 12 Gbit\/s, .*better\)$/],
    ["little", [], 0, /OK - throughput 8\.5 Gbit/],
    ["young", [], 3, /UNKNOWN - throughput: history too short \(6 of 8\)$/],
    [
      "slow",
      ["-r", "7000"],
      3,
      /UNKNOWN - throughput: too few runs \([12] of 3\)$/,
    ],
    [
      "slow",
      ["--history", "6h"],
      3,
      /UNKNOWN - throughput: history too short \([56] of 8\)$/,
    ],
    [
      "delay",
      [],
      2,
      /CRITICAL - delay 30 ms, usually 12 ms \(z .*, worse\), .*, the worst of 3$/,
    ],
    [
      "delay",
      ["-e", "packet-loss-rate"],
      0,
      /OK - loss 0 %, usually up to 0\.01 %$/,
    ],
  ];
  await withTests(tests, async (url) => {
    for (const [name, argv, exit, line] of cases) {
      await t.step(`${name} ${argv.join(" ")}`, async () => {
        const found = await check(
          ["baseline", ...link(name, "b"), ...argv],
          url,
        );
        assertMatch(found.line, line);
        assertEquals(found.exit, exit);
      });
    }
  });
});

Deno.test("check leaves out what a test declares and never measured, if another did", async () => {
  const now = thisSecond();
  const times = timesBetween(now - 9 * DAY, now - 60, HOUR);
  const points = (val: unknown) => times.map((ts) => [ts, val] as const);
  const test = (tool: string, data: MadeTest["data"]): MadeTest => ({
    ...{ source: "a", destination: "b" },
    ...{ tool: `pscheduler/${tool}`, data },
  });
  const tcp = { "throughput": points(9e9), "packet-retransmits": points(3) };
  const udp = { "throughput": points(1e9), "packet-retransmits": [] };
  const delay = {
    "packet-loss-rate": times.map((ts, at) =>
      [ts, { numerator: at % 2 ? 0 : 600, denominator: 600 }] as const
    ),
    "packet-duplicates": [],
  };
  for (const dialect of ["esmond", "elmond"] as const) {
    const states = async (tests: MadeTest[], what: string) => {
      const ends = [0, ""] as [number, string];
      await withTests(tests, async (url) => {
        const { exit, line } = await check([what, ...link("a", "b")], url);
        [ends[0], ends[1]] = [
          exit,
          line.replace(/^\S+ \w+ - (\d+ (?=runs))?/, ""),
        ];
      }, dialect);
      return ends;
    };
    const both = [test("iperf3", tcp), test("nuttcp", udp)];
    assertEquals(await states(both, "retransmits"), [
      0,
      "Average retransmits are 3 packets",
    ]);
    const [exit, line] = await states(both, "baseline");
    assertEquals(exit, 0);
    assertMatch(line, /the worst of 3$/);
    // Where nothing else is there, it is told; that some packets arrived, too.
    assertEquals(await states([test("nuttcp", udp)], "retransmits"), [
      3,
      "runs, none with retransmits",
    ]);
    assertEquals(await states([test("powstream", delay)], "duplicates"), [
      3,
      "runs, none with duplicates",
    ]);
  }
});

Deno.test("check baseline tells no share of a change from 0", async () => {
  const now = thisSecond();
  const test: MadeTest = {
    ...{ source: "a", destination: "b", tool: "pscheduler/iperf3" },
    data: {
      "packet-retransmits": timesBetween(now - 9 * DAY, now - 60, HOUR)
        .map((ts) => [ts, ts > now - DAY ? 500 : 0] as const),
    },
  };
  await withTests([test], async (url) => {
    const found = await check(["baseline", ...link("a", "b")], url);
    assertEquals([found.exit, found.items["Z retransmits"]![0]], [2, "500"]);
    assertEquals(found.items["Change"]![0], "U");
  });
});

Deno.test("check asks for one list, and for no more series than it needs", async () => {
  await withTests(
    [delayTest({ source: "a", destination: "b" }, runsOf(24))],
    (url) => {
      const asked: string[] = [];
      return withServer(
        async (_request, { pathname, search }) => {
          asked.push(pathname.replace(/^.*archive\/(\w{32})?/, ""));
          return await fetch(url + pathname + search);
        },
        async (proxy) => {
          const argv = [
            "loss",
            "-u",
            proxy,
            "-s",
            addressOf("a"),
            "-d",
            addressOf("b"),
          ];
          assertEquals((await check(argv, proxy)).exit, 0);
          assertEquals(
            asked.filter((path) => path === "").length,
            1,
            asked.join("\n"),
          );
          assert(asked.length <= 8, asked.join("\n"));
        },
      );
    },
  );
});

Deno.test("check prints its help with 0", async () => {
  const { exit, stdout } = await runCli(["check", "--help"]);
  assertEquals(exit, 0);
  assertMatch(stdout, /is one of throughput, loss, ping-loss, delay/);
});
