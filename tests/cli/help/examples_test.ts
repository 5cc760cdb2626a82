/**
 * The examples of every help, run as they are pasted: out of the text that is
 * printed, with its line ends.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startArchive } from "../../../archive/server.ts";
import { COMMANDS, isCommand } from "../../../cli/commands/commands.ts";
import { commandHelp } from "../../../cli/help/help.ts";
import type { CommandName } from "../../../cli/names.ts";
import { CERT, KEY } from "../../client/tls.ts";
import { NO_SHELL, withShell } from "../../docs/shell.ts";
import { BINARY, needs } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { IS_LONG, NOT_IN_SHORT } from "../../helpers/long.ts";
import { runCli } from "../../helpers/run.ts";
import { notInstalled, testUnless } from "../../helpers/skipping.ts";

/** The archive that the examples read. */
const ADDRESS = "http://127.0.0.1:8085";

/** What of serve is otherwise: any port, and less to make up. */
const LIGHTER = ["--port", "0", "--sample", "1"];

/** Commands whose examples run otherwise, or do not end. */
const APART: readonly CommandName[] = ["serve", "trust", "install-links"];

const NAMES = Object.keys(COMMANDS).filter(isCommand);

/** The examples, as the help prints them. */
function printed(name: CommandName): string {
  const [, examples] = /^Examples.*:\n([^]*?)\n\n/m
    .exec(commandHelp(name, COMMANDS[name]))!;
  return examples!;
}

/** Those that run in short. */
const QUICK: readonly CommandName[] = ["get-endpoints", "completions"];

testUnless(
  NO_SHELL ?? notInstalled("bash"),
  "the examples of every help run as pasted; in short, those of two",
  async () => {
    const archive = await startArchive({
      sampleDays: IS_LONG ? 2 : 1,
      tokens: ["secret"],
    });
    const names = IS_LONG
      ? NAMES.filter((each) => !APART.includes(each))
      : QUICK;
    await withShell({ archives: {} }, async (shell) => {
      const left = [...names];
      const runNext = async (): Promise<void> => {
        const name = left.shift();
        if (name === undefined) return;
        await withDirectory(async (directory) => {
          const text = printed(name).replaceAll(ADDRESS, archive.url);
          const { code, stderr } = await shell.run("bash -eu", {
            directory,
            input: text.replace(/ --follow$/gm, ""),
            env: { ESMOND_API_KEY: "secret" },
          });
          assert(code === 0 || name === "check", `${name}: ${code} ${stderr}`);
        });
        await runNext();
      };
      await Promise.all([runNext(), runNext(), runNext()]); // side by side
    });
    await archive.close();
  },
);

testUnless(
  NOT_IN_SHORT,
  "the example of get --follow prints what there is, until it is stopped",
  async () => {
    const archive = await startArchive({ sampleDays: 1 });
    const example = COMMANDS.get.examples.find((each) =>
      / --follow$/.test(each)
    )!;
    const stop = new AbortController();
    const { exit, stdout } = await runCli(
      example.replace(ADDRESS, archive.url).split(" ").slice(1),
      { signal: stop.signal, onStdout: () => stop.abort() },
    );
    assertEquals(exit, 0);
    JSON.parse(stdout.split("\n")[0]!);
    await archive.close();
  },
);

testUnless(NOT_IN_SHORT, "the examples of serve start an archive", async () => {
  await withDirectory(async (directory) => {
    for (const example of COMMANDS.serve.examples) {
      const stop = new AbortController();
      const argv = example.replace("archive.db", join(directory, "a.db"))
        .split(" ").slice(1);
      const { stdout } = await runCli([...argv, ...LIGHTER], {
        signal: stop.signal,
        onStdout: () => stop.abort(),
      });
      assert(/^http:\/\/127\.0\.0\.1:\d+\n$/.test(stdout), stdout);
    }
  });
});

needs(
  "own certificate check",
  "the example of trust shows a certificate",
  async () => {
    const server = Deno.serve(
      {
        ...{ hostname: "127.0.0.1", port: 0, cert: CERT, key: KEY },
        onListen: () => {},
      },
      () => new Response(),
    );
    for (const example of COMMANDS.trust.examples) {
      const argv = example.replace(
        "https://ma.example.net",
        `https://127.0.0.1:${server.addr.port}`,
      ).split(" ").slice(1);
      const { exit, stdout } = await runCli(argv);
      assertEquals(exit, 0);
      assert(stdout.includes("sha256/"), stdout);
    }
    await server.shutdown();
  },
);

testUnless(
  BINARY ? NO_SHELL : "only an executable has names to link",
  "the example of install-links makes the names of the Python programs",
  () =>
    withShell({ archives: {} }, (shell) =>
      withDirectory(async (directory) => {
        await Deno.mkdir(join(directory, ".local/bin"), { recursive: true });
        const { code, stdout, stderr } = await shell.run(
          printed("install-links"),
          { directory, env: { HOME: directory } },
        );
        assertEquals(code, 0, stderr);
        assertEquals(stdout.trim().split("\n").length, 4);
      })),
);
