import { assertEquals } from "@std/assert";
import { Past } from "../../insight/past.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Monday, 29 February 2016, 0:00 UTC. */
const MONDAY = Date.UTC(2016, 1, 29) / 1000;

/** So many values, a week apart from each other. */
function weekly(value: number, ts: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    ts: ts - index * 7 * DAY,
    value,
  }));
}

/** What a run at a time is compared with. */
function comparedAt(
  ts: number,
  values: readonly { ts: number; value: number }[],
  zone = "UTC",
) {
  const { part, size, usual } = new Past(values, zone, 0)
    .compare({ ts, value: 0 });
  return [part, size, usual];
}

Deno.test("Past takes the hour of the week, an hour more or less, if it has eight values", () => {
  const noon = MONDAY + 12 * HOUR;
  const near = [
    ...weekly(1, noon - HOUR, 3),
    ...weekly(1, noon, 2),
    ...weekly(1, noon + HOUR + 3599, 3),
  ];
  const others = [
    ...weekly(9, noon + 2 * HOUR, 8),
    ...weekly(9, noon - HOUR - 1, 8),
    ...weekly(9, noon + DAY, 8),
  ];
  assertEquals(comparedAt(noon, [...near, ...others]), ["hour of week", 8, 1]);
});

Deno.test("Past joins the end of the week and its beginning", () => {
  const values = [
    ...weekly(1, MONDAY - HOUR, 4),
    ...weekly(1, MONDAY, 4),
    ...weekly(9, MONDAY + 2 * HOUR, 8),
  ];
  assertEquals(comparedAt(MONDAY + 1, values), ["hour of week", 8, 1]);
});

Deno.test("Past takes the same hour of days of the same kind, if there are too few of the week", () => {
  const values = [
    ...Array.from({ length: 5 }, (_, day) => weekly(1, MONDAY + day * DAY, 2)),
    weekly(9, MONDAY + 5 * DAY, 4),
    weekly(9, MONDAY + 6 * DAY, 4),
  ].flat();
  for (const day of [0, 2, 4]) {
    assertEquals(comparedAt(MONDAY + day * DAY, values), [
      "hour of such days",
      10,
      1,
    ]);
  }
  for (const day of [5, 6]) {
    assertEquals(comparedAt(MONDAY + day * DAY, values), [
      "hour of such days",
      8,
      9,
    ]);
  }
});

Deno.test("Past takes the same hour of any day, an hour more or less, then all there is", () => {
  const noon = MONDAY + 12 * HOUR;
  const values = [
    ...weekly(1, noon + DAY, 3),
    ...weekly(1, noon + 2 * DAY + HOUR, 3),
    ...weekly(1, noon + 5 * DAY - HOUR, 2),
    ...weekly(9, noon + 6 * HOUR, 4),
  ];
  assertEquals(comparedAt(noon, values), ["hour of day", 8, 1]);
  const few = values.slice(1);
  assertEquals(comparedAt(noon, few), ["all", 11, 1]);
});

Deno.test("Past goes by the clocks of the zone, in summer and in winter", () => {
  // 9:00 in Berlin is 8:00 UTC before 27 March 2016, and 7:00 UTC after it.
  const values = [
    ...weekly(1, Date.UTC(2016, 2, 25, 8) / 1000, 8),
    ...weekly(5, Date.UTC(2016, 2, 25, 6) / 1000, 8),
  ];
  const friday = Date.UTC(2016, 3, 1, 7) / 1000;
  assertEquals(comparedAt(friday, values, "Europe/Berlin"), [
    "hour of week",
    8,
    1,
  ]);
  // By UTC both are an hour away.
  assertEquals(comparedAt(friday, values), ["hour of week", 16, 3]);
});
