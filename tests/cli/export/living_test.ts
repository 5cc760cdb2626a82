/**
 * Mirrors of an archive that grows, forgets, corrects and re-orders while it is
 * read, killed at any moment: nothing that it showed to a complete run is
 * missing, nothing is there twice, and nothing happens silently.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { gunzipSync } from "node:zlib";
import { parse } from "@std/csv/parse";
import { parquetReadObjects } from "../../packages/hyparquet.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { runs } from "../../helpers/long.ts";
import { runProgram, startProgram } from "../../helpers/program.ts";
import { pause } from "../../helpers/waiting.ts";
import { LivingArchive, nameOf } from "../../servers/living.ts";
import { pick, seeded } from "../../servers/seeded.ts";
import { MANIFEST } from "./files.ts";

const EXPORTS = runs("ESMOND_LIVING_RUNS", 3, 24);
/** That of the first export; the next has the next. */
const SEED = Number(Deno.env.get("ESMOND_LIVING_SEED") ?? 20161201);
const LANES = 2;
const NIGHTS = runs("ESMOND_LIVING_NIGHTS", 2, 5);
const DAY = 86_400;

/** How often a run may fail because the archive moved under it. */
const MOST_TRIES = 5;

const FORMATS = [
  ["-o", "csv"],
  ["-o", "ndjson", "--gzip"],
  ["-o", "parquet", "--partition", "day"],
  ["-o", "json"],
  ["-o", "csv", "--gzip"],
  ["-o", "parquet", "--partition", "month"],
  ["-o", "ndjson"],
];

/** A row of a mirror: its series, its time, and its value where it has one. */
interface MirroredRow {
  series: string;
  second: number;
  value: string;
}

/** Fails with what is wrong with a mirror. */
async function check(
  directory: string,
  { history }: LivingArchive,
  shown: Map<string, Set<number>>,
): Promise<void> {
  const found = new Map<string, Map<number, number>>();
  for (const { series, second, value } of await rowsIn(directory)) {
    const values = history.get(series)?.get(second);
    assert(values, `${series} never had ${second}`);
    const isTrace = series.endsWith("packet-trace");
    if (!isTrace) {
      const isKnown = [...values].some((each) =>
        Number(each) === Number(value)
      );
      assert(isKnown, `${series} never had ${value} at ${second}`);
    }
    const rows = found.get(series) ?? new Map<number, number>();
    found.set(series, rows);
    const last = [...rows.keys()].at(-1) ?? -Infinity;
    assert(second >= last, `${series}: ${second} after ${last}`);
    rows.set(second, (rows.get(second) ?? 0) + 1);
  }
  for (const [series, rows] of found) {
    for (const [second, count] of rows) {
      const counts = [...history.get(series)!.get(second)!]
        .map((value) => value.split('"ttl"').length - 1 || 1);
      assert(
        counts.includes(count),
        `${series} has ${count} rows of ${second}`,
      );
    }
  }
  const missing = [...shown].flatMap(([series, seconds]) =>
    [...seconds].filter((second) => !found.get(series)?.has(second))
      .map((second) => `${series} ${second}`)
  );
  assertEquals(missing.slice(0, 10), [], `${missing.length} are missing`);
}

/** The rows of all files that the manifest names. */
async function rowsIn(directory: string): Promise<MirroredRow[]> {
  const { series, partitions = [] } = JSON.parse(
    Deno.readTextFileSync(join(directory, MANIFEST)),
  );
  const rows: MirroredRow[] = [];
  const paths = partitions.map(({ name }: { name: string }) => name);
  for (const path of paths.sort()) {
    rows.push(...await parquetRows(join(directory, path)));
  }
  for (const record of series) {
    const files = [...record.files ?? []].sort((one, other) =>
      one.name < other.name ? -1 : 1
    );
    for (const { name } of files) {
      for (const [second, value] of readRows(join(directory, name))) {
        rows.push({ series: nameOf(record), second, value });
      }
    }
  }
  return rows;
}

