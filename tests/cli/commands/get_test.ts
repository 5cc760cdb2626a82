import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parse } from "@std/csv/parse";
import {
  parquetMetadata,
  parquetReadObjects,
} from "../../packages/hyparquet.ts";
import { constants, gunzipSync, inflateRawSync } from "node:zlib";
import { type Handler, json, withServer } from "../../servers/serve.ts";
import { needs } from "../../helpers/binary.ts";
import {
  type Ended,
  interrupt,
  noNames,
  runCli,
  type RunOptions,
} from "../../helpers/run.ts";
import { Bytes } from "../output/sinks.ts";
import { startArchive } from "../../../archive/server.ts";
import {
  description,
  makeTest,
  ROOT,
  send,
  TOKEN,
} from "../../helpers/archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { test } from "../../helpers/listed.ts";

const TS = 1456790400;
const WINDOW = ["-S", "2016-03-01", "-E", "2016-03-03T00:00"];

/**
 * An archive of these tests, with data by path below the root; a number is the
 * status of an error.
 */
function archive(
  tests: unknown[],
  data: Record<string, unknown>,
  requests: URL[] = [],
): Handler {
  return (_request, url) => {
    requests.push(url);
    if (url.pathname === ROOT) return json(tests);
    const body = data[url.pathname.slice(ROOT.length)] ?? 404;
    return typeof body === "number"
      ? json({ detail: `status ${body}` }, { status: body })
      : json(body);
  };
}

async function get(
  handler: Handler,
  eventType: string,
  argv: string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  const hosts = ["-s", "192.0.2.11", "-d", "192.0.2.21", "--retry", "0"];
  return await withServer(
    handler,
    (origin) =>
      runCli(
        ["get", "-u", origin, ...hosts, ...WINDOW, "-e", eventType, ...argv],
        options,
      ),
  );
}

const THROUGHPUT = archive([test("k1", ["throughput"])], {
  "k1/throughput/base": `[{"ts":${TS},"val":7016320000.0},{"ts":${
    TS + 60
  },"val":null}]`,
});

Deno.test("get prints a row for each point to people", async () => {
  assertEquals(await get(THROUGHPUT, "throughput"), {
    exit: 0,
    stdout: `source: 192.0.2.11
destination: 192.0.2.21
event_type: throughput
tool: tool-k1
summary_type: base
summary_window: 0
timestamp: 2016-03-01 00:00:00
value: 7016320000.0
= + = + = + = + = + =
source: 192.0.2.11
destination: 192.0.2.21
event_type: throughput
tool: tool-k1
summary_type: base
summary_window: 0
timestamp: 2016-03-01 00:01:00
value: None

`,
    stderr: "",
  });
});

Deno.test("get prints a row for each point as JSON", async () => {
  const row = (time: string, value: string) =>
    '{"source": "192.0.2.11", "destination": "192.0.2.21", ' +
    '"event_type": "throughput", "tool": "tool-k1", "summary_type": "base", ' +
    `"summary_window": 0, "timestamp": "2016-03-01 ${time}", "value": ${value}}`;
  assertEquals(
    (await get(THROUGHPUT, "throughput", ["-o", "json"])).stdout,
    `[${row("00:00:00", "7016320000.0")}, ${row("00:01:00", "null")}]\n`,
  );
});

Deno.test("get prints a row for each point as CSV", async () => {
  assertEquals(
    (await get(THROUGHPUT, "throughput", ["-o", "csv"])).stdout,
    "source,destination,event_type,tool,summary_type,summary_window,timestamp,value\r\n" +
      "192.0.2.11,192.0.2.21,throughput,tool-k1,base,0,2016-03-01 00:00:00,7016320000.0\r\n" +
      "192.0.2.11,192.0.2.21,throughput,tool-k1,base,0,2016-03-01 00:01:00,\r\n\n",
  );
});

Deno.test("get prints the tests in the order of the archive, and the points of each by time", async () => {
  const handler = archive(
    [test("b", ["path-mtu"]), test("a", ["path-mtu"])],
    {
      "a/path-mtu/base": [{ ts: TS, val: 1 }],
      "b/path-mtu/base": [{ ts: TS + 1, val: 2 }, { ts: TS + 2, val: 3 }],
    },
  );
  const { stdout } = await get(handler, "path-mtu", ["-o", "csv"]);
  const rows = parse(stdout.trimEnd()).slice(1);
  assertEquals(rows.map((row) => [row[3], row[7]]), [
    ["tool-b", "2"],
    ["tool-b", "3"],
    ["tool-a", "1"],
  ]);
});

