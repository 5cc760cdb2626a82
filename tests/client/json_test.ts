import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import {
  checkExtent,
  decodeString,
  display,
  dumps,
  elements,
  encodeString,
  endsEarly,
  ExcessError,
  formatNumber,
  hasNonFinite,
  isArray,
  isObject,
  member,
  members,
  parse,
} from "../../client/json.ts";

/**
 * JSON text, and how the original client prints it: as JSON, and as text where
 * that is one of its formats' too.
 */
const SCALARS: [json: string, dumped: string, displayed: string][] = [
  ["0", "0", "0"],
  ["-0", "-0", "-0"],
  ["1", "1", "1"],
  ["-1", "-1", "-1"],
  ["7016320000", "7016320000", "7016320000"],
  ["7016320000.0", "7016320000.0", "7016320000.0"],
  ["9007199254740993", "9007199254740993", "9007199254740993"],
  ["9007199254740993.0", "9007199254740992.0", "9007199254740992.0"],
  [
    "123456789012345678901234567890",
    "123456789012345678901234567890",
    "123456789012345678901234567890",
  ],
  ["1e21", "1e+21", "1e+21"],
  ["1E5", "100000.0", "100000.0"],
  ["1e15", "1000000000000000.0", "1000000000000000.0"],
  ["1e16", "1e+16", "1e+16"],
  ["1e17", "1e+17", "1e+17"],
  ["123456789012345.6", "123456789012345.6", "123456789012345.6"],
  ["0.1", "0.1", "0.1"],
  ["0.30000000000000004", "0.30000000000000004", "0.30000000000000004"],
  ["0.3", "0.3", "0.3"],
  ["1e-4", "0.0001", "0.0001"],
  ["1e-5", "1e-05", "1e-05"],
  ["0.0001", "0.0001", "0.0001"],
  ["0.00001", "1e-05", "1e-05"],
  ["1e-7", "1e-07", "1e-07"],
  ["-1e-7", "-1e-07", "-1e-07"],
  ["1.5e-10", "1.5e-10", "1.5e-10"],
  ["5e-324", "5e-324", "5e-324"],
  [
    "1.7976931348623157e308",
    "1.7976931348623157e+308",
    "1.7976931348623157e+308",
  ],
  ["-0.0", "-0.0", "-0.0"],
  ["0.0", "0.0", "0.0"],
  ["100.0", "100.0", "100.0"],
  ["1.10", "1.1", "1.1"],
  ["2.50", "2.5", "2.5"],
  ["3.14159265358979", "3.14159265358979", "3.14159265358979"],
  ["1e22", "1e+22", "1e+22"],
  ["1e23", "1e+23", "1e+23"],
  ["12345678901234567.0", "1.2345678901234568e+16", "1.2345678901234568e+16"],
  ["1234567890123456.7", "1234567890123456.8", "1234567890123456.8"],
  ["0.004666666666666667", "0.004666666666666667", "0.004666666666666667"],
  ["12.516128600133962", "12.516128600133962", "12.516128600133962"],
  ["true", "true", "True"],
  ["false", "false", "False"],
  ["null", "null", "None"],
  ['""', '""', ""],
  ['"plain"', '"plain"', "plain"],
  ['"say \\"hi\\""', '"say \\"hi\\""', 'say "hi"'],
  ['"it\'s"', '"it\'s"', "it's"],
  ['"line\\nbreak"', '"line\\nbreak"', "line\nbreak"],
  ['"cr\\r\\nlf"', '"cr\\r\\nlf"', "cr\r\nlf"],
  ['"tab\\t"', '"tab\\t"', "tab\t"],
  ['"back\\\\slash"', '"back\\\\slash"', "back\\slash"],
  ['"\\u00e9"', '"\\u00e9"', "é"],
  ['"é"', '"\\u00e9"', "é"],
  ['"\\u6e2c\\u5b9a \\u2603"', '"\\u6e2c\\u5b9a \\u2603"', "測定 ☃"],
  ['"\\ud83d\\ude00"', '"\\ud83d\\ude00"', "😀"],
  ['"😀"', '"\\ud83d\\ude00"', "😀"],
  [
    '"\\u0000\\u0001\\u001f\\u007f"',
    '"\\u0000\\u0001\\u001f\\u007f"',
    "\x00\x01\x1f\x7f",
  ],
  ['"\x7f"', '"\\u007f"', "\x7f"],
  ['"\\u0080\\u00a0\\u00ad"', '"\\u0080\\u00a0\\u00ad"', "\x80\xa0\xad"],
  [
    '"\\u2028\\u2029\\u200b\\ufeff"',
    '"\\u2028\\u2029\\u200b\\ufeff"',
    "\u2028\u2029\u200b\ufeff",
  ],
  ['"\u2028"', '"\\u2028"', "\u2028"],
  ['"\\ud800"', '"\\ud800"', "\ud800"],
  ['"\\uDC00x"', '"\\udc00x"', "\udc00x"],
  ['"\\/"', '"/"', "/"],
  ['"\\b\\f"', '"\\b\\f"', "\b\f"],
  ['" lead and trail "', '" lead and trail "', " lead and trail "],
];

