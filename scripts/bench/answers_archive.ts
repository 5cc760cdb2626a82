/**
 * An archive file with a week of many series, for the benchmarks of answers.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { Store } from "../../archive/store.ts";
import { describe } from "../../archive/describe.ts";

const WEEK = 7 * 86_400;

/** A kind of tests. */
interface Kind {
  tool: string;
  /** Seconds from one point to the next. */
  every: number;
  /** The values of each event type, as SQL of `ts`. */
  values: Record<string, string>;
}

const KINDS: readonly Kind[] = [
  {
    tool: "pscheduler/iperf3",
    every: 7200,
    values: {
      "throughput": "9000000000 + ts % 1000, 1, NULL",
      "packet-retransmits": "ts % 100, 1, NULL",
      "pscheduler-run-href":
        `NULL, NULL, '{"href":"https://a.example/runs/' || ts || '"}'`,
      "failures": `NULL, NULL, '{"error":"no route to host"}'`,
    },
  },
  {
    tool: "pscheduler/powstream",
    every: 300,
    values: {
      "packet-loss-rate": "ts % 3, 600, NULL",
      "packet-count-sent": "600, 1, NULL",
      "packet-count-lost": "ts % 3, 1, NULL",
      "histogram-owdelay":
        `NULL, NULL, '{"24.6":' || (ts % 300 + 100) || ',"24.7":90,"31.2":3}'`,
    },
  },
];

/**
 * Fills a file: one half of the series has a point in 2 hours, the other one in
 * 5 minutes. `failures` has one a day.
 *
 * @param path The file.
 * @param count How many series, a multiple of 8.
 * @param now The time of the last points, in seconds since 1970 UTC.
 */
export function fillWeek(path: string, count: number, now: number): void {
  const store = new Store(path);
  const all: { id: number; every: number; values: string }[] = [];
  store.transaction(() => {
    for (let index = 0; index < count / 4; index++) {
      const { tool, every, values } = KINDS[index % KINDS.length]!;
      const { test } = store.findOrAdd(
        describe(descriptionOf(index, tool, Object.keys(values))).test,
        now - WEEK,
      );
      for (const series of test.series) {
        const { name } = series.info;
        all.push({
          id: series.id,
          every: name === "failures" ? 86_400 : every,
          values: values[name]!,
        });
        store.touch(series, now);
      }
    }
  });
  store.close();
  const database = new DatabaseSync(path);
  database.exec("BEGIN");
  for (const { id, every, values } of all) {
    database.exec(
      `WITH RECURSIVE times(ts) AS (SELECT ${now - WEEK} UNION ALL ` +
        `SELECT ts + ${every} FROM times WHERE ts + ${every} <= ${now}) ` +
        `INSERT INTO point SELECT ${id}, ts, ${values} FROM times`,
    );
  }
  database.exec("COMMIT");
  database.close();
}

function descriptionOf(index: number, tool: string, eventTypes: string[]) {
  const source = `10.0.${index >> 8}.${index & 255}`;
  return JSON.stringify({
    "subject-type": "point-to-point",
    "source": source,
    "destination": "192.0.2.1",
    "measurement-agent": source,
    "tool-name": tool,
    "input-source": source,
    "input-destination": "192.0.2.1",
    "event-types": eventTypes.map((name) => ({
      "event-type": name,
      "summaries": [],
    })),
  });
}
