import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { startArchive } from "../../../archive/server.ts";
import { ApiConnect, ApiFilters, MetadataPost } from "../../../mod.ts";
import { type Fault, startFaultyProxy } from "../../servers/faulty_proxy.ts";
import { json, withServer } from "../../servers/serve.ts";
import { needs } from "../../helpers/binary.ts";
import { runProgram } from "../../helpers/program.ts";
import {
  assertTold,
  type Ended,
  interrupt,
  runCli,
  type RunOptions,
} from "../../helpers/run.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { onUnix } from "../../helpers/skipping.ts";

const ROOT = "/esmond/perfsonar/archive/";
const KEY = "5d1c0ffee5d1c0ffee5d1c0ffee5d1c0ffee5d1c";
const TS = 1456790400; // 2016-03-01 00:00:00 UTC
const WINDOW = ["-S", "2016-03-01", "-E", "2016-03-03T00:00"];

const EVENT_TYPES = [
  "failures",
  "histogram-ttl",
  "packet-loss-rate",
  "packet-trace",
  "pscheduler-raw",
  "streams-throughput",
  "throughput",
  "throughput-subintervals",
  "time-error-estimates",
];

/** An archive with one test that has nothing yet. */
interface Place {
  url: string;
  key: string;
  /** Runs `post` on it, with this on standard input. */
  post(
    argv: string[],
    input?: RunOptions["input"],
    options?: RunOptions,
  ): Promise<Ended>;
  /**
   * What it has of an event type, as the library reads it: seconds and JSON
   * texts.
   */
  stored(eventType?: string): Promise<[number, string][]>;
}

async function createTest(
  url: string,
  source: string,
  eventTypes: readonly string[],
): Promise<string> {
  const post = new MetadataPost(url, {
    apiKey: KEY,
    subjectType: "point-to-point",
    source,
    destination: "192.0.2.20",
    toolName: "powstream",
    measurementAgent: source,
    inputSource: "a.example",
    inputDestination: "b.example",
  });
  for (const eventType of eventTypes) post.addEventType(eventType);
  if (eventTypes.includes("throughput")) {
    post.addSummaryType("throughput", "aggregation", [3600]);
  }
  return (await post.postMetadata()).metadataKey!;
}

async function readStored(
  url: string,
  key: string,
  eventType: string,
): Promise<[number, string][]> {
  const filters = new ApiFilters({ metadataKey: key });
  for await (const md of new ApiConnect(url, filters).getMetadata()) {
    const payload = await md.getEventType(eventType)!.getData();
    return payload.data.map((point) => [point.tsEpoch, point.text]);
  }
  throw new Error(`there is no test ${key}`);
}

async function withArchive(
  use: (place: Place) => Promise<void>,
  eventTypes: readonly string[] = EVENT_TYPES,
): Promise<void> {
  const archive = await startArchive({ tokens: [KEY] });
  try {
    const { url } = archive;
    const key = await createTest(url, "192.0.2.10", eventTypes);
    await use({
      url,
      key,
      post: (argv, input, options = {}) =>
        runCli(["post", "-u", url, "--metadata-key", key, ...argv], {
          env: { ESMOND_API_KEY: KEY },
          ...(input === undefined ? {} : { input }),
          ...options,
        }),
      stored: (eventType = "throughput") => readStored(url, key, eventType),
    });
  } finally {
    await archive.close();
  }
}

const T = ["-e", "throughput"];
const ONE = `{"ts": ${TS}, "val": 5}`;
const TWO = `{"ts": ${TS + 1}, "val": 6}`;
const STORED: [number, string][] = [[TS, "5.0"], [TS + 1, "6.0"]];

Deno.test("post stores points of every format, from standard input and from a file", async () => {
  await withDirectory(async (directory) => {
    const together = (ts: number, val: number) =>
      `{"ts": ${ts}, "val": [{"event-type": "throughput", "val": ${val}}]}`;
    const inputs = [
      `[${ONE}, ${TWO}]`,
      `{"data": [${together(TS, 5)},\n ${together(TS + 1, 6)}]}`,
      `${ONE}\n${TWO}\n`,
      `${ONE}\r\n\r\n${TWO}`,
      `ts,val\n${TS},5\n${TS + 1},6\n`,
      `ts,val,event_type\r\n${TS},5,throughput\r\n${TS + 1},6,throughput\r\n`,
      `ts,val,event_type\n${TS},5,\n${TS + 1},6,throughput\n`,
      "timestamp,value\n2016-03-01 00:00:00,5\n2016-03-01 00:00:01,6.0\n",
    ];
    for (const [index, input] of inputs.entries()) {
      for (const isFile of [true, false]) {
        await withArchive(async ({ post, stored }) => {
          const file = join(directory, `points-${index}`);
          if (isFile) await Deno.writeTextFile(file, input);
          const { exit, stdout, stderr } = isFile
            ? await post([...T, file])
            : await post(T, input);
          assertEquals({ exit, stdout }, { exit: 0, stdout: "" }, stderr);
          assertMatch(stderr, /^[^\n]*\b2 points are stored\n$/);
          assertEquals(await stored(), STORED, input);
        });
      }
    }
  });
});

