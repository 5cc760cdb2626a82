import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { EXIT_CODES } from "../../cli/errors.ts";
import { COMMANDS, isCommand } from "../../cli/commands/commands.ts";
import { exitsOf, helpOf } from "../../cli/help/help.ts";
import { commandLines } from "../../cli/help/layout.ts";
import { PROGRAM_NAMES } from "../../cli/options/choices.ts";
import { GROUPS } from "../../cli/options/groups.ts";
import { optionsOf } from "../../cli/options/table.ts";
import { ENVIRONMENT, TIMES, TOPICS } from "../../cli/help/topics.ts";
import { VERSION } from "../../cli/version.ts";
import { commandPage, manPage } from "../../scripts/man_page.ts";
import { withDirectory } from "../helpers/directory.ts";
import { runProcess } from "../helpers/process.ts";
import {
  lackedByOthers,
  notInstalled,
  testUnless,
} from "../helpers/skipping.ts";

const PAGE = manPage();

/** The text of a part of the page, as a reader sees it. */
function sectionOf(name: string, page = PAGE): string {
  const [, section = ""] =
    new RegExp(`^\\.SH ${name}\n([^]*?)(?=^\\.SH|(?![^]))`, "m").exec(page) ??
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
    "TIMES",
    "FORMATS",
    "ENVIRONMENT",
    "FILES",
    "EXIT STATUS",
    "SEE ALSO",
  ]);
  assert(PAGE.startsWith(`.TH ESMOND\\-PS 1 "" "esmond\\-ps ${VERSION}" `));
});

Deno.test("the man page has every command, and the name of its page", () => {
  const commands = sectionOf("COMMANDS");
  for (const [name, { summary }] of Object.entries(COMMANDS)) {
    assertStringIncludes(
      commands,
      `.TP\n${name}\n${summary[0]!.toUpperCase()}`,
    );
    assertStringIncludes(sectionOf("SEE ALSO"), `esmond-ps-${name} (1)`);
  }
});

Deno.test("the page of a command has what its help has, and names of the Python programs that are its own", () => {
  for (const name of Object.keys(COMMANDS).filter(isCommand)) {
    const { description, examples } = COMMANDS[name];
    const page = commandPage(name);
    const part = (section: string) => joined(sectionOf(section, page));
    assert(
      page.includes(`\nesmond\\-ps\\-${name.replaceAll("-", "\\-")} \\- `),
    );
    const isPrograms = PROGRAM_NAMES.includes(`esmond-ps-${name}`);
    assertEquals(part("SYNOPSIS").includes(`esmond-ps-${name} `), isPrograms);
    assertStringIncludes(part("DESCRIPTION"), joined(description));
    for (const spec of optionsOf(name)) {
      const { short, long, value, group } = spec;
      const names = `${short ? `-${short}, ` : ""}--${long}${
        value ? ` ${value}` : ""
      }`;
      assertStringIncludes(part("OPTIONS"), `.TP ${names} ${helpOf(spec)}`);
      assertStringIncludes(part("OPTIONS"), `.SS ${GROUPS[group].title} `);
    }
    for (const example of examples) {
      const lines = commandLines(example, 0).join("\n").replaceAll("\\", "\\e");
      assertStringIncludes(sectionOf("EXAMPLES", page), `\n${lines}\n`);
    }
    for (const [code] of exitsOf(COMMANDS[name])) {
      assertStringIncludes(part("EXIT STATUS"), `.TP ${code} `);
    }
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

const PAGES: Record<string, string> = {
  "esmond-ps": PAGE,
  ...Object.fromEntries(
    Object.keys(COMMANDS).filter(isCommand).map((name) => [
      `esmond-ps-${name}`,
      commandPage(name),
    ]),
  ),
};

Deno.test("no man page says a text to roff that the tables do not mean for it", () => {
  const requests = /^\.(TH|SH|SS|PP|TP|BR|br|nf|fi|nh|ad|RS|RE)( |$)/;
  for (const line of Object.values(PAGES).join("").split("\n")) {
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
    `${program} warns of nothing in the man pages`,
    async () => {
      await withDirectory(async (directory) => {
        const paths = Object.keys(PAGES).map((name) =>
          join(directory, `${name}.1`)
        );
        for (const [index, page] of Object.values(PAGES).entries()) {
          await Deno.writeTextFile(paths[index]!, page);
        }
        const { exit, stdout, stderr } = await runProcess(
          [program, ...args, ...paths],
          { env: { MANWIDTH: "80", LC_ALL: "C.UTF-8", MANPAGER: "cat" } },
        );
        assertEquals([exit, stderr], [0, ""]);
        assertStringIncludes(stdout, "ESMOND_PAGE_SIZE");
      });
    },
  );
}

Deno.test("docs/program.md names every command and every topic", async () => {
  const readme = await Deno.readTextFile(
    join(import.meta.dirname!, "../../docs/program.md"),
  );
  for (const name of Object.keys(COMMANDS)) {
    assert(new RegExp(`^\\| \`${name}\` +\\|`, "m").test(readme), name);
  }
  for (const name of Object.keys(TOPICS)) {
    assertStringIncludes(readme, `\`${name}\``);
  }
});
