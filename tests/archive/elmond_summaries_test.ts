/** What the rows of a window come to in elmond's roll-ups. */

import { assertEquals } from "@std/assert";
import {
  combinedStatistics,
  lossOf,
  meanOf,
  rolledUp,
  singleStatistics,
  sumOf,
} from "../../archive/elmond_summaries.ts";
import type { Row } from "../../archive/rows.ts";

function row(ts: number, number: number, divisor: number): Row {
  return { ts, number: `${number}`, divisor: `${divisor}`, json: null };
}

Deno.test("loss is the sum of lost packets over the sum of sent ones", () => {
  const rows = [row(0, 0, 600), row(60, 0, 600), row(120, 60, 60)];
  assertEquals(lossOf(rows), String(60 / 1260));
  assertEquals(lossOf([]), undefined);
});

Deno.test("sums of nothing are 0, and there is no mean of nothing", () => {
  assertEquals([sumOf(1)([]), meanOf(1)([])], ["0.0", undefined]);
  const rows = [row(0, 15_000, 1), row(1, 25_000, 1)];
  assertEquals([sumOf(10_000)(rows), meanOf(10_000)(rows)], ["4.0", "2.0"]);
});

Deno.test("rolledUp() has a value for every bin, unless there is none to tell", () => {
  const rows = [row(0, 1, 1), row(299, 2, 1), row(600, 3, 1)];
  assertEquals(rolledUp([0, 300, 600], 300, rows, sumOf(1)), [
    [0, "3.0"],
    [300, "0.0"],
    [600, "3.0"],
  ]);
  const means = rolledUp([0, 300, 600], 300, rows, meanOf(1));
  assertEquals(means.map(([ts]) => ts), [0, 600]);
});

Deno.test("statistics of results without a sample are left out, and null for a window", () => {
  assertEquals(singleStatistics("histogram-owdelay", "{}"), undefined);
  const none = { ts: 0, number: null, divisor: null, json: "{}" };
  const { mean, mode, minimum } = JSON.parse(
    combinedStatistics("histogram-owdelay", [none]),
  );
  assertEquals([mean, mode, minimum], [null, [null], null]);
  const some = { ...none, json: '{"2":3,"4":1}' };
  const found = JSON.parse(combinedStatistics("histogram-owdelay", [some]));
  assertEquals([found.minimum, found.maximum, found.mode], [2, 4, [2]]);
});