const STRUCTURES: [json: string, dumped: string][] = [
  ["[]", "[]"],
  ["{}", "{}"],
  ["[ ]", "[]"],
  ["{\n}", "{}"],
  ["[1]", "[1]"],
  ['[1,2.0,"x",null,true]', '[1, 2.0, "x", null, true]'],
  ['["a,b","c\\"d"]', '["a,b", "c\\"d"]'],
  ["[[1,2],[3]]", "[[1, 2], [3]]"],
  ['[{"k":1}]', '[{"k": 1}]'],
  ['{"9":27,"10":573}', '{"9": 27, "10": 573}'],
  ['{"12.55":29,"12.5":1}', '{"12.55": 29, "12.5": 1}'],
  [
    '{"a":1.0,"b":null,"c":true,"d":"it\'s","e":[1,"x"],"f":{"g":1e21}}',
    '{"a": 1.0, "b": null, "c": true, "d": "it\'s", "e": [1, "x"], "f": {"g": 1e+21}}',
  ],
  [
    '{"é":"😀","q\\"":"\\n"}',
    '{"\\u00e9": "\\ud83d\\ude00", "q\\"": "\\n"}',
  ],
  ['{\n  "a" : [ 1E5 ,\t-0 ]\r\n}', '{"a": [100000.0, -0]}'],
  ['{"a:b,c":"{[\\"]}"}', '{"a:b,c": "{[\\"]}"}'],
];

Deno.test("dumps() prints every kind of scalar as the original's JSON", () => {
  for (const [json, dumped] of SCALARS) assertEquals(dumps(json), dumped, json);
});

Deno.test("display() prints every kind of scalar as the original's text", () => {
  for (const [json, , displayed] of SCALARS) {
    assertEquals(display(json), displayed, json);
  }
});

Deno.test("dumps() spaces objects and lists as the original does, and keeps their order", () => {
  for (const [json, dumped] of STRUCTURES) {
    assertEquals(dumps(json), dumped, json);
    assertEquals(display(json), dumped, json);
  }
});

Deno.test("dumps() and display() take any text that JSON.parse takes, white space around it too", () => {
  assertEquals(dumps(" [1 ,2]\n"), "[1, 2]");
  assertEquals(dumps(" 1.50 "), "1.5");
  assertEquals(dumps(' "\\u00e9"'), '"\\u00e9"');
  assertEquals(display(" null"), "None");
  assertEquals(display('\n"x"'), "x");
});

Deno.test("display() prints what overflows a double as the original does, dumps() leaves it JSON", () => {
  assertEquals(dumps("1e400"), "1e400");
  assertEquals(dumps("[-1e400]"), "[-1e400]");
  assertEquals(display("1e400"), "inf");
  assertEquals(display("-1e400"), "-inf");
});

Deno.test("formatNumber() prints integers in full and floats as the shortest text", () => {
  const cases = {
    "-9007199254740993": "-9007199254740993",
    "0.00": "0.0",
    "-0.000": "-0.0",
    "-0e0": "-0.0",
    "0e5": "0.0",
    "1.0E+2": "100.0",
    "10.50": "10.5",
    "9999999999999998.0": "9999999999999998.0",
    "9999999999999999.0": "1e+16",
    "0.00009999999999999999": "9.999999999999999e-05",
    "0.0000123": "1.23e-05",
    "-0.00005": "-5e-05",
    "0.000100": "0.0001",
    "4.9e-324": "5e-324",
    "2.2250738585072014e-308": "2.2250738585072014e-308",
    "1e-400": "0.0",
    "-1e-400": "-0.0",
    "1e100": "1e+100",
    "123e-7": "1.23e-05",
    "0.57": "0.57",
    "144115188075855872.0": "1.4411518807585587e+17",
  };
  for (const [text, printed] of Object.entries(cases)) {
    assertEquals(formatNumber(text), printed, text);
  }
});

