import { assertEquals } from "@std/assert";
import { absentSpans, breaksOf, failedSpans } from "../../chart/absent.ts";
import { delayTest, START, WEEK } from "./measured.ts";

const [MINUTE, HOUR] = [60, 3600];
const at = (hour: number) => START + hour * HOUR;

Deno.test("absentSpans() are those without runs, and those of failed ones", () => {
  const test = delayTest({
    failed: (time) => time >= at(20) && time < at(21),
    missing: (time) => time >= at(30) && time < at(31),
    lost: (time) => time >= at(40) && time < at(41),
  });
  assertEquals(absentSpans(test, WEEK), [
    { start: at(20), end: at(21) },
    { start: at(30), end: at(31) },
  ]);
  assertEquals(failedSpans(test), [{ start: at(20), end: at(21) }]);
});

Deno.test("absentSpans() has the time before the first run, and after the last", () => {
  const test = delayTest({
    missing: (time) => time < at(5) || time >= at(160),
  });
  assertEquals(absentSpans(test, WEEK), [
    { start: WEEK.start, end: at(5) },
    { start: at(160), end: WEEK.end },
  ]);
});

Deno.test("failedSpans() does not reach over a gap", () => {
  const test = delayTest({
    failed: (time) => time === at(1) || time === at(3),
    missing: (time) => time > at(1) && time < at(3),
  });
  assertEquals(failedSpans(test), [
    { start: at(1), end: at(1) + 10 * MINUTE },
    { start: at(3), end: at(3) + 5 * MINUTE },
  ]);
});

Deno.test("breaksOf() is once in each gap, and at each run without a value", () => {
  const test = delayTest({
    lost: (time) => time === at(2),
    failed: (time) => time === at(4),
    missing: (time) => time > at(6) && time < at(8),
  });
  assertEquals(breaksOf(test), [at(2), at(4), at(7)]);
});