Deno.test("post stores several event types of one file", async () => {
  await withArchive(async ({ post, stored }) => {
    const { exit, stderr } = await post(
      [],
      `ts,val,event_type
${TS},5,throughput
${TS},"{""numerator"": 1, ""denominator"": 4}",packet-loss-rate
${TS},"{""28"": 3}",histogram-ttl
${TS},"{""error"": ""no route, ""}",failures
${TS},https://psched.example/1,pscheduler-raw
${TS},-1.5,time-error-estimates
`,
    );
    assertEquals(exit, 0, stderr);
    for (
      const [eventType, text] of [
        ["throughput", "5.0"],
        ["packet-loss-rate", "0.25"],
        ["histogram-ttl", `{"28":3}`],
        ["failures", `{"error":"no route, "}`],
        ["pscheduler-raw", `"https://psched.example/1"`],
        ["time-error-estimates", "-1.5"],
      ]
    ) assertEquals(await stored(eventType), [[TS, text!]], eventType);
  });
});

Deno.test("post stores one point, from one object", async () => {
  await withArchive(async ({ post, stored }) => {
    const { exit } = await post(T, `{\n  "ts": ${TS},\n  "val": 5\n}\n`);
    assertEquals(exit, 0);
    assertEquals(await stored(), [[TS, "5.0"]]);
  });
});

Deno.test("post counts one point as one", async () => {
  await withArchive(async ({ post }) => {
    assertMatch((await post(T, ONE)).stderr, /\b1 point is stored\n$/);
  });
});

Deno.test("post stores thousands of points and counts them", async () => {
  await withArchive(async ({ post, stored }) => {
    const rows = Array.from({ length: 3210 }, (_, n) => `${TS + n},${n}\n`);
    const { exit, stderr } = await post(T, `ts,val\n${rows.join("")}`);
    assertEquals(exit, 0);
    assertStringIncludes(stderr, "3210 points are stored");
    assertEquals(
      await stored(),
      rows.map((_, n): [number, string] => [TS + n, `${n}.0`]),
    );
  });
});

Deno.test("post writes nothing and exits 0 where there are no points", async () => {
  await withArchive(async ({ post, stored }) => {
    for (const input of ["[]", `{"data": []}`, "ts,val\n"]) {
      const { exit, stdout, stderr } = await post(T, input);
      assertEquals({ exit, stdout }, { exit: 0, stdout: "" }, input);
      assertMatch(stderr, /^there are no points to write\n$/);
    }
    assertEquals(await stored(), []);
  });
});

Deno.test("post takes the output of get -o csv for a series without data for no points", async () => {
  await withArchive(async ({ url, post }) => {
    const got = await runCli(
      ["get", "-u", url, "-s", "192.0.2.10", "-d", "192.0.2.20", "--ip"]
        .concat(T, WINDOW, "-o", "csv"),
    );
    assertMatch(got.stdout, /No data/);
    const { exit, stderr } = await post([], got.stdout);
    assertEquals(exit, 0, stderr);
    assertMatch(stderr, /no points/);
  });
});

Deno.test("post refuses malformed input with the line, and stores nothing", async () => {
  await withArchive(async ({ post, stored }) => {
    const table: [input: string, message: RegExp, argv?: string[]][] = [
      [`${ONE}\n${TWO}\n{"ts": ${TS + 2}, "val"\n`, /line 3/],
      [`ts,val\n${TS},5\n${TS + 1}\n`, /line 3 has 1 columns/],
      [`ts,val\n${TS},5\n${TS + 1},"6\n`, /line 3/],
      [`ts,val\n${TS},5\n${TS + 1},\n`, /line 3: /],
      [`ts,val\n${TS},5\n,6\n`, /line 3: /],
      [`ts;val\n${TS};5\n`, /line 1 /],
      [`[${ONE},\n${TWO}`, /line 2/],
      [`[${ONE}, {"ts": 5}]`, /point 2/],
      [`[${ONE}, ${TWO}]`, /line 1/, ["--input-format", "ndjson"]],
      ["timestamp,value", /not JSON/, ["--input-format", "json"]],
      ["", /line 1 |no points|nothing/],
    ];
    for (const [input, message, argv = []] of table) {
      assertTold(await post([...T, ...argv], input), 2, message, input);
    }
    assertEquals(await stored(), []);
  });
});

Deno.test("post refuses an input that is not UTF-8, or whose last line may be cut off", async () => {
  await withDirectory(async (directory) => {
    await withArchive(async ({ post, stored }) => {
      const bytes = new TextEncoder().encode(`ts,val\n${TS},5\n${TS + 1},6`);
      const table: [bytes: Uint8Array<ArrayBuffer>, message: RegExp][] = [
        [bytes, /: line 3 is the last and has no line end/],
        [Uint8Array.of(...bytes, 0xe9, 0x0a), / is not UTF-8: line 3 has/],
      ];
      const file = join(directory, "points.csv");
      for (const [input, message] of table) {
        await Deno.writeFile(file, input);
        assertTold(await post([...T, file]), 2, message);
        assertTold(await post(T, input), 2, message);
      }
      assertEquals(await stored(), []);
    });
  });
});

Deno.test("post refuses an unknown format of the input and lists those there are", async () => {
  await withArchive(async ({ post }) => {
    for (const format of ["xml", "CSV", ""]) {
      assertTold(
        await post([...T, "--input-format", format], ONE),
        2,
        /--input-format is .*json, ndjson or csv/,
      );
    }
  });
});

