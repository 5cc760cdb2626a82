/** What is planted in the sample is found in it, read by the library. */

import { assertEquals } from "@std/assert";
import { type RunningArchive, startArchive } from "../../archive/server.ts";
import {
  ApiConnect,
  ApiFilters,
  type DataPoint,
  type EventTypeName,
  type TraceHop,
} from "../../mod.ts";
import { coverageOf } from "../../insight/coverage.ts";
import { groupFailures } from "../../insight/failures.ts";
import { pooledLoss } from "../../insight/loss.ts";
import { FAILURES, RUN_HREF } from "../../insight/representative.ts";
import { type HistogramValue, readHistogram } from "../../insight/histogram.ts";
import { routeEffects } from "../../insight/route_effects.ts";
import { routesOf } from "../../insight/routes.ts";
import { lostTimes } from "../../insight/runs.ts";
import { type Trace, tracesOf } from "../../insight/traces.ts";
import { assertClose } from "../helpers/close.ts";
import { NOT_IN_SHORT } from "../helpers/long.ts";
import { testUnless } from "../helpers/skipping.ts";

const DAYS = 7;
const MADE = 1_790_000_123;

/** The sample is asked a little after it was made. */
const NOW = MADE + 280;
const WINDOW = { start: NOW - DAYS * 86_400, now: NOW };

const POWSTREAM = { esmond: "powstream", elmond: "pscheduler/powstream" };

const TRACEROUTE = {
  esmond: "bwctl/tracepath,traceroute",
  elmond: "pscheduler/traceroute",
};

/** Points of an event type whose values are numbers. */
type Numbers = DataPoint<number>[];

/** The addresses of the sample's hosts. */
const [ALPHA, BETA, GAMMA] = ["192.0.2.10", "198.51.100.20", "203.0.113.30"];

async function withSample(
  dialect: "esmond" | "elmond",
  use: (archive: RunningArchive) => Promise<void>,
): Promise<void> {
  const now = () => MADE * 1000;
  const archive = await startArchive({ dialect, sampleDays: DAYS, now });
  try {
    await use(archive);
  } finally {
    await archive.close();
  }
}

/** All points of event types of the one test that fits. */
async function read(
  { url }: RunningArchive,
  [source, destination]: readonly string[],
  tool: string,
  names: readonly EventTypeName[],
): Promise<DataPoint[][]> {
  const filters = new ApiFilters({ toolName: tool });
  filters.source = source;
  filters.destination = destination;
  filters.timeStart = new Date(WINDOW.start * 1000);
  filters.timeEnd = new Date(NOW * 1000);
  for await (const test of new ApiConnect(url, filters).getMetadata()) {
    if (test.toolName !== tool) continue;
    return await Promise.all(
      names.map(async (name) =>
        (await test.getEventType<string>(name)!.getData()).data
      ),
    );
  }
  throw new Error(`there is no ${tool} from ${source} to ${destination}`);
}

for (const dialect of ["esmond", "elmond"] as const) {
  testUnless(
    NOT_IN_SHORT,
    `what is planted in the sample of ${dialect} is found`,
    (test) =>
      withSample(dialect, async (archive) => {
        await test.step("throughput is covered, and one run of 84 failed", () =>
          throughputIsCovered(archive));
        await test.step("powstream is covered, and 36 runs failed in the outage", () =>
          delayIsCovered(archive, POWSTREAM[dialect]));
        await test.step("loss is that of all packets, whatever it is computed from", () =>
          lossIsPooled(archive, POWSTREAM[dialect]));
        await test.step("the route from alpha to gamma changed once, and the latency with it", () =>
          routeChanged(archive, TRACEROUTE[dialect], POWSTREAM[dialect]));
        await test.step("no other route changed", () =>
          otherRoutesStayed(archive, TRACEROUTE[dialect]));
      }),
  );
}

async function throughputIsCovered(archive: RunningArchive): Promise<void> {
  const [values, failures, hrefs] = await read(
    archive,
    [BETA, GAMMA],
    "pscheduler/iperf3",
    ["throughput", FAILURES, RUN_HREF],
  );
  const found = coverageOf({ values, failures, hrefs }, WINDOW);
  assertEquals(found.spacing.interval, 7200);
  assertEquals([found.runs, found.coverage], [84, 1]);
  assertClose(found.success, 83 / 84);
  assertEquals(found.freshness, "ok");
}

