/**
 * Thousands of damaged requests: none of them stops the archive, loses a point,
 * or leaks memory or handles. `ESMOND_FUZZ_RUNS` says how many,
 * `ESMOND_FUZZ_SEED` which.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withDirectory } from "../helpers/directory.ts";
import { pick, seeded } from "../servers/seeded.ts";
import { type Child, heldAfter, heldBy, startChild } from "./child.ts";
import { type Conversation, readConversation } from "./conformance.ts";
import { type Draft, type Mutant, mutate } from "./fuzz.ts";
import {
  description,
  makeTest,
  read,
  ROOT,
  TOKEN,
} from "../helpers/archive.ts";
import { RawClient } from "./raw_client.ts";
import { runs } from "../helpers/long.ts";

const RUNS = runs("ESMOND_FUZZ_RUNS", 200, 1500);
const SEED = Deno.env.get("ESMOND_FUZZ_SEED") ?? "1";
const LANES = 4;

/**
 * Megabytes that the archive may grow by after a quarter of the requests: the
 * cache of its database is 64 MB, and V8 collects garbage late.
 */
const GROWTH = 150;

Deno.test(`${RUNS} mutated requests leave the archive as it was (seed ${SEED})`, async () => {
  await withDirectory(async (directory) => {
    const child = await startChild(`${directory}/fuzz.db`, "--verbose");
    try {
      await fuzz(child, directory);
    } finally {
      await child.kill();
    }
  });
});

async function fuzz(child: Child, directory: string): Promise<void> {
  const { url } = child;
  const keys = await Promise.all(
    [1, 2].map((number) => makeTest(url, description(EVENT_TYPES, { number }))),
  );
  const own = await makeTest(url, description({ "throughput": [] }));
  const drafts = await readDrafts(url, keys);
  const acknowledged: number[] = [];
  const statuses = new Map<string, number>();
  let run = 0;
  let warm = await heldBy(child.pid);
  const lane = async () => {
    while (run < RUNS) {
      const mine = run++;
      const random = seeded(`${SEED}/${mine}`);
      const mutant = mutate(pick(drafts, random), random);
      try {
        const status = await tried(url, mutant, directory);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (mine % 10 === 0) {
          const point = { ts: mine, val: mine };
          const path = `${ROOT}${own}/throughput/base`;
          assertEquals(await post(url, path, JSON.stringify(point)), 201);
          acknowledged.push(mine);
        }
      } catch (error) {
        const text = new TextDecoder("latin1").decode(mutant.bytes);
        throw new Error(
          `seed ${SEED}, run ${mine}: ${(error as Error).message}\n` +
            `${JSON.stringify(text.slice(0, 3000))}\n${
              child.said().slice(-2000)
            }`,
        );
      }
      if (mine === Math.floor(RUNS / 4)) warm = await heldBy(child.pid);
    }
  };
  const before = await heldBy(child.pid);
  await Promise.all(Array.from({ length: LANES }, lane));
  checkLog(child.said(), directory);
  const points = await read(
    `${url}${ROOT}${own}/throughput/base?time-start=0&limit=${RUNS}`,
  );
  assertEquals(
    points,
    acknowledged.toSorted((a, b) => a - b).map((ts) => ({ ts, val: ts })),
  );
  const after = await heldAfter(child.pid, before);
  console.log(
    `${RUNS} requests, answers: ${
      JSON.stringify(Object.fromEntries([...statuses].sort()))
    }; memory ${before.memory | 0}, ${warm.memory | 0}, ${
      after.memory | 0
    } MB (begin, quarter, end); handles ${before.handles}, ${after.handles}`,
  );
  if (Number.isNaN(before.memory)) return; // a system that does not tell
  assert(after.handles <= before.handles, "handles are held");
  assert(
    after.memory < warm.memory + GROWTH,
    `memory grew from ${warm.memory} to ${after.memory} MB`,
  );
}

/** On a separate connection, so that none stays open. */
async function post(url: string, path: string, body: string) {
  const client = await RawClient.to(url);
  await client.send(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token ${TOKEN}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  const { status, body: text } = await client.answer();
  client.close();
  return status === 201 ? status : `${status} ${text}`;
}

const EVENT_TYPES: Parameters<typeof description>[0] = {
  "throughput": [["aggregation", 300], ["average", 0]],
  "failures": [],
  "packet-loss-rate": [["aggregation", 300]],
  "histogram-owdelay": [["aggregation", 300], ["statistics", 300]],
  "packet-count-sent": [["aggregation", 0]],
  "throughput-subintervals": [],
};

/** The requests of the recordings, with existing keys. */
async function readDrafts(url: string, keys: string[]): Promise<Draft[]> {
  const directory = join(import.meta.dirname!, "../golden/archive");
  const drafts: Draft[] = [];
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
  // In an order that a seed can count on.
  for (const name of names.toSorted()) {
    if (!/\.json(\.gz)?$/.test(name)) continue;
    const { requests }: Conversation = await readConversation(
      join(directory, name),
    );
    if (!requests) continue;
    for (const request of requests) {
      const text = JSON.stringify(request)
        .replaceAll("{TOKEN}", TOKEN)
        .replaceAll("{URL}", url)
        .replace(/\{key:(\d+)\}/g, (_, number) => keys[number % keys.length]!)
        .replace(/\{t0([+-]\d+)?\}/g, "1456790400");
      const { method, path, query, headers, body }: typeof request = JSON.parse(
        text,
      );
      drafts.push({
        method,
        path,
        query: query ?? [],
        headers: [["Host", new URL(url).host], ...Object.entries(headers)],
        body: bytesOf(body ?? ""),
        framing: body === undefined ? "none" : "length",
      });
    }
  }
  assert(drafts.length > 100, `${drafts.length} requests to begin with`);
  return drafts;
}

/** One character per byte. */
function bytesOf(text: string): string {
  return new TextDecoder("latin1").decode(new TextEncoder().encode(text));
}

/** Sends a request; its outcome, unless that is a defect. */
async function tried(
  url: string,
  { bytes, isFramed, isAborted, pauses }: Mutant,
  directory: string,
): Promise<string> {
  const client = await RawClient.to(url);
  try {
    let from = 0;
    for (const pause of pauses) {
      await client.send(bytes.subarray(from, pause));
      await new Promise((resolve) => setTimeout(resolve, 5));
      from = pause;
    }
    await client.send(bytes.subarray(from));
    if (isAborted) return "aborted";
    if (!isFramed) await client.end();
    const { status, body } = await client.answer();
    if (status === undefined) return "closed";
    checkText(body, directory);
    // where the original crashes
    const isTold = status === 500 && !/The archive failed/.test(body);
    assert(status < 500 || status === 503 || isTold, `${status} ${body}`);
    return String(status);
  } finally {
    client.close();
  }
}

/** No internals are shown. */
function checkText(text: string, directory: string): void {
  assert(
    !/\n\s+at |file:\/\/|\.ts:\d|node:|ext:|SQLITE/.test(text),
    `tells too much: ${text}`,
  );
  assert(!text.includes(directory), `tells the file: ${text}`);
}

/** A line for each request, and nothing else. */
function checkLog(said: string, directory: string): void {
  checkText(said.replaceAll(directory, ""), directory);
  for (const line of said.split("\n").slice(0, -1)) {
    // deno-lint-ignore no-control-regex -- these are what must not reach a terminal
    assert(!/[\x00-\x1f\x7f-\x9f]/.test(line), JSON.stringify(line));
    const isKnown = /^\S+ .* \d{3}$|^(--token|refused): /.test(line);
    assert(isKnown, `an unexpected line: ${line}`);
  }
}
