import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import {
  commandHelp,
  eventTypeList,
  groupsOf,
  helpOf,
  programHelp,
} from "../../../cli/help/help.ts";
import type { CommandName } from "../../../cli/names.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import { GROUPS } from "../../../cli/options/groups.ts";
import { OPTIONS, optionsOf } from "../../../cli/options/table.ts";

const NAMES = Object.keys(COMMANDS) as CommandName[];
const helpOfCommand = (name: CommandName) => commandHelp(name, COMMANDS[name]);

Deno.test("commandHelp() of all describes every option that the command takes once, in its group", () => {
  for (const name of NAMES) {
    assertNotEquals(COMMANDS[name].summary, "");
    const help = commandHelp(name, COMMANDS[name], true);
    const listed: string[] = [];
    let title: string | undefined;
    for (const line of help.replace(/^Examples[^]*/m, "").split("\n")) {
      title = /^(\w.*):$/.exec(line)?.[1] ?? title;
      const [, long] = /^ {2}(?:-\w, | {4})--([a-z\d-]+)/.exec(line) ?? [];
      if (long !== undefined) listed.push(`${title}: ${long}`);
    }
    const titles: string[] = Object.values(GROUPS).map(({ title }) => title);
    const expected = optionsOf(name).map(({ group, long }) =>
      `${GROUPS[group].title}: ${long}`
    );
    assertEquals([...listed].sort(), expected.sort(), name);
    const order = listed.map((each) => titles.indexOf(each.split(": ")[0]!));
    assertEquals(order, order.toSorted((one, other) => one - other), name);
  }
});

Deno.test("commandHelp() has fewer than 60 lines, and names each option that it does not describe", () => {
  for (const name of NAMES) {
    const help = helpOfCommand(name);
    const lines = help.split("\n").length - 1;
    assert(lines < 60, `${name} has ${lines} lines`);
    const [described, rest = ""] = help.replace(/^Examples[^]*/m, "")
      .split("\nMore, with --help all:\n");
    const named = rest.replaceAll(/^.*: /gm, "");
    for (const { long, group } of optionsOf(name)) {
      const isDescribed = new RegExp(`^ .*--${long}( |$)`, "m").test(
        described!,
      );
      const isNamed = new RegExp(`--${long}(,|$)`, "m").test(named);
      assertEquals([isDescribed, isNamed].filter(Boolean).length, 1, long);
      if (isNamed) assertEquals("isRare" in GROUPS[group], true, long);
    }
  }
});

Deno.test("every option is in one group of a command, and every group has an option", () => {
  for (const name of NAMES) {
    const longs = groupsOf(name).flatMap(([, specs]) =>
      specs.map(({ long }) => long)
    );
    assertEquals(
      longs.toSorted(),
      optionsOf(name).map(({ long }) => long).sort(),
    );
  }
  const used = new Set(OPTIONS.map(({ group }) => group));
  assertEquals(
    Object.keys(GROUPS).filter((each) => !used.has(each as never)),
    [],
  );
});

Deno.test("commandHelp() loses no word of what it says of an option", () => {
  const words = (text: string) => text.split(/\s+/).join(" ");
  for (const name of NAMES) {
    const { description } = COMMANDS[name];
    const help = words(commandHelp(name, COMMANDS[name], true));
    for (const spec of optionsOf(name)) {
      assertStringIncludes(help, words(helpOf(spec)));
    }
    assertStringIncludes(help, words(description));
    for (const spec of optionsOf(name).filter((each) => each.isRepeatable)) {
      const [, repeated = ""] = /Repeat for several values: (.*?)\./.exec(
        help,
      )!;
      assert(repeated.split(", ").includes(`--${spec.long}`), spec.long);
    }
  }
});

Deno.test("commandHelp() shows three to five examples that the command can parse, or one if it has no options", () => {
  for (const name of NAMES) {
    const { examples } = COMMANDS[name];
    const least = SIMPLE.includes(name) ? 1 : 3;
    assert(examples.length >= least && examples.length <= 5, name);
    for (const example of examples) {
      for (const [, command, rest] of calls(example)) {
        const argv = rest!.trim().split(/\s+/).filter(Boolean);
        parseOptions(command as CommandName, argv);
      }
    }
    assert(
      examples.every((each) => calls(each).some(([, own]) => own === name)),
    );
  }
});

/** Those of which there is no more to show. */
const SIMPLE: readonly CommandName[] = ["trust", "install-links"];

/** The calls of the program in an example, with what follows the command. */
function calls(example: string): RegExpMatchArray[] {
  return [...example.matchAll(/esmond-ps ([a-z-]+)([^|>)\n]*)/g)];
}

Deno.test("commandHelp() tells the exit codes that can occur", () => {
  const codes = (name: CommandName) =>
    helpOfCommand(name).replace(/[^]*Exit codes: /, "").split(";")
      .map((each) => parseInt(each));
  const table: [CommandName, number[]][] = [
    ["get", [0, 1, 2, 3, 4, 130]],
    ["get-bulk", [0, 1, 2, 3, 4, 130]],
    ["mesh", [0, 1, 2, 3, 4, 5, 130]],
    ["check", [0, 1, 2, 3]],
    ["serve", [0, 1, 2, 130]],
    ["completions", [0, 2]],
  ];
  for (const [name, expected] of table) assertEquals(codes(name), expected);
  for (const name of NAMES) {
    const hasFlag = optionsOf(name).some(({ long }) => long === "exit-code");
    assertEquals(codes(name).includes(5), hasFlag, name);
  }
});

Deno.test("helpOf() shows a default with its unit, and words as they are", () => {
  const of = (command: CommandName, long: string) =>
    helpOf(optionsOf(command).find((spec) => spec.long === long)!);
  assertEquals(
    of("get", "every"),
    of("get", "every").replace(/Default.*/, "Default: 30s."),
  );
  assertMatch(of("get", "overlap"), / Default: 1h\.$/);
  assertMatch(of("get", "start-time"), / Default: 24 hours ago\.$/);
  assertMatch(of("get-bulk", "output-directory"), / Default: \.$/);
});

for (const name of NAMES) {
  Deno.test(`commandHelp() of ${name} fits 80 columns`, () => {
    for (const isWhole of [false, true]) {
      const lines = commandHelp(name, COMMANDS[name], isWhole).split("\n");
      assertEquals(lines.filter((line) => line.length > 79), []);
    }
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
