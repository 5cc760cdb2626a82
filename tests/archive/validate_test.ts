/** The values that each class accepts, and how they are stored. */

import { assertEquals, assertInstanceOf } from "@std/assert";
import type { ValueClass } from "../../client/event_types.ts";
import { Fault, Refusal } from "../../archive/answers.ts";
import { checkValue, type StoredValue } from "../../archive/validate.ts";

type Case = [valueClass: ValueClass, text: string, stored: unknown];

const TAKEN: Case[] = [
  ["integer", "5", 5],
  ["integer", '" 8 "', 8],
  ["integer", '"+6"', 6],
  ["integer", '"1_000"', 1000],
  ["integer", "4.9", 4],
  ["integer", "-4.9", -4],
  ["integer", "-0.5", 0],
  ["integer", "true", 1],
  ["integer", "1e15", 1e15],
  ["integer", "9007199254740993", 9007199254740993n],
  ["integer", '"9223372036854775807"', 9223372036854775807n],
  ["float", "1.99999", 19999],
  ["float", "0.57", 5699],
  ["float", "-0.00009", 0],
  ["float", "-3.00059", -30005],
  ["float", '"1e-3"', 10],
  ["float", "false", 0],
  ["percentage", '{"numerator":1,"denominator":3}', [1, 3]],
  ["percentage", '{"numerator":" 2 ","denominator":7.9}', [2, 7]],
  ["histogram", '{"1": "5", "b": 2.9}', '{"1":5,"b":2}'],
  ["histogram", "{ }", "{}"],
  ["histogram", "[ ]", "[]"],
  ["histogram", '""', '""'],
  [
    "subinterval",
    '[{"start": "1e3", "duration": 1.50, "val": null}]',
    '[{"start":"1e3","duration":1.5,"val":null}]',
  ],
  ["json", "null", "null"],
  ["json", "9007199254740993", "9007199254740993"],
  ["json", "1E21", "1e+21"],
  ["json", "1e400", "1e400"],
  ["json", '{ "a" : [ 1.0, "x y" ] }', '{"a":[1.0,"x y"]}'],
];

Deno.test("checkValue() takes what the original takes and stores it exactly", () => {
  for (const [valueClass, text, stored] of TAKEN) {
    assertEquals(shown(checkValue(valueClass, text)), stored, text);
  }
});

function shown({ number, divisor, json }: StoredValue): unknown {
  if (json !== null) return json;
  return divisor === 1 ? number : [number, divisor];
}

const REFUSED: Case[] = [
  ["integer", '"4.9"', "Value must be an integer"],
  ["integer", '""', "Value must be an integer"],
  ["integer", '"1__0"', "Value must be an integer"],
  [
    "integer",
    "9223372036854775808",
    "Value must be an integer of at most 64 bits",
  ],
  ["float", '"1,5"', "Value must be a floating point number"],
  ["float", '"nan"', "Value must be a floating point number"],
  ["percentage", "{}", "Missing required field 'numerator'"],
  ["percentage", '"x"', "Missing required field 'numerator'"],
  ["percentage", "[]", "Missing required field 'numerator'"],
  [
    "percentage",
    '{"numerator":null,"denominator":2}',
    "The field 'numerator' must be an integer",
  ],
  [
    "percentage",
    '{"numerator":-1,"denominator":0}',
    "The field 'denominator' must be greater than 0",
  ],
  [
    "percentage",
    '{"numerator":-1,"denominator":2}',
    "The field 'numerator' cannot be negative",
  ],
  ["histogram", '{"1":"5.5"}', "Value of histogram must be an integer"],
  ["histogram", '{"1":null}', "Invalid histogram provided"],
  ["histogram", "[1]", "Invalid histogram provided"],
  ["histogram", '"x"', "Invalid histogram provided"],
  ["subinterval", "[]", "Invalid subintervals provided"],
  ["subinterval", "7", "Invalid subintervals provided"],
  [
    "subinterval",
    '[{"start":0,"duration":1,"val":1},{}]',
    "Interval must contain 'start' field at position 2",
  ],
  [
    "subinterval",
    '[{"start":0,"duration":"x","val":1}]',
    "Subinterval 'start' and 'duration' must be floating point numbers",
  ],
];

Deno.test("checkValue() refuses in the original's words", () => {
  for (const [valueClass, text, detail] of REFUSED) {
    const error = thrownBy(() => checkValue(valueClass, text));
    assertInstanceOf(error, Refusal, text);
    assertEquals([error.status, error.detail], [400, detail], text);
  }
});

const BROKEN: [ValueClass, string][] = [
  ["integer", "null"],
  ["integer", "[5]"],
  ["integer", "1e400"],
  ["float", "{}"],
  ["float", '"inf"'],
  ["percentage", "0.5"],
  ["percentage", "null"],
];

Deno.test("checkValue() fails where the original breaks", () => {
  for (const [valueClass, text] of BROKEN) {
    assertInstanceOf(thrownBy(() => checkValue(valueClass, text)), Fault, text);
  }
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
