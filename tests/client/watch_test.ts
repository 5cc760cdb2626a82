import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ApiConnect,
  ApiFilters,
  type ApiFiltersOptions,
  FilterError,
  type WatchOptions,
} from "../../mod.ts";
import { IS_LONG } from "../helpers/long.ts";
import { Event } from "../helpers/waiting.ts";
import { ArrivingArchive, BEGIN } from "../servers/arriving.ts";
import { BEGIN as FIRST, LivingArchive, nameOf } from "../servers/living.ts";
import { pick, seeded } from "../servers/seeded.ts";
import { noTests, withServer } from "../servers/serve.ts";
import { watchSteps } from "./watching.ts";

const PATH = "k1/throughput/base";

Deno.test("watch() watches what the filters choose: an event type, roll-ups, or all", async () => {
  const watchWith = async (filters: ApiFiltersOptions) => {
    const archive = new ArrivingArchive();
    const { looks } = await watchSteps({
      archive,
      filters,
      options: { overlap: 0 },
      show: ({ eventType, summary }) =>
        `${eventType.eventType} ${summary ?? "base"}`,
    }, [() => {
      archive.clock += 7200;
      const paths = [
        ...[PATH, "k1/path-mtu/base"],
        ...["averages/3600", "averages/300", "aggregations/3600"]
          .map((path) => `k1/throughput/${path}`),
      ];
      for (const path of paths) archive.put(path, BEGIN + 3600);
    }, () => {}]);
    return looks.flat();
  };
  const roll = (type: string, window: number) =>
    `throughput <Summary/${type}: window:${window}>`;
  assertEquals(await watchWith({}), ["throughput base", "path-mtu base"]);
  assertEquals(await watchWith({ eventType: "path-mtu" }), ["path-mtu base"]);
  assertEquals(await watchWith({ eventType: "none" }), []);
  assertEquals(
    await watchWith({ summaryType: "average", summaryWindow: 3600 }),
    [roll("average", 3600)],
  );
  assertEquals(
    await watchWith({ summaryType: "average" }),
    [roll("average", 3600), roll("average", 300)],
  );
  assertEquals(
    await watchWith({ summaryWindow: "3600" }),
    [roll("average", 3600), roll("aggregation", 3600)],
  );
});

Deno.test("watch() keeps to the filters that there were at the beginning", async () => {
  const archive = new ArrivingArchive();
  await withServer(archive.answer, async (origin) => {
    const filters = new ApiFilters({ eventType: "throughput" });
    const stop = new AbortController();
    let looks = 0;
    const points = new ApiConnect(origin, filters).watch({
      signal: stop.signal,
      wait: () => {
        filters.eventType = "path-mtu";
        filters.timeEnd = 5;
        archive.put(PATH, BEGIN + looks);
        if (looks++ === 3) stop.abort();
        return Promise.resolve();
      },
    });
    let count = 0;
    for await (const { eventType } of points) {
      assertEquals(eventType.eventType, "throughput");
      count++;
    }
    assertEquals(count, 3);
  });
  const names = archive.asked
    .flatMap(({ searchParams }) => searchParams.get("event-type") ?? []);
  assertEquals(new Set(names), new Set(["throughput"]));
});

Deno.test("watch() reads the past of a timeRange first", async () => {
  const archive = new ArrivingArchive();
  const now = Math.floor(Date.now() / 1000);
  archive.clock = now;
  archive.put(PATH, now - 500, 1);
  archive.put(PATH, now - 200, 2);
  const { looks } = await watchSteps({ archive, filters: { timeRange: 300 } }, [
    () => archive.put(PATH, now - 100, 3),
  ]);
  assertEquals(looks, [
    [`throughput ${now - 200} 2`],
    [`throughput ${now - 100} 3`],
  ]);
});

Deno.test("watch() refuses options out of range, and filters with an end, at once", () => {
  const refused: [string, ApiFiltersOptions, WatchOptions][] = [
    ["every", {}, { every: 0 }],
    ["every", {}, { every: NaN }],
    ["every", {}, { every: 86_401 }],
    ["overlap", {}, { overlap: -1 }],
    ["overlap", {}, { overlap: Infinity }],
    ["overlap", {}, { overlap: NaN }],
    ["timeEnd", { timeEnd: 5 }, {}],
    ["timeEnd", { timeStart: 1, timeEnd: 5 }, {}],
    ["time", { time: 5 }, {}],
    ["timeRange", { timeStart: 1, timeRange: 5 }, {}],
  ];
  for (const [field, filters, options] of refused) {
    const conn = new ApiConnect("http://h", new ApiFilters(filters));
    const error = assertThrows(() => conn.watch(options), FilterError);
    assertEquals(error.field, field);
  }
});

