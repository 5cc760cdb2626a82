/** The template and the commands of docs/mesh.md. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { isCommand } from "../../cli/commands/commands.ts";
import { parseOptions } from "../../cli/options/parse.ts";
import { expand, linksOf } from "../cli/template/templates.ts";
import { blocks } from "./blocks.ts";
import { REPOSITORY } from "./shell.ts";

const all = blocks(join(REPOSITORY, "docs/mesh.md"));

Deno.test("the template of docs/mesh.md comes to what is said below it", () => {
  const [template, ...others] = all.filter(({ language }) =>
    language === "json"
  );
  assertEquals(others, []);
  const { tests, doubts } = expand(JSON.parse(template!.text));
  assertEquals(doubts, []);
  assertEquals(linksOf(tests), [
    "ps.alpha → ps.beta",
    "ps.beta → ps.alpha",
  ]);
  for (const { source, schedule, archives } of tests) {
    assertEquals(schedule, { interval: 6 * 3600, slip: 3 * 3600 });
    assertEquals(archives, [`https://${source.address}`]);
  }
});

Deno.test("the commands of docs/mesh.md take these options", () => {
  const lines = all.filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.trim().split("\n"));
  assert(lines.length > 4);
  for (const line of lines) {
    const [program, command, ...argv] = line.split(" ");
    assertEquals(program, "esmond-ps");
    assert(isCommand(command!), line);
    assert(parseOptions(command, argv).text("mesh" as never), line);
  }
});
