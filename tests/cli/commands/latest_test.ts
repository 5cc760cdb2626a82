import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import type { RunningArchive } from "../../../archive/server.ts";
import {
  description,
  makeTest,
  read,
  ROOT,
  send,
  withArchive,
} from "../../helpers/archive.ts";
import { runProcess } from "../../helpers/process.ts";
import { type Ended, runCli, type RunOptions } from "../../helpers/run.ts";
import { testUnless, withPrograms } from "../../helpers/skipping.ts";
import { json, withServer } from "../../servers/serve.ts";
import { NOT_IN_SHORT } from "../../helpers/long.ts";
import { needs } from "../../helpers/binary.ts";

const NOW = 1_790_000_000;
const HOUR = 3600;

/** A record of `-o json`. */
interface Latest {
  source: string;
  destination: string;
  family: number;
  tool: string;
  metadata_key: string;
  event_type: string;
  ts: number | null;
  timestamp: string | null;
  value: unknown;
  age: number | null;
}

async function latest(
  url: string,
  argv: string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  return await runCli(["latest", "-u", url, "--ip", ...argv], {
    now: new Date(NOW * 1000),
    ...options,
  });
}

async function records(
  url: string,
  argv: string[] = [],
): Promise<Latest[]> {
  const { exit, stdout, stderr } = await latest(url, [...argv, "-o", "json"]);
  assertEquals(exit, 0, stderr);
  return JSON.parse(stdout);
}

/** Writes points of one event type of a test. */
async function write(
  { url }: RunningArchive,
  key: string,
  eventType: string,
  points: Record<number, unknown>,
): Promise<void> {
  const data = Object.entries(points).map(([ts, val]) => ({
    ts: Number(ts),
    val: [{ "event-type": eventType, val }],
  }));
  const { status, text } = await send("PUT", `${url}${ROOT}${key}/`, { data });
  assertEquals(status, 201, text);
}

/** An archive whose clock stands still, and what it was asked for. */
async function withMade(
  use: (archive: RunningArchive, requests: string[]) => Promise<void>,
  options: Parameters<typeof withArchive>[0] = {},
): Promise<void> {
  const requests: string[] = [];
  await withArchive({
    now: () => NOW * 1000,
    logRequest: (line) => requests.push(line),
    ...options,
  }, (archive) => use(archive, requests));
}

/** A test with one point of each of these event types, a minute old. */
async function made(
  archive: RunningArchive,
  values: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<string> {
  const none = Object.fromEntries(
    Object.keys(values).map((name) => [name, []]),
  );
  const key = await makeTest(archive.url, description(none, more));
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) {
      await write(archive, key, name, { [NOW - 60]: value });
    }
  }
  return key;
}

for (const dialect of ["esmond", "elmond"] as const) {
  testUnless(
    dialect === "elmond" ? NOT_IN_SHORT : undefined,
    `latest finds the newest point of every series of ${dialect}, and no other`,
    async () => {
      await withMade(async ({ url }) => {
        const expected: unknown[] = [];
        for (const test of await read(`${url}${ROOT}?limit=1000`)) {
          for (
            const { "event-type": name, "base-uri": uri } of test["event-types"]
          ) {
            const answer = await fetch(
              `${url}${uri}?limit=10000&time-start=${NOW - 24 * HOUR}`,
            );
            const text = await answer.text();
            const points = answer.ok ? JSON.parse(text) : []; // not served
            const last = points.at(-1);
            if (last === undefined) continue;
            expected.push([test["metadata-key"], name, Math.floor(last.ts)]);
          }
        }
        assert(expected.length > 100);
        const found = (await records(url)).map((
          { metadata_key, event_type, ts },
        ) => [metadata_key, event_type, ts]);
        const sorted = (all: unknown[]) => all.map((each) => `${each}`).sort();
        assertEquals(sorted(found), sorted(expected));
      }, { dialect, sampleDays: 1.2 });
    },
  );
}