Deno.test("watch() ends quietly when its signal fires, also while a request is under way, which is then aborted", async () => {
  const asked = new Event();
  const aborted = new Event();
  await withServer(async ({ signal }) => {
    signal.addEventListener("abort", () => aborted.happen());
    asked.happen();
    await aborted.happened("the abort of the request");
    return noTests();
  }, async (origin) => {
    const stop = new AbortController();
    const points = new ApiConnect(origin).watch({ signal: stop.signal });
    const first = points.next();
    await asked.happened("the request");
    stop.abort();
    assertEquals(await first, { done: true, value: undefined });
    await aborted.happened("the abort");
  });
  await withServer(() => noTests(), async (origin) => {
    const stop = new AbortController();
    const waits = new Event();
    const points = new ApiConnect(origin).watch({
      signal: stop.signal,
      wait: (_, signal) => {
        waits.happen();
        return new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason))
        );
      },
    });
    const first = points.next();
    await waits.happened("the pause");
    stop.abort();
    assertEquals(await first, { done: true, value: undefined });
    const { signal } = stop; // which has fired
    const none = await Array.fromAsync(
      new ApiConnect(origin).watch({ signal }),
    );
    assertEquals(none, []);
  });
});

Deno.test("watch() throws the reason of the connection's signal, also while it waits", async () => {
  await withServer(() => noTests(), async (origin) => {
    const stop = new AbortController();
    const conn = new ApiConnect(origin, undefined, { signal: stop.signal });
    const reason = new Error("enough");
    const points = conn.watch();
    const first = points.next();
    while (conn.statistics.requests === 0) {
      await new Promise((go) => setTimeout(go, 1));
    }
    stop.abort(reason);
    assertStrictEquals(await assertRejects(() => first, Error), reason);
  });
});

Deno.test("watch() shares the limits and the clock of its connection", async () => {
  const archive = new ArrivingArchive();
  await withServer(archive.answer, async (origin) => {
    const conn = new ApiConnect(origin);
    const stop = new AbortController();
    for (let left = 3; left > 0; left--) {
      archive.put(`k${left}/path-mtu/base`, BEGIN);
    }
    for await (
      const _ of conn.watch({
        signal: stop.signal,
        wait: () => Promise.resolve(stop.abort()),
      })
    );
    assertEquals(conn.statistics.requests, archive.asked.length);
    assertEquals(conn.archiveTime, new Date(BEGIN * 1000));
  });
});

const SEEDS = IS_LONG ? 40 : 1;
const LOOKS = 25;

Deno.test(`watch() shows each point of an archive that grows, corrects, forgets and re-orders once (${SEEDS} archives)`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const archive = new LivingArchive(seed);
    try {
      await watchLiving(archive, seed);
    } finally {
      await archive.close();
    }
  }
});

async function watchLiving(
  archive: LivingArchive,
  seed: number,
): Promise<void> {
  const random = seeded(`watch ${seed}`);
  const hint = `seed ${seed}`;
  archive.isLively = false;
  archive.grow(6 * 3600);
  const old = archive.seconds();
  const stop = new AbortController();
  const lines: string[] = [];
  const conn = new ApiConnect(archive.origin, undefined, {
    warn: (line) => lines.push(line),
  });
  const shown = new Map<string, Map<number, string>>();
  let looks = 0;
  const wait = (): Promise<void> => {
    archive.isLively = ++looks < LOOKS; // at last all that there is, is read
    if (archive.isLively) archive.grow(pick([0, 30, 60, 600, 1200], random));
    else if (looks > LOOKS + 1) stop.abort();
    return Promise.resolve();
  };
  const points = conn.watch({ overlap: 7200, signal: stop.signal, wait });
  for await (const { test, eventType: { eventType }, point } of points) {
    const name = nameOf({ key: test.metadataKey!, eventType });
    const own = shown.get(name) ?? new Map<number, string>();
    shown.set(name, own);
    const { tsEpoch, text } = point;
    assert(!own.has(tsEpoch), `${hint}: ${name} ${tsEpoch} twice`);
    assert(
      archive.history.get(name)?.get(tsEpoch)?.has(text),
      `${hint}: ${name} never had ${text} at ${tsEpoch}`,
    );
    own.set(tsEpoch, text);
  }
  for (const [name, had] of archive.history) {
    const all = new Set(had.keys());
    assertEquals(
      all.difference(new Set(shown.get(name)?.keys())),
      old.get(name),
      `${hint}: ${name} since ${FIRST}`,
    );
  }
  assertEquals(lines, [], hint);
}
