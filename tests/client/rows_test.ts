import { assertEquals } from "@std/assert";
import { DataPoint } from "../../client/data_point.ts";
import {
  leadOf,
  rowColumns,
  rowSubjectOf,
  textCell,
  timeCell,
} from "../../client/rows.ts";
import type { JsonValue } from "../../client/wire.ts";

/** A test whose list entry is this text. */
function testOf(text: string) {
  const entry = JSON.parse(text) as Record<string, JsonValue>;
  const { source, destination } = entry as Record<string, string>;
  return { source, destination, text, get: (name: string) => entry[name] };
}

Deno.test("rowSubjectOf() keeps the digits of numbers, and nothing of what is not repeated", () => {
  const subject = (fields: string) =>
    rowSubjectOf(testOf(`{"source":"192.0.2.10","x":"y"${fields}}`));
  const source = "192.0.2.10";
  for (const width of ["1e-05", "1.0", "0.00010", "true", '{"a":1.0}']) {
    assertEquals(subject(`,"sample-bucket-width":${width}`), {
      source,
      tool: "null",
      bucket: width,
    });
  }
  assertEquals(
    subject(
      ',"destination":"192.0.2.20","tool-name":"a\\u00e9","sample-bucket-width":"0.0001"',
    ),
    {
      source,
      destination: "192.0.2.20",
      tool: '"a\\u00e9"',
      bucket: '"0.0001"',
    },
  );
  assertEquals(subject(',"tool-name":null').tool, "null");
});

Deno.test("leadOf() says of which series rows are; base data is named so", () => {
  const hosts = ['"a"', "null"] as const;
  const base = leadOf({ eventType: "x", summaryWindow: 0 }, '"tool"', hosts);
  assertEquals(
    base.cells.join(" "),
    '"a" null "x" "tool" "base" 0',
  );
  const hourly = { summaryType: "average", summaryWindow: 3600 };
  assertEquals(
    leadOf({ eventType: "x", ...hourly }, "null", hosts).cells.slice(4),
    ['"average"', "3600"],
  );
  assertEquals(
    base.columns,
    rowColumns({ eventType: "x", summaryWindow: 0 })
      .slice(0, base.columns.length),
  );
});

Deno.test("timeCell() and textCell() are JSON, and null where there is nothing", () => {
  assertEquals(
    timeCell(new DataPoint({ ts: 1456790400, val: 1 })),
    '"2016-03-01 00:00:00"',
  );
  assertEquals(timeCell(new DataPoint({ ts: NaN })), "null");
  assertEquals([textCell('é"'), textCell(""), textCell(undefined)], [
    '"\\u00e9\\""',
    '""',
    "null",
  ]);
});