/** The rows of a file of a dataset; a trace is as many as it has hops. */
async function parquetRows(path: string): Promise<MirroredRow[]> {
  const { buffer } = Deno.readFileSync(path);
  const rows = await parquetReadObjects({ file: buffer });
  return rows.flatMap((row) => {
    const { metadata_key, event_type, timestamp, value, value_json } = row;
    const made: MirroredRow = {
      series: nameOf({ key: metadata_key, eventType: event_type }),
      second: Number(timestamp) / 1000,
      value: String(value),
    };
    const hops = value_json === null ? 1 : JSON.parse(value_json).length;
    return Array(Math.max(1, hops)).fill(made);
  });
}

function readRows(path: string): [number, string][] {
  let bytes = Deno.readFileSync(path);
  if (path.endsWith(".gz")) bytes = new Uint8Array(gunzipSync(bytes));
  const text = new TextDecoder().decode(bytes);
  const seconds = (shown: string) =>
    Date.parse(`${shown.replace(" ", "T")}Z`) / 1000;
  if (path.includes(".csv")) {
    return parse(text).slice(1)
      .map((row) => [seconds(row[6]!), row[7]!]);
  }
  const objects = path.includes(".ndjson")
    ? text.trimEnd().split("\n").flatMap((line) => {
      const point = JSON.parse(line); // a trace is one line there
      return Array(Math.max(1, point.value?.length ?? 1)).fill(point);
    })
    : JSON.parse(text);
  // deno-lint-ignore no-explicit-any
  return objects.map((row: any) => [seconds(row.timestamp), String(row.value)]);
}

/** What is in both. */
function common(
  one: Map<string, Set<number>>,
  other: Map<string, Set<number>>,
): [string, Set<number>][] {
  return [...one].map(([series, seconds]) => [
    series,
    seconds.intersection(other.get(series) ?? new Set()),
  ]);
}

async function mirror(seed: number, directory: string): Promise<void> {
  const random = seeded(`mirror ${seed}`);
  const format = FORMATS[seed % FORMATS.length]!;
  const archive = new LivingArchive(seed);
  const shown = new Map<string, Set<number>>();
  const args = [
    ...["get-bulk", "-u", archive.origin, "-S", "2016-03-01", "-D", directory],
    ...["--ip", "--sync", "--timeout", "20", "--page-size", "300", ...format],
  ];
  const told = (ended: { stderr: string }) => {
    assert(!/^\s+at |Uncaught/m.test(ended.stderr), ended.stderr);
  };
  try {
    archive.grow(2 * DAY);
    for (let night = 0; night < NIGHTS; night++) {
      const usual = archive.answers;
      for (let kills = Math.floor(random() * 3); kills > 0; kills--) {
        const running = startProgram(args);
        const more = Math.floor(random() * (10 + (usual >> 1)));
        await Promise.race([
          archive.whenAnswered(archive.answers + more),
          running.ended,
        ]);
        await pause(random() * 60);
        running.kill(pick(["SIGKILL", "SIGKILL", "SIGINT"], random));
        told(await running.ended);
      }
      for (let tries = 1;; tries++) {
        const before = archive.seconds();
        const ended = await runProgram(args);
        told(ended);
        if (ended.exit === 0) {
          for (const [series, seconds] of common(before, archive.seconds())) {
            const all = shown.get(series) ?? new Set();
            shown.set(series, all.union(seconds));
          }
          break;
        }
        assert(ended.stderr !== "", "silent");
        assertEquals(ended.exit, 3, ended.stderr);
        assert(!/damaged-/.test(ended.stderr), ended.stderr);
        assert(tries < MOST_TRIES, ended.stderr);
      }
      await check(directory, archive, shown);
      archive.grow(Math.floor((0.2 + random()) * DAY));
      if (random() < 0.5) archive.forget(DAY * random() * 2);
    }
  } finally {
    await archive.close();
  }
}

Deno.test(`${EXPORTS} mirrors of an archive that lives while it is read, killed at any moment, lack nothing and have nothing twice`, async () => {
  const seeds = Array.from({ length: EXPORTS }, (_, index) => SEED + index);
  const lanes = Array.from({ length: LANES }, async () => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      try {
        await withDirectory((directory) => mirror(seed!, directory));
      } catch (error) {
        seeds.length = 0;
        throw new Error(
          `ESMOND_LIVING_SEED=${seed} ESMOND_LIVING_RUNS=1 (${
            FORMATS[seed % FORMATS.length]!.join(" ")
          }): ${(error as Error).message}`,
          { cause: error },
        );
      }
    }
  });
  await Promise.all(lanes);
});
