import { assertEquals } from "@std/assert";
import { lastText, minuteOf, sinceText } from "../../../cli/check/finding.ts";

const NOON = Date.UTC(2026, 10, 24, 12, 0, 59) / 1000;

Deno.test("minuteOf() tells the zone of a time", () => {
  assertEquals(minuteOf(NOON, "UTC"), "2026-11-24 12:00Z");
  assertEquals(minuteOf(NOON, "Europe/Berlin"), "2026-11-24 13:00 +0100");
});

Deno.test("sinceText() leaves out the day if it is today in the zone", () => {
  assertEquals(sinceText(NOON, NOON + 3600, "UTC"), "12:00");
  assertEquals(sinceText(NOON, NOON + 12 * 3600, "UTC"), "2026-11-24 12:00");
  assertEquals(sinceText(NOON, NOON + 12 * 3600, "America/New_York"), "07:00");
});

Deno.test("lastText() tells how often a test should run, if that is known", () => {
  const now = NOON + 29 * 3600;
  assertEquals(
    lastText(NOON, now, 7200, "UTC"),
    "2026-11-24 12:00Z, 29 h ago (expected every 2 h)",
  );
  assertEquals(
    lastText(NOON, now, undefined, "UTC"),
    "2026-11-24 12:00Z, 29 h ago",
  );
});
