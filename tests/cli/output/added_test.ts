import { assertEquals } from "@std/assert";
import { cellOf, columnOf } from "../../../cli/output/added.ts";

Deno.test("columnOf() is the wire name with underscores", () => {
  assertEquals(columnOf("bw-target-bandwidth"), "bw_target_bandwidth");
  assertEquals(columnOf("x_y-z"), "x_y_z");
});

Deno.test("cellOf() finds a parameter by its wire name, and else by its column", () => {
  const fields = new Map([["a-b", "1"], ["a_b", "2"], ["c-d_e", "3"]]);
  assertEquals(cellOf(fields, "a-b"), "1");
  assertEquals(cellOf(fields, "a_b"), "2");
  assertEquals(cellOf(fields, "c_d_e"), "3");
  assertEquals(cellOf(fields, "toString"), undefined);
});
