import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { pathToFileURL } from "node:url";
import { withArchive } from "../../helpers/archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import {
  addressOf,
  type MadeTest,
  timesBetween,
} from "../../helpers/made_archive.ts";
import {
  delayTest,
  EVERY,
  LAST_RUN,
  throughputTest,
  traceTest,
} from "../../helpers/planted.ts";
import { runCli, type RunOptions } from "../../helpers/run.ts";
import { withServer } from "../../servers/serve.ts";
import { readMarkup } from "../../helpers/markup.ts";
import { assertNear, check, thisSecond, withTests } from "./checking.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { testUnless } from "../../helpers/skipping.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** A cell of `-o json`. */
interface Cell {
  source: string;
  destination: string;
  family: number | null;
  value: number | null;
  unit: string | null;
  state: string;
  tests: number;
  metadata_key: string | null;
}

async function mesh(url: string, argv: string[], options: RunOptions = {}) {
  return await runCli(["mesh", ...argv, "--url", url], options);
}

async function cells(
  url: string,
  argv: string[],
  options: RunOptions = {},
): Promise<Cell[]> {
  const ended = await mesh(url, [...argv, "-o", "json"], options);
  assertEquals([ended.exit, ended.stderr], [0, ""]);
  return JSON.parse(ended.stdout);
}

function cellOf(
  all: readonly Cell[],
  source: string,
  destination: string,
  family = 4,
): Cell {
  const found = all.filter((each) =>
    each.source === source && each.destination === destination &&
    each.family === family
  );
  assertEquals(found.length, 1, `${source} to ${destination}`);
  return found[0]!;
}

/** Runs every half hour, of so many hours, up to just before now. */
function runsOf(hours: number): number[] {
  const last = thisSecond() - LAST_RUN;
  return timesBetween(last - hours * HOUR + EVERY, last, EVERY);
}

const [BETA, GAMMA] = ["ps.beta.example", "ps.gamma.example"] as const;

for (const dialect of ["esmond", "elmond"] as const) {
  testUnless(
    NOT_IN_SHORT,
    `mesh: beta to gamma of the sample is red, gamma to beta is green, and both as check has them, with ${dialect}`,
    async () => {
      const now = new Date(Date.UTC(2026, 2, 29, 12));
      await withArchive(
        { sampleDays: 7, dialect, now: () => now.getTime() },
        async ({ url }) => {
          const all = await cells(url, [], { now });
          const [red, green] = [
            cellOf(all, BETA, GAMMA),
            cellOf(all, GAMMA, BETA),
          ];
          assertEquals([red.state, green.state], ["critical", "ok"]);
          assertEquals([green.value, green.unit, green.tests], [0, "%", 1]);
          const checked = await check(
            ["loss", "-s", BETA, "-d", GAMMA, "-u", url, "-4"],
            url,
            { now },
          );
          const day = await cells(url, ["loss", "-S", "-24h"], { now });
          assertNear(
            Number(checked.items["Loss"]![0]),
            cellOf(day, BETA, GAMMA).value!,
            1e-4,
          );
          const { stdout, exit } = await mesh(url, ["--exit-code"], { now });
          assertEquals(exit, 5);
          assertMatch(stdout, /^2 ps\.beta\.example +0 ● +– +0\.\d+ ■ /m);
          assertMatch(stdout, /^3 ps\.gamma\.example +0 ● +0 ● +– /m);
          assertMatch(stdout, /^0\.\d+ ■ ps\.beta\S+ → ps\.gamma\S+ \(IPv4\)/m);
        },
      );
    },
  );

  testUnless(
    NOT_IN_SHORT,
    `mesh: the outage of the sample is four ×, with ${dialect}`,
    async () => {
      const now = new Date(Date.UTC(2026, 2, 29, 12));
      await withArchive(
        { sampleDays: 7, dialect, now: () => now.getTime() },
        async ({ url }) => {
          // beta is away for three hours; the outage begins after 55 % of the time.
          const start = now.getTime() / 1000 - 7 * DAY;
          const from = start + Math.round(7 * DAY * 0.55) + 600;
          const window = ["-S", `${from}`, "-E", `${from + HOUR}`];
          const { stdout } = await mesh(url, ["loss", "-4", ...window], {
            now,
          });
          assertMatch(stdout, /^ps\.alpha\.example +– +× +0 ●$/m);
          assertMatch(stdout, /^ps\.beta\.example +× +– +×$/m);
          assertMatch(stdout, /^ps\.gamma\.example +0 ● +× +–$/m);
          assertMatch(
            stdout,
            /^ps\.beta\.example: 2 of 2 links from it, 2 of 2 to it$/m,
          );
          assertMatch(stdout, /^6 links: 2 ok, 4 failed$/m);
          const all = await cells(url, ["loss", "-4", ...window], { now });
          const away = all.filter(({ value }) => value === null);
          assertEquals(
            away.map(({ state }) => state),
            Array(4).fill("critical"),
          );
        },
      );
    },
  );
}

