/**
 * What pScheduler's archiver sends, in its shape: windows as numbers, roll-ups
 * that name their event type, its own parameters, a PUT for each run.
 */

import { assert, assertEquals } from "@std/assert";
import { makeTest, read, ROOT, send, withArchive } from "../helpers/archive.ts";

const TS = 1_790_000_000;

/** An event type with the roll-ups that the archiver asks for. */
function eventType(name: string, rollUps: [type: string, window: number][]) {
  return {
    "event-type": name,
    "summaries": rollUps.map(([type, window]) => ({
      "summary-window": window,
      "event-type": name,
      "summary-type": type,
    })),
  };
}

const COUNTS: [string, number][] = [300, 3600, 86400].map((window) => [
  "aggregation",
  window,
]);

/** One-way delay, measured in the background. */
const LATENCY = {
  "subject-type": "point-to-point",
  "source": "192.0.2.10",
  "destination": "198.51.100.20",
  "input-source": "ps.alpha.example",
  "input-destination": "ps.beta.example",
  "measurement-agent": "192.0.2.10",
  "tool-name": "pscheduler/powstream",
  "time-duration": 86400,
  "pscheduler-test-type": "latencybg",
  "sample-bucket-width": 0.001,
  "sample-size": 600,
  "time-probe-interval": 0.1,
  "mode-flip": false,
  "event-types": [
    { "event-type": "failures" },
    eventType("packet-count-sent", COUNTS),
    eventType("packet-count-lost", COUNTS),
    eventType("packet-loss-rate", COUNTS),
    eventType("histogram-owdelay", [
      ["aggregation", 300],
      ["statistics", 300],
      ["aggregation", 3600],
      ["statistics", 0],
      ["statistics", 3600],
    ]),
    { "event-type": "histogram-ttl" },
    { "event-type": "packet-duplicates" },
    { "event-type": "packet-reorders" },
    { "event-type": "time-error-estimates" },
    { "event-type": "pscheduler-run-href" },
  ],
};

/** The points of one run. */
function run(ts: number, lost: number) {
  const value = (name: string, val: unknown) => ({ "event-type": name, val });
  return {
    ts,
    val: [
      value("histogram-owdelay", { "11.80": 597 - lost, "11.90": 3 }),
      value("histogram-ttl", { "250": 600 - lost }),
      value("packet-count-sent", 600),
      value("packet-count-lost", lost),
      value("packet-reorders", 0),
      value("packet-duplicates", 0),
      value("time-error-estimates", 0.23),
      value("packet-loss-rate", { numerator: lost, denominator: 600 }),
      value(
        "pscheduler-run-href",
        `https://ps.alpha.example/pscheduler/tasks/1/runs/${ts}`,
      ),
    ],
  };
}

Deno.test("runs of pScheduler are stored and read back, and the same again changes nothing", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(url, LATENCY);
    assertEquals(await makeTest(url, LATENCY), key);
    const data = [run(TS, 0), run(TS + 60, 6), run(TS + 120, 0)];
    const put = (points: unknown[]) =>
      send("PUT", `${url}${ROOT}${key}/`, { data: points });
    assertEquals(await put(data), { status: 201, text: '""' });
    // which it takes for success
    assertEquals((await put(data)).status, 409);

    const at = (path: string) => read(`${url}${ROOT}${key}/${path}`);
    const times = [TS, TS + 60, TS + 120];
    for (const { "event-type": name, val } of data[1]!.val) {
      const points = await at(`${name}/base`);
      assertEquals(points.map(({ ts }: { ts: number }) => ts), times, name);
      assertEquals(
        points[1].val,
        name === "packet-loss-rate" ? 6 / 600 : val,
        name,
      );
    }
    const bin = Math.floor(TS / 3600) * 3600;
    assertEquals(await at("packet-count-lost/aggregations/3600"), [
      { ts: bin, val: 6 },
    ]);
    assertEquals(await at("packet-loss-rate/aggregations/3600"), [
      { ts: bin, val: 6 / 1800 },
    ]);
    assertEquals(await at("histogram-owdelay/aggregations/3600"), [
      { ts: bin, val: { "11.80": 3 * 597 - 6, "11.90": 9 } },
    ]);
    assertEquals((await at("histogram-owdelay/statistics/0")).length, 3);
  });
});

Deno.test("a run that failed is a point of failures", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(url, LATENCY);
    const error = "Process took too long to run.";
    const val = [{ "event-type": "failures", "val": { error } }];
    const data = [{ ts: TS, val }];
    await send("PUT", `${url}${ROOT}${key}/`, { data });
    assertEquals(await read(`${url}${ROOT}${key}/failures/base`), [
      { ts: TS, val: { error } },
    ]);
  });
});

/** A test that the archiver has no names for. */
const HTTP = {
  "subject-type": "network-element",
  "source": "192.0.2.10",
  "input-source": "ps.alpha.example",
  "measurement-agent": "192.0.2.10",
  "tool-name": "pscheduler/psurl",
  "time-duration": 10,
  "pscheduler-test-type": "http",
  "event-types": [
    { "event-type": "pscheduler-raw" },
    { "event-type": "pscheduler-run-href" },
  ],
};

Deno.test("a test with nulls among its parameters is taken without them, and its runs are stored", async () => {
  await withArchive({}, async ({ url }) => {
    const key = await makeTest(url, {
      ...HTTP,
      "pscheduler-http-timeout": null,
      "pscheduler-reference-description": null,
      "pscheduler-http-schema": 1,
    });
    assert(key);
    const test = await read(`${url}${ROOT}${key}/`);
    assertEquals(test["pscheduler-http-schema"], "1");
    assertEquals("pscheduler-http-timeout" in test, false);
    const raw = { "succeeded": true, "time": "PT0.4S", "found": null };
    const val = [{ "event-type": "pscheduler-raw", "val": raw }];
    const data = [{ ts: TS, val }];
    const { status } = await send("PUT", `${url}${ROOT}${key}/`, { data });
    assertEquals(status, 201);
    assertEquals(await read(`${url}${ROOT}${key}/pscheduler-raw/base`), [
      { ts: TS, val: raw },
    ]);
  });
});

Deno.test("a test of a long URL with headers is taken, and its runs are stored", async () => {
  await withArchive({}, async ({ url }) => {
    const long = `https://www.example.net/a?${"query=é&".repeat(100)}`;
    const headers = "Authorization: Bearer " + "x".repeat(600);
    const key = await makeTest(url, {
      ...HTTP,
      "pscheduler-http-url": long,
      "pscheduler-http-headers-0": headers,
    });
    const test = await read(`${url}${ROOT}${key}/`);
    assertEquals(test["pscheduler-http-url"], long);
    assertEquals(test["pscheduler-http-headers-0"], headers);
    const query = new URLSearchParams({ "pscheduler-http-url": long });
    assertEquals((await read(`${url}${ROOT}?${query}`)).length, 1);
    const val = [{ "event-type": "pscheduler-raw", "val": { a: 1 } }];
    const put = { data: [{ ts: TS, val }] };
    const { status } = await send("PUT", `${url}${ROOT}${key}/`, put);
    assertEquals(status, 201);
    const data = await read(`${url}${ROOT}${key}/pscheduler-raw/base`);
    assertEquals(data, [{ ts: TS, val: { a: 1 } }]);
  });
});
