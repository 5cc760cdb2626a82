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

Deno.test("tableLines() continues the rows below where the terminal is narrower, and cuts no cell", () => {
  const table = {
    columns: ["source", "destination", "runs", "state"],
    right: ["runs"],
    rows: [["a", "b", "12", "ok"], ["alpha", "beta", "2015", ""]],
  };
  assertEquals(tableLines({ ...table, width: 26 }), [
    "source  destination  runs",
    "  state",
    "a       b              12",
    "  ok",
    "alpha   beta         2015",
  ]);
  assertEquals(tableLines({ ...table, width: 20 }), [
    "source  destination",
    "  runs  state",
    "a       b",
    "    12  ok",
    "alpha   beta",
    "  2015",
  ]);
  assertEquals(tableLines({ ...table, width: 5 }).slice(0, 4), [
    "source",
    "  destination",
    "  runs",
    "  state",
  ]);
  assertEquals(tableLines({ ...table, width: 32 }), tableLines(table));
});

Deno.test("tableLines() lets no cell begin a line or move the cursor", () => {
  assertEquals(
    tableLines({ columns: ["tool"], rows: [["a\nb"], ["\x1b[2J"]] }),
    ["tool", "a\\nb", "\\x1b[2J"],
  );
});
