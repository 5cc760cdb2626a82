import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { FORMATS, INPUT_FORMATS } from "../../../cli/options/choices.ts";
import { EXIT, EXIT_CODES } from "../../../cli/errors.ts";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import { programHelp } from "../../../cli/help/help.ts";
import type { TopicName } from "../../../cli/names.ts";
import { parseTime } from "../../../cli/options/time.ts";
import {
  ENVIRONMENT,
  TIMES,
  topicHelp,
  TOPICS,
} from "../../../cli/help/topics.ts";
import { sourceFiles } from "../../../scripts/sources.ts";
import { mapFlags } from "../../../scripts/map_flags.ts";
import { runProcess } from "../../helpers/process.ts";
import { assertTold, runCli } from "../../helpers/run.ts";

const root = join(import.meta.dirname!, "../../..");

Deno.test("help prints every topic, within 80 columns, without a blank at the end of a line", async () => {
  for (const name of Object.keys(TOPICS) as TopicName[]) {
    const { exit, stdout, stderr } = await runCli(["help", name]);
    assertEquals([exit, stdout, stderr], [0, topicHelp(name), ""]);
    assertEquals((await runCli(["--help", name])).stdout, stdout);
    for (const line of stdout.split("\n")) {
      assert(line.length < 80 && !line.endsWith(" "), line);
    }
    assert(stdout.endsWith("\n") && !stdout.endsWith("\n\n"));
  }
});

Deno.test("the help of the program names every topic", () => {
  for (const [name, { summary }] of Object.entries(TOPICS)) {
    assertMatch(
      programHelp(COMMANDS),
      new RegExp(`^  ${name} +${summary}$`, "m"),
    );
  }
});

Deno.test("help refuses what is neither a command nor a topic, and suggests the nearest", async () => {
  const table: [word: string, message: RegExp][] = [
    ["enviroment", /topic enviroment \(did you mean environment\?\)/],
    ["exitcodes", /\(did you mean exit-codes\?\)/],
    ["get-bluk", /\(did you mean get-bulk\?\)/],
    ["frobnicate", /no command or topic frobnicate; esmond-ps help lists/],
    ["constructor", /no command or topic constructor/],
    ["__proto__", /no command or topic __proto__/],
  ];
  for (const [word, message] of table) {
    for (const help of ["help", "--help", "-h"]) {
      assertTold(await runCli([help, word]), 2, message);
    }
  }
});

Deno.test("help of help, or with an option, is the help of the program", async () => {
  for (const word of ["help", "--help", "-L", ""]) {
    assertEquals(
      await runCli(["help", word]),
      { exit: 0, stdout: programHelp(COMMANDS), stderr: "" },
    );
  }
});

