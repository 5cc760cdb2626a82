import { assert, assertEquals } from "@std/assert";
import { addresses, BOTH, expand, members, mesh } from "./templates.ts";

/** The tests of the small mesh with another test, task and schedule. */
function expected(
  test: Record<string, unknown>,
  task: Record<string, unknown> = {},
  schedule: Record<string, unknown> = { repeat: "PT1H" },
) {
  return expand(mesh({
    tests: { tcp: test },
    schedules: { hourly: schedule },
    tasks: {
      speed: {
        ...{ group: "all", test: "tcp", schedule: "hourly" },
        ...{ archives: ["one"], ...task },
      },
    },
  }));
}

const THROUGHPUT = { type: "throughput", spec: { ...BOTH } };

Deno.test("a test has its names, its schedule and what it is told by", () => {
  const { tests: [first], doubts } = expected(
    {
      type: "throughput",
      spec: {
        ...BOTH,
        ...{ "ip-version": 6, duration: "PT20S", udp: true },
        ...{ parallel: 4, bandwidth: "1G" },
      },
    },
    { tools: ["iperf3", "nuttcp"] },
    { repeat: "PT6H", slip: "PT1H" },
  );
  assertEquals(doubts, []);
  assertEquals(first, {
    task: "speed",
    group: "all",
    type: "throughput",
    source: { address: "alpha.example", name: "ALPHA" },
    destination: { address: "beta.example", name: "BETA" },
    family: 6,
    tools: ["iperf3", "nuttcp"],
    protocol: "udp",
    streams: 4,
    bandwidth: 1e9,
    schedule: { interval: 21_600, slip: 3600 },
    archives: ["http://one.example"],
  });
});

Deno.test("tests of delay in the background: an interval of their packets", () => {
  const interval = (spec: Record<string, unknown>) =>
    expected({ type: "latencybg", spec: { ...BOTH, ...spec } })
      .tests[0]!.schedule;
  assertEquals(interval({}), { interval: 60, slip: 0 });
  assertEquals(interval({ "packet-count": 3000 }), { interval: 300, slip: 0 });
  assertEquals(interval({ "packet-interval": 0.01 }), { interval: 6, slip: 0 });
  assertEquals(interval({ "packet-count": "many" }), undefined);
});

Deno.test("without a schedule that repeats, no interval is made up", () => {
  assertEquals(
    expected(THROUGHPUT, { schedule: undefined }).tests[0]!.schedule,
    undefined,
  );
  for (
    const [schedule, doubts] of [
      [{}, []],
      [{ repeat: "P1M" }, [
        'task speed: schedule hourly: repeat "P1M" is not a duration such as PT1H',
      ]],
      [{ repeat: 3600 }, [
        "task speed: schedule hourly: repeat 3600 is not a duration such as PT1H",
      ]],
      [{ repeat: "PT0S" }, []],
    ] as const
  ) {
    const found = expected(THROUGHPUT, {}, schedule);
    assertEquals(found.doubts, [...doubts]);
    assertEquals(found.tests[0]!.schedule, undefined);
  }
});

Deno.test("a task that names what does not exist is said and left out", () => {
  const cases: [Record<string, unknown>, string, number][] = [
    [{ group: "gone" }, "there is no group gone", 0],
    [{ group: undefined }, "there is no group that it names", 0],
    [{ test: "gone" }, "there is no test gone", 0],
    [{ test: undefined }, "there is no test that it names", 0],
    [
      { schedule: "gone" },
      "there is no schedule gone, so that its interval is not known",
      6,
    ],
    [
      { "scheduled-by": 2 },
      "scheduled-by is 2, and its group has 2 at a time",
      0,
    ],
  ];
  for (const [task, why, count] of cases) {
    const { tests, doubts } = expected(THROUGHPUT, task);
    assertEquals([tests.length, doubts], [count, [`task speed: ${why}`]]);
  }
  assertEquals(expected({ spec: {} }).doubts, [
    "task speed: its test tcp has no type",
  ]);
});

Deno.test("a variable that cannot be filled leaves its tests out", () => {
  const { tests, doubts } = expected({
    type: "throughput",
    spec: { ...BOTH, dest: "{% jq .addresses[1].address %}" },
  });
  assertEquals(tests, []);
  assertEquals(doubts, [
    "task speed: its test tcp: {% jq .addresses[1].address %} cannot be filled",
  ]);
  const open = expected({
    type: "throughput",
    spec: { ...BOTH, dest: "{% address[1]" },
  });
  assertEquals([open.tests, open.doubts], [[], [
    "task speed: its test tcp: a variable without its %}: {% address[1]",
  ]]);
});

Deno.test("scheduled-by 1: the destination's archives", () => {
  const { tests } = expand(mesh({
    archives: {
      own: {
        archiver: "http",
        data: { _url: "https://{% scheduled_by_address %}/logstash" },
      },
    },
    tasks: {
      speed: {
        ...{ group: "all", test: "tcp", archives: ["own"] },
        "scheduled-by": 1,
      },
    },
  }));
  for (const { destination, archives } of tests) {
    assertEquals(archives, [`https://${destination!.address}`]);
  }
});

Deno.test("a source that the test does not name is the host that starts it", () => {
  const { tests } = expected({
    type: "rtt",
    spec: { dest: "{% address[1] %}" },
  });
  assertEquals(tests[0]!.source.name, "ALPHA");
  assertEquals(
    expected({ type: "rtt", spec: { ...BOTH, source: "{% localhost %}" } })
      .tests[0]!.source.address,
    "alpha.example",
  );
});

Deno.test("a hundred hosts and five tasks, 49 500 tests, take a moment", () => {
  const names = Array.from({ length: 100 }, (_, at) => `host${at}`);
  const { tests } = expand(mesh({
    addresses: addresses(...names),
    groups: { all: { type: "mesh", addresses: members(...names) } },
    tasks: Object.fromEntries(
      ["a", "b", "c", "d", "e"].map((name) => [
        name,
        { group: "all", test: "tcp", schedule: "hourly", archives: ["one"] },
      ]),
    ),
  }));
  assertEquals(tests.length, 5 * 100 * 99);
  assert(tests.every(({ schedule }) => schedule?.interval === 3600));
});
