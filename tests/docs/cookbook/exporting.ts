/** What has to come out of the recipes that export. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { startArchive } from "../../../archive/server.ts";
import { ArchiveView, DAYS, YEAR, yearOfThroughput } from "../archives.ts";
import {
  ALPHA,
  assertNear,
  type Check,
  GAMMA,
  instant,
  lines,
  unzipped,
} from "./check.ts";

/** The checks, by the headings of the recipes. */
export const EXPORTING: Record<string, Check> = {
  "A year of throughput in DuckDB": {
    check({ ran, directory }) {
      const points = [...yearOfThroughput()]
        .filter(([ts]) => ts >= YEAR.start && ts < YEAR.end);
      assertEquals(points.length, 1464);
      const months = Map.groupBy(
        points,
        ([ts]) => new Date(ts * 1000).toISOString().slice(0, 7),
      );
      assertEquals(
        lines(ran[0]!.stdout).map((path) => path.split("/").at(-2)).sort(),
        [...months.keys()].map((month) => `month=${month}`),
      );
      const rows = lines(ran[1]!.stdout).slice(1).map((row) => row.split(","));
      assertEquals(
        rows.map(([month, tests]) => [month, Number(tests)]),
        [...months].map(([month, all]) => [month, all.length]),
      );
      for (const [month, , median, slowest] of rows) {
        const values = months.get(month!)!.map(([, val]) => val);
        assertNear(Number(median), quantile(values, 0.5) / 1e9, 0.0051);
        assertNear(Number(slowest), quantile(values, 0.05) / 1e9, 0.0051);
      }
      const [ts, most] = points.reduce((one, other) =>
        other[1] > one[1] ? other : one
      );
      const [, answer] = lines(ran[2]!.stdout);
      const [source, destination, value, at] = answer!.split(",");
      assertEquals([source, destination], [ALPHA, GAMMA]);
      assertEquals(Number(value), most);
      assertEquals(instant(at!), ts);
      assert(Deno.statSync(join(directory, "year.duckdb")).size > 0);
    },
  },

  "Hourly loss of every pair in DuckDB": {
    async check({ ran, old }) {
      const paths = lines(ran[0]!.stdout);
      assert(paths.every((path) => path.endsWith("/points.parquet")));
      assertEquals(new Set(paths).size, paths.length);
      const expected = new Map<string, { lost: number; sent: number }>();
      const tests = await old.tests({ "tool-name": "powstream" });
      for (const test of tests) {
        for (const name of ["lost", "sent"] as const) {
          const type = `packet-count-${name}`;
          for (
            const { ts, val } of await old.points(test["metadata-key"], type)
          ) {
            const key = [test.source, test.destination, ts - ts % 3600].join();
            const sums = expected.get(key) ?? { lost: 0, sent: 0 };
            expected.set(key, sums);
            sums[name] += val;
          }
        }
      }
      const lossy = [...expected].filter(([, { lost }]) => lost > 0);
      const rows = lines(ran[1]!.stdout).slice(1).map((row) => row.split(","));
      assertEquals(rows.length, lossy.length);
      for (const [source, destination, hour, lost, loss] of rows) {
        const key = [source, destination, instant(hour!)].join();
        const sums = expected.get(key)!;
        assertEquals(Number(lost), sums.lost, key);
        assertNear(Number(loss), sums.lost / sums.sent, 1e-12);
      }
      const traces = lines(ran[2]!.stdout).slice(-4).map((row) =>
        row.split(",")
      );
      for (const [, , count, hops, ms] of traces) {
        assert(Number(count) > 0 && Number(hops) > 2 && Number(ms) > 0);
      }
    },
  },

  "All of an archive in ClickHouse": {
    async check({ last, old }) {
      const expected = new Map<string, [points: number, tests: number]>();
      for (const test of await old.tests()) {
        for (const { "event-type": type } of test["event-types"]) {
          const { length } = await old.points(test["metadata-key"], type);
          const [points, tests] = expected.get(type) ?? [0, 0];
          if (length > 0) expected.set(type, [points + length, tests + 1]);
        }
      }
      assertEquals(
        lines(last.stdout).slice(1).map((row) => row.split("\t")),
        [...expected].sort(([one], [other]) => one < other ? -1 : 1)
          .map(([type, counts]) => [type, ...counts.map(String)]),
      );
    },
  },

  "A copy that is brought up to date every night": {
    async check({ directory, shell, old }) {
      const mirror = join(directory, "mirror");
      const name = `${ALPHA}_${GAMMA}_packet-duplicates.csv.gz`;
      const rowsOf = () => unzipped(join(mirror, name)).split("\r\n");
      const before = rowsOf();
      assertEquals(before.length - 2, DAYS * 288);
      assertEquals(Deno.readTextFileSync(join(mirror, "changed.txt")), "");

      const [test] = await old.tests({
        "source": ALPHA,
        "destination": GAMMA,
        "tool-name": "powstream",
      });
      const now = Math.floor(Date.now() / 1000);
      const add = (ts: number, val: number) =>
        old.add(test["metadata-key"], "packet-duplicates", [[ts, val]]);
      await nextSecond();
      await add(now - 1, 77);
      const nightly = () => shell.run("sh nightly.sh mirror", { directory });
      assertEquals(await nightly(), { code: 0, stdout: "", stderr: "" });
      const after = rowsOf();
      assertEquals(after.slice(0, -2), before.slice(0, -1));
      assertMatch(after.at(-2)!, /,77\.0$/);
      const changed = Deno.readTextFileSync(join(mirror, "changed.txt"));
      assertEquals(lines(changed).map((path) => path.split("/").at(-1)), [
        name,
      ]);

      await nextSecond();
      await add(now, 78);
      shell.misbehave = ({ pathname }) =>
        pathname.endsWith("/packet-duplicates/base")
          ? new Response("gone", { status: 410 })
          : undefined;
      const partly = await nightly();
      assertEquals([partly.code, partly.stdout], [3, ""]);
      assertMatch(partly.stderr, /410[^]*a part could not be read/);
      shell.misbehave = () => new Response("closed", { status: 410 });
      const failed = await nightly();
      assertEquals([failed.code, failed.stdout], [1, ""]);
      assertMatch(failed.stderr, /nothing new; esmond-ps ended with 1\n$/);
      assertEquals(rowsOf(), after);
    },
  },

  "An archive that is to be switched off": {
    async check({ directory, old, shell }) {
      const archive = await startArchive({
        db: join(directory, "farewell.db"),
      });
      try {
        const copy = new ArchiveView(archive.url);
        const tests = await old.tests();
        const keysOf = (list: Record<string, string>[]) =>
          list.map((test) => test["metadata-key"]);
        assertEquals(keysOf(await copy.tests()), keysOf(tests));
        let points = 0;
        for (const test of tests) {
          const key = test["metadata-key"];
          for (const { "event-type": type, summaries } of test["event-types"]) {
            const rolledUp = summaries.map((each: Record<string, string>) =>
              each["uri"]!.split("/").slice(-2).join("/")
            );
            for (const series of ["base", ...rolledUp]) {
              const there = await old.points(key, type, series);
              assertEquals(await copy.points(key, type, series), there);
              points += there.length;
            }
          }
        }
        assert(points > 10_000, `${points}`);
      } finally {
        await archive.close();
      }
      assertMatch(
        Deno.readTextFileSync(join(directory, "link.svg")),
        /role="img"/,
      );
      // A series that fails at first: the same command mends the copy.
      let isFirst = true;
      shell.misbehave = ({ pathname }) => {
        if (!pathname.endsWith("/base") || !isFirst) return undefined;
        isFirst = false;
        return new Response("gone", { status: 410 });
      };
      const some =
        "esmond-ps copy --url http://ma.example.net -e throughput --to some.db";
      const codes = [];
      for (const _ of [1, 2]) {
        const { code, stderr } = await shell.run(some, { directory });
        console.log(stderr);
        codes.push(code);
      }
      assertEquals(codes, [3, 0]);
      // Nothing that matches is no failure, and there is a file.
      const none = await shell.run(
        "esmond-ps copy --url http://ma.example.net -s 192.0.2.99 --to none.db && " +
          "esmond-ps get-metadata --url none.db",
        { directory },
      );
      assertEquals([none.code, none.stdout], [0, "No data found.\n"]);
      assertMatch(none.stderr, /nothing matches/);
    },
  },
};

/** Waits until a run of --sync is not in the second of the one before. */
async function nextSecond(): Promise<void> {
  await new Promise((done) => setTimeout(done, 1000 - Date.now() % 1000));
}

/** As DuckDB has it: between the two nearest values in proportion. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}
