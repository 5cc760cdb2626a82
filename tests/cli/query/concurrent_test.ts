import { assert, assertEquals, assertRejects } from "@std/assert";
import { concatAhead, mapAhead } from "../../../cli/query/concurrent.ts";

async function* count(to: number): AsyncGenerator<number, void, void> {
  for (let n = 0; n < to; n++) yield n;
}

const tick = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("mapAhead() gives the results in the order of the items, whichever is ready first", async () => {
  const results: number[] = [];
  for await (
    const each of mapAhead(count(200), async (n) => {
      if (n % 3 === 0) await tick();
      return n * 10;
    })
  ) results.push(each);
  assertEquals(results, Array.from({ length: 200 }, (_, n) => n * 10));
});

Deno.test("mapAhead() of nothing is nothing", async () => {
  assertEquals(await Array.fromAsync(mapAhead(count(0), tick)), []);
});

Deno.test("mapAhead() works on several items at once, but not on all", async () => {
  let underWay = 0;
  let most = 0;
  const work = async (n: number) => {
    most = Math.max(most, ++underWay);
    await tick();
    underWay--;
    return n;
  };
  for await (const _ of mapAhead(count(300), work)) await tick();
  assert(most > 8 && most <= 64, `${most} at once`);
});

Deno.test("mapAhead() takes no more items once the caller has left", async () => {
  let taken = 0;
  let isClosed = false;
  async function* items() {
    try {
      for (;;) yield taken++;
    } finally {
      isClosed = true;
      await tick();
    }
  }
  for await (const n of mapAhead(items(), (n) => Promise.resolve(n))) {
    if (n === 3) break;
  }
  assert(isClosed);
  assert(taken < 100, `${taken} taken`);
});

Deno.test("mapAhead() throws what the work throws", async () => {
  const work = (n: number) =>
    n === 5 ? Promise.reject(new RangeError("five")) : Promise.resolve(n);
  const results: number[] = [];
  await assertRejects(
    async () => {
      for await (const n of mapAhead(count(100), work)) results.push(n);
    },
    RangeError,
    "five",
  );
  assertEquals(results, [0, 1, 2, 3, 4]);
});

Deno.test("mapAhead() throws what the items throw, after the results of the items before", async () => {
  async function* items() {
    yield* count(3);
    throw new RangeError("the next page failed");
  }
  const results: number[] = [];
  await assertRejects(
    async () => {
      const all = mapAhead(items(), (n) => Promise.resolve(n));
      for await (const n of all) results.push(n);
    },
    RangeError,
    "the next page failed",
  );
  assertEquals(results, [0, 1, 2]);
});

async function* slowItems() {
  yield 0;
  for (let n = 0; n < 5; n++) await tick();
  yield 1;
}

Deno.test("mapAhead() leaves no rejection unhandled while it waits for the next item", async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  addEventListener("unhandledrejection", onUnhandled);
  try {
    const work = (n: number) =>
      n === 0 ? Promise.reject(new RangeError("zero")) : Promise.resolve(n);
    await assertRejects(
      () => Array.fromAsync(mapAhead(slowItems(), work)),
      RangeError,
      "zero",
    );
    await tick();
  } finally {
    removeEventListener("unhandledrejection", onUnhandled);
  }
  assertEquals(unhandled, []);
});

/** A list that notes when it is begun and left. */
function noted(n: number, told: string[]) {
  return async function* (): AsyncGenerator<string, void, void> {
    told.push(`begin ${n}`);
    try {
      await tick();
      for (const item of ["a", "b"]) yield `${n}${item}`;
    } finally {
      told.push(`end ${n}`);
    }
  };
}

Deno.test("concatAhead() gives the items list by list, with some of the next lists begun", async () => {
  const told: string[] = [];
  const lists = Array.from({ length: 20 }, (_, n) => noted(n, told));
  const items = concatAhead(lists);
  assertEquals((await items.next()).value, "0a");
  const begun = told.filter((each) => each.startsWith("begin")).length;
  assert(begun > 1 && begun <= 6, `${begun} are begun`);
  assertEquals(
    await Array.fromAsync(items),
    lists.flatMap((_, n) => [`${n}a`, `${n}b`]).slice(1),
  );
  assertEquals(await Array.fromAsync(concatAhead([])), []);
});

Deno.test("concatAhead() leaves every list that it has begun, also when one fails", async () => {
  const told: string[] = [];
  const fails = async function* (): AsyncGenerator<string, void, void> {
    yield "x";
    throw new Error("no more");
  };
  const lists = [noted(0, told), fails, noted(2, told), noted(3, told)];
  const seen: string[] = [];
  await assertRejects(
    async () => {
      for await (const item of concatAhead(lists)) seen.push(item);
    },
    Error,
    "no more",
  );
  assertEquals(seen, ["0a", "0b", "x"]);
  for await (const _ of concatAhead(lists)) break;
  const count = (what: string) =>
    told.filter((each) => each.startsWith(what)).length;
  assertEquals(count("begin"), count("end"));
});