Deno.test("post refuses times that are not whole seconds, with the line, and says what milliseconds are", async () => {
  await withArchive(async ({ post, stored }) => {
    const table: [ts: string, message: RegExp][] = [
      [`${TS}.5`, /line 3: .*integer.*1456790400\.5.*whole seconds/],
      [`${TS}000`, /line 3: .*1456790400000 .*milliseconds it is 1456790400/],
      [`${TS}999`, /line 3: .*milliseconds it is 1456790400/],
      [`-${TS}000`, /line 3: /],
      ["253402300800", /line 3: /],
    ];
    for (const [ts, message] of table) {
      for (
        const input of [
          `ts,val\n${TS},5\n${ts},6\n`,
          `${ONE}\n\n{"ts": ${ts}, "val": 6}\n`,
        ]
      ) assertTold(await post(T, input), 2, message, input);
    }
    assertEquals(await stored(), []);
  });
});

Deno.test("post refuses values of the wrong class with the line, and stores nothing", async () => {
  await withArchive(async ({ post, stored }) => {
    const table: [eventType: string, val: string, message: RegExp][] = [
      ["throughput", `"fast"`, /"fast" is not a value of throughput.*whole/],
      ["throughput", `"5"`, /whole number/],
      ["throughput", "5.5", /whole number/],
      ["throughput", "null", /whole number/],
      ["throughput", "true", /whole number/],
      ["throughput", "[5]", /whole number/],
      ["time-error-estimates", `"5"`, /has to be a number/],
      ["packet-loss-rate", "0.5", /numerator, denominator/],
      ["packet-loss-rate", `{"numerator": 1}`, /numerator, denominator/],
      [
        "packet-loss-rate",
        `{"numerator": -1, "denominator": 3}`,
        /numerator cannot be negative/,
      ],
      [
        "packet-loss-rate",
        `{"numerator": 0, "denominator": 0}`,
        /denominator has to be above 0/,
      ],
      [
        "packet-loss-rate",
        `{"numerator": 1.5, "denominator": 3}`,
        /whole numbers/,
      ],
      ["histogram-ttl", `{"28": 1.5}`, /counts .*whole/],
      ["histogram-ttl", `{"28": "1"}`, /counts .*whole/],
      ["histogram-ttl", "[1]", /object of counts/],
      ["throughput-subintervals", "[]", /not an empty one/],
      ["throughput-subintervals", "{}", /list/],
      [
        "throughput-subintervals",
        `[{"start": 0, "duration": 1, "val": 1}, {"start": 0, "val": 1}]`,
        /interval 2/,
      ],
    ];
    for (const [eventType, val, message] of table) {
      const line = `{"ts": ${TS + 1}, "val": ${val}}`;
      const good = `{"ts": ${TS}, "event-type": "throughput", "val": 5}`;
      const result = await post(["-e", eventType], `${good}\n${line}\n`);
      assertTold(result, 2, message, line);
      assertMatch(result.stderr, /: line 2: /);
    }
    for (const eventType of EVENT_TYPES) {
      assertEquals(await stored(eventType), [], eventType);
    }
  });
});

Deno.test("post refuses NaN and infinities, which other programs write into JSON and CSV", async () => {
  await withArchive(async ({ post, stored }) => {
    for (const word of ["NaN", "Infinity", "-Infinity", "1e400"]) {
      for (const e of ["throughput", "time-error-estimates"]) {
        const json = await post(["-e", e], `{"ts": ${TS}, "val": ${word}}`);
        assertEquals(json.exit, 2, `${word}: ${json.stderr}`);
        const csv = await post(["-e", e], `ts,val\n${TS},${word}\n`);
        assertTold(csv, 2, /line 2: /, word);
      }
    }
    assertEquals(await stored(), []);
    assertEquals(await stored("time-error-estimates"), []);
  });
});

Deno.test("post refuses a point that names no event type, and says how to name it", async () => {
  await withArchive(async ({ post, stored }) => {
    assertTold(await post([], `[${ONE}]`), 2, /point 1 .*--event-type/);
    assertTold(await post([], `${ONE}\n${TWO}\n`), 2, /line 1 .*--event-type/);
    assertTold(
      await post(
        [],
        `ts,val,event_type\n${TS},5,throughput\n${TS + 1},6,\n`,
      ),
      2,
      /line 3 .*--event-type/,
    );
    assertEquals(await stored(), []);
  });
});

Deno.test("post refuses an event type that no archive knows, with the line or the option", async () => {
  await withArchive(async ({ post }) => {
    assertTold(
      await post(["-e", "throughputt"], `[${ONE}, ${TWO}]`),
      2,
      /throughputt is not an event type/,
    );
    assertTold(
      await post([], `ts,val,event_type\n${TS},5,througput\n`),
      2,
      /througput is not an event type/,
    );
  });
});

Deno.test("post names the place of an unknown event type where a file has one point, as where it has two", async () => {
  await withArchive(async ({ post }) => {
    const row = (n: number) => `${TS + n},5,througput\n`;
    for (const rows of [row(0), row(0) + row(1)]) {
      assertTold(
        await post([], `ts,val,event_type\n${rows}`),
        2,
        /line 2: .*not an event type/,
      );
    }
  });
});