Deno.test("formatNumber() prints a float so that it reads back the same and stays a float", () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  const spelled = fc.tuple(double, fc.integer({ min: 0, max: 20 })).map(
    ([value, digits]) => [
      String(value),
      value.toExponential(),
      value.toFixed(digits),
      value.toExponential(digits).toUpperCase(),
    ],
  );
  fc.assert(
    fc.property(spelled, (texts) => {
      for (const text of texts) {
        if (!/[.eE]/.test(text) || !Number.isFinite(Number(text))) continue;
        const printed = formatNumber(text);
        assert(Object.is(Number(printed), Number(text)), text);
        assertMatch(printed, /^-?\d+(\.\d+)?(e[+-]\d\d+)?$/);
        assertMatch(printed, /[.e]/);
        assertEquals(formatNumber(printed), printed);
      }
    }),
    { seed: 11, numRuns: 1000 },
  );
});

Deno.test("formatNumber() prints short plain floats as the shortest text, however they are spelled", () => {
  const digits = fc.integer({ min: 0, max: 999_999_999_999_999 });
  fc.assert(
    fc.property(
      digits,
      fc.integer({ min: 1, max: 15 }),
      fc.boolean(),
      (number, places, negative) => {
        const all = String(number).padStart(places + 1, "0");
        const text = `${negative ? "-" : ""}${all.slice(0, -places)}.${
          all.slice(-places)
        }`;
        const long = text.includes("e") ? text : `${text}00000000000000000000`;
        assertEquals(formatNumber(text), formatNumber(long), text);
      },
    ),
    { seed: 12, numRuns: 1000 },
  );
});

Deno.test("isArray() and isObject() look at the text alone", () => {
  assertEquals([isArray("[]"), isObject("[]")], [true, false]);
  assertEquals([isArray("{}"), isObject("{}")], [false, true]);
  for (const other of [undefined, "", "null", '"[]"', "1"]) {
    assertEquals([isArray(other), isObject(other)], [false, false]);
  }
});

Deno.test("elements() takes a list apart without changing a character", () => {
  assertEquals(elements("[]"), []);
  assertEquals(elements(" [ \n ] "), []);
  assertEquals(
    elements('[7016320000.0, -0 ,"a,]\\"", {"k" : [1 ,2]},[ ],null\n]'),
    ["7016320000.0", "-0", '"a,]\\""', '{"k" : [1 ,2]}', "[ ]", "null"],
  );
  assertEquals(elements("\n[1]\n"), ["1"]);
});

Deno.test("elements() and members() are empty for anything but lists and objects", () => {
  for (const other of ["null", "1", '"[1]"', "true"]) {
    assertEquals(elements(other), []);
    assertEquals(members(other).size, 0);
  }
  assertEquals(elements('{"a":1}'), []);
  assertEquals(members("[1]").size, 0);
});

Deno.test("members() keeps the order of keys, integer-like ones too", () => {
  const text = '{"b":1,"10":2,"9":3,"a":4,"-1":5}';
  assertEquals([...members(text).keys()], ["b", "10", "9", "a", "-1"]);
  assertEquals([...members(text).values()], ["1", "2", "3", "4", "5"]);
});

Deno.test("members() takes of a repeated key the last, also where it is spelled otherwise", () => {
  assertEquals([...members('{"ab":1,"c":2,"a\\u0062":3.0}')], [
    ["ab", "3.0"],
    ["c", "2"],
  ]);
});

Deno.test("members() reads escapes in keys", () => {
  const text = '{"q\\"":1,"\\\\":2,"\\u00e9":3,"\\ud83d\\ude00":4,"a\\/b":5}';
  assertEquals([...members(text).keys()], ['q"', "\\", "é", "😀", "a/b"]);
});

