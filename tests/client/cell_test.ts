import { assert, assertEquals } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { display, dumps } from "../../client/json.ts";
import { cellText, isPlainNumber } from "../../client/cell.ts";

const JOINED = { columns: [], cells: [] };
const KEPT = { ...JOINED, keepsLists: true };

Deno.test("cellText() prints numbers as the original client does", () => {
  const table: [json: string, text: string][] = [
    ["0", "0"],
    ["-0", "-0"],
    ["7016320000", "7016320000"],
    ["7016320000.0", "7016320000.0"],
    ["9007199254740993", "9007199254740993"],
    ["9007199254740993.0", "9007199254740992.0"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["1e21", "1e+21"],
    ["1E5", "100000.0"],
    ["1e15", "1000000000000000.0"],
    ["1e16", "1e+16"],
    ["1e-4", "0.0001"],
    ["0.00001", "1e-05"],
    ["-1e-7", "-1e-07"],
    ["5e-324", "5e-324"],
    ["1.7976931348623157e308", "1.7976931348623157e+308"],
    ["-0.0", "-0.0"],
    ["100.0", "100.0"],
    ["1.10", "1.1"],
    ["0.30000000000000004", "0.30000000000000004"],
    ["12345678901234567.0", "1.2345678901234568e+16"],
    ["1234567890123456.7", "1234567890123456.8"],
  ];
  for (const [json, text] of table) assertEquals(cellText(json, JOINED), text);
});

Deno.test("cellText() prints words as Python does, and text as it is", () => {
  const table: [json: string, text: string][] = [
    ["null", "None"],
    ["true", "True"],
    ["false", "False"],
    ['""', ""],
    ['"null"', "null"],
    ['"say \\"hi\\""', 'say "hi"'],
    ['"line\\nbreak"', "line\nbreak"],
    ['"back\\\\slash"', "back\\slash"],
    ['"\\u6e2c\\u5b9a \\u2603"', "測定 ☃"],
    ['"\\ud83d\\ude00"', "😀"],
    ['" lead and trail "', " lead and trail "],
    ['"[1, 2]"', "[1, 2]"],
  ];
  for (const [json, text] of table) assertEquals(cellText(json, JOINED), text);
});

Deno.test("D30: cellText() joins the items of a list, and prints what is nested in them as JSON", () => {
  const table: [json: string, text: string][] = [
    ["[]", ""],
    ["[ ]", ""],
    ["[1]", "1"],
    ["[null]", "None"],
    ['[1, 2.0, "x", null, true]', "1, 2.0, x, None, True"],
    ['["a,b", "c\\"d"]', 'a,b, c"d'],
    ["[[1,2],[3]]", "[1, 2], [3]"],
    ['[{"k":1}]', '{"k": 1}'],
    ['["list",1,{"k":"v"}]', 'list, 1, {"k": "v"}'],
    ['[\n  1,\n  "]"\n]', "1, ]"],
  ];
  for (const [json, text] of table) assertEquals(cellText(json, JOINED), text);
});

Deno.test("cellText() prints objects as JSON, with their keys in the order received", () => {
  const table: [json: string, text: string][] = [
    ["{}", "{}"],
    ['{"9":27,"10":573}', '{"9": 27, "10": 573}'],
    ['{"12.55": 29, "12.5": 1}', '{"12.55": 29, "12.5": 1}'],
    [
      '{"a":1.0,"b":null,"c":true,"d":"it\'s","e":[1,"x"],"f":{"g":1e21}}',
      '{"a": 1.0, "b": null, "c": true, "d": "it\'s", "e": [1, "x"], "f": {"g": 1e+21}}',
    ],
    ['{"\\u00e9":"\\ud83d\\ude00"}', '{"\\u00e9": "\\ud83d\\ude00"}'],
  ];
  for (const [json, text] of table) assertEquals(cellText(json, JOINED), text);
});

Deno.test("cellText() keeps a list as JSON where the row says so", () => {
  assertEquals(cellText('[1,null,["x"]]', KEPT), '[1, null, ["x"]]');
  assertEquals(cellText("[]", KEPT), "[]");
  assertEquals(cellText("null", KEPT), "None");
});

Deno.test("cellText() gives nested values that read back the same", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const json = JSON.stringify(value);
    const text = cellText(json, KEPT);
    assertEquals(typeof text, "string");
    if (typeof value === "object" && value !== null) {
      assertEquals(JSON.stringify(JSON.parse(text)), json);
    }
    assert(typeof cellText(json, JOINED) === "string");
  }));
});

Deno.test("cellText() prints values of any depth", () => {
  const json = "[".repeat(1e5) + "]".repeat(1e5);
  assertEquals(cellText(json, KEPT), json);
  assertEquals(cellText(json, JOINED), json.slice(1, -1));
});

Deno.test("isPlainNumber() finds the numbers that are printed as they are, and no others", () => {
  for (
    const cell of ["0", "7", "-7", "1.5", "0.0", "-0.0", "0.0001", "100.25"]
  ) {
    assertEquals(isPlainNumber(cell), true, cell);
  }
  const others = ["-0", "1.10", "1.", "01", "0.00001", "1e5", "1E-7", "null"];
  const texts = ['""', '"1"', "[1]", "{}", "true", "123456789012345678"];
  for (const cell of [...others, ...texts]) {
    assertEquals(isPlainNumber(cell), false, cell);
  }
});

Deno.test("isPlainNumber() is right about any number", () => {
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789") });
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(JSON.stringify),
    fc.bigInt().map(String),
    fc.tuple(fc.constantFrom("", "-"), fc.nat(), digits)
      .map(([sign, whole, rest]) => `${sign}${whole}.${rest}0`),
    fc.tuple(fc.integer(), digits).map(([whole, rest]) => `${whole}.${rest}1`),
  );
  fc.assert(
    fc.property(number, (cell) => {
      if (!isPlainNumber(cell)) return;
      assertEquals([display(cell), dumps(cell)], [cell, cell]);
    }),
    { numRuns: 2000 },
  );
});
