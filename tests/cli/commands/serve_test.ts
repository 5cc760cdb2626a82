import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { fillSample } from "../../../archive/sample.ts";
import { Store } from "../../../archive/store.ts";
import { ApiConnect, ApiFilters } from "../../../mod.ts";
import type { Running } from "../../helpers/process.ts";
import { startProgram } from "../../helpers/program.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { onUnix, testUnless } from "../../helpers/skipping.ts";
import { type Ended, runCli } from "../../helpers/run.ts";
import { withDirectory } from "../../helpers/directory.ts";

const KEY = "5d1c0ffee5d1c0ffee5d1c0ffee5d1c0ffee5d1c";
const TS = 1456790400;

const TEST = [
  ...["-s", "192.0.2.10", "-d", "192.0.2.20", "-a", "192.0.2.10"],
  ...["-t", "powstream", "-e", "throughput"],
];

/** The real program, serving. */
function startServer(argv: string[]): Running {
  return startProgram(["serve", "--port", "0", ...argv]);
}

async function stop(server: Running, signal: Deno.Signal): Promise<Ended> {
  server.kill(signal);
  return await server.ended;
}

/** What came of it if it ends by itself; it is stopped if it serves. */
async function serve(
  argv: string[],
): Promise<Ended & { isServing: boolean }> {
  const stop = new AbortController();
  let isServing = false;
  const onStdout = () => {
    isServing = true;
    stop.abort();
  };
  const options = { signal: stop.signal, onStdout };
  const result = await runCli(["serve", ...argv], options);
  return { ...result, isServing };
}

async function assertRefused(
  argv: string[],
  exit: number,
  message: RegExp,
): Promise<void> {
  const result = await serve(argv);
  const hint = `serve ${argv.join(" ")}: ${result.stderr}`;
  assertEquals(
    [result.isServing, result.exit, result.stdout],
    [false, exit, ""],
    hint,
  );
  assertMatch(result.stderr, /^esmond-ps serve: [^\n]+\n$/, hint);
  assertMatch(result.stderr, message, hint);
}

async function post(url: string, key = KEY): Promise<Ended> {
  const options = { env: { ESMOND_API_KEY: key } };
  const made = await runCli(["post-metadata", "-u", url, ...TEST], options);
  if (made.exit !== 0) return made;
  return await runCli(
    ["post", "-u", url, "-k", made.stdout.trimEnd(), "-e", "throughput"],
    { ...options, input: `ts,val\n${TS},5\n${TS + 1},6\n` },
  );
}

async function get(url: string): Promise<string> {
  const { exit, stdout, stderr } = await runCli(
    ["get", "-u", url, ...TEST.slice(0, 4), "-e", "throughput", "--ip"]
      .concat("-S", "2016-03-01", "-E", "2016-03-02T00:00", "-o", "csv"),
  );
  assertEquals(exit, 0, stderr);
  return stdout;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  onUnix(
    "signals",
    `serve prints its address first, ends on ${signal} with exit 0, and its file opens again with all points`,
    async () => {
      await withDirectory(async (directory) => {
        const db = join(directory, "archive.db");
        const first = startServer(["--db", db, "--token", KEY]);
        const url = await first.firstLine();
        assertMatch(url, /^http:\/\/127\.0\.0\.1:\d+$/);
        const posted = await post(url);
        assertEquals(posted.exit, 0, posted.stderr);
        const printed = await get(url);
        assertMatch(printed, /,5\.0\r\n.*,6\.0\r\n/);
        const end = await stop(first, signal);
        assertEquals(
          [end.exit, end.stdout],
          [0, `${url}\n`],
          end.stderr,
        );
        assert(!end.stderr.includes(KEY), end.stderr);
        const files = [...Deno.readDirSync(directory)].map(({ name }) => name);
        assertEquals(files, ["archive.db"]);
        const second = startServer(["--db", db]);
        assertEquals(await get(await second.firstLine()), printed);
        await stop(second, "SIGTERM");
      });
    },
  );
}

