import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { startArchive } from "../../../archive/server.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import { findTests } from "../../../cli/query/find_tests.ts";
import type { Search } from "../../../cli/query/selection.ts";
import {
  ApiConnect,
  ApiFilters,
  ArchiveHttpError,
  EventTypePost,
  MetadataPost,
} from "../../../mod.ts";
import { oneArchive } from "../../helpers/one_archive.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { assertTold, noNames, runCli } from "../../helpers/run.ts";
import { json, withServer } from "../../servers/serve.ts";

const TS = 1456790400; // 2016-03-01 00:00:00 UTC
const WINDOW = ["-S", "2016-03-01"];

/** The hosts of the tests: the second one has addresses of both families. */
const PAIRS = [
  ["192.0.2.10", "192.0.2.20"],
  ["192.0.2.10", "2001:db8::20"],
  ["192.0.2.11", "192.0.2.20"],
];

const HOSTS = `
192.0.2.10 alpha.example
192.0.2.20 beta.example
2001:db8::20 beta.example
192.0.2.99 idle.example
`;

/** An archive whose name service knows none of the names. */
async function withArchive(use: (url: string) => Promise<void>): Promise<void> {
  const archive = await startArchive({
    tokens: ["key"],
    resolve: () => Promise.reject(new Error("not found")),
  });
  const { url } = archive;
  try {
    for (const [source, destination] of PAIRS) {
      const test = new MetadataPost(url, {
        apiKey: "key",
        subjectType: "point-to-point",
        source: source!,
        destination: destination!,
        toolName: "iperf3",
        measurementAgent: source!,
        inputSource: "a",
        inputDestination: "b",
      });
      test.addEventType("throughput");
      const metadataKey = (await test.postMetadata()).metadataKey!;
      const post = new EventTypePost(url, {
        ...{ apiKey: "key", metadataKey, eventType: "throughput" },
      });
      post.addDataPoint(TS, 5);
      await post.postData();
    }
    await use(url);
  } finally {
    await archive.close();
  }
}

/** The hosts of the tests that are found. */
async function found(
  url: string,
  filters: Record<string, string>,
  hosts = HOSTS,
  searches: Search[] = [{}],
): Promise<string[]> {
  const { "dns-match-rule": rule, ...named } = filters;
  const all = new ApiFilters(named);
  if (rule !== undefined) all.set("dns-match-rule", rule);
  const connection = oneArchive(new ApiConnect(url, all, { retries: 0 }));
  const hostnames = new Hostnames({ hosts, resolver: noNames });
  const before = all.metadataFilters;
  const tests = await Array.fromAsync(
    findTests({ connection, hostnames, searches }),
  );
  assertEquals(all.metadataFilters, before); // they stay what they were
  return tests.map(({ source, destination }) => `${source} ${destination}`)
    .sort();
}

Deno.test("findTests() finds tests by names that only --hosts knows, each once", async () => {
  await withArchive(async (url) => {
    const [first, second, third] = PAIRS.map((pair) => pair.join(" "));
    assertEquals(
      await found(url, {
        source: "alpha.example",
        destination: "beta.example",
      }),
      [first, second],
    );
    assertEquals(await found(url, { destination: "Beta.example" }), [
      first,
      second,
      third,
    ]);
    assertEquals(
      await found(url, { measurementAgent: "alpha.example" }),
      [first, second],
    );
    assertEquals(
      await found(url, { source: "192.0.2.11", destination: "beta.example" }),
      [third],
    );
    assertEquals(await found(url, { source: "idle.example" }), []);
  });
});

Deno.test("findTests() merges the lists of several searches, and a test that several have comes once", async () => {
  await withArchive(async (url) => {
    const [first, second, third] = PAIRS.map((pair) => pair.join(" "));
    const searches = [
      { source: "192.0.2.11" },
      { destination: "beta.example" },
      { destination: "192.0.2.20" },
      { source: "192.0.2.12" },
    ];
    assertEquals(await found(url, {}, HOSTS, searches), [
      first,
      second,
      third,
    ]);
    // what is searched for besides holds for each list
    assertEquals(
      await found(url, { measurementAgent: "192.0.2.11" }, HOSTS, searches),
      [third],
    );
  });
});

Deno.test("findTests() keeps the meaning of dns-match-rule", async () => {
  await withArchive(async (url) => {
    const [first, second] = PAIRS.map((pair) => pair.join(" "));
    const beta = (rule: string) =>
      found(url, {
        source: "alpha.example",
        destination: "beta.example",
        "dns-match-rule": rule,
      });
    assertEquals(await beta("prefer-v4"), [first]);
    assertEquals(await beta("v4v6"), [first, second]);
    // alpha has no IPv6 address
    await assertRejects(() => beta("only-v6"), ArchiveHttpError, "400");
    const rule = { "dns-match-rule": "only-v6" };
    assertEquals(await found(url, { destination: "beta.example", ...rule }), [
      second,
    ]);
    await assertRejects(() => beta("no-such-rule"), ArchiveHttpError, "400");
  });
});

Deno.test("findTests() asks by name first, and by address only where the archive refuses that", async () => {
  const asked: (string | null)[] = [];
  const listed = [{
    "metadata-key": "01",
    "metadata-count-total": 1,
    "uri": "/esmond/perfsonar/archive/01/",
    "source": "192.0.2.10",
    "destination": "192.0.2.20",
    "event-types": [],
  }];
  await withServer((_, { searchParams }) => {
    asked.push(searchParams.get("source"));
    return json(listed);
  }, async (url) => {
    const tests = await found(url, { source: "alpha.example" });
    assertEquals(tests, ["192.0.2.10 192.0.2.20"]);
    assertEquals([...new Set(asked)], ["alpha.example"]);
  });
});

Deno.test("findTests() tells what the archive says where no name is known here either, or none is asked for", async () => {
  await withArchive(async (url) => {
    await assertRejects(
      () => found(url, { source: "gamma.example" }),
      ArchiveHttpError,
      "Unable to find address for host gamma.example",
    );
    await assertRejects(
      () => found(url, { source: "192.0.2.10", "dns-match-rule": "x" }),
      ArchiveHttpError,
      "400",
    );
  });
});

Deno.test("every reading command finds tests by the names of --hosts", async () => {
  await withArchive(async (url) => {
    await withDirectory(async (directory) => {
      const hosts = `${directory}/hosts`;
      await Deno.writeTextFile(hosts, HOSTS);
      const common = [
        ...["-u", url, "--hosts", hosts, ...WINDOW],
        ...["-s", "alpha.example", "-d", "beta.example"],
      ];
      const run = async (...argv: string[]) => {
        const { exit, stdout, stderr } = await runCli([...argv, ...common]);
        assertEquals(exit, 0, stderr);
        return stdout;
      };
      const csv = ["-o", "csv"];
      const data = await run("get", "-e", "throughput", ...csv);
      assertMatch(data, /^alpha\.example,beta\.example,throughput,.*,5/m);
      assertEquals(data.trim().split("\n").length, 3);
      assertMatch(await run("get-endpoints", ...csv), /alpha\.example/);
      assertMatch(await run("get-metadata", ...csv), /alpha\.example/);
      const files = await run("get-bulk", ...csv, "-D", directory);
      assertEquals(files.trim().split("\n").length, 2);
      assertTold(
        await runCli(["get-metadata", ...common, "-s", "gamma.example"]),
        2,
        /--src: gamma\.example does not resolve/,
      );
    });
  });
});
