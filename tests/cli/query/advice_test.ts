import { assertEquals, assertMatch } from "@std/assert";
import { withDirectory } from "../../helpers/directory.ts";
import { runCli } from "../../helpers/run.ts";
import { type Handler, withServer } from "../../servers/serve.ts";
import { test } from "../../helpers/listed.ts";

const A = "192.0.2.10";
const B = "192.0.2.20";

/** A test of throughput from A to B with these roll-ups. */
function throughput(
  key: string,
  rollUps: [type: string, window: string | number][],
  fields: Record<string, unknown> = {},
) {
  const summaries = rollUps.map(([type, window]) => ({
    "summary-type": type,
    "summary-window": window,
    uri: `/esmond/perfsonar/archive/${key}/throughput/${type}s/${window}`,
  }));
  return {
    ...test(key, []),
    source: A,
    destination: B,
    "event-types": [{
      "event-type": "throughput",
      "base-uri": `/esmond/perfsonar/archive/${key}/throughput/base`,
      summaries,
    }],
    ...fields,
  };
}

interface Asked {
  exit: number;
  stdout: string;
  stderr: string;
  /** The parameters of each request, without the times. */
  requests: Record<string, string>[];
}

/** Runs a command against an archive that lists tests by the parameters. */
async function ask(
  argv: string[],
  list: (query: Record<string, string>) => unknown[] | Response,
): Promise<Asked> {
  const requests: Record<string, string>[] = [];
  const handler: Handler = (_request, url) => {
    const query = Object.fromEntries(
      [...url.searchParams].filter(([name]) => !name.startsWith("time")),
    );
    requests.push(query);
    const answer = list(query);
    if (answer instanceof Response) return answer;
    // esmond says what it allows, and is not asked whether a list continues.
    return Response.json(answer, { headers: { allow: "GET" } });
  };
  return await withServer(handler, async (origin) => {
    const [command = "", ...rest] = argv;
    const run = await runCli([command, "-u", origin, "--ip", ...rest]);
    return { ...run, requests };
  });
}

const GET = ["get", "-s", A, "-d", B, "-e", "throughput", "-ocsv"];
const EMPTY = /^source,destination,.*\r\nNo data,/;

Deno.test("a roll-up that does not exist: the roll-ups that are kept are told", async () => {
  const tests = [
    throughput("k1", [["average", "86400"], ["average", "3600"]]),
    throughput("k2", [["aggregation", "300"]]),
  ];
  const { exit, stdout, stderr, requests } = await ask(
    [...GET, "-T", "average", "-W", "300"],
    (query) => "summary-type" in query ? [] : tests,
  );
  assertEquals(exit, 0);
  assertMatch(stdout, EMPTY);
  assertEquals(
    stderr,
    "there are 2 tests with throughput; roll-ups kept: aggregation 300; average 3600, 86400\n",
  );
  assertEquals(requests.length, 2);
  assertEquals(requests[1], {
    source: A,
    destination: B,
    "event-type": "throughput",
  });
});

Deno.test("roll-ups that no test keeps: that is told", async () => {
  const { exit, stderr } = await ask(
    [...GET, "-T", "average", "-W", "300"],
    (query) => "summary-type" in query ? [] : [throughput("k1", [])],
  );
  assertEquals(exit, 0);
  assertEquals(
    stderr,
    "there is 1 test with throughput; roll-ups kept: none\n",
  );
});

Deno.test("several event types without a roll-up: those of all of them are told, each test once", async () => {
  const tests = [throughput("k1", [["average", "86400"]])];
  const { exit, stderr, requests } = await ask(
    [...GET, "-e", "path-mtu", "-T", "average", "-W", "300"],
    (query) => "summary-type" in query ? [] : tests,
  );
  assertEquals(exit, 0);
  assertEquals(
    stderr,
    "there is 1 test with throughput or path-mtu; roll-ups kept: average 86400\n",
  );
  assertEquals(requests.length, 4);
});

Deno.test("more lists than there may be further requests: nothing more is asked", async () => {
  const argv = [...GET, "-t", "a", "-t", "b", "-a", A, "-a", B];
  const { exit, stderr, requests } = await ask(
    [...argv, "-T", "average", "-W", "300"],
    () => [],
  );
  assertEquals([exit, stderr, requests.length], [0, "", 4]);
});

