import { MANIFEST } from "../../cli/export/manifest.ts";
import { withDirectory } from "../helpers/directory.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { COMMANDS } from "../../cli/commands/commands.ts";
import {
  commandHelp,
  eventTypeList,
  programHelp,
} from "../../cli/help/help.ts";
import type { CommandName } from "../../cli/names.ts";
import { VERSION } from "../../cli/version.ts";
import { type Handler, json, withServer } from "../servers/serve.ts";
import {
  type EndedProcess,
  type Running,
  runProcess,
} from "../helpers/process.ts";
import { PROGRAM, startProgram } from "../helpers/program.ts";
import { lackedByOthers, onUnix, testUnless } from "../helpers/skipping.ts";
import { runCli } from "../helpers/run.ts";
import { pause, until } from "../helpers/waiting.ts";

const ROOT = "/esmond/perfsonar/archive/";
const TS = 1456790400;
const NAMES = Object.keys(COMMANDS) as CommandName[];

const ENV = { ESMOND_HOSTS: "", ESMOND_PAGE_SIZE: "" };

/** The real program, as a process of its own. */
function program(argv: string[], env: Record<string, string> = {}): Running {
  return startProgram(argv, { env: { ...ENV, ...env } });
}

function run(
  argv: string[],
  env?: Record<string, string>,
): Promise<EndedProcess> {
  return program(argv, env).ended;
}

/** An archive of one test, whose data of every event type is this. */
function archive(
  eventTypes: string[],
  data: (request: Request, url: URL) => Response | Promise<Response>,
): Handler {
  const types = eventTypes.map((name) => ({
    "event-type": name,
    "base-uri": `${ROOT}k/${name}/base`,
  }));
  const test = {
    "metadata-key": "k",
    source: "192.0.2.10",
    destination: "192.0.2.20",
    "event-types": types,
  };
  return (request, url) =>
    url.pathname === ROOT ? json([test]) : data(request, url);
}

const points = (count: number) =>
  json(Array.from({ length: count }, (_, n) => ({ ts: TS + n, val: n })));

const GET = (origin: string, ...argv: string[]) => [
  ...["get", "-u", origin, "-s", "192.0.2.10", "-d", "192.0.2.20", "--ip"],
  ...[
    "-e",
    "throughput",
    "-S",
    "2016-03-01",
    "-E",
    "2016-03-03T00:00",
    ...argv,
  ],
];

const BULK = (origin: string, directory: string, ...argv: string[]) => [
  ...["get-bulk", "-u", origin, "-D", directory, "-o", "csv", "--ip"],
  ...["-S", "2016-03-01", "-E", "2016-03-03T00:00", ...argv],
];

Deno.test("main() prints its version, which is that of deno.json", async () => {
  assertEquals(VERSION, denoJson.version);
  for (const argv of [["--version"], ["-V"]]) {
    assertEquals(await runCli(argv), {
      exit: 0,
      stdout: `esmond-ps ${denoJson.version}\n`,
      stderr: "",
    });
  }
});

Deno.test("main() prints the version of a program that is called by the name of a command", async () => {
  const { exit, stdout } = await runCli(["--version"], {
    calledAs: "esmond-ps-get",
  });
  assertEquals(exit, 0);
  assertStringIncludes(stdout, denoJson.version);
});

Deno.test("main() prints the version of a command", async () => {
  const { exit, stdout } = await runCli(["get", "--version"]);
  assertEquals(exit, 0);
  assertStringIncludes(stdout, denoJson.version);
});

Deno.test("main() still reads --ver and -v as the original does, as --verbose", async () => {
  const bad = ["-u", "nonsense"];
  for (const flag of ["--ver", "--v", "-v"]) {
    const { exit, stderr } = await runCli(["get-endpoints", flag, ...bad]);
    assertEquals(exit, 2);
    assertMatch(stderr, /--url/);
  }
});

Deno.test("main() prints its help", async () => {
  for (const argv of [["--help"], ["-h"], ["help"]]) {
    assertEquals(
      await runCli(argv),
      { exit: 0, stdout: programHelp(COMMANDS), stderr: "" },
    );
  }
});

Deno.test("main() prints the help of a command before it checks anything", async () => {
  for (const name of NAMES) {
    for (
      const argv of [["--help"], ["-h"], ["--he"], ["-h", "surplus"]]
    ) {
      assertEquals(
        await runCli([name, ...argv]),
        { exit: 0, stdout: commandHelp(name, COMMANDS[name]), stderr: "" },
      );
    }
  }
});

