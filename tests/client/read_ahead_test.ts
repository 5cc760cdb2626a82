import { assert, assertEquals, assertRejects } from "@std/assert";
import type { HttpOptions } from "../../client/http.ts";
import { readAhead } from "../../client/read_ahead.ts";
import { archiveAt, type TestArchive } from "../helpers/test_archive.ts";
import { pause } from "../helpers/waiting.ts";

const archive = (): TestArchive => archiveAt("http://127.0.0.1:9");

/** Pages 0, 1, 2, … up to `last`; remembers which were asked for. */
function numbers(last: number, asked: number[] = []) {
  const fetcher = (page: number) => (_: HttpOptions) => {
    asked.push(page);
    return Promise.resolve(page);
  };
  return {
    first: fetcher(0),
    nextOf: (page: number) => page < last ? fetcher(page + 1) : undefined,
  };
}

Deno.test("readAhead() yields every page, in order", async () => {
  const { first, nextOf } = numbers(5);
  const pages = await Array.fromAsync(readAhead(archive(), first, nextOf));
  assertEquals(pages, [0, 1, 2, 3, 4, 5]);
});

Deno.test("readAhead() asks for nothing before the first page is wanted", async () => {
  const asked: number[] = [];
  const { first, nextOf } = numbers(5, asked);
  const pages = readAhead(archive(), first, nextOf);
  await pause(1);
  assertEquals(asked, []);
  await pages.return();
  assertEquals(asked, []);
});

Deno.test("readAhead() has the next page on its way while the caller looks at the last, and never more", async () => {
  const asked: number[] = [];
  const { first, nextOf } = numbers(3, asked);
  const seen: number[][] = [];
  for await (const _ of readAhead(archive(), first, nextOf)) {
    await pause(1);
    seen.push([...asked]);
  }
  assertEquals(seen, [[0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3]]);
});

Deno.test("readAhead() asks once for what follows each page", async () => {
  const { first, nextOf } = numbers(3);
  const looked: number[] = [];
  const pages = readAhead(archive(), first, (page) => {
    looked.push(page);
    return nextOf(page);
  });
  await Array.fromAsync(pages);
  assertEquals(looked, [0, 1, 2, 3]);
});

Deno.test("readAhead() gives all requests the same signal and fires it when the loop is left", async () => {
  const signals: AbortSignal[] = [];
  const { first, nextOf } = numbers(9);
  const watched = (fetch: typeof first) => (http: HttpOptions) => {
    signals.push(...http.signals ?? []);
    return fetch(http);
  };
  const pages = readAhead(archive(), watched(first), (page) => {
    const next = nextOf(page);
    return next && watched(next);
  });
  for await (const page of pages) {
    assert(signals.every(({ aborted }) => !aborted));
    if (page === 1) break;
  }
  assertEquals(signals.length, 3);
  assertEquals(new Set(signals).size, 1);
  assertEquals(signals[0]?.aborted, true);
});

Deno.test("readAhead() fires the signal when the caller throws", async () => {
  const there = archive();
  const { first, nextOf } = numbers(9);
  await assertRejects(
    async () => {
      for await (const _ of readAhead(there, first, nextOf)) {
        throw new RangeError("mine");
      }
    },
    RangeError,
    "mine",
  );
  assertEquals(there.stops.map((stop) => stop.aborted), [true]);
});

Deno.test("readAhead() throws what a page failed with after the pages before it", async () => {
  const came: number[] = [];
  const pages = readAhead(
    archive(),
    () => Promise.resolve(0),
    (page) =>
      page < 2 ? () => Promise.resolve(page + 1) : () => {
        return Promise.reject(new RangeError("page 3"));
      },
  );
  await assertRejects(
    async () => {
      for await (const page of pages) {
        await pause(1); // the failure is there before it is due
        came.push(page);
      }
    },
    RangeError,
    "page 3",
  );
  assertEquals(came, [0, 1, 2]);
});

Deno.test("readAhead() throws what the first page failed with and looks no further", async () => {
  const there = archive();
  const pages = readAhead(
    there,
    () => Promise.reject(new RangeError("page 0")),
    () => {
      throw new Error("asked what follows a page that never came");
    },
  );
  await assertRejects(() => pages.next(), RangeError, "page 0");
  assertEquals((await pages.next()).done, true);
  assertEquals(there.stops.map((stop) => stop.aborted), [true]);
});

Deno.test("readAhead() yields a page before it throws what is wrong with the way on", async () => {
  const came: number[] = [];
  const pages = readAhead(
    archive(),
    () => Promise.resolve(0),
    () => {
      throw new RangeError("no way on");
    },
  );
  await assertRejects(
    async () => {
      for await (const page of pages) came.push(page);
    },
    RangeError,
    "no way on",
  );
  assertEquals(came, [0]);
});

Deno.test("readAhead() lets a page fail that nobody waits for any more", async () => {
  let fail = (_: Error) => {};
  const failing = new Promise<number>((_, reject) => fail = reject);
  const pages = readAhead(archive(), () => Promise.resolve(0), () => () => {
    return failing;
  });
  for await (const _ of pages) break;
  fail(new Error("too late")); // an unhandled rejection would fail the test
  await pause(1);
});

Deno.test("readAhead() starts anew for each reader", async () => {
  const there = archive();
  const { first, nextOf } = numbers(1);
  await Array.fromAsync(readAhead(there, first, nextOf));
  await Array.fromAsync(readAhead(there, first, nextOf));
  assertEquals(there.stops.length, 2);
  assert(there.stops[0] !== there.stops[1]);
});
