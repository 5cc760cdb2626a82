import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { parse } from "@std/csv/parse";
import { join, resolve } from "@std/path";
import { MANIFEST } from "../../../cli/export/manifest.ts";
import { type Handler, json, withServer } from "../../servers/serve.ts";
import { needs } from "../../helpers/binary.ts";
import {
  assertTold,
  type Ended,
  interrupt,
  noNames,
  runCli,
  type RunOptions,
} from "../../helpers/run.ts";
import { ROOT } from "../../helpers/archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { test } from "../../helpers/listed.ts";
import { runProgram } from "../../helpers/program.ts";

const TS = 1456790400;
const DAYS = "2016-03-01_2016-03-03";
const ONE = [{ ts: TS, val: 1 }];

type Answer = unknown | ((request: Request) => Response | Promise<Response>);

/**
 * An archive of these tests, with data by path below the root; a number is the
 * status of an error.
 */
function archive(
  tests: unknown[],
  data: Record<string, Answer>,
  otherwise: Answer = 404,
): Handler {
  return (request, url) => {
    if (url.pathname === ROOT) return json(tests);
    const path = decodeURIComponent(url.pathname.slice(ROOT.length));
    const body = data[path.replace(/\/base(\/0)?$/, "")] ?? otherwise;
    if (typeof body === "function") return body(request);
    return typeof body === "number"
      ? json({ detail: `status ${body}` }, { status: body })
      : json(body);
  };
}

/** What came of a run, and what it left in its directory. */
interface Bulk extends Ended {
  /** Content by name. */
  files: Record<string, string>;
  /** The lines of stdout, without the directory. */
  named: string[];
}