Deno.test("mesh judges by -w and -c, else throughput by its history", async () => {
  const runs = runsOf(30 * 24);
  const recent = thisSecond() - DAY;
  const slow = throughputTest({ source: "a", destination: "b" }, runs);
  const before = slow.data["throughput"]!.map(([ts]) =>
    [ts, ts > recent ? 2e9 : 9.4e9] as const
  );
  const tests = [
    { ...slow, data: { ...slow.data, throughput: before } },
    throughputTest({ source: "b", destination: "a" }, runs),
    throughputTest({ source: "a", destination: "c" }, runsOf(20)),
  ];
  await withTests(tests, async (url) => {
    const argv = ["throughput", "-S", "-23h"];
    const states = (all: readonly Cell[]) =>
      all.map(({ source, destination, state }) =>
        `${source[0]}${destination[0]} ${state}`
      );
    const all = await cells(url, argv);
    assertEquals(states(all), ["ab critical", "ac unknown", "ba ok"]);
    assertEquals([all[0]!.value, all[0]!.unit], [2, "Gbit/s"]);
    assertEquals(states(await cells(url, [...argv, "-w", "1:"])), [
      ...["ab ok", "ac ok", "ba ok"],
    ]);
    assertEquals(states(await cells(url, [...argv, "-w", "5:", "-c", "1:"])), [
      ...["ab warning", "ac ok", "ba ok"],
    ]);
    const { stdout } = await mesh(url, argv);
    assertMatch(stdout, /^judged by the 28 d before/m);
    assertMatch(
      stdout,
      /^2 ■ a\.example → b\.example [^]*usually 9\.4 Gbit\/s/m,
    );
  });
});

Deno.test("mesh: several tests of a link are the worst, with a count; families and directions stay apart", async () => {
  const runs = runsOf(24);
  const isLost = () => true;
  const lossy: MadeTest = {
    ...delayTest({ source: "a", destination: "b" }, runs, { isLost }),
    tool: "owping",
  };
  await withTests([
    delayTest({ source: "a", destination: "b" }, runs),
    lossy,
    delayTest({ source: "a", destination: "b", family: 6 }, runs),
  ], async (url) => {
    const all = await cells(url, []);
    assertEquals(
      all.map(({ family, value, state, tests }) => [
        family,
        value,
        state,
        tests,
      ]),
      [[4, 100, "critical", 2], [6, 0, "ok", 1]],
    );
    const { stdout } = await mesh(url, []);
    // One direction is one cell: nothing is made up of the other.
    assertMatch(stdout, /^a\.example +100 ■\/2 {6}a\.example +0 ●$/m);
    assertMatch(stdout, /\/2 the worst of 2 tests/);
    const only6 = await cells(url, ["-6"]);
    assertEquals(only6.map(({ family }) => family), [6]);
    const byAddress = await cells(url, ["--ip", "-4"]);
    assertEquals(
      byAddress.map(({ source, destination }) => [source, destination]),
      [[addressOf("a"), addressOf("b")]],
    );
  });
});

