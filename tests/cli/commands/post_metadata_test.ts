import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { join } from "@std/path";
import { startArchive } from "../../../archive/server.ts";
import { ApiConnect, ApiFilters, type Metadata } from "../../../mod.ts";
import { json, withServer } from "../../servers/serve.ts";
import { needs } from "../../helpers/binary.ts";
import { runProgram } from "../../helpers/program.ts";
import {
  assertTold,
  type Ended,
  runCli,
  type RunOptions,
} from "../../helpers/run.ts";

const KEY = "5d1c0ffee5d1c0ffee5d1c0ffee5d1c0ffee5d1c";

/** The least that describes a test between two hosts. */
const BASE = [
  ...["-s", "192.0.2.10", "-d", "192.0.2.20", "-a", "192.0.2.10"],
  ...["-t", "powstream", "-e", "packet-loss-rate"],
];

interface Place {
  url: string;
  /** Runs `post-metadata` on the archive, with this on standard input. */
  post(
    argv: string[],
    input?: string,
    options?: RunOptions,
  ): Promise<Ended>;
  /** The tests that it has, as the library reads them. */
  tests(): Promise<Metadata[]>;
}

async function withArchive(use: (place: Place) => Promise<void>) {
  const archive = await startArchive({ tokens: [KEY] });
  const { url } = archive;
  try {
    await use({
      url,
      post: (argv, input, options = {}) =>
        runCli(["post-metadata", "-u", url, ...argv], {
          env: { ESMOND_API_KEY: KEY },
          ...(input === undefined ? {} : { input }),
          ...options,
        }),
      tests: async () => {
        const connection = new ApiConnect(url, new ApiFilters());
        return await Array.fromAsync(connection.getMetadata());
      },
    });
  } finally {
    await archive.close();
  }
}

/** The key that was printed, and nothing else. */
function keyOf({ exit, stdout, stderr }: Ended, hint = ""): string {
  assertEquals({ exit, stderr }, { exit: 0, stderr: "" }, `${hint} ${stderr}`);
  assertMatch(stdout, /^[0-9a-f]{32}\n$/, hint);
  return stdout.trimEnd();
}

/** The roll-ups of a test: event type, type and window. */
function summariesOf(test: Metadata): string[] {
  return [...test.getAllEventTypes()].flatMap((eventType) =>
    [...eventType.getAllSummaries()].map((summary) =>
      `${eventType.eventType}:${summary.summaryType}:${summary.summaryWindow}`
    )
  ).toSorted();
}

Deno.test("post-metadata prints the key of the test that the options describe", async () => {
  await withArchive(async ({ post, tests }) => {
    const key = keyOf(
      await post([
        ...BASE,
        ...["--input-source", "a.example", "--input-destination", "b.example"],
        ...["-e", "throughput", "--summary", "throughput:average:300,86400"],
        ...["--param", "ip-transport-protocol:tcp", "--param", "note:a:b=c "],
        ...["--param", "time-duration:30"],
      ]),
    );
    const [test, ...others] = await tests();
    assertEquals(others.length, 0);
    const fields = [
      "metadata-key",
      "subject-type",
      "source",
      "destination",
      "measurement-agent",
      "tool-name",
      "input-source",
      "input-destination",
      "ip-transport-protocol",
      "note",
      "time-duration",
    ].map((field) => test!.get(field));
    assertEquals(fields, [
      key,
      "point-to-point",
      "192.0.2.10",
      "192.0.2.20",
      "192.0.2.10",
      "powstream",
      "a.example",
      "b.example",
      "tcp",
      "a:b=c ",
      "30",
    ]);
    assertEquals(
      [...test!.getAllEventTypes()].map(({ eventType }) => eventType)
        .toSorted(),
      ["packet-loss-rate", "throughput"],
    );
    assertEquals(summariesOf(test!), [
      "throughput:average:300",
      "throughput:average:86400",
    ]);
  });
});

Deno.test("post-metadata takes the addresses for what the tester wrote, where nothing else is said", async () => {
  await withArchive(async ({ post, tests }) => {
    keyOf(await post(BASE));
    const [test] = await tests();
    assertEquals(
      [test!.get("input-source"), test!.get("input-destination")],
      ["192.0.2.10", "192.0.2.20"],
    );
  });
});

