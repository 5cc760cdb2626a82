/** Reading commands print of a file what they print of an archive. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { pathToFileURL } from "node:url";
import { type Dialect, startArchive } from "../../../archive/server.ts";
import { needs } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { IS_LONG, NOT_IN_SHORT } from "../../helpers/long.ts";
import { assertTold, runCli } from "../../helpers/run.ts";

const NOW = Date.UTC(2026, 2, 28, 14);

const PAIR = ["-s", "192.0.2.10", "-d", "203.0.113.30"];

/** A command line of every reading command, and its exit codes. */
const COMMANDS: [words: string[], exit: number][] = [
  [["get-endpoints", "-o", "human"], 0],
  [["get-endpoints", "-S", "any", "-o", "csv"], 0],
  [["get-metadata", "-M", "-o", "human"], 0],
  [["get-metadata", "-o", "json"], 0],
  [["get-metadata", "-S", "any", "-o", "ndjson"], 0],
  [["get", ...PAIR, "-e", "packet-loss-rate", "-o", "csv"], 0],
  [["get", ...PAIR, "-e", "packet-trace", "-o", "human"], 0],
  [["get", ...PAIR, "-e", "throughput", "-o", "ndjson"], 0],
  [["get", ...PAIR, "-e", "throughput", "--with", "url", "-o", "json"], 0],
  [
    [
      ...["get", ...PAIR, "-e", "histogram-owdelay", "-o", "ndjson"],
      ...["-T", "statistics", "-W", "0"],
    ],
    0,
  ],
  [["get-bulk", "-q", "-e", "throughput", "-o", "ndjson", "-D", "-"], 0],
  [["get-bulk", "-q", "-S", "any", "-o", "ndjson", "-D", "-"], 0],
  [["coverage", "--details"], 0],
  [["coverage", "-o", "ndjson"], 0],
  [["latest", "-o", "json"], 0],
  [["latest", "-o", "openmetrics"], 0],
  [["check", "loss", ...PAIR, "-4", "-w", "1"], 0],
  [["routes", "--details"], 0],
  [["routes", "-o", "ndjson"], 0],
  [["plot", ...PAIR, "-4", "--both"], 0],
  [["plot", ...PAIR, "-4", "-o", "svg"], 0],
  [["plot", ...PAIR, "-4", "-o", "json"], 0],
  [["mesh", "loss"], 0],
  [["mesh", "throughput", "-o", "html"], 0],
  [["get", ...PAIR, "-e", "ntp-offset"], 0],
];

/** The first of each command. */
const ONE_EACH = COMMANDS.filter(([[name]], at) =>
  COMMANDS.findIndex(([[other]]) => other === name) === at
);

for (const made of ["esmond", "elmond"] as const) {
  needs(
    "clock",
    `every reading command prints of a file what it prints of the archive that serves it: the sample of ${made}`,
    () =>
      withSample(made, IS_LONG ? 7 : 0.05, async (origin, path) => {
        let lines = 0;
        for (const [words, exit] of IS_LONG ? COMMANDS : ONE_EACH) {
          const [served, file] = await Promise.all(
            [origin, path].map(async (url) => {
              const argv = [words[0]!, "--url", url, "--ip", ...words.slice(1)];
              return await runCli(argv, { now: new Date(NOW) });
            }),
          );
          const hint = words.join(" ");
          assertEquals(neutral(file!, path), neutral(served!, origin), hint);
          assertEquals(served!.exit, exit, `${hint}\n${served!.stderr}`);
          lines += file!.stdout.split("\n").length;
        }
        assert(lines > 500, `${lines}`);
      }),
    made === "elmond" ? NOT_IN_SHORT : undefined,
  );
}

/** What was printed, without the address. */
function neutral(
  { exit, stdout, stderr }: { exit: number; stdout: string; stderr: string },
  url: string,
) {
  const own = url.startsWith("http") ? [url] : [
    pathToFileURL(url).href,
    "http://localhost",
  ];
  const without = (text: string) =>
    own.reduce((left, each) => left.replaceAll(each, "ARCHIVE"), text);
  return { exit, stdout: without(stdout), stderr: without(stderr) };
}

