import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  giveGroup,
  RowGroup,
  takeGroup,
} from "../../../cli/output/row_group.ts";

Deno.test("RowGroup keeps the keys of a series once, however series follow each other", () => {
  const a = ["a", 1], b = ["b", 2];
  const group = new RowGroup();
  const rows = [[a, 10], [a, null], [b, 30], [a, 40]] as const;
  for (const [keys, number] of rows) group.add(keys, 7, number, null);
  assertEquals(group.rows, 4);
  assertEquals(group.runs, [
    { keys: a, rows: 2 },
    { keys: b, rows: 1 },
    { keys: a, rows: 1 },
  ]);
  assertEquals([...group.instants.subarray(0, 4)], [7000, 7000, 7000, 7000]);
  assertEquals([...group.numbers.subarray(0, 4)], [10, NaN, 30, 40]);
  assertEquals(group.texts, []);
});

Deno.test("RowGroup keeps texts from the first one on, each in its row", () => {
  const group = new RowGroup();
  for (const text of [null, null, "[1]", null, '"n/a"']) {
    group.add([], NaN, null, text);
  }
  assertEquals(group.texts, [null, null, "[1]", null, '"n/a"']);
});

Deno.test("a group that is given back is taken again, without its rows", () => {
  const group = takeGroup();
  group.add(["a"], 1, 2, "3");
  giveGroup(group);
  const again = takeGroup();
  assertStrictEquals(again, group);
  assertEquals([again.rows, again.runs, again.texts], [0, [], []]);
});
