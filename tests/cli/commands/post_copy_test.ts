/** Exports of one archive that are posted to another. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import { startArchive } from "../../../archive/server.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { assertTold, runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";

const KEY = "5d1c0ffee5d1c0ffee5d1c0ffee5d1c0ffee5d1c";
const env = { ESMOND_API_KEY: KEY };
const ROOT = "/esmond/perfsonar/archive/";
const TS = 1664578800; // 2022-09-30 23:00:00 UTC

/** Runs a command that has to succeed, and gives what it prints. */
async function done(argv: string[], input?: string): Promise<string> {
  const { exit, stdout, stderr } = await runCli(
    argv,
    input === undefined ? { env } : { env, input },
  );
  assertEquals(exit, 0, stderr);
  return stdout;
}

/** All points of an archive in ndjson, or of some of its tests. */
function exported(url: string, ...some: string[]): Promise<string> {
  const all = ["get-bulk", "-u", url, "-S", "any", "-o", "ndjson", "-D", "-"];
  return done([...all, ...some]);
}

/** The lines without what differs between two archives. */
function lines(text: string, keys = new Map<string, string>()): string[] {
  return text.trimEnd().split("\n").map((line) => {
    const { archive: _, ...point } = JSON.parse(line);
    const key = keys.get(point.metadata_key) ?? point.metadata_key;
    const [value] = /"value": .*/.exec(line)!;
    return JSON.stringify({ ...point, metadata_key: key, value });
  }).toSorted();
}

/** A description as an archive lists it. */
function listed(key: string, more: Record<string, unknown> = {}) {
  return {
    "url": `http://ma.example${ROOT}${key}/`,
    "metadata-key": key,
    "uri": `${ROOT}${key}/`,
    "subject-type": "point-to-point",
    "source": "192.0.2.61",
    "destination": "192.0.2.62",
    "measurement-agent": "192.0.2.61",
    "tool-name": "pscheduler/iperf3",
    "input-source": "a.example",
    "input-destination": "b.example",
    ...more,
  };
}

function eventType(key: string, name: string) {
  return {
    "event-type": name,
    "base-uri": `${ROOT}${key}/${name}/base`,
    "time-updated": TS,
    "summaries": [],
  };
}