Deno.test("post-metadata gives the same key for the same test, and another for another", async () => {
  await withArchive(async ({ post, tests }) => {
    const key = keyOf(await post(BASE));
    assertEquals(keyOf(await post(BASE)), key);
    assertEquals(keyOf(await post([...BASE, "-e", "packet-loss-rate"])), key);
    assertNotEquals(keyOf(await post([...BASE, "--param", "a:b"])), key);
    assertNotEquals(keyOf(await post([...BASE, "-e", "throughput"])), key);
    assertEquals((await tests()).length, 3);
  });
});

Deno.test("post-metadata describes a network element, which has no far end", async () => {
  await withArchive(async ({ post, tests }) => {
    const argv = ["-s", "192.0.2.10", "-a", "192.0.2.10", "-t", "ntp"];
    const key = keyOf(await post([...argv, "-e", "ntp-delay"]));
    const named = ["--subject-type", "network-element"];
    assertEquals(
      keyOf(await post([...argv, "-e", "ntp-delay", ...named])),
      key,
    );
    const [test] = await tests();
    assertEquals(
      [test!.get("subject-type"), test!.destination],
      ["network-element", undefined],
    );
    assertTold(
      await post([...argv, "-e", "ntp-delay", ...named, "-d", "192.0.2.20"]),
      2,
      /--dest: a network element has no destination/,
    );
  });
});

Deno.test("post-metadata names the option that is missing", async () => {
  await withArchive(async ({ post, tests }) => {
    const without = (option: string) =>
      BASE.filter((_, at) => BASE[at - at % 2] !== option);
    for (
      const [option, message] of [
        ["-s", /^esmond-ps post-metadata: --src: /],
        ["-a", /^esmond-ps post-metadata: --agent: /],
        ["-t", /^esmond-ps post-metadata: --tool: /],
      ] as const
    ) assertTold(await post(without(option)), 2, message, option);
    assertTold(
      await post([...without("-d"), "--subject-type", "point-to-point"]),
      2,
      /--dest: /,
    );
    for (const [option, empty] of [["-s", ""], ["-a", ""], ["-t", ""]]) {
      assertTold(
        await post([...BASE, option!, empty!]),
        2,
        /--(src|agent|tool): /,
      );
    }
    assertEquals((await tests()).length, 0);
  });
});

// `-d "$DEST"` with an unset variable must not make another kind of test.
Deno.test("post-metadata refuses an empty --dest, in place of describing a network element", async () => {
  await withArchive(async ({ post, tests }) => {
    const result = await post([...BASE, "--dest", ""]);
    assertEquals((await tests()).length, 0, result.stdout);
    assertTold(result, 2, /--dest/);
  });
});

Deno.test("post-metadata refuses a test without event types, which nothing could be posted to", async () => {
  await withArchive(async ({ post, tests }) => {
    const result = await post(BASE.slice(0, -2));
    assertEquals((await tests()).length, 0, result.stdout);
    assertTold(result, 2, /--event-type/);
  });
});

Deno.test("post-metadata refuses an unknown event type and an unknown subject", async () => {
  await withArchive(async ({ post, tests }) => {
    assertTold(
      await post([...BASE, "-e", "througput"]),
      2,
      /--event-type: througput is not an event type/,
    );
    assertTold(
      await post([...BASE, "--subject-type", "satellite"]),
      2,
      /--subject-type: satellite .*point-to-point, network-element/,
    );
    assertEquals((await tests()).length, 0);
  });
});

