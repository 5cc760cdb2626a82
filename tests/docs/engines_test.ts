/**
 * A dataset of all that an archive has, read by query engines as one table:
 * they find what the archive says.
 */

import { assertEquals } from "@std/assert";
import { withDirectory } from "../helpers/directory.ts";
import { testUnless } from "../helpers/skipping.ts";
import { type ArchiveView, withArchives } from "./archives.ts";
import { clickhouse } from "./clickhouse.ts";
import { duckdb } from "./duckdb.ts";
import { NO_SHELL, withShell } from "./shell.ts";

const ENGINES = [
  {
    ...{ name: "DuckDB", program: "duckdb", start: "duckdb -csv" },
    ...NO_SHELL ? { why: NO_SHELL } : await duckdb(),
    sql:
      `SELECT metadata_key, event_type, epoch(date_trunc('hour', timestamp))::INT,
  count(*), sum(value), sum(length(value_json)),
FROM read_parquet('out/**/*.parquet') GROUP BY ALL`,
  },
  {
    ...{ name: "ClickHouse", program: "clickhouse" },
    start: "clickhouse local --path tables",
    ...NO_SHELL ? { why: NO_SHELL } : await clickhouse(),
    sql:
      `SELECT metadata_key, event_type, toUnixTimestamp(toStartOfHour(timestamp)),
  count(), sum(value), sum(lengthUTF8(value_json))
FROM file('out/**/*.parquet') GROUP BY ALL`,
  },
];

for (const { name, program, script, start, sql, why } of ENGINES) {
  testUnless(
    why,
    `${name} finds in one pattern over all event types what the archive has, test by test and hour by hour`,
    () =>
      withArchives("sample", async ({ urls, hosts, old }) => {
        const expected = await sumsOf(old);
        const eventTypes = new Set(
          [...expected.keys()].map((key) => key.split(" ")[1]),
        );
        assertEquals(eventTypes.size, 49);
        const programs = { [program]: script! };
        await withShell({ archives: urls, hosts, programs }, (shell) =>
          withDirectory(async (directory) => {
            const exported = await shell.run(
              "mkdir out; esmond-ps get-bulk --url http://ma.example.net -S 2016-01-01 -o parquet --partition month -D out",
              { directory },
            );
            assertEquals(exported.code, 0, exported.stderr);
            const read = await shell.run(start, { directory, input: sql });
            assertEquals(read.code, 0, read.stderr);
            const found = new Map(
              read.stdout.trim().split("\n").slice(1).map((line) => {
                const [key, type, hour, count, ...sums] = line.split(/[,\t]/);
                const [sum, size] = sums.map((each) =>
                  Number(/null|N/.test(each) ? 0 : each)
                );
                return [
                  `${key} ${type} ${hour}`,
                  { count: Number(count), sum: sum!, size: size! },
                ];
              }),
            );
            assertEquals([...found.keys()].sort(), [...expected.keys()].sort());
            for (const [group, { count, sum, size }] of expected) {
              const other = found.get(group)!;
              assertEquals([other.count, other.size], [count, size], group);
              const difference = Math.abs(other.sum - sum);
              const isNear = difference <= 1e-9 * Math.abs(sum);
              assertEquals(isNear, true, `${group}: ${other.sum}, not ${sum}`);
            }
          }));
      }),
  );
}

/** How many points there are, their sum, and the length of what has none. */
interface Sums {
  count: number;
  sum: number;
  size: number;
}

/** The same of an archive, by test, event type and hour. */
async function sumsOf(archive: ArchiveView): Promise<Map<string, Sums>> {
  const all = new Map<string, Sums>();
  for (const test of await archive.tests()) {
    for (const { "event-type": type } of test["event-types"]) {
      const key = test["metadata-key"];
      for (const { ts, val } of await archive.points(key, type)) {
        const group = `${key} ${type} ${ts - ts % 3600}`;
        const sums = all.get(group) ?? { count: 0, sum: 0, size: 0 };
        all.set(group, sums);
        sums.count++;
        if (typeof val === "number") sums.sum += val;
        else sums.size += JSON.stringify(val).length;
      }
    }
  }
  return all;
}