onUnix(
  "signals",
  "serve ends on a signal while a client has sent half a request",
  async () => {
    const server = startServer(["--token", KEY]);
    const { hostname, port } = new URL(await server.firstLine());
    const clients: Deno.Conn[] = [];
    for (
      const text of [
        "",
        "GET /esmond/perfsonar/archive/ HTTP/1.1\r\nHost: x\r\n",
        `POST /esmond/perfsonar/archive/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token ${KEY}\r\n` +
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
      ]
    ) {
      const client = await Deno.connect({ hostname, port: Number(port) });
      await client.write(new TextEncoder().encode(text));
      clients.push(client);
    }
    await (await fetch(`http://${hostname}:${port}/`)).body?.cancel();
    const { exit } = await stop(server, "SIGTERM");
    for (const client of clients) client.close();
    assertEquals(exit, 0);
  },
);

Deno.test("serve prints one line, the address, where nobody listens to its notes", async () => {
  const { exit, stdout, stderr, isServing } = await serve(["--port", "0"]);
  assertEquals([exit, isServing], [0, true]);
  assertMatch(stdout, /^http:\/\/127\.0\.0\.1:[1-9]\d*\n$/);
  assertMatch(stderr, /^nobody may write: --token KEY [^\n]*\n$/);
});

Deno.test("serve takes writers with one of its keys, and no others", async () => {
  const stop = new AbortController();
  const argv = ["--port", "0", "--token", "another", `--token=${KEY}`];
  const { promise, resolve } = Promise.withResolvers<string>();
  const running = serveUntil(argv, stop.signal, resolve);
  const url = await promise;
  try {
    const refused = await post(url, "wrong");
    assertEquals([refused.exit, refused.stdout], [4, ""]);
    assertEquals((await post(url)).exit, 0);
    assertEquals((await post(url, "another")).exit, 0);
  } finally {
    stop.abort();
    const { exit, stderr } = await running;
    assertEquals(exit, 0);
    assert(!stderr.includes(KEY) && !/nobody may write/.test(stderr), stderr);
  }
});

/** Serves until the signal, and tells the address once it is printed. */
async function serveUntil(
  argv: string[],
  signal: AbortSignal,
  found: (url: string) => void,
): Promise<Ended> {
  const onStdout = (text: string) => found(text.trimEnd());
  return await runCli(["serve", ...argv], { signal, onStdout });
}

Deno.test("serve lets nobody write without --token", async () => {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  const running = serveUntil(["--port", "0"], stop.signal, resolve);
  assertEquals((await post(await promise)).exit, 4);
  stop.abort();
  await running;
});

testUnless(
  NOT_IN_SHORT,
  "serve fills itself with --sample, and again on the same file only with what is newer",
  async () => {
    await withDirectory(async (directory) => {
      const db = join(directory, "sample.db");
      for (let start = 0; start < 2; start++) {
        const stop = new AbortController();
        const { promise, resolve } = Promise.withResolvers<string>();
        const argv = ["--port", "0", "--sample", "1", "--db", db];
        const running = serveUntil(argv, stop.signal, resolve);
        const url = await promise;
        const tests = await Array.fromAsync(
          new ApiConnect(url, new ApiFilters()).getMetadata(),
        );
        assert(tests.length > 5, `${tests.length}`);
        const point = await tests.find((md) => md.getEventType("throughput"))!
          .getEventType("throughput")!.getData();
        assert(point.data.length > 0);
        stop.abort();
        assertEquals((await running).exit, 0);
      }
    });
  },
);

Deno.test("serve serves the same file as elmond", async () => {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  const argv = ["--port", "0", "--sample", "1", "--dialect", "elmond"];
  const running = serveUntil(argv, stop.signal, resolve);
  const tests = await Array.fromAsync(
    new ApiConnect(await promise, new ApiFilters()).getMetadata(),
  );
  assert(tests.length > 5);
  assertMatch(tests[0]!.metadataKey!, /^[0-9a-f]{64}$/);
  stop.abort();
  const { exit, stderr } = await running;
  assertEquals(exit, 0);
  // No key lets anybody write to an elmond archive.
  assert(!/lets those who have the key/.test(stderr), stderr);
});

