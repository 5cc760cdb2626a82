import "../helpers/impatient.ts";
import { assert, assertEquals } from "@std/assert";
import { startArchive } from "../../archive/server.ts";
import {
  ApiConnect,
  ApiFilters,
  EventTypeBulkPost,
  EventTypePost,
  MetadataPost,
  PostDataError,
  type PostedPoint,
} from "../../mod.ts";
import { type Fault, startFaultyProxy } from "../servers/faulty_proxy.ts";
import { runs } from "../helpers/long.ts";

const KEY = "fault-test";
const RUNS = runs("ESMOND_POSTS", 30, 500);

/** Chances of what happens to a request; a run has a few requests. */
const FAULTS: [fault: Fault, chance: number][] = [
  ["refused", 0.05],
  ["cut in request", 0.05],
  ["cut before answer", 0.05],
  ["cut in answer", 0.05],
  ["silent before", 0.005],
  ["silent after", 0.005],
];

/** A generator of numbers from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

Deno.test(`${RUNS} posts cut at every boundary end stored once, whole, or say what became of every point`, async () => {
  const random = seeded(20161101);
  const archive = await startArchive({ tokens: [KEY] });
  const counts = new Map<Fault, number>();
  const proxy = startFaultyProxy(archive.url, () => {
    let left = random();
    const fault = FAULTS.find(([, chance]) => (left -= chance) < 0)?.[0] ??
      "none";
    counts.set(fault, (counts.get(fault) ?? 0) + 1);
    return fault;
  });
  const metadataKey = await createTest(archive.url);
  const ends = { whole: 0, told: 0 };
  try {
    for (let run = 0; run < RUNS; run++) {
      const points = makePoints(run, random);
      const outcome = await postThrough(
        proxy.origin,
        metadataKey,
        points,
        random,
      );
      const stored = await readStored(archive.url, metadataKey, points);
      if (outcome === undefined) {
        ends.whole++;
        assertEquals(stored, new Set(points.map(idOf)), `run ${run}`);
      } else {
        ends.told++;
        const told = {
          stored: outcome.stored.map(idOf),
          missing: outcome.missing.map(idOf),
          unknown: outcome.unknown.map(idOf),
        };
        assertEquals(
          [...told.stored, ...told.missing, ...told.unknown].toSorted(),
          points.map(idOf).toSorted(),
          `run ${run}: every point is told of once`,
        );
        assert(told.stored.every((id) => stored.has(id)), `run ${run}: stored`);
        assert(
          told.missing.every((id) => !stored.has(id)),
          `run ${run}: missing`,
        );
      }
    }
    assert(ends.whole > RUNS / 5 && ends.told > RUNS / 5, JSON.stringify(ends));
    for (const [fault, chance] of FAULTS) {
      assert((counts.get(fault) ?? 0) > RUNS * chance / 2 - 1, fault);
    }
  } finally {
    await proxy.close();
    await archive.close();
  }
});

async function createTest(url: string): Promise<string> {
  const post = new MetadataPost(url, {
    apiKey: KEY,
    subjectType: "point-to-point",
    source: "192.0.2.10",
    destination: "192.0.2.20",
    toolName: "powstream",
    measurementAgent: "192.0.2.10",
    inputSource: "a.example",
    inputDestination: "b.example",
  });
  post.addEventType("throughput");
  post.addEventType("failures");
  post.addSummaryType("histogram-ttl", "aggregation", [3600]);
  return (await post.postMetadata()).metadataKey!;
}

/**
 * Points that no other run has: numbers of several digits, so that two added up
 * would show.
 */
function makePoints(run: number, random: () => number): PostedPoint[] {
  const count = 1 + Math.floor(random() * 12);
  return Array.from({ length: count }, (_, index) => {
    const eventType = ["throughput", "failures", "histogram-ttl"][
      Math.floor(random() * 3)
    ]!;
    const number = 1000 + Math.floor(random() * 9000);
    const val = {
      throughput: String(number),
      failures: `{"error": "${number}"}`,
      "histogram-ttl": `{"250": ${number}}`,
    }[eventType]!;
    return { eventType, ts: 1_400_000_000 + run * 100 + index, val };
  });
}

function idOf({ eventType, ts, val }: PostedPoint): string {
  return `${eventType} ${ts} ${val.replaceAll(" ", "")}`;
}

/**
 * Posts once, or up to three times while that fails; gives the last failure.
 */
async function postThrough(
  url: string,
  metadataKey: string,
  points: PostedPoint[],
  random: () => number,
): Promise<PostDataError | undefined> {
  const options = { apiKey: KEY, metadataKey, retries: 0, timeout: 0.2 };
  const [{ eventType } = { eventType: "" }] = points;
  const isSingle = points.every((point) => point.eventType === eventType);
  const single = new EventTypePost(url, { ...options, eventType });
  const bulk = new EventTypeBulkPost(url, options);
  for (const point of points) {
    const val = JSON.parse(point.val);
    if (isSingle) single.addDataPoint(point.ts, val);
    else bulk.addDataPoint(point.eventType, point.ts, val);
  }
  let failure: PostDataError | undefined;
  for (let tries = 1 + Math.floor(random() * 3); tries > 0; tries--) {
    try {
      await (isSingle ? single : bulk).postData();
      return undefined;
    } catch (error) {
      if (!(error instanceof PostDataError)) throw error;
      failure = error;
    }
  }
  return failure;
}

/** What the archive has of the points, each as often as it has it. */
async function readStored(
  url: string,
  metadataKey: string,
  points: PostedPoint[],
): Promise<Set<string>> {
  const found: string[] = [];
  const connection = new ApiConnect(url, new ApiFilters({ metadataKey }));
  for await (const md of connection.getMetadata()) {
    // Of the data, not of the list, which goes by the moment of the last write.
    connection.filters.timeStart = points[0]!.ts;
    connection.filters.timeEnd = points.at(-1)!.ts;
    for (const et of md.getAllEventTypes()) {
      for await (const dp of et.streamData()) {
        const val = dp.text.replace(/^(\d+)\.0$/, "$1");
        found.push(idOf({ eventType: et.eventType, ts: dp.tsEpoch, val }));
      }
    }
  }
  assertEquals(new Set(found).size, found.length, "no point twice");
  return new Set(found);
}
