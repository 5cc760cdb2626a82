import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import {
  commandHelp,
  eventTypeList,
  helpOf,
  programHelp,
} from "../../../cli/help/help.ts";
import type { CommandName } from "../../../cli/names.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import { optionsOf } from "../../../cli/options/table.ts";

const NAMES = Object.keys(COMMANDS) as CommandName[];
const helpOfCommand = (name: CommandName) => commandHelp(name, COMMANDS[name]);

Deno.test("commandHelp() lists every option that the command takes, and no other", () => {
  for (const name of NAMES) {
    const { summary } = COMMANDS[name];
    const help = helpOfCommand(name);
    assertNotEquals(summary, "");
    const listed = [...help.matchAll(/^ {2}(?:-(\w), | {4})--([a-z\d-]+)/gm)]
      .map(([, short, long]) => [short, long]);
    assertEquals(
      listed,
      optionsOf(name).map(({ short, long }) => [short, long]),
      name,
    );
  }
});

Deno.test("commandHelp() loses no word of what it says of an option", () => {
  const words = (text: string) => text.split(/\s+/).join(" ");
  for (const name of NAMES) {
    const { description, examples } = COMMANDS[name];
    const help = words(helpOfCommand(name));
    for (const spec of optionsOf(name)) {
      assertStringIncludes(help, words(helpOf(spec)));
    }
    assertStringIncludes(help, words(description));
    for (const example of examples) assertStringIncludes(help, example);
  }
});

Deno.test("commandHelp() shows examples that the command can parse", () => {
  for (const name of NAMES) {
    for (const example of COMMANDS[name].examples) {
      const [program, command, ...argv] = example.split(" ");
      assertEquals([program, command], ["esmond-ps", name]);
      parseOptions(name, argv);
    }
  }
});

for (const name of NAMES) {
  Deno.test(`commandHelp() of ${name} fits 80 columns`, () => {
    assertEquals(
      helpOfCommand(name).split("\n").filter((l) => l.length > 80),
      [],
    );
  });
}

Deno.test("programHelp() names every command, fits 80 columns and tells the exit codes", () => {
  const help = programHelp(COMMANDS);
  for (const name of NAMES) assertStringIncludes(help, `  ${name} `);
  assertEquals(help.split("\n").filter((line) => line.length > 80), []);
  for (const code of ["0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "130"]) {
    assertStringIncludes(help.slice(help.indexOf("Exit codes")), code);
  }
  assert(help.endsWith("\n") && !help.endsWith("\n\n"));
});

Deno.test("eventTypeList() begins with the original's 33 in its order, after the original's blank line", () => {
  const text = eventTypeList();
  assert(
    text.startsWith("\nValid event types:\n    failures\n    histogram-ow"),
  );
  const names = [...text.matchAll(/^ {4}(\S+)$/gm)].map(([, name]) => name);
  assertEquals(names[32], "time-error-estimates");
  assert(names.includes("pscheduler-run-href"));
  assertEquals(new Set(names).size, names.length);
  assert(/\S\n$/.test(text));
});
