import { assertEquals } from "@std/assert";
import { beginOf, nameOfPartition } from "../../../cli/export/partition.ts";

const DAY = 86_400;

/** Seconds since 1970 UTC. */
function at(time: string): number {
  return Date.parse(time) / 1000;
}

Deno.test("nameOfPartition names the day and the month of a second in UTC, also at their borders", () => {
  const names: [time: string, day: string, month: string][] = [
    ["2016-03-01T00:00:00Z", "2016-03-01", "2016-03"],
    ["2016-02-29T23:59:59Z", "2016-02-29", "2016-02"],
    ["2015-12-31T23:59:59Z", "2015-12-31", "2015-12"],
    ["2016-01-01T00:00:00Z", "2016-01-01", "2016-01"],
    ["1970-01-01T00:00:00Z", "1970-01-01", "1970-01"],
    ["1969-12-31T23:59:59Z", "1969-12-31", "1969-12"],
    ["0001-01-01T00:00:00Z", "0001-01-01", "0001-01"],
    ["9999-12-31T23:59:59Z", "9999-12-31", "9999-12"],
    ["-000001-02-03T04:05:06Z", "-000001-02-03", "-000001-02"],
    ["+010000-01-01T00:00:00Z", "+010000-01-01", "+010000-01"],
  ];
  for (const [time, day, month] of names) {
    assertEquals(nameOfPartition(at(time), "day"), `day=${day}`);
    assertEquals(nameOfPartition(at(time), "month"), `month=${month}`);
    assertEquals(nameOfPartition(at(time), undefined), "");
  }
});

Deno.test("nameOfPartition has a place for what has no time, and for times that no calendar knows", () => {
  for (const second of [NaN, Infinity, 1e15]) {
    for (const partition of ["day", "month"] as const) {
      assertEquals(
        nameOfPartition(second, partition),
        `${partition}=__HIVE_DEFAULT_PARTITION__`,
      );
    }
    assertEquals(nameOfPartition(second, undefined), "");
  }
});

Deno.test("beginOf gives the first second of the day or the month", () => {
  const begins: [time: string, day: string, month: string][] = [
    ["2016-03-01T00:00:00Z", "2016-03-01", "2016-03-01"],
    ["2016-03-31T23:59:59Z", "2016-03-31", "2016-03-01"],
    ["2016-02-29T12:00:00Z", "2016-02-29", "2016-02-01"],
    ["1969-12-31T23:59:59Z", "1969-12-31", "1969-12-01"],
    ["0001-01-01T00:00:01Z", "0001-01-01", "0001-01-01"],
  ];
  for (const [time, day, month] of begins) {
    assertEquals(beginOf(at(time), "day", 0), at(`${day}T00:00:00Z`));
    assertEquals(beginOf(at(time), "month", 0), at(`${month}T00:00:00Z`));
  }
});

Deno.test("beginOf gives the second itself, or the first of the window of a roll-up, where there are no partitions", () => {
  assertEquals(beginOf(1456790411, undefined, 0), 1456790411);
  assertEquals(beginOf(1456790411, undefined, 300), 1456790400);
  assertEquals(beginOf(1456790400, undefined, 300), 1456790400);
  assertEquals(beginOf(-1, undefined, 300), -300);
});

Deno.test("beginOf goes back to where the window of a roll-up begins, though that is in an earlier day or month", () => {
  const week = 7 * DAY;
  const second = at("2016-03-01T12:00:00Z");
  const begin = Math.floor(second / week) * week;
  assertEquals(begin, at("2016-02-25T00:00:00Z"));
  assertEquals(beginOf(second, "day", week), begin);
  assertEquals(beginOf(second, "month", week), at("2016-02-01T00:00:00Z"));
  assertEquals(beginOf(second, "day", 3600), at("2016-03-01T00:00:00Z"));
});

Deno.test("beginOf is in the partition that it begins, and never after the second", () => {
  for (let second = -90 * DAY; second < 90 * DAY; second += 40_009) {
    for (const partition of ["day", "month"] as const) {
      const begin = beginOf(second, partition, 0);
      const name = nameOfPartition(second, partition);
      assertEquals(nameOfPartition(begin, partition), name);
      assertEquals(nameOfPartition(begin - 1, partition) === name, false);
      assertEquals(begin <= second, true);
    }
  }
});
