import { assertEquals, assertRejects } from "@std/assert";
import { inLanes, mapInLanes, Turns } from "../../../cli/query/lanes.ts";

const laneOf = (item: string) => item[0]!;

Deno.test("inLanes() works on as many items of a lane as it may, and a lane that hangs keeps no other waiting", async () => {
  const hanging = Promise.withResolvers<void>();
  const underWay = new Map<string, number>();
  const most = new Map<string, number>();
  const done: string[] = [];
  const items = [
    ...Array.from({ length: 50 }, (_, at) => `a${at}`),
    ...Array.from({ length: 50 }, (_, at) => `b${at}`),
  ];
  const all = inLanes(items, { laneOf, width: 3 }, async (item) => {
    const lane = laneOf(item);
    const count = (underWay.get(lane) ?? 0) + 1;
    underWay.set(lane, count);
    most.set(lane, Math.max(most.get(lane) ?? 0, count));
    await (lane === "a"
      ? hanging.promise
      : new Promise((resolve) => setTimeout(resolve)));
    underWay.set(lane, underWay.get(lane)! - 1);
    done.push(item);
    if (done.length === 50) hanging.resolve(); // all of b
  });
  await all;
  assertEquals(done.slice(0, 50).every((item) => laneOf(item) === "b"), true);
  assertEquals(done.length, 100);
  assertEquals([most.get("a"), most.get("b")], [3, 3]);
});

Deno.test("inLanes() works on others in place of lanes that are silent, and reads on behind their items", async () => {
  const hanging = Promise.withResolvers<void>();
  const silent = new Set<string>();
  let fell = () => {};
  const underWay = new Map<string, number>();
  const done: string[] = [];
  const items = [
    ...Array.from({ length: 400 }, (_, at) => `a${at}`),
    ...Array.from({ length: 5 }, (_, at) => `b${at}`),
  ];
  const options = {
    laneOf,
    width: 2,
    most: 2,
    silent: {
      has: (lane: string) => silent.has(lane),
      watch: (callback: () => void) => {
        fell = callback;
        return () => fell = () => {};
      },
    },
  };
  const all = inLanes(items, options, async (item) => {
    const lane = laneOf(item);
    underWay.set(lane, (underWay.get(lane) ?? 0) + 1);
    if (lane === "a") await hanging.promise;
    done.push(item);
    if (item === "b4") hanging.resolve();
  });
  for (let i = 0; i < 1000; i++) await Promise.resolve();
  assertEquals([...underWay], [["a", 2]]);
  silent.add("a");
  fell();
  await all;
  assertEquals(done.slice(0, 5), ["b0", "b1", "b2", "b3", "b4"]);
  assertEquals(done.length, 405);
});

Deno.test("inLanes() throws the first error when what was begun has ended, and begins no more", async () => {
  const begun: string[] = [];
  await assertRejects(
    () =>
      inLanes(["a1", "b1", "a2", "b2"], { laneOf, width: 1 }, async (item) => {
        begun.push(item);
        await Promise.resolve();
        if (item === "a1") throw new Error("broken");
      }),
    Error,
    "broken",
  );
  assertEquals(begun.includes("a2"), false);
  async function* failing() {
    yield "a1";
    throw new Error("no list");
  }
  const done: string[] = [];
  await assertRejects(
    () =>
      inLanes(failing(), { laneOf, width: 1 }, (item) => {
        done.push(item);
        return Promise.resolve();
      }),
    Error,
    "no list",
  );
  assertEquals(done, ["a1"]);
});

Deno.test("mapInLanes() gives results as they come, and then the error", async () => {
  const slow = Promise.withResolvers<void>();
  const found: string[] = [];
  const results = mapInLanes(
    ["a1", "b1", "b2"],
    { laneOf, width: 1 },
    async (item) => {
      if (item === "a1") await slow.promise;
      return item;
    },
  );
  for await (const each of results) {
    found.push(each);
    if (each === "b2") slow.resolve();
  }
  assertEquals(found, ["b1", "b2", "a1"]);
  await assertRejects(
    () =>
      Array.fromAsync(
        mapInLanes(["a1"], { laneOf, width: 1 }, () =>
          Promise.reject(new Error("broken"))),
      ),
    Error,
    "broken",
  );
});

Deno.test("Turns does one thing after the other, also after one that failed", async () => {
  const turns = new Turns();
  const order: number[] = [];
  const first = turns.take(async () => {
    await new Promise((resolve) => setTimeout(resolve));
    order.push(1);
    throw new Error("broken");
  });
  const second = turns.take(() => Promise.resolve(order.push(2)));
  await assertRejects(() => first, Error, "broken");
  assertEquals(await second, 2);
  assertEquals(order, [1, 2]);
});
