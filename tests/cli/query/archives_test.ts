import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { needs } from "../../helpers/binary.ts";
import { join } from "@std/path";
import { ROOT } from "../../helpers/archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { test } from "../../helpers/listed.ts";
import {
  addressOf,
  type MadeTest,
  timesBetween,
  withMadeArchive,
} from "../../helpers/made_archive.ts";
import { delayTest, EVERY } from "../../helpers/planted.ts";
import { assertTold, runCli } from "../../helpers/run.ts";
import { linkOf, runsUntil, traced } from "../routes/made_routes.ts";
import { pinOf } from "../../servers/certificates.ts";
import { type Handler, json, withServer } from "../../servers/serve.ts";
import { selfSigned, withTls } from "../../servers/tls.ts";

const NOW = Math.floor(Date.now() / 1000);
const TIMES = timesBetween(NOW - 8 * 86_400, NOW - 100, EVERY);

const SHARED = delayTest({ source: "alpha", destination: "beta" }, TIMES);
const OWN = delayTest({ source: "gamma", destination: "delta" }, TIMES);

/** Runs a command line as it is typed. */
const run = (argv: string[]) => runCli(argv, { readsAll: true });

/** Every value of an option. */
const each = (option: string, values: readonly string[]) =>
  values.flatMap((value) => [option, value]);

/** An address at which nobody answers. */
function deadAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
}

/** Runs `use` with an archive for each list of tests. */
async function withArchives(
  [tests, ...others]: readonly (readonly MadeTest[])[],
  use: (...urls: string[]) => Promise<void>,
): Promise<void> {
  if (tests === undefined) return await use();
  await withMadeArchive(
    tests,
    { now: NOW },
    ({ url }) => withArchives(others, (...all) => use(url, ...all)),
  );
}

/** Runs `use` with servers that answer so. */
async function withServers(
  [first, ...others]: readonly Handler[],
  use: (...urls: string[]) => Promise<void>,
): Promise<void> {
  if (first === undefined) return await use();
  await withServer(
    first,
    (url) => withServers(others, (...all) => use(url, ...all)),
  );
}

const linesOf = (text: string) => text.split(/\r?\n/).filter(Boolean);
const rootOf = (url: string) => url.replace(/\/$/, "") + ROOT;

Deno.test("several archives are listed together; one that fails is named at the end, and the exit code is 3", async () => {
  await withArchives([[SHARED], [SHARED, OWN]], async (one, other) => {
    const dead = deadAddress();
    const urls = each("--url", [one, dead, other]);
    const argv = ["get-metadata", ...urls, "--retry", "0", "-o", "csv"];
    const all = await run([...argv, "--with", "archive"]);
    assertEquals(all.exit, 3, all.stderr);
    const rows = linesOf(all.stdout).slice(1)
      .map((line) => [line.split(",")[3], line.split(",").at(-1)].join(" "));
    assertEquals(
      rows.sort(),
      [
        `alpha.example ${rootOf(one)}`,
        `alpha.example ${rootOf(other)}`,
        `gamma.example ${rootOf(other)}`,
      ].sort(),
    );
    assertStringIncludes(all.stderr, `not read: ${rootOf(dead)}: `);
    const distinct = await run([...argv, "--distinct", "--with", "archive"]);
    assertEquals(
      linesOf(distinct.stdout).slice(1).map((line) => line.split(",").at(-1)),
      [rootOf(one), rootOf(other)],
    );
    const endpoints = await run([
      ...["get-endpoints", ...urls, "--retry", "0", "-o", "csv"],
    ]);
    assertEquals([endpoints.exit, linesOf(endpoints.stdout).length], [3, 3]);
    const newest = await run(["latest", ...urls, "--retry", "0"]);
    assertEquals(newest.exit, 3);
    assertStringIncludes(
      newest.stdout,
      "\n\nincomplete: 1 archive could not be read\n",
    );
    const none = await run([
      ...["get-metadata", "--retry", "0"],
      ...each("--url", [dead, deadAddress()]),
    ]);
    assertEquals([none.exit, none.stdout], [1, ""]);
    assertEquals(none.stderr.match(/not read: /g)?.length, 2);
    assertStringIncludes(none.stderr, "none of 2 archives could be read");
  });
});

