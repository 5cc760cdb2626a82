import { assertEquals } from "@std/assert";
import { objectPrinter } from "../../../cli/output/object.ts";

Deno.test("objectPrinter() prints the lead, then the other columns", () => {
  const print = objectPrinter();
  const lead = { columns: ["a", "b"], cells: ['"x"', "null"] };
  assertEquals(
    print({ lead, columns: ["c"], cells: ["1.50"] }),
    '{"a": "x", "b": null, "c": 1.5}',
  );
  assertEquals(print({ columns: ["c"], cells: ["[1,2]"] }), '{"c": [1, 2]}');
  assertEquals(print({ columns: [], cells: [] }), "{}");
});

Deno.test("objectPrinter() prints other leads and columns when they change", () => {
  const print = objectPrinter();
  const row = (lead: string, column: string) =>
    print({
      lead: { columns: ["a"], cells: [lead] },
      columns: [column],
      cells: ["1"],
    });
  assertEquals(row("1", "b"), '{"a": 1, "b": 1}');
  assertEquals(row("2", "b"), '{"a": 2, "b": 1}');
  assertEquals(row("2", "c"), '{"a": 2, "c": 1}');
});

Deno.test("objectPrinter() prints cells as it is told", () => {
  const print = objectPrinter((cell) => `<${cell}>`);
  const lead = { columns: ["a"], cells: ["x"] };
  assertEquals(
    print({ lead, columns: ["b", "c"], cells: ["[1]", "y"] }),
    '{"a": <x>, "b": <[1]>, "c": <y>}',
  );
});

Deno.test("objectPrinter() escapes names and values", () => {
  assertEquals(
    objectPrinter()({ columns: ['"\u00e9'], cells: ['"\\u001b\u6e2c"'] }),
    '{"\\"\\u00e9": "\\u001b\\u6e2c"}',
  );
});