Deno.test("post puts all that get-bulk -o ndjson exports of an archive into an empty one, byte for byte", async () => {
  const source = await startArchive({ tokens: [KEY], sampleDays: 0.02 });
  const target = await startArchive({ tokens: [KEY] });
  try {
    const query = ["get-metadata", "-S", "any", "-o", "ndjson", "-u"];
    const some = ["-a", "192.0.2.10"];
    const tests = await done([...query, source.url, ...some]);
    const points = await exported(source.url, ...some);
    await done(["post-metadata", "-u", target.url], tests);
    await done(["post", "-u", target.url], points);
    assertEquals(lines(await exported(target.url)), lines(points));
    const bare = (text: string) =>
      text.replace(/"time-updated": ?(\d+|null)|"ur[li]": ?"[^"]*"/g, "")
        .split("\n").toSorted();
    assertEquals(bare(await done([...query, target.url])), bare(tests));
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
});

/** Values that other archives have, of which some are not esmond's. */
const VALUES: Record<string, string[]> = {
  "failures": [
    `{"error":"busy","diags":"run 7","participant":1}`,
    `{}`,
    `"plain text"`,
    `{"error":null}`,
    `{"error":"a\\n\\t\\"b\\" \\u0000 \\u2028 \\ud800 é"}`,
  ],
  "throughput-subintervals": [
    `[{"start":0,"duration":1.0001,"val":900000000,"omitted":false,"jitter":0.03},{"start":1.0001,"duration":1,"val":null}]`,
  ],
  "packet-trace": [
    `[{"ttl":1,"ip":"192.0.2.1","hostname":"gw.example","as":{"number":64500,"owner":"EX"},"rtt":0.3,"success":1},{"ttl":2}]`,
    `[]`,
  ],
  "streams-throughput": ["[1,null,3]", "[]"],
  "streams-throughput-subintervals": [
    `[[{"start":0,"duration":1,"val":5}],[]]`,
  ],
  "histogram-owdelay": [`{"-0.3":2,"5.10":598,"5.1":1,"nan":600}`, "{}"],
  "pscheduler-raw": [
    "1000000000.0",
    "-0.0",
    "12345678901234567890",
    `{"id":12345678901234567890,"rate":1.0,"b":2,"a":1e-07}`,
    "null",
    `[[],{}," "]`,
  ],
  "time-error-estimates": ["0.57", "-0.0003", "1234567.8901"],
  "throughput": ["9007199254740992.0", "-1.0", "0.0"],
};

Deno.test("post puts structured values of another archive into an empty one as they are, each to the new key of its test", async () => {
  const keys = ["a".repeat(32), "b".repeat(32)];
  const list = keys.map((key, n) =>
    listed(key, {
      "event-types": Object.keys(VALUES).map((name) => eventType(key, name)),
      "bw-target-bandwidth": n,
      "ip-tos": null,
      "time-updated": TS,
      "note": "5",
    })
  );
  const handler = (_: Request, { pathname, searchParams }: URL) => {
    const [, name = ""] = /[/]([^/]+)[/]base[/]?$/.exec(pathname) ?? [];
    const from = Number(searchParams.get("time-start"));
    const points = (VALUES[name] ?? []).flatMap((val, n) =>
      TS + n < from ? [] : [`{"ts":${TS + n},"val":${val}}`]
    );
    return new Response(
      pathname === ROOT ? JSON.stringify(list) : `[${points.join()}]`,
      { headers: { "content-type": "application/json" } },
    );
  };
  const target = await startArchive({ tokens: [KEY] });
  await withServer(handler, async (url) => {
    await withDirectory(async (directory) => {
      const file = join(directory, "keys");
      const query = ["get-metadata", "-S", "any", "-o", "ndjson", "-u"];
      const tests = await done([...query, url]);
      const post = [...["-u", target.url], "--keys", file];
      const printed = await done(["post-metadata", ...post], tests);
      const [one, two] = printed.trimEnd().split("\n");
      assertEquals(
        await Deno.readTextFile(file),
        `${keys[0]} ${one}\n${keys[1]} ${two}\n`,
      );
      const points = await exported(url);
      await done(["post", ...post], points);
      assertEquals(
        lines(await exported(target.url)),
        lines(points, new Map([[keys[0]!, one!], [keys[1]!, two!]])),
      );
      // the parameters of the tests, and their types of value
      const copies = await done([...query, target.url]);
      assertMatch(copies, /"bw-target-bandwidth": ?"?1"?/);
      assert(!copies.includes("ip-tos"), copies);
      // the keys of another test stay in the file
      const third = JSON.stringify({ ...list[0], "metadata-key": "c" });
      await done(["post-metadata", ...post], third);
      assertEquals(
        await Deno.readTextFile(file),
        `${keys[0]} ${one}\n${keys[1]} ${two}\nc ${one}\n`,
      );
    });
  });
  await target.close();
});

/** A line of an export. */
function row(more: Record<string, unknown>): string {
  return JSON.stringify({
    ...{
      archive: "http://ma.example",
      metadata_key: "a",
      source: "192.0.2.61",
    },
    ...{ summary_type: "base", summary_window: 0, ts: TS, ...more },
  });
}

/** An archive with two tests, whose keys are a and b in an export. */
async function withTests(
  use: (place: {
    post(rows: string[], argv?: string[]): ReturnType<typeof runCli>;
    stored(eventType: string): Promise<string[]>;
    keys: string[];
  }) => Promise<void>,
): Promise<void> {
  const archive = await startArchive({ tokens: [KEY] });
  try {
    await withDirectory(async (directory) => {
      const file = join(directory, "keys");
      const types = ["packet-count-sent", "packet-count-lost"]
        .concat("packet-loss-rate", "throughput", "throughput-subintervals");
      const tests = ["a", "b"].map((key, n) =>
        JSON.stringify(listed(key, {
          "event-types": types.map((name) => eventType(key, name)),
          "n": String(n),
        }))
      ).join("\n");
      const at = ["-u", archive.url];
      const printed = await done(
        ["post-metadata", ...at, "--keys", file],
        tests,
      );
      await use({
        keys: printed.trimEnd().split("\n"),
        post: (rows, argv = ["--keys", file]) =>
          runCli(["post", ...at, ...argv], {
            env,
            input: rows.map((each) => `${each}\n`).join(""),
          }),
        stored: async (name) =>
          lines(await exported(archive.url))
            .flatMap((line) => {
              const { event_type, ts, value } = JSON.parse(line);
              return event_type === name ? [`${ts - TS} ${value}`] : [];
            }),
      });
    });
  } finally {
    await archive.close();
  }
}

const SENT = { event_type: "packet-count-sent", value: 600.0 };
const RATE = { event_type: "packet-loss-rate", value: 3 / 600 };

Deno.test("post copies a test although counts of lost packets are missing, names the rates without them, and takes the rest later", async () => {
  await withTests(async ({ post, stored, keys }) => {
    const rows = [
      row(SENT),
      row({ event_type: "packet-count-lost", value: 3 }),
      row(RATE),
      row({ ...RATE, ts: TS + 60 }),
      row({ event_type: "packet-count-lost", value: 1, ts: TS + 60 }),
      row({ ...SENT, value: 0, ts: TS + 180 }),
    ];
    const both = [["-k", keys[0]!], undefined];
    for (const argv of both) {
      const { exit, stderr } = await post(rows, argv);
      assertEquals(exit, 3, stderr);
      assertMatch(
        stderr,
        /^line 4: packet-loss-rate of a at 2022-09-30 23:01:00: a loss rate .*packet-count-sent.*--sent N[^\n]*\n5 points are stored, 1 not\n$/,
      );
      assertEquals(await stored("packet-loss-rate"), [`0 "value": 0.005}`]);
    }
    const { exit, stderr } = await post(rows, [...both[0]!, "--sent", "200"]);
    assertEquals([exit, stderr], [0, "6 points are stored\n"]);
    assertEquals(await stored("packet-loss-rate"), [
      `0 "value": 0.005}`,
      `60 "value": 0.005}`,
    ]);
    // the archive has the counts by now
    assertEquals((await post([row(RATE)])).exit, 0);
  });
});

Deno.test("post of an export stores what it can, and names what it cannot", async () => {
  await withTests(async ({ post, stored }) => {
    const value = { event_type: "throughput", value: 5 };
    await post([row({ ...value, ts: TS + 1 })]);
    const { exit, stdout, stderr } = await post([
      row(value),
      row({ ...value, ts: TS + 1, value: 6 }), // it has another
      row({ ...value, metadata_key: "b" }),
      row({ ...value, metadata_key: "c" }),
      row({ ...value, summary_type: "average", summary_window: 86400 }),
      row({ ...value, ts: TS + 2, value: null, text: "NaN" }),
      row({ ...value, ts: TS + 2, value: 5.5 }),
      row({ event_type: "throughput-subintervals", value: [] }),
      row({ event_type: "failures", value: { error: "e" } }),
      row({ event_type: "weather", value: 5 }),
      row(value), // twice
    ]);
    assertEquals([exit, stdout], [3, ""]);
    const of = (line: number, key: string, why: string, type = "throughput") =>
      new RegExp(`^line ${line}: ${type} of ${key} at 2022-[\\d: -]+: ${why}`);
    const expected = [
      of(4, "c", "its test is not in the file of --keys$"),
      of(5, "a", "it is a roll-up \\(average\\), which the archive computes"),
      of(6, "a", "its value is NaN, which cannot be stored$"),
      of(10, "a", "archives have no event type weather$", "weather"),
      of(7, "a", "5.5 is not a value of throughput: "),
      of(8, "a", "\\[\\] is not a value of ", "throughput-subintervals"),
      of(11, "a", "there is a point of throughput at 1664578800 already"),
      of(9, "a", "the test [0-9a-f]+ was not created with ", "failures"),
      of(2, "a", "the archive has 5.0 for throughput at 1664578801, and"),
      /^2 points are stored, 9 not$/,
    ];
    const told = stderr.trimEnd().split("\n");
    assertEquals(told.length, expected.length, stderr);
    for (const [at, line] of expected.entries()) assertMatch(told[at]!, line);
    assertEquals(await stored("throughput"), [
      `0 "value": 5.0}`,
      `0 "value": 5.0}`,
      `1 "value": 5.0}`,
    ]);
  });
});

Deno.test("post of an export goes on with other tests when the archive refuses the points of one", async () => {
  const archive = await startArchive({ tokens: [KEY] });
  const keys: string[] = [];
  const refusing = async (request: Request, { pathname, search }: URL) => {
    const isRefused = request.method === "PUT" && pathname.includes(keys[0]!);
    if (isRefused) return json({ detail: "too odd" }, { status: 400 });
    const body = request.method === "PUT" ? await request.text() : null;
    const { method, headers } = request;
    return fetch(archive.url + pathname + search, { method, headers, body });
  };
  await withServer(refusing, async (url) => {
    for (const n of ["1", "2"]) {
      const test = listed(n, {
        n,
        "event-types": [eventType(n, "throughput")],
      });
      const at = ["post-metadata", "-u", archive.url];
      keys.push((await done(at, JSON.stringify(test))).trimEnd());
    }
    const rows = keys.map((key) =>
      row({ metadata_key: key, event_type: "throughput", value: 5 })
    );
    const argv = ["post", "-u", url, "--retry", "0"];
    const { exit, stderr } = await runCli(argv, {
      env,
      input: rows.join("\n"),
    });
    assertEquals(exit, 3, stderr);
    assertMatch(
      stderr,
      /^line 1: throughput of [^\n]*400: too odd[^\n]*\n1 point is stored, 1 not\n$/,
    );
    const alone = await runCli(argv, { env, input: rows[0]! });
    assertTold(alone, 1, /400: too odd/);
  });
  await archive.close();
});

Deno.test("post of an export of which nothing can be stored says why, and fails", async () => {
  await withTests(async ({ post, stored }) => {
    const value = { event_type: "throughput", value: 5 };
    const table: [row: string, message: RegExp, argv?: string[]][] = [
      [
        row({ ...value, summary_type: "average" }),
        /line 1: .*: it is a roll-up \(average\)/,
      ],
      [
        row(value),
        /there is no test with the key a in the archive.*post-metadata --keys/,
        [],
      ],
      [row({ ...value, metadata_key: null }), /line 1 does not name its test/],
      [row({ ...value, ts: undefined }), /line 1 is not a point: it needs ts/],
      [row(RATE), /--sent N/],
      [
        row(value),
        /line 1 is of throughput, and --event-type is packet-trace/,
        [
          "-e",
          "packet-trace",
        ],
      ],
    ];
    for (const [each, message, argv] of table) {
      assertTold(await post([each], argv), 2, message, each);
    }
    const rows = [row({ ...value, summary_type: "average" }), row(RATE)];
    const { exit, stderr } = await post(rows);
    assertEquals(exit, 2);
    assertMatch(
      stderr,
      /roll-up.*\n.*--sent N.*\n.*none of the 2 points is stored\n$/,
    );
    assertEquals(await stored("throughput").catch(() => []), []);
  });
});

Deno.test("post reads a long export piece by piece, also where loss rates come before their counts", async () => {
  await withTests(async ({ post, stored }) => {
    const count = 6_000;
    const each = (more: Record<string, unknown>) =>
      Array.from({ length: count }, (_, n) => row({ ...more, ts: TS + n }));
    const [rates, counts] = [each(RATE), each(SENT)];
    const broken = await post([...rates, ...counts, "{"]);
    assertEquals(broken.exit, 2, broken.stderr);
    assertMatch(
      broken.stderr,
      /^8000 points are stored before that; the same command continues\n.*line 12001 is not JSON/,
    );
    const { stderr } = await post([...rates, ...counts]);
    assertEquals(stderr, `${2 * count} points are stored\n`);
    assertEquals((await stored("packet-loss-rate")).length, count);
  });
});

Deno.test("post and post-metadata read every file that is named, compressed or not", async () => {
  const archive = await startArchive({ tokens: [KEY] });
  await withDirectory(async (directory) => {
    const file = (name: string, text: string) => {
      const path = join(directory, name);
      const isPacked = name.endsWith(".gz");
      Deno.writeFileSync(
        path,
        isPacked ? gzipSync(text) : new TextEncoder().encode(text),
      );
      return path;
    };
    const test = (key: string, name: string) =>
      JSON.stringify(
        listed(key, { "n": key, "event-types": [eventType(key, name)] }),
      );
    const at = ["-u", archive.url, "--keys", join(directory, "keys")];
    const tests = [
      file("tests", test("a", "throughput")),
      file("others.gz", test("b", "failures")),
    ];
    const keys = await done(["post-metadata", ...at, ...tests]);
    assertMatch(keys, /^[0-9a-f]{32}\n[0-9a-f]{32}\n$/);
    const points = [
      file("one.gz", row({ event_type: "throughput", value: 5 })),
      file(
        "two.csv",
        `metadata_key,event_type,timestamp,msg\nb,failures,2022-09-30 23:00:00,e\n`,
      ),
      file("three", `${row({ event_type: "throughput", value: 6 })}\nx\n`),
    ];
    const post = (...files: string[]) =>
      runCli(["post", ...at, ...files], { env });
    const { exit, stderr } = await post(points[0]!, points[1]!);
    assertEquals([exit, stderr], [0, "2 points are stored\n"]);
    const broken = await post(...points);
    assertEquals(broken.exit, 2);
    assertMatch(broken.stderr, /three: line 2 is not JSON/);
    assertEquals(
      lines(await exported(archive.url)).map((line) => JSON.parse(line).value),
      [`"value": {"error":"e"}}`, `"value": 5.0}`],
    );
  });
  await archive.close();
});
