/**
 * A mesh of five hosts that keep an archive each, in which a test is absent, one
 * is stale, one archive is away, and one test is in two archives.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { CoverageRow } from "../../../cli/output/coverage_rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import {
  addressOf,
  type MadeTest,
  timesBetween,
  withMadeArchive,
  writeArchive,
} from "../../helpers/made_archive.ts";
import { delayTest, EVERY, LAST_RUN } from "../../helpers/planted.ts";
import { IS_LONG, NOT_IN_SHORT } from "../../helpers/long.ts";
import { startProgram } from "../../helpers/program.ts";
import { runCli } from "../../helpers/run.ts";
import { testUnless } from "../../helpers/skipping.ts";
import { parquetReadObjects } from "../../packages/hyparquet.ts";
import {
  addresses,
  BOTH,
  esmondAt,
  members,
  mesh,
} from "../template/templates.ts";
import { thisSecond } from "./checking.ts";

const DAY = 86_400;

const HOSTS = ["ada", "bob", "cyd", "dan", "eve"] as const;

/** The host whose archive is away. */
const AWAY = "dan";

/** What each archive has: the tests that its host starts. */
function planted(now: number): Record<string, MadeTest[]> {
  const last = now - LAST_RUN;
  const runs = timesBetween(last - 2 * DAY + EVERY, last, EVERY);
  const test = (source: string, destination: string) =>
    delayTest(
      { source, destination },
      source === "bob" && destination === "cyd" ? runs.slice(0, -20) : runs,
    );
  const all = Object.fromEntries(HOSTS.map((source) => [
    source,
    HOSTS.filter((each) => each !== source)
      .filter((each) => source !== "ada" || each !== "bob")
      .map((destination) => test(source, destination)),
  ]));
  all["cyd"]!.push(test("eve", "ada"));
  return all;
}

/** The template of the mesh, its archives at these addresses. */
function templateOf(urls: Record<string, string>): string {
  const each = (of: (host: string) => unknown) =>
    Object.fromEntries(HOSTS.map((host) => [host, of(host)]));
  return JSON.stringify(mesh({
    addresses: addresses(...HOSTS),
    hosts: each((host) => ({ archives: [host] })),
    archives: each((host) => esmondAt(urls[host]!)),
    groups: { all: { type: "mesh", addresses: members(...HOSTS) } },
    tests: {
      delay: {
        type: "latencybg",
        spec: { ...BOTH, "ip-version": 4, "packet-count": EVERY * 10 },
      },
    },
    tasks: { delay: { group: "all", test: "delay" } },
  }));
}

/** An address where nobody answers. */
function addressOfNobody(): string {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return `http://127.0.0.1:${port}`;
}

/**
 * Runs `use` with an archive of these tests; in full, in a process of its own.
 */
async function withServed(
  tests: readonly MadeTest[],
  now: number,
  use: (url: string) => Promise<void>,
): Promise<void> {
  if (!IS_LONG) {
    return await withMadeArchive(tests, { now }, ({ url }) => use(url));
  }
  await withDirectory(async (directory) => {
    const db = join(directory, "made.db");
    writeArchive(db, tests, now);
    const server = startProgram(["serve", "--port", "0", "--db", db]);
    try {
      await use((await server.firstLine()).replace(/\/+$/, ""));
    } finally {
      server.kill("SIGTERM");
      await server.ended;
    }
  });
}

type Run = (command: string, ...args: string[]) => ReturnType<typeof runCli>;

/** Runs command lines on the mesh; `--mesh` is there. */
async function withMesh(
  use: (run: Run, urls: Record<string, string>, directory: string) => Promise<
    void
  >,
): Promise<void> {
  const now = thisSecond();
  const tests = planted(now);
  const urls: Record<string, string> = { [AWAY]: addressOfNobody() };
  const start = async (hosts: readonly string[]): Promise<void> => {
    const [host, ...others] = hosts;
    if (host !== undefined) {
      return await withServed(tests[host]!, now, async (url) => {
        urls[host] = url;
        await start(others);
      });
    }
    await withDirectory(async (directory) => {
      const path = join(directory, "mesh.json");
      await Deno.writeTextFile(path, templateOf(urls));
      const run: Run = (command, ...args) =>
        runCli([command, "--mesh", path, "--retry", "0", ...args]);
      await use(run, urls, directory);
    });
  };
  await start(HOSTS.filter((host) => host !== AWAY));
}

/** A link, without `.example`. */
function linkOf(
  { source, destination }: Pick<CoverageRow, "source" | "destination">,
): string {
  return `${source} ${destination}`.replaceAll(".example", "");
}

/** The links of these states. */
function linksOf(rows: readonly CoverageRow[], state: string): string[] {
  return rows.filter((row) => row.state === state).map(linkOf).sort();
}

const OF_AWAY = HOSTS.filter((host) => host !== AWAY)
  .map((host) => `${AWAY} ${host}`);