Deno.test("post-metadata refuses bad --summary, and says what a good one looks like", async () => {
  await withArchive(async ({ post, tests }) => {
    for (
      const summary of [
        "",
        "packet-loss-rate",
        "packet-loss-rate:aggregation",
        "packet-loss-rate:aggregation:",
        "packet-loss-rate:aggregation:x",
        "packet-loss-rate:aggregation:300,",
        "packet-loss-rate:aggregation:-300",
        "packet-loss-rate:aggregation:3e2",
        "packet-loss-rate:aggregation:1.5",
        ":aggregation:300",
      ]
    ) {
      assertTold(
        await post([...BASE, "--summary", summary]),
        2,
        /--summary is ".*packet-loss-rate:aggregation:300,3600/,
        summary,
      );
    }
    assertTold(
      await post([...BASE, "--summary", "packet-loss-rate:average:300"]),
      2,
      /--summary: .*average of packet-loss-rate: aggregation/,
    );
    assertTold(
      await post([...BASE, "--summary", "packet-loss-rate:sum:300"]),
      2,
      /--summary: sum .*aggregation, average, statistics/,
    );
    assertEquals((await tests()).length, 0);
  });
});

Deno.test("post-metadata refuses what is too much in --summary", async () => {
  await withArchive(async ({ post, tests }) => {
    assertTold(
      await post([...BASE, "--summary", "packet-loss-rate:aggregation:300:9"]),
      2,
      /--summary/,
    );
    assertEquals((await tests()).length, 0);
  });
});

Deno.test("post-metadata names --summary where the event type in it is unknown", async () => {
  await withArchive(async ({ post }) => {
    assertTold(
      await post([...BASE, "--summary", "losses:aggregation:300"]),
      2,
      /--summary.*losses/,
    );
  });
});

Deno.test("post-metadata keeps the windows of every --summary, also of the same kind", async () => {
  await withArchive(async ({ post, tests }) => {
    keyOf(
      await post([
        ...BASE,
        ...["--summary", "packet-loss-rate:aggregation:300"],
        ...["--summary", "packet-loss-rate:aggregation:3600"],
      ]),
    );
    const [test] = await tests();
    assertEquals(summariesOf(test!), [
      "packet-loss-rate:aggregation:300",
      "packet-loss-rate:aggregation:3600",
    ]);
  });
});

Deno.test("post-metadata refuses bad --param", async () => {
  await withArchive(async ({ post, tests }) => {
    for (const param of ["", "tcp", ":tcp", ":"]) {
      assertTold(
        await post([...BASE, "--param", param]),
        2,
        /--param is ".*KEY:VALUE/,
        param,
      );
    }
    for (const name of ["metadata-key", "url", "uri", "event_types"]) {
      assertTold(
        await post([...BASE, "--param", `${name}:x`]),
        2,
        /--param: .*cannot be the name/,
        name,
      );
    }
    assertEquals((await tests()).length, 0);
  });
});

Deno.test("post-metadata says how what is no parameter is given, as in JSON with underscores", async () => {
  await withArchive(async ({ post }) => {
    assertTold(
      await post([], '{"subject_type": "point-to-point", "source": "x"}'),
      2,
      /subject_type is not a parameter: .*--subject-type.*"subject-type" in JSON/,
    );
  });
});

Deno.test("post-metadata drops no --param without a word", async () => {
  for (
    const param of ["note:two", "tool-name:iperf3", "source:192.0.2.11"]
  ) {
    await withArchive(async ({ post, tests }) => {
      const { exit, stderr } = await post(
        [...BASE, "--param", "note:one", "--param", param],
      );
      assert(
        exit === 2 || stderr !== "",
        `--param ${param} was ignored: ${(await tests())[0]?.text}`,
      );
    });
  }
});

const ELEMENT = {
  "subject-type": "network-element",
  "source": "192.0.2.10",
  "tool-name": "ntp",
  "measurement-agent": "192.0.2.10",
  "input-source": "a.example",
  "event-types": [{ "event-type": "ntp-delay" }],
};

Deno.test("post-metadata reads a description in JSON, from a file and from standard input", async () => {
  const directory = await Deno.makeTempDir();
  const file = join(directory, "test.json");
  await Deno.writeTextFile(file, JSON.stringify(ELEMENT, null, 4));
  await withArchive(async ({ post }) => {
    const key = keyOf(await post([file]));
    assertEquals(keyOf(await post([], JSON.stringify(ELEMENT))), key);
    assertEquals(keyOf(await post(["-"], JSON.stringify(ELEMENT))), key);
    const argv = ["-s", "192.0.2.10", "-a", "192.0.2.10", "-t", "ntp"];
    assertEquals(
      keyOf(
        await post([...argv, "-e", "ntp-delay", "--input-source", "a.example"]),
      ),
      key,
    );
  });
  await Deno.remove(directory, { recursive: true });
});

