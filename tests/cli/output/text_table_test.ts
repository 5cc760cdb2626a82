import { assertEquals } from "@std/assert";
import { tableLines } from "../../../cli/output/text_table.ts";

Deno.test("tableLines() makes columns as wide as their longest cell, and nothing after the last", () => {
  assertEquals(
    tableLines({
      columns: ["link", "runs", "state"],
      right: ["runs"],
      rows: [["a → b", "12", "ok"], ["alpha → beta", "2015", "stale"]],
    }),
    [
      "link          runs  state",
      "a → b           12  ok",
      "alpha → beta  2015  stale",
    ],
  );
});

Deno.test("tableLines() lets no cell begin a line or move the cursor", () => {
  assertEquals(
    tableLines({ columns: ["tool"], rows: [["a\nb"], ["\x1b[2J"]] }),
    ["tool", "a\\nb", "\\x1b[2J"],
  );
});
