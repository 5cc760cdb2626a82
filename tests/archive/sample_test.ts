/** The sample is reproducible and complete. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { EVENT_TYPES } from "../../client/event_types.ts";
import { ELMOND_EVENT_TYPES } from "../../archive/elmond_types.ts";
import { fillSample } from "../../archive/sample.ts";
import type { Row } from "../../archive/rows.ts";
import { Store, type Test } from "../../archive/store.ts";
import { IS_LONG } from "../helpers/long.ts";

const NOW = 1_790_000_123;
const DAY = 86_400;

function sampled(days: number, now = NOW): Store {
  const store = new Store(":memory:");
  fillSample(store, days, now);
  return store;
}

function testsOf(store: Store): Test[] {
  return store.tests({ sql: "1", values: [] }, "key", 10_000, 0);
}

function rowsOf(store: Store, series: number): Row[] {
  return [...store.rows({ series }, -1e10, 1e10)];
}

/** Everything in a store, as text. */
function dump(store: Store): string {
  return JSON.stringify(
    testsOf(store).map((test) => [
      test,
      test.series.map(({ id, summaries }) => [
        rowsOf(store, id),
        summaries.map(({ seconds }) => [
          ...store.rows({ series: id, seconds }, -1e10, 1e10),
        ]),
      ]),
    ]),
  );
}

Deno.test("the same clock and length give the same sample", () => {
  const [one, other] = [sampled(0.3), sampled(0.3)];
  const text = dump(one);
  assert(text.length > 300_000);
  assertEquals(text === dump(other), true);
  one.close();
  other.close();
});

Deno.test("the sample has points of every event type, over IPv4 and IPv6, up to now", () => {
  const store = sampled(1);
  const tests = testsOf(store);
  const found = new Set<string>();
  let last = 0;
  for (const { series, source } of tests) {
    for (const { id, info } of series) {
      const rows = rowsOf(store, id);
      if (rows.length > 0) {
        found.add(`${info.name} ${source.includes(":") ? 6 : 4}`);
      }
      for (const { ts } of rows) {
        assert(ts >= NOW - DAY && ts <= NOW);
        last = Math.max(last, ts);
      }
    }
  }
  const names = [...found].map((one) => one.slice(0, -2));
  assertEquals(
    EVENT_TYPES.map(({ name }) => name).filter((one) => !names.includes(one)),
    [],
  );
  assert(found.has("throughput 4") && found.has("throughput 6"));
  assert(found.has("histogram-owdelay 6") && found.has("packet-trace 6"));
  assert(NOW - last < 600);
  store.close();
});

Deno.test("in the sample there is an outage, a route change, a lossy link, and busy afternoons", () => {
  const store = sampled(IS_LONG ? 7 : 2);
  const tests = testsOf(store);
  const rows = (
    source: string,
    destination: string,
    eventType: string,
  ): Row[] =>
    tests.filter((test) =>
      test.source === source && test.destination === destination
    ).flatMap(({ series }) =>
      series.filter(({ info }) => info.name === eventType)
        .flatMap(({ id }) => rowsOf(store, id))
    );
  const [alpha, beta, gamma] = ["192.0.2.10", "198.51.100.20", "203.0.113.30"];

  const failures = rows(alpha, beta, "failures");
  assert(failures.length > 10);
  const loss = rows(alpha, beta, "packet-loss-rate");
  assert(!loss.some(({ ts }) => failures.some((one) => one.ts === ts)));
  assertEquals(rows(alpha, gamma, "failures"), []);

  const routes = new Set(
    rows(alpha, gamma, "packet-trace").map(({ json }) =>
      JSON.parse(json!).length
    ),
  );
  assertEquals([...routes].sort(), [5, 6]);

  const lost = (list: Row[]) => list.filter(({ number }) => number !== 0);
  const lossy = rows(beta, gamma, "packet-loss-rate");
  assert(lost(lossy).length > lossy.length / 5);
  const clean = rows(gamma, beta, "packet-loss-rate");
  assert(lost(clean).length < clean.length / 10);
  const counts = rows(beta, gamma, "packet-count-lost");
  assertEquals(counts.map((row) => row.number), lossy.map((row) => row.number));

  const rates = rows(alpha, gamma, "throughput");
  const mean = (from: number, to: number) => {
    const some = rates.filter(({ ts }) =>
      ts % DAY >= from * 3600 && ts % DAY < to * 3600
    );
    return some.reduce((sum, { number }) => sum + Number(number), 0) /
      some.length;
  };
  assert(mean(1, 6) > 1.2 * mean(13, 18));
  store.close();
});

Deno.test("filling a sample again only adds newer points", () => {
  const store = sampled(0.5);
  const before = dump(store);
  fillSample(store, 0.5, NOW);
  assertEquals(dump(store) === before, true);
  fillSample(store, 0.5, NOW + 7200);
  const after = testsOf(store).flatMap(({ series }) =>
    series.flatMap(({ id }) => rowsOf(store, id))
  );
  assert(after.some(({ ts }) => ts > NOW));
  store.close();
});

Deno.test("the sample for elmond has tools and event types that pScheduler has, and types of tests", () => {
  const store = new Store(":memory:");
  fillSample(store, 0.5, NOW, "elmond");
  for (const { toolName, parameters, series } of testsOf(store)) {
    assertMatch(toolName, /^pscheduler\//);
    const type = parameters.find(({ name }) => name === "pscheduler-test-type");
    assert(type, toolName);
    for (const { info } of series) {
      assert(ELMOND_EVENT_TYPES.has(info.name), info.name);
    }
  }
  store.close();
});

Deno.test("one test of the sample counts the width of its buckets, which are not milliseconds", () => {
  const store = new Store(":memory:");
  fillSample(store, 0.5, NOW);
  const test = testsOf(store).find(({ toolName }) =>
    toolName === "pscheduler/owping"
  )!;
  const width = test.parameters.find(({ name }) =>
    name === "sample-bucket-width"
  );
  assertEquals(width?.json, "0.0001");
  const series = test.series.find(({ info }) =>
    info.name === "histogram-owdelay"
  )!;
  const buckets = Object.keys(JSON.parse(rowsOf(store, series.id)[0]!.json!));
  // 8.7 and 3.1 ms, and a little for IPv6 and load
  assert(buckets.every((one) => Number(one) > 118 && Number(one) < 140));
  store.close();
});