Deno.test("post-metadata gives the same key for each test that an archive shows", async () => {
  const archive = await startArchive({ tokens: [KEY], sampleDays: 0.05 });
  try {
    const connection = new ApiConnect(archive.url, new ApiFilters());
    const tests = await Array.fromAsync(connection.getMetadata());
    assert(tests.length > 5);
    for (const test of tests) {
      const result = await runCli(["post-metadata", "-u", archive.url], {
        env: { ESMOND_API_KEY: KEY },
        input: JSON.stringify(test),
      });
      assertEquals(keyOf(result, test.text), test.metadataKey, test.text);
    }
    const again = await Array.fromAsync(connection.getMetadata());
    assertEquals(again.length, tests.length);
  } finally {
    await archive.close();
  }
});

Deno.test("post-metadata copies each test of an elmond archive", async () => {
  const elmond = await startArchive({ dialect: "elmond", sampleDays: 0.05 });
  try {
    const tests = await Array.fromAsync(
      new ApiConnect(elmond.url, new ApiFilters()).getMetadata(),
    );
    assert(tests.length > 5);
    await withArchive(async ({ post, tests: copies }) => {
      for (const test of tests) {
        keyOf(await post([], JSON.stringify(test)), test.text);
      }
      const summaries = (found: Metadata[]) =>
        found.map((test) => summariesOf(test).join()).toSorted();
      assertEquals(summaries(await copies()), summaries(tests));
    });
  } finally {
    await elmond.close();
  }
});

// Archives show null for what is not there.
Deno.test("post-metadata takes null in a description for not there", async () => {
  await withArchive(async ({ post }) => {
    const key = keyOf(await post([], JSON.stringify(ELEMENT)));
    for (
      const nothing of ["destination", "input-destination", "ip-tos"]
    ) {
      const entry = { ...ELEMENT, [nothing]: null };
      assertEquals(keyOf(await post([], JSON.stringify(entry)), nothing), key);
    }
  });
});

Deno.test("post-metadata keeps parameters whose names every object has", async () => {
  await withArchive(async ({ post, tests }) => {
    keyOf(
      await post(
        [],
        `{"constructor": "c", "toString": "t", ${
          JSON.stringify(ELEMENT).slice(1)
        }`,
      ),
    );
    const [test] = await tests();
    assertEquals([test!.get("constructor"), test!.get("toString")], ["c", "t"]);
  });
});

Deno.test("post-metadata refuses a description that is none, with the line", async () => {
  await withArchive(async ({ post, tests }) => {
    for (const input of ["", " ", "5", "null", "[]", `[${"{}"}]`, `"x"`]) {
      assertTold(await post([], input), 2, /description/, input);
    }
    assertTold(await post([], "{}"), 2, /required|Required|--/);
    const broken = await post([], `{\n  "source": "192.0.2.10",\n  "a": x\n}`);
    assertEquals([broken.exit, broken.stdout], [2, ""]);
    assertMatch(broken.stderr, /line 3/);
    assertEquals((await tests()).length, 0);
  });
});

Deno.test("post-metadata refuses event types and roll-ups in JSON that are none, in words that help", async () => {
  await withArchive(async ({ post, tests }) => {
    for (
      const eventTypes of [
        "ntp-delay",
        ["ntp-delay"],
        [null],
        [{}],
        { "event-type": "ntp-delay" },
        [{ "event-type": "ntp-delay", "summaries": "average" }],
        [{
          "event-type": "ntp-delay",
          "summaries": [{ "summary-window": "300" }],
        }],
      ]
    ) {
      const entry = { ...ELEMENT, "event-types": eventTypes };
      const result = await post([], JSON.stringify(entry));
      const hint = JSON.stringify(eventTypes);
      assertTold(result, 2, /event-type|summar/, hint);
      assert(!result.stderr.includes("undefined"), result.stderr);
    }
    assertEquals((await tests()).length, 0);
  });
});