needs(
  "resolver",
  "get -o ndjson prints each point as the archive has it, with all that identifies its test",
  async () => {
    const value = '[{"ttl": "1", "as": {"number": 64500}}, {"diags": 1.50}]';
    const agent = { "measurement-agent": "192.0.2.5" };
    const traces = {
      "event-type": "packet-trace",
      "base-uri": `${ROOT}k/base`,
    };
    const handler = archive(
      [{ ...test("k1", []), ...agent, "event-types": [traces] }],
      { "k/base": `[{"ts":${TS},"val":${value}},{"ts":${TS}.5,"val": []}]` },
    );
    const lines = await withServer(handler, async (origin) => {
      const { stdout, stderr } = await runCli([
        ...["get", "-u", origin, "-s", "192.0.2.11", "-d", "192.0.2.21"],
        ...[...WINDOW, "-e", "packet-trace", "-o", "ndjson"],
      ], {
        resolver: { ...noNames, reverse: () => Promise.resolve("a.name") },
      });
      assertEquals(stderr, "");
      return stdout.replaceAll(origin, "http://ma.example").split("\n");
    });
    const lead =
      `{"archive": "http://ma.example${ROOT}", "metadata_key": "k1", "source": "192.0.2.11", "destination": "192.0.2.21", "measurement_agent": "192.0.2.5", "tool": "tool-k1", "event_type": "packet-trace", "summary_type": "base", "summary_window": 0, "timestamp": "2016-03-01 00:00:00", `;
    assertEquals(lines, [
      `${lead}"ts": ${TS}, "value": ${value}}`,
      `${lead}"ts": ${TS}.5, "value": []}`,
      "",
    ]);
  },
);

Deno.test("get prints one record a failure as CSV, whatever its text is", async () => {
  const errors = [
    'iperf3: {\n\t"error":\t"refused"\n}\n\n',
    "=cmd|' /C calc'!A0",
    null,
    "a, b",
  ];
  const handler = archive([test("k1", ["failures"])], {
    "k1/failures/base": errors.map((error, n) => ({
      ...{ ts: TS + n, val: { error } },
    })),
  });
  const { stdout, stderr } = await get(handler, "failures", ["-o", "csv"]);
  assertEquals(stderr, "");
  assertEquals(
    parse(stdout.trimEnd()).slice(1).map((row) => row.at(-1)),
    errors.map((error) => error ?? ""),
  );
});

Deno.test("get prints the other points of a series with NaN, in every format", async () => {
  const handler = archive([test("k1", ["throughput"])], {
    "k1/throughput/base": `[{"ts":${TS},"val":NaN},{"ts":${
      TS + 60
    },"val":1e9}]`,
  });
  const shown: Record<string, [RegExp, RegExp]> = {
    human: [/value: NaN\n/, /value: 1000000000.0\n/],
    json: [/"value": null\}/, /"value": 1000000000.0\}/],
    csv: [/,NaN\r\n/, /,1000000000.0\r\n/],
    ndjson: [/"value": null, "text": "NaN"\}\n/, /"value": 1e9\}\n/],
  };
  for (const [format, texts] of Object.entries(shown)) {
    const ended = await get(handler, "throughput", ["-o", format]);
    assertEquals(ended.exit, 0);
    for (const text of texts) assertMatch(ended.stdout, text);
    assertMatch(ended.stderr, /the archive sends NaN or Infinity/);
  }
});

const HOPS = archive(
  [test("k1", ["packet-trace"], {
    "ip-tos": 8,
    "measurement-agent": "192.0.2.5",
  })],
  {
    "k1/packet-trace/base":
      `[{"ts":${TS},"val":[{"ttl":1,"as":{"owner":"a, b"}}]},{"ts":${TS},"val":[]}]`,
  },
);