async function bulk(
  handler: Handler,
  argv: string[] = [],
  options: RunOptions & { before?: Record<string, string> } = {},
): Promise<Bulk> {
  const directory = await Deno.makeTempDir({ prefix: "esmond-ps-test-" });
  try {
    for (const [name, text] of Object.entries(options.before ?? {})) {
      await Deno.writeTextFile(join(directory, name), text);
    }
    const result = await withServer(
      handler,
      (origin) =>
        runCli([
          ...[
            "get-bulk",
            "-u",
            origin,
            "-S",
            "2016-03-01",
            "-E",
            "2016-03-03T00:00",
          ],
          ...["-o", "csv", "-D", directory, "--retry", "0", "--quiet", ...argv],
        ], options),
    );
    const files: Record<string, string> = {};
    for (const { name, isFile } of Deno.readDirSync(directory)) {
      if (name === MANIFEST) continue;
      files[name] = isFile
        ? Deno.readTextFileSync(join(directory, name))
        : "(a directory)";
    }
    const lines = result.stdout.split("\n").slice(0, -1);
    for (const line of lines) assert(line.startsWith(resolve(directory)), line);
    const named = lines.map((line) =>
      line.slice(resolve(directory).length + 1)
    );
    return { ...result, files, named };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The values in a CSV file. */
function values(csv: string | undefined): (string | undefined)[] {
  return parse(csv ?? "").slice(1).map((row) => row.at(-1));
}

const names = (result: Bulk) => Object.keys(result.files).sort();

Deno.test("get-bulk writes a file for each test and event type that has data, and prints its path", async () => {
  const result = await bulk(archive([
    test("k1", ["throughput", "failures", "path-mtu"]),
    test("k2", ["packet-trace"], { destination: "192.0.2.22" }),
  ], {
    "k1/throughput": [{ ts: TS, val: 1.5 }, { ts: TS + 1, val: null }],
    "k1/failures": [],
    "k1/path-mtu": ONE,
    "k2/packet-trace": [{ ts: TS, val: [{ ttl: 1 }] }],
  }));
  assertEquals([result.exit, result.stderr], [0, ""]);
  assertEquals(result.named, [
    `192.0.2.11_192.0.2.21_throughput_${DAYS}.csv`,
    `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`,
    `192.0.2.11_192.0.2.22_packet-trace_${DAYS}.csv`,
  ]);
  assertEquals(names(result), result.named.toSorted());
  assertEquals(
    result.files[result.named[0]!],
    "source,destination,event_type,tool,summary_type,summary_window,timestamp,value\r\n" +
      "192.0.2.11,192.0.2.21,throughput,tool-k1,base,0,2016-03-01 00:00:00,1.5\r\n" +
      "192.0.2.11,192.0.2.21,throughput,tool-k1,base,0,2016-03-01 00:00:01,\r\n",
  );
});

Deno.test("get-bulk writes JSON without a line end", async () => {
  const result = await bulk(
    archive([test("k1", ["path-mtu"])], { "k1/path-mtu": ONE }),
    ["-o", "json"],
  );
  assertEquals(
    result.files[`192.0.2.11_192.0.2.21_path-mtu_${DAYS}.json`],
    '[{"source": "192.0.2.11", "destination": "192.0.2.21", ' +
      '"event_type": "path-mtu", "tool": "tool-k1", "summary_type": "base", ' +
      '"summary_window": 0, "timestamp": "2016-03-01 00:00:00", "value": 1}]',
  );
});

Deno.test("get-bulk prints nothing and exits 0 when there is nothing", async () => {
  for (
    const handler of [
      archive([], {}),
      archive([test("k1", ["failures"])], { "k1/failures": [] }),
    ]
  ) {
    const { exit, stdout, stderr, files } = await bulk(handler);
    assertEquals(
      { exit, stdout, stderr, files },
      { exit: 0, stdout: "", stderr: "", files: {} },
    );
  }
});

Deno.test("get-bulk writes the one event type that is asked for", async () => {
  const handler = archive(
    [test("k1", ["throughput", "path-mtu"]), test("k2", ["failures"])],
    { "k1/throughput": ONE, "k1/path-mtu": ONE },
  );
  assertEquals((await bulk(handler, ["-e", "path-mtu"])).named, [
    `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`,
  ]);
});

Deno.test("get-bulk names files by host names, or by addresses with --ip", async () => {
  const reverse = {
    "192.0.2.11": "n11.example",
    "192.0.2.21": "n21.example",
  };
  const options = { names: { reverse, forward: {} } };
  const handler = archive([test("k1", ["path-mtu"])], { "k1/path-mtu": ONE });
  assertEquals((await bulk(handler, [], options)).named, [
    `n11.example_n21.example_path-mtu_${DAYS}.csv`,
  ]);
  assertEquals((await bulk(handler, ["--ip"], options)).named, [
    `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`,
  ]);
});

Deno.test("get-bulk names files by the days of the window in UTC", async () => {
  const handler = archive([test("k1", ["path-mtu"])], {
    "k1/path-mtu": [{ ts: TS + 86_400, val: 1 }],
  });
  const window = ["-S", "2016-02-29T23:59:59-05:00", "-E", "@1456963199"];
  assertEquals((await bulk(handler, window)).named, [
    "192.0.2.11_192.0.2.21_path-mtu_2016-03-01_2016-03-02.csv",
  ]);
});

Deno.test("get-bulk prints times in the zone of --output-tz, and names files by days in UTC all the same", async () => {
  const handler = archive([test("k1", ["path-mtu"])], { "k1/path-mtu": ONE });
  const result = await bulk(handler, ["--output-tz", "Pacific/Kiritimati"]);
  const name = `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`;
  assertEquals(result.named, [name]);
  assertMatch(result.files[name]!, /,2016-03-01 14:00:00 \+1400,1\r\n$/);
});

Deno.test("get-bulk names files by the window that it asks for, where filters set it", async () => {
  const handler = archive([test("k1", ["path-mtu"])], {
    "k1/path-mtu": [{ ts: 1397001600, val: 1 }],
  });
  const window = ["-F", "time-start:1397001600", "-F", "time-end:1397088000"];
  assertEquals((await bulk(handler, window)).named, [
    "192.0.2.11_192.0.2.21_path-mtu_2014-04-09_2014-04-10.csv",
  ]);
});

Deno.test("D14: get-bulk keeps tests apart that share a name, the same way whatever their order", async () => {
  const tests = ["32f6ffa492754c84", "60973af4e7094e9c", "b3d8c88ab7064e8d"]
    .map((key) => test(key, ["failures"]));
  const data = Object.fromEntries(tests.map((each, n) => [
    `${each["metadata-key"]}/failures`,
    [{ ts: TS, val: { error: `of ${n}` } }],
  ]));
  const stem = `192.0.2.11_192.0.2.21_failures_${DAYS}`;
  const runs = [tests, tests.toReversed()];
  for (const order of runs) {
    const result = await bulk(archive(order, data));
    assertEquals([result.exit, result.stderr], [0, ""]);
    assertEquals(names(result), [
      `${stem}_32f6ffa4.csv`,
      `${stem}_60973af4.csv`,
      `${stem}_b3d8c88a.csv`,
    ]);
    assertEquals(values(result.files[`${stem}_60973af4.csv`]), ["of 1"]);
  }
});

Deno.test("D14: get-bulk keeps the plain name when only one of the tests has data", async () => {
  const result = await bulk(archive(
    [test("k1", ["failures"]), test("k2", ["failures"]), test("k3", [])],
    { "k1/failures": [], "k2/failures": ONE },
  ));
  assertEquals(names(result), [`192.0.2.11_192.0.2.21_failures_${DAYS}.csv`]);
});

Deno.test("D14: get-bulk gives a test the same name on every run, also when another one fails", async () => {
  const tests = [
    test("aaaaaaaa1", ["failures"]),
    test("bbbbbbbb2", ["failures"]),
  ];
  const good = { "aaaaaaaa1/failures": ONE, "bbbbbbbb2/failures": ONE };
  const whole = await bulk(archive(tests, good));
  const part = await bulk(
    archive(tests, { ...good, "aaaaaaaa1/failures": 404 }),
  );
  assertEquals(part.exit, 3);
  assertEquals(part.named, whole.named.filter((name) => name.includes("bbbb")));
});

Deno.test("D14: get-bulk keeps tests apart whose names differ in capitals, or in what is forbidden", async () => {
  const tests = [
    test("aaaaaaaa1", ["path-mtu"], { source: "Host.example" }),
    test("bbbbbbbb2", ["path-mtu"], { source: "host.example" }),
    test("cccccccc3", ["path-mtu"], { source: "a:b" }),
    test("dddddddd4", ["path-mtu"], { source: "a/b" }),
    test("eeeeeeee5", ["path-mtu"], { source: "x_y", destination: "z" }),
    test("ffffffff6", ["path-mtu"], { source: "x", destination: "y_z" }),
  ];
  const result = await bulk(archive(tests, {}, ONE));
  assertEquals(result.exit, 0);
  const told = new Set(names(result).map((name) => name.toLowerCase()));
  assertEquals(told.size, tests.length);
});

Deno.test("D14: get-bulk keeps tests apart that have no key", async () => {
  const keyless = (n: number) =>
    test(`k${n}`, ["path-mtu"], { "metadata-key": undefined });
  const result = await bulk(archive([keyless(1), keyless(2)], {
    "k1/path-mtu": [{ ts: TS, val: 1 }],
    "k2/path-mtu": [{ ts: TS, val: 2 }],
  }));
  assertEquals(
    Object.values(result.files).map((csv) => values(csv)).sort(),
    [["1"], ["2"]],
  );
});

Deno.test("D15: get-bulk names the file of a network element without a destination", async () => {
  const element = test("k1", ["ntp-delay"], { destination: undefined });
  const result = await bulk(archive([element], { "k1/ntp-delay": ONE }));
  assertEquals([result.exit, result.named], [
    0,
    [`192.0.2.11_ntp-delay_${DAYS}.csv`],
  ]);
  assertMatch(Object.values(result.files)[0]!, /\r\n192\.0\.2\.11,,ntp-delay,/);
});

Deno.test("D16: get-bulk writes event types that the original does not know in a plain layout", async () => {
  const types = [
    "pscheduler-run-href",
    "packet-trace-multi",
    "heard-of-by-nobody",
  ];
  const result = await bulk(archive([test("k1", types)], {
    "k1/pscheduler-run-href": [{ ts: TS, val: "https://h.example/run/1" }],
    "k1/packet-trace-multi": [{ ts: TS, val: [[{ ttl: 1 }]] }],
    "k1/heard-of-by-nobody": [{ ts: TS, val: { a: [1] } }, {
      ts: TS,
      val: null,
    }],
  }));
  assertEquals([result.exit, result.stderr], [0, ""]);
  assertEquals(
    types.map((type) =>
      values(result.files[`192.0.2.11_192.0.2.21_${type}_${DAYS}.csv`])
    ),
    [["https://h.example/run/1"], ['[[{"ttl": 1}]]'], ['{"a": [1]}', ""]],
  );
});

Deno.test("D16: get-bulk skips what elmond announces but does not serve, with a note, and exits 0", async () => {
  for (
    const body of [
      "<h1>Bad Request</h1>\n<p>Unrecognized event type histogram-ttl-reverse</p>\n",
      '{"detail":"Unsupported event type \'histogram-ttl-reverse\' provided"}',
    ]
  ) {
    const result = await bulk(archive(
      [test("k1", ["histogram-ttl-reverse", "path-mtu"])],
      {
        "k1/path-mtu": ONE,
        "k1/histogram-ttl-reverse": () => new Response(body, { status: 400 }),
      },
    ));
    assertEquals(result.exit, 0);
    assertEquals(names(result), [`192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`]);
    assertMatch(
      result.stderr,
      /^skipped: <Metadata\/k1: [^\n]*histogram-ttl-reverse[^\n]*\n$/,
    );
  }
});

Deno.test("D31: get-bulk stays in its directory, whatever hosts are called", async () => {
  const hostile = [
    "../../etc/x",
    "..",
    "/etc/passwd",
    ".hidden",
    "a\0b",
    "a\nb",
    "2001:db8::1",
    "C:\\x",
    "",
    " ",
    "\ud800",
    "x\x1b[31m",
    "-rf",
    "ü".repeat(400),
  ];
  const tests = hostile.map((source, n) =>
    test(`${n}key`, ["path-mtu"], {
      source,
      destination: source,
    })
  );
  const result = await bulk(archive(tests, {}, ONE));
  assertEquals([result.exit, result.stderr], [0, ""]);
  assertEquals(names(result).length, hostile.length);
  for (const name of names(result)) {
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assert(!/[\x00-\x1f\x7f<>:"/\\|?*]|^\./.test(name), name);
    assert(new TextEncoder().encode(name).length <= 255, name);
  }
  assertEquals(result.named.toSorted(), names(result));
});

needs(
  "resolver",
  "D31: get-bulk stays in its directory, whatever the name service answers",
  async () => {
    const resolver = {
      ...noNames,
      reverse: () => Promise.resolve("../../../tmp/evil\0\nname"),
    };
    const handler = archive([test("k1", ["path-mtu"])], { "k1/path-mtu": ONE });
    const result = await bulk(handler, [], { resolver });
    assertEquals(names(result).length, 1);
    assertMatch(names(result)[0]!, /^---\.\.-\.\.-tmp-evil--name_/);
  },
);

Deno.test("D31: get-bulk stays in its directory, whatever event types are called", async () => {
  const types = ["../../x", "a/b", "..", "throughput"].map((name, n) => ({
    "event-type": name,
    "base-uri": `${ROOT}k1/type-${n}/base`,
  }));
  const tests = [test("k1", [], { "event-types": types })];
  const result = await bulk(archive(tests, {}, ONE));
  assertEquals([result.exit, result.stderr], [0, ""]);
  assertEquals(names(result).length, types.length);
});

Deno.test("D31: get-bulk keeps the event types of hosts with long names apart", async () => {
  const long = `${"n".repeat(60)}.${"d".repeat(60)}.example`;
  for (const source of [long, "s".repeat(400)]) {
    const types = ["throughput", "path-mtu", "failures"];
    const tests = [test("k1", types, { source, destination: source })];
    const result = await bulk(archive(tests, {}, ONE));
    assertEquals(
      names(result).length,
      types.length,
      JSON.stringify(names(result)),
    );
    assertEquals(new Set(result.named).size, types.length);
  }
});

Deno.test("D03: get-bulk writes the rest and exits 3 when one series fails", async () => {
  for (const status of [404, 500]) {
    const result = await bulk(archive(
      [test("k1", ["throughput", "path-mtu"]), test("k2", ["failures"])],
      { "k1/throughput": status, "k1/path-mtu": ONE, "k2/failures": ONE },
    ));
    assertEquals(result.exit, 3);
    assertEquals(names(result), [
      `192.0.2.11_192.0.2.21_failures_${DAYS}.csv`,
      `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`,
    ]);
    const [line, sum, ...why] = result.stderr.trimEnd().split("\n");
    assertMatch(line!, new RegExp(`throughput of <Metadata/k1: .*${status}`));
    assertMatch(sum!, /^3 series, 2 points, .* in 2 files/);
    assertMatch(why[0]!, /^1 of 3 series failed/);
    assertMatch(
      why.join(),
      new RegExp(`${status}.*throughput of <Metadata/k1`),
    );
  }
});

Deno.test("D03: get-bulk exits 1 when nothing could be read", async () => {
  const result = await bulk(
    archive([test("k1", ["throughput", "path-mtu"])], {}),
  );
  assertEquals([result.exit, result.stdout, result.files], [1, "", {}]);
  const list = await bulk(() => new Response("", { status: 404 }));
  assertEquals([list.exit, list.stdout, list.files], [1, "", {}]);
  assertMatch(list.stderr, /^esmond-ps get-bulk: [^\n]+\n$/);
});

/** A thousand points, of which a second page is asked for. */
const PAGE = Array.from({ length: 1000 }, (_, n) => ({ ts: TS + n, val: n }));

Deno.test("D03: get-bulk gives no final name to a series whose later page fails, and says where the part is", async () => {
  const good = archive([test("0123456789", ["path-mtu", "failures"])], {
    "0123456789/path-mtu": PAGE,
    "0123456789/failures": ONE,
  });
  const result = await bulk((request, url) =>
    url.searchParams.has("offset")
      ? new Response("gone", { status: 404 })
      : good(request, url)
  );
  const part = `192.0.2.11_192.0.2.21_path-mtu_${DAYS}_0123456789.csv.partial`;
  const whole = `192.0.2.11_192.0.2.21_failures_${DAYS}.csv`;
  assertEquals(result.exit, 3);
  assertEquals([result.named, names(result)], [[whole], [whole, part]]);
  assertEquals(values(result.files[part]).length, 1000);
  assertMatch(result.stderr, /path-mtu of .* after 1000 had arrived/);
  assert(result.stderr.includes(part), result.stderr);
});

Deno.test("get-bulk drops the part that an earlier run left once it has the whole", async () => {
  const part = `192.0.2.11_192.0.2.21_path-mtu_${DAYS}_0123456789.csv.partial`;
  const tests = [test("0123456789", ["path-mtu"])];
  const before = { [part]: "old" };
  const result = await bulk(archive(tests, {}, ONE), [], { before });
  assertEquals(names(result), [`192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`]);
  const failed = await bulk(archive(tests, {}), [], { before });
  assertEquals(failed.files, before);
});

Deno.test("get-bulk keeps apart the parts of tests that share a name", async () => {
  const tests = ["aaaaaaaa1", "aaaaaaaa2"].map((key) =>
    test(key, ["path-mtu"])
  );
  const good = archive(tests, {}, PAGE);
  const result = await bulk((request, url) =>
    url.searchParams.has("offset")
      ? new Response("gone", { status: 404 })
      : good(request, url)
  );
  assertEquals([result.exit, result.stdout], [1, ""]);
  assertEquals(names(result).length, 2);
  for (const name of names(result)) assert(name.endsWith(".partial"), name);
});

/** A body that is cut off in the middle. */
function broken(): Response {
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulls++ > 0) return controller.error(""); // the server prints it
      controller.enqueue(new TextEncoder().encode('[{"ts":1,'));
    },
  });
  return new Response(body, {
    headers: { "content-type": "application/json" },
  });
}