needs("terminal", "post-metadata says what to do at a terminal", async () => {
  await withArchive(async ({ post }) => {
    const result = await post([], undefined, { isTerminal: true });
    assertTold(result, 2, /name a FILE, or pipe it in/);
  });
});

Deno.test("post-metadata refuses a file that is not there", async () => {
  await withArchive(async ({ post }) => {
    assertTold(await post(["/nowhere/test.json"]), 2, /\/nowhere\/test\.json/);
  });
});

// Half of a description in options and half in JSON: nothing of it may get lost
// without a word.
Deno.test("post-metadata ignores no option beside a description in JSON without a word", async () => {
  await withArchive(async ({ post }) => {
    for (
      const argv of [
        ["-e", "ntp-offset"],
        ["--summary", "ntp-delay:average:300"],
        ["--param", "a:b"],
        ["--input-source", "c.example"],
      ]
    ) {
      const plain = keyOf(await post([], JSON.stringify(ELEMENT)));
      const { stdout, stderr } = await post(argv, JSON.stringify(ELEMENT));
      assert(
        stderr !== "" || stdout.trimEnd() !== plain,
        `${argv.join(" ")} was ignored`,
      );
    }
  });
});

Deno.test("post-metadata notes a FILE that it does not read because options describe the test", async () => {
  await withArchive(async ({ post }) => {
    const { stderr } = await post([...BASE, "/nowhere/test.json"]);
    assertMatch(stderr, /\/nowhere\/test\.json/);
  });
});

Deno.test("post-metadata prints nothing when the answer has no key", async () => {
  for (
    const body of ["{}", "[]", "null", "5", `{"metadata-key": null}`, `[{}]`]
  ) {
    await withServer(() => json(body, { status: 201 }), async (origin) => {
      const result = await runCli(["post-metadata", "-u", origin, ...BASE], {
        env: { ESMOND_API_KEY: KEY },
      });
      assertTold(result, 1, /answer|key/, body);
      assert(!/TypeError/.test(result.stderr), `${body}: ${result.stderr}`);
    });
  }
});

Deno.test("post-metadata exits 4 when the key is refused, 2 when there is none, and shows none", async () => {
  await withArchive(async ({ post, tests }) => {
    const env = { ESMOND_API_KEY: "wrong-key-0123456789" };
    const refused = await post(BASE, undefined, { env });
    assertTold(refused, 4, /401.*Invalid token/);
    assert(!refused.stderr.includes(env.ESMOND_API_KEY));
    assertTold(await post(BASE, undefined, { env: {} }), 2, /--key-file/);
    const typed = await post([...BASE, "--key", KEY], undefined, { env: {} });
    assertEquals(typed.exit, 0);
    assertMatch(typed.stderr, /^--key: [^\n]*\n$/);
    assert(!typed.stderr.includes(KEY));
    assertEquals((await tests()).length, 1);
  });
});

Deno.test("post-metadata tells what the archive refuses, in one line", async () => {
  await withArchive(async ({ url, post, tests }) => {
    const bad = await post([...BASE, "-s", "no address"]);
    assertTold(bad, 1, /400: .*source/);
    assert(bad.stderr.includes(url));
    assertEquals((await tests()).length, 0);
  });
  const elmond = await startArchive({ dialect: "elmond" });
  try {
    const argv = ["post-metadata", "-u", elmond.url, ...BASE];
    const env = { ESMOND_API_KEY: KEY };
    assertTold(await runCli(argv, { env }), 1, /405.*elmond.*read-only/);
  } finally {
    await elmond.close();
  }
});

Deno.test("post-metadata asks for --url", async () => {
  assertTold(
    await runCli(["post-metadata", ...BASE], { env: { ESMOND_API_KEY: KEY } }),
    2,
    /--url is required/,
  );
});

Deno.test("the program prints the key alone on stdout, for a script to take", async () => {
  await withArchive(async ({ url }) => {
    keyOf(
      await runProgram(["post-metadata", "-u", url, ...BASE], {
        env: { ESMOND_API_KEY: KEY },
      }),
    );
  });
});
