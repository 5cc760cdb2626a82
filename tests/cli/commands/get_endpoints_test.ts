import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Handler, json, withServer } from "../../servers/serve.ts";
import { needs } from "../../helpers/binary.ts";
import {
  type Ended,
  noNames,
  runCli,
  type RunOptions,
} from "../../helpers/run.ts";

const ROOT = "/esmond/perfsonar/archive/";

/** A test as esmond lists it. */
function test(key: string, fields: Record<string, unknown> = {}) {
  return {
    "metadata-key": key,
    uri: `${ROOT}${key}/`,
    source: "192.0.2.10",
    destination: "192.0.2.20",
    "measurement-agent": "198.51.100.5",
    "tool-name": "powstream",
    "event-types": ["failures", "packet-loss-rate"].map((name) => ({
      "event-type": name,
      "base-uri": `${ROOT}${key}/${name}/base`,
      summaries: [],
    })),
    ...fields,
  };
}

/** Runs get-endpoints against an archive. */
async function endpoints(
  archive: unknown[] | Handler,
  argv: string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  const handler = typeof archive === "function" ? archive : () => json(archive);
  return await withServer(
    handler,
    (origin) => runCli(["get-endpoints", "-u", origin, ...argv], options),
  );
}

const ELEMENT = {
  destination: undefined,
  "tool-name": "ntp",
  "event-types": [],
};
const TWO = [test("k1"), test("k2", ELEMENT)];

Deno.test("get-endpoints prints a row for each test to people", async () => {
  assertEquals(await endpoints(TWO), {
    exit: 0,
    stdout: `source: 192.0.2.10
destination: 192.0.2.20
measurement_agent: 198.51.100.5
tool_name: powstream
event_type: failures, packet-loss-rate
= + = + = + = + = + =
source: 192.0.2.10
destination: None
measurement_agent: 198.51.100.5
tool_name: ntp
event_type: ${""}

`,
    stderr: "",
  });
});

Deno.test("get-endpoints prints a row for each test as JSON", async () => {
  const { stdout } = await endpoints(TWO, ["-o", "json"]);
  assertEquals(
    stdout,
    '[{"source": "192.0.2.10", "destination": "192.0.2.20", ' +
      '"measurement_agent": "198.51.100.5", "tool_name": "powstream", ' +
      '"event_type": ["failures", "packet-loss-rate"]}, ' +
      '{"source": "192.0.2.10", "destination": null, ' +
      '"measurement_agent": "198.51.100.5", "tool_name": "ntp", ' +
      '"event_type": []}]\n',
  );
});

Deno.test("get-endpoints prints a row for each test as CSV", async () => {
  const { stdout } = await endpoints(TWO, ["-o", "csv"]);
  assertEquals(
    stdout,
    "source,destination,measurement_agent,tool_name,event_type\r\n" +
      '192.0.2.10,192.0.2.20,198.51.100.5,powstream,"failures, packet-loss-rate"\r\n' +
      "192.0.2.10,,198.51.100.5,ntp,\r\n\n",
  );
});

Deno.test("get-endpoints prints the same with --metadata-extended", async () => {
  assertEquals(await endpoints(TWO, ["-M"]), await endpoints(TWO));
});

Deno.test("get-endpoints says in every format that there is nothing, and exits 0", async () => {
  const table = {
    human: "No data found.\n",
    json: '[{"msg": "No data found."}]\n',
    csv: "source,destination,measurement_agent,tool_name,event_type\r\n" +
      "No data,No data,No data,No data,No data\r\n\n",
  };
  for (const [format, stdout] of Object.entries(table)) {
    assertEquals(
      await endpoints([], ["-o", format]),
      { exit: 0, stdout, stderr: "" },
    );
  }
});

Deno.test("D11: get-endpoints prints what there is of a test, whatever is missing or odd", async () => {
  const odd = [
    {},
    test("k1", {
      source: null,
      "measurement-agent": 7,
      "tool-name": ["a", 1],
      "event-types": null,
    }),
    test("k2", {
      "tool-name": 'tool, "with" quotes',
      "event-types": [null, 5, {}, { "event-type": 1 }, { "event-type": "x" }],
    }),
  ];
  for (const format of ["human", "json", "csv"]) {
    const { exit, stdout, stderr } = await endpoints(odd, ["-o", format]);
    assertEquals({ exit, stderr }, { exit: 0, stderr: "" });
    assertMatch(stdout, /192\.0\.2\.20/);
  }
  const { stdout } = await endpoints(odd, ["-o", "csv"]);
  assertMatch(stdout, /,"tool, ""with"" quotes",x\r\n/);
});

needs(
  "resolver",
  "get-endpoints shows names, asked for at once and once each",
  async () => {
    let underWay = 0;
    let most = 0;
    const asked: string[] = [];
    const resolver = {
      ...noNames,
      reverse: async (address: string) => {
        asked.push(address);
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setTimeout(resolve, 0));
        underWay--;
        return `${address.replaceAll(".", "-")}.example`;
      },
    };
    const tests = Array.from(
      { length: 50 },
      (_, n) => test(`k${n}`, { destination: `198.51.100.${n}` }),
    );
    const { stdout } = await endpoints(tests, ["-o", "csv"], { resolver });
    assertEquals(asked.length, new Set(asked).size);
    assertEquals(asked.length, 51);
    assert(most > 8, `${most} at once`);
    const lines = stdout.split("\r\n");
    for (const [n, line] of lines.slice(1, 51).entries()) {
      assert(
        line.startsWith(`192-0-2-10.example,198-51-100-${n}.example,`),
        line,
      );
    }
  },
);

