import { assertEquals } from "@std/assert";
import { secondsOf } from "../../../cli/template/duration.ts";

Deno.test("durations of weeks, days, hours, minutes and seconds", () => {
  const seconds: [string, number][] = [
    ["PT1H", 3600],
    ["PT6H30M", 23_400],
    ["P1D", 86_400],
    ["P1DT12H", 129_600],
    ["P2W", 1_209_600],
    ["PT0.5S", 0.5],
    ["PT600S", 600],
    [" PT1M ", 60],
    ["PT0S", 0],
  ];
  for (const [text, expected] of seconds) {
    assertEquals(secondsOf(text), expected, text);
  }
});

Deno.test("what is not a duration, or of no certain length, is none", () => {
  for (
    const value of [
      ...["", "P", "PT", "1H", "PT1", "P1M", "P1Y", "PT1H30", "PT1.2.3S"],
      ...[3600, null, undefined, {}, "pt1h", "-PT1H", "PT1H x"],
    ]
  ) assertEquals(secondsOf(value), undefined, JSON.stringify(value));
});
