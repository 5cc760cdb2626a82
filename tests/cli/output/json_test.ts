import { assert, assertEquals, assertThrows } from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import { JsonOutput } from "../../../cli/output/json.ts";
import type { Row } from "../../../client/rows.ts";

/** An output, and what it has written so far. */
function begun(): { output: JsonOutput; text: () => string } {
  let text = "";
  const sink = {
    write: (part: string) => {
      text += part;
    },
    flush: () => Promise.resolve(),
  };
  const columns: string[] = [];
  const output = new JsonOutput({
    sink,
    columns,
    closing: "\n",
    isTerminal: true,
  });
  return { output, text: () => text };
}

async function printed(rows: Row[]): Promise<string> {
  const { output, text } = begun();
  for (const row of rows) await output.write(row);
  await output.end();
  return text();
}

Deno.test("JsonOutput prints a list of objects in one line", async () => {
  const columns = ["a", "b", "c"];
  assertEquals(
    await printed([
      { columns, cells: ['"é\\"\\n\\u2028"', "[1,2.5,null,true]", "1e+21"] },
      { columns, cells: ['"x"', "{}", "null"] },
    ]),
    '[{"a": "\\u00e9\\"\\n\\u2028", "b": [1, 2.5, null, true], "c": 1e+21}, ' +
      '{"a": "x", "b": {}, "c": null}]\n',
  );
});

Deno.test("JsonOutput prints numbers digit for digit", async () => {
  const columns = ["a"];
  for (
    const [json, text] of [
      ["7016320000.0", "7016320000.0"],
      ["9007199254740993", "9007199254740993"],
      ["1e-07", "1e-07"],
      ["1E5", "100000.0"],
      ["-0.0", "-0.0"],
      ["-0", "-0"],
      ["true", "true"],
    ]
  ) {
    assertEquals(
      await printed([{ columns, cells: [json!] }]),
      `[{"a": ${text}}]\n`,
    );
  }
});

Deno.test("JsonOutput stays JSON when a number is beyond what a double holds", async () => {
  for (const cell of ["1e400", "-1e400", "[1e400]", '{"a":-1E999}']) {
    const text = await printed([{ columns: ["a"], cells: [cell] }]);
    assertEquals(Object.keys(JSON.parse(text)[0]), ["a"], text);
  }
});

Deno.test("JsonOutput keeps lists, whatever the row says of them", async () => {
  const row = { columns: ["a"], cells: ['["x",[1]]'] };
  assertEquals(await printed([row]), '[{"a": ["x", [1]]}]\n');
  assertEquals(
    await printed([{ ...row, keepsLists: true }]),
    '[{"a": ["x", [1]]}]\n',
  );
});

Deno.test("JsonOutput is printable ASCII, whatever it is given", async () => {
  const cells = ['"\x7f\x9b é 測定 😀"'];
  const text = await printed([{ columns: ["é\x1b"], cells }]);
  assert(/^[\x20-\x7e]+\n$/.test(text), JSON.stringify(text));
  assertEquals(JSON.parse(text), [{ "é\x1b": "\x7f\x9b é 測定 😀" }]);
});

Deno.test("JsonOutput reads back the same, whatever it is given", async () => {
  // V8 15.0 takes the first of ten or more keys for a backslash where that is
  // one character, written as an escape: JSON.parse('{"\\n":0,"a":0,…}').
  const key = fc.string({ unit: "grapheme" })
    .filter((text) => text.length !== 1 || /[ !#-~]/.test(text));
  const value = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true });
  await fc.assert(fc.asyncProperty(fc.array(value), async (values) => {
    const text = await printed(values.map((each) => ({
      columns: Object.keys(each),
      cells: Object.values(each).map((cell) => JSON.stringify(cell)),
    })));
    assertEquals(
      JSON.stringify(JSON.parse(text)),
      values.length === 0
        ? '[{"msg":"No data found."}]'
        : JSON.stringify(values),
    );
  }));
});

Deno.test("JsonOutput says that nothing was found", async () => {
  assertEquals(await printed([]), '[{"msg": "No data found."}]\n');
});

Deno.test("JsonOutput is not closed before the end, so that a part does not parse", async () => {
  const { output, text } = begun();
  assertEquals(text(), "");
  for (let n = 0; n < 3; n++) {
    await output.write({ columns: ["n"], cells: [String(n)] });
    assertThrows(() => JSON.parse(text()), SyntaxError);
  }
  await output.end();
  assertEquals(JSON.parse(text()), [{ n: 0 }, { n: 1 }, { n: 2 }]);
});
