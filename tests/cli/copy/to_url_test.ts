/** A copy to an archive has what its source has. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { type RunningArchive, startArchive } from "../../../archive/server.ts";
import {
  description,
  makeTest,
  read,
  ROOT,
  send,
  TOKEN,
  withArchive,
} from "../../helpers/archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { IS_LONG, runs } from "../../helpers/long.ts";
import { assertTold, type Ended, runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";

const TS = 1456790400;

const DAYS = runs("ESMOND_COPY_DAYS", 0.03, 2);

/** One link, in short: all event types. */
const LINK = IS_LONG ? [] : ["-s", "192.0.2.10", "-d", "203.0.113.30"];

/** Copies to an archive that takes the key. */
function copyTo(
  source: string,
  target: string,
  ...more: string[]
): Promise<Ended> {
  return runCli(
    ["copy", "--url", source, "--to", target, "--retry", "0", ...more],
    { env: { ESMOND_API_KEY: TOKEN } },
  );
}

/** All points of an archive, without its address, and without keys. */
async function pointsOf(url: string, ...more: string[]): Promise<string[]> {
  const { exit, stdout, stderr } = await runCli(
    ["get-bulk", "-q", "-S", "any", "-o", "ndjson", "-D", "-", "--url", url]
      .concat(more),
  );
  assertEquals(exit, 0, stderr);
  return stdout.split("\n").map((line) =>
    line.replace(/^\{"archive": "[^"]*", "metadata_key": "\w+", /, "")
  ).sort();
}

Deno.test(`an archive that serve --sample ${DAYS} was copied to has its points, byte for byte, and once however often it is copied`, async () => {
  await withArchive({ sampleDays: DAYS }, async (source) => {
    await withArchive({}, async (target) => {
      const all = await pointsOf(source.url, ...LINK);
      assert(all.length > 50, `${all.length}`);
      for (let times = 0; times < 2; times++) {
        const { exit, stdout, stderr } = await copyTo(
          source.url,
          target.url,
          ...LINK,
        );
        assertEquals([exit, stdout], [0, ""], stderr);
        assertStringIncludes(
          stderr,
          ` ${(all.length - 1).toLocaleString("en")} points, `,
        );
        assertEquals(await pointsOf(target.url), all);
      }
      const keys = async (url: string) =>
        (await read(`${url}${ROOT}?limit=1000`))
          .map((test: Record<string, string>) => test["metadata-key"]);
      const known = new Set(await keys(source.url));
      for (const key of await keys(target.url)) assert(known.has(key));
    });
  });
});

Deno.test("a file is copied to an archive, and that to another file, which has the same", async () => {
  await withDirectory(async (directory) => {
    const [one, other] = [`${directory}/one.db`, `${directory}/other.db`];
    await (await startArchive({ db: one, sampleDays: 0.02 })).close();
    await withArchive({}, async ({ url }) => {
      const there = await copyTo(one, url, ...LINK);
      assertEquals(there.exit, 0, there.stderr);
      const back = await runCli(["copy", "--url", url, "--to", other]);
      assertEquals(back.exit, 0, back.stderr);
    });
    assertEquals(await pointsOf(other), await pointsOf(one, ...LINK));
  });
});

/** An archive with one test and these points. */
async function withTest(
  eventTypes: Parameters<typeof description>[0],
  more: Record<string, unknown>,
  points: Record<string, [ts: number, val: unknown][]>,
  use: (source: RunningArchive, target: RunningArchive) => Promise<void>,
): Promise<void> {
  await withArchive({}, async (source) => {
    const key = await makeTest(source.url, description(eventTypes, more));
    for (const [name, list] of Object.entries(points)) {
      for (const [ts, val] of list) {
        const url = `${source.url}${ROOT}${key}/${name}/base`;
        const { status, text } = await send("POST", url, { ts, val });
        assertEquals(status, 201, text);
      }
    }
    await withArchive({}, (target) => use(source, target));
  });
}

/** The values of a series of the only test. */
async function valuesOf(url: string, series: string): Promise<unknown[]> {
  const [{ "metadata-key": key }] = await read(url + ROOT);
  const points = await read(`${url}${ROOT}${key}/${series}`);
  return points.map((point: { val: unknown }) => point.val);
}

const LOSS = {
  "packet-loss-rate": [
    [TS, { numerator: 1, denominator: 600 }],
    [TS + 60, { numerator: 0, denominator: 600 }],
    [TS + 120, { numerator: 1, denominator: 200 }],
  ],
} satisfies Record<string, [number, unknown][]>;

const ROLLED_UP: Parameters<typeof description>[0] = {
  "packet-loss-rate": [["aggregation", 3600]],
};

Deno.test("loss rates become counts: by packet-count-sent, so that roll-ups are the same", async () => {
  await withTest({ ...ROLLED_UP, "packet-count-sent": [] }, {}, {
    ...LOSS,
    "packet-count-sent": [[TS, 600], [TS + 60, 600], [TS + 120, 200]],
  }, async (source, target) => {
    const { exit, stderr } = await copyTo(source.url, target.url);
    assertEquals(exit, 0, stderr);
    assert(!stderr.includes("loss rates"), stderr);
    for (const name of ["base", "aggregations/3600"]) {
      const series = `packet-loss-rate/${name}`;
      assertEquals(
        await valuesOf(target.url, series),
        await valuesOf(source.url, series),
      );
    }
    assertEquals(
      await valuesOf(target.url, "packet-loss-rate/aggregations/3600"),
      [2 / 1400],
    );
  });
});

Deno.test("loss rates become counts: by sample-size, else as fractions, and that is said", async () => {
  const cases: [
    more: Record<string, unknown>,
    rolledUp: number,
    said: RegExp,
  ][] = [
    [
      { "sample-size": 600 },
      4 / 1800,
      /^of 1 test, loss rates have no counts .* its sample-size$/m,
    ],
    [{}, 6 / 1601, /^of 1 test, loss rates have no counts .* decimal/m],
    // 7 packets do not give these rates.
    [{ "sample-size": "7" }, 6 / 1601, /its sample-size$/m],
  ];
  for (const [more, rolledUp, said] of cases) {
    await withTest(ROLLED_UP, more, LOSS, async (source, target) => {
      const { exit, stderr } = await copyTo(source.url, target.url);
      assertEquals(exit, 0, stderr);
      assertMatch(stderr, said);
      assertEquals(
        await valuesOf(target.url, "packet-loss-rate/base"),
        [1 / 600, 0, 1 / 200],
      );
      const [rate] = await valuesOf(
        target.url,
        "packet-loss-rate/aggregations/3600",
      );
      assertEquals(rate, rolledUp, JSON.stringify(more));
    });
  }
});

Deno.test("a histogram is written once, however often it is copied: twice, it would count twice", async () => {
  const rolledUp: Parameters<typeof description>[0] = {
    "histogram-owdelay": [["aggregation", 0]],
  };
  const histograms = {
    "histogram-owdelay": [[TS, { "10": 3, "11": 2 }], [TS + 60, { "9": 5 }]],
  } satisfies Record<string, [number, unknown][]>;
  await withTest(rolledUp, {}, histograms, async (source, target) => {
    for (let times = 0; times < 2; times++) {
      const { exit, stderr } = await copyTo(source.url, target.url);
      assertEquals(exit, 0, stderr);
    }
    for (const name of ["base", "aggregations/0"]) {
      const series = `histogram-owdelay/${name}`;
      assertEquals(
        await valuesOf(target.url, series),
        await valuesOf(source.url, series),
        name,
      );
    }
  });
});

Deno.test("two tests of a pair that differ in a parameter are two tests of the copy", async () => {
  await withTest(
    { "throughput": [] },
    { "ip-transport-protocol": "tcp" },
    { "throughput": [[TS, 1_000_000]] },
    async (source, target) => {
      const other = description({ "throughput": [] }, {
        "ip-transport-protocol": "udp",
      });
      const key = await makeTest(source.url, other);
      await send("POST", `${source.url}${ROOT}${key}/throughput/base`, {
        ts: TS,
        val: 2_000_000,
      });
      const { exit, stderr } = await copyTo(source.url, target.url);
      assertEquals(exit, 0, stderr);
      const tests = await read(target.url + ROOT);
      assertEquals(tests.length, 2);
      assertEquals(await pointsOf(target.url), await pointsOf(source.url));
    },
  );
});

/** An archive as others answer: with these values of event types. */
async function withOthers(
  values: Record<string, unknown[]>,
  use: (source: string) => Promise<void>,
): Promise<void> {
  const key = "0f".repeat(16);
  const entry = {
    ...description({}),
    ...{ "metadata-key": key, uri: `${ROOT}${key}/`, url: `http://x${ROOT}` },
    "event-types": Object.keys(values).map((name) => ({
      "event-type": name,
      "base-uri": `${ROOT}${key}/${name}/base`,
      "time-updated": TS,
      "summaries": [],
    })),
  };
  await withServer((_, { pathname, searchParams }) => {
    const name = pathname.split("/").at(-2)!;
    const from = Number(searchParams.get("time-start"));
    const points = (values[name] ?? []).map((val, at) => ({ ts: TS + at, val }))
      .filter(({ ts }) => ts >= from);
    const allow = { headers: { allow: "GET" } };
    return json(pathname === ROOT ? [entry] : points, allow);
  }, use);
}

Deno.test("what esmond refuses is left out: values that say nothing are counted, others are named, and the exit code is 3", async () => {
  const interval = [{ start: 0, duration: 1, val: 5 }];
  const values = { "throughput-subintervals": [[], interval, [], null] };
  await withOthers(values, async (source) => {
    await withArchive({}, async ({ url }) => {
      const { exit, stderr } = await copyTo(source, url);
      assertEquals(exit, 0, stderr);
      assertMatch(stderr, /left out, because esmond refuses them: 3 points/);
      assertEquals(await valuesOf(url, "throughput-subintervals/base"), [
        interval,
      ]);
    });
  });
  await withOthers({
    "throughput": [1, 0.5, "x", 2],
    "not-of-esmond": [1],
  }, async (source) => {
    await withArchive({}, async ({ url }) => {
      const { exit, stderr } = await copyTo(source, url);
      assertEquals(exit, 3, stderr);
      assertMatch(stderr, /not copied: .* the event type not-of-esmond/);
      assertMatch(
        stderr,
        /not stored: throughput of (0f)+ at .*: 0\.5 is not a value of/,
      );
      assertEquals(await valuesOf(url, "throughput/base"), [1, 2]);
    });
  });
});

Deno.test("a copy that the target ends is continued by the same command", async () => {
  await withArchive({ sampleDays: 0.02 }, async (source) => {
    await withArchive({}, async (target) => {
      const some = ["-e", "packet-count-sent", "-e", "packet-loss-rate"];
      let left = 15;
      const failing = async (request: Request, { pathname, search }: URL) => {
        if (request.method !== "GET" && left-- <= 0) {
          return new Response("gone", { status: 502 });
        }
        return await fetch(target.url + pathname + search, {
          method: request.method,
          headers: request.headers,
          body: request.method === "GET" ? null : await request.text(),
        });
      };
      await withServer(failing, async (url) => {
        const { exit, stderr } = await copyTo(source.url, url, ...some);
        assert([1, 3].includes(exit), `${exit} ${stderr}`);
        assertMatch(stderr, /502/);
      });
      const all = await pointsOf(source.url, ...some);
      const { length } = await pointsOf(target.url);
      assert(length > 1 && length < all.length, `${length} of ${all.length}`);
      const { exit, stderr } = await copyTo(source.url, target.url, ...some);
      assertEquals(exit, 0, stderr);
      assertEquals(await pointsOf(target.url), all);
    });
  });
});

Deno.test("a test that the target refuses does not keep the others from being copied", async () => {
  await withArchive({ sampleDays: 0.01 }, async (source) => {
    await withArchive({}, async (target) => {
      let isFirst = true;
      const picky = async (request: Request, { pathname, search }: URL) => {
        if (request.method === "POST" && isFirst) {
          isFirst = false;
          return json({ detail: "not this one" }, { status: 400 });
        }
        return await fetch(target.url + pathname + search, {
          method: request.method,
          headers: request.headers,
          body: request.method === "GET" ? null : await request.text(),
        });
      };
      const some = ["-e", "throughput"];
      await withServer(picky, async (url) => {
        const { exit, stderr } = await copyTo(source.url, url, ...some);
        assertEquals(exit, 3, stderr);
        assertMatch(stderr, /incomplete: the test \w+: .*not this one/);
      });
      const keys = async (url: string, query = "") =>
        (await read(url + ROOT + query)).length;
      assertEquals(
        await keys(target.url),
        await keys(source.url, "?event-type=throughput") - 1,
      );
    });
  });
});

Deno.test("--verify holds what the target has against the source, but for what it cannot have", async () => {
  const interval = [{ start: 0, duration: 1, val: 5 }];
  const values = {
    "throughput-subintervals": [[], interval],
    "packet-loss-rate": [0.005, 0.25, 0.5],
  };
  await withOthers(values, async (source) => {
    await withArchive({}, async ({ url }) => {
      const good = await copyTo(source, url, "--verify");
      assertEquals(good.exit, 0, good.stderr);
      assertMatch(good.stderr, /verified: every series is the same/);
      const [{ "metadata-key": key }] = await read(url + ROOT);
      const series = `${url}${ROOT}${key}/packet-loss-rate/base`;
      const val = { numerator: 1, denominator: 2 };
      await send("POST", series, { ts: TS - 5, val });
      const again = await copyTo(source, url, "--verify");
      assertEquals(again.exit, 0, again.stderr); // older than the source
    });
    await withArchive({}, async (target) => {
      // It says that it has what it does not have.
      const forgetful = async (request: Request, { pathname, search }: URL) => {
        const isPut = request.method === "PUT";
        const body = isPut
          ? (await request.text()).replace(`"numerator": 25`, `"numerator": 26`)
          : request.method === "GET"
          ? null
          : await request.text();
        const { method, headers } = request;
        return await fetch(target.url + pathname + search, {
          ...{ method, headers, body },
        });
      };
      await withServer(forgetful, async (url) => {
        const { exit, stderr } = await copyTo(source, url, "--verify");
        assertEquals(exit, 3, stderr);
        assertMatch(stderr, /1 of 2 series failed/);
        assertMatch(stderr, /3 points \(\w+\) in the copy, 3 points/);
      });
    });
  });
});

Deno.test("--dry-run says what would be copied and how, and writes nothing", async () => {
  await withTest(ROLLED_UP, {}, LOSS, async (source, target) => {
    const argv = ["copy", "--url", source.url, "--to", target.url, "--dry-run"];
    const { exit, stdout, stderr } = await runCli(argv);
    assertEquals([exit, stderr], [0, ""]);
    assertMatch(stdout, /^1 test, 1 series of http:.* \(esmond\)\n/);
    assertMatch(stdout, /^of 1 test, loss rates have no counts/m);
    assertEquals(await read(target.url + ROOT), []);
  });
});

Deno.test("what cannot be copied to is refused before anything is read", async () => {
  await withArchive({}, async ({ url }) => {
    await withArchive(
      { dialect: "elmond", sampleDays: 0.01 },
      async (elmond) => {
        const cases: [argv: string[], message: RegExp][] = [
          [["--to", elmond.url], /--to: elmond .* can only be read/],
          [["--to", url], /--to is the archive that --url names/],
          [
            ["--to", "http://[::1"],
            /--to: .* is not the address of an archive/,
          ],
          [["--to", "http://u:p@h"], /--to: the address .* user name/],
          [["--to", elmond.url, "-T", "average"], /--summary-type: /],
          [["--to", elmond.url, "--sync"], /--sync is for files/],
        ];
        for (const [argv, message] of cases) {
          const told = await runCli(["copy", "--url", url, ...argv]);
          assertTold(told, 2, message, argv.join(" "));
        }
      },
    );
  });
});

Deno.test("a key that the target refuses ends the copy with 4, and none with 2", async () => {
  await withArchive({ sampleDays: 0.01 }, async (source) => {
    await withArchive({}, async ({ url }) => {
      const argv = ["copy", "--url", source.url, "--to", url];
      const wrong = await runCli(argv, { env: { ESMOND_API_KEY: "wrong" } });
      assertEquals(wrong.exit, 4, wrong.stderr);
      assertMatch(wrong.stderr, /401: Invalid token/);
      const none = await runCli(argv);
      assertEquals(none.exit, 2, none.stderr);
      assertMatch(none.stderr, /writing needs an API key/);
      assertEquals(await read(url + ROOT), []);
    });
  });
});
