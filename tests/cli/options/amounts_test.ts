import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import {
  readBucketWidth,
  readGap,
  readHistory,
  readInterval,
  readMinStep,
  readPercentiles,
  readSeconds,
  readShare,
  readSpan,
} from "../../../cli/options/amounts.ts";

/** Options of which each has this value. */
const given = (text?: string) => ({ text: () => text });

Deno.test("amounts are read with their units, and absent if not given", () => {
  assertEquals(readInterval(given("300")), 300);
  assertEquals(readInterval(given("2 h")), 7200);
  assertEquals(readSpan(given("28d"), "history"), 28 * 86_400);
  assertEquals(readSpan(given("1.5W"), "history"), 907_200);
  assertEquals(readHistory(given()), 28 * 86_400);
  assertEquals(readHistory(given("1w")), 7 * 86_400);
  assertEquals(readGap(given("1.5")), 1.5);
  assertEquals(readShare(given("0.1"), "min-change"), 0.1);
  assertEquals(readShare(given("25%"), "min-change"), 0.25);
  assertEquals(readBucketWidth(given("0.0001")), 0.0001);
  assertEquals(readBucketWidth(given("1e-4")), 0.0001);
  assertEquals(readBucketWidth(given("0.1ms")), 0.0001);
  assertEquals(readBucketWidth(given("ms")), "ms");
  assertEquals(readMinStep(given("0.5")), { delay: 0.5 });
  assertEquals(readMinStep(given("2 ms")), { delay: 2 });
  assertEquals(readMinStep(given("20%")), { throughput: 0.2 });
  assertEquals(readMinStep(given()), {});
  assertEquals(readPercentiles(given("95, 5,50,5")), [5, 50, 95]);
  assertEquals(readPercentiles(given()), [5, 25, 50, 75, 95]);
  for (
    const read of [readInterval, readGap, readBucketWidth] as const
  ) assertEquals(read(given()), undefined);
});

Deno.test("amounts that cannot be are refused, with what to give instead", () => {
  const refuses = (read: () => unknown, message: string) =>
    assertThrows(read, UsageError, message);
  for (const text of ["", "0", "-5", "5x", "1.2.3", "0x10", "Infinity"]) {
    refuses(() => readSpan(given(text), "history"), "--history is ");
    refuses(() => readBucketWidth(given(text)), "--bucket-width is ");
  }
  refuses(() => readGap(given("0.9")), "give a factor of 1 or more");
  for (const text of ["", "0", "-1", "5s", "%", "5ms%"]) {
    refuses(() => readMinStep(given(text)), "give milliseconds of delay");
  }
  refuses(() => readShare(given("-1%"), "min-change"), "give a share");
  for (const text of ["", "101", "5;50", "5,,50", "p95"]) {
    refuses(() => readPercentiles(given(text)), "give numbers from 0 to 100");
  }
});

Deno.test("readSeconds() reads seconds as readInteger() does, or a number with a unit", () => {
  const table: [text: string | undefined, seconds: number][] = [
    [undefined, 30],
    ["300", 300],
    ["0x10", 16],
    ["20s", 20],
    ["5m", 300],
    ["1h", 3600],
    ["1.5h", 5400],
    ["7d", 7 * 86_400],
  ];
  for (const [text, seconds] of table) {
    assertEquals(readSeconds(given(text), "every"), seconds, text);
  }
  assertEquals(readSeconds(given("0"), "timeout"), 0);
  assertEquals(readSeconds(given(), "range"), undefined);
  for (const text of ["20x", "s", "-5s", "0.3s", "1.5", ""]) {
    assertThrows(
      () => readSeconds(given(text), "timeout"),
      UsageError,
      `--timeout is ${JSON.stringify(text)}: give `,
    );
  }
});
