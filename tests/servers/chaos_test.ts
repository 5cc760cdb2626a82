/**
 * The servers that misbehave do so as they say: a test of an export proves
 * nothing otherwise.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { CHANCES, ChaosArchive } from "./chaos.ts";
import { archiveOf, FROM, makeSeries, ROOT, TO } from "./generated.ts";
import { type Misdeed, type MisdeedName, MISDEEDS } from "./misdeeds.ts";
import { type RawReply, withRawServer } from "./raw.ts";
import { seeded } from "./seeded.ts";
import { Event } from "../helpers/waiting.ts";

const SERIES = makeSeries({
  ...{ key: "k1", eventType: "throughput", count: 2500 },
});

const DATA = `${ROOT}k1/throughput/base`;

function addressOf(origin: string, offset: number): string {
  return `${origin}${DATA}?time-start=${FROM}&time-end=${TO}&limit=1000&offset=${offset}`;
}

/**
 * Reads a page as a client does that looks at everything; throws what is wrong
 * with it.
 */
async function readPage(url: string, after: number): Promise<number[]> {
  const response = await fetch(url);
  const text = await response.text();
  assert(response.ok, `${response.status}`);
  const times = (JSON.parse(text) as { ts: number }[]).map(({ ts }) => ts);
  for (const [at, ts] of times.entries()) {
    assert(ts > (times[at - 1] ?? after), "out of order");
    assert(ts >= FROM && ts <= TO, "outside the window");
  }
  return times;
}

Deno.test("the archive gives every point once by limit and offset, and none outside the window", async () => {
  await withRawServer(archiveOf([SERIES]), async ({ origin, requests }) => {
    const times: number[] = [];
    for (let offset = 0; offset < 4000; offset += 1000) {
      const url = addressOf(origin, offset);
      times.push(...await readPage(url, times.at(-1) ?? 0));
    }
    assertEquals(times.length, 2500);
    assertEquals([times[0], times.at(-1)], [FROM, TO]);
    assertEquals(requests.length, 4);
  });
});

Deno.test("every kind of damage can be told from a good page", async () => {
  const kinds = Object.entries(MISDEEDS) as [MisdeedName, Misdeed][];
  for (const [kind, misdeed] of kinds) {
    const random = seeded(kind);
    let isBad = false;
    const handler = archiveOf(
      [SERIES],
      (asked) => isBad ? misdeed(asked, random) : undefined,
    );
    await withRawServer(handler, async ({ origin }) => {
      const first = await readPage(addressOf(origin, 0), 0);
      isBad = true;
      for (let turn = 0; turn < 20; turn++) {
        // The last page, which alone can have a point too many.
        await readPage(addressOf(origin, 1000), first.at(-1)!).then(
          () => assert(kind === "a point beyond the window", kind),
          () => {},
        );
        await assertRejects(
          () => readPage(addressOf(origin, 2000), first.at(-1)!),
          Error,
          "",
          kind,
        );
      }
    });
  }
});

Deno.test("a connection is reset, an answer cut and a silence kept as asked for", async () => {
  const replies: Record<string, RawReply> = {
    "/reset": "reset",
    "/silence": "silence",
    "/cut": { body: "[]", end: "cut" },
    "/mute": { body: "[]", end: "silence" },
  };
  await withRawServer((url) => replies[url.pathname]!, async ({ origin }) => {
    await assertRejects(() => fetch(`${origin}/reset`), TypeError);
    const cut = await fetch(`${origin}/cut`);
    await assertRejects(() => cut.text(), TypeError);
    for (const path of ["/silence", "/mute"]) {
      await assertRejects(async () => {
        const signal = AbortSignal.timeout(200);
        await (await fetch(origin + path, { signal })).text();
      }, DOMException);
    }
  });
});

Deno.test("a server that has died refuses connections", async () => {
  await withRawServer(() => ({ body: "[]" }), async (server) => {
    assertEquals(await (await fetch(server.origin)).text(), "[]");
    server.die();
    await assertRejects(() => fetch(server.origin), TypeError);
  });
});

Deno.test("the requests that are under way are counted", async () => {
  let came = 0;
  const all = new Event();
  const wait = async (): Promise<RawReply> => {
    if (++came === 5) all.happen();
    await all.happened("five requests at a time");
    return {};
  };
  await withRawServer(wait, async (server) => {
    const requests = Array.from({ length: 5 }, () => fetch(server.origin));
    for (const each of requests) await (await each).text();
    for (let n = 0; n < 3; n++) await (await fetch(server.origin)).text();
    assertEquals([server.most, server.requests.length], [5, 8]);
  });
});

Deno.test("an archive of chaos answers no place wrongly more often than twice in a row, and the same for the same seed", async () => {
  // A place is asked for until it is answered well; silence would take its
  // time.
  const often = Object.fromEntries(
    Object.keys(CHANCES).map((
      fault,
    ) => [fault, fault === "silence" ? 0 : 0.05]),
  ) as typeof CHANCES;
  const readAll = async (seed: number) => {
    const archive = new ChaosArchive([SERIES], seed, { chances: often });
    let most = 0;
    for (let round = 0; round < 10; round++) {
      let last = 0;
      for (let offset = 0; offset < 3000; offset += 1000) {
        const url = addressOf(archive.origin, offset);
        for (let wrong = 0;; wrong++) {
          most = Math.max(most, wrong);
          const page = await readPage(url, last).catch(() => undefined);
          if (page === undefined) continue;
          last = page.at(-1)!;
          break;
        }
      }
      assertEquals(last, TO);
    }
    await archive.close();
    return { most, good: archive.good, faults: [...archive.faults].sort() };
  };
  const [one, again, other] = [
    await readAll(1),
    await readAll(1),
    await readAll(2),
  ];
  assertEquals([one.most, one.good], [2, 30]);
  assertEquals(one, again);
  assert(JSON.stringify(one.faults) !== JSON.stringify(other.faults));
  assert(one.faults.length > 9, JSON.stringify(one.faults));
});
