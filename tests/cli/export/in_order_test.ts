import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InOrder } from "../../../cli/export/in_order.ts";
import { Pieces } from "../output/sinks.ts";

/** Whether a promise is settled once all that is ready has been done. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  for (let n = 0; n < 20; n++) await Promise.resolve();
  return settled;
}

Deno.test("InOrder writes texts in the order in which they are begun", async () => {
  const sink = new Pieces();
  const texts = new InOrder(sink);
  const [a, b, c, d] = [1, 2, 3, 4].map(() => texts.begin());
  b!.write("b1 ");
  a!.write("a1 ");
  assertEquals(sink.text, "a1 "); // what comes first does not wait
  c!.write("c1 ");
  await c!.end();
  a!.write("a2 ");
  assertEquals(sink.text, "a1 a2 ");
  await a!.end();
  assertEquals(sink.text, "a1 a2 b1 ");
  b!.write("b2 ");
  assertEquals(sink.text, "a1 a2 b1 b2 ");
  await d!.end();
  await b!.end();
  assertEquals(sink.text, "a1 a2 b1 b2 c1 ");
});

Deno.test("InOrder holds back so much, then those that are not the first wait", async () => {
  const sink = new Pieces();
  const texts = new InOrder(sink, 10);
  const [a, b, c] = [texts.begin(), texts.begin(), texts.begin()];
  assertEquals(b.write("12345"), undefined);
  const more = b.write("67890!");
  assert(more instanceof Promise && !await isSettled(more));
  const ended = c.end();
  assert(!await isSettled(ended));
  assertEquals(a.write("never held back, however long"), undefined);
  await a.end();
  await more;
  assertEquals(sink.text.slice(-11), "1234567890!");
  await b.end();
  await ended;
});

Deno.test("InOrder writes nothing while what was held back is being written", async () => {
  const written: string[] = [];
  let go = () => {};
  const texts = new InOrder({
    write: (text) => {
      written.push(text);
      return new Promise<void>((resolve) => go = resolve);
    },
    flush: () => Promise.resolve(),
  });
  const [a, b] = [texts.begin(), texts.begin()];
  b.write("b1");
  b.write("b2");
  const ended = a.end();
  assertEquals(written, ["b1b2"]);
  b.write("b3");
  assertEquals(written, ["b1b2"]);
  go();
  assert(!await isSettled(ended));
  assertEquals(written, ["b1b2", "b3"]);
  go();
  await ended;
  const last = b.write("b4");
  assertEquals(written.at(-1), "b4");
  go();
  await last;
  await b.end();
});

Deno.test("InOrder tells everyone what writing failed with, and nobody waits for ever", async () => {
  const texts = new InOrder({
    write: () => Promise.reject(new Error("closed")),
    flush: () => Promise.resolve(),
  }, 1);
  const [a, b, c] = [texts.begin(), texts.begin(), texts.begin()];
  const waiting = b.write("more than may be held back")!;
  const refused = assertRejects(() => waiting, Error, "closed");
  const other = assertRejects(() => c.end(), Error, "closed");
  await assertRejects(async () => await a.write("x"), Error, "closed");
  await assertRejects(() => a.end(), Error, "closed");
  await refused;
  await other;
  assertThrows(() => void b.write("y"), Error, "closed");
});
