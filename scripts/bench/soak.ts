/**
 * Many clients write to and read from one archive for a while, some of them
 * badly. In the end everything acknowledged can be read, only injected errors
 * have occurred, and the archive uses no more memory and handles than before.
 * `deno run -A scripts/bench/soak.ts [--seconds 600] [--clients 50]
 * [--seed 1]`; exits with 1 otherwise.
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  type Child,
  heldAfter,
  heldBy,
  startChild,
} from "../../tests/archive/child.ts";
import {
  description,
  makeTest,
  ROOT,
  TOKEN,
} from "../../tests/helpers/archive.ts";
import { RawClient } from "../../tests/archive/raw_client.ts";
import { pick, seeded } from "../../tests/servers/seeded.ts";

/**
 * Megabytes that the archive may have grown by since half of the time: the
 * cache of its database is 64.
 */
const GROWTH = 100;

/** Points of a bulk write. */
const BULK = 50;

/** Points of a page when all is read back. */
const PAGE = 5000;

const WINDOW = 300;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    clients: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});

/** A series that one client writes. */
interface Lane {
  path: string;
  /** The second of its next point. */
  next: number;
  /** First and last seconds of writes that were acknowledged. */
  kept: [from: number, to: number][];
}

/** What came of it all. */
class Tally {
  readonly failures: string[] = [];
  readonly reads: number[] = [];
  readonly writes: number[] = [];
  points = 0;
  faults = 0;

  fail(what: string): void {
    this.failures.push(what);
  }
}

/** What a client has at hand. */
interface Client {
  url: string;
  http: Deno.HttpClient;
  lane: Lane;
  random: () => number;
  tally: Tally;
}

async function soak({ url, pid, said }: Child): Promise<boolean> {
  const seconds = Number(values.seconds);
  const tally = new Tally();
  const http = Deno.createHttpClient({ poolMaxIdlePerHost: 200 });
  const clients: Client[] = [];
  for (let number = 0; number < Number(values.clients); number++) {
    const key = await makeTest(
      url,
      description({ "throughput": [["aggregation", WINDOW]] }, { number }),
    );
    const lane = { path: `${url}${ROOT}${key}/`, next: 0, kept: [] };
    const random = seeded(`${values.seed}/${number}`);
    clients.push({ url, http, lane, random, tally });
  }
  const before = await heldBy(pid);
  const held: string[] = [];
  let half = before;
  const begun = performance.now();
  const at = (share: number) =>
    setTimeout(async () => {
      const now = await heldBy(pid);
      if (share === 0.5) half = now;
      held.push(`${share * 100} %: ${describe(now)}`);
    }, seconds * 1000 * share);
  at(0.1);
  at(0.5);
  const isOver = () => performance.now() - begun > seconds * 1000;
  await Promise.all(clients.map(async (client) => {
    while (!isOver()) {
      await step(client);
      await pause(client.random() * 40);
    }
  }));
  const last = await heldBy(pid);
  held.push(`100 %: ${describe(last)}`);
  for (const { lane } of clients) await check(lane, http, tally);
  http.close();
  const after = await heldAfter(pid, before);
  if (after.handles > before.handles) {
    tally.fail(`handles: ${before.handles} before, ${after.handles} after`);
  }
  if (last.memory > half.memory + GROWTH) {
    tally.fail(`memory: ${half.memory | 0} MB, then ${last.memory | 0} MB`);
  }
  const unexpected = said().split("\n").filter((line) =>
    line !== "" && !/^(--token|refused): /.test(line)
  );
  if (unexpected.length > 0) tally.fail(`it said: ${unexpected[0]}`);
  report(tally, held, `before: ${describe(before)}, after: ${describe(after)}`);
  return tally.failures.length === 0;
}

function describe(held: { memory: number; handles: number }): string {
  return `${held.memory.toFixed(0)} MB, ${held.handles} handles`;
}

function report(tally: Tally, held: string[], ends: string): void {
  const { reads, writes, failures, faults, points } = tally;
  console.log(
    [
      `${
        reads.length + writes.length + faults
      } requests of ${values.clients} clients in ${values.seconds} s (seed ${values.seed})`,
      `written and read back: ${points} points`,
      `errors: ${faults} injected, ${failures.length} not injected`,
      `writing: ${latency(writes)}; reading: ${latency(reads)}`,
      `${held.join("; ")}; ${ends}`,
      ...failures.slice(0, 10).map((failure) => `FAILED: ${failure}`),
    ].join("\n"),
  );
}