Deno.test("get says once what is not among the columns, and --with extra has it", async () => {
  const notice =
    "packet-trace: as, empty values are not among the columns; --with extra or -o ndjson has them\n";
  for (const format of ["json", "csv"]) {
    const { exit, stderr } = await get(HOPS, "packet-trace", ["-o", format]);
    assertEquals([exit, stderr], [0, notice]);
  }
  const human = await get(HOPS, "packet-trace");
  assertEquals(
    human.stderr,
    "packet-trace: as is not among the columns; --with extra or -o ndjson has it\n",
  );
  const { stdout, stderr } = await get(HOPS, "packet-trace", [
    ...["-o", "csv", "--with", "extra"],
  ]);
  assertEquals(stderr, "");
  const [header, ...rows] = parse(stdout.trimEnd());
  assertEquals(header!.slice(-2), ["error_message", "extra"]);
  assertEquals(rows.map((row) => row.at(-1)), [
    '{"as": {"owner": "a, b"}}',
    "[]",
  ]);
  const inJson = await get(HOPS, "packet-trace", [
    ...["-o", "json", "--with", "extra"],
  ]);
  assertEquals(
    JSON.parse(inJson.stdout).map(({ extra }: { extra: unknown }) => extra),
    [{ as: { owner: "a, b" } }, []],
  );
});

needs(
  "resolver",
  "get --with adds parameters of the test after the original's columns",
  async () => {
    const added = ["--with", "ip-tos,tool-name,source", "--with=metadata_key"];
    const { stdout } = await get(HOPS, "packet-trace", ["-o", "csv", ...added]);
    const [header, row] = parse(stdout.trimEnd());
    assertEquals(header!.slice(-4), [
      ...["error_message", "ip_tos", "tool_name", "metadata_key"],
    ]);
    assertEquals(row!.slice(-3), ["8", "tool-k1", "k1"]);
    const human = await get(HOPS, "packet-trace", [
      ...["--with", "extra,measurement-agent"],
    ], { resolver: { ...noNames, reverse: () => Promise.resolve("a.name") } });
    assertMatch(
      human.stdout,
      /\ntimestamp: .*\nmeasurement_agent: a.name\n= .*\n(.*\n){7}extra: \{"as": \{"owner": "a, b"\}\}\n= /,
    );
  },
);

Deno.test("get says of rows of several tests that look the same which --with and --filter help", async () => {
  const tests = ["tcp", "udp"].map((protocol, n) =>
    test(`k${n}`, ["throughput"], {
      "tool-name": "iperf3",
      "ip-transport-protocol": protocol,
    })
  );
  const point = [{ ts: TS, val: 1 }];
  const empty = archive(tests, {
    "k0/throughput/base": point,
    "k1/throughput/base": [],
  });
  assertEquals((await get(empty, "throughput")).stderr, "");
  const both = archive(tests, {
    "k0/throughput/base": point,
    "k1/throughput/base": point,
  });
  for (const format of ["human", "csv", "json"]) {
    assertEquals(
      (await get(both, "throughput", ["-o", format])).stderr,
      "no column tells the rows of 2 tests apart, which differ in ip-transport-protocol; " +
        "--with ip-transport-protocol adds what does, --filter ip-transport-protocol:tcp finds one of them\n",
    );
  }
  for (const argv of [["--with", "ip-transport-protocol"], ["-o", "ndjson"]]) {
    assertEquals((await get(both, "throughput", argv)).stderr, "");
  }
});

Deno.test("get --with a name that no test has is wrong usage, and prints nothing", async () => {
  for (const gzip of [[], ["--gzip"]]) {
    const { exit, stdout, stderr, bytes } = await getBytes(
      HOPS,
      "packet-trace",
      ["-o", "csv", "--with", "ip-tos,ip-tosh", ...gzip],
    );
    assertEquals([exit, stdout, bytes.length], [2, "", 0]);
    assertEquals(
      stderr,
      "esmond-ps get: --with ip-tosh: no test that was found has it (did you mean ip-tos?)\n",
    );
  }
  const nothing = archive([], {});
  const { exit, stderr } = await get(nothing, "failures", ["--with", "x"]);
  assertEquals([exit, stderr], [0, ""]);
});

/** What comes of a command line that writes bytes. */
async function getBytes(
  handler: Handler,
  eventType: string,
  argv: string[],
): Promise<Ended & { bytes: Uint8Array<ArrayBuffer> }> {
  const stdoutBytes = new Bytes();
  const result = await get(handler, eventType, argv, { stdoutBytes });
  return { ...result, bytes: stdoutBytes.bytes };
}

Deno.test("get --gzip is what get prints, compressed", async () => {
  for (const format of ["json", "csv", "ndjson"]) {
    for (const handler of [THROUGHPUT, archive([], {})]) {
      const plain = await get(handler, "throughput", ["-o", format]);
      const { exit, stdout, stderr, bytes } = await getBytes(
        handler,
        "throughput",
        ["-o", format, "--gzip"],
      );
      assertEquals({ exit, stdout, stderr }, {
        exit: 0,
        stdout: "",
        stderr: "",
      });
      const port = /127\.0\.0\.1:\d+/g;
      assertEquals(
        gunzipSync(bytes).toString().replace(port, ""),
        plain.stdout.replace(port, ""),
      );
    }
  }
});

