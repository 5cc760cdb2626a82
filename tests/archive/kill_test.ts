/**
 * An archive that is killed at any moment keeps everything that it
 * acknowledged, and stores each request whole or not at all.
 */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Store } from "../../archive/store.ts";
import { withDirectory } from "../helpers/directory.ts";
import { startChild } from "./child.ts";
import { description, makeTest, ROOT, send } from "../helpers/archive.ts";
import { runs } from "../helpers/long.ts";

const KILLS = runs("ESMOND_KILLS", 12, 200);
const LANES = 2;
const BATCH = 20;

/** Seeded, so that a failure can be looked at again. */
function seeded(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

const DESCRIPTION = description({
  "throughput": [["aggregation", 3600]],
  "histogram-rtt": [["aggregation", 3600]],
});

Deno.test(`${KILLS} kills during writes lose no acknowledged point`, async () => {
  const lanes = Array.from(
    { length: LANES },
    (_, lane) =>
      withDirectory(async (directory) => {
        const acknowledged = await killAndWrite(
          `${directory}/archive.db`,
          KILLS / LANES,
          seeded(lane + 1),
        );
        assert(acknowledged > KILLS / LANES, `${acknowledged} acknowledged`);
      }),
  );
  await Promise.all(lanes);
});

/** Starts, writes, kills, looks; the number of acknowledged points. */
async function killAndWrite(
  db: string,
  kills: number,
  random: () => number,
): Promise<number> {
  const acknowledged = new Set<number>();
  let ts = 0;
  for (let kill = 0; kill < kills; kill++) {
    const child = await startChild(db);
    const timer = Promise.withResolvers<void>();
    const killed = timer.promise.then(() => child.kill());
    // Counted in writes, so that a slow machine gets as far; some are killed
    // before the first.
    let writesLeft = Math.floor(random() * 8);
    const killSoon = () => setTimeout(timer.resolve, random() * 5);
    if (writesLeft === 0) killSoon();
    try {
      const key = await makeTest(child.url, DESCRIPTION);
      for (;;) {
        const batch = random() < 0.5 ? 1 : BATCH;
        const times = Array.from({ length: batch }, () => ts++);
        // A batch starts at a multiple of its size, so that its points can be
        // identified later.
        const stored = await write(child.url + ROOT + key, times);
        assertEquals(stored.status, 201);
        times.forEach((time) => acknowledged.add(time));
        if (--writesLeft === 0) killSoon();
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // the connection broke
    }
    await killed;
    check(db, acknowledged);
  }
  return acknowledged.size;
}

function write(url: string, times: number[]) {
  if (times.length === 1) {
    return send("POST", `${url}/throughput/base`, { ts: times[0], val: 1 });
  }
  return send("PUT", `${url}/`, {
    data: times.map((ts) => ({
      ts,
      val: [
        { "event-type": "throughput", "val": 1 },
        { "event-type": "histogram-rtt", "val": { [times[0]!]: 1 } },
      ],
    })),
  });
}

function check(db: string, acknowledged: Set<number>): void {
  const store = new Store(db);
  const test = store.tests({ sql: "1", values: [] }, "id", 1, 0)[0];
  const histograms = test?.series[0];
  const numbers = test?.series[1];
  if (!histograms || !numbers) {
    assertEquals(acknowledged.size, 0);
    store.close();
    return;
  }
  const all = { from: 0, to: 1e9 };
  const stored = [...store.rows({ series: numbers.id }, all.from, all.to)];
  const times = new Set(stored.map((row) => row.ts));
  assertEquals(acknowledged.difference(times).size, 0, "lost points");
  // A PUT is there whole or not at all: each histogram names its PUT.
  const puts = new Map<string, number>();
  for (const row of store.rows({ series: histograms.id }, all.from, all.to)) {
    const put = Object.keys(JSON.parse(row.json!))[0]!;
    puts.set(put, (puts.get(put) ?? 0) + 1);
    assert(times.has(row.ts), "half a point");
  }
  assertEquals([...puts.values()].filter((size) => size !== BATCH), []);
  // And the roll-ups hold exactly what the points hold.
  let sum = 0;
  for (
    const row of store.rows({ series: numbers.id, seconds: 3600 }, 0, 1e9)
  ) sum += Number(row.number);
  assertEquals(sum, times.size);
  store.close();
  const database = new DatabaseSync(db);
  const found = database.prepare("PRAGMA integrity_check").get();
  database.close();
  assertEquals(Object.values(found ?? {}), ["ok"]);
}
