import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path";
import { SITES } from "../../archive/sample_network.ts";
import { startArchive } from "../../archive/server.ts";
import type { WireMetadata } from "../../client/wire.ts";
import { bucketFactor } from "../../insight/bucket.ts";
import { readHistogram } from "../../insight/histogram.ts";
import { ApiConnect, ApiFilters } from "../../mod.ts";
import { withDirectory } from "../helpers/directory.ts";

const OLD = { "tool-name": "powstream", "sample-bucket-width": "0.0001" };
const YOUNG = { ...OLD, "tool-name": "pscheduler/powstream" };

Deno.test("bucketFactor() takes buckets of perfSONAR 3 for milliseconds, those of pScheduler for multiples of their width", () => {
  const ms = (test: WireMetadata, bucket: string) =>
    readHistogram({ [bucket]: 1 }, bucketFactor(test).factor).minimum;
  assertEquals(ms(OLD, "24.6"), 24.6);
  assertEquals(ms(YOUNG, "312.5"), 31.25);
});

Deno.test("bucketFactor() knows pScheduler by its tool, by a parameter, and by elmond", () => {
  const elmond = {
    ...OLD,
    "event-types": [{
      "event-type": "histogram-owdelay",
      "base-uri": "/esmond/perfsonar/archive/0f/histogram-owdelay/base/0",
    }],
  };
  const cases: [WireMetadata, number][] = [
    [OLD, 1],
    [YOUNG, 0.1],
    [{ ...OLD, "pscheduler-test-type": "latencybg" }, 0.1],
    [elmond, 0.1],
    [{}, 1],
    [{ "tool-name": "pscheduler/owping" }, 1],
    [{ ...OLD, "tool-name": "pschedulers-powstream" }, 1],
    [{ ...YOUNG, "sample-bucket-width": 0.001 }, 1],
    [{ ...YOUNG, "sample-bucket-width": 0.0003 }, 0.3],
    [{ ...YOUNG, "sample-bucket-width": "1e-5" }, 0.01],
    [{ ...YOUNG, "sample-bucket-width": 0.0009 }, 0.9],
  ];
  for (const [test, factor] of cases) {
    assertEquals(bucketFactor(test).factor, factor, JSON.stringify(test));
  }
});

Deno.test("bucketFactor() names its rule where the width is neither missing nor a millisecond", () => {
  const notable = (width: unknown) =>
    bucketFactor({ "tool-name": "powstream", "sample-bucket-width": width })
      .isNotable;
  assertEquals([0.0001, "0.0001", "wide", 1].map(notable), [
    ...[true, true, true, true],
  ]);
  assertEquals([undefined, null, 0.001, "0.001"].map(notable), [
    ...[false, false, false, false],
  ]);
  assertStringIncludes(bucketFactor(OLD).words, "perfSONAR up to 3.5");
  assertStringIncludes(bucketFactor(YOUNG).words, "count 0.0001 s");
});

Deno.test("bucketFactor() prefers the width that is given", () => {
  const { factor, rule } = bucketFactor(OLD, { width: 0.0001 });
  assertEquals([factor, rule], [0.1, "given"]);
  assertEquals(bucketFactor(YOUNG, { width: "ms" }).factor, 1);
  assertEquals(bucketFactor(YOUNG, { width: undefined }).factor, 0.1);
  for (const width of [0, -1, NaN, Infinity]) {
    assertThrows(() => bucketFactor(OLD, { width }), RangeError, `${width}`);
  }
});

Deno.test("bucketFactor() takes a width of no use for a millisecond", () => {
  for (const width of ["wide", 0, -0.0001, NaN, Infinity, {}, []]) {
    const test = { ...YOUNG, "sample-bucket-width": width };
    assertEquals(bucketFactor(test).factor, 1, JSON.stringify(width));
  }
});

Deno.test("bucketFactor() takes round trips for milliseconds, whoever wrote them", () => {
  const eventType = "histogram-rtt";
  assertEquals(bucketFactor(YOUNG, { eventType }).factor, 1);
  assertEquals(bucketFactor(YOUNG, { eventType, width: 0.0001 }).factor, 0.1);
});

const EVENT_TYPE = "histogram-owdelay";

/** The least delay of each test of an archive, by what is told of its buckets. */
async function leastDelays(
  options: Parameters<typeof startArchive>[0],
): Promise<[test: WireMetadata, least: number][]> {
  const archive = await startArchive(options);
  try {
    const least: [WireMetadata, number][] = [];
    const filters = new ApiFilters({ eventType: EVENT_TYPE });
    for await (const md of new ApiConnect(archive.url, filters).getMetadata()) {
      const test = md.toJSON();
      const { factor } = bucketFactor(test);
      const delays = await md.getEventType(EVENT_TYPE)!.getData();
      const histograms = delays.data.map(({ val }) =>
        readHistogram(val, factor)
      );
      least.push([
        test,
        Math.min(...histograms.map(({ minimum }) => minimum!)),
      ]);
    }
    return least;
  } finally {
    await archive.close();
  }
}

/** The delay from one host to another, as the sample was planned. */
function plannedDelay(test: WireMetadata): number {
  const ends = [test["input-source"], test["input-destination"]].map((name) =>
    SITES.find((site) => name === `ps.${site.name}.example`)!
  );
  return ends.reduce((sum, { distance }) => sum + distance, 0);
}

Deno.test("bucketFactor() makes milliseconds of all delays of the sample, on either dialect", async () => {
  await withDirectory(async (directory) => {
    const db = join(directory, "archive.db");
    // Tests that run seldom have run before, and not in the outage alone.
    const now = () => Date.UTC(2026, 0, 15, 3, 50);
    const archives: Parameters<typeof startArchive>[0][] = [
      { dialect: "elmond", sampleDays: 0.05, now },
      { db, dialect: "esmond", sampleDays: 0.05, now },
      // The same file: tests of perfSONAR 3, as elmond shows them.
      { db, dialect: "elmond" },
    ];
    for (const options of archives) {
      const delays = await leastDelays(options);
      assertEquals(delays.length, 9);
      for (const [test, least] of delays) {
        const planned = plannedDelay(test);
        const isSound = least >= planned && least < planned + 0.4;
        assert(isSound, `${test["tool-name"]}: ${least} is not ${planned} ms`);
      }
    }
  });
});
