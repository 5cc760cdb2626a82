import { assertEquals } from "@std/assert";
import { printRecords } from "../../../cli/output/records.ts";
import type { Format } from "../../../cli/names.ts";

async function printed(format: Format): Promise<string> {
  let text = "";
  const sink = {
    write: (part: string) => {
      text += part;
    },
    flush: () => Promise.resolve(),
  };
  const records = [
    { source: "a", runs: 3, gaps: [{ from: 1, missing: 2 }] },
    { source: "b, c", runs: null, gaps: [] },
  ];
  const columns = ["source", "runs", "gaps"];
  await printRecords(format, columns, records, { sink, isTerminal: false });
  return text;
}

Deno.test("printRecords() prints lists as they are, and null for what is unknown", async () => {
  assertEquals(JSON.parse(await printed("json")), [
    { source: "a", runs: 3, gaps: [{ from: 1, missing: 2 }] },
    { source: "b, c", runs: null, gaps: [] },
  ]);
  assertEquals((await printed("ndjson")).trim().split("\n").length, 2);
  assertEquals(
    (await printed("csv")).split(/\r?\n/).filter(Boolean),
    ["source,runs,gaps", 'a,3,"[{""from"": 1, ""missing"": 2}]"', '"b, c",,[]'],
  );
});
