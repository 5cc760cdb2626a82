/**
 * Every recipe of the cookbook, run as it is typed; what comes out is compared
 * with what the archive holds.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { withDirectory } from "../helpers/directory.ts";
import { type Block, blocks } from "./blocks.ts";
import type { Certificate } from "../servers/certificates.ts";
import { withProxy } from "../servers/proxies.ts";
import { selfSigned, withTls } from "../servers/tls.ts";
import type { Check, Cooked } from "./cookbook/check.ts";
import { EXPORTING } from "./cookbook/exporting.ts";
import { READING } from "./cookbook/reading.ts";
import { WRITING } from "./cookbook/writing.ts";
import { NEW_ARCHIVE, OLD_ARCHIVE, withArchives } from "./archives.ts";
import { clickhouse } from "./clickhouse.ts";
import { duckdb } from "./duckdb.ts";
import {
  NO_SHELL,
  type Ran,
  REPOSITORY,
  type Shell,
  withShell,
} from "./shell.ts";
import { nameUnless, testUnless } from "../helpers/skipping.ts";
import { NOT_IN_SHORT } from "../helpers/long.ts";

const PATH = join(REPOSITORY, "docs/cookbook.md");

/** The host of an archive with TLS. */
const TLS_ARCHIVE = "old-ma.example.net";

/** Whether `--pin` can be had. */
const HAS_PINS =
  Deno.version.deno.localeCompare("2.9", "en", { numeric: true }) >= 0;

/** All others speak plain HTTP on loopback. */
const ORIGINS: Record<string, string> = {
  "https://ma.example.net": `http://${OLD_ARCHIVE}`,
  "https://new-ma.example.net": `http://${NEW_ARCHIVE}`,
};

/** What the excerpts call the directory that the commands are run in. */
const HOME = "/home/me";

/**
 * What happens to a block, by its language and the first word after it. Other
 * blocks are not allowed.
 */
const USES: Record<string, "run" | "saved" | "excerpt" | "crontab"> = {
  "sh": "run",
  "sh file": "saved",
  "ts file": "saved",
  "sql file": "saved",
  "text": "excerpt",
  "text crontab": "crontab",
};

const CHECKS: Record<string, Check> = {
  ...READING,
  ...EXPORTING,
  ...WRITING,
};

const recipes = Map.groupBy(blocks(PATH), ({ heading }) => heading);

Deno.test("each recipe of the cookbook has a check, and each block a use", () => {
  assertEquals([...recipes.keys()].sort(), Object.keys(CHECKS).sort());
  for (const block of blocks(PATH)) useOf(block);
});

Deno.test("each script of the cookbook is run", () => {
  for (const [heading, all] of recipes) {
    const commands = commandsOf(all).join("");
    for (const block of all.filter((each) => useOf(each) === "saved")) {
      assert(commands.includes(fileOf(block)), `${heading}: ${fileOf(block)}`);
    }
  }
});

testUnless(
  NO_SHELL,
  "the recipes of the cookbook do what they say",
  async (t) => {
    const engines = {
      duckdb: await duckdb(),
      clickhouse: await clickhouse(),
    };
    const programs = Object.fromEntries(
      Object.entries(engines).flatMap(([name, { script }]) =>
        script ? [[name, script]] : []
      ),
    );
    await withKitchen(programs, async (kitchen) => {
      await t.step({
        name: nameUnless(NOT_IN_SHORT, "their scripts have no errors of type"),
        ignore: NOT_IN_SHORT !== undefined,
        fn: () => checkTypes(kitchen.shell),
      });
      for (const [heading, all] of recipes) {
        const [why] = [
          ...Object.entries(engines).flatMap(([name, { why }]) =>
            why && all.some(({ text }) => text.includes(`\n${name} `))
              ? [why]
              : []
          ),
          ...all.some(({ text }) => text.includes(" --pin ")) && !HAS_PINS
            ? ["--pin needs Deno 2.9"]
            : [],
        ];
        await t.step({
          name: nameUnless(why, heading),
          ignore: why !== undefined,
          fn: () => cook(all, CHECKS[heading]!, kitchen),
        });
      }
    });
  },
);

/** What all recipes are cooked with. */
type Kitchen = Pick<Cooked, "shell" | "old" | "fresh"> & {
  /** What the archive with TLS shows. */
  certificate: Certificate;
  /** Where that is. */
  tls: string;
};