Deno.test("D03: get-bulk writes the rest and exits 3 when the connection is lost in one series", async () => {
  const result = await bulk(archive(
    [test("k1", ["path-mtu", "throughput", "failures"])],
    { "k1/path-mtu": ONE, "k1/throughput": broken, "k1/failures": ONE },
  ));
  assertEquals(names(result), [
    `192.0.2.11_192.0.2.21_failures_${DAYS}.csv`,
    `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`,
  ]);
  assertEquals(result.exit, 3);
});

Deno.test("D03: get-bulk writes the rest and exits 3 when the archive falls silent in one series", async () => {
  const silent = ({ signal }: Request) =>
    new Promise<Response>((resolve) =>
      signal.addEventListener("abort", () => resolve(new Response()))
    );
  const handler = archive(
    [test("k1", ["path-mtu", "throughput", "failures"])],
    {
      "k1/path-mtu": ONE,
      "k1/throughput": silent,
      "k1/failures": ONE,
    },
  );
  const result = await bulk(handler, ["--timeout", "2"]);
  assertEquals(names(result), [
    `192.0.2.11_192.0.2.21_failures_${DAYS}.csv`,
    `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`,
  ]);
  assertEquals(result.exit, 3);
});

Deno.test("get-bulk exits 4 when the archive refuses the credentials", async () => {
  const tests = [test("k1", ["path-mtu", "failures"])];
  const result = await bulk(archive(tests, {}, 401));
  assertEquals([result.exit, result.stdout, result.files], [4, "", {}]);
  assertMatch(result.stderr, /^esmond-ps get-bulk: [^\n]*401[^\n]*\n$/);
});