Deno.test("mesh: a test of a host with itself is in the diagonal", async () => {
  await withTests([
    delayTest({ source: "a", destination: "a" }, runsOf(24)),
    delayTest({ source: "a", destination: "b" }, runsOf(24)),
    delayTest({ source: "b", destination: "a" }, runsOf(24)),
  ], async (url) => {
    const { stdout } = await mesh(url, []);
    assertMatch(stdout, /^a\.example +0 ● +0 ●$/m);
    assertMatch(stdout, /^b\.example +0 ● +–$/m);
  });
});

Deno.test("mesh: what did not run in the window is another mark than what failed, and what stopped long ago is no link", async () => {
  const now = thisSecond();
  const old = (days: number) =>
    timesBetween(now - (days + 1) * DAY, now - days * DAY, EVERY);
  await withTests([
    delayTest({ source: "a", destination: "b" }, runsOf(24)),
    delayTest({ source: "b", destination: "a" }, old(10)),
    delayTest({ source: "a", destination: "c" }, old(60)),
    throughputTest({ source: "c", destination: "a" }, runsOf(24)),
  ], async (url) => {
    const { stdout, exit } = await mesh(url, ["--exit-code"]);
    assertMatch(stdout, /^2 links: 1 ok, 1 no run$/m);
    assertMatch(stdout, /^b\.example +○ +–$/m);
    // Nothing is known to be bad.
    assertEquals(exit, 0);
    const all = await cells(url, []);
    assertEquals(all.map(({ state, value }) => [state, value]), [
      ["ok", 0],
      ["unknown", null],
    ]);
  });
});

Deno.test("mesh without a test says what there is instead, and writes no picture", async () => {
  await withDirectory(async (directory) => {
    await withTests(
      [throughputTest({ source: "a", destination: "b" }, runsOf(24))],
      async (url) => {
        const empty = await mesh(url, ["delay"]);
        assertEquals([empty.exit, empty.stdout.split("\n").at(-2)], [
          0,
          "no link was found",
        ]);
        assertMatch(
          empty.stderr,
          /^no one-way delay test; there are tests with throughput /,
        );
        assertEquals(
          (await mesh(url, ["delay", "-o", "json"])).stdout.trim(),
          "[]",
        );
        const output = join(directory, "mesh.svg");
        assertEquals((await mesh(url, ["delay", "-O", output])).exit, 0);
        assertEquals([...Deno.readDirSync(directory)], []);
      },
    );
  });
});

Deno.test("mesh writes what the name of the file says: json, csv, text, svg, html, each whole", async () => {
  await withDirectory(async (directory) => {
    await withTests([
      delayTest({ source: "a", destination: "b" }, runsOf(24)),
      delayTest({ source: "b", destination: "a" }, runsOf(24), {
        isLost: () => true,
      }),
    ], async (url) => {
      const now = new Date();
      const written = async (name: string) => {
        const output = join(directory, name);
        const ended = await mesh(url, ["-O", output], { now });
        assertEquals(ended, { exit: 0, stdout: "", stderr: "" });
        return await Deno.readTextFile(output);
      };
      const json = JSON.parse(await written("mesh.json"));
      assertEquals(Object.keys(json[0]), [
        ...["source", "destination", "family", "value", "unit", "state"],
        ...["tests", "metadata_key"],
      ]);
      const csv = (await written("mesh.csv")).trim().split(/\r?\n/);
      assertEquals(csv[0], Object.keys(json[0]).join(","));
      assertMatch(csv[1]!, /^a\.example,b\.example,4,0,%,ok,1,[0-9a-f]{32}$/);
      assertMatch(await written("mesh.txt"), /^b\.example +100 ■ +–$/m);
      const svg = await written("mesh.svg");
      readMarkup(svg);
      assertEquals(await written("mesh.svg"), svg);
      assertMatch(
        svg,
        /b\.example → a\.example \(IPv4\): critical: Loss is 100%/,
      );
      const page = await written("mesh.html");
      assertMatch(page, /<th scope="row"[^>]*>a\.example<\/th>/);
      assert(!page.includes("<script"));
      assertEquals(
        [...Deno.readDirSync(directory)].filter(({ name }) =>
          name.endsWith(".part")
        ),
        [],
      );
    });
  });
});

