import { assert, assertEquals } from "@std/assert";
import { CsvOutput } from "../../../cli/output/csv.ts";
import type { Row } from "../../../client/rows.ts";

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

Deno.test("CsvOutput says in every column that nothing was found", async () => {
  assertEquals(await printed(["a", "b"], []), "a,b\r\nNo data,No data\r\n\n");
});

Deno.test("CsvOutput spells out control characters on a terminal, in cells and in names", async () => {
  assertEquals(await field('"\\u001b[31m,\\r"', true), '"\\x1b[31m,\\x0d"');
  assertEquals(await field('"\\u001b[31m"'), "\x1b[31m");
  const text = await printed(["\x1b]0;x\x07"], [{ cells: ["1"] }], true);
  assert(!text.includes("\x1b") && !text.includes("\x07"));
});

Deno.test("CsvOutput escapes formulas if it is told to", async () => {
  const row = { cells: ['"=cmd()"'] };
  assertEquals(
    await printed(["a"], [row], false, true),
    "a\r\n'=cmd()\r\n\n",
  );
  assertEquals(await field('"=cmd()"'), "=cmd()");
});
