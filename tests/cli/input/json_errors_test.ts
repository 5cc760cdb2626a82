import { assert, assertEquals, assertMatch } from "@std/assert";
import { lineOfError, reasonOf } from "../../../cli/input/json_errors.ts";

Deno.test("lineOfError() finds the line of the first mistake", () => {
  const table: [text: string, line: number][] = [
    ["", 1],
    ["x", 1],
    ["[1,\n2,\nx]", 3],
    ["[1,\n\n2 3]", 3],
    ["[1,\n2\n", 2], // the last line where it is cut off
    ["[1,\n2\n\n\n", 2],
    ['{"a": 1,\n"b" 2}', 2],
    ['{"a": 1,\n}', 2],
    ["[1,\n]", 2],
    ["{1: 2}", 1],
    ["[1}\n", 1],
    ["[1]\n]", 2],
    ["[1] \n 2", 2],
    ['["a\nb"]', 1],
    ['["\\x"]', 1],
    ["[01]", 1],
    ["[1.]", 1],
    ["[\n-]", 2],
    ["[\nNaN]", 2],
    ["[true,\ntru]", 2],
    ['[\n"\\u12"]', 2],
    ['["\x7f\x9f\u00e9\ud83d\ude00"\n x]', 2], // JSON allows all of these
    ['["a\tb"]', 1],
  ];
  for (const [text, line] of table) {
    assertEquals(lineOfError(text), line, JSON.stringify(text));
  }
});

Deno.test("lineOfError() agrees with JSON.parse() on where valid text ends", () => {
  const valid = [
    ...["[]", "{}", "null", '"\\u00e9\\n"', "-0.5e+3", " [ { } ] "],
    '{"a": [1, {"b": null}], "c": "d"}',
  ];
  for (const text of valid) {
    JSON.parse(text);
    assertEquals(lineOfError(`${text}\n\n!`), 3, text);
  }
});

Deno.test("lineOfError() takes linear time, whatever the text", () => {
  const million = 1_000_000;
  const begun = performance.now();
  for (
    const text of [
      " ".repeat(million),
      "[".repeat(million),
      `"${"a".repeat(million)}`,
      `["${"\\u00e9".repeat(million / 10)}" x`,
      "1".repeat(million) + "x",
      `[${"1,".repeat(million / 2)}`,
      `["${"a\\u00e9\u00e9\ud83d\ude00".repeat(million)}" x`, // long strings, too
    ]
  ) assertEquals(lineOfError(text), 1);
  assert(performance.now() - begun < 10_000);
});

Deno.test("reasonOf() leaves out the place, which is counted in a part of the input", () => {
  for (const text of ['{"ts": 1, "va', '{"a": 1 "b"}', "[1,]", "NaN", ""]) {
    try {
      JSON.parse(text);
    } catch (error) {
      assertEquals(/position|column/.test(reasonOf(error)), false);
      assertMatch(reasonOf(error), /\w/);
    }
  }
});
