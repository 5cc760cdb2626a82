import { assert, assertEquals } from "@std/assert";
import { HumanOutput } from "../../../cli/output/human.ts";
import type { Row } from "../../../client/rows.ts";

/** What rows are printed as. */
async function printed(rows: Row[], isTerminal = false): Promise<string> {
  let text = "";
  const sink = {
    write: (part: string) => {
      text += part;
    },
    flush: () => Promise.resolve(),
  };
  const output = new HumanOutput({
    sink,
    columns: [],
    closing: "\n",
    isTerminal,
  });
  for (const row of rows) await output.write(row);
  await output.end();
  return text;
}

Deno.test("HumanOutput prints a line for each column and a rule between rows", async () => {
  const columns = ["a", "c", "b", "missing"];
  assertEquals(
    await printed([
      { columns, cells: ["1", "null", '[1,2.5,"x"]', "null"] },
      { columns, cells: ['"two"', '{"k":true}', "[]", "null"] },
    ]),
    "a: 1\nc: None\nb: 1, 2.5, x\nmissing: None\n" +
      "= + = + = + = + = + =\n" +
      'a: two\nc: {"k": true}\nb: \nmissing: None\n\n',
  );
});

Deno.test("HumanOutput prints rows of different columns one after the other", async () => {
  assertEquals(
    await printed([
      { columns: ["timestamp"], cells: ['"now"'] },
      { columns: ["ttl", "ip"], cells: ["1", '"192.0.2.1"'] },
    ]),
    "timestamp: now\n= + = + = + = + = + =\nttl: 1\nip: 192.0.2.1\n\n",
  );
});

Deno.test("HumanOutput says that nothing was found", async () => {
  assertEquals(await printed([]), "No data found.\n");
});

Deno.test("HumanOutput prints text unchanged where there is no terminal", async () => {
  assertEquals(
    await printed([{ columns: ["a"], cells: ['"\\u001b[31mx\\ny"'] }]),
    "a: \x1b[31mx\ny\n\n",
  );
});

Deno.test("HumanOutput spells out control characters on a terminal", async () => {
  for (
    const cell of [
      '"\\u001b[2Jgone"',
      '["\\u0007","\\u009b31m"]',
      '"\\rover"',
      '{"k":"\\u0000"}',
    ]
  ) {
    const text = await printed([{ columns: ["a"], cells: [cell] }], true);
    // deno-lint-ignore no-control-regex -- these are what must not reach a terminal
    assert(!/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(text), JSON.stringify(text));
  }
});

Deno.test("HumanOutput spells out control characters in the name of a column on a terminal", async () => {
  // Columns of get-metadata -M are named by whoever posted the test.
  const row = { columns: ["evil\x1b]0;title\x07"], cells: ["1"] };
  const text = await printed([row], true);
  assert(
    !text.includes("\x1b") && !text.includes("\x07"),
    JSON.stringify(text),
  );
});

Deno.test("HumanOutput keeps a value within its line on a terminal", async () => {
  // Else a failure could pass for a row of its own.
  const cell = '"x\\n= + = + = + = + = + =\\nsource: 192.0.2.1"';
  const text = await printed([{ columns: ["msg"], cells: [cell] }], true);
  assertEquals(text.split("\n").length, 3, JSON.stringify(text));
});