Deno.test("get-bulk leaves no temporary file when it ends between tests that share a name", async () => {
  const tests = [
    test("aaaaaaaa1", ["failures"]),
    test("bbbbbbbb2", ["failures"]),
  ];
  const result = await bulk(
    archive(tests, { "aaaaaaaa1/failures": ONE, "bbbbbbbb2/failures": 401 }),
  );
  assertEquals(result.exit, 4);
  assertEquals(names(result).filter((name) => name.startsWith(".")), []);
});

Deno.test("get-bulk finishes the request under way when it is interrupted, begins no other, and keeps what has arrived", async () => {
  const tests = ["aaaaaaaa1", "bbbbbbbb2", "cccccccc3"]
    .map((key) => test(key, ["failures"]));
  const part = `192.0.2.11_192.0.2.21_failures_${DAYS}_aaaaaaaa1.csv.partial`;
  for (const first of [[], ONE]) {
    const stop = new AbortController();
    const asked: string[] = [];
    const good = archive(tests, { "aaaaaaaa1/failures": first });
    const { exit, stdout, stderr, files } = await bulk(
      async (request, url) => {
        asked.push(url.pathname.slice(ROOT.length));
        if (url.pathname !== ROOT) await interrupt(stop);
        return good(request, url);
      },
      ["--concurrency", "1"],
      { signal: stop.signal },
    );
    assertEquals(
      { exit, stdout, stderr, files: Object.keys(files), asked },
      {
        exit: 130,
        stdout: "",
        stderr: "esmond-ps get-bulk: interrupted\n",
        files: first.length > 0 ? [part] : [],
        asked: ["", "aaaaaaaa1/failures/base"],
      },
    );
  }
});

