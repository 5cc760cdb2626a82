import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { withArchive } from "../../helpers/archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import {
  addressOf,
  type MadeTest,
  timesBetween,
  withMadeArchive,
} from "../../helpers/made_archive.ts";
import { readMarkup } from "../../helpers/markup.ts";
import { delayTest, EVERY, plantedTimes } from "../../helpers/planted.ts";
import type { Ended } from "../../helpers/process.ts";
import { runCli, type RunOptions } from "../../helpers/run.ts";
import { refusal } from "../query/asking.ts";
import { needs } from "../../helpers/binary.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { testUnless } from "../../helpers/skipping.ts";

const DAY = 86_400;
const [BETA, GAMMA] = ["198.51.100.20", "203.0.113.30"];
const LINK = { source: "one", destination: "other" };
const HOSTS = ["-s", addressOf("one"), "-d", addressOf("other")];

/** Now: the archive's clock is this machine's. */
function nowIs(): number {
  return Math.floor(Date.now() / 1000);
}

async function plot(
  url: string,
  args: string[],
  options: RunOptions = {},
): Promise<Ended> {
  return await runCli(["plot", "--url", url, "--ip", ...args], options);
}

/** Draws a link of an archive with these tests. */
async function drawn(
  tests: readonly MadeTest[],
  args: string[],
  options: RunOptions = {},
): Promise<Ended> {
  let ended: Ended | undefined;
  await withMadeArchive(tests, { now: nowIs() }, async ({ url }) => {
    ended = await plot(url, [...HOSTS, ...args], options);
  });
  return ended!;
}

/** A row of `-o json`. */
interface Row {
  drawn: string;
  from: number;
  to: number;
  n: number;
  min: number | null;
  p50: number | null;
  max: number | null;
  lost: number | null;
  sent: number | null;
  loss: number | null;
  outcome: string;
}