Deno.test("get -o parquet has the rows of all tests in one file, times as instants", async () => {
  const handler = archive(
    [test("b", ["packet-trace"]), test("a", ["packet-trace"])],
    {
      "b/packet-trace/base": [{
        ts: TS,
        val: [{
          ttl: "1",
          query: 1,
          success: 1,
          ip: "192.0.2.1",
          rtt: "0.345",
        }],
      }],
      "a/packet-trace/base": [{
        ts: TS + 1,
        val: [{ ttl: 2, success: false, mtu: 1.5, error_message: "lost" }],
      }],
    },
  );
  const argv = ["-o", "parquet", "--output-tz", "Europe/Berlin"];
  const { exit, stdout, stderr, bytes } = await getBytes(
    handler,
    "packet-trace",
    argv,
  );
  assertEquals({ exit, stdout, stderr }, { exit: 0, stdout: "", stderr: "" });
  const rows = await parquetReadObjects({ file: bytes.buffer });
  const lead = {
    archive: rows[0]!["archive"],
    source: "192.0.2.11",
    destination: "192.0.2.21",
    measurement_agent: "",
    event_type: "packet-trace",
    summary_type: "base",
    summary_window: 0,
    value: null,
  };
  assertMatch(lead.archive, /^http:.*\/archive\/$/);
  assertEquals(rows, [{
    ...lead,
    metadata_key: "b",
    tool: "tool-b",
    timestamp: new Date(TS * 1000),
    value_json:
      '[{"ttl":"1","query":1,"success":1,"ip":"192.0.2.1","rtt":"0.345"}]',
  }, {
    ...lead,
    metadata_key: "a",
    tool: "tool-a",
    timestamp: new Date((TS + 1) * 1000),
    value_json: '[{"ttl":2,"success":false,"mtu":1.5,"error_message":"lost"}]',
  }]);
});

Deno.test("get -o parquet without data is a file with columns", async () => {
  for (
    const handler of [
      archive([], {}),
      archive([test("k", ["throughput"])], { "k/throughput/base": [] }),
    ]
  ) {
    const argv = ["-o", "parquet"];
    const { exit, bytes } = await getBytes(handler, "throughput", argv);
    assertEquals(exit, 0);
    const { num_rows, schema } = parquetMetadata(bytes.buffer);
    assertEquals(num_rows, 0n);
    const names = schema.slice(1).map(({ name }) => name);
    assertEquals(names.slice(9), ["timestamp", "value", "value_json"]);
  }
});