Deno.test("post refuses a second point of one second, with its line", async () => {
  await withArchive(async ({ post, stored }) => {
    assertTold(
      await post(T, `ts,val\n${TS},5\n${TS + 1},6\n${TS},5\n`),
      2,
      /line 4: .*throughput at 1456790400/,
    );
    assertEquals(await stored(), []);
  });
});

Deno.test("post asks for --metadata-key", async () => {
  const { url } = { url: "http://127.0.0.1:1" };
  for (const argv of [[], ["--metadata-key", ""], ["-k", ""]]) {
    assertTold(
      await runCli(["post", "-u", url, ...T, ...argv], { input: ONE }),
      2,
      /--metadata-key is required/,
    );
  }
});

Deno.test("post asks for --url, and refuses one that is none", async () => {
  const base = ["post", "-k", "x", ...T];
  const options = { input: ONE, env: { ESMOND_API_KEY: KEY } };
  assertTold(await runCli(base, options), 2, /--url is required/);
  for (const url of ["nonsense", "ftp://127.0.0.1/", "http://"]) {
    assertTold(await runCli([...base, "-u", url], options), 2, /--url: /, url);
  }
});

Deno.test("post refuses a file that is not there", async () => {
  await withArchive(async ({ post }) => {
    assertTold(await post([...T, "/nowhere/points"]), 2, /\/nowhere\/points/);
  });
});

needs(
  "terminal",
  "post refuses standard input that is a terminal",
  async () => {
    await withArchive(async ({ post }) => {
      const result = await post(T, undefined, { isTerminal: true });
      assertTold(result, 2, /name a FILE, or pipe it in/);
    });
  },
);

Deno.test("post tells in one line that no test has the key, whatever its characters", async () => {
  await withArchive(async ({ url, stored }) => {
    for (
      const key of [
        "0123456789abcdef0123456789abcdef",
        "../../../admin",
        "a/b",
        "?limit=1",
        "#",
        ".",
        "..",
        "%2e%2e",
        "key with words",
      ]
    ) {
      const result = await runCli(["post", "-u", url, "-k", key, ...T], {
        env: { ESMOND_API_KEY: KEY },
        input: `[${ONE}, ${TWO}]`,
      });
      assert([1, 2].includes(result.exit), `${key}: exit ${result.exit}`);
      assertTold(
        result,
        result.exit,
        /no test|400|is not a name|not created/,
        key,
      );
    }
    assertEquals(await stored(), []);
  });
});

Deno.test("post tells that the test was not created with the event type, and stores nothing of the others", async () => {
  await withArchive(async ({ key, post, stored }) => {
    const result = await post(
      [],
      `ts,val,event_type\n${TS},5,throughput\n${TS},5,packet-count-sent\n`,
    );
    assertTold(result, 1, /not created with .*packet-count-sent/);
    assertStringIncludes(result.stderr, key);
    assertEquals(await stored(), []);
    assertTold(
      await post(["-e", "packet-count-sent"], ONE),
      1,
      /not created with .*packet-count-sent/,
    );
  });
});

Deno.test("post tells both values where the archive has another one, and writes nothing", async () => {
  await withArchive(async ({ post, stored }) => {
    assertEquals((await post(T, ONE)).exit, 0);
    for (
      const input of [
        `{"ts": ${TS}, "val": 7}`,
        `ts,val\n${TS + 1},6\n${TS},7\n${TS + 2},8\n`,
      ]
    ) {
      const result = await post(T, input);
      assertTold(result, 1, /\b5\.0\b.*throughput at 1456790400.*\b7\b/);
      assertEquals(await stored(), [[TS, "5.0"]]);
    }
  });
});

Deno.test("post refuses a second value of a second that the archive would replace, however far apart they stand", async () => {
  await withArchive(async ({ post, stored }) => {
    const lines = Array.from(
      { length: 10_001 },
      (_, n) => `{"ts": ${TS + n}, "val": {"error": "${n}"}}\n`,
    );
    lines.push(`{"ts": ${TS}, "val": {"error": "other"}}\n`);
    const { exit, stderr } = await post(["-e", "failures"], lines.join(""));
    assertEquals(exit, 2);
    assertMatch(
      stderr,
      /line 10002: there is a point of failures at \d+ already/,
    );
    assertEquals((await stored("failures"))[0], [TS, '{"error":"0"}']);
  });
});

Deno.test("post tells once of numbers with more decimals than an archive keeps", async () => {
  await withArchive(async ({ post, stored }) => {
    const rows = `${TS},0.57\n${TS + 1},0.00001234\n${TS + 2},-1.00009\n`;
    const argv = ["-e", "time-error-estimates"];
    const { exit, stderr } = await post(argv, `ts,val\n${rows}`);
    assertEquals(exit, 0);
    assertMatch(
      stderr,
      /^line 3: time-error-estimates 0.00001234 is kept as 0: archives keep four decimals; the same of 1 more\n3 points are stored\n$/,
    );
    assertEquals((await stored("time-error-estimates")).at(-1)?.[1], "-1.0");
  });
});