Deno.test("main() prints the help of a command that `help` names, as gh does", async () => {
  assertEquals(
    (await runCli(["help", "get-bulk"])).stdout,
    commandHelp("get-bulk", COMMANDS["get-bulk"]),
  );
});

Deno.test("main() lists the event types before it checks anything", async () => {
  for (
    const argv of [
      ["-L"],
      ["--list-events"],
      ["get", "-L"],
      ["get-bulk", "--list", "-o", "xml"],
    ]
  ) {
    assertEquals(
      await runCli(argv),
      { exit: 0, stdout: eventTypeList(), stderr: "" },
    );
  }
});

Deno.test("main() is the command whose name it is called by", async () => {
  for (
    const calledAs of [
      "esmond-ps-get-bulk",
      "/usr/local/bin/esmond-ps-get-bulk",
      "./esmond-ps-get-bulk",
      "esmond-ps-get-bulk.exe",
      "C:\\Program Files\\esmond\\esmond-ps-get-bulk.EXE",
    ]
  ) {
    const help = await runCli(["-h"], { calledAs });
    assertEquals(
      help.stdout,
      commandHelp("get-bulk", COMMANDS["get-bulk"]),
      calledAs,
    );
    const { exit, stdout, stderr } = await runCli([], { calledAs });
    assertEquals({ exit, stdout }, { exit: 2, stdout: "" });
    assertMatch(stderr, /^esmond-ps-get-bulk: --url is required[^\n]*\n$/);
  }
});

Deno.test("main() takes a word for a word when it is called by the name of a command", async () => {
  await withServer(() => json([]), async (origin) => {
    const { exit, stdout, stderr } = await runCli(
      ["get", "-u", origin],
      { calledAs: "esmond-ps-get-endpoints" },
    );
    assertEquals({ exit, stdout }, { exit: 0, stdout: "No data found.\n" });
    assertMatch(stderr, /^"get" [^\n]* ignored\n$/);
  });
});

Deno.test("main() takes other names for its own", async () => {
  for (
    const calledAs of [
      "esmond-ps",
      "esmond-ps.exe",
      "deno",
      "esmond-ps-frobnicate",
      "esmond-ps-",
      "esmond-ps-constructor",
      "my-esmond-ps-get",
      "get",
      "",
    ]
  ) {
    const { stdout } = await runCli(["--help"], { calledAs });
    assertEquals(stdout, programHelp(COMMANDS), calledAs);
  }
});

Deno.test("main() says what there is when no command is named", async () => {
  const { exit, stdout, stderr } = await runCli([]);
  assertEquals({ exit, stdout }, { exit: 2, stdout: "" });
  assertMatch(stderr, /^esmond-ps: [^\n]+\n$/);
  for (const name of NAMES) assertStringIncludes(stderr, name);
});

Deno.test("main() refuses an unknown command and suggests the nearest", async () => {
  const table: [word: string, line: RegExp][] = [
    ["get-metdata", /no command get-metdata \(did you mean get-metadata\?\)/],
    ["get_bulk", /\(did you mean get-bulk\?\)/],
    ["esmond-ps-get", /no command esmond-ps-get.*--help/],
    ["frobnicate", /no command frobnicate; --help lists/],
    ["constructor", /no command constructor/],
    ["__proto__", /no command __proto__/],
    ["--url", /the command comes before --url, one of get-endpoints, /],
  ];
  for (const [word, line] of table) {
    const { exit, stdout, stderr } = await runCli([word, "-L"]);
    assertEquals({ exit, stdout }, { exit: 2, stdout: "" });
    assertMatch(stderr, /^esmond-ps: [^\n]+\n$/);
    assertMatch(stderr, line);
  }
});

Deno.test("main() names the command that a message comes from", async () => {
  for (const name of NAMES.filter((each) => each !== "check")) {
    const { stderr } = await runCli([name, "--frobnicate"]);
    assert(stderr.startsWith(`esmond-ps ${name}: `), stderr);
  }
});

Deno.test("main() ends a check with 3, and says why on standard output", async () => {
  for (
    const [argv, line] of [
      [["--frobnicate"], /there is no option --frobnicate/],
      [["throughput"], /--url is required/],
      [
        ["through|put\n", "-u", "http://127.0.0.1:1"],
        /through\/put/,
      ],
    ] as const
  ) {
    const { exit, stdout, stderr } = await runCli(["check", ...argv]);
    assertEquals({ exit, stderr }, { exit: 3, stderr: "" });
    assertMatch(stdout, /^PS_CHECK UNKNOWN - [^\n|]+\n$/);
    assertMatch(stdout, line);
  }
});

