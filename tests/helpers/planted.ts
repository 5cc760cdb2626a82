/**
 * Tests in which a fault is planted each, of half an hour's interval over a
 * week, and their host names say which. All are one way only.
 */

import {
  type MadePoints,
  type MadeTest,
  timesBetween,
} from "./made_archive.ts";

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** The interval of all tests. */
export const EVERY = 30 * MINUTE;

/** The last run of tests that still run is so long before now. */
export const LAST_RUN = 100;

/** How many packets a run sends. */
const SENT = 600;

/** What failed runs say, in turn. */
export const MESSAGES = [
  "unable to connect to 198.51.100.7 port 5201: No route to host",
  "timed out after 30 seconds",
];

/** What messages come to when those that differ in numbers are one. */
export const GROUPED = [
  "unable to connect to * port *: No route to host",
  "timed out after * seconds",
];

/** Points with the same value, or what a function says. */
function points(
  times: readonly number[],
  val: unknown | ((ts: number) => unknown),
): MadePoints {
  return times.map((ts) => [ts, typeof val === "function" ? val(ts) : val]);
}

/** A test of one-way delay and loss. */
export function delayTest(
  link: Pick<MadeTest, "source" | "destination" | "family">,
  times: readonly number[],
  {
    delay = () => 12.4,
    isLost = () => false,
  }: {
    delay?: (ts: number) => number;
    isLost?: (ts: number) => boolean;
  } = {},
): MadeTest {
  const lost = (ts: number) => isLost(ts) ? SENT : 0;
  const answered = times.filter((ts) => !isLost(ts));
  const buckets = (ts: number) => ({
    [delay(ts).toFixed(1)]: SENT - 10,
    [(delay(ts) + 0.4).toFixed(1)]: 10,
  });
  return {
    ...link,
    tool: "pscheduler/powstream",
    parameters: {
      "pscheduler-test-type": "latencybg",
      "sample-bucket-width": 0.001,
    },
    data: {
      "failures": [],
      "packet-count-sent": points(times, SENT),
      "packet-count-lost": points(times, lost),
      "packet-loss-rate": points(times, (ts: number) => ({
        numerator: lost(ts),
        denominator: SENT,
      })),
      "histogram-owdelay": points(answered, buckets),
    },
  };
}

/** A test of throughput, of which some runs fail. */
export function throughputTest(
  link: Pick<MadeTest, "source" | "destination" | "family">,
  times: readonly number[],
  {
    parameters = {},
    value = 9.4e9,
    failed = () => undefined,
  }: {
    parameters?: Record<string, unknown>;
    value?: number;
    failed?: (ts: number) => string | undefined;
  } = {},
): MadeTest {
  const failing = times.filter((ts) => failed(ts) !== undefined);
  return {
    ...link,
    tool: "pscheduler/iperf3",
    parameters: { "pscheduler-test-type": "throughput", ...parameters },
    data: {
      "throughput": points(times.filter((ts) => !failing.includes(ts)), value),
      "failures": points(failing, (ts: number) => ({ error: failed(ts) })),
    },
  };
}

/** A test of routes, each hop by what answers at a time; `*` does not. */
export function traceTest(
  link: Pick<MadeTest, "source" | "destination" | "family">,
  times: readonly number[],
  hops: (ts: number) => readonly string[],
): MadeTest {
  const trace = (ts: number) =>
    hops(ts).map((ip, at) => {
      const hop = { ttl: at + 1, query: 1 };
      return ip === "*"
        ? { ...hop, success: 0, error_message: "requestTimedOut" }
        : { ...hop, success: 1, ip, rtt: 2 * (at + 1), mtu: 1500 };
    });
  return {
    ...link,
    tool: "pscheduler/traceroute",
    parameters: { "pscheduler-test-type": "trace" },
    data: { "failures": [], "packet-trace": points(times, trace) },
  };
}