Deno.test("one archive prints the same, however it is named, byte for byte", async () => {
  await withArchives([[SHARED, OWN]], async (url) => {
    await withDirectory(async (directory) => {
      const file = join(directory, "archives.txt");
      await Deno.writeTextFile(
        file,
        `\ufeff# the only one\n\n  ${url}/  # and again\r\n${url}\n`,
      );
      const commands = [
        ["get-metadata", "-o", "ndjson"],
        ["get-metadata", "-o", "csv", "--with", "extra"],
        ["coverage", "-o", "json"],
        ["latest", "-o", "openmetrics"],
        ["mesh", "loss", "-o", "csv"],
      ];
      for (const argv of commands) {
        const window = ["-I", "-S", `${NOW - 86_400}`, "-E", `${NOW}`];
        const alone = await run([...argv, ...window, "--url", url]);
        assertEquals(alone.exit, 0, alone.stderr);
        const listed = await run([...argv, ...window, "--archives", file]);
        assertEquals(listed.stdout, alone.stdout);
        assertStringIncludes(listed.stderr, "it is read once");
        const twice = await run([
          ...[...argv, ...window, "--url", url, "--distinct"],
          ...["--url", url.replace("http", "HTTP")],
        ]);
        assertEquals(twice.stdout, alone.stdout);
        assertMatch(
          twice.stderr,
          /^[^\n]* is the same archive as [^\n]*: it is read once\n$/,
        );
      }
    });
  });
});

Deno.test("a file of archives that cannot be read, is empty or has a bad line is refused in one line", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "archives.txt");
    const refused = async (text: string, message: RegExp) => {
      await Deno.writeTextFile(file, text);
      const ended = await run(["get-metadata", "--archives", file]);
      assertTold(ended, 2, message);
    };
    await refused("", /archives\.txt names no archive/);
    await refused("# nothing\n\n", /names no archive/);
    await refused(
      "http://127.0.0.1:1\n\nma.example.net\n",
      /archives\.txt, line 3: .*ma\.example\.net/,
    );
    await refused(
      "https://user:secret@ma.example.net\n",
      /line 1: .*user name or password/,
    );
    await refused(
      "http://127.0.0.1/esmond/perfsonar/archive/abc/\n",
      /line 1: leave out abc/,
    );
    const absent = ["get-metadata", "--archives", join(directory, "absent")];
    assertTold(await run(absent), 2, /--archives: cannot read .*absent/);
  });
});

Deno.test("get reads the tests of all archives, also where two have the same key for different ones", async () => {
  const archiveWith = (val: number): Handler => (_, url) =>
    json(
      url.pathname.endsWith("/base")
        ? [{ ts: NOW - 60, val }]
        : [test("k", ["throughput"])],
    );
  const refusing: Handler = () => new Response("", { status: 403 });
  await withServers(
    [archiveWith(1), refusing, archiveWith(2)],
    async (one, no, other) => {
      const argv = [
        ...["get", "-s", "192.0.2.11", "-d", "192.0.2.21", "-e", "throughput"],
        ...each("--url", [one, no, other]),
      ];
      const { exit, stdout, stderr } = await run([...argv, "-o", "ndjson"]);
      assertEquals(exit, 3, stderr);
      const rows = linesOf(stdout).map((line) => JSON.parse(line));
      assertEquals(
        rows.map(({ archive, value }) => `${archive} ${value}`).sort(),
        [`${rootOf(one)} 1`, `${rootOf(other)} 2`].sort(),
      );
      assertMatch(stderr, /not read: .*403/);
      const csv = await run([...argv, "-o", "csv", "--with", "archive"]);
      assertEquals(
        linesOf(csv.stdout).slice(1).map((line) => line.split(",").at(-1))
          .sort(),
        [rootOf(one), rootOf(other)].sort(),
      );
      // Without that column, the rows look alike.
      const bare = await run([...argv, "-o", "csv"]);
      assertStringIncludes(bare.stderr, "--with archive adds what does");
      const distinct = await run([...argv, "-o", "ndjson", "--distinct"]);
      assertEquals(
        linesOf(distinct.stdout).map((line) => JSON.parse(line).value),
        [1],
      );
      assertTold(
        await run([...argv, "-o", "ndjson", "--follow"]),
        2,
        /--follow reads one archive/,
      );
    },
  );
});