testUnless(
  NOT_IN_SHORT,
  "plot draws the sample with the numbers of coverage, check and routes",
  async () => {
    await withArchive({ sampleDays: 7 }, async ({ url }) => {
      const link = ["-s", BETA, "-d", GAMMA];
      const { stdout, stderr, exit } = await plot(url, [...link, "-o", "svg"]);
      assertEquals([exit, stderr], [0, ""]);
      const said = readMarkup(stdout).find(({ name }) => name === "desc")!.text;
      const { stdout: json } = await runCli(
        ["coverage", "--url", url, "--ip", ...link, "-o", "json"],
      );
      const rows = JSON.parse(json) as Record<string, number | string>[];
      for (const tool of ["powstream", "pscheduler/iperf3"]) {
        const row = rows.find((each) => each["tool"] === tool)!;
        const shown = new RegExp(
          `${tool}: ${row["runs"]} runs, coverage [\\d.]+ %, ${
            row["failed"]
          } failed`,
        );
        assertMatch(said, shown);
      }
      const { stdout: check } = await runCli(
        ["check", "loss", "--url", url, ...link, "-r", String(7 * DAY)],
      );
      const [, lost, sent] = /Loss is [\d.]+% \((\d+) of (\d+) packets/
        .exec(check)!;
      assertMatch(
        said,
        new RegExp(`loss [\\d.]+ % \\(${lost} of ${sent} packets\\)`),
      );

      const traced = ["-s", "192.0.2.10", "-d", GAMMA];
      const changed = await plot(url, [...traced, "-o", "svg"]);
      const { stdout: routes } = await runCli(
        ["routes", "--url", url, "--ip", ...traced, "-o", "json"],
      );
      const [{ changes }] = JSON.parse(routes) as [
        { changes: { time: number }[] },
      ];
      const at = new Date(changes[0]!.time * 1000).toISOString().slice(0, 16)
        .replace("T", " ");
      assertMatch(
        changed.stdout,
        new RegExp(`The route changed: ${at}, route changed, 5 → 6 hops`),
      );
    });
  },
);

Deno.test("plot -o json has the drawn columns: together they are the window", async () => {
  await withArchive({ sampleDays: 3 }, async ({ url }) => {
    const link = ["-s", BETA, "-d", GAMMA, "-E", "-1h", "-S", "-70h"];
    const { stdout } = await plot(url, [...link, "-o", "json"]);
    const rows = JSON.parse(stdout) as Row[];
    const loss = rows.filter(({ drawn }) => drawn === "loss");
    const sum = (name: "lost" | "sent") =>
      loss.reduce((sum, each) => sum + (each[name] ?? 0), 0);
    const { stdout: get } = await plot(url, [
      ...link,
      "-o",
      "csv",
      "--width",
      "240",
    ]);
    const [head, ...lines] = get.trim().split(/\r?\n/).map((line) =>
      line.split(",")
    );
    const at = (name: string) => head!.indexOf(name);
    const wide = lines.filter((cells) => cells[at("drawn")] === "loss");
    assert(wide.length < loss.length / 3);
    for (const name of ["lost", "sent"] as const) {
      const other = wide.reduce(
        (sum, cells) => sum + Number(cells[at(name)]),
        0,
      );
      assertEquals(sum(name), other, name);
    }
    assert(rows.some(({ outcome, n }) => outcome === "failed" && n === 0));
    assert(rows.every(({ from, to }) => from < to));
    // What was drawn can be asked for.
    const { from, to, lost } = loss.find(({ lost }) => lost! > 0)!;
    const { stdout: points } = await runCli(
      [
        "get",
        "--url",
        url,
        "--ip",
        "-s",
        BETA,
        "-d",
        GAMMA,
        "-e",
        "packet-count-lost",
        "-S",
        `@${from}`,
        "-E",
        `@${to - 1}`,
        "-o",
        "json",
      ],
    );
    const values = (JSON.parse(points) as { value: number }[]).map((
      { value },
    ) => Number(value));
    assertEquals(values.reduce((one, other) => one + other, 0), lost);
  });
});

Deno.test("plot --both draws both directions, and tells a clock from the network", async () => {
  const now = nowIs();
  const times = plantedTimes(now).runs;
  const at = times[Math.floor(times.length / 2)]!;
  const tests = [
    delayTest(LINK, times, { delay: (ts) => ts < at ? 12.4 : -3.1 }),
    delayTest(
      { source: LINK.destination, destination: LINK.source },
      times,
      { delay: (ts) => ts < at ? 12.6 : 28.1 },
    ),
  ];
  const { stdout, stderr, exit } = await drawn(tests, ["--both", "-o", "svg"]);
  assertEquals([exit, stderr], [0, ""]);
  assertMatch(stdout, /clock step: -15\.5 ms there, \+15\.5 ms back/);
  assertMatch(stdout, /delays below 0: the clocks of the two hosts differ/);
  assertMatch(stdout, /class="line other dashed"/);
  const one = await drawn(tests, ["-o", "svg"]);
  assert(!one.stdout.includes('class="line other'));
});

Deno.test("plot -S any begins at the first run, and --both says if a direction has no test", async () => {
  const { runs } = plantedTimes(nowIs());
  const tests = [delayTest(LINK, runs)];
  const args = ["-S", "any", "--both", "-o", "svg"];
  const { stdout, stderr, exit } = await drawn(tests, args);
  assertEquals(exit, 0, stderr);
  assertMatch(stderr, /no test from \S+ to \S+ was found\n$/);
  const first = new Date(runs[0]! * 1000).toISOString().slice(0, 16)
    .replace("T", " ");
  assertMatch(stdout, new RegExp(`>${first} to `));
});

Deno.test("plot refuses a logarithmic axis for delays below 0, and draws others on it", async () => {
  const times = plantedTimes(nowIs()).runs;
  const below = [delayTest(LINK, times, { delay: () => -3 })];
  const refused = await drawn(below, ["-o", "svg", "--scale", "log"]);
  assertEquals([refused.exit, refused.stdout], [2, ""]);
  assertMatch(refused.stderr, /--scale log: some delays are 0 or below/);
  const above = [delayTest(LINK, times)];
  assertEquals((await drawn(above, ["-o", "svg", "--scale", "log"])).exit, 0);
});

Deno.test("plot with nothing measured writes a line, and no file", async () => {
  await withDirectory(async (directory) => {
    const output = join(directory, "x.svg");
    const old = timesBetween(nowIs() - 40 * DAY, nowIs() - 30 * DAY, EVERY);
    for (const tests of [[], [delayTest(LINK, old)]]) {
      const { exit, stdout, stderr } = await drawn(tests, ["-O", output]);
      assertEquals([exit, stdout], [0, ""]);
      assertMatch(
        stderr.trim(),
        /^[^\n]*(no test was found|nothing was measured)[^\n]*$/,
      );
    }
    assertEquals([...Deno.readDirSync(directory)], []);
    const { stdout } = await drawn([], ["-o", "json"]);
    assertEquals(JSON.parse(stdout), []);
  });
});

Deno.test("plot draws one run, and failures alone", async () => {
  const now = nowIs();
  for (const format of ["svg", "human", "html"]) {
    const one = await drawn([delayTest(LINK, [now - 4000])], ["-o", format]);
    assertEquals(one.exit, 0, one.stderr);
    assertMatch(one.stdout, /1 run/);
    const times = plantedTimes(now).runs;
    const failed = await drawn([{
      ...LINK,
      tool: "pscheduler/iperf3",
      data: {
        throughput: [],
        failures: times.map((ts) => [ts, { error: "unreachable" }]),
      },
      updated: now,
    }], ["-o", format]);
    assertEquals(failed.exit, 0, failed.stderr);
    assertMatch(failed.stdout, /336 failed/);
  }
});

Deno.test("plot writes the file whole or not at all, by the ending of its name", async () => {
  const tests = [delayTest(LINK, plantedTimes(nowIs()).runs)];
  await withDirectory(async (directory) => {
    for (
      const [name, pattern] of [
        ["a.svg", /^<\?xml/],
        ["a.html", /^<!DOCTYPE html>/],
        ["a.json", /^\[/],
        ["a.csv", /^source,/],
        ["a.txt", /┤/],
      ] as const
    ) {
      const path = join(directory, name);
      await Deno.writeTextFile(path, "old");
      const { exit, stdout, stderr } = await drawn(tests, ["-O", path]);
      assertEquals([exit, stdout, stderr], [0, "", ""]);
      assertMatch(await Deno.readTextFile(path), pattern);
    }
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
    assertEquals(names.filter((name) => name.endsWith(".part")), []);
    const nowhere = join(directory, "nowhere", "x.svg");
    const refused = await drawn(tests, ["-O", nowhere]);
    assertEquals([refused.exit, refused.stdout], [2, ""]);
    assertMatch(
      refused.stderr,
      /^esmond-ps plot: --output: cannot write [^\n]*\n$/,
    );
    const taken = join(directory, "taken.svg");
    await Deno.mkdir(taken);
    const inTheWay = await drawn(tests, ["-O", taken]);
    assertEquals(inTheWay.exit, 2);
    assertEquals([...Deno.readDirSync(directory)].length, 6);
  });
});

Deno.test("plot refuses what cannot be drawn, in one line and without a request", async () => {
  for (
    const [args, pattern] of [
      [["-s", "192.0.2.1"], /--src and --dest are both required/],
      [[...HOSTS, "-O", "x.png"], /--output x\.png: the name does not say/],
      [[...HOSTS, "-O", ""], /--output is empty/],
      [[...HOSTS, "-o", "parquet"], /--output-format/],
      [[...HOSTS, "--width", "19"], /--width is 19: give 20 to 300 columns/],
      [[...HOSTS, "--width", "20", "-o", "svg"], /give 240 to 10000 pixels/],
      [[...HOSTS, "--scale", "cubic"], /--scale/],
      [
        [...HOSTS, "-e", "packet-trace"],
        /--event-type is packet-trace: what is drawn is/,
      ],
      [[...HOSTS, "--output-tz", "Mars"], /--output-tz/],
    ] as [string[], RegExp][]
  ) assertMatch(await refusal(["plot", "--url", "{URL}", ...args]), pattern);
});

needs("resolver", "plot of several links says how to choose one", async () => {
  const times = plantedTimes(nowIs()).runs;
  const tests = [
    delayTest(LINK, times),
    delayTest({ ...LINK, family: 6 }, times),
  ];
  await withMadeArchive(tests, { now: nowIs() }, async ({ url }) => {
    const names = ["-s", "one.example", "-d", "other.example"];
    const options = {
      names: {
        reverse: {},
        forward: {
          "one.example": [addressOf("one"), addressOf("one", 6)],
          "other.example": [addressOf("other"), addressOf("other", 6)],
        },
      },
    };
    const several = await plot(url, [...names, "-o", "svg"], options);
    assertEquals([several.exit, several.stdout], [2, ""]);
    assertMatch(
      several.stderr,
      /2 links match, such as .* over IPv4, .* over IPv6: a picture is of one/,
    );
    const one = await plot(url, [...names, "-6", "-o", "svg"], options);
    assertEquals(one.exit, 0, one.stderr);
    assertMatch(one.stdout, /IPv6/);
    const both = await plot(url, names, options);
    assertMatch(both.stdout, /IPv4[^]*IPv6|IPv6[^]*IPv4/);
  });
});

Deno.test("plot in a terminal is ASCII where nothing else is shown", async () => {
  const tests = [delayTest(LINK, plantedTimes(nowIs()).runs)];
  await withMadeArchive(tests, { now: nowIs() }, async ({ url }) => {
    const lines = async (env: Record<string, string>, isTerminal = true) =>
      (await plot(url, HOSTS, { env, isTerminal })).stdout;
    for (
      const env of [{ TERM: "dumb" }, { LANG: "C" }, {
        LC_ALL: "de_DE.ISO-8859-1",
        LANG: "de_DE.UTF-8",
      }]
    ) {
      assertMatch(
        await lines({ TERM: "xterm", NO_COLOR: "1", ...env }),
        /^[\n -~]*$/,
      );
    }
    const colours = await lines({ TERM: "xterm", LANG: "de_DE.utf8" });
    assertMatch(colours, /┤/);
    assert(!(await lines({ NO_COLOR: "1" })).includes("\x1b"));
    assert(!(await lines({}, false)).includes("\x1b"));
  });
});

Deno.test("plot keeps text of an archive from acting, in every format", async () => {
  const hostile = 'pow<script>alert(1)</script>\u202e\u0007"&';
  const made = delayTest(LINK, plantedTimes(nowIs()).runs);
  const tests = [{ ...made, tool: hostile }];
  for (const format of ["svg", "html", "human"]) {
    const { stdout, exit, stderr } = await drawn(tests, ["-o", format]);
    assertEquals(exit, 0, stderr);
    assert(!stdout.includes("\u202e") && !stdout.includes("\u0007"), format);
    if (format !== "human") assert(!stdout.includes("<script>alert"), format);
    if (format === "svg") readMarkup(stdout);
  }
});

Deno.test("plot tells the zone of its times", async () => {
  const tests = [delayTest(LINK, plantedTimes(nowIs()).runs)];
  const args = [
    "--tz",
    "Europe/Berlin",
    "--output-tz",
    "America/New_York",
    "-o",
    "svg",
  ];
  const { stdout } = await drawn(tests, args);
  assertMatch(stdout, /to \d{4}-\d\d-\d\d \d\d:\d\d America\/New_York/);
  assertMatch(stdout, /Times: America\/New_York/);
});
