import { assertEquals } from "@std/assert";
import { RowGroup } from "../../../cli/output/row_group.ts";

Deno.test("RowGroup gives the columns of its rows, keys first, however series follow each other", () => {
  const a = ["a", 1], b = ["b", 2];
  const group = new RowGroup();
  for (const [keys, value] of [[a, 10], [a, null], [b, 30], [a, 40]] as const) {
    group.add(keys, [value, `${value}`]);
  }
  assertEquals(group.rows, 4);
  assertEquals(group.columns(), [
    ["a", "a", "b", "a"],
    [1, 1, 2, 1],
    [10, null, 30, 40],
    ["10", "null", "30", "40"],
  ]);
});

Deno.test("RowGroup without rows has no columns", () => {
  assertEquals([new RowGroup().rows, new RowGroup().columns()], [0, []]);
});