Deno.test("help exit-codes and docs/program.md say the same of every exit code", async () => {
  assertEquals(EXIT_CODES.map(([code]) => code), Object.values(EXIT));
  const help = topicHelp("exit-codes");
  const readme = await Deno.readTextFile(join(root, "docs/program.md"));
  const [, table = ""] =
    /\| exit code .*\n\| -.*\n((?:\|.*\n)+)/.exec(readme) ?? [];
  const rows = table.trim().split("\n").map((row) =>
    row.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  assertEquals(
    rows,
    EXIT_CODES.map(([code, meaning]) => [`${code}`, meaning]),
  );
  for (const [code, meaning] of EXIT_CODES) {
    assertMatch(help, new RegExp(`^  ${code} +${meaning}$`, "m"));
  }
});

Deno.test("help formats tells every format of the output and of the input, and who prints it", () => {
  const help = topicHelp("formats").replace(/\n +(?! )/g, " ");
  for (const format of new Set(Object.values(FORMATS).flat())) {
    assertStringIncludes(help, ` ${format} `);
  }
  assertMatch(help, / parquet .*For get, get-bulk\./);
  for (const format of INPUT_FORMATS) {
    assertStringIncludes(help.slice(help.indexOf("post reads")), ` ${format} `);
  }
});

Deno.test("help time shows times that the program reads, without a doubt about any", () => {
  const now = new Date("2016-03-15T12:00:00Z");
  const read = (text: string, zone = "UTC") =>
    parseTime(text, now, {
      zone,
      warn: (doubt) => assert(false, `${text}: ${doubt}`),
    });
  for (const [examples] of TIMES) {
    for (const example of examples) read(example);
  }
  const doubtful = (text: string) => parseTime(text, now);
  assertEquals(doubtful("03/04/2016"), read("4 March 2016"));
  assertEquals(doubtful("03.04.2016"), read("4 March 2016"));
  assertEquals(doubtful("2016-02"), read("2016-02-15"));
  assertEquals(read("March 1", "Europe/Berlin"), read("1 Mar 2016") - 3600);
  assertEquals(read("-1d"), read("-24h"));
});

Deno.test("help environment tells every variable that the program asks for, and no other", async () => {
  const asked = new Set<string>();
  for (const room of ["cli", "client", "mod.ts", "query.ts", "post.ts"]) {
    for await (const path of sourceFiles(join(root, room))) {
      // the table itself asks for nothing
      if (path.endsWith("topics.ts")) continue;
      const code = await Deno.readTextFile(path);
      for (const [, name] of code.matchAll(/\benv(?:\.get)?\(\s*"(\w+)"/g)) {
        asked.add(name!.toUpperCase());
      }
      // Those that are asked for by way of a list.
      for (const [, name] of code.matchAll(/"((?:\w+_)(?:proxy|PROXY))"/g)) {
        asked.add(name!.toUpperCase());
      }
    }
  }
  assert(asked.has("ESMOND_HOSTS") && asked.has("NO_COLOR"));
  const told = new Set(ENVIRONMENT.map(({ name }) => name));
  assertEquals([...asked].filter((name) => !told.has(name)), [], "not told");
  const ours = ENVIRONMENT.filter(({ isPlatforms }) => !isPlatforms);
  assertEquals(
    ours.map(({ name }) => name).filter((name) => !asked.has(name)),
    [],
    "nobody asks for it",
  );
  for (const { name } of ENVIRONMENT) {
    assertMatch(topicHelp("environment"), new RegExp(`^  ${name} `, "m"));
  }
});

for (const variable of ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]) {
  Deno.test(`the platform sends requests through the proxy of ${variable}, but for NO_PROXY, as help environment says`, async () => {
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => new Response(`proxy of ${request.url}`),
    );
    const ask = async (env: Record<string, string>) => {
      const { stdout } = await runProcess(
        [
          Deno.execPath(),
          "eval",
          'const answer = await fetch("http://archive.invalid/").catch(() => undefined); console.log(await answer?.text())',
        ],
        { env: { [variable]: `http://127.0.0.1:${server.addr.port}`, ...env } },
      );
      return stdout.trim();
    };
    assertEquals(await ask({}), "proxy of http://archive.invalid/");
    assertEquals(await ask({ NO_PROXY: "archive.invalid" }), "undefined");
    await server.shutdown();
  });
}

Deno.test("no command, option, help or completion is loaded for --version", async () => {
  const main = join(root, "cli/main.ts");
  const { stdout } = await runProcess([
    ...[Deno.execPath(), "info", "--json", "--quiet", ...mapFlags(), main],
  ]);
  const { modules } = JSON.parse(stdout) as {
    modules: {
      specifier: string;
      dependencies?: { code?: { specifier: string }; isDynamic?: boolean }[];
    }[];
  };
  const loaded = new Set<string>();
  const load = (specifier: string) => {
    if (loaded.has(specifier)) return;
    loaded.add(specifier);
    const found = modules.find((each) => each.specifier === specifier);
    for (const { code, isDynamic } of found?.dependencies ?? []) {
      if (code && !isDynamic) load(code.specifier);
    }
  };
  load(
    modules.find(({ specifier }) => specifier.endsWith("/cli/main.ts"))!
      .specifier,
  );
  const rooms = /\/(cli\/\w+|archive|insight|chart)\/[^/]*\.ts$/;
  assert([...loaded].some((each) => each.endsWith("/cli/errors.ts")));
  assertEquals([...loaded].filter((each) => rooms.test(each)), []);
});
