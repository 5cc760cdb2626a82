import { join } from "@std/path";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startArchive } from "../../archive/server.ts";
import { mapFlags } from "../../scripts/map_flags.ts";
import { description } from "../helpers/archive.ts";
import { withDirectory } from "../helpers/directory.ts";
import { type Ended, runProcess, startProcess } from "../helpers/process.ts";
import { IS_LONG } from "../helpers/long.ts";
import { withPrograms } from "../helpers/skipping.ts";

const MAIN = join(import.meta.dirname!, "../../cli/main.ts");
const DOCUMENT = join(import.meta.dirname!, "../../docs/permissions.md");
const TOKEN = "a-key";

/** A row of the table in the document. */
interface Documented {
  command: string[];
  flags: string[];
}

/** The rows of the first table of the document. */
function documented(): Documented[] {
  const [, table = ""] = Deno.readTextFileSync(DOCUMENT)
    .split("## What each command needs");
  const rows = [
    ...table.split("\n## ")[0]!.matchAll(/^\| `([^`]+)` *\|(.*?)\|/gm),
  ];
  return rows.map(([, command = "", flags = ""]) => ({
    command: command.split(" "),
    flags: flags.replaceAll("`", "").split(" ").filter((flag) => flag !== ""),
  }));
}

function commandWith(flags: string[], command: string[]): string[] {
  const run = [Deno.execPath(), "run", "-q", "--no-prompt", ...mapFlags()];
  return [...run, ...flags, MAIN, ...command];
}

function runWith(
  flags: string[],
  command: string[],
  cwd: string,
): Promise<Ended> {
  return runProcess(commandWith(flags, command), { cwd });
}

/**
 * A directory with the files that the rows name, and an archive, whose host
 * stands for that of the rows.
 */
async function withRows(
  use: (rows: Documented[], cwd: string) => Promise<void>,
): Promise<void> {
  const archive = await startArchive({
    db: ":memory:",
    host: "127.0.0.1",
    port: 0,
    tokens: [TOKEN],
  });
  try {
    await withDirectory(async (cwd) => {
      await Deno.writeTextFile(join(cwd, "key"), TOKEN, { mode: 0o600 });
      await Deno.writeTextFile(join(cwd, "hosts"), "192.0.2.10 a.example\n");
      const now = Math.floor(Date.now() / 1000);
      const points = `ts,val\n${now - 60},1000\n${now - 120},1000\n`;
      await Deno.writeTextFile(join(cwd, "points.csv"), points);
      await Deno.writeTextFile(
        join(cwd, "tests.ndjson"),
        JSON.stringify(description({ "throughput": [] }, {
          "metadata-key": "0f",
        })),
      );
      await Deno.mkdir(join(cwd, "out"));
      const db = join(cwd, "archive.db");
      await (await startArchive({ db, sampleDays: 0.01 })).close();
      const { host } = new URL(archive.url);
      const here = (text: string) =>
        text.replaceAll("ma.example.net", host).replace(
          /:?8085|^8085$/,
          (port) => port.replace("8085", "0"),
        ).replace("127.0.0.1:0", "127.0.0.1");
      const rows = documented().map(({ command, flags }) => ({
        command: command.map(here),
        flags: flags.map(here),
      }));
      await use(rows, cwd);
    });
  } finally {
    await archive.close();
  }
}