Deno.test("coverage tells what is planted in a mesh of five, and nothing else", async () => {
  await withMesh(async (run, urls) => {
    const { exit, stdout, stderr } = await run("coverage", "-o", "json");
    assertEquals(exit, 3, stderr);
    assertMatch(stderr, new RegExp(`not read: ${urls[AWAY]}/`));
    const rows: (CoverageRow & { incomplete: boolean })[] = JSON.parse(stdout);
    assertEquals(linksOf(rows, "absent"), ["ada bob"]);
    assertEquals(linksOf(rows, "stale"), ["bob cyd"]);
    assertEquals(linksOf(rows, "unknown"), OF_AWAY);
    for (const row of rows) {
      assertEquals(row.incomplete, row.state === "unknown");
    }
    const ok = linksOf(rows, "ok");
    assertEquals([rows.length, ok.length, new Set(ok).size], [21, 15, 14]);
    const held = rows.filter((row) => linkOf(row) === "eve ada");
    assertEquals(
      held.map(({ archive }) => archive).sort(),
      [urls["cyd"], urls["eve"]]
        .map((url) => `${url}/esmond/perfsonar/archive/`).sort(),
    );
    for (const row of rows) {
      if (row.state === "unknown") continue;
      assertEquals([row.interval, row.interval_from], [EVERY, "template"]);
    }
  });
});

testUnless(
  NOT_IN_SHORT,
  "a test that two archives of a mesh have is shown once with --distinct",
  async () => {
    await withMesh(async (run) => {
      const { stdout } = await run("coverage", "-o", "json", "--distinct");
      assertEquals(linksOf(JSON.parse(stdout), "ok").length, 14);
    });
  },
);

Deno.test("mesh and check tell the same of it", async () => {
  await withMesh(async (run, urls) => {
    const matrix = await run("mesh", "fresh");
    assertEquals(matrix.exit, 3);
    assertMatch(
      matrix.stdout,
      /^20 links: 14 ok, 1 critical, 1 absent, 4 not/m,
    );
    assertMatch(matrix.stdout, /^ADA +– +◇ /m);
    assertMatch(matrix.stdout, /^DAN +\? +\? +\? +– +\?$/m);
    assertMatch(matrix.stderr, new RegExp(`not read: ${urls[AWAY]}/`));
    const { exit, stdout } = await run("check", "fresh");
    assertEquals(exit, 2, stdout);
    const [first] = stdout.split("\n");
    assertMatch(
      first!,
      /^PS_CHECK_FRESH CRITICAL - absent: no archive has it, ada\.example to bob\.example \(latencybg, task delay\), the worst of 21, 1 archive not read \|/,
    );
    assertMatch(stdout, /^CRITICAL bob\.example to cyd\.example: stale: /m);
    assertMatch(stdout, /^UNKNOWN dan\.example to ada\.example .*not read$/m);
    assertEquals(stdout.match(/^OK /gm)?.length, 15);
    assertMatch(stdout, new RegExp(`^UNKNOWN ${urls[AWAY]}/`, "m"));
  });
});

testUnless(
  NOT_IN_SHORT,
  "latest has what the archives have, and names the one that is away",
  async () => {
    await withMesh(async (run, urls) => {
      const { exit, stdout, stderr } = await run(
        ...["latest", "-e", "packet-loss-rate", "--ip", "-o", "json"] as const,
      );
      assertEquals(exit, 3);
      assertMatch(stderr, new RegExp(`not read: ${urls[AWAY]}/`));
      const rows: CoverageRow[] = JSON.parse(stdout);
      const archives = Map.groupBy(rows, ({ archive }) => archive);
      assertEquals([rows.length, archives.size], [16, 4]);
    });
  },
);

Deno.test("get-bulk makes one dataset of the mesh, and says what it lacks", async () => {
  await withMesh(async (run, urls, directory) => {
    const out = join(directory, "out");
    const bulk = (...args: string[]) =>
      run(
        ...["get-bulk", "-e", "packet-loss-rate", "-o", "parquet"] as const,
        ...["--partition", "day", "--ip", "-S", "-4d", "-D", out, ...args],
      );
    const { exit, stdout, stderr } = await bulk();
    assertEquals(exit, 3, stderr);
    assertMatch(stderr, new RegExp(`not read: ${urls[AWAY]}/`));
    const paths = stdout.trim().split("\n");
    const tests = new Map<string, Set<string>>();
    for (const path of paths) {
      const [, host] = /archive_host=([^/\\]+)/.exec(path)!;
      const { buffer: file } = await Deno.readFile(path);
      for (const row of await parquetReadObjects({ file })) {
        const key = `${row["source"]} ${row["destination"]}`;
        assertEquals(new URL(row["archive"]).host.replace(":", "-"), host);
        tests.set(key, (tests.get(key) ?? new Set()).add(host!));
      }
    }
    const twice = `${addressOf("eve")} ${addressOf("ada")}`;
    assertEquals([tests.size, tests.get(twice)?.size], [15, 2]);

    const again = await bulk("--resume");
    assertEquals([again.exit, again.stdout], [3, ""]);
    assertEquals(again.stderr.match(/all complete already/g)?.length, 4);
  });
});

testUnless(NOT_IN_SHORT, "get-bulk streams a mesh", async () => {
  await withMesh(async (run, urls) => {
    const { exit, stdout, stderr } = await run(
      ...["get-bulk", "-e", "packet-loss-rate", "-o", "ndjson"] as const,
      ...["--ip", "-S", "-4d", "-D", "-"],
    );
    assertEquals(exit, 3, stderr);
    assertMatch(stderr, new RegExp(`not read: ${urls[AWAY]}/`));
    const rows = stdout.trim().split("\n").map((line) => JSON.parse(line));
    const links = Map.groupBy(
      rows,
      ({ source, destination }) => `${source} ${destination}`,
    );
    assertEquals(links.size, 15);
    assertEquals(rows.length, 16 * 2 * DAY / EVERY - 20);
  });
});