Deno.test("post of the same points again is fine, and so is one of the points that are new beside them", async () => {
  await withArchive(async ({ post, stored }) => {
    const mixed = `ts,val,event_type
${TS},5,throughput
${TS},"{""numerator"": 1, ""denominator"": 3}",packet-loss-rate
${TS},0.57,time-error-estimates
${TS},"{""28"": 3, ""9"": 1}",histogram-ttl
${TS},"{""error"": ""e""}",failures
`;
    for (let times = 0; times < 3; times++) {
      const { exit, stderr } = await post([], mixed);
      assertEquals(exit, 0, stderr);
    }
    const more = `${mixed}${TS + 1},6,throughput\n`;
    assertEquals((await post([], more)).exit, 0);
    assertEquals(await stored(), STORED);
    assertEquals((await stored("histogram-ttl")).length, 1);
    assertEquals(await stored("time-error-estimates"), [[TS, "0.57"]]);
  });
});

// The order of the buckets is the order of the mode; JSON.parse sorts names
// that are numbers.
Deno.test("post keeps the buckets of a histogram in their order", async () => {
  const histogram = `{"28":33,"9":33}`;
  for (
    const input of [
      `[{"ts": ${TS}, "val": ${histogram}}]`,
      `ts,val\n${TS},"${histogram.replaceAll('"', '""')}"\n`,
    ]
  ) {
    await withArchive(async ({ post, stored }) => {
      assertEquals((await post(["-e", "histogram-ttl"], input)).exit, 0);
      assertEquals(await stored("histogram-ttl"), [[TS, histogram]]);
    });
  }
});

Deno.test("post refuses an integer that an archive would round, in place of rounding it itself", async () => {
  await withArchive(async ({ post, stored }) => {
    for (
      const input of [
        `[{"ts": ${TS}, "val": 9007199254740993}]`,
        `ts,val\n${TS},9007199254740993\n`,
      ]
    ) {
      assertTold(await post(T, input), 2, /9007199254740993.*2\^53/, input);
    }
    assertEquals(await stored(), []);
  });
});

Deno.test("post stores numbers inside of JSON digit for digit", async () => {
  const exact = `{"id":12345678901234567890,"rate":1.0}`;
  for (
    const input of [
      `[{"ts": ${TS}, "val": ${exact}}]`,
      `ts,val\n${TS},"${exact.replaceAll('"', '""')}"\n`,
    ]
  ) {
    await withArchive(async ({ post, stored }) => {
      assertEquals((await post(["-e", "pscheduler-raw"], input)).exit, 0);
      assertEquals(await stored("pscheduler-raw"), [[TS, exact]]);
    });
  }
});

/** Writes a point as it stands, without any help. */
async function postRaw(url: string, ts: number, val: string): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "authorization": `Token ${KEY}`,
      "content-type": "application/json",
    },
    body: `{"ts": ${ts}, "val": ${val}}`,
  });
  await response.body?.cancel();
  assertEquals(response.status, 201);
}

/** What `get` prints of the test from this source. */
async function get(
  url: string,
  source: string,
  argv: string[],
): Promise<string> {
  const hosts = ["-s", source, "-d", "192.0.2.20", "--ip"];
  const { exit, stdout, stderr } = await runCli(
    ["get", "-u", url, ...hosts, ...WINDOW, ...argv],
  );
  assertEquals(exit, 0, stderr);
  return stdout;
}

const SERIES: Record<string, string[]> = {
  "throughput": ["5", "7016320000", "-1", "0"],
  "time-error-estimates": ["0.57", "-1.5", "100000"],
  "histogram-ttl": [`{"28": 33, "9": 4}`, `{"9": 4, "28": 33}`, "{}"],
  "failures": [`{"error": "no route, \\"x\\""}`, `{"error": ""}`],
  "pscheduler-raw": [
    `"https://psched.example/run?a=1,2"`,
    `{"a": [1.0, null, "x,\\"y"]}`,
    `"two\\nlines"`,
    "[[1], []]",
    "true",
    "1.50",
  ],
};

for (const format of ["csv", "json", "ndjson"]) {
  Deno.test(`post takes what get -o ${format} prints: read again, the output is the same`, async () => {
    for (const [eventType, values] of Object.entries(SERIES)) {
      await withArchive(async ({ url, key }) => {
        for (const [n, val] of values.entries()) {
          await postRaw(`${url}${ROOT}${key}/${eventType}/base`, TS + n, val);
        }
        const argv = ["-e", eventType, "-o", format];
        const printed = await get(url, "192.0.2.10", argv);
        const copy = await createTest(url, "192.0.2.11", [eventType]);
        const { exit, stderr } = await runCli(["post", "-u", url, "-k", copy], {
          env: { ESMOND_API_KEY: KEY },
          input: printed,
        });
        assertEquals(exit, 0, `${eventType}: ${stderr}`);
        assertMatch(stderr, new RegExp(`\\b${values.length} points are`));
        const again = await get(url, "192.0.2.11", argv);
        assertEquals(
          again.replaceAll("192.0.2.11", "192.0.2.10")
            .replaceAll(copy, key),
          printed,
          eventType,
        );
      });
    }
  });
}

