/** JSON values as Python prints and reads them. */

import { assertEquals } from "@std/assert";
import {
  compact,
  floatText,
  parseFloatText,
  parseInteger,
  str,
} from "../../archive/python.ts";

const TEXTS: [json: string, python: string][] = [
  ['"two"', "two"],
  ["true", "True"],
  ["null", "None"],
  ["7016320000.0", "7016320000.0"],
  ["-0", "0"],
  ["-0.0", "-0.0"],
  ["1e21", "1e+21"],
  ["1e400", "inf"],
  ["123456789012345678901234567890", "123456789012345678901234567890"],
  ['[1, "two", 3.0, null, true]', "[1, 'two', 3.0, None, True]"],
  ['{"a": null, "b": [1.50]}', "{'a': None, 'b': [1.5]}"],
  [`["it's"]`, `["it's"]`],
  [`["it's \\"so\\""]`, `['it\\'s "so"']`],
  [
    '["a\\nb\\u0001\\u00a0\\u2028\\ud83d\\ude00é"]',
    "['a\\nb\\x01\\xa0\\u2028😀é']",
  ],
];

Deno.test("str() prints values as Python does", () => {
  for (const [json, python] of TEXTS) assertEquals(str(json), python);
});

Deno.test("parseInteger() and parseFloatText() read what Python reads", () => {
  const integers = ["5", " +05 ", "-1_0", "1.0", "1e3", "", "_1", "0x1", "²"];
  assertEquals(
    integers.map(parseInteger),
    [5, 5, -10, ...Array(6).fill(undefined)],
  );
  const floats = ["1.", ".5", "1e3", "1_0.5", "-Infinity", "NaN", "1..2", ""];
  assertEquals(
    floats.map(parseFloatText),
    [1, 0.5, 1000, 10.5, -Infinity, NaN, undefined, undefined],
  );
});

Deno.test("floatText() always has a point or an exponent", () => {
  const values = [5, 0.1, 1e15, 1e16, 1e21, 1e-5, -0];
  assertEquals(
    values.map(floatText),
    ["5.0", "0.1", "1000000000000000.0", "1e+16", "1e+21", "1e-05", "0.0"],
  );
});

Deno.test("compact() keeps texts and numbers, and leaves out blanks", () => {
  assertEquals(
    compact(' { "a \\" b" : [ 1E5, -0, "\\u00e9 \\n", true ] } '),
    '{"a \\" b":[100000.0,0,"é \\n",true]}',
  );
});

Deno.test("compact() handles megabytes of escapes and blanks", () => {
  const text = JSON.stringify(['x"'.repeat(5_000_000)]);
  assertEquals(compact(text), text);
  assertEquals(compact(`[${" ".repeat(14_000_000)}1E1]`), "[10.0]");
});
