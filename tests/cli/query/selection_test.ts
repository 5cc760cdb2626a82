import { assertEquals } from "@std/assert";
import { parseOptions } from "../../../cli/options/parse.ts";
import { readSelection, searchesFor } from "../../../cli/query/selection.ts";
import { ApiFilters } from "../../../mod.ts";

Deno.test("readSelection() tells options with one value from those with several, and counts a value once", () => {
  const argv = ["-sa", "-sb", "-sa", "-dc", "-dc", "-eb", "-ea", "-t", ""];
  assertEquals(readSelection(parseOptions("get", argv)), {
    single: [["destination", "c"], ["tool-name", ""]],
    several: [["source", ["a", "b"]], ["event-type", ["b", "a"]]],
  });
});

Deno.test("searchesFor() has a search for each combination, but for what --filter decides", () => {
  const selection = readSelection(
    parseOptions("get-bulk", ["-sa", "-sb", "-ex", "-ey", "-d", "c"]),
  );
  assertEquals(searchesFor(selection, new ApiFilters()), [
    { source: "a", "event-type": "x" },
    { source: "a", "event-type": "y" },
    { source: "b", "event-type": "x" },
    { source: "b", "event-type": "y" },
  ]);
  assertEquals(searchesFor(selection, new ApiFilters({ source: "z" })), [
    { "event-type": "x" },
    { "event-type": "y" },
  ]);
  const none = readSelection(parseOptions("get", []));
  assertEquals(searchesFor(none, new ApiFilters()), [{}]);
});
