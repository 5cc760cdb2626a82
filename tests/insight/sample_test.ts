/** What is planted in the sample is found in it, read by the library. */

import { assertEquals } from "@std/assert";
import { type RunningArchive, startArchive } from "../../archive/server.ts";
import {
  ApiConnect,
  ApiFilters,
  type DataPoint,
  type EventTypeName,
} from "../../mod.ts";
import { coverageOf } from "../../insight/coverage.ts";
import { groupFailures } from "../../insight/failures.ts";
import { pooledLoss } from "../../insight/loss.ts";
import { FAILURES, RUN_HREF } from "../../insight/representative.ts";
import { lostTimes } from "../../insight/runs.ts";
import { assertClose } from "../helpers/close.ts";
import { IS_LONG } from "../helpers/long.ts";

const DAYS = 7;
const MADE = 1_790_000_123;

/** The sample is asked a little after it was made. */
const NOW = MADE + 280;
const WINDOW = { start: NOW - DAYS * 86_400, now: NOW };

const POWSTREAM = { esmond: "powstream", elmond: "pscheduler/powstream" };

/** Points of an event type whose values are numbers. */
type Numbers = DataPoint<number>[];

/** The addresses of the sample's hosts. */
const [BETA, GAMMA] = ["198.51.100.20", "203.0.113.30"];

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
  [source, destination]: readonly [string, string],
  tool: string,
  names: readonly EventTypeName[],
): Promise<DataPoint[][]> {
  const filters = new ApiFilters({ source, destination, toolName: tool });
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
  Deno.test({
    name: `what is planted in the sample of ${dialect} is found`,
    ignore: dialect === "elmond" && !IS_LONG,
    fn: (test) =>
      withSample(dialect, async (archive) => {
        await test.step("throughput is covered, and one run of 84 failed", () =>
          throughputIsCovered(archive));
        await test.step("powstream is covered, and 36 runs failed in the outage", () =>
          delayIsCovered(archive, POWSTREAM[dialect]));
        await test.step("loss is that of all packets, whatever it is computed from", () =>
          lossIsPooled(archive, POWSTREAM[dialect]));
      }),
  });
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