Deno.test("post takes loss rates that get prints, with their counts beside them or with --sent", async () => {
  const types = ["packet-loss-rate", "packet-count-sent"];
  await withArchive(async ({ url, key }) => {
    const base = (type: string) => `${url}${ROOT}${key}/${type}/base`;
    for (const [n, lost] of [0, 1, 7, 300].entries()) {
      const counts = `{"numerator": ${lost}, "denominator": 300}`;
      await postRaw(base("packet-loss-rate"), TS + n, counts);
      await postRaw(base("packet-count-sent"), TS + n, "300");
    }
    const rates = await get(url, "192.0.2.10", [
      "-e",
      types[0]!,
      "-o",
      "ndjson",
    ]);
    const counts = await get(url, "192.0.2.10", [
      "-e",
      types[1]!,
      "-o",
      "ndjson",
    ]);
    const expected = await readStored(url, key, "packet-loss-rate");
    const inputs: [input: string, argv: string[]][] = [
      [rates + counts, []],
      [rates, ["--sent", "300"]],
    ];
    for (const [at, [input, argv]] of inputs.entries()) {
      const copy = await createTest(url, `192.0.2.3${at}`, types);
      const post = (argv: string[]) =>
        runCli(["post", "-u", url, "-k", copy, ...argv], {
          env: { ESMOND_API_KEY: KEY },
          input,
        });
      const { exit, stderr } = await post(argv);
      assertEquals(exit, 0, stderr);
      assertEquals(await readStored(url, copy, "packet-loss-rate"), expected);
      if (at === 0) continue;
      assertTold(await post([]), 2, /line 1: .*packet-count-sent.*--sent N/);
      assertTold(await post(["--sent", "299"]), 2, /out of 299/);
      assertTold(await post(["--sent", "x"]), 2, /--sent is "x"/);
    }
  }, types);
});

// What get prints of null is an empty cell.
Deno.test("post does not make a text of an empty cell", async () => {
  await withArchive(async ({ post, stored }) => {
    const { exit } = await post(
      ["-e", "pscheduler-raw"],
      `timestamp,value\n2016-03-01 00:00:00,\n`,
    );
    const found = await stored("pscheduler-raw");
    if (exit === 0) assertEquals(found, [[TS, "null"]]);
    else assertEquals([exit, found], [2, []]);
  });
});

Deno.test("post refuses the roll-ups that get -o csv prints: they are not base data", async () => {
  await withArchive(async ({ url, post }) => {
    await post(T, `[${ONE}, ${TWO}]`);
    const argv = [...T, "-o", "csv", "-T", "aggregation", "-W", "3600"];
    const printed = await get(url, "192.0.2.10", argv);
    assertMatch(printed, /,aggregation,3600,2016-03-01 00:00:00,11/);
    const copy = await createTest(url, "192.0.2.11", ["throughput"]);
    const result = await runCli(["post", "-u", url, "-k", copy], {
      env: { ESMOND_API_KEY: KEY },
      input: printed,
    });
    assertEquals(await readStored(url, copy, "throughput"), []);
    assertTold(result, 2, /summary_type|roll-up/);
  });
});

// A list of one stream is one row, which alone looks like a value that is the
// number.
Deno.test("post refuses, or puts together again, the rows that get -o csv prints of one list", async () => {
  await withArchive(async ({ url, post, stored }) => {
    const list = ["-e", "streams-throughput"];
    await post(list, `{"ts": ${TS}, "val": [5.0]}`);
    const printed = await get(url, "192.0.2.10", [...list, "-o", "csv"]);
    assertMatch(printed, /stream_num/);
    const copy = await createTest(url, "192.0.2.11", ["streams-throughput"]);
    const { exit } = await runCli(["post", "-u", url, "-k", copy], {
      env: { ESMOND_API_KEY: KEY },
      input: printed,
    });
    const found = await readStored(url, copy, "streams-throughput");
    if (exit === 0) assertEquals(found, await stored("streams-throughput"));
    else assertEquals([exit, found], [2, []]);
  });
});

Deno.test("post takes no value for several where it is a list like a bulk payload's with a mistake in it", async () => {
  await withArchive(async ({ post, stored }) => {
    const result = await post(
      ["-e", "failures"],
      `{"data": [{"ts": ${TS}, "val": [{"event-type": "throughput", "val": 5}, {"event_type": "failures", "val": {}}]}]}`,
    );
    assertEquals(await stored("failures"), []);
    assertEquals(result.exit, 2);
  });
});

const REFUSAL = /401.*Invalid token/;

Deno.test("post exits 4 when the archive refuses the key, and does not show it", async () => {
  await withArchive(async ({ post, stored }) => {
    const wrong = "wrong-key-0123456789";
    for (const input of [ONE, `[${ONE}, ${TWO}]`]) {
      const result = await post([...T, "--verbose"], input, {
        env: { ESMOND_API_KEY: wrong },
      });
      assertEquals({ exit: result.exit, stdout: result.stdout }, {
        exit: 4,
        stdout: "",
      });
      assertMatch(result.stderr, REFUSAL);
      assert(!result.stderr.includes(wrong), result.stderr);
    }
    assertEquals(await stored(), []);
  });
});

Deno.test("post exits 4 when reading is open and only writing is refused", async () => {
  for (const status of [401, 403]) {
    await withArchive(async ({ url, key }) => {
      const handler = async (request: Request, { pathname }: URL) =>
        request.method === "GET"
          ? await fetch(url + pathname)
          : json({ detail: "no" }, { status });
      await withServer(handler, async (origin) => {
        for (const input of [ONE, `[${ONE}, ${TWO}]`]) {
          assertTold(
            await runCli(["post", "-u", origin, "-k", key, ...T], {
              env: { ESMOND_API_KEY: KEY },
              input,
            }),
            4,
            new RegExp(`${status}: no.*; 0 points are stored`),
          );
        }
      });
    });
  }
});

