/** What commands make of a template, and of an archive that lacks some of it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { CoverageRow } from "../../../cli/output/coverage_rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import {
  addressOf,
  type MadeTest,
  timesBetween,
  withMadeArchive,
} from "../../helpers/made_archive.ts";
import {
  delayTest,
  EVERY,
  LAST_RUN,
  throughputTest,
} from "../../helpers/planted.ts";
import { needs } from "../../helpers/binary.ts";
import { runCli } from "../../helpers/run.ts";
import type { Names } from "../../helpers/run_options.ts";
import {
  addresses,
  BOTH,
  esmondAt,
  type Made,
  members,
  mesh,
} from "../template/templates.ts";
import { thisSecond } from "./checking.ts";

const DAY = 86_400;

/** Delay between all, whose results come every half hour, of one archive. */
function delays(url: string, changes: Made = {}): Made {
  return mesh({
    archives: { one: esmondAt(url) },
    tests: {
      delay: {
        type: "latencybg",
        spec: {
          ...BOTH,
          ...{ "ip-version": 4, "packet-count": EVERY * 10 },
        },
      },
    },
    tasks: { delay: { group: "all", test: "delay", archives: ["one"] } },
    ...changes,
  });
}

const link = (source: string, destination: string) => ({ source, destination });

/**
 * What is planted: alpha and gamma measure beta, beta's own two are stale and
 * stopped, gamma to alpha was never written to, alpha to gamma is absent, and
 * one test is of no template.
 */
function planted(now: number): MadeTest[] {
  const last = now - LAST_RUN;
  const runs = timesBetween(last - 7 * DAY + EVERY, last, EVERY);
  return [
    delayTest(link("alpha", "beta"), runs),
    delayTest(link("gamma", "beta"), runs),
    delayTest(link("beta", "gamma"), runs.slice(0, -30)),
    delayTest(
      link("beta", "alpha"),
      timesBetween(now - 12 * DAY, now - 10 * DAY, EVERY),
    ),
    delayTest(link("gamma", "alpha"), []),
    throughputTest(link("alpha", "beta"), runs),
  ];
}

/** Runs a command line on what is planted; `--mesh` names the template. */
async function withPlanted(
  use: (
    run: (...args: string[]) => ReturnType<typeof runCli>,
    now: number,
    url: string,
  ) => Promise<void>,
  changes: Made = {},
  dialect: "esmond" | "elmond" = "esmond",
  names?: Names,
): Promise<void> {
  const now = thisSecond();
  await withMadeArchive(planted(now), { now, dialect }, async ({ url }) => {
    await withDirectory(async (directory) => {
      const path = join(directory, "mesh.json");
      await Deno.writeTextFile(path, JSON.stringify(delays(url, changes)));
      const run = (...[command, ...args]: string[]) =>
        runCli([command!, "--mesh", path, ...args], names ? { names } : {});
      await use(run, now, url);
    });
  });
}

Deno.test("coverage --mesh: what is absent, what stopped, and what the template does not have", async () => {
  await withPlanted(async (run, now) => {
    const { exit, stdout, stderr } = await run("coverage", "-o", "json");
    assertEquals([exit, stderr], [0, ""]);
    const rows: (CoverageRow & { task: string | null })[] = JSON.parse(stdout);
    const known = rows.map((row) => [
      `${row.source} ${row.destination}`,
      ...[row.task, row.state, row.interval, row.interval_from],
    ]);
    const of = (from: string, to: string, state: string) => [
      `${from}.example ${to}.example`,
      ...["delay", state, EVERY, "template"],
    ];
    assertEquals(known.slice(0, 6), [
      of("alpha", "gamma", "absent"),
      ["gamma.example alpha.example", "delay", "never", null, null],
      of("beta", "alpha", "stale"),
      of("beta", "gamma", "stale"),
      of("alpha", "beta", "ok"),
      of("gamma", "beta", "ok"),
    ]);
    const [, task, state, interval, from] = known[6]!;
    assertEquals([task, state, interval, from], [
      ...[null, "ok", EVERY, "measured"],
    ]);
    const [absent] = rows;
    assertEquals([absent!.runs, absent!.missing, absent!.coverage], [
      ...[0, 7 * DAY / EVERY, 0],
    ]);
    const stopped = rows[2]!;
    assertEquals([stopped.last, stopped.runs], [now - 10 * DAY, 0]);
  });
});

Deno.test("coverage --mesh of elmond: what was never written to is absent, too", async () => {
  await withPlanted(
    async (run) => {
      const { exit, stdout, stderr } = await run("coverage", "-o", "json");
      assertEquals([exit, stderr], [0, ""]);
      const rows: CoverageRow[] = JSON.parse(stdout);
      assertEquals(rows.map(({ state }) => state), [
        ...["absent", "absent", "stale", "stale", "ok", "ok", "ok"],
      ]);
      assertEquals(rows.slice(0, 2).map(({ source }) => source), [
        "alpha.example",
        "gamma.example",
      ]);
    },
    {},
    "elmond",
  );
});