function latency(all: number[]): string {
  const sorted = Float64Array.from(all).sort();
  const at = (share: number) =>
    (sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(1);
  return `${sorted.length} requests, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

type Act = (client: Client) => Promise<void>;

/** What a client does next. */
async function step(client: Client): Promise<void> {
  const kind = client.random();
  if (kind < 0.1) {
    client.tally.faults++;
    await pick(FAULTS, client.random)(client);
    return;
  }
  const isWrite = kind < 0.6;
  const begun = performance.now();
  await pick(isWrite ? WRITES : READS, client.random)(client);
  const times = isWrite ? client.tally.writes : client.tally.reads;
  times.push(performance.now() - begun);
}

/**
 * The value of a second, so that what is read can be compared without being
 * remembered.
 */
function valueAt(ts: number): number {
  return ts * 7 % 1_000_003;
}

const HEADERS = {
  "authorization": `Token ${TOKEN}`,
  "content-type": "application/json",
};

/** What stands here several times is done more often. */
const WRITES: Act[] = [
  (client) => write(client, 1),
  (client) => write(client, 1),
  (client) => write(client, 1),
  (client) => write(client, BULK),
];

async function write(client: Client, number: number): Promise<void> {
  const { lane, http, tally } = client;
  const from = take(lane, number);
  const status = await fetch(...requestOf(lane, from, number, http)).then(
    async (response) => {
      await response.text();
      return response.status;
    },
    String,
  );
  if (status === 201) lane.kept.push([from, from + number - 1]);
  else tally.fail(`a write: ${status}`);
}

function take(lane: Lane, number: number): number {
  const from = lane.next;
  lane.next += number;
  return from;
}

type Sent = [string, RequestInit & { client: Deno.HttpClient }];

function requestOf(
  lane: Lane,
  from: number,
  number: number,
  client: Deno.HttpClient,
): Sent {
  const base = { headers: HEADERS, client };
  if (number === 1) {
    const body = bodyOf(from);
    return [`${lane.path}throughput/base`, { ...base, method: "POST", body }];
  }
  const data = Array.from({ length: number }, (_, index) => ({
    ts: from + index,
    val: [{ "event-type": "throughput", "val": valueAt(from + index) }],
  }));
  const body = JSON.stringify({ data });
  return [lane.path, { ...base, method: "PUT", body }];
}

function bodyOf(ts: number): string {
  return JSON.stringify({ ts, val: valueAt(ts) });
}

const READS: Act[] = [
  (client) => readList(client, "?limit=20"),
  (client) => readList(client, "?event-type=throughput&limit=5&offset=3"),
  readPage,
  readPage,
  readSums,
];

async function readList(client: Client, query: string): Promise<void> {
  const list = await json(client, `${client.url}${ROOT}${query}`);
  if (list?.length === 0) client.tally.fail("an empty list of tests");
}

/** A page somewhere holds the values that belong there. */
async function readPage(client: Client): Promise<void> {
  const { lane, random, tally } = client;
  const from = Math.floor(random() * lane.next);
  const page = await json(
    client,
    `${lane.path}throughput/base?time-start=${from}&limit=200`,
  );
  const isRight = page?.every((point) => point.val === valueAt(point.ts));
  if (isRight === false) tally.fail(`wrong values after ${from}`);
}

async function readSums(client: Client): Promise<void> {
  const path = `${client.lane.path}throughput/aggregations/${WINDOW}`;
  await json(client, `${path}?time-start=0&limit=50`);
}

async function json(
  { http, tally }: Client,
  url: string,
): Promise<{ ts: number; val: number }[] | undefined> {
  try {
    const response = await fetch(url, { client: http });
    const text = await response.text();
    if (response.status === 200) return JSON.parse(text);
    tally.fail(`a read: ${response.status} ${text}`);
  } catch (error) {
    tally.fail(`a read: ${error}`);
  }
  return undefined;
}

// ---- what goes wrong on purpose

const FAULTS: Act[] = [
  abortRead,
  abortWrite,
  halfBody,
  slowBody,
  (client) => bad(client, "{", HEADERS, 400),
  (client) => bad(client, `${"[".repeat(500)}`, HEADERS, 400),
  (client) => bad(client, '{"ts":"x","val":1}', HEADERS, 400),
  (client) => bad(client, bodyOf(1), { "content-type": "text/plain" }, 401),
  (client) =>
    bad(client, bodyOf(1), { ...HEADERS, "x": "x".repeat(40_000) }, 431),
];

async function abortRead({ lane, http, random }: Client): Promise<void> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), random() * 5);
  await fetch(`${lane.path}throughput/base?limit=${PAGE}&time-start=0`, {
    client: http,
    signal: abort.signal,
  }).then((response) => response.text()).catch(() => {});
  clearTimeout(timer);
}

/** Nobody can tell whether these points are stored. */
async function abortWrite({ lane, http, random }: Client): Promise<void> {
  const abort = new AbortController();
  const [url, init] = requestOf(lane, take(lane, BULK), BULK, http);
  const timer = setTimeout(() => abort.abort(), random() * 5);
  await fetch(url, { ...init, signal: abort.signal })
    .then((response) => response.text()).catch(() => {});
  clearTimeout(timer);
}

async function halfBody({ url, lane }: Client): Promise<void> {
  const client = await RawClient.to(url);
  const body = bodyOf(take(lane, 1));
  await client.send(headOf(lane, body.length) + body.slice(0, 9));
  client.close();
}

/** It comes in pieces, and it comes. */
async function slowBody({ url, lane, tally }: Client): Promise<void> {
  const client = await RawClient.to(url);
  const ts = take(lane, 1);
  const body = bodyOf(ts);
  const whole = headOf(lane, body.length) + body;
  const third = Math.ceil(whole.length / 3);
  for (let from = 0; from < whole.length; from += third) {
    await client.send(whole.slice(from, from + third));
    await pause(100);
  }
  const { status } = await client.answer();
  client.close();
  if (status === 201) lane.kept.push([ts, ts]);
  else tally.fail(`a slow write: ${status}`);
}

function headOf(lane: Lane, length: number): string {
  const { host, pathname } = new URL(`${lane.path}throughput/base`);
  return `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${length}\r\n` +
    `Authorization: Token ${TOKEN}\r\nContent-Type: application/json\r\n\r\n`;
}

async function bad(
  { lane, http, tally }: Client,
  body: string,
  headers: Record<string, string>,
  expected: number,
): Promise<void> {
  const status = await fetch(`${lane.path}throughput/base`, {
    method: "POST",
    client: http,
    headers,
    body,
  }).then(async (response) => {
    await response.text();
    return response.status;
  }, String);
  if (status !== expected) tally.fail(`${status} instead of ${expected}`);
}

// ---- the end

/**
 * Reads a series to its end: every acknowledged point is there, each once, with
 * its value.
 */
async function check(
  lane: Lane,
  client: Deno.HttpClient,
  tally: Tally,
): Promise<void> {
  const found = new Set<number>();
  for (let from = 0;;) {
    const response = await fetch(
      `${lane.path}throughput/base?time-start=${from}&limit=${PAGE}`,
      { client },
    );
    const page: { ts: number; val: number }[] = await response.json();
    for (const { ts, val } of page) {
      if (val !== valueAt(ts) || found.has(ts) || ts >= lane.next) {
        tally.fail(`${lane.path}: ${val} at ${ts}`);
      }
      found.add(ts);
    }
    if (page.length === 0) break;
    from = page.at(-1)!.ts + 1;
  }
  for (const [from, to] of lane.kept) {
    for (let ts = from; ts <= to; ts++) {
      if (!found.has(ts)) tally.fail(`${lane.path}: ${ts} is lost`);
      tally.points++;
    }
  }
}

const directory = await Deno.makeTempDir();
let child: Child | undefined;
try {
  child = await startChild(`${directory}/soak.db`);
  const isGood = await soak(child);
  Deno.exitCode = isGood ? 0 : 1;
} finally {
  await child?.kill();
  await Deno.remove(directory, { recursive: true });
}