Deno.test("mesh --plots writes a page of each link, which its cell leads to", async () => {
  await withDirectory(async (directory) => {
    const runs = runsOf(24);
    await withTests([
      delayTest({ source: "a", destination: "b" }, runs),
      delayTest({ source: "a", destination: "b", family: 6 }, runs),
      throughputTest({ source: "a", destination: "b" }, runs),
      // Of this there is nothing to draw.
      traceTest({ source: "b", destination: "a" }, runs, () => ["192.0.2.1"]),
    ], async (url) => {
      const output = join(directory, "site", "index.html");
      const plots = join(directory, "site", "links of today");
      await Deno.mkdir(join(directory, "site"));
      const argv = ["fresh", "-O", output, "--plots", plots];
      assertEquals(await mesh(url, argv), { exit: 0, stdout: "", stderr: "" });
      const page = await Deno.readTextFile(output);
      const links = new Set(
        [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href!),
      );
      assertEquals([...links].sort(), [
        "./links%20of%20today/a.example_b.example_IPv4.html",
        "./links%20of%20today/a.example_b.example_IPv6.html",
      ]);
      assertEquals(
        [...Deno.readDirSync(plots)].map(({ name }) => name).sort(),
        ["a.example_b.example_IPv4.html", "a.example_b.example_IPv6.html"],
      );
      for (const href of links) {
        const at = new URL(href, pathToFileURL(output));
        const plot = await Deno.readTextFile(at);
        assertMatch(plot, /a\.example → b\.example/);
        // All that was measured is there, not only what is judged.
        assertEquals(plot.includes("iperf3: "), href.includes("IPv4"));
      }
    });
  });
});

Deno.test("mesh --plots is refused without a page, and where it cannot be written", async () => {
  const refused = await mesh("http://127.0.0.1:1", ["--plots", "x"]);
  assertEquals([refused.exit, refused.stdout], [2, ""]);
  assertMatch(
    refused.stderr,
    /--plots is for pages: choose --output-format html/,
  );
  await withDirectory(async (directory) => {
    const file = join(directory, "file");
    await Deno.writeTextFile(file, "");
    await withTests(
      [delayTest({ source: "a", destination: "b" }, runsOf(24))],
      async (url) => {
        const output = join(directory, "index.html");
        const ended = await mesh(url, [
          "-O",
          output,
          "--plots",
          join(file, "x"),
        ]);
        assertEquals([ended.exit, ended.stdout], [2, ""]);
        assertMatch(ended.stderr, /^esmond-ps mesh: --plots: cannot make /);
        assertEquals([...Deno.readDirSync(directory)].length, 1);
      },
    );
  });
});

Deno.test("mesh draws in ASCII where TERM is dumb or the locale is not UTF-8, and in colours on terminals without NO_COLOR", async () => {
  await withTests([
    delayTest({ source: "a", destination: "b" }, runsOf(24)),
  ], async (url) => {
    const text = async (options: RunOptions) =>
      (await mesh(url, [], options)).stdout;
    for (
      const env of [{ TERM: "dumb" }, { LC_ALL: "C", LANG: "de_DE.UTF-8" }]
    ) {
      const plain = await text({ env });
      assertMatch(plain, /^a\.example +0 \+$/m);
      assertMatch(plain, /^[\n -~]*$/);
    }
    assert((await text({ isTerminal: true })).includes("\x1b[32m0 ●\x1b[0m"));
    const dumb = { isTerminal: true, env: { TERM: "dumb" } };
    assert(!(await text(dumb)).includes("\x1b"));
    for (
      const options of [
        { isTerminal: true, env: { NO_COLOR: "1" } },
        { isTerminal: false },
      ]
    ) assert(!(await text(options)).includes("\x1b"));
  });
});

