import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parse } from "@std/csv/parse";
import { csv, CsvText } from "../../client/csv.ts";
import type { Row } from "../../client/rows.ts";
import { FilterError } from "../../mod.ts";
import { BASE, withTest } from "../helpers/one_test.ts";
import { fc } from "../packages/fast_check.ts";

/** What a header and rows are printed as. */
function printed(
  columns: string[],
  rows: Omit<Row, "columns">[],
  escapesFormulas = false,
): string {
  const text = new CsvText(escapesFormulas);
  return text.header(columns) +
    rows.map((row) => text.row({ columns, ...row })).join("");
}

/** How one cell is printed. */
function field(cell: string): string {
  const text = printed(["a"], [{ cells: [cell] }]);
  assert(text.startsWith("a\r\n") && text.endsWith("\r\n"));
  return text.slice(3, -2);
}

Deno.test("CsvText quotes fields with a comma, a quote, CR or LF, and no others", () => {
  const table: [cell: string, field: string][] = [
    ['"a,b"', '"a,b"'],
    ['"\\""', '""""'],
    ['"a\\rb"', '"a\rb"'],
    ['"a\\nb"', '"a\nb"'],
    ['"cr\\r\\nlf"', '"cr\r\nlf"'],
    ['" lead and trail "', " lead and trail "],
    ['"tab\\t"', "tab\t"],
    ['"it\'s"', "it's"],
    ['"a;b"', "a;b"],
    ['"=1+1"', "=1+1"],
    ['""', ""],
    ["null", ""],
    ["[]", ""],
    ["[null]", "None"],
    ["{}", "{}"],
    ['["a,b", "c\\"d"]', '"a,b, c""d"'],
  ];
  for (const [cell, expected] of table) {
    assertEquals(field(cell), expected);
  }
});

Deno.test("CsvText quotes the names of columns, too", () => {
  assertEquals(
    printed(["a,b", 'c"'], [{ cells: ["1", "2"] }]),
    '"a,b","c"""\r\n1,2\r\n',
  );
});

Deno.test("CsvText reads back the same, whatever text it is given", () => {
  // A lone CR and CR LF are left out: parsers differ on what they are.
  const text = fc.string({ unit: "grapheme" })
    .map((each) => `x${each.replaceAll("\r", "")}`);
  const rows = fc.array(fc.array(text, { minLength: 2, maxLength: 2 }));
  fc.assert(fc.property(rows, (values) => {
    const output = printed(
      ["a", "b"],
      values.map((cells) => ({ cells: cells.map((c) => JSON.stringify(c)) })),
    );
    assertEquals(
      parse(output),
      [["a", "b"], ...values],
    );
  }));
});

Deno.test("CsvText escapes text that a spreadsheet would take for a formula, and nothing else, if it is told to", () => {
  const table: [cell: string, field: string][] = [
    ['"=cmd()"', "'=cmd()"],
    ["\"+1+cmd|' /C calc'!A0\"", "'+1+cmd|' /C calc'!A0"],
    ['"-2+3"', "'-2+3"],
    ['"@SUM(A1)"', "'@SUM(A1)"],
    ['"\\t=1"', "'\t=1"],
    ['"\\r=1"', '"\'\r=1"'],
    ['"\\n=1"', '"\'\n=1"'],
    ['"\uff1dcmd()"', "'\uff1dcmd()"],
    ['"=a,b"', '"\'=a,b"'],
    ['["=1", 2]', '"\'=1, 2"'],
    ['"-"', "'-"],
    // Numbers, also those that are sent as text.
    ["-5", "-5"],
    ["-1e-7", "-1e-07"],
    ["-1e400", "-inf"],
    ['"-5.25"', "-5.25"],
    ['"+1e9"', "+1e9"],
    // What is harmless.
    ['"192.0.2.1"', "192.0.2.1"],
    ['"a=b"', "a=b"],
    ['" =1"', " =1"],
    ['""', ""],
    ["null", ""],
    ['{"=":1}', '"{""="": 1}"'],
  ];
  for (const [cell, field] of table) {
    const text = printed(["a"], [{ cells: [cell] }], true);
    assertEquals(text, `a\r\n${field}\r\n`, cell);
    const rowWithLead = printed(
      ["b"],
      [{ lead: { columns: ["a"], cells: [cell] }, cells: ["1"] }],
      true,
    );
    assert(rowWithLead.includes(`\n${field},1\r`), cell);
  }
  assertEquals(field('"=cmd()"'), "=cmd()");
});

