import { assertEquals } from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import { parse } from "../../../client/json.ts";
import { JsonOutput } from "../../../cli/output/json.ts";
import { NdjsonOutput } from "../../../cli/output/ndjson.ts";
import type { Row } from "../../../client/rows.ts";
import { Pieces } from "./sinks.ts";

function printed(Output: typeof NdjsonOutput | typeof JsonOutput, rows: Row[]) {
  const sink = new Pieces();
  const options = { sink, columns: [], closing: "\n", isTerminal: false };
  const output = new Output(options);
  for (const row of rows) output.write(row);
  output.end();
  return sink.text;
}

Deno.test("NdjsonOutput prints an object per line, values character for character", () => {
  const columns = ["a", "é"];
  assertEquals(
    printed(NdjsonOutput, [
      { columns, cells: ["7016320000.0", '"x\\ny"'] },
      { columns, cells: ["9007199254740993", '[1, null,"\u6e2c\\u00e9"]'] },
      { columns, cells: ["1.50e+07", '{"b":\r\n 1}'] },
    ]),
    '{"a": 7016320000.0, "\\u00e9": "x\\ny"}\n' +
      '{"a": 9007199254740993, "\\u00e9": [1, null,"\u6e2c\\u00e9"]}\n' +
      '{"a": 1.50e+07, "\\u00e9": {"b":  1}}\n',
  );
});

Deno.test("NdjsonOutput prints null for what JSON does not have, with its text beside it; JsonOutput null alone", () => {
  const rows = [
    { columns: ["a"], cells: ["NaN"] },
    { columns: ["a"], cells: ['{"x":[-Infinity,1.0]}'] },
    { columns: ["a"], cells: ['"NaN"'] },
  ];
  assertEquals(
    printed(NdjsonOutput, rows),
    '{"a": null, "text": "NaN"}\n' +
      '{"a": {"x":[null,1.0]}, "text": "{\\"x\\":[-Infinity,1.0]}"}\n' +
      '{"a": "NaN"}\n',
  );
  assertEquals(
    printed(JsonOutput, rows),
    '[{"a": null}, {"a": {"x": [null, 1.0]}}, {"a": "NaN"}]\n',
  );
});

Deno.test("NdjsonOutput prints nothing when there is nothing", () => {
  assertEquals(printed(NdjsonOutput, []), "");
});

Deno.test("NdjsonOutput spells out what acts on a terminal or ends a line, as the same JSON", () => {
  const row = { columns: ["a"], cells: ['{"\u009b31m":\t"\u202e"}'] };
  assertEquals(
    printed(NdjsonOutput, [row]),
    '{"a": {"\\u009b31m": "\\u202e"}}\n',
  );
});

Deno.test("NdjsonOutput prints the items of the format json", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
  fc.assert(fc.property(fc.array(object, { minLength: 1 }), (objects) => {
    const rows = objects.map((each) => ({
      columns: Object.keys(each),
      cells: Object.values(each).map((cell) => JSON.stringify(cell)),
    }));
    const lines = printed(NdjsonOutput, rows).split("\n");
    assertEquals(lines.pop(), "");
    assertEquals(lines.length, rows.length);
    assertEquals(
      parse(printed(JsonOutput, rows)),
      lines.map((line) => parse(line)),
    );
  }));
});