async function delayIsCovered(
  archive: RunningArchive,
  tool: string,
): Promise<void> {
  const [rates, failures] = await read(archive, [BETA, GAMMA], tool, [
    "packet-loss-rate",
    FAILURES,
  ]);
  const found = coverageOf(
    { values: rates, lost: lostTimes({ rates: rates as Numbers }), failures },
    WINDOW,
  );
  assertEquals([found.measured, found.failed, found.runs], [1979, 36, 2015]);
  assertEquals([found.coverage, found.lost, found.gaps], [1, 0, []]);
  assertClose(found.success, 0.982134, 1e-6);
  const [outage, ...others] = groupFailures(failures!);
  assertEquals(others, []);
  assertEquals(
    [outage?.message, outage?.count],
    ["unable to connect to gamma.example: No route to host", 36],
  );
  assertEquals(outage!.last - outage!.first, 35 * 300);
}

async function lossIsPooled(
  archive: RunningArchive,
  tool: string,
): Promise<void> {
  const [lost, sent, rates] = await read(archive, [BETA, GAMMA], tool, [
    "packet-count-lost",
    "packet-count-sent",
    "packet-loss-rate",
  ]) as Numbers[];
  const cases = [
    ["counts", { lost, sent, rates }],
    ["rate×sent", { sent, rates }],
    ["rate×sample-size", { rates, sampleSize: 600 }],
  ] as const;
  for (const [basis, series] of cases) {
    const found = pooledLoss(series);
    assertEquals([found?.basis, found?.runs], [basis, 1979]);
    assertEquals([found?.lost, found?.sent], [4324, 1_187_400]);
  }
  const { loss, basis } = pooledLoss({ rates })!;
  assertEquals(basis, "mean of rates");
  assertClose(loss, 4324 / 1_187_400); // all runs have as many packets
}

async function routeChanged(
  archive: RunningArchive,
  traceroute: string,
  powstream: string,
): Promise<void> {
  const traces = await readTraces(archive, [ALPHA, GAMMA], traceroute);
  const { changes, detours, unsettled, silent, loops, ...found } = routesOf(
    traces,
  );
  assertEquals([detours, silent, loops, unsettled], [[], [], [], undefined]);
  assertEquals([found.traces, found.reached], [1007, 1007]);
  const [change, ...others] = changes;
  assertEquals(others, []);
  assertEquals(change!.removed, [["192.0.2.202"]]);
  assertEquals(change!.added, [["192.0.2.207"], ["192.0.2.208"]]);
  assertEquals([change!.before.length, change!.after.length], [5, 6]);
  assertEquals(
    change!.time,
    Math.ceil((MADE - DAYS * 86_400 * 0.65) / 600) * 600,
  );
  // A router in the middle sometimes does not answer.
  const rates = found.current.map(({ answers }) => answers);
  assertEquals(rates.map((rate) => rate === 1), [
    ...[true, true, false, true, true, true],
  ]);
  assertClose(rates[2], 0.95, 0.03);

  const effects = routeEffects(changes, {
    forward: await readLeastDelays(archive, [ALPHA, GAMMA], powstream),
    reverse: await readLeastDelays(archive, [GAMMA, ALPHA], powstream),
  });
  assertEquals(effects.steps, []);
  const [effect] = effects.changes;
  assertEquals(effect?.verdict, "latency changed with the route");
  assertClose(effect?.difference, 6.3, 0.051);
  // How busy the network was in the six hours shifts them a little.
  assertClose(effect?.before, 24.6, 0.11);
  assertClose(effect?.after, 30.9, 0.11);
}

async function otherRoutesStayed(
  archive: RunningArchive,
  traceroute: string,
): Promise<void> {
  for (
    const pair of [[ALPHA, BETA], [BETA, ALPHA], [BETA, GAMMA], [GAMMA, BETA]]
  ) {
    const traces = await readTraces(archive, pair, traceroute);
    const { changes, detours, unsettled, silent, loops } = routesOf(traces);
    assertEquals([changes, detours, silent, loops], [[], [], [], []]);
    assertEquals(unsettled, undefined);
  }
}

async function readTraces(
  archive: RunningArchive,
  pair: readonly string[],
  tool: string,
): Promise<Trace[]> {
  const [points] = await read(archive, pair, tool, ["packet-trace"]);
  return tracesOf(points as DataPoint<TraceHop[]>[], {
    destinations: [pair[1]!],
  });
}

/** The minimum of each histogram of delays, in milliseconds. */
async function readLeastDelays(
  archive: RunningArchive,
  pair: readonly string[],
  tool: string,
): Promise<{ ts: Date; val: number | undefined }[]> {
  const [points] = await read(archive, pair, tool, ["histogram-owdelay"]);
  return points!.map(({ ts, val }) => ({
    ts,
    val: readHistogram(val as HistogramValue).minimum,
  }));
}