Deno.test("every command runs under exactly its documented permissions, and says which one is missing", async () => {
  await withRows(async (rows, cwd) => {
    const first = rows.find(({ command }) => command[0] === "post-metadata")!;
    const { stdout: key } = await runWith(first.flags, first.command, cwd);
    assertMatch(key, /^[0-9a-f]+\n$/);
    const named = rows.map(({ command, flags }) => ({
      flags,
      command: command.map((word) => word === "KEY" ? key.trim() : word),
    }));
    const isPost = ({ command }: Documented) => command[0] === "post";
    const refused = new Set<string>();
    for (const row of [...named.filter(isPost), ...named]) {
      if (row.command[0] === "serve") continue; // never ends
      const result = await runWith(row.flags, row.command, cwd);
      const hint = `${row.command.join(" ")}\n${result.stderr}`;
      assertEquals(result.exit, 0, hint);
      assert(!/Deno|permi/.test(result.stderr), hint);
      const isQuiet = isPost(row) || row.command[0] === "copy" ||
        row.command.includes("-O");
      assert(isQuiet || result.stdout !== "", hint);
      for (const flag of row.flags) {
        const what = `${row.command[0]} ${flag.split("=")[0]}`;
        // In short, once for each kind of permission of a command.
        if (!IS_LONG && refused.has(what)) continue;
        refused.add(what);
        const others = row.flags.filter((each) => each !== flag);
        const ended = await runWith(others, row.command, cwd);
        assertRefused(
          row.command[0] === "check" ? asOthers(ended) : ended,
          flag,
        );
      }
    }
  });
});

/** Monitoring sees standard output alone, so a check says there what is wrong. */
const UNKNOWN = "PS_CHECK UNKNOWN - ";

/** A check that ended with 3, as other commands end then. */
function asOthers({ exit, stdout, stderr }: Ended): Ended {
  assertEquals([exit, stderr], [3, ""], stdout);
  const line = stdout.replace(UNKNOWN, "esmond-ps check: ");
  return { exit: 1, stdout: "", stderr: line };
}

function assertRefused({ exit, stdout, stderr }: Ended, flag: string): void {
  assertEquals({ exit, stdout }, { exit: 1, stdout: "" }, stderr);
  const [kind, value = ""] = flag.split("=");
  for (const each of value.split(",")) {
    assert(stderr.includes(`${kind}=${each}`), `${flag}: ${stderr}`);
  }
  assertMatch(stderr, /^esmond-ps [-a-z]+: Deno does not permit it: [^\n]+\n$/);
}

Deno.test("serve runs under exactly its documented permissions, and says which one is missing", async () => {
  await withRows(async (rows, cwd) => {
    const serving = rows.filter(({ command }) => command[0] === "serve");
    assertEquals(serving.length, 2);
    for (const { command, flags } of serving) {
      const child = startProcess(commandWith(flags, command), { cwd });
      const line = await child.firstLine();
      child.kill("SIGTERM");
      await child.ended;
      assertMatch(line, /^http:\/\/127\.0\.0\.1:\d+$/);
      for (const flag of flags) {
        const others = flags.filter((each) => each !== flag);
        assertRefused(await runWith(others, command, cwd), flag);
      }
    }
  });
});

withPrograms(
  ["script"],
  "on a terminal nothing is asked either",
  () =>
    withRows(async (rows, cwd) => {
      for (const { command, flags } of rows) {
        if (flags.length === 0) continue;
        const line = [
          Deno.execPath(),
          "run",
          "-q",
          ...mapFlags(),
          MAIN,
          ...command,
        ]
          .map((word) => `'${word}'`).join(" ");
        const { exit, stdout } = await runProcess(
          ["script", "-qec", line, "/dev/null"],
          { cwd }, // a question would wait for ever
        );
        const isCheck = command[0] === "check";
        assertEquals(exit, isCheck ? 3 : 1, `${line}\n${stdout}`);
        assertMatch(
          stdout.trim().replace(UNKNOWN, "esmond-ps check: "),
          /^esmond-ps [-a-z]+: Deno does not permit it: [^\n]+$/,
        );
      }
    }),
);

Deno.test("the library asks nothing either, and says what is missing", async () => {
  await withDirectory(async (cwd) => {
    const script = join(cwd, "script.ts");
    const mod = new URL("../../mod.ts", import.meta.url).href;
    await Deno.writeTextFile(
      script,
      `import { ApiConnect } from "${mod}";
      try {
        for await (const _ of new ApiConnect("http://127.0.0.1:9/").getMetadata());
      } catch (error) { console.log(error.message); }`,
    );
    const { stdout } = await runProcess([
      ...[Deno.execPath(), "run", "-q", "--no-prompt", script],
    ]);
    assertMatch(stdout, /may not use the network.*--allow-net/);
  });
});
