import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/csv/parse";
import { fc } from "../../packages/fast_check.ts";
import { CsvOutput } from "../../../cli/output/csv.ts";
import type { Row } from "../../../cli/output/rows.ts";

/** What rows are printed as. */
async function printed(
  columns: string[],
  rows: Omit<Row, "columns">[],
  isTerminal = false,
  escapesFormulas = false,
): Promise<string> {
  let text = "";
  const sink = {
    write: (part: string) => {
      text += part;
    },
    flush: () => Promise.resolve(),
  };
  const output = new CsvOutput({
    ...{ sink, columns, closing: "\n", isTerminal, escapesFormulas },
  });
  for (const row of rows) await output.write({ columns, ...row });
  await output.end();
  return text;
}

/** How one cell is printed. */
async function field(cell: string, isTerminal = false): Promise<string> {
  const text = await printed(["a"], [{ cells: [cell] }], isTerminal);
  assert(text.startsWith("a\r\n") && text.endsWith("\r\n\n"));
  return text.slice(3, -3);
}

Deno.test("CsvOutput prints a header and rows, each ended by CR LF, and one more LF", async () => {
  assertEquals(
    await printed(
      ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"],
      [{
        cells: [
          '"x,y"',
          '"say \\"hi\\""',
          '"l1\\nl2"',
          "null",
          "true",
          "1e-07",
          "[1,2]",
          '{"k":"v"}',
          '""',
          '" lead"',
        ],
      }],
    ),
    "a,b,c,d,e,f,g,h,i,j\r\n" +
      '"x,y","say ""hi""","l1\nl2",,True,1e-07,"1, 2","{""k"": ""v""}",, lead\r\n\n',
  );
});

Deno.test("CsvOutput quotes fields with a comma, a quote, CR or LF, and no others", async () => {
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
    assertEquals(await field(cell), expected);
  }
});

Deno.test("CsvOutput quotes the names of columns, too", async () => {
  assertEquals(
    await printed(["a,b", 'c"'], [{ cells: ["1", "2"] }]),
    '"a,b","c"""\r\n1,2\r\n\n',
  );
});

Deno.test("CsvOutput reads back the same, whatever text it is given", async () => {
  // A lone CR and CR LF are left out: parsers differ on what they are.
  const text = fc.string({ unit: "grapheme" })
    .map((each) => `x${each.replaceAll("\r", "")}`);
  const rows = fc.array(fc.array(text, { minLength: 2, maxLength: 2 }));
  await fc.assert(fc.asyncProperty(rows, async (values) => {
    const output = await printed(
      ["a", "b"],
      values.map((cells) => ({ cells: cells.map((c) => JSON.stringify(c)) })),
    );
    assertEquals(
      parse(output.slice(0, -1)),
      [["a", "b"], ...values.length > 0 ? values : [["No data", "No data"]]],
    );
  }));
});

Deno.test("CsvOutput says in every column that nothing was found", async () => {
  assertEquals(await printed(["a", "b"], []), "a,b\r\nNo data,No data\r\n\n");
});

Deno.test("CsvOutput spells out control characters on a terminal, in cells and in names", async () => {
  assertEquals(await field('"\\u001b[31m,\\r"', true), '"\\x1b[31m,\\x0d"');
  assertEquals(await field('"\\u001b[31m"'), "\x1b[31m");
  const text = await printed(["\x1b]0;x\x07"], [{ cells: ["1"] }], true);
  assert(!text.includes("\x1b") && !text.includes("\x07"));
});

Deno.test("CsvOutput escapes text that a spreadsheet would take for a formula, and nothing else, if it is told to", async () => {
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
    const text = await printed(["a"], [{ cells: [cell] }], false, true);
    assertEquals(text, `a\r\n${field}\r\n\n`, cell);
    const rowWithLead = await printed(
      ["b"],
      [{ lead: { columns: ["a"], cells: [cell] }, cells: ["1"] }],
      ...[false, true],
    );
    assert(rowWithLead.includes(`\n${field},1\r`), cell);
  }
  assertEquals(await field('"=cmd()"'), "=cmd()");
});

Deno.test("CsvOutput takes linear time for text that is built to be slow", async () => {
  const long = "1".repeat(1_000_000);
  const begun = performance.now();
  for (const text of [`-${long}x`, `-${long}.${long}x`, `-${long}e`]) {
    const row = { cells: [JSON.stringify(text)] };
    assertEquals(
      await printed(["a"], [row], false, true),
      `a\r\n'${text}\r\n\n`,
    );
  }
  assert(performance.now() - begun < 10_000);
});