Deno.test("post asks for a key where there is none, with exit 2 and before anything is sent", async () => {
  let requests = 0;
  await withServer(() => {
    requests++;
    return json({});
  }, async (origin) => {
    const result = await runCli(["post", "-u", origin, "-k", "k", ...T], {
      input: ONE,
    });
    assertTold(result, 2, /--key-file FILE, or set ESMOND_API_KEY/);
  });
  assertEquals(requests, 0);
});

Deno.test("post takes the key from --key with a warning, and from --key-file", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "key");
    await Deno.writeTextFile(file, `${KEY}\n`);
    await withArchive(async ({ post, stored }) => {
      const typed = await post([...T, "--key", KEY], ONE, {});
      assertEquals(typed.exit, 0);
      assertMatch(typed.stderr, /^--key: .*process/);
      assert(!typed.stderr.includes(KEY));
      const read = await post([...T, "--key-file", file], TWO, { env: {} });
      assertEquals(read.exit, 0);
      assert(!/--key:/.test(read.stderr));
      assertEquals(await stored(), STORED);
      await Deno.writeTextFile(file, `${KEY}\n${KEY}\n`);
      assertTold(
        await post([...T, "--key-file", file], TWO),
        2,
        /--key-file .*no API key/,
      );
    });
  });
});

Deno.test("post shows no key in a message that the archive makes with it", async () => {
  const handler = (request: Request) =>
    json({ detail: `bad: ${request.headers.get("authorization")}` }, {
      status: 400,
    });
  await withServer(handler, async (origin) => {
    const { exit, stdout, stderr } = await runCli(
      ["post", "-u", origin, "-k", "k", "-v", ...T],
      { env: { ESMOND_API_KEY: KEY }, input: ONE },
    );
    assertEquals(exit, 1);
    assert(!(stdout + stderr).includes(KEY), stderr);
  });
});

Deno.test("post --verbose reports every request, and without it none", async () => {
  await withArchive(async ({ key, post }) => {
    const quiet = await post(T, `[${ONE}, ${TWO}]`);
    assertEquals(quiet.stderr.split("\n").length, 2, quiet.stderr);
    const { exit, stdout, stderr } = await post(
      [...T, "-v"],
      `[{"ts": ${TS + 2}, "val": 7}, {"ts": ${TS + 3}, "val": 8}]`,
    );
    assertEquals({ exit, stdout }, { exit: 0, stdout: "" });
    assert(
      stderr.split("\n").filter((line) => line.includes(key)).length >= 2,
      `requests are not reported: ${stderr}`,
    );
    assert(!stderr.includes(KEY), stderr);
  });
});

Deno.test("post takes the address of the archive with its path, and another alias", async () => {
  await withArchive(async ({ url, key, stored }) => {
    const options = { env: { ESMOND_API_KEY: KEY } };
    const full = `${url}/esmond/perfsonar/archive/`;
    const one = await runCli(["post", "-u", full, "-k", key, ...T], {
      ...options,
      input: ONE,
    });
    assertEquals(one.exit, 0, one.stderr);
    const two = await runCli(
      ["post", "-u", url, "--script-alias", "/", "-k", key, ...T],
      { ...options, input: TWO },
    );
    assertEquals(two.exit, 0, two.stderr);
    assertEquals(await stored(), STORED);
  });
});

Deno.test("post says that nothing is stored when the archive cannot be reached", async () => {
  const result = await runCli(
    ["post", "-u", "http://127.0.0.1:1", "-k", "k", "--retry", "0", ...T],
    { env: { ESMOND_API_KEY: KEY }, input: `[${ONE}, ${TWO}]` },
  );
  assertTold(
    result,
    1,
    /cannot be reached.*; 0 points are stored, 2 are not, 0 are unknown/,
  );
});

const MANY = 2500; // three requests of at most 1000 points

function manyPoints(): string {
  const rows = Array.from({ length: MANY }, (_, n) => `${TS + n},${n}\n`);
  return `ts,val\n${rows.join("")}`;
}

for (
  const fault of ["refused", "cut in request", "cut before answer"] as const
) {
  Deno.test(`post tells what became of the points when the archive dies in the middle (${fault}), and the same command completes it`, async () => {
    await withArchive(async ({ url, key, stored }) => {
      let isDead = false;
      let [writes, puts] = [0, 0];
      const proxy = startFaultyProxy(url, (): Fault => {
        writes++;
        return isDead ? (writes === 5 ? fault : "refused") : "none";
      });
      // One request looks after the test and at least one after the points;
      // then it dies.
      const gate = await withServer(async (request) => {
        const body = request.method === "PUT" ? await request.text() : null;
        if (request.method === "PUT" && ++puts === 2) {
          [isDead, writes] = [true, 4];
        }
        const { pathname, search } = new URL(request.url);
        return await fetch(proxy.origin + pathname + search, {
          method: request.method,
          headers: request.headers,
          body,
        }).catch(() => new Response("gone", { status: 502 }));
      }, async (origin) => {
        const argv = ["post", "-u", origin, "-k", key, "--retry", "0", ...T];
        const options = { env: { ESMOND_API_KEY: KEY }, input: manyPoints() };
        const broken = await runCli(argv, options);
        isDead = false;
        const inBetween = (await stored()).length;
        const again = await runCli(argv, options);
        return { broken, inBetween, again };
      });
      await proxy.close();
      const { broken, inBetween, again } = gate;
      assertTold(broken, 1, /\d+ points are stored, \d+ are not/);
      const [, has, not, unknown] =
        /; (\d+) points are stored, (\d+) are not, (\d+) are unknown/
          .exec(broken.stderr)!.map(Number);
      assertEquals(has! + not! + unknown!, MANY);
      assert(has! >= 1000, broken.stderr);
      assert(inBetween >= has! && inBetween <= has! + unknown!, `${inBetween}`);
      assertEquals(again.exit, 0, again.stderr);
      assertEquals(
        await stored(),
        Array.from({ length: MANY }, (_, n) => [TS + n, `${n}.0`]),
      );
    });
  });
}