Deno.test("CsvText takes linear time for text that is built to be slow", () => {
  const long = "1".repeat(1_000_000);
  const begun = performance.now();
  for (const text of [`-${long}x`, `-${long}.${long}x`, `-${long}e`]) {
    const row = { cells: [JSON.stringify(text)] };
    assertEquals(
      printed(["a"], [row], true),
      `a\r\n'${text}\r\n`,
    );
  }
  assert(performance.now() - begun < 10_000);
});

Deno.test("CsvText makes of each text what it is told to, before it is quoted", () => {
  const text = new CsvText(false, (each) => each.replaceAll("\n", ","));
  assertEquals(text.header(["a\nb"]), '"a,b"\r\n');
  assertEquals(text.row({ columns: [], cells: ['"1\\n2"'] }), '"1,2"\r\n');
});

const POINTS = '[{"ts":1456790400,"val":7016320000.0},' +
  '{"ts":1456790430,"val":9007199254740993},{"ts":1456790460,"val":null}]';

const HEADER =
  "source,destination,event_type,tool,summary_type,summary_window,timestamp,value\r\n";

const ROWS = ["00,7016320000.0", "30,9007199254740993", "60,"].map((row) =>
  `192.0.2.10,192.0.2.20,throughput,tool,base,0,2016-03-01 00:00:${row}\r\n`
    .replace("00:00:60", "00:01:00")
);

const TYPES = {
  "event-types": [{ "event-type": "throughput", "base-uri": BASE }],
};

Deno.test("csv() prints points, pages and payloads alike, digit for digit", async () => {
  await withTest(TYPES, POINTS, async (md) => {
    const et = md.getEventType("throughput")!;
    const { data } = await et.getData();
    for (const points of [et.streamData(), et.streamPages(), data]) {
      assertEquals(
        (await Array.fromAsync(csv(et, points))).join(""),
        [HEADER, ...ROWS].join(""),
      );
    }
    assertEquals(
      await Array.fromAsync(csv(et, et.streamPages())),
      [HEADER, ROWS.join("")],
      "a piece for each page",
    );
    assertEquals(
      await Array.fromAsync(csv(et, [data[0]!], { header: false })),
      [ROWS[0]],
    );
    assertEquals(await Array.fromAsync(csv(et, [])), [HEADER]);
  });
});

Deno.test("csv() escapes formulas if it is told to", async () => {
  const tool = { "tool-name": "=cmd()", ...TYPES };
  await withTest(tool, POINTS, async (md) => {
    const et = md.getEventType("throughput")!;
    const { data } = await et.getData();
    const cells = async (escapeFormulas: boolean) =>
      (await Array.fromAsync(csv(et, data, { escapeFormulas, header: false })))
        .map((line) => line.split(",")[3]);
    assertEquals(await cells(true), ["'=cmd()", "'=cmd()", "'=cmd()"]);
    assertEquals((await cells(false))[0], "=cmd()");
  });
});

Deno.test("csv() ends the reading of points when its loop is left", async () => {
  await withTest(TYPES, POINTS, async (md) => {
    const et = md.getEventType("throughput")!;
    const points = et.streamPages();
    for await (const piece of csv(et, points)) {
      if (piece !== HEADER) break;
    }
    assertEquals(await points.next(), { done: true, value: undefined });
  });
});

Deno.test("csv() says in one sentence what it cannot print", async () => {
  // deno-lint-ignore no-explicit-any -- what code without types may give
  const given = csv as (...all: any[]) => AsyncGenerator<string>;
  assertThrows(
    () => given(undefined, []),
    FilterError,
    "csv() needs an event type or a roll-up, not undefined",
  );
  await withTest(TYPES, POINTS, async (md) => {
    const et = md.getEventType("throughput")!;
    for (const points of [undefined, "text", 7, () => {}]) {
      assertThrows(
        () => given(et, points),
        FilterError,
        "csv() needs points, such as streamPages(), not ",
      );
    }
    await assertRejects(
      () => Array.fromAsync(given(et, [{ ts: 1, val: 2 }])),
      FilterError,
      'rows are made of the points of a series, not of {"ts":1,"val":2}',
    );
  });
});