Deno.test("a roll-up that elmond does not know: its windows are told in place of its error", async () => {
  const error = () => new Response("internal error", { status: 500 });
  const argv = [...GET, "-T", "average", "-W", "600", "--retry", "0"];
  const windows: [string, number][] = [["average", 3600], ["average", 86400]];
  const known = await ask(
    argv,
    (query) => "summary-type" in query ? error() : [throughput("k1", windows)],
  );
  assertEquals(known.exit, 0);
  assertMatch(known.stdout, EMPTY);
  assertEquals(
    known.stderr,
    "there is 1 test with throughput; roll-ups kept: average 3600, 86400\n",
  );
  for (
    const tests of [[], [throughput("k1", [["average", 600]])], error()]
  ) {
    const failed = await ask(
      argv,
      (query) =>
        "summary-type" in query || tests instanceof Response ? error() : tests,
    );
    assertEquals(failed.exit, 1);
    assertMatch(failed.stderr, /^esmond-ps get: [^\n]* 500: [^\n]*\n$/);
  }
});

Deno.test("no such pair: tests the other way round are told", async () => {
  const { exit, stdout, stderr, requests } = await ask(
    GET,
    ({ source }) =>
      source === B ? [throughput("k1", [], { source: B, destination: A })] : [],
  );
  assertEquals([exit, requests.length], [0, 2]);
  assertMatch(stdout, EMPTY);
  assertEquals(
    stderr,
    `there is 1 test the other way round, from ${B} to ${A}\n`,
  );
});

Deno.test("no such pair, by names that only --hosts knows: tests the other way round are told", async () => {
  await withDirectory(async (directory) => {
    const hosts = `${directory}/hosts`;
    await Deno.writeTextFile(hosts, `${A} a.example\n${B} b.example\n`);
    const { exit, stderr, requests } = await ask(
      ["get", "--hosts", hosts, "-s", "a.example", "-d", "b.example"]
        .concat("-e", "throughput", "-ocsv"),
      ({ source = "" }) =>
        source.endsWith(".example")
          ? Response.json({ detail: "no such host" }, { status: 400 })
          : source === B
          ? [throughput("k1", [], { source: B, destination: A })]
          : [],
    );
    assertEquals([exit, requests.length], [0, 4]);
    assertEquals(
      stderr,
      "there is 1 test the other way round, from b.example to a.example\n",
    );
  });
});

Deno.test("no such tool or address family: tests by others are told", async () => {
  const list = (query: Record<string, string>) =>
    query["source"] === A && !query["tool-name"] && !query["dns-match-rule"]
      ? [throughput("k1", []), throughput("k2", [], { "tool-name": "iperf3" })]
      : [];
  const byTool = await ask([...GET, "-t", "nuttcp"], list);
  assertEquals([byTool.exit, byTool.requests.length], [0, 3]);
  assertEquals(
    byTool.stderr,
    "there are 2 tests by another tool: tool-k1, iperf3\n",
  );
  const byRule = await ask([...GET, "-F", "dns-match-rule:only-v6"], list);
  assertEquals(
    byRule.stderr,
    "there are 2 tests by another address family\n",
  );
});

Deno.test("get-endpoints and get-metadata tell what there is, too", async () => {
  for (const command of ["get-endpoints", "get-metadata"]) {
    const { exit, stderr } = await ask(
      [command, "-T", "average"],
      (query) =>
        "summary-type" in query
          ? []
          : [throughput("k1", [["average", "86400"]])],
    );
    assertEquals(exit, 0);
    assertEquals(stderr, "there is 1 test; roll-ups kept: average 86400\n");
  }
});

Deno.test("when there is nothing to tell, or asking fails, output and exit code stay, after three requests at most", async () => {
  const argv = [...GET, "-t", "x", "-T", "average", "-W", "300"];
  const plain = await ask(argv, () => []);
  let isFirst = true;
  const failing = await ask(argv, () => {
    if (!isFirst) return new Response("busy", { status: 503 });
    isFirst = false;
    return [];
  });
  for (const { exit, stdout, stderr, requests } of [plain, failing]) {
    assertEquals([exit, stderr, requests.length], [0, "", 4]);
    assertMatch(stdout, EMPTY);
  }
});

Deno.test("get-bulk asks nothing further", async () => {
  const { requests } = await ask(
    ["get-bulk", "-s", A, "-d", B, "-T", "average", "-ocsv", "-q"],
    () => [],
  );
  assertEquals(requests.length, 1);
});

Deno.test("a window of roll-ups without their type is told to have no effect", async () => {
  const { stderr } = await ask(
    [...GET, "-W", "3600"],
    () => [throughput("k1", [])],
  );
  assertMatch(
    stderr,
    /^--summary-window 3600 without --summary-type: base data is read, not roll-ups\n/,
  );
});