Deno.test("post says what is stored when it is interrupted in the middle", async () => {
  await withArchive(async ({ url, key, stored }) => {
    const stop = new AbortController();
    let puts = 0;
    await withServer(async (request) => {
      const body = request.method === "PUT" ? await request.text() : null;
      if (body !== null && ++puts === 2) {
        await interrupt(stop);
        return new Response("late", { status: 503 });
      }
      const { pathname, search } = new URL(request.url);
      return await fetch(url + pathname + search, {
        method: request.method,
        headers: request.headers,
        body,
      });
    }, async (origin) => {
      const { exit, stdout, stderr } = await runCli(
        ["post", "-u", origin, "-k", key, ...T],
        {
          env: { ESMOND_API_KEY: KEY },
          input: manyPoints(),
          signal: stop.signal,
        },
      );
      assertEquals({ exit, stdout }, { exit: 130, stdout: "" });
      assertMatch(stderr, /interrupted/);
      assertEquals((await stored()).length, 1000);
      assertMatch(stderr, /1000 (points )?(are )?stored/);
    });
  });
});

Deno.test("post to an archive that can only be read says so", async () => {
  const archive = await startArchive({ dialect: "elmond", sampleDays: 0.1 });
  try {
    let key = "";
    for await (const md of new ApiConnect(archive.url).getMetadata()) {
      if (md.getEventType("throughput")) key = md.metadataKey!;
    }
    const result = await runCli(
      ["post", "-u", archive.url, "-k", key, ...T],
      { env: { ESMOND_API_KEY: KEY }, input: ONE },
    );
    assertEquals(result.exit, 1);
    assert(
      !/no test with the key/.test(result.stderr),
      `the test exists: ${result.stderr}`,
    );
  } finally {
    await archive.close();
  }
});

Deno.test("post tells of a value that is longer than the archive takes", async () => {
  await withArchive(async ({ post, stored }) => {
    const long = "x".repeat(17 << 20);
    const result = await post(
      ["-e", "pscheduler-raw", "--retry", "0"],
      JSON.stringify({ ts: TS, val: long }),
    );
    assertTold(result, 1, /413.*0 points are stored/);
    assert(result.stderr.length < 1000, `${result.stderr.length}`);
    assertEquals(await stored("pscheduler-raw"), []);
  });
});

Deno.test("the program posts from a pipe, and reads the key from the environment", async () => {
  await withArchive(async ({ url, key, stored }) => {
    const run = (argv: string[], input: string, env = {}) =>
      runProgram(["post", "-u", url, "-k", key, ...argv], {
        env: { ESMOND_API_KEY: "", ...env },
        input,
      });
    const csv = `ts,val\r\n${TS},5\r\n${TS + 1},6\r\n`;
    const [fine, keyless, broken] = await Promise.all([
      run(T, csv, { ESMOND_API_KEY: KEY }),
      run(T, csv),
      run(T, `[\n${ONE},\n  {"ts": a}\n]`, { ESMOND_API_KEY: KEY }),
    ]);
    assertEquals([fine.exit, fine.stdout], [0, ""], fine.stderr);
    assertMatch(fine.stderr, /2 points are stored\n$/);
    assertTold(keyless, 2, /--key-file FILE, or set ESMOND_API_KEY/);
    assertTold(broken, 2, /not JSON/);
    assertEquals(await stored(), STORED);
  });
});

onUnix(
  "TZ",
  "post reads times, and get prints them, in UTC wherever the program runs",
  async () => {
    await withArchive(async ({ url, key, stored }) => {
      const env = { ESMOND_API_KEY: KEY, TZ: "America/Lima" };
      const posted = await runProgram(["post", "-u", url, "-k", key, ...T], {
        env,
        input:
          "timestamp,value\n2016-03-01 00:00:00,5\n2016-03-01 00:00:01,6\n",
      });
      assertEquals(posted.exit, 0, posted.stderr);
      assertEquals(await stored(), STORED);
      for (const format of ["human", "json", "csv", "ndjson"]) {
        const argv = [...T, "-o", format];
        const hosts = ["-s", "192.0.2.10", "-d", "192.0.2.20", "--ip"];
        const { stdout } = await runProgram(
          ["get", "-u", url, ...hosts, ...WINDOW, ...argv],
          { env },
        );
        assertEquals(stdout, await get(url, "192.0.2.10", argv), format);
        assertStringIncludes(stdout, "2016-03-01 00:00:01");
      }
    });
  },
);