Deno.test("an archive whose data cannot be read stops no other, and is named", async () => {
  let broken = 0;
  const archiveWith = (isBroken: boolean): Handler => (_, url) => {
    if (!url.pathname.endsWith("/base")) {
      return json(
        Array.from({ length: 5 }, (_, at) =>
          test(`k${at}`, ["throughput"], {
            "tool-name": "iperf3",
            "x": `${isBroken} ${at}`,
          })),
      );
    }
    if (isBroken) broken++;
    return isBroken
      ? new Response("", { status: 503 })
      : json([{ ts: NOW - 60, val: 1 }]);
  };
  await withServers(
    [archiveWith(true), archiveWith(false)],
    async (one, other) => {
      for (
        const argv of [
          ["get", "-s", "a", "-d", "b", "-e", "throughput", "-o", "csv"],
          ["latest", "-o", "csv"],
          ["coverage", "-o", "ndjson", "--interval", "60"],
        ]
      ) {
        broken = 0;
        const { exit, stdout, stderr } = await run([
          ...argv,
          ...["--retry", "0", "--concurrency", "1", "-I"],
          ...each("--url", [one, other]),
        ].map((word) =>
          word === "a" ? "192.0.2.11" : word === "b" ? "192.0.2.21" : word
        ));
        assertEquals(exit, 3, stderr);
        assertEquals(broken, 3, stderr); // and then it is given up
        assertEquals(
          stderr.match(/^not read: .*/gm)?.map((line) => line.split(" ")[2]),
          [`${rootOf(one)}:`],
        );
        const good = linesOf(stdout).filter((line) =>
          argv[0] === "get" ? line.includes(",1") : line.includes(rootOf(other))
        );
        assertEquals(good.length, 5, stdout);
      }
    },
  );
});

