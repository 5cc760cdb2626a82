import { assert, assertEquals } from "@std/assert";
import { timeText, timeTicks } from "../../chart/time_ticks.ts";

const DAY = 86_400;
const START = 1_764_000_000; // 2025-11-24T16:00Z

function texts(span: number, zone: string, count = 8): string[] {
  return timeTicks(START, START + span, zone, count).map(({ text }) => text);
}

Deno.test("timeTicks() names round times, days at their midnight in the zone", () => {
  assertEquals(texts(3600, "UTC"), [
    ...["16:00", "16:10", "16:20", "16:30", "16:40", "16:50", "17:00"],
  ]);
  assertEquals(texts(DAY, "Europe/Berlin"), [
    ...["18:00", "21:00", "11-25", "03:00", "06:00", "09:00", "12:00", "15:00"],
  ]);
  assertEquals(texts(7 * DAY, "Asia/Kathmandu"), [
    ...["11-25", "11-26", "11-27", "11-28", "11-29", "11-30", "12-01"],
  ]);
  assertEquals(texts(10 * 365 * DAY, "UTC"), [
    ...["2026", "2028", "2030", "2032", "2034"],
  ]);
});

Deno.test("timeTicks() keeps to midnight when clocks are changed", () => {
  const start = Date.parse("2025-10-24T22:00Z") / 1000; // midnight in Berlin
  const ticks = timeTicks(start, start + 3 * DAY + 3600, "Europe/Berlin", 5);
  assertEquals(ticks.map(({ text }) => text), [
    ...["10-25", "10-26", "10-27", "10-28"],
  ]);
  const lengths = ticks.slice(1).map(({ value }, at) =>
    (value - ticks[at]!.value) / 3600
  );
  assertEquals(lengths, [24, 25, 24]);
});

Deno.test("timeTicks() names no more than there is room for, of any window", () => {
  for (let span = 0; span < 1e10; span = Math.ceil(span * 1.7 + 1)) {
    for (const count of [1, 2, 5, 13]) {
      const ticks = timeTicks(START, START + span, "UTC", count);
      assert(ticks.length <= count, `${span} s: ${ticks.length} of ${count}`);
      assert(
        ticks.every(({ value }) => value >= START && value <= START + span),
      );
    }
  }
});

Deno.test("timeText() is what clocks show", () => {
  assertEquals(timeText(START, "UTC"), "2025-11-24 16:00");
  assertEquals(timeText(START, "Asia/Kathmandu"), "2025-11-24 21:45");
});