Deno.test("get-endpoints asks for no name with --ip", async () => {
  const reverse = { "192.0.2.10": "name.example" };
  const names = { reverse, forward: {} };
  const known = await endpoints(TWO, [], { names });
  assert(known.stdout.includes("name.example"));
  const { stdout } = await endpoints(TWO, ["--ip"], { names });
  assert(!stdout.includes("name.example"));
});

needs(
  "terminal",
  "get-endpoints spells out on a terminal what an archive and DNS send",
  async () => {
    const tests = [test("k1", { "tool-name": "\x1b[2Jtool" })];
    const reverse = { "192.0.2.10": "\x1b]0;x\x07.example" };
    const names = { reverse, forward: {} };
    for (const format of ["human", "csv", "json"]) {
      const { stdout } = await endpoints(
        tests,
        ["-o", format],
        { names, isTerminal: true },
      );
      assert(!stdout.includes("\x1b") && !stdout.includes("\x07"), stdout);
      assertMatch(stdout, /\\(x|u00)1b\[2Jtool/);
    }
  },
);

Deno.test("D12: get-endpoints reads JSON whatever parameters its type has", async () => {
  for (const type of ["application/json; charset=utf-8", "Application/JSON"]) {
    const { exit, stdout } = await endpoints(() =>
      json(TWO, { headers: { "content-type": type } })
    );
    assertEquals(exit, 0);
    assertMatch(stdout, /powstream/);
  }
});

Deno.test("D13: get-endpoints says in a line that the answer is not an archive's", async () => {
  const answers: [handler: Handler, line: RegExp][] = [
    [
      () =>
        new Response("<html><title>Welcome</title>", {
          headers: { "content-type": "text/html" },
        }),
      /text\/html, not JSON/,
    ],
    [() => json('[{"metadata-key":'), /JSON is damaged/],
    [() => json({ detail: "x" }), /not a list/],
    [() => json("[1]"), /something else than tests/],
    [
      () => new Response("<p>no\nsuch\x1bpage</p>", { status: 404 }),
      /404: no such page/,
    ],
    [
      () => new Response("", { status: 404 }),
      /answered 404; is this the archive's address\? \(http/,
    ],
  ];
  for (const [handler, line] of answers) {
    const { exit, stdout, stderr } = await endpoints(handler, ["-o", "json"]);
    assertEquals({ exit, stdout }, { exit: 1, stdout: "" });
    assertMatch(stderr, /^esmond-ps get-endpoints: [^\n]+\n$/);
    assertMatch(stderr, line);
  }
});

Deno.test("D13: get-endpoints says in a line that the archive cannot be reached", async () => {
  const gone = await withServer(
    () => json([]),
    (origin) => Promise.resolve(origin),
  );
  const argv = ["get-endpoints", "-u", gone, "--retry", "0"];
  const { exit, stdout, stderr } = await runCli(argv);
  assertEquals({ exit, stdout }, { exit: 1, stdout: "" });
  assertMatch(stderr, /^esmond-ps get-endpoints: [^\n]*refused[^\n]*\n$/);
});

Deno.test("get-endpoints exits 4 when the archive refuses the credentials", async () => {
  for (const status of [401, 403]) {
    const { exit, stdout, stderr } = await endpoints(() =>
      json({ detail: "Invalid token." }, { status })
    );
    assertEquals({ exit, stdout }, { exit: 4, stdout: "" });
    assertMatch(
      stderr,
      new RegExp(`^[^\n]*${status}: Invalid token\\.[^\n]*\n$`),
    );
  }
});

/** An archive whose second page is missing. */
function halfList(tests: number): Handler {
  const list = Array.from(
    { length: tests },
    (_, n) => test(`k${n}`, { "tool-name": `tool${n}` }),
  );
  return (_request, url) => {
    if (url.searchParams.has("offset")) {
      return json({ detail: "gone" }, { status: 404 });
    }
    const next = `${url.origin}${ROOT}?offset=${tests}`;
    return json([
      {
        ...list[0],
        "metadata-count-total": 2 * tests,
        "metadata-next-page": next,
      },
      ...list.slice(1),
    ]);
  };
}

Deno.test("D03: get-endpoints fails when a later page does, and never closes its JSON", async () => {
  for (const tests of [3, 200]) {
    const { exit, stdout, stderr } = await endpoints(
      halfList(tests),
      ["-o", "json"],
    );
    assertEquals(exit, 1);
    assertMatch(stderr, new RegExp(`404: gone, after ${tests} had arrived`));
    assert(!stdout.includes("]}]") && !stdout.includes("No data"), stdout);
  }
});

Deno.test("D03: get-endpoints prints the tests that had come when a later page fails", async () => {
  for (const tests of [3, 200]) {
    const { exit, stdout } = await endpoints(halfList(tests), ["-o", "csv"]);
    assertEquals(exit, 1);
    assertEquals(stdout.split("\r\n").length - 2, tests);
  }
});

Deno.test("get-endpoints prints no row twice, and says which tests look the same", async () => {
  const tests = [test("k1"), test("k2"), test("k3", ELEMENT), test("k4")];
  for (const format of ["human", "json", "csv", "ndjson"]) {
    const { stdout, stderr } = await endpoints(tests, ["-o", format]);
    assertEquals(stdout.split("192.0.2.20").length, 2, format);
    assertEquals(
      stderr,
      "no column tells the rows of 3 tests apart, which differ in no parameter; " +
        "--with metadata-key adds what does, --filter metadata-key:k1 finds one of them\n",
    );
  }
  for (const format of ["human", "json", "csv", "ndjson"]) {
    const added = ["-o", format, "--with", "metadata-key"];
    const { stdout, stderr } = await endpoints(tests, added);
    assertEquals([stdout.split("192.0.2.20").length, stderr], [4, ""], format);
  }
});
