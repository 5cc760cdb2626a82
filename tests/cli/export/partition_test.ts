import { assertEquals } from "@std/assert";
import {
  beginOfFolder,
  nameOfPartition,
  nextPartition,
} from "../../../cli/export/partition.ts";

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
  }
});

Deno.test("nextPartition gives the first second of the day or month after", () => {
  const table: [time: string, day: string, month: string][] = [
    ["2016-03-01T00:00:00Z", "2016-03-02", "2016-04-01"],
    ["2016-03-31T23:59:59Z", "2016-04-01", "2016-04-01"],
    ["2016-02-29T12:00:00Z", "2016-03-01", "2016-03-01"],
    ["2015-12-31T12:00:00Z", "2016-01-01", "2016-01-01"],
    ["1969-12-31T23:59:59Z", "1970-01-01", "1970-01-01"],
    ["0001-01-31T00:00:01Z", "0001-02-01", "0001-02-01"],
    ["9999-12-31T23:59:59Z", "+010000-01-01", "+010000-01-01"],
  ];
  for (const [time, day, month] of table) {
    assertEquals(nextPartition(at(time), "day"), at(`${day}T00:00:00Z`));
    assertEquals(nextPartition(at(time), "month"), at(`${month}T00:00:00Z`));
  }
});

Deno.test("nextPartition is the first second that has another folder, whose begin it is", () => {
  for (let second = -90 * DAY; second < 90 * DAY; second += 40_009) {
    for (const partition of ["day", "month"] as const) {
      const next = nextPartition(second, partition);
      const name = nameOfPartition(second, partition);
      assertEquals(next > second, true);
      assertEquals(nameOfPartition(next - 1, partition), name);
      const after = nameOfPartition(next, partition);
      assertEquals(after === name, false);
      assertEquals(beginOfFolder(`event_type=a/${after}/b.parquet`), next);
    }
  }
});

Deno.test("beginOfFolder knows no begin of what has no time", () => {
  const folder = nameOfPartition(NaN, "day");
  assertEquals(beginOfFolder(`event_type=a/${folder}/b.parquet`), NaN);
});