Deno.test("get-bulk replaces a file of the same name, and only by a whole one", async () => {
  const name = `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`;
  const before = { [name]: "old", "other.txt": "kept" };
  const tests = [test("k1", ["path-mtu"])];
  const failed = await bulk(archive(tests, {}), [], { before });
  assertEquals([failed.exit, failed.files], [1, before]);
  const done = await bulk(archive(tests, {}, ONE), [], { before });
  assertEquals(done.exit, 0);
  assertNotEquals(done.files[name], "old");
  assertEquals(values(done.files[name]), ["1"]);
  assertEquals(done.files["other.txt"], "kept");
});

Deno.test("get-bulk replaces a file at once: whoever has it open keeps the old one whole", async () => {
  const directory = await Deno.makeTempDir();
  const path = join(directory, `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`);
  await Deno.writeTextFile(path, "old and whole");
  await Deno.link(path, join(directory, "linked"));
  const handler = archive([test("k1", ["path-mtu"])], { "k1/path-mtu": ONE });
  const { exit } = await withServer(handler, (origin) =>
    runCli([
      ...[
        "get-bulk",
        "-u",
        origin,
        "-S",
        "2016-03-01",
        "-E",
        "2016-03-03T00:00",
      ],
      ...["-o", "csv", "-D", directory],
    ]));
  assertEquals(exit, 0);
  assertEquals(
    await Deno.readTextFile(join(directory, "linked")),
    "old and whole",
  );
  assertEquals(values(await Deno.readTextFile(path)), ["1"]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("get-bulk keeps what it has, and says which file it cannot put in its place", async () => {
  const directory = await Deno.makeTempDir();
  const name = `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`;
  await Deno.mkdir(join(directory, name, "in the way"), { recursive: true });
  const handler = archive([test("k1", ["path-mtu"])], { "k1/path-mtu": ONE });
  const { exit, stdout, stderr } = await withServer(
    handler,
    (origin) =>
      runCli([
        ...[
          "get-bulk",
          "-u",
          origin,
          "-S",
          "2016-03-01",
          "-E",
          "2016-03-03T00:00",
        ],
        ...["-o", "csv", "-D", directory],
      ]),
  );
  assertEquals([exit, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^cannot write [^\n]*path-mtu[^\n]*: (Is a directory|Access is denied)/,
  );
  assertEquals(
    [...Deno.readDirSync(directory)].map((each) => each.name).sort(),
    [
      name,
      name.replace(".csv", "_k1.csv.partial"),
      MANIFEST,
    ],
  );
  await Deno.remove(directory, { recursive: true });
});

Deno.test("D33: get-bulk asks for tests without the end of the window, and for data with it", async () => {
  const requests: URL[] = [];
  const good = archive([test("k1", ["path-mtu"])], { "k1/path-mtu": ONE });
  await bulk((request, url) => {
    requests.push(url);
    return good(request, url);
  });
  assertEquals(requests.map((url) => Object.fromEntries(url.searchParams)), [
    { "time-start": "1456790400" },
    { "time-start": "1456790400", "time-end": "1456963200", limit: "1000" },
  ]);
});

Deno.test("get-bulk writes roll-ups where a summary type is asked for", async () => {
  const types = [{
    "event-type": "throughput",
    "base-uri": `${ROOT}k1/throughput/base`,
    summaries: [{
      "summary-type": "average",
      "summary-window": "86400",
      uri: `${ROOT}k1/throughput/averages/86400`,
    }],
  }, {
    "event-type": "failures",
    "base-uri": `${ROOT}k1/failures/base`,
  }, {
    "event-type": "path-mtu",
    "base-uri": `${ROOT}k1/path-mtu/base`,
  }];
  const result = await bulk(
    archive([test("k1", [], { "event-types": types })], {
      "k1/throughput/averages/86400": [{ ts: TS, val: 86400 }],
      "k1/failures": [{ ts: TS, val: { error: "raw" } }],
    }),
    ["-T", "average", "-W", "86400"],
  );
  assertEquals([result.exit, result.stderr], [0, ""]);
  assertEquals(names(result), [
    `192.0.2.11_192.0.2.21_failures_${DAYS}.csv`,
    `192.0.2.11_192.0.2.21_throughput_${DAYS}.csv`,
  ]);
  assertMatch(
    result.files[names(result)[1]!]!,
    /,average,86400,[^,]*,86400\r\n$/,
  );
});

Deno.test("get-bulk reads an event type once that a test announces twice", async () => {
  const handler = archive(
    [test("k1", ["path-mtu", "path-mtu"])],
    { "k1/path-mtu": ONE },
  );
  assertEquals((await bulk(handler)).named, [
    `192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`,
  ]);
});

Deno.test("D11: get-bulk continues after a point that no calendar knows", async () => {
  const result = await bulk(archive([test("k1", ["path-mtu", "failures"])], {
    "k1/path-mtu": [{ ts: -99999999999999, val: 1 }, { ts: TS, val: 2 }],
    "k1/failures": ONE,
  }));
  assertEquals(result.exit, 0, result.stderr);
  assertEquals(names(result).length, 2);
});

needs(
  "resolver",
  "get-bulk asks for the names of several tests at once",
  async () => {
    let underWay = 0;
    let most = 0;
    const resolver = {
      ...noNames,
      reverse: async (address: string) => {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setTimeout(resolve, 0));
        underWay--;
        return `${address}.example`;
      },
    };
    const tests = Array.from(
      { length: 30 },
      (_, n) => test(`k${n}`, [], { source: `198.51.100.${n}` }),
    );
    await bulk(archive(tests, {}), [], { resolver });
    assert(most > 4, `${most} at once`);
  },
);

Deno.test("get-bulk prints absolute paths and writes to the current directory when none is named", async () => {
  const handler = archive([test("k1", ["path-mtu"])], { "k1/path-mtu": ONE });
  await withDirectory(async (directory) => {
    const cwd = await Deno.realPath(directory);
    await Deno.mkdir(join(cwd, "sub"));
    for (const [argv, where] of [[[], ""], [["-D", "sub"], "sub/"]] as const) {
      const { stdout } = await withServer(handler, (origin) =>
        runProgram(
          [
            ...["get-bulk", "-u", origin, "-S", "2016-03-01"],
            ...["-E", "2016-03-03T00:00", "-o", "csv", "--ip", ...argv],
          ],
          { cwd },
        ));
      const name = `${where}192.0.2.11_192.0.2.21_path-mtu_${DAYS}.csv`;
      const path = resolve(cwd, name);
      assertEquals(stdout, `${path}\n`);
      assert((await Deno.stat(path)).isFile);
    }
  });
});

Deno.test("get-bulk --with adds columns, and without extra says what is not among them", async () => {
  const val = [{ ttl: 1, as: 64500 }];
  const handler = archive(
    [
      test("k1", ["packet-trace", "throughput"], { "ip-tos": 8 }),
      test("k2", ["packet-trace"]),
    ],
    {
      "k1/packet-trace": [{ ts: TS, val }],
      "k2/packet-trace": [{ ts: TS, val }],
      "k1/throughput": ONE,
    },
  );
  const quiet = await bulk(handler);
  assertEquals([quiet.exit, quiet.stderr], [0, ""]);
  const added = ["--with", "ip-tos,extra"];
  const { files, stderr } = await bulk(handler, added);
  assertEquals(stderr, "");
  const last = Object.entries(files)
    .filter(([name]) => name.endsWith(".csv")).sort()
    .map(([, text]) => parse(text).map((row) => row.slice(-2)));
  assertEquals(last, [
    [["ip_tos", "extra"], ["8", '{"as": 64500}']],
    [["ip_tos", "extra"], ["", '{"as": 64500}']],
    [["ip_tos", "extra"], ["8", ""]],
  ]);
  await withDirectory((directory) =>
    withServer(handler, async (origin) => {
      const { stderr } = await runCli([
        ...["get-bulk", "-u", origin, "-S", "2016-03-01", "-D", directory],
        ...["-E", "2016-03-03T00:00", "--ip", "-o", "csv"],
      ]);
      const notice =
        "packet-trace: as is not among the columns; --with extra or -o ndjson has it\n";
      assertEquals(stderr.split(notice).length, 2);
    })
  );
});

Deno.test("get-bulk --resume refuses other columns, and a column that no test has writes nothing", async () => {
  const handler = archive([test("k1", ["throughput"])], {
    "k1/throughput": ONE,
  });
  const unknown = await bulk(handler, ["--with", "tool-names"]);
  assertEquals([unknown.exit, unknown.files], [2, {}]);
  assertMatch(unknown.stderr, /--with tool-names: .*did you mean tool-name/);
  await withDirectory(async (directory) => {
    await withServer(handler, async (origin) => {
      const run = (argv: string[]) =>
        runCli([
          ...["get-bulk", "-u", origin, "-S", "2016-03-01", "-D", directory],
          ...["-E", "2016-03-03T00:00", "--ip", "-o", "csv", "-q", ...argv],
        ]);
      assertEquals((await run(["--with", "tool-name"])).exit, 0);
      const other = await run(["--with", "uri", "--resume"]);
      assertEquals(other.exit, 2);
      assertMatch(other.stderr, /differs in --with\b/);
      assertEquals((await run(["--with", "tool-name", "--resume"])).exit, 0);
    });
  });
});

Deno.test("get-bulk makes its directory if only the last part is missing, and not for wrong usage", async () => {
  await withDirectory((parent) =>
    withServer(archive([], {}), async (origin) => {
      const directory = join(parent, "out");
      const run = (...argv: string[]) =>
        runCli(["get-bulk", "-u", origin, "-o", "csv", ...argv]);
      await run("-D", directory, "-T", "nonsense");
      assertEquals([...Deno.readDirSync(parent)], []);
      await run("-D", join(directory, "deeper"));
      assertEquals([...Deno.readDirSync(parent)], []);
      // As to the original, a directory is missing where no archive is, either.
      const away = ["--url", "http://127.0.0.1:1", "--retry", "0"];
      assertTold(
        await runCli(["get-bulk", ...away, "-o", "csv", "-D", directory]),
        2,
        /out does not exist, and is not made: the archive cannot be reached/,
      );
      assertEquals([...Deno.readDirSync(parent)], []);
      assertEquals((await run("-D", directory)).exit, 0);
      assertEquals([...Deno.readDirSync(parent)].map(({ name }) => name), [
        "out",
      ]);
      assertEquals((await run("-D", directory)).exit, 0);
    })
  );
});