Deno.test("latest prints where a value is from, and how old it is", async () => {
  await withMade(async (archive) => {
    const key = await made(archive, { "throughput": 7_016_320_000 });
    const row = {
      source: "192.0.2.10",
      destination: "198.51.100.20",
      family: 4,
      tool: "pscheduler/tool",
      metadata_key: key,
      event_type: "throughput",
      ts: NOW - 60,
      timestamp: "2026-09-21 14:12:20",
      value: 7_016_320_000,
      age: 60,
    };
    assertEquals(await records(archive.url), [row]);
    const ndjson = await latest(archive.url, ["-o", "ndjson"]);
    assertEquals(JSON.parse(ndjson.stdout), row);
    assertMatch(ndjson.stdout, /"value": 7016320000\.0,/); // digit for digit
    assertEquals(
      (await latest(archive.url, ["-o", "csv"])).stdout,
      "source,destination,family,tool,metadata_key,event_type,ts,timestamp,value,age\r\n" +
        `192.0.2.10,198.51.100.20,4,pscheduler/tool,${key},throughput,${
          NOW - 60
        },2026-09-21 14:12:20,7016320000.0,60\r\n`,
    );
    assertEquals(
      (await latest(archive.url)).stdout,
      "link                        family  tool             event type  value              age\n" +
        "192.0.2.10 → 198.51.100.20  IPv4    pscheduler/tool  throughput  7.02 Gbit/s  1 min ago\n",
    );
  });
});

Deno.test("latest prints every kind of value in the units of people", async () => {
  await withMade(async (archive) => {
    await made(archive, {
      "failures": { error: "no route\nto host" },
      "histogram-rtt": { "24.6": 598, "24.7": 2 },
      "packet-loss-rate": { numerator: 1, denominator: 600 },
      "packet-count-sent": 600,
      "packet-trace": [
        { ttl: 1, success: 1, ip: "192.0.2.1", rtt: 0.5, query: 1 },
        { ttl: 3, success: 0, query: 1, error_message: "requestTimedOut" },
      ],
      "path-mtu": 9000,
      "pscheduler-run-href": { href: "x".repeat(100) },
    });
    const { stdout } = await latest(archive.url, ["--percentiles", "50,95"]);
    const cells = stdout.split("\n").slice(1, -1).map((line) =>
      line.split(/ {2,}/).slice(3, 5)
    );
    assertEquals(Object.fromEntries(cells), {
      "failures": "no route to host",
      "histogram-rtt": "p50 24.6, p95 24.6 ms",
      "packet-count-sent": "600 packets",
      "packet-loss-rate": "0.167 %",
      "packet-trace": "3 hops",
      "path-mtu": "9000 bytes",
      "pscheduler-run-href": `{"href":"${"x".repeat(51)}…`,
    });
  });
});

Deno.test("latest asks for a short window that grows backwards", async () => {
  await withMade(async (archive, requests) => {
    const key = await made(archive, { "throughput": undefined });
    await write(archive, key, "throughput", {
      [NOW - 30 * HOUR]: 1,
      [NOW - 20 * HOUR]: 2,
      [NOW - 19 * HOUR]: 3,
    });
    requests.length = 0;
    const [found, ...others] = await records(archive.url);
    assertEquals([found!.value, others], [3, []]);
    const windows = requests.slice(1).map((line) => {
      const { searchParams } = new URL(line.split(" ")[1]!, archive.url);
      return ["time-start", "time-end"].map((name) =>
        Number(searchParams.get(name)) - NOW
      );
    });
    // 15 minutes, and a week that should be empty; then the rest of the day
    assertEquals(windows, [[-900, 168 * HOUR], [-24 * HOUR, -901]]);
    assertMatch(
      (await latest(archive.url, ["-S", "-18h"])).stdout,
      /^No data found\.\n$/,
    );
    const [older] = await records(archive.url, ["-S", "-2d", "-E", "-19.5h"]);
    assertEquals([older!.value, older!.age], [2, 20 * HOUR]);
  });
});