/** A template that has alpha by another name, and beta by its address. */
const OTHERWISE: Made = {
  addresses: {
    ...addresses("gamma"),
    alpha: { address: "lat.alpha.example" },
    beta: { address: addressOf("beta") },
  },
};

/** What a name service knows of them. */
const KNOWN: Names = {
  forward: { "lat.alpha.example": [addressOf("alpha")] },
  reverse: {},
};

needs(
  "resolver",
  "coverage and check --mesh: a host of the template is that of an archive by its address, unless names are not looked up",
  async () => {
    const absent = (stdout: string) =>
      (JSON.parse(stdout) as CoverageRow[])
        .filter(({ state }) => state === "absent")
        .map(({ source, destination }) => `${source} ${destination}`).sort();
    const [alpha, beta] = ["lat.alpha.example", addressOf("beta")];
    await withPlanted(
      async (run) => {
        const { exit, stdout, stderr } = await run("coverage", "-o", "json");
        assertEquals([exit, stderr], [0, ""]);
        assertEquals(absent(stdout), [`${alpha} gamma.example`]);
        const unasked = await run("coverage", "-o", "json", "--ip");
        assertEquals(
          absent(unasked.stdout),
          [
            ...[`${beta} ${alpha}`, `gamma.example ${alpha}`],
            ...[`${alpha} ${beta}`, `${alpha} gamma.example`],
          ].sort(),
        );
        const check = await run("check", "fresh");
        assertMatch(check.stdout, /CRITICAL.*absent/s);
        assertEquals(check.stdout.match(/: absent/g)?.length, 1, check.stdout);
        const matrix = await run("mesh", "loss");
        assertMatch(matrix.stdout, /: 3 ok, 2 no run, 1 absent\n/);
      },
      OTHERWISE,
      "esmond",
      KNOWN,
    );
  },
);

Deno.test("coverage --mesh for people: two lists, and the sentence is of the template's", async () => {
  await withPlanted(async (run) => {
    const { exit, stdout } = await run("coverage", "--exit-code");
    assertEquals(exit, 5);
    const [ours, others] = stdout.split("\nNot in the template:\n") as [
      string,
      string,
    ];
    assertMatch(ours, /^alpha\.example +gamma\.example .* delay .* absent$/m);
    assertMatch(
      ours,
      /^1 of 6 tests is absent, 2 stale, 1 never written to/m,
    );
    assertMatch(others, /iperf3/);
    assertMatch(others, /^the only test is ok$/m);
  });
});

Deno.test("coverage --mesh as csv: a test that is absent is one gap", async () => {
  await withPlanted(async (run, now) => {
    const { stdout } = await run("coverage", "-o", "csv");
    const [head, first] = stdout.split(/\r?\n/);
    assertEquals(
      head,
      "source,destination,family,tool,metadata_key,from,to,missing,task",
    );
    const [source, destination, , , , from, to, missing] = first!.split(",");
    assertEquals([source, destination, missing], [
      ...["alpha.example", "gamma.example", `${7 * DAY / EVERY}`],
    ]);
    // The archive's clock, which is asked later than ours, says the end.
    assert(Number(to) - Number(from) >= 7 * DAY);
    assert(Math.abs(Number(from) - (now - 7 * DAY)) < 600);
    assert(Math.abs(Number(to) - now) < 600);
  });
});

Deno.test("what is not asked for is not absent", async () => {
  await withPlanted(async (run) => {
    const states = async (...args: string[]) => {
      const { stdout } = await run("coverage", "-o", "json", "--ip", ...args);
      return JSON.parse(stdout).filter((row: CoverageRow) => row.task !== null)
        .map((row: CoverageRow) => row.state);
    };
    assertEquals(await states("-6"), []);
    assertEquals(await states("--tool", "pscheduler/iperf3"), []);
    assertEquals((await states("-4")).length, 6);
  });
});

Deno.test("check fresh --mesh: one line with the worst named, and what is absent is critical", async () => {
  await withPlanted(async (run) => {
    const { exit, stdout } = await run("check", "fresh");
    assertEquals(exit, 2, stdout);
    const [first, ...others] = stdout.split("\n");
    assertMatch(
      first!,
      /^PS_CHECK_FRESH CRITICAL - absent: no archive has it, alpha\.example to gamma\.example \(latencybg, task delay\), the worst of 5 \| Age=U/,
    );
    assertMatch(
      others.join("\n"),
      /^CRITICAL beta\.example to gamma\.example: stale: last run .* \(expected every 30 min\)$/m,
    );
    assertMatch(
      others.join("\n"),
      /^OK alpha\.example to beta\.example: last run .*\(expected every 30 min\)$/m,
    );
  });
});

