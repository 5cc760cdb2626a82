import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  encodeValue,
  isSameValue,
  JsonText,
  type PostValue,
  problemWith,
} from "../../client/values.ts";

Deno.test("encodeValue() writes JSON as the original client sends it", () => {
  for (
    const [value, wanted] of [
      [23, "23"],
      [0.5, "0.5"],
      [1e21, "1e+21"],
      [1e-7, "1e-07"],
      [-0, "-0.0"],
      [9007199254740993n, "9007199254740993"],
      ["é\n", '"\\u00e9\\n"'],
      [true, "true"],
      [null, "null"],
      [[1, [], {}], "[1, [], {}]"],
      [
        { numerator: 11, denominator: 33 },
        '{"numerator": 11, "denominator": 33}',
      ],
      [new Map([[28, 33], [9, 12]]), '{"28": 33, "9": 12}'],
    ] as [PostValue, string][]
  ) assertEquals(encodeValue(value), wanted);
});

Deno.test("encodeValue() refuses what JSON cannot carry", () => {
  for (
    const value of [
      ...[NaN, Infinity, undefined, () => 1, Symbol("x")],
      // JSON.stringify() would make `{}` of them, or something else.
      ...[new Date(), new Set([1]), new URL("http://a/"), new Uint8Array(1)],
      ...[Object(5), /a/, new Error("a")],
    ]
  ) {
    assertThrows(
      () => encodeValue(value as unknown as PostValue),
      TypeError,
      "JSON",
    );
    assertThrows(() => encodeValue([value as unknown as PostValue]), TypeError);
  }
});

Deno.test("JsonText keeps every digit and escape, in one line", () => {
  for (
    const text of [
      "1e9",
      "-0",
      "1.50",
      "12345678901234567890",
      `"\\u00e9 \\ud800 \\/ é"`,
      `{"b":1.0, "10": [1e-07,null] ,"b":2}`,
    ]
  ) {
    assertEquals(new JsonText(text).text, text);
    assertEquals(encodeValue([new JsonText(` ${text}\n`)]), `[${text}]`);
  }
  assertEquals(new JsonText("[1,\r\n  2\n]").text, "[1,   2 ]");
  assertThrows(() => new JsonText("NaN"), SyntaxError);
});

/**
 * For each event type: values that are right, and values that are wrong with a
 * part of what is said of them.
 */
const VALUES: [
  eventType: string,
  right: PostValue[],
  wrong: [value: PostValue, part: string][],
][] = [
  ["throughput", [0, -1, 7016320000, 2 ** 53, 9007199254740991n], [
    ["5", "whole number"],
    [null, "whole number"],
    [true, "whole number"],
    [[5], "whole number"],
    [4.9, "cut off"],
    [9007199254740993n, "2^53"],
    [new JsonText("9007199254740993.0"), "2^53"],
    [new JsonText("1e30"), "2^53"],
    [new JsonText("1.00000000000000000001"), "cut off"],
    [new JsonText("1e-400"), "cut off"],
    [2n ** 63n, "64 bits"],
  ]],
  [
    "throughput",
    ["7016320000.0", "1.5e1", "0.0e999", "100e-2", "-0"].map(
      (text) => new JsonText(text),
    ),
    [],
  ],
  ["ntp-delay", [0, -0.5, 20.125, 9e14], [
    ["slow", "number"],
    [null, "number"],
    [1e15, "64 bits"],
    [1e308, "64 bits"],
  ]],
  ["packet-loss-rate", [
    { numerator: 0, denominator: 1 },
    new JsonText('{"numerator": 3.0, "denominator": 9007199254740993}'),
  ], [
    [
      new JsonText('{"numerator": 1.00000000000000001, "denominator": 2}'),
      "whole numbers",
    ],
    [
      new JsonText('{"numerator": 1, "denominator": 9223372036854775808}'),
      "64 bits",
    ],
    [0.5, "numerator"],
    [{ numerator: 1 }, "numerator"],
    [{ numerator: "1", denominator: 2 }, "whole numbers"],
    [{ numerator: -5, denominator: 1 }, "negative"],
    [{ numerator: 5, denominator: 0 }, "above 0"],
    [[1, 2], "numerator"],
  ]],
  ["histogram-ttl", [{}, { "250": 600, "x y": 0 }], [
    [5, "object of counts"],
    [[], "object of counts"],
    [{ "1": 1.5 }, "whole numbers"],
    [new JsonText('{"1": 9007199254740993.0}'), "whole numbers"],
    [{ "1": "x" }, "whole numbers"],
    [{ "1": null }, "whole numbers"],
  ]],
  ["throughput-subintervals", [
    [{ start: 0, duration: 1, val: null }],
    [{ start: "1.000123", duration: "-.5e-3 ", val: 1 }],
  ], [
    [[], "empty"],
    [{}, "list"],
    [[{ start: 1 }], "interval 1"],
    [
      [{ start: 0, duration: 1, val: 1 }, { start: "a", duration: 1, val: 1 }],
      "interval 2",
    ],
  ]],
  ["failures", [{ error: "x" }, null, "text", 5, []], []],
  ["streams-throughput", [[1, null, "x"]], []],
];

for (const [eventType, right, wrong] of VALUES) {
  Deno.test(`problemWith() knows the values of ${eventType}`, () => {
    for (const value of right) {
      assertEquals(problemWith(eventType, encodeValue(value)), undefined);
    }
    for (const [value, part] of wrong) {
      const problem = problemWith(eventType, encodeValue(value));
      assert(problem?.includes(part), `${encodeValue(value)}: ${problem}`);
    }
  });
}

Deno.test("isSameValue() compares as the archive keeps values", () => {
  for (
    const [eventType, sent, stored, wanted] of [
      ["throughput", "23", "23.0", true],
      ["throughput", "23", "24.0", false],
      ["ntp-delay", "0.57", "0.5699", true],
      ["ntp-delay", "0.57", "0.57", true],
      ["ntp-delay", "0.57", "0.5698", false],
      [
        "packet-loss-rate",
        '{"numerator": 1, "denominator": 3}',
        "0.3333333333333333",
        true,
      ],
      [
        "packet-loss-rate",
        '{"numerator": 1, "denominator": 3}',
        "0.3334",
        false,
      ],
      ["histogram-ttl", '{"9": 1, "10": 2}', '{"10":2,"9":1}', true],
      ["histogram-ttl", '{"9": 1}', '{"9":1,"10":2}', false],
      ["failures", '{"error": [1, null]}', '{"error":[1,null]}', true],
      ["failures", '{"error": []}', '{"error":{}}', false],
      ["failures", "null", "0", false],
      [
        "failures",
        '{"id": 12345678901234567890}',
        '{"id":12345678901234567891}',
        false,
      ],
      ["failures", "[12345678901234567890]", "[12345678901234567890]", true],
      ["failures", "1e21", "1e+21", true],
      ["failures", "0.1000", "0.1", true],
      ["failures", '"\\u00e9"', '"é"', true],
      ["failures", '"1"', "1", false],
      ["failures", "[]", '"[]"', false],
      ["failures", "1", "NaN", false],
      [
        "histogram-ttl",
        '{"9": 9007199254740993}',
        '{"9":9007199254740992}',
        false,
      ],
      ["throughput", "23", "null", false],
      ["ntp-delay", "0", "null", false],
    ] as const
  ) {
    assertEquals(
      isSameValue(eventType, sent, stored),
      wanted,
      `${eventType}: ${sent} as ${stored}`,
    );
  }
});