Deno.test("serve says which port is in use, and how to get a free one", async () => {
  await withDirectory(async (directory) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    try {
      await assertRefused(
        ["--port", String(port)],
        2,
        new RegExp(`--port: ${port} is in use.*0 takes a free one`),
      );
      const db = join(directory, "archive.db");
      await serve(["--port", String(port), "--db", db, "--sample", "1"]);
      const tests = await countTests(db);
      assertEquals(tests, 0, `${tests} sample tests were written all the same`);
    } finally {
      listener.close();
    }
  });
});

async function countTests(db: string): Promise<number> {
  if (!(await Deno.stat(db).catch(() => undefined))) return 0;
  const database = new DatabaseSync(db);
  const row = database.prepare("SELECT count(*) AS number FROM test").get();
  database.close();
  return Number(row!["number"]);
}

Deno.test("serve refuses numbers that are none, or out of range", async () => {
  for (
    const [option, value] of [
      ["--port", "http"],
      ["--port", "65536"],
      ["--port", "-1"],
      ["--port", ""],
      ["--port", "80.5"],
      ["--page-size", "many"],
      ["--page-size", "-1"],
      ["--sample", "week"],
      ["--sample", "-1"],
      ["--sample", "0.5"],
    ] as const
  ) {
    const argv = option === "--port" ? [] : ["--port", "0"];
    await assertRefused([...argv, option, value], 2, new RegExp(option));
  }
});

Deno.test("serve refuses pages without entries, which a reader never comes to the end of", async () => {
  await assertRefused(["--port", "0", "--page-size", "0"], 2, /--page-size/);
});

Deno.test("serve refuses a dialect that there is none of", async () => {
  for (const dialect of ["ESMOND", "opensearch", ""]) {
    await assertRefused(
      ["--port", "0", "--dialect", dialect],
      2,
      /--dialect is .*esmond or elmond/,
    );
  }
});

Deno.test("serve refuses --live for esmond, and an origin or a server name that is not one", async () => {
  const refused: [argv: string[], message: RegExp][] = [
    [["--live"], /--live is for --dialect elmond/],
    [["--allow-origin", "graphs"], /--allow-origin is "graphs"/],
    [["--allow-origin", "https://a.example/x"], /--allow-origin is /],
    [["--server-name", "a:80"], /--server-name is "a:80"/],
    [["--server-name", ""], /--server-name is ""/],
    [["--open-writes", "--server-name", "a"], /--token-file/],
  ];
  for (const [argv, message] of refused) {
    await assertRefused(["--port", "0", ...argv], 2, message);
  }
});

Deno.test("serve refuses an address that it cannot listen on, naming --host", async () => {
  for (const host of ["archive.invalid", ""]) {
    await assertRefused(["--port", "0", "--host", host], 2, /--host/);
  }
});

Deno.test("serve refuses a --token that no writer can send", async () => {
  for (const token of ["", " ", "two words", "sécret", "a\nb"]) {
    await assertRefused(["--port", "0", "--token", token], 2, /--token/);
  }
});

// `--db "$DB"` with an unset variable would take points and throw them away at
// the end.
Deno.test("serve refuses an empty --db", async () => {
  // Deno itself refuses it, unless it allows everything
  const server = startServer(["--db", ""]);
  const told = await server.firstLine().catch((error: Error) => error.message);
  if (told.startsWith("http")) await stop(server, "SIGTERM");
  assertMatch(told, /without a line: esmond-ps serve: --db[^\n]*\n$/);
});

Deno.test("serve refuses a file that is not an archive, and does not change it", async () => {
  await withDirectory(async (directory) => {
    const text = join(directory, "notes.txt");
    await Deno.writeTextFile(text, "no database\n".repeat(1000));
    const other = join(directory, "other.db");
    const database = new DatabaseSync(other);
    database.exec("CREATE TABLE a (b); INSERT INTO a VALUES (1)");
    database.close();
    for (
      const [file, message] of [[text, /not an SQLite/], [
        other,
        /another program/,
      ]] as const
    ) {
      const before = await Deno.readFile(file);
      await assertRefused(["--port", "0", "--db", file], 2, message);
      const after = await Deno.readFile(file);
      assert(
        before.every((byte, at) => byte === after[at]) &&
          before.length === after.length,
        `${file} was changed`,
      );
    }
    const files = [...Deno.readDirSync(directory)].map(({ name }) => name);
    assertEquals(files.toSorted(), ["notes.txt", "other.db"]);
  });
});