/** Where what is planted is, in seconds since 1970 UTC. */
export interface PlantedTimes {
  /** All runs of a test without a fault. */
  runs: readonly number[];
  /** The last run before the gap, and the first after it. */
  gap: { from: number; to: number };
  /** The last run of the stale test. */
  stale: number;
  /** The last run of the test that is late. */
  late: number;
  /** Runs fail from here on. */
  failing: number;
  /** All packets are lost from here on, for an hour. */
  loss: number;
  /** The clock of the destination steps here, and the route changes. */
  step: number;
}

/** The times of what is planted. */
export function plantedTimes(now: number): PlantedTimes {
  const last = now - LAST_RUN;
  const run = (back: number) => last - back * EVERY;
  return {
    runs: timesBetween(run(7 * DAY / EVERY - 1), last, EVERY),
    gap: { from: run(102), to: run(95) },
    stale: run(30),
    late: now - 50 * MINUTE,
    failing: run(19),
    loss: run(59),
    step: run(100),
  };
}

/** The tests, by what is planted in them. */
export function plantedTests(now: number) {
  const at = plantedTimes(now);
  const { runs } = at;
  const link = (name: string) => ({ source: name, destination: `${name}-to` });
  const isInGap = (ts: number) => ts > at.gap.from && ts < at.gap.to;
  const stepped = (before: number, after: number) => (ts: number) =>
    ts < at.step ? before : after;
  const back = ({ source, destination }: ReturnType<typeof link>) => ({
    source: destination,
    destination: source,
  });
  const core = (number: number) => `203.0.113.${number}`;
  return {
    sound: [delayTest(link("sound"), runs)],
    gap: [delayTest(link("gap"), runs.filter((ts) => !isInGap(ts)))],
    stale: [delayTest(link("stale"), runs.filter((ts) => ts <= at.stale))],
    late: [
      delayTest(
        link("late"),
        timesBetween(at.late - 300 * EVERY, at.late, EVERY),
      ),
    ],
    failing: [
      throughputTest(link("failing"), runs, {
        failed: (ts) =>
          ts < at.failing
            ? undefined
            : MESSAGES[((ts - at.failing) / EVERY) % 5 < 3 ? 0 : 1],
      }),
    ],
    never: [throughputTest(link("never"), [])],
    future: [
      delayTest(link("future"), [...runs, now + 3 * HOUR, now + 4 * HOUR]),
    ],
    lossHour: [
      delayTest(link("loss"), runs, {
        isLost: (ts) => ts >= at.loss && ts < at.loss + HOUR,
      }),
    ],
    // What one direction gains, the other loses.
    clockStep: [
      delayTest(link("clock"), runs, { delay: stepped(12.4, -3.1) }),
      delayTest(back(link("clock")), runs, { delay: stepped(12.6, 28.1) }),
    ],
    parameters: [
      throughputTest(link("two"), runs, {
        parameters: { "ip-transport-protocol": "tcp" },
      }),
      throughputTest(link("two"), runs, {
        parameters: {
          "ip-transport-protocol": "udp",
          "bw-target-bandwidth": 1e9,
        },
        value: 1e9,
      }),
    ],
    // Four of its five tests have nothing for three hours.
    away: ["a", "b", "c", "d", "e"].map((peer) =>
      delayTest(
        { source: "away", destination: `away-${peer}` },
        runs.filter((ts) => peer === "e" || !isInGap(ts)),
      )
    ),
    balanced: [
      traceTest(link("balanced"), runs, (ts) => [
        core(1),
        core((ts / EVERY) * 7 % 3 < 1 ? 2 : 3),
        core(9),
      ]),
    ],
    detour: [
      traceTest(link("detour"), runs, (ts) => [
        core(1),
        core(ts >= at.step && ts < at.step + 3 * EVERY ? 5 : 4),
        core(9),
      ]),
    ],
    silent: [
      traceTest(link("silent"), runs, (ts) => [
        core(1),
        ts < at.step ? core(6) : "*",
        core(9),
      ]),
    ],
    route: [
      traceTest(link("route"), runs, (ts) => [
        core(1),
        ...ts < at.step ? [core(7)] : [core(8), core(10)],
        core(9),
      ]),
    ],
  } satisfies Record<string, MadeTest[]>;
}

/** What is planted. */
export type Planted = keyof ReturnType<typeof plantedTests>;