Deno.test("answers name the archive of each test where there are several", async () => {
  await withArchives([[SHARED], [SHARED, OWN]], async (one, other) => {
    const dead = deadAddress();
    const urls = [...each("--url", [one, other, dead]), "--retry", "0"];
    const roots = [rootOf(one), rootOf(other), rootOf(other)].sort();
    const archivesOf = async (argv: string[]) => {
      const { exit, stdout, stderr } = await run([...argv, ...urls]);
      assertEquals(exit, 3, stderr);
      assertStringIncludes(stderr, `not read: ${rootOf(dead)}: `);
      return JSON.parse(stdout).map(({ archive }: { archive: string }) =>
        archive
      ).sort();
    };
    assertEquals(await archivesOf(["coverage", "-o", "json"]), roots);
    assertEquals(
      await archivesOf(["latest", "-e", "packet-loss-rate", "-o", "json"]),
      roots,
    );
    assertEquals(
      (await archivesOf(["mesh", "loss", "-o", "json"])).length,
      2, // two links, whoever holds their tests
    );
    const link = ["--src", addressOf("alpha"), "--dest", addressOf("beta")];
    const plot = await archivesOf(["plot", ...link, "-o", "json"]);
    assertEquals(new Set(plot), new Set(roots));
    const human = await run(["coverage", ...urls]);
    assertStringIncludes(human.stdout, new URL(one).host); // tells the twins apart
    const metrics = await run(["latest", "-o", "openmetrics", ...urls]);
    for (const [url, up] of [[one, 1], [other, 1], [dead, 0]] as const) {
      assertStringIncludes(
        metrics.stdout,
        `esmond_up{archive="${rootOf(url)}"} ${up}\n`,
      );
    }
    assertMatch(metrics.stdout, /esmond_packet_loss_ratio\{.*archive="/);
  });
});

Deno.test("check over several archives judges what can be read, and is not OK without the others", async () => {
  await withArchives([[SHARED], [OWN]], async (one, other) => {
    const hosts = ["--src", "gamma.example", "--dest", "delta.example"];
    const urls = each("--url", [one, other]);
    const ok = await run(["check", "loss", ...hosts, ...urls, "-c", "1"]);
    assertEquals(ok.exit, 0, ok.stdout + ok.stderr);
    const dead = deadAddress();
    const unknown = await run([
      ...["check", "loss", ...hosts, ...urls, "-c", "1"],
      ...["--url", dead],
    ]);
    assertEquals(unknown.exit, 3);
    assertMatch(
      unknown.stdout,
      /^PS_CHECK_LOSS UNKNOWN - .*1 archive not read/,
    );
    assertStringIncludes(unknown.stdout, `UNKNOWN ${rootOf(dead)}: `);
    const critical = await run([
      ...["check", "loss", ...hosts, ...urls, "-c", "@0:1"],
      ...["--url", dead],
    ]);
    assertEquals(critical.exit, 2, critical.stdout);
    const none = await run([
      ...["check", "loss", ...hosts, "--url", dead, "--url", deadAddress()],
    ]);
    assertEquals(none.exit, 3);
    assertMatch(none.stdout, /UNKNOWN - none of 2 archives could be read\n$/);
  });
});

Deno.test("an archive that is silent keeps a check from no answer", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const silent: Handler = async () => {
    await promise;
    return json([]);
  };
  await withArchives([[OWN]], async (url) => {
    await withServer(silent, async (origin) => {
      try {
        const { exit, stdout } = await run([
          ...["check", "loss", "--src", "gamma.example", "-c", "1"],
          ...["--timeout", "4", "--url", origin, "--url", url],
        ]);
        assertEquals(exit, 3);
        assertMatch(stdout, /UNKNOWN - Loss is .*1 archive not read/);
      } finally {
        resolve();
      }
    });
  });
});

needs(
  "own certificate check",
  "a pin is for the archive that it names, and for no other",
  async () => {
    const [mine, other] = [selfSigned(), selfSigned()];
    const list: Handler = () => json([test("k", ["throughput"])]);
    await withTls(mine, list, (one) =>
      withTls(other, list, async (two) => {
        const urls = [...each("--url", [one, two]), "--retry", "0"];
        const argv = ["get-metadata", "-o", "csv", ...urls];
        const pins = await Promise.all([mine, other].map(pinOf));
        const both = await run([
          ...argv,
          ...each("--pin", [`${one}=${pins[0]}`, `${two}=${pins[1]}`]),
        ]);
        assertEquals([both.exit, linesOf(both.stdout).length], [0, 3]);
        const half = await run([...argv, "--pin", `${one}=${pins[0]}`]);
        assertEquals([half.exit, linesOf(half.stdout).length], [3, 2]);
        assertMatch(half.stderr, new RegExp(`not read: ${two}.*certificate`));
        assertStringIncludes(half.stderr, "esmond-ps trust");
        assertTold(
          await run([...argv, "--pin", pins[0]!]),
          2,
          /--pin is for one archive: .*--pin https:\/\/HOST=PIN/,
        );
        assertTold(
          await run([...argv, "--pin", `https://other.example=${pins[0]}`]),
          2,
          /https:\/\/other\.example is not the address of an archive/,
        );
        assertTold(
          await run([...argv, "--insecure"]),
          2,
          /--insecure is for one/,
        );
        assertTold(
          await run([...argv, "--cacert", "ca.pem"]),
          2,
          /--cacert https:\/\/HOST=FILE/,
        );
      }));
  },
);

Deno.test("a name that one archive does not know is no failure where another does", async () => {
  const unknowing: Handler = () =>
    json({ detail: "Unable to find address for host" }, { status: 400 });
  const knowing: Handler = () => json([test("k", ["throughput"])]);
  await withServers([unknowing, knowing], async (one, other) => {
    const argv = ["get-metadata", "-o", "csv", "-F", "source:host.example"];
    const { exit, stdout, stderr } = await run([
      ...argv,
      ...each("--url", [one, other]),
    ]);
    assertEquals([exit, linesOf(stdout).length], [0, 2], stderr);
    assertStringIncludes(stderr, `not found at ${rootOf(one)}: `);
    const none = await run([
      ...argv,
      ...["--url", one, "--url", one.replace("127.0.0.1", "localhost")],
    ]);
    assertEquals(none.exit, 1);
    assert(none.stderr.includes("Unable to find address"), none.stderr);
  });
});

Deno.test("plot draws what the other archives have, and names the one whose data cannot be read", async () => {
  const listed = test("k", ["packet-loss-rate"], {
    source: addressOf("alpha"),
    destination: addressOf("beta"),
  });
  const withData = (answer: () => Response): Handler => (_, { pathname }) =>
    pathname === ROOT ? json([listed]) : answer();
  const link = ["-s", addressOf("alpha"), "-d", addressOf("beta")];
  const plot = ["plot", ...link, "--ip", "--retry", "0"];
  await withArchives([[SHARED]], async (one) => {
    const alone = await run([...plot, "-o", "json", "--url", one]);
    const keys = (text: string) =>
      new Set(
        JSON.parse(text).map(({ metadata_key }: Record<string, unknown>) =>
          metadata_key
        ),
      );
    for (const status of [403, 500]) {
      const refusing = withData(() => new Response("", { status }));
      await withServer(refusing, async (other) => {
        const urls = each("--url", [other, one]);
        const rows = await run([...plot, "-o", "json", ...urls]);
        assertEquals(rows.exit, 3, rows.stderr);
        assertEquals(keys(rows.stdout), keys(alone.stdout));
        const how = status === 403 ? "not read" : "incomplete";
        assertMatch(rows.stderr, new RegExp(`^${how}: .*${other}`, "m"));
        const svg = await run([...plot, "-o", "svg", ...urls]);
        assertEquals(svg.exit, 3, svg.stderr);
        assertStringIncludes(svg.stdout, "not everything could be read.");
        // With one, its error ends the command.
        const only = await run([...plot, "-o", "svg", "--url", other]);
        assertEquals([only.exit, only.stdout], [status === 403 ? 4 : 1, ""]);
        await withServer(refusing, async (third) => {
          const none = await run([
            ...plot,
            ...each("--url", [other, third]),
          ]);
          assertEquals(none.stdout, "");
          assertEquals(none.exit, status === 403 ? 1 : 3, none.stderr);
        });
      });
    }
  });
});

Deno.test("routes are those of the archives that answer; one that is away is named, and so is one that refuses its data", async () => {
  const link = linkOf("traced");
  const runs = runsUntil(NOW);
  const changed = traced(link, runs, (run) => run < 60 ? "AB" : "AC");
  const refusing: Handler = (_, { pathname }) =>
    pathname === ROOT
      ? json([test("k", ["packet-trace"])])
      : new Response("", { status: 403 });
  await withArchives([[changed]], async (one) => {
    await withServer(refusing, async (other) => {
      const dead = deadAddress();
      const argv = ["routes", "--ip", "--retry", "0"];
      const { exit, stdout, stderr } = await run([
        ...[...argv, "-o", "json"],
        ...each("--url", [dead, other, one]),
      ]);
      assertEquals(exit, 3, stderr);
      for (const away of [dead, other]) {
        assertStringIncludes(stderr, `not read: ${rootOf(away)}: `);
      }
      const rows: Record<string, unknown>[] = JSON.parse(stdout);
      assertEquals(
        rows.map(({ archive, incomplete }) => [archive, incomplete]).sort(),
        [[rootOf(one), false], [rootOf(other), true]].sort(),
      );
      const row = rows.find(({ archive }) => archive === rootOf(one))!;
      assertEquals(row["traces"], runs.length);
      assertEquals((row["changes"] as unknown[]).length, 1);

      const human = await run([...argv, ...each("--url", [dead, one])]);
      assertEquals(human.exit, 3, human.stderr);
      assertStringIncludes(human.stderr, `not read: ${rootOf(dead)}: `);
      assertStringIncludes(human.stdout, addressOf("traced"));
      const none = await run([
        ...argv,
        ...each("--url", [dead, deadAddress()]),
      ]);
      assertEquals([none.exit, none.stdout], [1, ""]);
    });
  });
});
