/** `get --follow`, beside what writes to the archive. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type RunningArchive, startArchive } from "../../../archive/server.ts";
import { type Child, startChild } from "../../archive/child.ts";
import { description, makeTest, ROOT, TOKEN } from "../../helpers/archive.ts";
import { needs } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { runs } from "../../helpers/long.ts";
import { startProgram } from "../../helpers/program.ts";
import { type Ended, runCli, type RunOptions } from "../../helpers/run.ts";
import { onUnix } from "../../helpers/skipping.ts";
import { Event, until } from "../../helpers/waiting.ts";
import { ArrivingArchive, BEGIN } from "../../servers/arriving.ts";
import { pick, seeded } from "../../servers/seeded.ts";
import { json, noTests, withServer } from "../../servers/serve.ts";
import { refusal } from "./asking.ts";

const HOUR = 3600;
const PAIR = ["-s", "192.0.2.10", "-d", "198.51.100.20", "--ip"];
const FOLLOW = following("{URL}", ["throughput"]);

function following(origin: string, eventTypes: readonly string[]): string[] {
  const types = eventTypes.flatMap((name) => ["-e", name]);
  return ["get", "-u", origin, ...PAIR, ...types, "--follow"];
}

const REFUSED: [what: string, argv: string[], line: RegExp][] = [
  ["human", [], /--follow prints .* choose --output-format csv or ndjson$/],
  ["json", ["-o", "json"], /choose --output-format csv or ndjson$/],
  ["parquet", ["-o", "parquet"], /choose --output-format csv or ndjson$/],
  ["--gzip", ["-o", "csv", "--gzip"], /--gzip .*: leave it out$/],
  [
    "a window in the past",
    ["-o", "csv", "-S", "-2d", "-E", "-1d"],
    /: --end-time: --follow has no end but Ctrl-C; leave out one of them$/,
  ],
  ["an end alone", ["-o", "csv", "-E", "-1d"], /: --end-time: --follow has no/],
  [
    "an end among the filters",
    ["-o", "csv", "-F", "time_end:5"],
    /: --filter time_end:5: --follow has no end/,
  ],
  [
    "one second",
    ["-o", "csv", "-F", "time:5"],
    /: --filter time:5: --follow has no end/,
  ],
  [
    "a start to come",
    ["-o", "csv", "-S", "2099-01-01"],
    /--start-time .* after/,
  ],
  ["--every 0", ["-o", "csv", "--every", "0"], /--every is 0: .* from 1 to/],
  ["a rare look", ["-o", "csv", "--every", "86401"], /--every is 86401: /],
  ["no pause", ["-o", "csv", "--every", "x"], /--every is "x"/],
  ["no overlap", ["-o", "csv", "--overlap=-1"], /--overlap is "-1"/],
];

for (const [what, argv, line] of REFUSED) {
  Deno.test(`--follow is refused with ${what}`, async () => {
    assertMatch(await refusal([...FOLLOW, ...argv]), line);
  });
}

Deno.test("--every and --overlap are refused without --follow", async () => {
  const get = FOLLOW.filter((word) => word !== "--follow");
  for (const option of ["--every", "--overlap"]) {
    assertMatch(
      await refusal([...get, "-o", "csv", option, "60"]),
      new RegExp(`: ${option} is for --follow: give that too$`),
    );
  }
});

/** What happens between two looks; the program is stopped after the last. */
type Step = () => void | Promise<void>;

/** Follows an archive step by step. */
async function follow(
  origin: string,
  argv: string[],
  steps: Step[],
  options: RunOptions = {},
  eventTypes: readonly string[] = ["throughput"],
): Promise<Ended & { pauses: number[] }> {
  const stop = new AbortController();
  const left = [...steps];
  const pauses: number[] = [];
  const ended = await runCli(
    [...following(origin, eventTypes), ...argv],
    {
      signal: stop.signal,
      wait: async (ms) => {
        const step = left.shift();
        if (step === undefined) return stop.abort();
        pauses.push(ms / 1000);
        await step();
      },
      ...options,
    },
  );
  return { ...ended, pauses };
}

/** The seconds and values of the lines that were printed. */
function printed(stdout: string): [ts: number, value: number][] {
  return stdout.split("\n").filter(Boolean).map((line) => {
    const { timestamp, value } = JSON.parse(line);
    return [Date.parse(`${timestamp.replace(" ", "T")}Z`) / 1000, value];
  });
}

/** An archive on a file, which can be stopped and started at one address. */
class Restarting {
  readonly #db: string;
  readonly #dialect: "esmond" | "elmond";
  #archive: RunningArchive | undefined;
  #port = 0;

