import { assertEquals } from "@std/assert";
import { ArchiveClock } from "../../../cli/query/clock.ts";
import { withServer } from "../../servers/serve.ts";

const NOW = Date.UTC(2016, 2, 1) / 1000;

/** The clock after an answer of an archive whose clock is so many seconds ahead. */
async function after(ahead: number, dates?: (string | undefined)[]) {
  const notes: string[] = [];
  const clock = new ArchiveClock({
    now: () => new Date(NOW * 1000),
    note: (line) => notes.push(line),
  });
  const send = clock.watching(fetch);
  const date = new Date((NOW + ahead) * 1000).toUTCString();
  const answers = [...dates ?? [date]];
  await withServer(
    () => {
      const each = answers.shift();
      return new Response(
        "[]",
        each === undefined ? {} : { headers: { date: each } },
      );
    },
    async (origin) => {
      for (const _ of [...answers]) await (await send(origin)).text();
    },
  );
  return { clock, notes };
}

Deno.test("ArchiveClock is ours while the archive's differs by a minute at most", async () => {
  for (const ahead of [0, 60, -60]) {
    const { clock, notes } = await after(ahead);
    assertEquals([clock.now(), notes], [NOW, []]);
  }
});

Deno.test("ArchiveClock is the archive's where it differs by more, and says so once", async () => {
  const date = new Date((NOW + 600) * 1000).toUTCString();
  const { clock, notes } = await after(600, [date, date]);
  assertEquals(clock.now(), NOW + 600);
  assertEquals(notes, [
    "the archive's clock is 600 s ahead: ages are by its clock",
  ]);
  const window = { start: 0, end: NOW };
  assertEquals(clock.window(window, true), { start: 0, end: NOW + 600 });
  assertEquals(clock.window(window, false), window);
});

Deno.test("ArchiveClock takes no clock from a date that is none", async () => {
  const { clock, notes } = await after(0, ["yesterday"]);
  assertEquals([clock.now(), notes], [NOW, []]);
});