Deno.test("serve ends with a line when its file turns out to be damaged, and with --check does not begin", async () => {
  await withDirectory(async (directory) => {
    const db = join(directory, "archive.db");
    const store = new Store(db);
    fillSample(store, 0.2, TS);
    store.close();
    const bytes = await Deno.readFile(db);
    for (let page = 40; page < 60; page++) {
      bytes.fill(0xa5, page * 4096, page * 4096 + 64);
    }
    await Deno.writeFile(db, bytes);
    await Deno.writeTextFile(db + ".keys", "key\n", { mode: 0o600 });
    const served = await startServer(["--db", db, "--token-file", db + ".keys"])
      .ended;
    assertEquals(served.exit, 2, served.stderr);
    assertMatch(served.stdout, /^http:[^\n]+\n$/);
    assertMatch(
      served.stderr,
      /^esmond-ps serve: --db: [^\n]* damaged [^\n]+\n$/,
    );
    await assertRefused(["--port", "0", "--db", db, "--check"], 2, /damaged/);
  });
});

Deno.test("serve says that it makes a sample up before it listens", async () => {
  const { stderr, exit } = await serve(["--port", "0", "--sample", "1"]);
  assertEquals(exit, 0);
  assertMatch(
    stderr,
    /^filling the archive with a day of made-up measurements; its address follows\n/,
  );
});

Deno.test("serve refuses a file of a newer version, and leaves it as it is", async () => {
  await withDirectory(async (directory) => {
    const db = join(directory, "newer.db");
    assertEquals((await serve(["--port", "0", "--db", db])).exit, 0);
    const database = new DatabaseSync(db);
    database.exec("PRAGMA user_version = 99");
    database.close();
    await assertRefused(["--port", "0", "--db", db], 2, /--db: .*newer.*99/);
    const reopened = new DatabaseSync(db);
    assertEquals(
      Number(reopened.prepare("PRAGMA user_version").get()!["user_version"]),
      99,
    );
    reopened.close();
  });
});

Deno.test("serve refuses a directory, and a file in a directory that is not there", async () => {
  await withDirectory(async (directory) => {
    await assertRefused(
      ["--port", "0", "--db", directory],
      2,
      /--db: .*directory/,
    );
    await assertRefused(
      ["--port", "0", "--db", join(directory, "missing", "archive.db")],
      2,
      /--db: .*missing.* does not exist/,
    );
    assertEquals([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("serve makes an archive of an empty file", async () => {
  const db = await Deno.makeTempFile();
  const { exit, isServing } = await serve(["--port", "0", "--db", db]);
  assertEquals([exit, isServing], [0, true]);
  assertEquals(await countTests(db), 0);
  await Deno.remove(db);
});

Deno.test("serve notes surplus words, and takes no options of others", async () => {
  const { exit, stderr } = await serve(["--port", "0", "archive.db"]);
  assertEquals(exit, 0);
  assertMatch(stderr, /^"archive\.db" .* ignored\n/);
  await assertRefused(["--url", "http://127.0.0.1:1"], 2, /no option --url/);
  await assertRefused(["--key", KEY], 2, /no option --key/);
});

Deno.test("serve --verbose reports each request on stderr, without keys", async () => {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<string>();
  const argv = ["--port", "0", "--token", KEY, "--verbose"];
  const running = serveUntil(argv, stop.signal, resolve);
  const url = await promise;
  await post(url);
  const asked = await fetch(`${url}/esmond/perfsonar/archive/?key=${KEY}`);
  await asked.body?.cancel();
  stop.abort();
  const { stderr } = await running;
  assertStringIncludes(stderr, "POST /esmond/perfsonar/archive/ 201");
  assertStringIncludes(stderr, "GET /esmond/perfsonar/archive/?key=*** 200");
  assert(!stderr.includes(KEY));
});