Deno.test("members() is not troubled by keys such as __proto__", () => {
  const found = members('{"__proto__":{"x":1},"constructor":2,"":3}');
  assertEquals([...found], [
    ["__proto__", '{"x":1}'],
    ["constructor", "2"],
    ["", "3"],
  ]);
  assertEquals(member("{}", "__proto__"), undefined);
  assertEquals(member("{}", "toString"), undefined);
});

Deno.test("member() finds the exact text of one member", () => {
  const point = '{"ts": 1456790400, "val": 7016320000.0}';
  assertEquals(member(point, "val"), "7016320000.0");
  assertEquals(member('{"val":1,"val":-0.0}', "val"), "-0.0");
  assertEquals(member('{"val":{"val":1}}', "val"), '{"val":1}');
  assertEquals(member(point, "value"), undefined);
  assertEquals(member('["val"]', "val"), undefined);
});

Deno.test("strings that end in backslashes and quotes do not mislead", () => {
  const strings = ["\\", '\\"', '"\\', "\\\\", '\\\\"', '"', '","', "]", "}"];
  const text = JSON.stringify(strings);
  assertEquals(elements(text), strings.map((each) => JSON.stringify(each)));
  const object = Object.fromEntries(strings.map((each) => [each, each]));
  const found = members(JSON.stringify(object));
  for (const each of strings) {
    assertEquals(found.get(each), JSON.stringify(each));
  }
  assertEquals(JSON.parse(dumps(text)), strings);
});

Deno.test("nesting of 100,000 levels is read", () => {
  const depth = 100_000;
  const lists = "[".repeat(depth) + "]".repeat(depth);
  assertEquals(elements(lists), [lists.slice(1, -1)]);
  assertEquals(dumps(lists), lists);
  assertEquals(display(lists), lists);
  const objects = '{"a":'.repeat(depth) + "1.50" + "}".repeat(depth);
  const inner = member(objects, "a");
  assertEquals(inner?.length, objects.length - 6);
  const dumped = dumps(objects);
  assertEquals(dumped.length, depth * 7 + 3);
  assert(dumped.includes('{"a": 1.5}'));
});

Deno.test("a string of 100,000 backslashes or quotes is read", () => {
  for (const each of ["\\", '"', '\\"']) {
    const text = JSON.stringify([each.repeat(100_000), 1]);
    assertEquals(elements(text).length, 2);
    assertEquals(JSON.parse(dumps(text)), JSON.parse(text));
  }
});

Deno.test("decodeString() and encodeString() are each other's inverse, lone surrogates too", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
      const encoded = encodeString(text);
      assertMatch(encoded, /^"[\x20-\x7e]*"$/);
      assertEquals(decodeString(encoded), text);
      assertEquals(decodeString(JSON.stringify(text)), text);
    }),
    { seed: 2, numRuns: 500 },
  );
  assertEquals(encodeString("\ud800"), '"\\ud800"');
  assertEquals(encodeString("\u2028\x7f\0"), '"\\u2028\\u007f\\u0000"');
  assertEquals(decodeString('"\\ud800"'), "\ud800");
});

/** JSON text of a value, with white space wherever it may be. */
function spaced(value: unknown, space: string): string {
  if (Array.isArray(value)) {
    const inner = value.map((each) => spaced(each, space));
    return `[${space}${inner.join(`${space},${space}`)}${space}]`;
  }
  if (typeof value === "object" && value !== null) {
    const inner = Object.entries(value).map(([key, each]) =>
      `${JSON.stringify(key)}${space}:${space}${spaced(each, space)}`
    );
    return `{${space}${inner.join(`${space},${space}`)}${space}}`;
  }
  return Object.is(value, -0) ? "-0.0" : JSON.stringify(value);
}

const JSON_TEXT = fc.tuple(
  fc.jsonValue({ stringUnit: "binary", maxDepth: 4 }),
  fc.constantFrom("", " ", "\n\t", "\r\n  "),
).map(([value, space]) => spaced(value, space));

