/**
 * Who may read and write what `serve` serves, and what it says of that when it
 * starts.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { description, ROOT } from "../../helpers/archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { startProgram } from "../../helpers/program.ts";
import { runCli } from "../../helpers/run.ts";
import { onUnix } from "../../helpers/skipping.ts";

/** Serves until `use` has had its turn; what it said, and its exit code. */
async function serving(
  argv: string[],
  use: (url: string) => Promise<void> = () => Promise.resolve(),
): Promise<{ exit: number; stderr: string }> {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const running = runCli(["serve", "--port", "0", ...argv], {
    signal: stop.signal,
    onStdout: (text) => resolve(text.trimEnd()),
  });
  running.finally(() => resolve(undefined));
  try {
    const url = await promise;
    if (url !== undefined) await use(url);
  } finally {
    stop.abort();
  }
  return await running;
}

/** The status of a test that is posted with this key, or without one. */
async function post(url: string, key?: string): Promise<number> {
  const response = await fetch(url + ROOT, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(key !== undefined && { "authorization": `Token ${key}` }),
    },
    body: JSON.stringify(description({})),
  });
  await response.body?.cancel();
  return response.status;
}

onUnix(
  "signals",
  "serve takes the keys of --token-file, one a line, and warns of a file that every user can read",
  async () => {
    await withDirectory(async (directory) => {
      const file = join(directory, "keys");
      await Deno.writeTextFile(
        file,
        "# the keys\n\nfirst  # of Ann\r\n  sec#ond\n#third\n",
      );
      const modes = [
        [0o755, 0o600, false],
        [0o755, 0o640, false],
        [0o755, 0o644, true],
        [0o700, 0o644, false],
      ] as const;
      for (const [outer, mode, isWarned] of modes) {
        await Deno.chmod(directory, outer);
        await Deno.chmod(file, mode);
        const { exit, stderr } = await serving(
          ["--token-file", file],
          async (url) => {
            const given = [
              undefined,
              "first",
              "sec#ond",
              "third",
              "#third",
              "of",
            ];
            const statuses = [];
            for (const key of given) statuses.push(await post(url, key));
            assertEquals(statuses, [401, 201, 201, 401, 401, 401]);
          },
        );
        assertEquals(exit, 0);
        const said =
          `--token-file: every user of this machine can read ${file}; chmod 600 makes it secret\n`;
        const lines = stderr.split("\n").filter((line) =>
          !line.startsWith("refused: ")
        );
        assertEquals(lines.join("\n"), isWarned ? said : "");
      }
    });
  },
);

onUnix(
  "signals",
  "serve warns that --token can be seen by all users",
  async () => {
    const { stderr } = await serving(["--token", "secret"]);
    assertMatch(
      stderr,
      /^--token: every user .* --token-file keeps it secret\n$/,
    );
  },
);

Deno.test("serve refuses a --token-file without keys, with a bad line, or that is not there", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "keys");
    for (
      const [text, message] of [
        ["# nothing\n\n", /--token-file: .*keys contains no key/],
        ["good\ntwo words\n", /--token-file: line 2 of .*keys is not a key/],
      ] as const
    ) {
      await Deno.writeTextFile(file, text);
      const { exit, stderr } = await serving(["--token-file", file]);
      assertEquals(exit, 2, stderr);
      assertMatch(stderr, message);
      assert(!stderr.includes("two words"), stderr);
    }
    const missing = await serving(["--token-file", join(directory, "no")]);
    assertEquals(missing.exit, 2);
    assertMatch(missing.stderr, /--token-file: cannot read .*no/);
  });
});

onUnix(
  "signals",
  "serve --open-writes lets everybody write and says so",
  async () => {
    const { exit, stderr } = await serving(["--open-writes"], async (url) => {
      assertEquals([await post(url), await post(url, "any")], [201, 201]);
    });
    assertEquals(exit, 0);
    assertMatch(stderr, /^--open-writes: every user [^\n]* without a key\n$/);
  },
);

Deno.test("serve refuses --open-writes together with keys, or where others reach it", async () => {
  for (
    const [argv, message] of [
      [["--host", "0.0.0.0"], /--open-writes: .*0\.0\.0\.0.*--token-file/],
      [["--host", "::"], /--open-writes/],
      [["--token", "secret"], /--open-writes needs no key/],
    ] as const
  ) {
    const { exit, stderr } = await serving(["--open-writes", ...argv]);
    assertEquals(exit, 2, stderr);
    assertMatch(stderr, message);
  }
});

onUnix(
  "signals",
  "serve says at each start that others can read, if they can",
  async () => {
    // Tests themselves may not listen there.
    const program = ["serve", "--port", "0", "--host", "0.0.0.0"];
    const server = startProgram(program);
    await server.firstLine();
    server.kill("SIGTERM");
    const wide = await server.ended;
    assertEquals(wide.exit, 0);
    assertMatch(
      wide.stderr,
      /^--host 0\.0\.0\.0: everybody who reaches this machine can read the archive[^\n]*\nnobody may write[^\n]*\n$/,
    );
    for (const host of ["127.0.0.1", "localhost"]) {
      const { stderr } = await serving(["--host", host]);
      assertMatch(stderr, /^nobody may write[^\n]*\n$/);
    }
  },
);

Deno.test("serve refuses an address that this machine does not have, naming --host", async () => {
  // Tests themselves may not try it.
  const args = ["serve", "--port", "0", "--host", "192.0.2.1"];
  const { exit, stderr } = await startProgram(args).ended;
  assertEquals(exit, 2);
  assertMatch(
    stderr,
    /--host: "192\.0\.2\.1" is not an address of this machine\n$/,
  );
});
