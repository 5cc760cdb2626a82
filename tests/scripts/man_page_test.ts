import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { EXIT_CODES } from "../../cli/errors.ts";
import { COMMANDS } from "../../cli/commands/commands.ts";
import { helpOf } from "../../cli/help/help.ts";
import { OPTIONS } from "../../cli/options/table.ts";
import { ENVIRONMENT, TIMES, TOPICS } from "../../cli/help/topics.ts";
import { VERSION } from "../../cli/version.ts";
import { manPage } from "../../scripts/man_page.ts";
import { withDirectory } from "../helpers/directory.ts";
import { runProcess } from "../helpers/process.ts";
import {
  lackedByOthers,
  notInstalled,
  testUnless,
} from "../helpers/skipping.ts";

const PAGE = manPage();

/** The text of a part of the page, as a reader sees it. */
function sectionOf(name: string): string {
  const [, section = ""] =
    new RegExp(`^\\.SH ${name}\n([^]*?)(?=^\\.SH|(?![^]))`, "m").exec(PAGE) ??
      [];
  return section.replace(/\\f[BIR]/g, "").replace(/\\-/g, "-")
    .replace(/\\\(aq/g, "'").replace(/\\\(ti/g, "~").replace(/\\&/g, "");
}

const joined = (text: string) => text.split(/\s+/).join(" ");

Deno.test("the man page has the usual sections in the usual order", () => {
  const names = [...PAGE.matchAll(/^\.SH (.*)$/gm)].map(([, name]) => name);
  assertEquals(names, [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "COMMANDS",
    "OPTIONS",
    "TIMES",
    "FORMATS",
    "ENVIRONMENT",
    "FILES",
    "EXIT STATUS",
    "EXAMPLES",
    "SEE ALSO",
  ]);
  assert(PAGE.startsWith(`.TH ESMOND\\-PS 1 "" "esmond\\-ps ${VERSION}" `));
});

Deno.test("the man page has every command, with a description and an example", () => {
  const commands = sectionOf("COMMANDS");
  for (const [name, { description, examples }] of Object.entries(COMMANDS)) {
    assertStringIncludes(sectionOf("SYNOPSIS"), `esmond-ps ${name} `);
    assertStringIncludes(commands, `.TP\n${name}\n`);
    assertStringIncludes(joined(commands), description);
    assertStringIncludes(sectionOf("EXAMPLES"), `\n${examples.join("\n")}\n`);
  }
});

Deno.test("the man page has every option by its names, with its help and the commands that take it", () => {
  const options = joined(sectionOf("OPTIONS"));
  for (const spec of OPTIONS) {
    const { short, long, value, commands } = spec;
    const names = `${short ? `-${short}, ` : ""}--${long}${
      value ? ` ${value}` : ""
    }`;
    const takers = `Commands: ${commands?.join(", ") ?? "all"}.`;
    assertStringIncludes(options, `.TP ${names} ${helpOf(spec)} ${takers}`);
  }
});

Deno.test("the man page has the times, variables and exit codes of the help", () => {
  for (const [examples] of TIMES) {
    assertStringIncludes(sectionOf("TIMES"), `\n${examples.join(", ")}\n`);
  }
  for (const { name, text } of ENVIRONMENT) {
    const section = joined(sectionOf("ENVIRONMENT"));
    assertStringIncludes(section, `.TP ${name} ${text}`);
  }
  for (const [code, meaning] of EXIT_CODES) {
    assertStringIncludes(
      sectionOf("EXIT STATUS"),
      `.TP\n${code}\n${meaning}\n`,
    );
  }
  assertEquals(Object.keys(TOPICS).length, 4); // a new topic needs a section
});

Deno.test("the man page says no text to roff that the tables do not mean for it", () => {
  const requests = /^\.(TH|SH|PP|TP|BR|br|nf|fi|nh|ad|RS|RE)( |$)/;
  for (const line of PAGE.split("\n")) {
    assert(!/^['.]/.test(line) || requests.test(line), line);
    const escapes = line.replace(/\\(f[BIR]|[-e&]|\((aq|ga|ha|ti))/g, "");
    assert(!escapes.includes("\\"), line);
    assert(requests.test(line) || !/[-'`^~]/.test(escapes), line);
    assert(/^[\x20-\x7e]*$/.test(line), line);
  }
});

const READERS: [program: string, args: string[]][] = [
  ["groff", ["-ww", "-man", "-Tutf8"]],
  ["man", ["-l", "--warnings"]],
];

for (const [program, args] of READERS) {
  testUnless(
    notInstalled(program) ?? lackedByOthers(`a ${program} with these options`),
    `${program} warns of nothing in the man page`,
    async () => {
      await withDirectory(async (directory) => {
        const path = join(directory, "esmond-ps.1");
        await Deno.writeTextFile(path, PAGE);
        const { exit, stdout, stderr } = await runProcess(
          [program, ...args, path],
          { env: { MANWIDTH: "80", LC_ALL: "C.UTF-8", MANPAGER: "cat" } },
        );
        assertEquals([exit, stderr], [0, ""]);
        assertStringIncludes(stdout, "ESMOND_PAGE_SIZE");
      });
    },
  );
}

Deno.test("README names every command and every topic", async () => {
  const readme = await Deno.readTextFile(
    join(import.meta.dirname!, "../../README.md"),
  );
  for (const name of Object.keys(COMMANDS)) {
    assert(new RegExp(`^\\| \`${name}\` +\\|`, "m").test(readme), name);
  }
  for (const name of Object.keys(TOPICS)) {
    assertStringIncludes(readme, `\`${name}\``);
  }
});