Deno.test("latest looks near the last write first", async () => {
  let now = NOW - 20 * HOUR;
  await withMade(async (archive, requests) => {
    await makeTest(archive.url, description({ "throughput": [] }));
    const key = await made(archive, { "throughput": undefined });
    await write(archive, key, "throughput", { [now - 100]: 5 });
    now = NOW;
    requests.length = 0;
    assertEquals((await records(archive.url)).map(({ value }) => value), [5]);
    assertEquals(requests.length, 2, requests.join("\n"));
  }, { now: () => now * 1000 });
});

Deno.test("latest asks nothing of a series that was never written", async () => {
  await withMade(async (archive, requests) => {
    await made(archive, { "throughput": 1, "failures": undefined });
    requests.length = 0;
    assertEquals((await records(archive.url)).length, 1);
    assertEquals(requests.filter((line) => line.includes("failures")), []);
    assertEquals(requests.length, 2, requests.join("\n"));
  });
});

Deno.test("latest reads what --event-type and -6 leave", async () => {
  await withMade(async (archive) => {
    await made(archive, { "throughput": 1, "packet-retransmits": 2 });
    const six = { source: "2001:db8::1", destination: "2001:db8::2" };
    await made(archive, { "throughput": 3 }, six);
    const values = async (...argv: string[]) =>
      (await records(archive.url, argv)).map(({ value }) => value).sort();
    assertEquals(await values(), [1, 2, 3]);
    assertEquals(await values("-e", "throughput"), [1, 3]);
    assertEquals(await values("-6"), [3]);
    assertEquals(await values("-4", "-e", "packet-retransmits"), [2]);
  });
});

Deno.test("latest leaves out points of the future, and says so once", async () => {
  await withMade(async (archive) => {
    const key = await made(archive, { "throughput": 1, "path-mtu": 9000 });
    await write(archive, key, "throughput", {
      [NOW + 30]: 2, // clocks differ by so much
      [NOW + 7200]: 3,
    });
    await write(archive, key, "path-mtu", { [NOW + 600]: 1500 });
    const { exit, stdout, stderr } = await latest(archive.url, ["-o", "json"]);
    const found: Latest[] = JSON.parse(stdout);
    assertEquals(
      found.map(({ event_type, value, age }) => [
        event_type,
        value,
        age,
      ]),
      [["path-mtu", 9000, 60], ["throughput", 2, -30]],
    );
    assertEquals(
      stderr,
      "2 series have points in the future, up to 2 h ahead: they are left out\n",
    );
    assertEquals(exit, 0);
  });
});

