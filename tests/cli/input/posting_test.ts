import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../../cli/errors.ts";
import type { Io } from "../../../cli/io.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import { openInputs, readPosting } from "../../../cli/input/posting.ts";
import { type Input, readAll } from "../../../cli/input/text.ts";
import { withUrl } from "../../../cli/options/values.ts";
import { FilterError, PostError } from "../../../mod.ts";
import { withDirectory } from "../../helpers/directory.ts";

/** The way to the outside, with this on standard input. */
function makeIo(input?: string) {
  const notes: string[] = [];
  let asked = 0;
  const io: Io = {
    stdout: { write: () => {}, flush: () => Promise.resolve() },
    stdoutBytes: { write: (bytes) => Promise.resolve(bytes.length) },
    isTerminal: false,
    note: (line) => notes.push(line),
    env: () => undefined,
    now: () => new Date(),
    input: () =>
      input === undefined
        ? undefined
        : ReadableStream.from([new TextEncoder().encode(input)]),
    ask: () => {
      asked++;
      return Promise.resolve("secret");
    },
    signal: new AbortController().signal,
  };
  return { io, notes, asked: () => asked };
}

/** The text of the only input. */
async function readOne([input, ...others]: Input[]): Promise<string> {
  assertEquals(others, []);
  return await readAll(input!);
}

const options = (...argv: string[]) => parseOptions("post", argv);

Deno.test("openInputs() reads the file that is named, and does not touch standard input", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "points.csv");
    await Deno.writeTextFile(file, "ts,val\n");
    const { io, notes } = makeIo();
    io.input = () => {
      throw new Error("was read");
    };
    assertEquals(await readOne(openInputs(options(file), io)), "ts,val\n");
    assertEquals(notes, []);
  });
});

Deno.test("openInputs() reads standard input where no file is named, and for its names", async () => {
  for (const argv of [[], ["-"], ["--", "-"], ["/dev/stdin"]]) {
    const inputs = openInputs(options(...argv), makeIo("text").io);
    assertEquals(await readOne(inputs), "text");
  }
});

Deno.test("openInputs() takes empty input for input", async () => {
  assertEquals(await readOne(openInputs(options(), makeIo("").io)), "");
});

Deno.test("openInputs() says what to do at a terminal", () => {
  for (const argv of [[], ["-"]]) {
    assertThrows(
      () => openInputs(options(...argv), makeIo().io),
      UsageError,
      "name a FILE, or pipe it in",
    );
  }
});

Deno.test("openInputs() says which file it cannot read", async () => {
  await withDirectory(async (directory) => {
    for (const file of [join(directory, "missing"), directory, ""]) {
      const error = await assertRejects(
        () => readOne(openInputs(options(file), makeIo("other").io)),
        UsageError,
      );
      assertMatch(error.message, /^cannot read /);
      assert(error.message.includes(file));
    }
  });
});

Deno.test("openInputs() opens every file that is named, in this order", () => {
  const inputs = openInputs(options("a", "-", "b"), makeIo("text").io);
  assertEquals(inputs.map(({ name }) => name), ["a", "standard input", "b"]);
});

Deno.test("openInputs() stops reading a file when the program has to stop", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "points.csv");
    await Deno.writeTextFile(file, "ts,val\n");
    const { io } = makeIo();
    io.signal = AbortSignal.abort();
    await assertRejects(
      () => readOne(openInputs(options(file), io)),
      DOMException,
    );
  });
});

Deno.test("readPosting() asks for the key after everything else is found right", async () => {
  const url = "http://127.0.0.1:1";
  for (
    const argv of [
      [],
      ["-u", ""],
      ["-u", url, "--timeout", "soon"],
      ["-u", url, "--retry", "-1"],
      ["-u", `${url}/esmond/perfsonar/archive/some-test/`],
    ]
  ) {
    const { io, asked } = makeIo();
    await assertRejects(() => readPosting(options(...argv), io), UsageError);
    assertEquals(asked(), 0, argv.join(" "));
  }
});

Deno.test("readPosting() asks for the key when something is sent, and hides it from then on", async () => {
  const { io, asked } = makeIo();
  const hidden: string[] = [];
  io.hide = (secret) => hidden.push(secret);
  const { access } = await readPosting(
    options("-u", "http://127.0.0.1:1", "--verify"),
    io,
  );
  assertEquals([asked(), access.readBack], [0, true]);
  assert(typeof access.apiKey === "function");
  for (let times = 0; times < 2; times++) { // once is enough
    assertEquals(await access.apiKey(), "secret");
    assertEquals([asked(), hidden], [1, ["secret"]]);
  }
});

Deno.test("readPosting() finds the alias in the address, and lets --script-alias go before it", async () => {
  const table: [argv: string[], url: string, alias: string][] = [
    [["-u", "http://127.0.0.1:1"], "http://127.0.0.1:1", "esmond"],
    [
      ["-u", "http://127.0.0.1:1/esmond/perfsonar/archive/"],
      "http://127.0.0.1:1/",
      "esmond",
    ],
    [
      ["-u", "http://127.0.0.1:1/perfsonar/archive"],
      "http://127.0.0.1:1/",
      "",
    ],
    [
      ["-u", "http://127.0.0.1:1", "--script-alias", "ma"],
      "http://127.0.0.1:1",
      "ma",
    ],
    [
      ["-u", "http://127.0.0.1:1", "--script-alias", ""],
      "http://127.0.0.1:1",
      "",
    ],
  ];
  for (const [argv, url, scriptAlias] of table) {
    const posting = await readPosting(options(...argv), makeIo().io);
    assertEquals(
      [posting.url, posting.access.scriptAlias],
      [url, scriptAlias],
      argv.join(" "),
    );
  }
});

Deno.test("readPosting() passes on what the options say", async () => {
  const { io, notes } = makeIo();
  const { access } = await readPosting(
    options("-u", "http://127.0.0.1:1", "--timeout", "7", "--retry=0", "-v"),
    io,
  );
  const { timeout, retries, readBack, signal } = access;
  assertEquals(
    { timeout, retries, readBack },
    { timeout: 7, retries: 0, readBack: false },
  );
  assertStrictEquals(signal, io.signal);
  access.log?.("a line");
  assertEquals(notes, ["a line"]);
  const quiet = await readPosting(options("-u", "http://127.0.0.1:1"), io);
  assertEquals([quiet.access.timeout, quiet.access.retries], [20, 3]);
  quiet.access.log?.("unheard");
  assertEquals(notes, ["a line"]);
});

Deno.test("withUrl() makes wrong usage of an address that cannot be used, and of nothing else", () => {
  assertEquals(withUrl(() => 5), 5);
  assertThrows(
    () =>
      withUrl(() => {
        throw new FilterError("apiUrl", "no address");
      }),
    UsageError,
    "--url: no address",
  );
  for (const error of [new PostError("ts", "no time"), new TypeError("bug")]) {
    assertThrows(
      () =>
        withUrl(() => {
          throw error;
        }),
      error.constructor as typeof Error,
      error.message,
    );
  }
});

Deno.test("readPosting() reads how large an answer may be", async () => {
  const url = ["--url", "http://127.0.0.1:1", "--key", "secret"];
  const read = async (...argv: string[]) => {
    const { access, close } = await readPosting(
      options(...url, ...argv),
      makeIo().io,
    );
    close();
    return access.maxResponse;
  };
  assertEquals(await read(), undefined);
  assertEquals(await read("--max-response", "64M"), 64 << 20);
});
