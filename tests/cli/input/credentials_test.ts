import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readApiKey } from "../../../cli/input/credentials.ts";
import { UsageError } from "../../../cli/errors.ts";
import type { Io } from "../../../cli/io.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import { withDirectory } from "../../helpers/directory.ts";

const KEY = "5d1c0ffee5d1c0ffee5d1c0ffee5d1c0ffee5d1c";

interface Given {
  env?: Record<string, string>;
  /** What a person types; nobody is there if absent. */
  typed?: string;
}

/** The key, what was said on the way, and how often a person was asked. */
async function readKey(argv: string[], { env = {}, typed }: Given = {}) {
  const notes: string[] = [];
  let asked = 0;
  const io: Io = {
    stdout: { write: () => {}, flush: () => Promise.resolve() },
    stdoutBytes: { write: (bytes) => Promise.resolve(bytes.length) },
    isTerminal: false,
    note: (line) => notes.push(line),
    env: (name) => env[name],
    now: () => new Date(),
    input: () => undefined,
    ask: () => {
      asked++;
      return Promise.resolve(typed ?? null);
    },
    signal: new AbortController().signal,
  };
  try {
    const key = await readApiKey(parseOptions("post", argv), io);
    return { key, notes, asked };
  } catch (error) {
    assert(error instanceof UsageError, `${error}`);
    return { problem: error.message, notes, asked };
  }
}

Deno.test("readApiKey() reads a file, with or without an end of line", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "key");
    for (const text of [KEY, `${KEY}\n`, `${KEY}\r\n`, `\ufeff ${KEY} \n\n`]) {
      await Deno.writeTextFile(file, text);
      assertEquals(
        await readKey(["--key-file", file]),
        { key: KEY, notes: [], asked: 0 },
        JSON.stringify(text),
      );
    }
  });
});

Deno.test("readApiKey() refuses a file that holds no key, or several, and never shows what it holds", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "key");
    for (
      const text of [
        "",
        "\n",
        " \t",
        `${KEY}\nsecret-two\n`,
        `api_key: ${KEY}`,
        `${KEY}\0`,
        "schlüssel",
        `${KEY}\x1b[2J`,
      ]
    ) {
      await Deno.writeTextFile(file, text);
      const { problem, asked } = await readKey(["--key-file", file], {
        env: { ESMOND_API_KEY: KEY },
        typed: KEY,
      });
      assertMatch(problem!, /^--key-file [^\n]*holds no API key[^\n]*$/);
      assert(!problem!.includes(KEY) && !problem!.includes("two"), problem);
      assertEquals(asked, 0);
    }
  });
});

Deno.test("readApiKey() says which file it cannot read, in place of looking elsewhere", async () => {
  await withDirectory(async (directory) => {
    for (const file of [join(directory, "missing"), directory]) {
      const { problem } = await readKey(["--key-file", file], {
        env: { ESMOND_API_KEY: KEY },
      });
      assertMatch(problem!, /^--key-file: cannot read [^\n]+$/);
      assert(problem!.includes(file), problem);
    }
    const { problem } = await readKey(["--key-file", ""], {
      env: { ESMOND_API_KEY: KEY },
    });
    assertMatch(problem!, /^--key-file/);
  });
});

Deno.test("readApiKey() reads the environment", async () => {
  assertEquals(
    await readKey([], { env: { ESMOND_API_KEY: `${KEY}\n` }, typed: "other" }),
    { key: KEY, notes: [], asked: 0 },
  );
});

Deno.test("readApiKey() takes an empty variable for none", async () => {
  assertEquals(
    await readKey([], { env: { ESMOND_API_KEY: "" }, typed: KEY }),
    { key: KEY, notes: [], asked: 1 },
  );
});

Deno.test("readApiKey() takes the key of the command line with a warning that does not show it", async () => {
  for (const argv of [["--key", KEY], [`--key=${KEY}`]]) {
    const { key, notes, asked } = await readKey(argv, {
      env: { ESMOND_API_KEY: "another" },
      typed: "another",
    });
    assertEquals({ key, asked }, { key: KEY, asked: 0 });
    assertEquals(notes.length, 1);
    assertMatch(notes[0]!, /^--key: .*process/);
    assert(!notes[0]!.includes(KEY));
  }
});

Deno.test("readApiKey() goes by the file before all else, and by the command line before the environment", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "key");
    await Deno.writeTextFile(file, KEY);
    const { key } = await readKey(["--key", "typed", "--key-file", file], {
      env: { ESMOND_API_KEY: "set" },
      typed: "asked",
    });
    assertEquals(key, KEY);
  });
});

// The process list shows a key that is given on the command line, used or not.
Deno.test("readApiKey() warns of a key on the command line beside --key-file too", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "key");
    await Deno.writeTextFile(file, KEY);
    const { notes } = await readKey(["--key", "typed", "--key-file", file]);
    assertMatch(notes.join("\n"), /--key\b.*(process|ignored)/);
  });
});

Deno.test("readApiKey() asks a person last, and says what to do where there is none", async () => {
  assertEquals(await readKey([], { typed: KEY }), {
    key: KEY,
    notes: [],
    asked: 1,
  });
  for (const typed of [undefined, ""]) {
    const { problem, asked } = await readKey(
      [],
      typed === undefined ? {} : { typed },
    );
    assertEquals(asked, 1);
    assertMatch(problem!, /--key-file.*ESMOND_API_KEY/);
  }
});

Deno.test("readApiKey() refuses a key that no header can carry, and does not show it", async () => {
  for (const bad of ["two secretwords", "secret\nwords", "sécret", " "]) {
    for (
      const [argv, given] of [
        [["--key", bad], {}],
        [[], { env: { ESMOND_API_KEY: bad } }],
        [[], { typed: bad }],
      ] as [string[], Given][]
    ) {
      const { problem, key } = await readKey(argv, given);
      assertEquals(key, undefined);
      assertMatch(problem!, /holds no API key/);
      assert(!/secret|sécret/.test(problem!), problem);
    }
  }
  const { problem } = await readKey(["--key", ""], {
    env: { ESMOND_API_KEY: KEY },
  });
  assertMatch(problem!, /^--key holds no API key/);
});

Deno.test("readApiKey() names the variable that holds no key", async () => {
  const { problem } = await readKey([], {
    env: { ESMOND_API_KEY: "two words" },
  });
  assertMatch(problem!, /ESMOND_API_KEY/);
});

Deno.test("an option that is mistyped does not show the key that follows it", async () => {
  for (const argv of [["--kye", KEY], [`--apikey=${KEY}`], [`--kye=${KEY}`]]) {
    const error = await assertRejects(
      () => Promise.resolve().then(() => parseOptions("post", argv)),
      UsageError,
    );
    assert(!error.message.includes(KEY), error.message);
  }
});