Deno.test("check of a mesh: --missing says what absent comes to, and no host is needed", async () => {
  await withPlanted(async (run) => {
    const { exit, stdout } = await run("check", "loss", "--missing", "ok");
    assertEquals(exit, 0, stdout);
    assertMatch(stdout, /^OK alpha\.example to gamma\.example .*absent/m);
    const none = await run("check", "traceroute");
    assertEquals(none.exit, 3);
    assertMatch(
      none.stdout,
      /^PS_CHECK_TRACEROUTE UNKNOWN - the template has no traceroute test of what is asked for/,
    );
  });
});

Deno.test("mesh --mesh: hosts by their display names in the template's order, absent apart", async () => {
  const { addresses } = mesh();
  const turned = Object.fromEntries(Object.entries(addresses!).toReversed());
  await withPlanted(async (run) => {
    const { exit, stdout, stderr } = await run("mesh", "loss", "--exit-code");
    assertEquals(exit, 5);
    assertEquals(stderr, "");
    assertMatch(stdout, /^IPv4 from \\ to +GAMMA +BETA +ALPHA$/m);
    assertMatch(stdout, /^ALPHA +◇ +0 ● +– *$/m);
    assertMatch(stdout, /^GAMMA +– +0 ● +○ *$/m);
    assertMatch(stdout, /◇ absent: no archive has it/);
    assertMatch(stdout, /^BETA +0 ● +– +○ *$/m);
  }, { addresses: turned });
});

Deno.test("mesh --mesh: each of several groups has its matrix, and programs get each link once", async () => {
  const task = { test: "delay", archives: ["one"] };
  await withPlanted(async (run) => {
    const { stdout } = await run("mesh", "loss");
    assertMatch(stdout, /^6 links: /m);
    assertMatch(
      stdout,
      /^all +two groups\nIPv4 from \\ to +ALPHA +BETA +GAMMA +IPv4 from \\ to +ALPHA +BETA$/m,
    );
    const page = await run("mesh", "loss", "-o", "html");
    assertMatch(
      page.stdout,
      /<caption>all, IPv4: [^]*<caption>two groups, IPv4: /,
    );
    const { stdout: json } = await run("mesh", "loss", "-o", "json");
    assertEquals(JSON.parse(json).length, 6);
  }, {
    groups: {
      all: { type: "mesh", addresses: members("alpha", "beta", "gamma") },
      "two\ngroups": { type: "mesh", addresses: members("alpha", "beta") },
      unused: { type: "mesh", addresses: members("alpha", "beta") },
    },
    tasks: {
      delay: { group: "all", ...task },
      again: { group: "two\ngroups", ...task },
    },
  });
});

Deno.test("mesh --mesh: what the template does not have is left out, and said", async () => {
  await withPlanted(async (run) => {
    const { stdout, stderr } = await run("mesh", "throughput", "-o", "json");
    assertEquals(stdout, "[]\n");
    assertMatch(stderr, /one test that the template does not have is left out/);
    assertMatch(stderr, /the template has no throughput test/);
  });
});

Deno.test("mesh --mesh: without a version of IP, what is absent stands with its task's others", async () => {
  await withPlanted(async (run) => {
    const { stdout } = await run("mesh", "loss", "-o", "json");
    const cells: Record<string, unknown>[] = JSON.parse(stdout);
    assertEquals(new Set(cells.map(({ family }) => family)), new Set([4]));
    const absent = cells.find(({ source, destination }) =>
      source === "ALPHA" && destination === "GAMMA"
    );
    assertEquals(absent, {
      ...{ source: "ALPHA", destination: "GAMMA", family: 4 },
      ...{ value: null, unit: "%", state: "critical" },
      ...{ tests: 0, metadata_key: null },
    });
  }, {
    tests: {
      delay: {
        type: "latencybg",
        spec: { ...BOTH, "packet-count": EVERY * 10 },
      },
    },
  });
});

Deno.test("thousands of pairs that no archive has are told in a moment", async () => {
  const names = Array.from({ length: 60 }, (_, at) => `host${at}`);
  await withPlanted(async (run) => {
    const { exit, stdout } = await run("check", "fresh");
    assertEquals(exit, 2);
    assertMatch(stdout, /the worst of 3540 \| /);
    assertMatch(stdout, /^and 3510 more$/m);
    const { stdout: rows } = await run("coverage", "-o", "ndjson");
    assertEquals(
      rows.trim().split("\n").filter((row) => /"state": ?"absent"/.test(row))
        .length,
      3540,
    );
    const matrix = await run("mesh", "loss");
    assertMatch(matrix.stdout, /^3540 links: 3540 absent$/m);
  }, {
    addresses: addresses(...names),
    groups: { all: { type: "mesh", addresses: members(...names) } },
  });
});
