import { assert, assertEquals, assertRejects } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import {
  BufferedSink,
  discreet,
  oneLine,
  printable,
  processIo,
} from "../../cli/io.ts";

/** A writer that takes at most so many bytes at a time. */
class SlowWriter {
  bytes: number[] = [];
  writes = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await Promise.resolve();
    const taken = bytes.subarray(0, this.#most);
    this.bytes.push(...taken);
    this.writes++;
    return taken.length;
  }

  get text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.bytes));
  }
}

Deno.test("BufferedSink writes everything in order, however little the writer takes at a time", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme" })),
      fc.integer({ min: 1, max: 7 }),
      async (texts, most) => {
        const writer = new SlowWriter(most);
        const sink = new BufferedSink(writer);
        for (const text of texts) await sink.write(text);
        await sink.flush();
        assertEquals(writer.text, texts.join(""));
      },
    ),
  );
});

Deno.test("BufferedSink gathers short texts into few writes", async () => {
  const writer = new SlowWriter(Infinity);
  const sink = new BufferedSink(writer);
  for (let n = 0; n < 10_000; n++) await sink.write("0123456789");
  await sink.flush();
  assertEquals(writer.text.length, 100_000);
  assert(writer.writes <= 3, `${writer.writes} writes`);
});

Deno.test("BufferedSink writes out long texts before it is asked to", async () => {
  const writer = new SlowWriter(Infinity);
  await new BufferedSink(writer).write("x".repeat(100_000));
  assertEquals(writer.text.length, 100_000);
});

Deno.test("BufferedSink that is patient writes when it is settled, everything once and in order, and then holds little", async () => {
  const piece = fc.record({
    text: fc.string({ unit: "grapheme" }),
    times: fc.constantFrom(1, 100, 30_000),
    isSettled: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece), async (pieces) => {
      const writer = new SlowWriter(50_000);
      const sink = new BufferedSink(writer, true);
      let all = "";
      for (const { text, times, isSettled } of pieces) {
        const { writes } = writer;
        await sink.write(text.repeat(times));
        assertEquals(writer.writes, writes);
        all += text.repeat(times);
        if (isSettled) await sink.settle();
        const held = new TextEncoder().encode(all).length - writer.bytes.length;
        assert(!isSettled || held <= 1 << 16, `${held} bytes are held`);
      }
      await sink.flush();
      assertEquals(writer.text === all, true);
    }),
    { numRuns: 30 },
  );
});

Deno.test("BufferedSink writes nothing twice, and nothing without text", async () => {
  const writer = new SlowWriter(Infinity);
  const sink = new BufferedSink(writer);
  await sink.flush();
  assertEquals(writer.writes, 0);
  await sink.write("once");
  await sink.flush();
  await sink.flush();
  assertEquals(writer.text, "once");
});

Deno.test("BufferedSink keeps characters whole that two writes have cut in two", async () => {
  const writer = new SlowWriter(Infinity);
  const sink = new BufferedSink(writer);
  for (const half of ["\ud83d", "\ude00"]) await sink.write(half);
  await sink.flush();
  assertEquals(writer.text, "😀");
});

Deno.test("BufferedSink throws what the writer throws, and does not try the same bytes again, nor later ones", async () => {
  for (const length of [1, 1_000_000]) {
    let writes = 0;
    const writer = {
      write: () => {
        writes++;
        return Promise.reject(new RangeError("the disk is full"));
      },
    };
    const sink = new BufferedSink(writer, true);
    await sink.write("x".repeat(length));
    await assertRejects(() => sink.flush(), RangeError, "the disk is full");
    await sink.flush();
    assertEquals(writes, 1);
  }
});

Deno.test("printable() spells out characters that act on a terminal", () => {
  const table: [text: string, shown: string][] = [
    ["\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
    ["\x07\b\r", "\\x07\\x08\\x0d"],
    ["\0\x7f", "\\x00\\x7f"],
    ["\x9b31m\x85", "\\x9b31m\\x85"],
    ["\x1b]8;;http://x\x07y", "\\x1b]8;;http://x\\x07y"],
    ["fdp\u202eexe.txt\u2066", "fdp\\u202eexe.txt\\u2066"],
    ["one\u2028line", "one\\u2028line"],
  ];
  for (const [text, shown] of table) assertEquals(printable(text), shown);
});

Deno.test("printable() leaves text in any language unchanged", () => {
  // With the marks that right-to-left writing needs.
  const text = 'plain "quoted", é 測定 😀 \\x1b שלום\u200f!';
  assertEquals(printable(text), text);
});

Deno.test("oneLine() makes one line of several, and cuts it", () => {
  assertEquals(oneLine("a \r\n b\n\nc\x1b"), "a b c\\x1b");
  assertEquals(oneLine("abcdef", 3), "abc…");
  assertEquals(oneLine("abc", 3), "abc");
  assertEquals(oneLine(" a\t b "), " a\t b ");
});

Deno.test("oneLine() takes linear time for text that is built to be slow", () => {
  const spaces = " ".repeat(1_000_000);
  const begun = performance.now();
  assertEquals(oneLine(`a${spaces}b`).length, 1_000_002);
  assertEquals(oneLine(`a${spaces}\n${spaces}b`), "a b");
  assert(performance.now() - begun < 5_000);
});

Deno.test("processIo() is the environment, the clock and the signal of this process", () => {
  const { signal } = new AbortController();
  const io = processIo(signal);
  assertEquals(io.env("PATH"), Deno.env.get("PATH"));
  assertEquals(io.env("ESMOND_NO_SUCH_VARIABLE"), undefined);
  assert(Math.abs(io.now().getTime() - Date.now()) < 60_000);
  assertEquals(io.signal, signal);
  assertEquals(io.isTerminal, Deno.stdout.isTerminal());
});

Deno.test("discreet() hides in its notes what it was told to, from then on", () => {
  const notes: string[] = [];
  const io = discreet({
    ...processIo(new AbortController().signal),
    note: (line) => notes.push(line),
  });
  io.note("a-secret-key");
  io.hide!("a-secret-key");
  io.hide!("another-one");
  io.note("a-secret-key, A%2dSECRET-KEY and another-one");
  assertEquals(notes, ["a-secret-key", "***, *** and ***"]);
});