async function withSample(
  dialect: Dialect,
  sampleDays: number,
  use: (origin: string, path: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const db = `${directory}/archive.db`;
    const now = () => NOW;
    await (await startArchive({ db, dialect, sampleDays, now })).close();
    // As anybody serves it: in esmond's dialect.
    const archive = await startArchive({ db, now });
    try {
      await use(archive.url, db);
    } finally {
      await archive.close();
    }
  });
}

Deno.test("a file that is not an archive is told in one line, and so is what is neither file nor address", async () => {
  await withDirectory(async (directory) => {
    await Deno.writeTextFile(`${directory}/text`, "no database\n".repeat(99));
    const cases: [url: string, message: RegExp][] = [
      [`${directory}/absent.db`, /--url: .*absent\.db does not exist/],
      [`${directory}/text`, /--url: .*text is not an SQLite database/],
      [directory, /--url: .* is a directory/],
      [
        "data/absent",
        /"data.absent" is not the address .* nor is there a file/,
      ],
      ["ma.example.net:80", /not the address .* nor is there a file/],
      ["ftp://ma.example.net", /not the address of an archive: [^;]*\n/],
    ];
    for (const [url, message] of cases) {
      for (const command of ["get-endpoints", "coverage"]) {
        const told = await runCli([command, "--url", url]);
        assertTold(told, 2, message, url);
      }
    }
  });
});

Deno.test("a damaged file is told at once, without another try", async () => {
  await withDirectory(async (directory) => {
    const db = `${directory}/archive.db`;
    await (await startArchive({ db, sampleDays: 0.02 })).close();
    const bytes = await Deno.readFile(db);
    for (let page = 1; page < 60; page++) {
      bytes.fill(0xa5, page * 4096, page * 4096 + 64);
    }
    await Deno.writeFile(db, bytes);
    const { exit, stdout, stderr } = await runCli(
      ["get-metadata", "--url", db, "--ip"],
    );
    assertEquals([exit, stdout], [1, ""], stderr);
    const lines = stderr.trimEnd().split("\n");
    assertEquals(lines.length, 2, stderr);
    for (const line of lines) assertMatch(line, /is damaged/);
  });
});

Deno.test("what says how to connect, and what writes, is not for a file", async () => {
  await withDirectory(async (directory) => {
    const path = `${directory}/archive.db`;
    await (await startArchive({ db: path })).close();
    const read = ["get-endpoints", "--url", path];
    for (
      const option of [
        ["--proxy", "http://127.0.0.1:1"],
        ["--cacert", path],
        ["--insecure"],
        ["--pin", `sha256/${"A".repeat(43)}=`],
      ]
    ) {
      const told = await runCli([...read, ...option]);
      assertTold(told, 2, /is for connections, and .* is a file/, option[0]);
    }
    const told = await runCli(
      ["post", "--url", path, "-k", "0f", "-e", "throughput"],
      { input: "ts,val\n1,1\n" },
    );
    assertTold(told, 2, /is a file: serve it/);
    assertEquals(await namesIn(directory), ["archive.db"]);
  });
});

Deno.test("a file that a program writes to is read meanwhile", async () => {
  await withDirectory(async (directory) => {
    const db = `${directory}/archive.db`;
    const archive = await startArchive({ db, sampleDays: 0.02 });
    try {
      const { exit, stdout } = await runCli(
        ["get-metadata", "--url", db, "--ip", "-o", "ndjson"],
      );
      assertEquals(exit, 0);
      assert(stdout.split("\n").length > 10);
    } finally {
      await archive.close();
    }
    assertEquals(await namesIn(directory), ["archive.db"]);
  });
});

async function namesIn(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  return entries.map(({ name }) => name).sort();
}