  constructor(db: string, dialect: "esmond" | "elmond" = "esmond") {
    this.#db = db;
    this.#dialect = dialect;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#archive = await startArchive({
      db: this.#db,
      port: this.#port,
      tokens: [TOKEN],
      dialect: this.#dialect,
    });
    this.#port = Number(new URL(this.#archive.url).port);
  }

  async stop(): Promise<void> {
    await this.#archive?.close();
    this.#archive = undefined;
  }
}

/** Writes points by the program; whether all are stored. */
async function post(
  origin: string,
  key: string,
  points: readonly (readonly [ts: number, val: number])[],
): Promise<boolean> {
  const lines = points.map(([ts, val]) => JSON.stringify({ ts, val }));
  const { exit } = await runCli(
    ["post", "-u", origin, "-k", key, "-e", "throughput", "--retry", "0"],
    { input: lines.join("\n") + "\n", env: { ESMOND_API_KEY: TOKEN } },
  );
  return exit === 0;
}

/** Points that were measured lately, none of them twice, some long ago. */
class Measuring {
  readonly all: [ts: number, val: number][] = [];
  readonly #taken = new Set<number>();
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(`measuring ${seed}`);
  }

  batch(): [ts: number, val: number][] {
    const now = Math.floor(Date.now() / 1000);
    const points: [number, number][] = [];
    for (const ago of [1, pick([30, 600, 1800, 3000], this.#random)]) {
      let ts = now - ago;
      while (this.#taken.has(ts)) ts--;
      this.#taken.add(ts);
      points.push([ts, this.all.length + points.length]);
    }
    this.all.push(...points);
    return points;
  }
}

function inOrder<T extends [number, number]>(points: T[]): T[] {
  return points.sort(([one], [other]) => one - other);
}

for (const dialect of ["esmond", "elmond"] as const) {
  needs(
    "own pauses",
    `get --follow beside a loop of post, with late points and restarts of ${dialect}, prints each point once`,
    async () => {
      await withDirectory(async (directory) => {
        const db = `${directory}/archive.db`;
        const writer = new Restarting(db);
        await writer.start();
        const key = await makeTest(
          writer.url,
          description({ "throughput": [] }),
        );
        const read = dialect === "esmond"
          ? writer
          : new Restarting(db, dialect);
        if (read !== writer) await read.start();
        const measuring = new Measuring(1);
        const points = () => post(writer.url, key, measuring.batch());
        const write = async () => assert(await points());
        await write(); // these are not new
        const old = measuring.all.splice(0);
        const ended = await follow(read.url, ["-o", "ndjson"], [
          write,
          () => {},
          write,
          () => read.stop(),
          async () => {
            if (read !== writer) await write();
          },
          async () => {
            await read.start();
            await write();
          },
          write,
          async () => {
            await write();
            await read.stop();
            await read.start();
            await write();
          },
          write,
        ]);
        await read.stop();
        await writer.stop();
        const { exit, stdout, stderr, pauses } = ended;
        assertEquals(exit, 0, stderr);
        assert(old.length > 0 && measuring.all.length >= 12);
        assertEquals(inOrder(printed(stdout)), inOrder(measuring.all));
        const lines = stderr.trim().split("\n");
        assertEquals(lines.length, 2, stderr);
        assertMatch(
          lines[0]!,
          /^waiting for the archive: .*connection refused/,
        );
        assertEquals(lines[1], "the archive is back");
        assertEquals(pauses[0], 30);
      });
    },
  );
}

const KILLS = runs("ESMOND_FOLLOW_KILLS", 1, 12);

onUnix(
  "signals",
  `get --follow as a process, beside a loop of post and ${KILLS} kills of serve --db, prints each point once and ends with 0`,
  async () => {
    await withDirectory(async (directory) => {
      const db = `${directory}/archive.db`;
      let child: Child = await startChild(db);
      const { url } = child;
      const { port } = new URL(url);
      const key = await makeTest(url, description({ "throughput": [] }));
      const follower = startProgram(
        [
          ...following(url, ["throughput"]),
          ...["-o", "ndjson", "--every", "1", "-S", "-1h", "--retry", "1"],
        ],
      );
      const measuring = new Measuring(KILLS);
      const isPrinted = () =>
        follower.stdout().split("\n").length - 1 === measuring.all.length;
      /** Writes a batch until it is stored, whatever happens meanwhile. */
      const write = async () => {
        const points = measuring.batch();
        while (!await post(url, key, points));
      };
      await write();
      await until(isPrinted, "the first points");
      for (let kill = 0; kill < KILLS; kill++) {
        const writing = write();
        if (kill % 2 === 1) await writing;
        await child.kill();
        child = await startChild(db, "--port", port);
        await writing;
        await write();
        if (kill % 3 === 0) {
          await until(isPrinted, `the points of kill ${kill}`);
        }
      }
      await until(isPrinted, "the last points");
      follower.kill("SIGINT");
      const { exit, stdout, stderr } = await follower.ended;
      await child.kill();
      assertEquals(exit, 0, stderr);
      assertEquals(inOrder(printed(stdout)), inOrder(measuring.all));
      // each time it went away, it came back
      assertMatch(
        stderr,
        /^(waiting for the archive: .*\n(the archive is back\n)?)*$/,
      );
    });
  },
);

/** Runs `use` with an archive whose points arrive when the test says so. */
async function withArriving(
  use: (archive: ArrivingArchive, origin: string) => Promise<void>,
): Promise<void> {
  const archive = new ArrivingArchive();
  await withServer(archive.answer, (origin) => use(archive, origin));
}

const PATH = "k1/throughput/base";

needs(
  "own pauses",
  "get --follow prints lines when they arrive: csv has one header and never says that there is no data",
  async () => {
    await withArriving(async (archive, origin) => {
      archive.put(PATH, BEGIN - 60, 1);
      const written: string[] = [];
      const seen: number[] = [];
      const { exit, stdout, stderr } = await follow(origin, ["-o", "csv"], [
        () => archive.put(PATH, BEGIN, 2),
        () => {
          seen.push(written.length);
          archive.put(PATH, BEGIN + 1, 3);
          archive.put(PATH, BEGIN + 2, 4);
        },
        () => {
          seen.push(written.length);
        },
      ], { onStdout: (text) => written.push(text) });
      assertEquals({ exit, stderr }, { exit: 0, stderr: "" });
      const row = (second: number) =>
        `192.0.2.11,192.0.2.21,throughput,made up,base,0,2016-03-01 00:00:0${second},${
          second + 2
        }\r\n`;
      assertEquals(
        stdout,
        "source,destination,event_type,tool,summary_type,summary_window,timestamp,value\r\n" +
          row(0) + row(1) + row(2),
      );
      assertEquals(seen, [1, 3]);
      const none = await follow(origin, ["-o", "csv"], [() => {}]);
      assertEquals([none.exit, none.stdout], [0, ""]);
    });
  },
);

needs(
  "own pauses",
  "get --follow prints the past from --start-time on first",
  async () => {
    await withArriving(async (archive, origin) => {
      archive.put(PATH, BEGIN - 30 * HOUR, 1);
      archive.put(PATH, BEGIN - 20 * HOUR, 2);
      for (
        const [argv, values] of [
          [["-S", "2016-02-28"], [1, 2]],
          [["-S", "2016-02-29"], [2]],
          [["-F", `time-start:${BEGIN - 21 * HOUR}`], [2]],
          [["-F", `time-range:${21 * HOUR}`], [2]],
          [[], []],
        ] as const
      ) {
        const now = new Date(BEGIN * 1000);
        const { stdout, exit } = await follow(
          origin,
          ["-o", "ndjson", ...argv],
          [() => archive.put(PATH, BEGIN - 60, 3)],
          { now },
        );
        assertEquals(exit, 0);
        assertEquals(printed(stdout).map(([, value]) => value), [...values, 3]);
        archive.forget(PATH, BEGIN - 60);
      }
    });
  },
);

needs(
  "own pauses",
  "get --follow prints the window of a roll-up once, --overlap after its end",
  async () => {
    await withArriving(async (archive, origin) => {
      const put = (hour: number) => {
        archive.put("k1/throughput/averages/3600", BEGIN + hour * HOUR, hour);
        archive.put(PATH, BEGIN + hour * HOUR);
      };
      put(-1);
      put(0);
      const { stdout } = await follow(
        origin,
        ["-o", "ndjson", "-T", "average", "-W", "3600", "--overlap", "600"],
        [
          () => {
            archive.clock += 600;
          },
          () => put(1),
          () => {
            archive.clock += HOUR;
          },
        ],
      );
      assertEquals(printed(stdout), [[BEGIN - HOUR, -1], [BEGIN, 0]]);
    });
  },
);

needs(
  "own pauses",
  "get --follow tells of a doubt about the data once, not at each look",
  async () => {
    await withArriving(async (archive, origin) => {
      archive.put(PATH, BEGIN - 5);
      archive.misbehave = ({ pathname }) =>
        pathname.endsWith(PATH)
          ? json(`[{"ts":${BEGIN - 5},"val":NaN}]`)
          : undefined;
      const { stderr } = await follow(
        origin,
        ["-o", "ndjson"],
        Array.from({ length: 5 }, () => () => {}),
      );
      assertMatch(stderr, /^the archive sends NaN or Infinity, [^\n]*\n$/);
    });
  },
);

needs(
  "own pauses",
  "get --follow tells once of what is not among the columns, and of tests that look the same",
  async () => {
    await withArriving(async (archive, origin) => {
      const hop = { ttl: 1, query: 1, success: 1, ip: "192.0.2.1", as: 5 };
      const trace = (second: number) => {
        for (const key of ["k1", "k2"]) {
          archive.put(`${key}/packet-trace/base`, BEGIN + second, [hop]);
        }
      };
      trace(-5);
      const { exit, stdout, stderr } = await follow(
        origin,
        ["-o", "csv"],
        [1, 2, 3].map((second) => () => trace(second)),
        {},
        ["packet-trace"],
      );
      assertEquals([exit, stdout.trim().split("\n").length], [0, 7]);
      const lines = stderr.trim().split("\n");
      assertEquals(lines.length, 2, stderr);
      assertMatch(lines[0]!, /^packet-trace: as is not among the columns/);
      assertMatch(lines[1]!, /^no column tells the rows of 2 tests apart/);
    });
  },
);

needs(
  "own pauses",
  "get --follow refuses a column that no test has, and follows several event types",
  async () => {
    await withArriving(async (archive, origin) => {
      archive.put(PATH, BEGIN - 5);
      const { exit, stderr } = await follow(
        origin,
        ["-o", "csv", "--with", "nonsense"],
        [() => {}],
      );
      assertEquals(exit, 2);
      assertMatch(stderr, /--with nonsense: no test that was found has it/);
      const both = await follow(origin, ["-o", "ndjson", "-e", "path-mtu"], [
        () => archive.put(PATH, BEGIN, 1),
        () => archive.put("k1/path-mtu/base", BEGIN, 1500),
      ]);
      assertEquals(printed(both.stdout), [[BEGIN, 1], [BEGIN, 1500]]);
    });
  },
);

needs(
  "own pauses",
  "get --follow tells what there is when nothing matches, and waits for it",
  async () => {
    const archive = new ArrivingArchive();
    archive.put("k2/throughput/base", BEGIN - 2 * HOUR);
    const isReversed = ({ searchParams }: URL) =>
      searchParams.get("source") === "198.51.100.20";
    archive.misbehave = (url) =>
      url.pathname === ROOT && archive.clock === BEGIN && !isReversed(url)
        ? noTests()
        : undefined;
    await withServer(archive.answer, async (origin) => {
      const { exit, stdout, stderr } = await follow(origin, ["-o", "ndjson"], [
        () => {},
        () => {
          archive.clock += 60;
          archive.put(PATH, BEGIN + 50, 5);
        },
      ]);
      assertEquals(exit, 0);
      assertEquals(printed(stdout), [[BEGIN + 50, 5]]);
      assertEquals(
        stderr,
        "there is 1 test the other way round, from 198.51.100.20 to 192.0.2.10\n" +
          "no test matches yet: waiting for one\n",
      );
    });
  },
);

needs(
  "own pauses",
  "get --follow says nothing of a test that rests",
  async () => {
    await withArriving(async (archive, origin) => {
      archive.put(PATH, BEGIN - 5);
      archive.clock += 24 * HOUR;
      const { exit, stderr } = await follow(origin, ["-o", "csv"], [() => {}]);
      assertEquals({ exit, stderr }, { exit: 0, stderr: "" });
    });
  },
);

needs(
  "own pauses",
  "get --follow ends with 4 when the archive refuses the credentials, and with 1 at an address that is none",
  async () => {
    await withArriving(async (archive, origin) => {
      archive.put(PATH, BEGIN);
      const { exit, stderr } = await follow(origin, ["-o", "csv"], [() => {
        archive.misbehave = () =>
          json({ detail: "Invalid token." }, { status: 401 });
      }]);
      assertEquals(exit, 4);
      assertMatch(stderr, /^esmond-ps get: .*401: Invalid token\.[^\n]*\n$/);
    });
    await withServer(
      () => new Response("no", { status: 404 }),
      async (origin) => {
        const { exit, stderr } = await follow(origin, ["-o", "csv"], []);
        assertEquals(exit, 1);
        assertMatch(stderr, /^esmond-ps get: .*404: no[^\n]*\n$/);
      },
    );
  },
);

Deno.test("Ctrl-C ends get --follow with 0, also while a request is under way", async () => {
  const stop = new AbortController();
  const asked = new Event();
  const ended = new Event();
  await withServer(async () => {
    asked.happen();
    await ended.happened("the end of the program");
    return noTests();
  }, async (origin) => {
    const running = runCli(
      [...following(origin, ["throughput"]), "-o", "csv"],
      { signal: stop.signal },
    );
    await asked.happened("the request");
    stop.abort();
    const { exit, stdout, stderr } = await running;
    ended.happen();
    assertEquals({ exit, stdout, stderr }, { exit: 0, stdout: "", stderr: "" });
  });
});
