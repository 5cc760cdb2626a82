import { assertEquals } from "@std/assert";
import { merge } from "../../client/merge.ts";

async function* items<T>(...all: T[]): AsyncGenerator<T, void, void> {
  yield* all;
}

Deno.test("merge() opens no more sources at a time than it has to, and comes to the end of all", async () => {
  let [open, most] = [0, 0];
  async function* source(at: number): AsyncGenerator<number, void, void> {
    most = Math.max(most, ++open);
    try {
      yield at;
      yield at;
    } finally {
      open--;
    }
  }
  const sources = Array.from({ length: 200 }, (_, at) => source(at));
  const found: number[] = [];
  const ended = new Set<number>();
  for await (const arrival of merge(sources)) {
    if ("item" in arrival) found.push(arrival.item);
    else ended.add(arrival.at);
  }
  assertEquals(most, 48);
  assertEquals(ended.size, 200);
  assertEquals(
    found.sort((one, other) => one - other),
    Array.from({ length: 400 }, (_, at) => at >> 1),
  );
});

Deno.test("merge() gives the error of a source in its place, and goes on with the others", async () => {
  async function* failing(): AsyncGenerator<string, void, void> {
    yield "before";
    throw new Error("broken");
  }
  const told: string[] = [];
  for await (const arrival of merge([failing(), items("a", "b")])) {
    told.push(
      "item" in arrival
        ? arrival.item
        : "error" in arrival
        ? (arrival.error as Error).message
        : `end of ${arrival.at}`,
    );
  }
  assertEquals(told.toSorted(), ["a", "b", "before", "broken", "end of 1"]);
  assertEquals(told.indexOf("before") < told.indexOf("broken"), true);
  assertEquals(await Array.fromAsync(merge([])), []);
});

Deno.test("merge() opens others in place of sources that are silent", async () => {
  const hanging = Promise.withResolvers<void>();
  // deno-lint-ignore require-yield
  async function* mute(): AsyncGenerator<string, void, void> {
    await hanging.promise;
  }
  const silent = new Set<number>();
  let fell = () => {};
  const sources = [...Array.from({ length: 100 }, mute), items("a", "b")];
  const merged = merge(sources, {
    has: (at) => silent.has(at),
    watch: (callback) => {
      fell = callback;
      return () => fell = () => {};
    },
  });
  const first = merged.next();
  for (const upTo of [48, 96, 100]) {
    await Promise.resolve();
    while (silent.size < upTo) silent.add(silent.size);
    fell();
  }
  assertEquals((await first).value, { at: 100, item: "a" });
  hanging.resolve();
  const rest = await Array.fromAsync(merged);
  assertEquals(rest.length, 102);
});
