import { assertEquals } from "@std/assert";
import { Settling } from "../../../cli/export/settling.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Seconds since 1970 UTC. */
function at(time: string): number {
  return Date.parse(`${time}Z`) / 1000;
}

const END = at("2016-03-15T12:00:00");

function settling(
  { summaryWindow = 0, overlap = HOUR, last }: {
    summaryWindow?: number;
    overlap?: number;
    last?: number;
  } = {},
): Settling {
  return new Settling({
    ...{ end: END, overlap, summaryWindow },
    ...(last === undefined ? {} : { last }),
  });
}

/** All marks of a file, each passed as soon as it is due. */
function marksOf(settling: Settling, written = -Infinity): number[] {
  const marks = settling.marks(written);
  const all: number[] = [];
  while (marks.due !== Infinity) all.push(marks.pass(marks.due));
  return all;
}

Deno.test("Settling.again is the overlap before the end of the last second, but never counts beyond the window", () => {
  assertEquals(settling().again(END - 100), END - 99 - HOUR);
  assertEquals(settling().again(END + DAY), END + 1 - HOUR);
  assertEquals(settling({ overlap: 0 }).again(END - 100), END - 99);
});

Deno.test("Settling.again is where a roll-up begins", () => {
  const last = at("2016-03-15T10:29:59");
  assertEquals(
    settling({ summaryWindow: 300 }).again(last),
    at("2016-03-15T09:30:00"),
  );
  assertEquals(
    settling({ summaryWindow: 300 }).again(last - 1),
    at("2016-03-15T09:25:00"),
  );
});

Deno.test("Settling.after is the next second, or the begin of the roll-up that it is in", () => {
  assertEquals(settling().after(599), 600);
  assertEquals(settling({ summaryWindow: 300 }).after(598), 300);
  assertEquals(settling({ summaryWindow: 300 }).after(599), 600);
});

Deno.test("Settling.marks are five minutes apart for an hour before the end, then ever further, for some nine years", () => {
  const marks = marksOf(settling()).reverse();
  const begin = settling().again(END);
  assertEquals(marks[0], begin);
  assertEquals(marks.length, 80);
  const steps = marks.slice(1).map((mark, index) => marks[index]! - mark);
  assertEquals(steps.slice(0, 12), Array(12).fill(300));
  assertEquals(steps.slice(12, 20), [
    ...Array(4).fill(600),
    ...Array(4).fill(1200),
  ]);
  const reach = begin - marks.at(-1)!;
  assertEquals(reach > 8 * YEAR && reach < 10 * YEAR, true, `${reach / YEAR}`);
});

Deno.test("Settling.marks has one where the earlier run would have been read again", () => {
  const last = END - 12_345;
  const again = settling().again(last);
  assertEquals(marksOf(settling()).includes(again), false);
  assertEquals(marksOf(settling({ last })).includes(again), true);
});

Deno.test("Settling.marks of a file that is continued are later than what it has", () => {
  const all = marksOf(settling());
  const written = all[70]!;
  assertEquals(marksOf(settling(), written), all.slice(71));
  assertEquals(marksOf(settling(), NaN), all);
});

Deno.test("marks that are passed together are the last of them, and none is passed twice", () => {
  const all = marksOf(settling());
  const marks = settling().marks(-Infinity);
  assertEquals(marks.pass(all[0]! - 1), -Infinity);
  assertEquals(marks.pass(all[5]! + 1), all[5]);
  assertEquals(marks.pass(all[5]! + 1), -Infinity);
  assertEquals(marks.due, all[6]);
});
