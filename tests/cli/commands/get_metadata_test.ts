import { assert, assertEquals, assertMatch } from "@std/assert";
import { json, withServer } from "../../servers/serve.ts";
import { needs } from "../../helpers/binary.ts";
import { type Ended, runCli, type RunOptions } from "../../helpers/run.ts";

const ROOT = "/esmond/perfsonar/archive/";

/** A test as esmond lists it. */
function test(key: string, fields: Record<string, unknown> = {}) {
  return {
    url: `http://ma.example${ROOT}${key}/`,
    "metadata-key": key,
    "subject-type": "point-to-point",
    "event-types": [{ "event-type": "failures", summaries: [] }],
    source: "192.0.2.10",
    destination: "192.0.2.20",
    "measurement-agent": "198.51.100.5",
    "tool-name": "powstream",
    "input-source": "192.0.2.10",
    "input-destination": "lat1.beta.example",
    uri: `${ROOT}${key}/`,
    ...fields,
  };
}

/** Runs get-metadata against an archive of these tests, or of this text. */
async function metadata(
  tests: unknown[] | string,
  argv: string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  return await withServer(
    () => json(tests),
    (origin) => runCli(["get-metadata", "-u", origin, ...argv], options),
  );
}

const PAGING = {
  "metadata-count-total": 2,
  "metadata-previous-page": null,
  "metadata-next-page": null,
};
const ELEMENT = { destination: undefined, "input-destination": undefined };
const TWO = [
  test("k1", PAGING),
  test("k2", { ...ELEMENT, "tool-name": "ntp" }),
];

Deno.test("get-metadata prints six parameters of each test to people", async () => {
  assertEquals(await metadata(TWO), {
    exit: 0,
    stdout: `source: 192.0.2.10
destination: 192.0.2.20
measurement_agent: 198.51.100.5
input_source: 192.0.2.10
input_destination: lat1.beta.example
tool_name: powstream
= + = + = + = + = + =
source: 192.0.2.10
destination: None
measurement_agent: 198.51.100.5
input_source: 192.0.2.10
input_destination: None
tool_name: ntp

`,
    stderr: "",
  });
});

Deno.test("get-metadata prints six parameters of each test as JSON and as CSV", async () => {
  assertEquals(
    (await metadata(TWO, ["-o", "json"])).stdout,
    '[{"source": "192.0.2.10", "destination": "192.0.2.20", ' +
      '"measurement_agent": "198.51.100.5", "input_source": "192.0.2.10", ' +
      '"input_destination": "lat1.beta.example", "tool_name": "powstream"}, ' +
      '{"source": "192.0.2.10", "destination": null, ' +
      '"measurement_agent": "198.51.100.5", "input_source": "192.0.2.10", ' +
      '"input_destination": null, "tool_name": "ntp"}]\n',
  );
  assertEquals(
    (await metadata(TWO, ["-o", "csv"])).stdout,
    "source,destination,measurement_agent,input_source,input_destination,tool_name\r\n" +
      "192.0.2.10,192.0.2.20,198.51.100.5,192.0.2.10,lat1.beta.example,powstream\r\n" +
      "192.0.2.10,,198.51.100.5,192.0.2.10,,ntp\r\n\n",
  );
});

Deno.test("get-metadata says in every format when there is nothing", async () => {
  const table = {
    human: "No data found.\n",
    json: '[{"msg": "No data found."}]\n',
    csv:
      "source,destination,measurement_agent,input_source,input_destination,tool_name\r\n" +
      "No data,No data,No data,No data,No data,No data\r\n\n",
  };
  for (const [format, stdout] of Object.entries(table)) {
    assertEquals(
      await metadata([], ["-o", format]),
      { exit: 0, stdout, stderr: "" },
    );
  }
});

const FREE = {
  "time-interval": "14400",
  "bw-parallel-streams": "4",
  "num-float": "7016320000.0",
};

Deno.test("get-metadata -M prints the six and then all others by name to people", async () => {
  const { stdout } = await metadata([test("k1", { ...ELEMENT, ...FREE })], [
    "-M",
  ]);
  assertEquals(
    stdout,
    `source: 192.0.2.10
destination: None
measurement_agent: 198.51.100.5
input_source: 192.0.2.10
input_destination: None
tool_name: powstream
bw_parallel_streams: 4
num_float: 7016320000.0
subject_type: point-to-point
time_interval: 14400
url: http://ma.example/esmond/perfsonar/archive/k1/

`,
  );
});

Deno.test("get-metadata -M prints all by name as JSON, and only those that the test has", async () => {
  const { stdout } = await metadata(
    [test("k1", { ...ELEMENT, ...FREE })],
    ["-M", "-o", "json"],
  );
  assertEquals(
    stdout,
    '[{"bw_parallel_streams": "4", "input_source": "192.0.2.10", ' +
      '"measurement_agent": "198.51.100.5", "num_float": "7016320000.0", ' +
      '"source": "192.0.2.10", "subject_type": "point-to-point", ' +
      '"time_interval": "14400", "tool_name": "powstream", ' +
      '"url": "http://ma.example/esmond/perfsonar/archive/k1/"}]\n',
  );
});

