import { assertEquals, assertRejects } from "@std/assert";
import { Gate } from "../../client/gate.ts";
import type { HttpOptions } from "../../client/http.ts";
import { PagesAhead } from "../../client/list_ahead.ts";

const HTTP: HttpOptions = { timeout: 0 };

/** Pages that are their offsets, what was asked for, and how much is left. */
function pagesOf(most: number) {
  const gate = new Gate(most);
  const asked: [offset: number, between: number, isAhead: boolean][] = [];
  const signals = new Map<number, readonly AbortSignal[]>();
  const ahead = new PagesAhead(gate, (offset, http, between) => {
    asked.push([offset, between, http.turn?.isAhead ?? false]);
    signals.set(offset, http.signals ?? []);
    return offset === 13
      ? Promise.reject(new RangeError("13"))
      : Promise.resolve(offset);
  });
  /** How many more may be ahead. */
  const free = () => {
    let count = 0;
    while (gate.takeAhead()) count++;
    for (let n = 0; n < count; n++) gate.giveAhead();
    return count;
  };
  return { ahead, asked, signals, free };
}

Deno.test("PagesAhead asks for as many pages ahead as the gate allows, each once, and gives them in order", async () => {
  const { ahead, asked, free } = pagesOf(2);
  const cut = { step: 10, total: 60 };
  assertEquals(await ahead.page(10, cut, HTTP), 10);
  assertEquals(asked, [[10, 0, false], [20, 10, true], [30, 20, true]]);
  assertEquals(free(), 0);
  for (const offset of [20, 30, 40, 50]) {
    assertEquals(await ahead.page(offset, cut, HTTP), offset);
  }
  assertEquals(asked.map(([offset]) => offset), [10, 20, 30, 40, 50]);
  assertEquals(free(), 2);
});

Deno.test("PagesAhead asks for one page at a time where it is not known how the list is cut", async () => {
  const { ahead, asked, free } = pagesOf(6);
  await ahead.page(10, undefined, HTTP);
  assertEquals(asked, [[10, 0, false]]);
  assertEquals(free(), 6);
});

Deno.test("PagesAhead drops what is ahead when a page begins elsewhere, and at the end", async () => {
  const { ahead, asked, signals, free } = pagesOf(6);
  await ahead.page(10, { step: 10, total: 40 }, HTTP);
  await ahead.page(17, { step: 7, total: 40 }, HTTP);
  assertEquals(asked.map(([offset]) => offset), [10, 20, 30, 17, 24, 31, 38]);
  const isEnded = (offset: number) =>
    signals.get(offset)!.some(({ aborted }) => aborted);
  assertEquals([10, 20, 30, 17, 24, 38].map(isEnded), [
    ...[false, true, true, false],
    ...[false, false],
  ]);
  ahead.end();
  assertEquals([17, 24, 31, 38].map(isEnded), [false, true, true, true]);
  assertEquals(free(), 6);
});

Deno.test("PagesAhead throws what a page failed with in its turn, if that comes", async () => {
  const { ahead } = pagesOf(6);
  const cut = { step: 1, total: 15 };
  assertEquals(await ahead.page(11, cut, HTTP), 11);
  assertEquals(await ahead.page(12, cut, HTTP), 12);
  await assertRejects(() => ahead.page(13, cut, HTTP), RangeError, "13");
  ahead.end();
});
