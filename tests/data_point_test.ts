import { assertEquals } from "@std/assert";
import { fc } from "./packages/fast_check.ts";
import { members } from "../client/json.ts";
import { DataPoint } from "../mod.ts";

/** The text of the value of a point that is sent so. */
function textOf(text: string): string {
  const point = new DataPoint({ ...JSON.parse(text), ts: 0 }, text);
  return point.text;
}

Deno.test("DataPoint.text is the value of plain points, digit for digit", () => {
  for (
    const value of ["1", "-1.50", "1E5", "null", "true", "9007199254740993"]
  ) {
    for (
      const text of [
        `{"ts":1,"val":${value}}`,
        `{"ts": 1456790400, "val": ${value}}`,
        `{\n  "ts": 1.5e9,\r\n\t"val" : ${value}\n}`,
      ]
    ) assertEquals(textOf(text), value, text);
  }
});

Deno.test("DataPoint.text is the last value, under whatever spelling of the name", () => {
  for (
    const text of [
      '{"ts":1,"val":7,"val":8}',
      '{"val":8,"ts":1}',
      '{"ts":1,"val":7,"v\\u0061l":8}',
      '{"ts":1,"x":{"val":7},"val":8}',
      '{"t\\u0073":1,"val":8}',
      '{"ts":"1","val":8}',
      '{"ts":[1,"}"],"val":8,"more":[]}',
    ]
  ) assertEquals(textOf(text), "8", text);
});

Deno.test("DataPoint.text is what all members together say it is", () => {
  const space = fc.constantFrom("", " ", "\n    ", "\t\r\n");
  const key = fc.constantFrom('"ts"', '"val"', '"v\\u0061l"', '"x"', '" val"');
  const value = fc.oneof(
    fc.jsonValue().map((each) => JSON.stringify(each)),
    fc.constantFrom("7.0", '",\\"val\\":1}"', '{"val":2}', '"}"', "[1,2]"),
  );
  const member = fc.tuple(space, key, space, space, value, space).map(
    ([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`,
  );
  const odd = fc.array(member, { maxLength: 4 }).map((all) => `{${all}}`);
  const usual = fc.tuple(space, value, space)
    .map(([a, value, b]) => `{${a}"ts"${b}:${a}1,${b}"val":${a}${value}${b}}`);
  fc.assert(
    fc.property(fc.oneof(odd, usual), (text) => {
      const sent = members(text).get("val") ?? "null";
      assertEquals(textOf(text), sent, text);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("DataPoint.tsText is what Date says, at any second of the years 1 to 9999", () => {
  const border = [-62_135_596_800, -86_401, -86_400, -1, 0, 86_399, 86_400];
  const seconds = fc.oneof(
    fc.constantFrom(...border, 253_402_127_999),
    fc.integer({ min: -62_135_596_800, max: 253_402_127_999 }),
    fc.integer({ min: 0, max: 2 ** 31 }),
  );
  fc.assert(
    fc.property(fc.array(seconds), (all) => {
      for (const ts of all) {
        const said = new Date(ts * 1000).toISOString();
        const { tsText } = new DataPoint({ ts, val: 1 });
        assertEquals(tsText, said.slice(0, 19).replace("T", " "));
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("DataPoint.tsText is empty for no time and for times before the year 1, and ends with the year 9999", () => {
  const text = (ts: number) => new DataPoint({ ts, val: 1 }).tsText;
  assertEquals(text(NaN), "");
  assertEquals(text(-62_135_596_801), "");
  assertEquals(text(-1e300), "");
  assertEquals(text(-0.5), "1970-01-01 00:00:00");
  assertEquals(text(253_402_127_999), "9999-12-29 23:59:59");
  assertEquals(text(253_402_128_000), "9999-12-29 23:59:59.999999");
  assertEquals(text(1e300), "9999-12-29 23:59:59.999999");
});