Deno.test("D09: get-metadata -M leaves out what a list says of its pages", async () => {
  for (const format of ["human", "json"]) {
    const { stdout } = await metadata(TWO, ["-M", "-o", format]);
    assert(
      !/metadata_(count|next|previous|key)|event_types|uri/.test(stdout),
      stdout,
    );
  }
});

Deno.test("get-metadata -o ndjson prints each test as the archive lists it, digit for digit, in its order", async () => {
  const types =
    '[{"time-updated":1456790400.0,"summaries":[{"summary-window":"86400"}],"event-type":"a"}]';
  const one =
    `{"uri":"/x","event-types":${types},"metadata-count-total":2,"metadata-previous-page":null,"metadata-next-page":null,"big":9007199254740993}`;
  const { stdout } = await metadata(`[${one},{"source":"192.0.2.1"}]`, [
    ...["-o", "ndjson"],
  ]);
  assertEquals(stdout.split("\n"), [
    `{"uri": "/x", "event-types": ${types}, "big": 9007199254740993}`,
    '{"source": "192.0.2.1"}',
    "",
  ]);
});

/** The same pair and tool three times, as sites have tests of TCP and UDP. */
const ALIKE = [
  test("k1", { "ip-transport-protocol": "tcp", "bw-target-bandwidth": "1" }),
  test("k2", { "ip-transport-protocol": "tcp", "bw-target-bandwidth": 2.0 }),
  test("k3", { "ip-transport-protocol": "udp", "bw-target-bandwidth": "3 M" }),
];

Deno.test("get-metadata says of tests that look the same in what they differ, and what helps", async () => {
  const { exit, stdout, stderr } = await metadata(ALIKE, ["-o", "csv"]);
  assertEquals([exit, new Set(stdout.split("\r\n").slice(1, 4)).size], [0, 1]);
  assertEquals(
    stderr,
    "no column tells the rows of 3 tests apart, which differ in bw-target-bandwidth, ip-transport-protocol; " +
      "--with bw-target-bandwidth adds what does, --filter bw-target-bandwidth:1 finds one of them\n",
  );
  const added = ["-o", "csv", "--with", "bw-target-bandwidth"];
  const apart = await metadata(ALIKE, added);
  assertEquals(apart.stderr, "");
  assertEquals(
    apart.stdout.split("\r\n").slice(0, 4).map((row) =>
      row.split(",").slice(5).join()
    ),
    [
      "tool_name,bw_target_bandwidth",
      "powstream,1",
      "powstream,2",
      "powstream,3 M",
    ],
  );
});

Deno.test("get-metadata --with extra has all other parameters, --with event-types those with their roll-ups", async () => {
  const summary = (type: string, window: string) => ({
    ...{ "summary-type": type, "summary-window": window, "time-updated": 5 },
  });
  const types = [
    { "event-type": "throughput", summaries: [summary("average", "86400")] },
    {
      "event-type": "histogram-rtt",
      summaries: [
        summary("statistics", "0"),
        summary("aggregation", "300"),
        summary("statistics", "3600"),
      ],
    },
    { "event-type": "failures", summaries: [] },
  ];
  const one = [test("k1", {
    ...{ ...PAGING, "metadata-count-total": 1 },
    ...{ "ip-tos": 8, "event-types": types },
  })];
  const added = ["--with", "extra,event-types,source"];
  const inJson = await metadata(one, ["-o", "json", ...added]);
  const [row] = JSON.parse(inJson.stdout);
  assertEquals(Object.keys(row).slice(5), [
    "tool_name",
    "event_types",
    "extra",
  ]);
  assertEquals(row.event_types, types);
  const extra = {
    url: `http://ma.example${ROOT}k1/`,
    "metadata-key": "k1",
    "subject-type": "point-to-point",
    uri: `${ROOT}k1/`,
    "ip-tos": 8,
  };
  assertEquals(row.extra, extra);
  const { stdout } = await metadata(one, added);
  assertMatch(
    stdout,
    /\nevent_types: throughput \(average 86400\), histogram-rtt \(statistics 0, 3600; aggregation 300\), failures\nextra: \{"url": .*, "ip-tos": 8\}\n/,
  );
});

