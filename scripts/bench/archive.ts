/**
 * Points per second into and out of the embedded archive, next to the same rows
 * written and read with `node:sqlite` alone, in transactions of the same size:
 * `deno run -A scripts/bench/archive.ts`. With `--cpu` points per second of
 * processor time, of client and archive together: that holds on a machine which
 * is busy with something else, too.
 *
 * @module
 */

import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { startArchive } from "../../archive/server.ts";

const TOKEN = "bench";
const BATCH = 1000;
const BULK_POINTS = 200_000;
const SINGLE_POINTS = 2000;
const START = 1_700_000_000;
const COUNTS_CPU = Deno.args.includes("--cpu");
const HEADERS = {
  "authorization": `Token ${TOKEN}`,
  "content-type": "application/json",
};

const directory = await Deno.makeTempDir();
try {
  const theirs = measureRaw(`${directory}/raw.db`);
  const plain = await measureArchive(`${directory}/plain.db`, []);
  const rolled = await measureArchive(`${directory}/rolled.db`, [
    300,
    3600,
    86_400,
  ]);
  console.log(
    `points a ${COUNTS_CPU ? "CPU " : ""}second`.padEnd(34) +
      ["archive", "with 3 roll-ups", "node:sqlite"].map((title) =>
        title.padStart(17)
      ).join(""),
  );
  row(`in, ${BATCH} a request`, plain.bulk, rolled.bulk, theirs.bulk);
  row("in, 1 a request", plain.single, rolled.single, theirs.single);
  row(`out, ${BATCH} a request`, plain.read, rolled.read, theirs.read);
} finally {
  await Deno.remove(directory, { recursive: true });
}

/** Points a second. */
interface Rates {
  bulk: number;
  single: number;
  read: number;
}

function row(title: string, plain: number, rolled: number, theirs: number) {
  const cell = (rate: number) =>
    `${Math.round(rate)} (1/${(theirs / rate).toFixed(1)})`.padStart(17);
  console.log(
    title.padEnd(34) + cell(plain) + cell(rolled) +
      String(Math.round(theirs)).padStart(17),
  );
}

async function measureArchive(db: string, windows: number[]): Promise<Rates> {
  const archive = await startArchive({ db, tokens: [TOKEN] });
  const root = `${archive.url}/esmond/perfsonar/archive/`;
  const answer = await fetch(root, {
    method: "POST",
    headers: HEADERS,
    body: JSON.stringify({
      "subject-type": "point-to-point",
      "source": "192.0.2.10",
      "destination": "198.51.100.20",
      "measurement-agent": "192.0.2.10",
      "event-types": ["packet-count-sent", "packet-count-lost"].map((name) => ({
        "event-type": name,
        "summaries": windows.map((window) => ({
          "summary-type": "aggregation",
          "summary-window": window,
        })),
      })),
    }),
  });
  const test = `${root}${(await answer.json())["metadata-key"]}/`;

  const bulk = await rate(BULK_POINTS, async () => {
    for (let first = 0; first < BULK_POINTS; first += BATCH) {
      const data = Array.from({ length: BATCH }, (_, index) => ({
        ts: START + first + index,
        val: [{ "event-type": "packet-count-sent", "val": index }],
      }));
      await send("PUT", test, { data });
    }
  });
  const single = await rate(SINGLE_POINTS, async () => {
    for (let index = 0; index < SINGLE_POINTS; index++) {
      const point = { ts: START + index, val: index };
      await send("POST", `${test}packet-count-lost/base`, point);
    }
  });
  const read = await rate(BULK_POINTS, async () => {
    let from = START;
    for (let seen = 0; seen < BULK_POINTS; seen += BATCH) {
      const response = await fetch(
        `${test}packet-count-sent/base?limit=${BATCH}&time-start=${from}`,
      );
      const points = await response.json();
      if (points.length !== BATCH) throw new Error("points are missing");
      from = points.at(-1).ts + 1;
    }
  });
  await archive.close();
  return { bulk, single, read };
}

async function send(
  method: string,
  url: string,
  body: unknown,
): Promise<void> {
  const response = await fetch(url, {
    method,
    headers: HEADERS,
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(await response.text());
  await response.body?.cancel();
}

/** The same table, the same durability, no archive. */
function measureRaw(path: string): Rates {
  const database = new DatabaseSync(path);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; " +
      "CREATE TABLE point (series INTEGER NOT NULL, ts INTEGER NOT NULL, " +
      "number INTEGER, divisor INTEGER, json TEXT, " +
      "PRIMARY KEY (series, ts)) WITHOUT ROWID;",
  );
  const insert = database.prepare(
    "INSERT INTO point (series, ts, number, divisor) VALUES (?, ?, ?, ?)",
  );
  const insertAll = (series: number, points: number, batch: number) => {
    for (let first = 0; first < points; first += batch) {
      database.exec("BEGIN IMMEDIATE");
      for (let index = 0; index < batch; index++) {
        insert.run(series, START + first + index, index, 1);
      }
      database.exec("COMMIT");
    }
  };
  const select = database.prepare(
    "SELECT ts, number, divisor, json FROM point " +
      "WHERE series = 1 AND ts >= ? ORDER BY ts LIMIT ?",
  );
  const rates = {
    bulk: rateOf(BULK_POINTS, () => insertAll(1, BULK_POINTS, BATCH)),
    single: rateOf(SINGLE_POINTS, () => insertAll(2, SINGLE_POINTS, 1)),
    read: rateOf(BULK_POINTS, () => {
      for (let seen = 0; seen < BULK_POINTS; seen += BATCH) {
        select.all(START + seen, BATCH);
      }
    }),
  };
  database.close();
  return rates;
}

function rateOf(points: number, work: () => void): number {
  const start = clock();
  work();
  return points * 1000 / (clock() - start);
}

async function rate(points: number, work: () => Promise<void>) {
  const start = clock();
  await work();
  return points * 1000 / (clock() - start);
}

/** Milliseconds, of the wall clock or of all processors. */
function clock(): number {
  if (!COUNTS_CPU) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