Deno.test("D03: get leaves its bytes without an end when data cannot be had, and what came is not lost", async () => {
  const handler = archive(
    ["k1", "k2", "k3"].map((key) => test(key, ["failures"])),
    {
      "k1/failures/base": [{ ts: TS, val: { error: "one" } }],
      "k2/failures/base": 404,
      "k3/failures/base": [{ ts: TS, val: { error: "three" } }],
    },
  );
  const plain = await get(handler, "failures", ["-o", "csv"]);
  assertEquals(plain.exit, 1);
  const zipped = await getBytes(handler, "failures", ["-o", "csv", "--gzip"]);
  assertEquals(zipped.exit, 1);
  assertMatch(zipped.stderr, /^incomplete: [^\n]*404[^\n]*\n$/);
  assertThrows(() => gunzipSync(zipped.bytes), Error, "unexpected end");
  const found = inflateRawSync(zipped.bytes.subarray(10), {
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  assertMatch(found.toString(), /,one\r\n.*,three\r\n$/);
  assertEquals(found.toString(), plain.stdout);
  const parquet = await getBytes(handler, "failures", ["-o", "parquet"]);
  assertEquals(parquet.exit, 1);
  assertMatch(parquet.stderr, /^incomplete: [^\n]*404[^\n]*\n$/);
  assert(!new TextDecoder().decode(parquet.bytes).endsWith("PAR1"));
});

Deno.test("get leaves its bytes without an end when it is interrupted", async () => {
  for (const argv of [["-o", "csv", "--gzip"], ["-o", "parquet"]]) {
    const stop = new AbortController();
    const good = archive(
      [test("k1", ["path-mtu"]), test("k2", ["path-mtu"])],
      { "k1/path-mtu/base": [{ ts: TS, val: 1 }] },
    );
    const handler: Handler = (request, url) => {
      if (!url.pathname.includes("/k2/")) return good(request, url);
      return interrupt(stop).then(() => new Response());
    };
    const stdoutBytes = new Bytes();
    const options = { signal: stop.signal, stdoutBytes };
    const { exit, stderr } = await get(handler, "path-mtu", argv, options);
    assertEquals(exit, 130);
    assertEquals(stderr, "esmond-ps get: interrupted\n");
    const { bytes } = stdoutBytes;
    if (argv.includes("--gzip")) {
      assertThrows(() => gunzipSync(bytes), Error, "unexpected end");
    } else assertEquals(bytes.length, 0);
  }
});

Deno.test("get says in every format that there is nothing, and exits 0", async () => {
  for (
    const handler of [
      archive([], {}),
      archive([test("k", ["path-mtu"])], { "k/path-mtu/base": [] }),
    ]
  ) {
    const human = await get(handler, "path-mtu");
    assertEquals(human, { exit: 0, stdout: "No data found.\n", stderr: "" });
    const inJson = await get(handler, "path-mtu", ["-o", "json"]);
    assertEquals(inJson.stdout, '[{"msg": "No data found."}]\n');
    const { stdout } = await get(handler, "path-mtu", ["-o", "csv"]);
    assertEquals(parse(stdout.trimEnd())[1], Array(8).fill("No data"));
    const ndjson = await get(handler, "path-mtu", ["-o", "ndjson"]);
    assertEquals(ndjson, { exit: 0, stdout: "", stderr: "" });
  }
});

Deno.test("get prints a trace as a row and its hops to people, and as hops alone to programs", async () => {
  const trace = [{ ttl: 1, query: 1, success: 1, ip: "192.0.2.1", rtt: 0.345 }];
  const handler = archive([test("k1", ["packet-trace"])], {
    "k1/packet-trace/base": [{ ts: TS, val: trace }, { ts: TS + 60, val: [] }],
  });
  const lead = (time: string) =>
    "source: 192.0.2.11\ndestination: 192.0.2.21\nevent_type: packet-trace\n" +
    "tool: tool-k1\nsummary_type: base\nsummary_window: 0\n" +
    `timestamp: 2016-03-01 ${time}\n`;
  const rule = "= + = + = + = + = + =\n";
  assertEquals(
    (await get(handler, "packet-trace")).stdout,
    lead("00:00:00") + rule +
      "ttl: 1\nquery: 1\nsuccess: 1\nip: 192.0.2.1\nrtt: 0.345\nmtu: None\n" +
      "error_message: None\n" + rule + lead("00:01:00") + "\n",
  );
  const { stdout } = await get(handler, "packet-trace", ["-o", "json"]);
  assertEquals(JSON.parse(stdout).length, 1);
  assertEquals(Object.keys(JSON.parse(stdout)[0]).length, 14);
});

Deno.test("D03: get fails when data cannot be had, and does not say that there is none", async () => {
  const handler = archive([test("k1", ["throughput"])], {
    "k1/throughput/base": 500,
  });
  for (const format of ["human", "json", "csv"]) {
    const result = await get(handler, "throughput", ["-o", format]);
    assertEquals([result.exit, result.stdout], [1, ""]);
    assertMatch(result.stderr, /^incomplete: [^\n]*500: status 500[^\n]*\n$/);
  }
});

Deno.test("D03: get tries again before it gives up", async () => {
  let tries = 0;
  const good = archive([test("k1", ["throughput"])], {
    "k1/throughput/base": [{ ts: TS, val: 1 }],
  });
  const handler: Handler = (request, url) =>
    url.pathname !== ROOT && ++tries === 1
      ? new Response("busy", { status: 503 })
      : good(request, url);
  const { exit, stderr } = await get(handler, "throughput", ["--retry", "1"]);
  assertEquals({ exit, stderr, tries }, { exit: 0, stderr: "", tries: 2 });
});

Deno.test("D03: get prints what other tests have when one fails, and never closes its JSON", async () => {
  const handler = archive(
    ["k1", "k2", "k3"].map((key) => test(key, ["failures"])),
    {
      "k1/failures/base": [{ ts: TS, val: { error: "one" } }],
      "k2/failures/base": 404,
      "k3/failures/base": [{ ts: TS, val: { error: "three" } }],
    },
  );
  const { exit, stdout, stderr } = await get(handler, "failures", ["-ojson"]);
  assertEquals(exit, 1);
  assertMatch(stdout, /"one".*"three"/);
  assertThrows(() => JSON.parse(stdout), SyntaxError);
  assertMatch(stderr, /^incomplete: [^\n]*404[^\n]*k2\/failures[^\n]*\n$/);
});

Deno.test("D03: get keeps the points that had come when a later page fails, and says how many", async () => {
  const points = Array.from(
    { length: 1000 },
    (_, n) => ({ ts: TS + n, val: n }),
  );
  const good = archive([test("k1", ["path-mtu"])], {
    "k1/path-mtu/base": points,
  });
  const handler: Handler = (request, url) =>
    url.searchParams.has("offset")
      ? new Response("gone", { status: 404 })
      : good(request, url);
  const { exit, stdout, stderr } = await get(handler, "path-mtu", ["-ocsv"]);
  assertEquals(exit, 1);
  assertEquals(stdout.split("\r\n").length - 2, 1000);
  assertMatch(stderr, /^incomplete: [^\n]*after 1000 had arrived[^\n]*\n$/);
});

Deno.test("D10: get skips tests that do not have the event type", async () => {
  const handler = archive([
    test("k1", ["path-mtu"]),
    test("k2", ["throughput"]),
  ], {
    "k2/throughput/base": [{ ts: TS, val: 5 }],
  });
  const argv = ["-F", "event_type:path-mtu", "-o", "csv"];
  const result = await get(handler, "throughput", argv);
  assertEquals([result.exit, result.stderr], [0, ""]);
});

Deno.test("D13: get says in a line what is wrong with the data", async () => {
  for (
    const [body, line] of [
      ["[1,", /JSON is damaged/],
      ['{"detail":"x"}', /not a list/],
      ["", /JSON is damaged/],
    ] as const
  ) {
    const handler = archive([test("k1", ["path-mtu"])], {
      "k1/path-mtu/base": body,
    });
    const { exit, stdout, stderr } = await get(handler, "path-mtu");
    assertEquals({ exit, stdout }, { exit: 1, stdout: "" });
    assertMatch(stderr, /^[^\n]+\n$/);
    assertMatch(stderr, line);
  }
});

Deno.test("D13: get says in a line that a test has no address, or one outside the archive", async () => {
  for (const uri of [undefined, "/etc/passwd", "http://elsewhere.example/x"]) {
    const types = [{ "event-type": "path-mtu", "base-uri": uri }];
    const tests = [test("k1", [], { "event-types": types })];
    const requests: URL[] = [];
    const result = await get(archive(tests, {}, requests), "path-mtu");
    assertEquals([result.exit, result.stdout], [1, ""]);
    assertMatch(result.stderr, /^incomplete: [^\n]+\n$/);
    assertEquals(requests.length, 1);
  }
});

Deno.test("D17: get finds the roll-ups of elmond, whose windows are numbers", async () => {
  for (const window of [86400, "86400"]) {
    const path = "k1/throughput/averages/86400";
    const summaries = [{
      "summary-type": "average",
      "summary-window": window,
      uri: ROOT + path,
    }];
    const types = [{
      "event-type": "throughput",
      "base-uri": `${ROOT}k1/throughput/base/0`,
      summaries,
    }];
    const handler = archive([test("k1", [], { "event-types": types })], {
      [path]: [{ ts: TS, val: 5 }],
    });
    const argv = ["-T", "average", "-W", "86400", "-o", "csv"];
    const { stdout } = await get(handler, "throughput", argv);
    assertEquals(
      parse(stdout.trimEnd())[1]?.slice(4),
      ["average", "86400", "2016-03-01 00:00:00", "5"],
    );
  }
});

/** An archive with the loss of days as a roll-up, as elmond makes them. */
function daysOfLoss(
  points: { ts: number; val: number }[],
  requests: URL[] = [],
): Handler {
  const path = "k1/packet-loss-rate/aggregations/86400";
  const summaries = [{
    "summary-type": "aggregation",
    "summary-window": 86400,
    uri: ROOT + path,
  }];
  const types = [{
    "event-type": "packet-loss-rate",
    "base-uri": `${ROOT}k1/packet-loss-rate/base/0`,
    summaries,
  }];
  return archive(
    [test("k1", [], { "event-types": types })],
    { [path]: points },
    requests,
  );
}

Deno.test("get leaves out the window of elmond's roll-ups that begins before the time asked for, but not of ndjson", async () => {
  const requests: URL[] = [];
  const handler = daysOfLoss(
    [{ ts: TS, val: 0.5 }, { ts: TS + 86400, val: 0.25 }],
    requests,
  );
  const rollUp = ["-T", "aggregation", "-W", "86400"];
  const window = ["-S", "2016-03-01T12:00", "-E", "2016-03-02T18:00"];
  for (const format of ["human", "json", "csv", "ndjson"]) {
    const argv = [...rollUp, ...window, "-o", format];
    const result = await get(handler, "packet-loss-rate", argv);
    assertEquals(result.exit, 0);
    assertEquals(result.stdout.includes("0.5"), format === "ndjson", format);
    assertEquals(result.stdout.includes("0.25"), true, format);
    assertMatch(
      result.stderr,
      /window, from 2016-03-02T00:00:00Z on, is not whole/,
    );
    assertEquals(requests.at(-1)!.searchParams.get("time-start"), String(TS));
  }
});

Deno.test("get bears a roll-up of elmond at a time that no calendar knows", async () => {
  const handler = daysOfLoss([
    { ts: TS, val: 0.5 },
    { ts: 1e300, val: 0.25 },
  ]);
  const argv = ["-T", "aggregation", "-W", "86400", "-S", "any", "-o", "csv"];
  const result = await get(handler, "packet-loss-rate", argv);
  assertEquals(result.exit, 0, result.stderr);
  assertMatch(result.stderr, /points without a time that can be read/);
});

Deno.test("get reads several event types of several tests, test by test, each test once", async () => {
  const tests = [
    test("k1", ["path-mtu", "throughput"]),
    test("k2", ["path-mtu"]),
  ];
  const data = Object.fromEntries(
    ["k1/throughput", "k1/path-mtu", "k2/path-mtu"]
      .map((path, n) => [`${path}/base`, [{ ts: TS, val: n }]]),
  );
  const argv = ["-e", "path-mtu", "-o", "csv"];
  const { exit, stdout } = await get(archive(tests, data), "throughput", argv);
  assertEquals(exit, 0);
  assertEquals(
    parse(stdout).slice(1).map((row) => [row[2], row[3], row.at(-1)]),
    [
      ["throughput", "tool-k1", "0"],
      ["path-mtu", "tool-k1", "1"],
      ["path-mtu", "tool-k2", "2"],
    ],
  );
});

Deno.test("get reads what one host has without --dest, from either dialect", async () => {
  await withDirectory(async (directory) => {
    const db = `${directory}/archive.db`;
    const write = await startArchive({ db, tokens: [TOKEN] });
    for (const [n, tool] of ["pscheduler/dns", "pscheduler/http"].entries()) {
      const key = await makeTest(
        write.url,
        description({ "pscheduler-raw": [], "failures": [] }, {
          ...{ "subject-type": "network-element", "tool-name": tool },
          ...{ "destination": undefined, "input-destination": undefined },
        }),
      );
      const { status } = await send(
        "POST",
        `${write.url}${ROOT}${key}/pscheduler-raw/base`,
        { ts: TS + n, val: { n } },
      );
      assertEquals(status, 201);
    }
    await write.close();
    for (const dialect of ["esmond", "elmond"] as const) {
      const read = await startArchive({ db, dialect });
      const { exit, stdout, stderr } = await runCli([
        ...["get", "-u", read.url, ...WINDOW, "-o", "ndjson"],
        ...["-s", "192.0.2.10", "-e", "pscheduler-raw"],
      ]);
      await read.close();
      assertEquals([exit, stderr], [0, ""], dialect);
      const values = stdout.trim().split("\n")
        .map((line) => JSON.parse(line).value.n);
      assertEquals(values.toSorted(), [0, 1], dialect);
    }
  });
});

Deno.test("get reads an archive whose list has no slash, no keys and no tools, and whose traces are numbers", async () => {
  const path = `${ROOT}abcd/packet-trace/base`;
  const listed = [{
    ...{ source: "192.0.2.11", destination: "192.0.2.21" },
    "event-types": [{ "event-type": "packet-trace", "base-uri": path }],
  }];
  const values = [5.3, -3.5, 4.9];
  const points = values.map((val, n) => ({ ts: TS + 60 * n, val }));
  const handler: Handler = (_, { pathname, searchParams }) => {
    if (`${pathname}/` === ROOT) return json(listed);
    if (pathname !== path) return json({ detail: "" }, { status: 404 });
    return json(searchParams.get("offset") ? [] : points);
  };
  const { exit, stdout } = await get(handler, "packet-trace", ["-o", "ndjson"]);
  assertEquals(exit, 0);
  assertEquals(
    stdout.trim().split("\n").map((line) => JSON.parse(line).value),
    values,
  );
});

Deno.test("D33: get asks for tests without the end of the window, and for data with it", async () => {
  const requests: URL[] = [];
  const handler = archive([test("k1", ["path-mtu"])], {
    "k1/path-mtu/base": [{ ts: TS, val: 1 }],
  }, requests);
  assertEquals((await get(handler, "path-mtu")).exit, 0);
  const [list, data] = requests.map((url) =>
    Object.fromEntries(url.searchParams)
  );
  assertEquals(list, {
    source: "192.0.2.11",
    destination: "192.0.2.21",
    "event-type": "path-mtu",
    "time-start": "1456790400",
  });
  assertEquals(data, {
    "time-start": "1456790400",
    "time-end": "1456963200",
    limit: "1000",
  });
});

Deno.test("get exits 4 when the archive refuses the credentials, for tests or for data", async () => {
  for (const status of [401, 403]) {
    const refused = archive([test("k1", ["path-mtu"])], {
      "k1/path-mtu/base": status,
    });
    for (const handler of [refused, () => json({ detail: "no" }, { status })]) {
      const { exit, stdout, stderr } = await get(handler, "path-mtu");
      assertEquals({ exit, stdout }, { exit: 4, stdout: "" });
      assertMatch(stderr, new RegExp(`^[^\n]*${status}[^\n]*\n$`));
    }
  }
});

Deno.test("D11: get prints points without a time, or with one that no calendar knows", async () => {
  const handler = archive([test("k1", ["path-mtu"])], {
    "k1/path-mtu/base":
      `[{"val":1},{"ts":-99999999999999,"val":2},{"ts":${TS},"val":3},{"ts":1e300,"val":4}]`,
  });
  for (const format of ["human", "json", "csv"]) {
    const { exit, stderr } = await get(handler, "path-mtu", ["-o", format]);
    assertEquals(exit, 0, format);
    assertMatch(
      stderr,
      /^the archive sends points without a time that can be read: [^\n]*k1\/path-mtu\/base\n$/,
    );
  }
});

needs(
  "terminal",
  "get spells out control characters on a terminal, and nowhere else",
  async () => {
    const handler = archive([test("k1", ["failures"])], {
      "k1/failures/base": [{ ts: TS, val: { error: "\x1b[2Jgone\x07" } }],
    });
    const seen = await get(handler, "failures", [], { isTerminal: true });
    assertMatch(seen.stdout, /msg: \\x1b\[2Jgone\\x07\n/);
    const piped = await get(handler, "failures");
    assert(piped.stdout.includes("msg: \x1b[2Jgone\x07\n"));
  },
);

needs("resolver", "get asks for the names of hops once each", async () => {
  const asked: string[] = [];
  const resolver = {
    ...noNames,
    reverse: (address: string) => {
      asked.push(address);
      return Promise.resolve(`${address}.example`);
    },
  };
  const trace = ["192.0.2.1", "192.0.2.2", "192.0.2.21"].map((ip) => ({ ip }));
  const handler = archive([test("k1", ["packet-trace"])], {
    "k1/packet-trace/base": [{ ts: TS, val: trace }, {
      ts: TS + 60,
      val: trace,
    }],
  });
  const { stdout } = await get(handler, "packet-trace", [], { resolver });
  assertMatch(stdout, /ip: 192\.0\.2\.2\.example/);
  assertEquals(
    asked.sort(),
    ["192.0.2.1", "192.0.2.11", "192.0.2.2", "192.0.2.21"],
  );
});

Deno.test("get stops at once and exits 130 when it is interrupted", async () => {
  const stop = new AbortController();
  const handler: Handler = (_request, url) => {
    if (url.pathname === ROOT) return json([test("k1", ["path-mtu"])]);
    return interrupt(stop).then(() => new Response());
  };
  const { exit, stdout, stderr } = await get(handler, "path-mtu", [], {
    signal: stop.signal,
  });
  assertEquals({ exit, stdout }, { exit: 130, stdout: "" });
  assertEquals(stderr, "esmond-ps get: interrupted\n");
});
