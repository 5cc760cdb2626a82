/**
 * Copies of an archive that grows, forgets and corrects while it is read, killed
 * at any moment: every point that it showed to a complete run is there, once.
 */

import { assert, assertEquals } from "@std/assert";
import { openReadOnly } from "../../../archive/read_only.ts";
import { Store } from "../../../archive/store.ts";
import { BASE } from "../../../archive/values.ts";
import { FIRST_SECOND, LAST_SECOND } from "../../../client/parameters.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { runs } from "../../helpers/long.ts";
import { runProgram, startProgram } from "../../helpers/program.ts";
import { pause } from "../../helpers/waiting.ts";
import { LivingArchive, nameOf } from "../../servers/living.ts";
import { pick, seeded } from "../../servers/seeded.ts";

const COPIES = runs("ESMOND_COPY_RUNS", 1, 10);
/** That of the first copy; the next has the next. */
const SEED = Number(Deno.env.get("ESMOND_COPY_SEED") ?? 20161201);
const NIGHTS = runs("ESMOND_COPY_NIGHTS", 2, 5);
const KILLS = runs("ESMOND_COPY_KILLS", 1, 2);
const DAY = 86_400;

/** How often a run may fail because the archive moved under it. */
const MOST_TRIES = 5;

type Seconds = Map<string, Set<number>>;

/** Fails with what is wrong with a copy. */
function check(file: string, archive: LivingArchive, shown: Seconds): void {
  const store = new Store(file, openReadOnly(file));
  const found: Seconds = new Map();
  try {
    for (
      const { key, series } of store.tests(
        { sql: "1", values: [] },
        "id",
        -1,
        0,
      )
    ) {
      for (const { id, info } of series) {
        const name = nameOf({ key, eventType: info.name });
        const seconds = new Set<number>();
        found.set(name, seconds);
        for (
          const row of store.rows({ series: id }, FIRST_SECOND, LAST_SECOND)
        ) {
          assert(!seconds.has(row.ts), `${name} has ${row.ts} twice`);
          seconds.add(row.ts);
          const value = BASE[info.valueClass](row);
          const values = archive.history.get(name)?.get(row.ts);
          assert(values?.has(value), `${name} never had ${value} at ${row.ts}`);
        }
      }
    }
  } finally {
    store.close();
  }
  const missing = [...shown].flatMap(([series, seconds]) =>
    [...seconds].filter((second) => !found.get(series)?.has(second))
      .map((second) => `${series} ${second}`)
  );
  assertEquals(missing.slice(0, 10), [], `${missing.length} are missing`);
}

async function copyNightly(seed: number, directory: string): Promise<void> {
  const random = seeded(`copy ${seed}`);
  const archive = new LivingArchive(seed);
  const shown: Seconds = new Map();
  const file = `${directory}/copy.db`;
  const args = [
    ...["copy", "-u", archive.origin, "--to", file, "--sync"],
    ...["--timeout", "20", "--page-size", "300"],
  ];
  try {
    archive.grow(2 * DAY);
    for (let night = 0; night < NIGHTS; night++) {
      const usual = archive.answers;
      for (let kills = KILLS; kills > 0; kills--) {
        const running = startProgram(args);
        const more = Math.floor(random() * (10 + (usual >> 1)));
        await Promise.race([
          archive.whenAnswered(archive.answers + more),
          running.ended,
        ]);
        await pause(random() * 60);
        running.kill(pick(["SIGKILL", "SIGKILL", "SIGINT"], random));
        const { stderr } = await running.ended;
        assert(!/^\s+at |Uncaught/m.test(stderr), stderr);
      }
      for (let tries = 1;; tries++) {
        const before = archive.seconds();
        const { exit, stderr } = await runProgram(args);
        if (exit === 0) {
          const after = archive.seconds();
          for (const [series, seconds] of before) {
            const kept = seconds.intersection(after.get(series) ?? new Set());
            shown.set(series, kept.union(shown.get(series) ?? new Set()));
          }
          break;
        }
        assertEquals(exit, 3, stderr);
        assert(tries < MOST_TRIES, stderr);
      }
      check(file, archive, shown);
      archive.grow(Math.floor((0.2 + random()) * DAY));
      if (random() < 0.5) archive.forget(DAY * random() * 2);
    }
  } finally {
    await archive.close();
  }
}

Deno.test(`${COPIES} copies of an archive that lives while it is read, killed at any moment, lack nothing and have nothing twice`, async () => {
  for (let seed = SEED; seed < SEED + COPIES; seed++) {
    try {
      await withDirectory((directory) => copyNightly(seed, directory));
    } catch (error) {
      throw new Error(
        `ESMOND_COPY_SEED=${seed} ESMOND_COPY_RUNS=1: ${
          (error as Error).message
        }`,
        { cause: error },
      );
    }
  }
});