Deno.test("mesh: names are text, whatever the archive says", async () => {
  const hostile = {
    "input-source": "</title><script>alert(1)</script>",
    "input-destination": "b\u202e\u001b[31m\nc",
  };
  await withTests([
    {
      ...delayTest({ source: "a", destination: "b" }, runsOf(24)),
      parameters: hostile,
    },
  ], async (url) => {
    const human = await mesh(url, []);
    // deno-lint-ignore no-control-regex
    assert(!/[\x1b\u202e]/.test(human.stdout), human.stdout);
    for (const format of ["svg", "html"]) {
      const { stdout } = await mesh(url, ["-o", format]);
      // deno-lint-ignore no-control-regex
      assert(!/<script|[\x1b\u202e]/.test(stdout));
      if (format === "svg") readMarkup(stdout);
    }
  });
});

Deno.test("mesh marks what could not be read, and ends with 1", async () => {
  await withTests([
    delayTest({ source: "a", destination: "b" }, runsOf(24)),
    delayTest({ source: "b", destination: "a" }, runsOf(24)),
  ], async (url) => {
    const [first] = await cells(url, []);
    const broken = async (request: Request) => {
      const { pathname, search } = new URL(request.url);
      return pathname.includes(`/${first!.metadata_key}/packet-`)
        ? new Response("broken", { status: 500 })
        : await fetch(`${url}${pathname}${search}`);
    };
    await withServer(broken, async (through) => {
      const ended = await mesh(through, ["-o", "json", "--retry", "0"]);
      assertEquals(ended.exit, 1);
      assertMatch(ended.stderr, /^incomplete: .*\/packet-/);
      const all = JSON.parse(ended.stdout.replaceAll(through, url));
      assertEquals(
        all.map((each: Record<string, unknown>) => [
          each["state"],
          each["value"],
          each["incomplete"],
        ]),
        [["unknown", null, true], ["ok", 0, false]],
      );
    });
  });
});

Deno.test("mesh lists the tests in one request, whatever their number", async () => {
  const hosts = ["a", "b", "c", "d", "e"];
  const tests = hosts.flatMap((source) =>
    hosts.filter((each) => each !== source)
      .map((destination) => delayTest({ source, destination }, runsOf(3)))
  );
  await withTests(tests, async (url) => {
    const lists: string[] = [];
    const counting = async (request: Request) => {
      const { pathname, search } = new URL(request.url);
      if (/\/archive\/$/.test(pathname)) lists.push(search);
      return await fetch(`${url}${pathname}${search}`);
    };
    await withServer(counting, async (through) => {
      const ended = await mesh(through, ["--width", "100"]);
      assertMatch(ended.stdout, /^20 links: 20 ok$/m);
      assertEquals(lists.length, 1, lists.join("\n"));
    });
  });
});

for (
  const [argv, message] of [
    [["los"], /^esmond-ps mesh: there is no check los \(did you mean loss\?\)/],
    [["loss", "-e", "throughput"], /--event-type is not for mesh loss/],
    [["--width", "10"], /--width is 10: give 20 to 300 columns/],
    [["-O", "mesh.pdf"], /--output mesh\.pdf: .* end it in \.svg/],
    [["-o", "ndjson"], /--output-format is ndjson: choose human, json/],
    [["-w", "x"], /--warning: "x" is not a range/],
  ] as const
) {
  Deno.test(`mesh ${argv.join(" ")} is wrong usage, in one line`, async () => {
    const ended = await mesh("http://127.0.0.1:1", [...argv]);
    assertEquals([ended.exit, ended.stdout], [2, ""]);
    assertMatch(ended.stderr, message);
    assertEquals(ended.stderr.trimEnd().split("\n").length, 1);
  });
}
