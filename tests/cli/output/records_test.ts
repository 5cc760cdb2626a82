import { assertEquals } from "@std/assert";
import {
  type AnswerRecord,
  printRecords,
} from "../../../cli/output/records.ts";
import type { Format } from "../../../cli/names.ts";

const RECORDS = [
  { source: "a", runs: 3, gaps: [{ from: 1, missing: 2 }] },
  { source: "b, c", runs: null, gaps: [] },
];

async function printed(
  format: Format,
  records: readonly AnswerRecord[] = RECORDS,
): Promise<string> {
  let text = "";
  const sink = {
    write: (part: string) => {
      text += part;
    },
    flush: () => Promise.resolve(),
  };
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

Deno.test("printRecords() prints nothing as programs read it", async () => {
  assertEquals(await printed("json", []), "[]\n");
  assertEquals(await printed("csv", []), "source,runs,gaps\r\n");
  assertEquals(await printed("ndjson", []), "");
});
