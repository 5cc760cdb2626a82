import { assert, assertEquals } from "@std/assert";
import { writeScript } from "../../../cli/completions/scripts.ts";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import type { CommandName } from "../../../cli/names.ts";
import { optionsOf } from "../../../cli/options/table.ts";

const SCRIPT = writeScript("powershell", COMMANDS);

/**
 * What is in the script besides texts and comments: a text is in single quotes,
 * where a quote is doubled.
 */
function withoutTexts(script: string): string {
  return script.replace(
    /#.*|'(?:[^'\n]|'')*'|"[^"\n]*"/g,
    (found) => found.startsWith("#") ? "" : "''",
  );
}

Deno.test("the script for PowerShell is one call that registers all names of the program", () => {
  const code = SCRIPT.split("\n").filter((line) =>
    line !== "" && !/^(#| |})/.test(line)
  );
  const names = [
    "esmond-ps",
    ...Object.keys(COMMANDS).map((name) => `esmond-ps-${name}`),
  ];
  assertEquals(code, [
    `Register-ArgumentCompleter -Native -CommandName @(${
      names.map((name) => `'${name}'`).join(", ")
    }) -ScriptBlock {`,
  ]);
  assert(
    SCRIPT.includes("param($wordToComplete, $commandAst, $cursorPosition)"),
  );
});

Deno.test("the script for PowerShell closes what it opens", () => {
  const open: string[] = [];
  const pairs: Record<string, string> = { "}": "{", ")": "(", "]": "[" };
  for (const char of withoutTexts(SCRIPT).replace(/[^{}()[\]]/g, "")) {
    if (char in pairs) assertEquals(open.pop(), pairs[char]);
    else open.push(char);
  }
  assertEquals(open, []);
  assert(
    !/['"]/.test(withoutTexts(SCRIPT).replaceAll("''", "")),
    "a quote is left open",
  );
});

Deno.test("the script for PowerShell has a row for each option of each command, with the names that the command takes", () => {
  for (const name of Object.keys(COMMANDS) as CommandName[]) {
    const [, table = ""] =
      new RegExp(`\n {8}'${name}' = @\\(\n([^]*?)\n {8}\\)\n`).exec(SCRIPT) ??
        [];
    const rows = [...table.matchAll(/Names = @\((.*?)\); Takes = '(\w*)'/g)];
    assertEquals(
      rows.map(([, names, takes]) => [names, takes !== ""]),
      optionsOf(name).map(({ long, short, value }) => [
        [`'--${long}'`, ...(short ? [`'-${short}'`] : [])].join(", "),
        value !== undefined,
      ]),
    );
    const lists = rows.map(([, , takes]) => takes!).filter((takes) =>
      !["", "nothing", "file", "directory"].includes(takes)
    );
    for (const list of lists) {
      assert(SCRIPT.includes(`\n        '${list}' = @('`), list);
    }
  }
});