async function withKitchen(
  programs: Record<string, string>,
  use: (kitchen: Kitchen) => Promise<void>,
): Promise<void> {
  const certificate = selfSigned({
    subject: "localhost.localdomain",
    names: [TLS_ARCHIVE],
  });
  await withArchives("sample", ({ urls, hosts, old, fresh }) =>
    withTls(
      certificate,
      (_, { pathname, search }) => fetch(urls[OLD_ARCHIVE] + pathname + search),
      (origin) =>
        withProxy({ hosts: { [TLS_ARCHIVE]: "127.0.0.1" } }, (proxy) => {
          const env = { HTTPS_PROXY: `http://${proxy}` };
          const tls = `https://${TLS_ARCHIVE}:${new URL(origin).port}`;
          return withShell({ archives: urls, hosts, programs, env }, (shell) =>
            use({ shell, old, fresh, certificate, tls }));
        }),
    ));
}

async function cook(
  all: Block[],
  { input = "", check }: Check,
  { tls, certificate, shell, ...archives }: Kitchen,
): Promise<void> {
  await withDirectory(async (directory) => {
    shell.misbehave = () => undefined;
    const pem = join(directory, "archive.pem");
    if (all.some(({ text }) => text.includes("archive.pem"))) {
      await Deno.writeTextFile(pem, certificate.cert);
    }
    const blocks = all.map((block) => ({
      ...block,
      text: translated(block.text, tls),
    }));
    const ran = await follow(shell, blocks, directory, input);
    const [last, commands] = [ran.at(-1)!, commandsOf(blocks)];
    await check({ directory, commands, ran, last, shell, ...archives });
  });
}

function commandsOf(all: Block[]): string[] {
  return all.filter((block) => useOf(block) === "run")
    .map(({ text }) => text);
}

/** Saves, runs and compares the blocks of a recipe, one after the other. */
async function follow(
  shell: Shell,
  all: Block[],
  directory: string,
  input: string,
): Promise<Ran[]> {
  const ran: Ran[] = [];
  for (const block of all) {
    const { text } = block;
    const where = `docs/cookbook.md:${block.line}`;
    switch (useOf(block)) {
      case "saved":
        await Deno.writeTextFile(join(directory, fileOf(block)), text);
        break;
      case "run": {
        const result = await shell.run(text, { directory, input });
        assertEquals(result.code, 0, `${where}\n${result.stderr}`);
        ran.push(result);
        break;
      }
      case "crontab": {
        const [, command] = /^(?:\S+ ){5}(.*)\n$/.exec(text)!;
        const env = { HOME: directory };
        const result = await shell.run(command!, { directory, env });
        assertEquals({ ...result }, { code: 0, stdout: "", stderr: "" }, where);
        break;
      }
      case "excerpt":
        assertExcerpt(text, ran, directory, where);
    }
  }
  return ran;
}

/**
 * That each line of an excerpt is one of those that were printed, numbers
 * aside; after … there may be more.
 */
function assertExcerpt(
  text: string,
  ran: Ran[],
  directory: string,
  where: string,
): void {
  const shape = (line: string) =>
    line.trim().replace(/\d+(\.\d+)*|\*/g, "0").replace(/\s+/g, " ");
  const printed = ran.map(({ stdout, stderr }) => stdout + stderr).join("");
  const shapes = printed.replaceAll(Deno.realPathSync(directory), HOME)
    .split("\n").map(shape);
  for (const line of text.split("\n")) {
    const [begun, rest] = shape(line).split("…");
    assert(
      shapes.some((each) =>
        rest === "" ? each.startsWith(begun!) : each === begun
      ),
      `${where}: nothing like "${line}" was printed:\n${printed.slice(-3000)}`,
    );
  }
}

async function checkTypes(shell: Shell): Promise<void> {
  await withDirectory(async (directory) => {
    for (const block of blocks(PATH)) {
      if (block.language !== "ts") continue;
      await Deno.writeTextFile(join(directory, fileOf(block)), block.text);
    }
    const { code, stderr } = await shell.run("deno check *.ts", { directory });
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /^(Check .*\n)*$/);
  });
}

function useOf({ language, info, line }: Block) {
  const kind = `${language} ${info.replace(/=.*/, "")}`.trim();
  const use = USES[kind];
  assert(use, `docs/cookbook.md:${line}: nobody knows what to do with ${kind}`);
  return use;
}

/** The name after `file=`. */
function fileOf({ info }: Block): string {
  return info.replace(/^file=/, "");
}

function translated(text: string, tls: string): string {
  const origins = { ...ORIGINS, [`https://${TLS_ARCHIVE}`]: tls };
  return Object.entries(origins).reduce(
    (read, [from, to]) => read.replaceAll(from, to),
    text,
  );
}