Deno.test("latest goes by the clock of the archive", async () => {
  await withMade(async ({ url, ...archive }) => {
    await made({ url, ...archive }, { "throughput": 1 });
    const ahead = new Date((NOW + 600) * 1000).toUTCString();
    await withServer(async (_request, { pathname, search }) => {
      const response = await fetch(url + pathname + search);
      return await passedOn(response, ahead);
    }, async (origin) => {
      const { stdout, stderr } = await latest(origin, ["-o", "json"]);
      assertMatch(stderr, /^the archive's clock is 600 s ahead: .*\n$/);
      assertEquals(JSON.parse(stdout)[0].age, 660);
    });
  });
});

Deno.test("latest shows percentiles of delays in ms, whoever measured them", async () => {
  await withMade(async (archive) => {
    const width = { "sample-bucket-width": "0.0001" };
    const old = await made(archive, { "histogram-owdelay": { "24.6": 600 } }, {
      ...width,
      "tool-name": "powstream",
    });
    const young = await made(archive, {
      "histogram-owdelay": { "98": 1, "312.5": 1, "1000": 1 },
      "histogram-ttl": { "250": 3 },
    }, { ...width, "tool-name": "pscheduler/powstream" });
    const { stdout, stderr } = await latest(archive.url, [
      ...["-o", "json", "--percentiles", "50,99.9"],
    ]);
    const values = (JSON.parse(stdout) as Latest[]).map(
      ({ metadata_key, event_type, value }) => [
        metadata_key,
        event_type,
        value,
      ],
    );
    const delay = "histogram-owdelay";
    assertEquals(
      values.sort(),
      [
        [old, delay, { "p50": 24.6, "p99.9": 24.6 }],
        [young, delay, { "p50": 31.25, "p99.9": 100 }],
        [young, "histogram-ttl", { "p50": 250, "p99.9": 250 }],
      ].sort(),
    );
    assertEquals(
      stderr.split("\n").sort().join("\n"),
      "\ndelays of 1 test: buckets are milliseconds, as perfSONAR up to 3.5 wrote them (--bucket-width overrides)" +
        "\ndelays of 1 test: buckets count 0.0001 s, as pScheduler writes them (--bucket-width overrides)",
    );
    const given = async (width: string) => {
      const argv = [
        "-e",
        delay,
        "--percentiles",
        "50",
        "--bucket-width",
        width,
      ];
      const found = await records(archive.url, argv);
      return found.find((each) => each.metadata_key === young)!.value;
    };
    assertEquals(await given("ms"), { "p50": 312.5 });
    assertEquals(await given("0.01"), { "p50": 3125 });
    assertEquals(await given("0.1ms"), { "p50": 31.25 });
  });
});

Deno.test("latest tells tests apart that look alike", async () => {
  await withMade(async (archive) => {
    const keys = [
      await made(archive, { "throughput": 1 }, { "bw-parallel-streams": 1 }),
      await made(archive, { "throughput": 2 }, { "bw-parallel-streams": 2 }),
    ];
    const { stdout } = await latest(archive.url);
    assertMatch(stdout, / pscheduler\/tool \(1 stream\) +throughput +1 bit/);
    assertMatch(stdout, / pscheduler\/tool \(2 streams\) +throughput +2 bit/);
    // What parameters do not tell, keys do.
    const agent = { "measurement-agent": "192.0.2.99" };
    keys.push(
      await made(archive, { "path-mtu": 1500 }),
      await made(archive, { "path-mtu": 9000 }, agent),
    );
    const all = (await latest(archive.url)).stdout;
    for (const key of keys.slice(2)) {
      assertStringIncludes(all, `pscheduler/tool (${key.slice(0, 8)})`);
    }
    assertMatch(all, / pscheduler\/tool \(1 stream\) +throughput/);
  });
});

/** An answer of an archive, with the time of its clock or another. */
async function passedOn(
  response: Response,
  date = response.headers.get("date")!,
): Promise<Response> {
  return json(await response.text(), { headers: { allow: "GET", date } });
}

/** The archive is away once it was asked for so many series. */
async function withBreaking(
  after: number,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  await withMade(async (archive) => {
    for (const [index, tool] of ["a", "b", "c", "d", "e", "f"].entries()) {
      await made(archive, { "throughput": index }, { "tool-name": tool });
    }
    let asked = 0;
    await withServer(async (_request, { pathname, search }) => {
      const isList = pathname === ROOT;
      if (!isList && asked++ >= after) {
        return AWAY();
      }
      const response = await fetch(archive.url + pathname + search);
      return await passedOn(response);
    }, use);
  });
}

const AWAY = () =>
  new Response("away", {
    status: 503,
    headers: { date: new Date(NOW * 1000).toUTCString() },
  });

const ONE_BY_ONE = ["--concurrency", "1", "--retry", "0"];

needs(
  "own pauses",
  "latest prints what it knows, marked, of an archive that is away in the middle",
  async () => {
    await withBreaking(2, async (origin) => {
      const asJson = await latest(origin, [...ONE_BY_ONE, "-o", "json"]);
      assertEquals(asJson.exit, 1);
      const found: Latest[] = JSON.parse(asJson.stdout);
      assertEquals(
        found.map(({ ts, value }) => [ts !== null, value !== null]),
        [
          [true, true],
          [true, true],
          ...Array.from({ length: 3 }, () => [false, false]),
        ],
      );
      assertMatch(
        asJson.stderr,
        /^(incomplete: .*\n){2}esmond-ps latest: .*\n$/,
      );
    });
    await withBreaking(2, async (origin) => {
      const { exit, stdout } = await latest(origin, ONE_BY_ONE);
      assertEquals(exit, 1);
      assertMatch(stdout, /bit\/s +1 min ago\n/);
      assertMatch(stdout, / {2}\? +not read\n/);
      assertMatch(
        stdout,
        /\n\nincomplete: 3 series and what follows could not be read\n$/,
      );
    });
  },
);

needs(
  "own pauses",
  "latest prints metrics of what it knows, and esmond_up 0, of an archive that is away",
  async () => {
    await withBreaking(2, async (origin) => {
      const argv = [...ONE_BY_ONE, "-o", "openmetrics"];
      const { exit, stdout } = await latest(origin, argv);
      assertEquals(exit, 1);
      assertMatch(stdout, /^esmond_up 0$/m);
      assertEquals(stdout.match(/^esmond_throughput_/gm)?.length, 2);
      assert(stdout.endsWith("# EOF\n"));
    });
    await withServer(AWAY, async (url) => {
      const { exit, stdout, stderr } = await latest(url, [
        ...["-o", "openmetrics", "--retry", "0"],
      ]);
      assertEquals(exit, 1);
      assertMatch(stdout, /\nesmond_up 0\n# EOF\n$/);
      assertMatch(stderr, /^esmond-ps latest: [^\n]+\n$/);
      const human = await latest(url, ["--retry", "0"]);
      assertEquals([human.exit, human.stdout], [1, ""]);
    });
  },
);

needs("early stop", "latest prints no metrics when it is stopped", async () => {
  await withBreaking(9, async (origin) => {
    const argv = ["-o", "openmetrics"];
    assertEquals(await latest(origin, argv, { signal: AbortSignal.abort() }), {
      exit: 130,
      stdout: "",
      stderr: "esmond-ps latest: interrupted\n",
    });
  });
});

/** An archive with all that metrics are made of. */
async function withAllKinds(
  use: (url: string, keys: string[]) => Promise<void>,
): Promise<void> {
  await withMade(async (archive) => {
    const loss = { numerator: 3, denominator: 600 };
    const keys = [
      await made(archive, {
        "failures": undefined,
        "histogram-owdelay": { "24.6": 600 },
        "packet-loss-rate": loss,
      }, { "tool-name": 'pow"stream\\' }),
      await made(archive, { "packet-loss-rate-bidir": loss }),
      await made(archive, { "throughput": 1e9, "packet-loss-rate": loss }),
      await made(archive, { "throughput": 2e9 }, { "bw-parallel-streams": 8 }),
    ];
    await write(archive, keys[0]!, "failures", { [NOW - 10]: { error: "no" } });
    await use(archive.url, keys);
  });
}

Deno.test("latest prints metrics of what was measured, and nothing else", async () => {
  await withAllKinds(async (url, keys) => {
    const { exit, stdout, stderr } = await latest(url, [
      ...["-o", "openmetrics", "--percentiles", "50,95"],
    ]);
    assertEquals([exit, stderr], [0, ""]);
    const [first, ping, udp, tcp] = keys;
    const hosts = 'source="192.0.2.10",destination="198.51.100.20",family="4"';
    const one = `{${hosts},tool="pow\\"stream\\\\",metadata_key="${first}"`;
    const other = (key: string) =>
      `{${hosts},tool="pscheduler/tool",metadata_key="${key}"`;
    const samples = stdout.split("\n").filter((line) => /^[^#]/.test(line));
    const time = "esmond_value_timestamp_seconds";
    const run = "esmond_last_run_timestamp_seconds";
    const loss = "esmond_packet_loss_ratio";
    assertEquals(
      samples.sort(),
      [
        "esmond_up 1",
        `esmond_throughput_bits_per_second${other(udp!)}} 1000000000`,
        `esmond_throughput_bits_per_second${other(tcp!)}} 2000000000`,
        `${loss}${one},kind="one-way"} 0.005`,
        `${loss}${other(ping!)},kind="round-trip"} 0.005`,
        `${loss}${other(udp!)},kind="udp-throughput"} 0.005`,
        `esmond_delay_seconds${one},kind="one-way",quantile="0.5"} 0.0246`,
        `esmond_delay_seconds${one},kind="one-way",quantile="0.95"} 0.0246`,
        `${time}${one},event_type="histogram-owdelay"} ${NOW - 60}`,
        `${time}${one},event_type="packet-loss-rate"} ${NOW - 60}`,
        `${time}${other(ping!)},event_type="packet-loss-rate-bidir"} ${
          NOW - 60
        }`,
        `${time}${other(udp!)},event_type="throughput"} ${NOW - 60}`,
        `${time}${other(udp!)},event_type="packet-loss-rate"} ${NOW - 60}`,
        `${time}${other(tcp!)},event_type="throughput"} ${NOW - 60}`,
        `${run}${one}} ${NOW - 10}`, // it failed, but ran
        ...[ping, udp, tcp].map((key) => `${run}${other(key!)}} ${NOW - 60}`),
      ].sort(),
    );
  });
});

Deno.test("latest shows what acts on a terminal by its number, in metrics too", async () => {
  await withMade(async (archive) => {
    const tool = { "tool-name": "a\x1b[31m\u202eb" };
    await made(archive, { "throughput": 1e9 }, tool);
    const argv = ["-o", "openmetrics"];
    const piped = await latest(archive.url, argv);
    assertStringIncludes(piped.stdout, 'tool="a\x1b[31m\u202eb"');
    const shown = await latest(archive.url, argv, { isTerminal: true });
    assertStringIncludes(shown.stdout, 'tool="a\\x1b[31m\\u202eb"');
    assertMatch(shown.stdout, /\n# EOF\n$/);
  });
});

Deno.test("latest tells of the last run, whatever --event-type asks for", async () => {
  await withAllKinds(async (url, [first]) => {
    const { stdout } = await latest(url, [
      ...["-o", "openmetrics", "-e", "histogram-owdelay"],
    ]);
    assert(!stdout.includes("esmond_packet_loss_ratio"), stdout);
    const line = stdout.split("\n").find((each) =>
      each.startsWith("esmond_last_run") && each.includes(first!)
    );
    assertEquals(line?.split(" ").at(-1), `${NOW - 10}`);
  });
});

/**
 * The one thing that promtool would have otherwise: it wants bytes, but the
 * archives, and everybody who measures throughput, have bits.
 */
const ITS_WISH =
  'esmond_throughput_bits_per_second use base unit "bytes" instead of "bits"\n';

withPrograms(
  ["promtool"],
  "Prometheus reads the metrics of latest",
  async () => {
    const check = async (input: string) => {
      const { exit, stdout, stderr } = await runProcess(
        ["promtool", "check", "metrics"],
        { input },
      );
      return { exit, told: stdout + stderr };
    };
    await withAllKinds(async (url) => {
      const { stdout } = await latest(url, ["-o", "openmetrics"]);
      assertEquals(await check(stdout), { exit: 3, told: ITS_WISH });
      const rest = await latest(url, [
        "-o",
        "openmetrics",
        "-e",
        "packet-trace",
      ]);
      assertEquals(await check(rest.stdout), { exit: 0, told: "" });
      assertEquals((await check(stdout.replace("{", ""))).exit, 1);
    });
  },
);

Deno.test("latest refuses percentiles and widths that are none", async () => {
  for (
    const [argv, message] of [
      [
        ["--percentiles", "50,101"],
        /--percentiles is "50,101": give numbers from 0 to 100/,
      ],
      [["--percentiles", "50,"], /--percentiles is "50,": give numbers/],
      [["--bucket-width", "0"], /--bucket-width is "0": give seconds/],
      [["--bucket-width", "wide"], /--bucket-width is "wide": give seconds/],
    ] as const
  ) {
    const ended = await latest("http://127.0.0.1:9999", [...argv]);
    assertEquals([ended.exit, ended.stdout], [2, ""]);
    assertMatch(ended.stderr, message);
  }
});

Deno.test("latest says that there is nothing", async () => {
  await withMade(async ({ url }) => {
    assertEquals(await latest(url), {
      exit: 0,
      stdout: "No data found.\n",
      stderr: "",
    });
    const metrics = await latest(url, ["-o", "openmetrics"]);
    assertMatch(metrics.stdout, /\nesmond_up 1\n# EOF\n$/);
  });
});