Deno.test("elements() and members() find what JSON.parse finds", () => {
  fc.assert(
    fc.property(JSON_TEXT, (text) => {
      const value = JSON.parse(text);
      if (Array.isArray(value)) {
        const texts = elements(text);
        assertEquals(texts.map((each) => JSON.parse(each)), value);
        for (const each of texts) assertEquals(each, each.trim());
      } else if (typeof value === "object" && value !== null) {
        const texts = [...members(text)];
        assertEquals(
          Object.fromEntries(
            texts.map(([key, each]) => [key, JSON.parse(each)]),
          ),
          Object.fromEntries(Object.entries(value)),
        );
      }
    }),
    { seed: 3, numRuns: 1000 },
  );
});

Deno.test("dumps() says the same as the text it is given, in printable ASCII", () => {
  fc.assert(
    fc.property(JSON_TEXT, (text) => {
      const dumped = dumps(text);
      assertEquals(JSON.parse(dumped), JSON.parse(text));
      assertMatch(dumped, /^[\x20-\x7e]*$/);
      assertEquals(dumps(dumped), dumped);
    }),
    { seed: 4, numRuns: 1000 },
  );
});

const MOST = { elements: 3, depth: 2, values: 6 };

Deno.test("elements() refuses more elements, and deeper ones, than there may be", () => {
  assertEquals(elements('[1,[[2]],"[[["]', MOST), ["1", "[[2]]", '"[[["']);
  assertThrows(() => elements("[1,2,3,4]", MOST), ExcessError, "3 elements");
  assertThrows(() => elements('[{"a":[[', MOST), ExcessError, "2 levels");
});

Deno.test("elements() ends for text that is not JSON", () => {
  for (const text of ["[", "[1", "[,", "[,]", "[}", "[1 2", '["', "[[", "[:"]) {
    assertThrows(() => elements(text), SyntaxError);
  }
});

Deno.test("checkExtent() counts values and levels, but not what is within a text", () => {
  for (const text of ['[[1,2],"[[[,,,,,\\",[["]', "", "<html>", '"', "]]]]"]) {
    checkExtent(text, MOST);
  }
  assertThrows(() => checkExtent('{"a":[{', MOST), ExcessError, "2 levels");
  assertThrows(() => checkExtent("[1,2,3,4,5,6,7]", MOST), ExcessError, "6 va");
  checkExtent("[1,2,3,4,5,6]", MOST);
});

// What Python writes and JSON does not have

Deno.test("parse() reads NaN and infinities as numbers, and nothing else that is not JSON", () => {
  assertEquals(
    parse('[NaN, -Infinity, {"a": Infinity, "NaN": "NaN, \\"Infinity"}]'),
    [
      NaN,
      -Infinity,
      { "a": Infinity, "NaN": 'NaN, "Infinity' },
    ],
  );
  for (
    const bad of [
      "-NaN",
      "1NaN",
      "NaNs",
      "NaN Infinity",
      '"NaN',
      "[NaN",
      "nan",
      "+Infinity",
      "{NaN:1}",
    ]
  ) {
    assertThrows(() => parse(bad), SyntaxError, undefined, bad);
  }
});

Deno.test("hasNonFinite() looks at numbers, not at texts", () => {
  for (const text of ["NaN", "-Infinity", '{"a":[1,Infinity]}']) {
    assertEquals(hasNonFinite(text), true, text);
  }
  for (
    const text of ['"NaN"', '{"Infinity":1,"x":"\\"NaN"}', "1e400", "null"]
  ) {
    assertEquals(hasNonFinite(text), false, text);
  }
});

Deno.test("dumps() prints null for numbers that JSON does not have", () => {
  assertEquals(dumps("NaN"), "null");
  assertEquals(
    dumps('{"a":[-Infinity,"NaN"],"b":Infinity}'),
    '{"a": [null, "NaN"], "b": null}',
  );
});

Deno.test("endsEarly() knows every beginning of a list or an object from the whole", () => {
  const lists = fc.oneof(fc.array(fc.jsonValue()), fc.object());
  fc.assert(
    fc.property(
      lists,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (json, part) => {
        const text = JSON.stringify(json);
        assertEquals(endsEarly(text), false);
        const length = 1 + Math.floor(part * (text.length - 2));
        assertEquals(endsEarly(text.slice(0, length)), true);
      },
    ),
  );
  for (const text of ["", "[]]", "[nan]", "<a b='{'>", '"a', "12"]) {
    assertEquals(endsEarly(text), false, text);
  }
});