Deno.test("the program exits 2 with one line and no stack trace on bad input", async () => {
  for (
    const [argv, line] of [
      [
        ["get-endpoints"],
        /^esmond-ps get-endpoints: --url is required[^\n]*\n$/,
      ],
      [
        ["get-enpoints\n\x1b[2J"],
        /^esmond-ps: [ -~]+\\x1b\[2J[ -~]+\n$/,
      ],
    ] as const
  ) {
    const { exit, stdout, stderr } = await run([...argv]);
    assertEquals({ exit, stdout }, { exit: 2, stdout: "" });
    assertMatch(stderr, line);
  }
});

Deno.test("the program prints data on stdout and exits 0", async () => {
  await withServer(archive(["throughput"], () => points(2)), async (origin) => {
    const { exit, stdout, stderr } = await run(GET(origin, "-ocsv"));
    assertEquals({ exit, stderr }, { exit: 0, stderr: "" });
    assertMatch(stdout, /^source,.*\r\n.*,0\r\n.*,1\r\n\n$/);
  });
});

Deno.test("the program tells with one line and exit 1 that the archive failed, and with 4 that it refuses", async () => {
  for (const [status, exit] of [[404, 1], [401, 4]]) {
    const failing = () => new Response("<p>so it is</p>", { status: status! });
    await withServer(failing, async (origin) => {
      const result = await run(["get-metadata", "-u", origin]);
      assertEquals([result.exit, result.stdout], [exit, ""]);
      assertMatch(
        result.stderr,
        new RegExp(
          `^esmond-ps get-metadata: [^\n]*${status}: so it is[^\n]*\n$`,
        ),
      );
    });
  }
});

Deno.test("the program exits 3 when a part of a bulk run failed", async () => {
  const directory = await Deno.makeTempDir();
  const data = (_request: Request, url: URL) =>
    url.pathname.includes("failures")
      ? new Response("", { status: 404 })
      : points(1);
  await withServer(
    archive(["failures", "throughput"], data),
    async (origin) => {
      const result = await run(BULK(origin, directory));
      assertEquals(result.exit, 3);
      assertEquals(result.stdout.trimEnd().split("\n").length, 1);
      assert((await Deno.stat(result.stdout.trimEnd())).isFile);
    },
  );
  await Deno.remove(directory, { recursive: true });
});

Deno.test("the program reads ESMOND_HOSTS and ESMOND_PAGE_SIZE", async () => {
  const hosts = await Deno.makeTempFile();
  await Deno.writeTextFile(hosts, "192.0.2.10 lat1.alpha.example\n");
  const limits: (string | null)[] = [];
  const handler = archive(["throughput"], (_request, url) => {
    limits.push(url.searchParams.get("limit"));
    return points(1);
  });
  await withServer(handler, async (origin) => {
    const argv = GET(origin).filter((arg) => arg !== "--ip");
    const env = { ESMOND_HOSTS: hosts, ESMOND_PAGE_SIZE: "7" };
    const file = `${await Deno.readTextFile(
      hosts,
    )}192.0.2.20 lat1.beta.example`;
    await Deno.writeTextFile(hosts, file);
    const { stdout } = await run(argv, env);
    assertMatch(stdout, /^source: lat1\.alpha\.example\n.*beta/);
    assertEquals(limits[0], "7");
  });
  await Deno.remove(hosts);
});

Deno.test("the program says nothing of what it is made of when it looks up names", async () => {
  await withServer(() => json([]), async (origin) => {
    const argv = ["get-endpoints", "-u", origin, "-s", "localhost", "--ip"];
    const { exit, stderr } = await run(argv);
    assertEquals({ exit, stderr }, { exit: 0, stderr: "" });
  });
});

/** Reads the first of a stream and closes it, as `head -1` does. */
/** The program with pipes that the test may close. */
function piped(argv: string[]): Deno.ChildProcess {
  const [command, ...args] = PROGRAM;
  return new Deno.Command(command!, {
    args: [...args, ...argv],
    env: ENV,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function head(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

Deno.test("the program ends quietly when whoever reads its output closes it", async () => {
  // A point each second, for as long as somebody asks: days of them fit into no
  // pipe, so only closing can end the program.
  const endless = archive(["throughput"], (_request, { searchParams }) => {
    const [first, last, limit] = ["time-start", "time-end", "limit"].map(
      (name) => Number(searchParams.get(name) ?? NaN),
    ) as [number, number, number];
    const from = first || TS;
    const count = Math.min(limit || 1000, (last || Infinity) - from + 1);
    return json(
      Array.from({ length: count }, (_, n) => ({ ts: from + n, val: n })),
    );
  });
  await withServer(endless, async (origin) => {
    for (
      const argv of [
        GET(origin, "-o", "human"),
        GET(origin, "-o", "csv"),
        BULK(origin, "-", "-o", "csv"),
      ]
    ) {
      const child = piped(argv);
      assertMatch(await head(child.stdout), /^source/);
      const stderr = await new Response(child.stderr).text();
      const { code } = await child.status;
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
    }
  });
});

Deno.test("the program writes all the files of a bulk run, or says that it did not, when nobody reads their names", async () => {
  const directory = await Deno.makeTempDir();
  const types = Array.from({ length: 30 }, (_, n) => `type-${n}`);
  const closed = Promise.withResolvers<void>();
  // Slow, because files get their names from time to time.
  const data = async () => {
    await Promise.race([closed.promise, pause(400)]);
    return points(1);
  };
  await withServer(archive(types, data), async (origin) => {
    const child = piped(BULK(origin, directory));
    assertMatch(await head(child.stdout), /type-0_/);
    closed.resolve();
    await child.stderr.cancel();
    const { code } = await child.status;
    const files = [...Deno.readDirSync(directory)].map(({ name }) => name)
      .filter((name) => name !== MANIFEST);
    assertEquals(files.filter((name) => name.startsWith(".")), []);
    assert(
      code !== 0 || files.length === types.length,
      `exit ${code} and ${files.length} of ${types.length} files`,
    );
  });
  await Deno.remove(directory, { recursive: true });
});

testUnless(
  lackedByOthers("/dev/full"),
  "the program fails when its output cannot be written",
  async () => {
    await withServer(
      archive(["throughput"], () => points(2)),
      async (origin) => {
        const { exit, stderr } = await runProcess([
          ...["sh", "-c", '"$@" > /dev/full', "sh", ...PROGRAM],
          ...GET(origin),
        ]);
        assertEquals(exit, 1);
        assertMatch(stderr, /^esmond-ps get: [^\n]*No space left[^\n]*\n$/);
      },
    );
  },
);

/**
 * An archive that sends a page of the first series and falls silent in the
 * second page.
 */
function silentArchive(isSilent: () => void, end: Promise<void>): Handler {
  const begun = new Set<string>();
  return archive(["throughput", "failures"], async (_request, url) => {
    if (!begun.has(url.pathname)) {
      begun.add(url.pathname);
      return points(1000);
    }
    isSilent();
    await end;
    return json([{ ts: TS + 999, val: 999 }]); // the last point, again
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  onUnix(
    "signals",
    `the program finishes what is under way on ${signal}, begins nothing more, and exits 130`,
    async () => {
      await withDirectory(async (directory) => {
        const silent = Promise.withResolvers<void>();
        const end = Promise.withResolvers<void>();
        const handler = silentArchive(silent.resolve, end.promise);
        await withServer(handler, async (origin) => {
          const child = program([
            ...BULK(origin, directory),
            ...["--concurrency", "1"],
          ]);
          await Promise.race([silent.promise, child.ended]);
          child.kill(signal);
          await until(() => child.stderr() !== "", "it says that it stops");
          end.resolve();
          const { exit, stdout, stderr } = await child.ended;
          assertEquals(exit, 130);
          assertMatch(stdout, /^[^\n]*throughput[^\n]*\n$/);
          assertMatch(
            stderr,
            /^finishing the requests [^]*\n1 of 2 series, 1,000 points,[^]*--resume[^]*\nesmond-ps get-bulk: interrupted\n$/,
          );
          const text = await Deno.readTextFile(stdout.trim());
          assertEquals(text.split("\r\n").length, 1002);
        });
      });
    },
  );

  onUnix(
    "signals",
    `the program stops at once on a second ${signal}, and leaves no half file under a final name`,
    async () => {
      await withDirectory(async (directory) => {
        const silent = Promise.withResolvers<void>();
        const end = Promise.withResolvers<void>();
        const handler = silentArchive(silent.resolve, end.promise);
        await withServer(handler, async (origin) => {
          const child = program(BULK(origin, directory));
          await Promise.race([silent.promise, child.ended]);
          child.kill(signal);
          await until(() => child.stderr() !== "", "it says that it stops");
          child.kill(signal);
          const { exit, stdout } = await child.ended;
          end.resolve();
          assertEquals({ exit, stdout }, { exit: 130, stdout: "" });
          const left = [...Deno.readDirSync(directory)].map(({ name }) => name);
          assertEquals(left.filter((name) => /\.csv$/.test(name)), []);
        });
      });
    },
  );
}
