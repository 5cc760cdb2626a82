import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { openAhead, sideBySide } from "../../client/side_by_side.ts";
import { pause } from "../helpers/waiting.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Work that lasts until it is told otherwise. */
class Work {
  readonly begun: number[] = [];
  readonly #ends = new Map<number, PromiseWithResolvers<void>>();

  do = async (item: number): Promise<void> => {
    this.begun.push(item);
    const end = Promise.withResolvers<void>();
    this.#ends.set(item, end);
    await end.promise;
  };

  async end(item: number, error?: Error): Promise<void> {
    const end = this.#ends.get(item)!;
    this.#ends.delete(item);
    if (error === undefined) end.resolve();
    else end.reject(error);
    await pause(0);
  }
}

/** Numbers from 0 on, and how many of them were taken. */
class Numbers {
  taken = 0;
  isClosed = false;

  constructor(readonly count: number) {}

  *[Symbol.iterator](): Generator<number> {
    try {
      while (this.taken < this.count) yield this.taken++;
    } finally {
      this.isClosed = true;
    }
  }

  async *late(): AsyncGenerator<number> {
    for (const number of this) {
      await pause(0);
      yield number;
    }
  }
}

Deno.test("sideBySide() works on so many at a time, and takes the next when there is room for it", async () => {
  const work = new Work();
  const items = new Numbers(5);
  const all = sideBySide(items, 2, work.do);
  await pause(0);
  assertEquals([work.begun, items.taken], [[0, 1], 2]);
  await work.end(1);
  assertEquals([work.begun, items.taken], [[0, 1, 2], 3]);
  await work.end(2);
  assertEquals([work.begun, items.taken], [[0, 1, 2, 3], 4]);
  await work.end(0);
  assertEquals([work.begun, items.taken], [[0, 1, 2, 3, 4], 5]);
  await work.end(3);
  await work.end(4);
  await all;
  assertEquals(items.isClosed, true);
});

Deno.test("sideBySide() does everything once, whatever the width and however long each takes, and never more at a time", async () => {
  const run = fc.record({
    delays: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 25 }),
    width: fc.integer({ min: 1, max: 8 }),
    isLate: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(run, async ({ delays, width, isLate }) => {
      const done: number[] = [];
      let underWay = 0;
      const items = new Numbers(delays.length);
      await sideBySide(isLate ? items.late() : items, width, async (item) => {
        assert(++underWay <= width, `${underWay} of ${width}`);
        if (delays[item]! > 0) await pause(delays[item]!);
        underWay--;
        done.push(item);
      });
      assertEquals(done.sort((one, other) => one - other), [
        ...new Numbers(delays.length),
      ]);
    }),
    { seed: 6, numRuns: 40 },
  );
});

Deno.test("sideBySide() throws the first error when the work that had been begun is done, and begins no more", async () => {
  const work = new Work();
  const items = new Numbers(9);
  const first = new RangeError("first");
  let isOver = false;
  const all = assertRejects(() => sideBySide(items, 3, work.do), RangeError)
    .finally(() => isOver = true);
  await pause(0);
  await work.end(1, first);
  assertEquals(isOver, false);
  await work.end(0, new RangeError("second"));
  assertEquals(isOver, false);
  await work.end(2);
  assertStrictEquals(await all, first);
  assertEquals([work.begun, items.taken], [[0, 1, 2], 3]);
  assertEquals(items.isClosed, true);
});

Deno.test("sideBySide() throws what the items fail with when the work that had been begun is done", async () => {
  const work = new Work();
  let isOver = false;
  async function* items() {
    yield 0;
    await pause(0);
    throw new RangeError("no more items");
  }
  const all = assertRejects(
    () => sideBySide(items(), 3, work.do),
    RangeError,
    "no more items",
  ).finally(() => isOver = true);
  await pause(5);
  assertEquals([work.begun, isOver], [[0], false]);
  await work.end(0);
  await all;
});

Deno.test("sideBySide() throws what work throws before it has given a promise", async () => {
  const items = new Numbers(9);
  await assertRejects(
    () =>
      sideBySide(items, 3, (item) => {
        if (item === 1) throw new RangeError("at once");
        return pause(1);
      }),
    RangeError,
    "at once",
  );
  assertEquals([items.taken, items.isClosed], [2, true]);
});

Deno.test("sideBySide() is done at once where there is nothing to do", async () => {
  await sideBySide([], 3, () => Promise.reject(new Error("never")));
  await sideBySide(new Numbers(0).late(), 3, () => {
    return Promise.reject(new Error("never"));
  });
});

Deno.test("sideBySide() begins nothing that arrives after a failure", async () => {
  const begun: number[] = [];
  async function* items() {
    yield 0;
    await pause(5); // meanwhile the work on 0 has failed
    yield 1;
  }
  await assertRejects(
    () =>
      sideBySide(items(), 4, (item) => {
        begun.push(item);
        return Promise.reject(new RangeError(`${item}`));
      }),
    RangeError,
    "0",
  );
  assertEquals(begun, [0]);
});

/** Pages of items, and which of them are open. */
class Books {
  readonly open = new Set<number>();
  readonly turned: string[] = [];

  async *read(item: number): AsyncGenerator<string, void, void> {
    this.open.add(item);
    try {
      for (const page of "ab") {
        await pause(0);
        if (item === 7) throw new Error("torn");
        this.turned.push(`${item}${page}`);
        yield `${item}${page}`;
      }
    } finally {
      this.open.delete(item);
    }
  }
}

Deno.test("openAhead() gives items in order, with the first pages of the next ones on their way", async () => {
  const books = new Books();
  const items = new Numbers(5);
  const came: string[] = [];
  for await (
    const { item, pages } of openAhead(items, 3, (each) => books.read(each))
  ) {
    assertEquals(items.taken, Math.min(item + 3, 5));
    assert(books.open.size <= 3);
    for await (const page of pages) came.push(page);
  }
  assertEquals(
    came,
    [0, 1, 2, 3, 4].flatMap((item) => [`${item}a`, `${item}b`]),
  );
  assertEquals(books.turned.slice(0, 3), ["0a", "1a", "2a"]);
  assertEquals(books.open.size, 0);
});

Deno.test("openAhead() gives the error of an item in its turn, and closes what is open when the loop is left", async () => {
  const books = new Books();
  const errors: number[] = [];
  const items = [6, 7, 8, 9];
  for await (
    const { item, pages } of openAhead(items, 4, (each) => books.read(each))
  ) {
    try {
      for await (const _ of pages);
    } catch {
      errors.push(item);
    }
    if (item === 8) break;
  }
  assertEquals(errors, [7]);
  await pause(0);
  assertEquals(books.open.size, 0);
});