needs(
  "resolver",
  "get-metadata --with shows agents by name, and refuses a name that no test has",
  async () => {
    const resolver = {
      reverse: () => Promise.resolve("a.name"),
      addresses: () => Promise.resolve([]),
    };
    const argv = ["-M", "-o", "json", "--with", "metadata-key"];
    const { stdout } = await metadata(ALIKE, argv, { resolver });
    const [row] = JSON.parse(stdout);
    assertEquals([row.metadata_key, row.source], ["k1", "a.name"]);
    const refused = await metadata(ALIKE, ["--with", "metadata-keys"]);
    assertEquals([refused.exit, refused.stdout], [2, ""]);
    assertMatch(refused.stderr, /metadata-keys: .*did you mean metadata-key/);
    const whole = await metadata(ALIKE, ["-o", "ndjson", "--with", "uri"]);
    assertEquals([whole.exit, whole.stdout], [2, ""]);
  },
);

Deno.test("D13: get-metadata reads a list without a count", async () => {
  const { exit, stderr } = await metadata([test("k1")]);
  assertEquals({ exit, stderr }, { exit: 0, stderr: "" });
});

Deno.test("get-metadata prints values digit for digit, as elmond sends them", async () => {
  const text = JSON.stringify([test("k1")]).replace(
    "{",
    '{\n "bandwidth" : 1e21, "flag": true, "big": 9007199254740993,\n' +
      '"list": [1, null, "x"], "spec": {"a":[1.0]}, "none": null, "streams": 4.0,',
  );
  assertMatch(
    (await metadata(text, ["-M", "-o", "json"])).stdout,
    /"bandwidth": 1e\+21, "big": 9007199254740993, .*"flag": true, .*"list": \[1, null, "x"\], .*"none": null, .*"spec": \{"a": \[1\.0\]\}, "streams": 4\.0/,
  );
  const { stdout } = await metadata(text, ["-M"]);
  for (
    const line of [
      "bandwidth: 1e+21",
      "flag: True",
      "list: 1, None, x",
      'spec: {"a": [1.0]}',
      "none: None",
      "streams: 4.0",
    ]
  ) {
    assert(stdout.includes(`\n${line}\n`), line);
  }
});

Deno.test("get-metadata shows names of source, destination and agent, never of what the tester wrote", async () => {
  const addresses = ["192.0.2.10", "192.0.2.20", "198.51.100.5"];
  const reverse = Object.fromEntries(
    addresses.map((address) => [address, `n${address}.example`]),
  );
  const names = { reverse, forward: {} };
  for (const argv of [[], ["-M"]]) {
    const { stdout } = await metadata(TWO.slice(0, 1), argv, { names });
    assertMatch(
      stdout,
      /^source: n192\.0\.2\.10\.example\ndestination: n192\.0\.2\.20\.example\nmeasurement_agent: n198\.51\.100\.5\.example\ninput_source: 192\.0\.2\.10\n/,
    );
  }
});

Deno.test("D11: get-metadata prints what there is of a test, whatever is missing or odd", async () => {
  const odd = [
    {},
    test("k1", { source: null, "tool-name": ["a", null], "input-source": 7 }),
    test("k2", {
      source: ["192.0.2.1"],
      destination: 5,
      __proto__x: 1,
      "": "",
    }),
  ];
  for (
    const argv of [[], ["-M"], ["-o", "json"], ["-M", "-o", "json"], ["-ocsv"]]
  ) {
    const { exit, stdout, stderr } = await metadata(odd, argv);
    assertEquals({ exit, stderr }, { exit: 0, stderr: "" });
    assertMatch(stdout, /powstream/);
    if (argv.includes("json")) assertEquals(JSON.parse(stdout).length, 3);
  }
});

Deno.test("get-metadata keeps a parameter that is called like a property of objects", async () => {
  const text = JSON.stringify([test("k1")])
    .replace("{", '{"__proto__":{"x":1},"constructor":2,');
  const { stdout } = await metadata(text, ["-M", "-o", "json"]);
  assertMatch(stdout, /^\[\{"__proto__": \{"x": 1\}, .*"constructor": 2, /);
});

needs(
  "terminal",
  "get-metadata -M spells out on a terminal what whoever posted a test called its parameters",
  async () => {
    const tests = [
      test("k1", { "x\x1b]0;owned\x07": "\x1b[2J", "y\nsource": "z" }),
    ];
    const { stdout } = await metadata(tests, ["-M"], { isTerminal: true });
    assert(
      !stdout.includes("\x1b") && !stdout.includes("\x07"),
      JSON.stringify(stdout),
    );
  },
);

Deno.test("D03: get-metadata fails when the list does, and prints nothing", async () => {
  const { exit, stdout, stderr } = await withServer(
    () =>
      json({ detail: "Requested start time must be less than end time" }, {
        status: 400,
      }),
    (origin) => runCli(["get-metadata", "-u", origin, "-o", "json"]),
  );
  assertEquals({ exit, stdout }, { exit: 1, stdout: "" });
  assertMatch(
    stderr,
    /^esmond-ps get-metadata: [^\n]*400: Requested start[^\n]*\n$/,
  );
});
