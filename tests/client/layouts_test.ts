import { assertEquals } from "@std/assert";
import { LAYOUTS, restCell } from "../../client/layouts.ts";

/** The cells of a row, then what they do not have. */
function rows(kind: keyof typeof LAYOUTS, value: string, bucket = "null") {
  return LAYOUTS[kind].rows(value, bucket).map(({ cells, rest, isBare }) => [
    cells.join(" "),
    ...rest === undefined ? [] : [restCell(rest)],
    ...isBare ? ["bare"] : [],
  ]);
}

Deno.test("LAYOUTS have as many cells as columns, whatever the value is", () => {
  const values = ["null", "1", '"a"', "[]", "[[]]", "[{}]", "{}", '{"a": 1}'];
  for (const { names, rows } of Object.values(LAYOUTS)) {
    for (const { cells } of values.flatMap((value) => rows(value, "null"))) {
      assertEquals(cells.length, names.length);
    }
  }
});

Deno.test("LAYOUTS have all of a number, a histogram and what is not known in their columns", () => {
  for (const value of ["1.0", "null", '{"a": 1}', "[1]", '"x"']) {
    assertEquals(rows("numeric", value), [[value]]);
    assertEquals(rows("generic", value), [[value]]);
    assertEquals(rows("histogram", value, "0.1"), [[`0.1 ${value}`]]);
  }
});

Deno.test("LAYOUTS tell what is not in the columns of a failure", () => {
  assertEquals(rows("failures", '{"error": "busy"}'), [['"busy"']]);
  assertEquals(rows("failures", '{"error": "busy", "diags": [1.0]}'), [
    ['"busy"', '{"diags": [1.0]}'],
  ]);
  assertEquals(rows("failures", '{"é": 1}'), [["null", '{"\\u00e9": 1}']]);
  assertEquals(rows("failures", '"text"'), [['"text"']]);
});

Deno.test("LAYOUTS tell what is not in the columns of a hop, of either dialect", () => {
  const blank = "null null null null null null null";
  assertEquals(rows("packet_trace", '[{"ttl": 1, "as": {"owner": "x"}}]'), [
    ["1 null null null null null null", '{"as": {"owner": "x"}}'],
  ]);
  for (const name of ["error_message", "error-message"]) {
    assertEquals(rows("packet_trace", `[{"${name}": "e"}]`), [
      ['null null null null null null "e"'],
    ]);
  }
  assertEquals(
    rows("packet_trace", '[{"error-message": "a", "error_message": "b"}]'),
    [['null null null null null null "b"', '{"error-message": "a"}']],
  );
  assertEquals(rows("packet_trace", '["lost", null, {}]'), [
    [blank, '"lost"'],
    [blank],
    [blank],
  ]);
  assertEquals(rows("packet_trace", '"text"'), [[blank, '"text"']]);
});

Deno.test("LAYOUTS have the last of a member that comes again, and of two spellings the one of esmond", () => {
  const cells = (hop: string) => rows("packet_trace", `[${hop}]`)[0];
  const others = "null null null null null";
  for (
    const [hop, ...wanted] of [
      ['{"ttl": 1, "ttl": 2}', `2 ${others} null`],
      ['{"ttl": 1, "ttl": null}', `null ${others} null`],
      ['{"ttl": null, "ttl": 1}', `1 ${others} null`],
      [
        '{"error_message": null, "error-message": "x"}',
        `null ${others} null`,
        '{"error-message": "x"}',
      ],
      ['{"t\\u0074l": 3}', `3 ${others} null`],
    ] as const
  ) assertEquals(cells(hop), wanted, hop);
});

Deno.test("LAYOUTS tell what is not in the columns of statistics and intervals", () => {
  const [[cells, rest]] = rows("statistics", '{"mean": 1, "skew": 2}') as [
    [string, string],
  ];
  assertEquals(cells.split(" ").filter((cell) => cell !== "null"), ["1"]);
  assertEquals(rest, '{"skew": 2}');
  const interval = '{"start": 0, "duration": 1.5, "val": 7, "jitter": 0.03}';
  assertEquals(rows("subintervals", `[${interval}, 5]`), [
    ["0 1.5 7", '{"jitter": 0.03}'],
    ["null null 5"],
  ]);
  assertEquals(rows("subinterval_list", `[[], [${interval}]]`), [
    ["0 null null null", "[]", "bare"],
    ["1 0 1.5 7", '{"jitter": 0.03}'],
  ]);
});

Deno.test("LAYOUTS have a bare row of a list without items", () => {
  for (const kind of ["packet_trace", "subintervals", "number_list"] as const) {
    for (const value of ["[]", "null"]) {
      const [row] = rows(kind, value);
      assertEquals(row!.slice(1), [value, "bare"], kind);
      assertEquals(row![0]!.replace(/null ?/g, ""), "", kind);
    }
  }
});
