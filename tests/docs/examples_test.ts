import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import {
  description,
  makeTest,
  read,
  ROOT,
  send,
  TOKEN,
} from "../helpers/archive.ts";
import { CA } from "../client/tls.ts";
import { withDirectory } from "../helpers/directory.ts";
import { type Block, blocks } from "./blocks.ts";
import {
  checkTypes,
  moduleOf,
  type Run,
  run,
  runBlock,
  withArchive,
} from "./examples.ts";
import { testUnless } from "../helpers/skipping.ts";
import { NOT_IN_SHORT } from "../helpers/long.ts";

const REPOSITORY = join(import.meta.dirname!, "../..");
const DOCUMENT = join(REPOSITORY, "docs/from-python.md");
const README = join(REPOSITORY, "README.md");
const LIBRARY = join(REPOSITORY, "docs/library.md");

/**
 * The folder that holds esmond_client/, with all that it needs, if there is
 * one.
 */
const SOURCE = Deno.env.get("ESMOND_PYTHON");
const noSource = SOURCE === undefined
  ? "ESMOND_PYTHON names no folder"
  : undefined;

testUnless(
  NOT_IN_SHORT,
  "the examples of the document, of README.md and of docs/library.md type-check",
  async () => {
    const modules: Record<string, string> = {};
    for (
      const [name, path] of [["from-python", DOCUMENT], ["readme", README], [
        "library",
        LIBRARY,
      ]]
    ) {
      for (const block of examplesOf(path!)) {
        modules[`${name}-line-${block.line}.ts`] = moduleOf(block);
      }
    }
    assert(Object.keys(modules).length >= 6);
    await withDirectory(async (directory) => {
      assertEquals(await checkTypes(modules, directory), "");
    });
  },
);

Deno.test("the examples of the document run, and print the data of the archive", async () => {
  const [reading, writing, errors, certificates, ...others] = examplesOf(
    DOCUMENT,
  );
  assertEquals(others, []);
  await withRecentTest(async (origin, ts) => {
    const { stdout } = await succeeds(reading!, origin);
    assertStringIncludes(stdout, "bwctl/iperf3 tcp 4\n");
    assertStringIncludes(stdout, `${timeText(ts)} ${ts} 7016320000.0\n`);
    assertMatch(stdout, /:00:00 7016320000\.0\n$/); // the roll-up
    const counted = await succeeds(errors!, origin);
    assertMatch(counted.stdout, / 2\n$/);
    assertEquals((await succeeds(certificates!, origin)).stdout, "1\n");
  });
  await withArchive(async (origin) => {
    const { stdout } = await succeeds(writing!, origin);
    const [key, payload] = stdout.split("\n");
    assertStringIncludes(payload!, '"numerator": 11');
    const at = (path: string) => read(`${origin}${ROOT}${key}/${path}`);
    assertEquals(await at("throughput/base"), [{
      ts: 1397075053,
      val: 7016320000,
    }]);
    assertEquals((await at("histogram-ttl/base"))[0].val, { 28: 33 });
    assertEquals((await at("packet-loss-rate/aggregations/3600")).length, 1);
  });
});

Deno.test("the example of README.md runs, and prints the newest value of each test", async () => {
  const [example, ...others] = examplesOf(README);
  assertEquals(others, []);
  await withRecentTest(async (origin, ts) => {
    const { stdout } = await succeeds(example!, origin);
    const time = new Date(ts * 1000).toISOString();
    assertMatch(stdout, new RegExp(`^\\S+ → \\S+ ${time} 7016320000\n$`));
  });
});

Deno.test("the examples of reading and writing in docs/library.md run, and print the data of the archive", async () => {
  const [reading, writing] = examplesOf(LIBRARY);
  assertEquals([reading?.heading, writing?.heading], ["Reading", "Writing"]);
  await withRecentTest(async (origin, ts) => {
    const { stdout } = await succeeds(reading!, origin);
    assertStringIncludes(stdout, "198.51.100.20 4\n");
    assertStringIncludes(stdout, "7016320000 7016320000.0\n");
    const hour = ts - ts % 3600;
    // not so shortly after a full hour
    const isAskedFor = hour > Date.now() / 1000 - 3600;
    if (isAskedFor) assertStringIncludes(stdout, `${hour} 0.005\n`);
  }, "192.0.2.11");
  await withArchive(async (origin) => {
    await succeeds(writing!, origin);
    const [test] = await read(origin + ROOT);
    const { uri } = test;
    assertEquals(await read(`${origin}${uri}packet-loss-rate/base`), [{
      ts: 1456790400,
      val: 0.005,
    }]);
  });
});

testUnless(
  noSource,
  `the Python scripts of the document print what ours print`,
  async () => {
    const scripts = blocks(DOCUMENT).filter(({ language }) =>
      language === "python"
    );
    const pairs = scripts.map((script) =>
      [
        script,
        examplesOf(DOCUMENT).find(({ heading }) => heading === script.heading)!,
      ] as const
    );
    assertEquals(pairs.length, 2);
    const [[readingThere, readingHere], [writingThere, writingHere]] =
      pairs as [
        typeof pairs[0],
        typeof pairs[0],
      ];
    await withRecentTest(async (origin) => {
      const { stdout } = await succeeds(readingHere!, origin);
      assertEquals(await printedByPython(readingThere!, origin), stdout);
    });
    const tests: unknown[] = [];
    const printed: string[] = [];
    for (const isPython of [true, false]) {
      await withArchive(async (origin) => {
        printed.push(
          isPython
            ? await printedByPython(writingThere!, origin)
            : (await succeeds(writingHere!, origin)).stdout,
        );
        const key = printed.at(-1)!.split("\n")[0];
        const at = (path: string) => read(`${origin}${ROOT}${key}/${path}`);
        tests.push([
          ...await Promise.all(
            ["throughput", "histogram-ttl", "packet-loss-rate"]
              .map((name) => at(`${name}/base`)),
          ),
          await at("packet-loss-rate/aggregations/86400"),
        ]);
      });
    }
    assertEquals(printed[0], printed[1]);
    assertEquals(tests[0], tests[1]);
  },
);

/** The TypeScript of a document. */
function examplesOf(path: string): Block[] {
  return blocks(path).filter(({ language }) => language === "ts");
}

/** Runs a block, which has to come to its end without complaint. */
async function succeeds(block: Block, origin: string): Promise<Run> {
  let found: Run | undefined;
  await withDirectory(async (directory) => {
    await Deno.writeTextFile(join(directory, "ma-ca.pem"), CA);
    const env = block.text.includes("ESMOND_API_KEY")
      ? { ESMOND_API_KEY: TOKEN }
      : {};
    found = await runBlock(block, origin, directory, env);
  });
  assertEquals(found!.code, 0, found!.stderr);
  assertEquals(found!.stderr, "");
  return found!;
}

async function printedByPython(
  script: Block,
  origin: string,
): Promise<string> {
  const text = script.text.replaceAll("https://ma.example.net/", `${origin}/`);
  const { code, stdout, stderr } = await run("python3", ["-c", text], {
    PYTHONPATH: SOURCE!,
    ESMOND_API_KEY: TOKEN,
    NO_PROXY: "127.0.0.1",
  });
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

/**
 * An archive with a test that has data of the last minutes, at `ts` and a
 * second before.
 */
async function withRecentTest(
  use: (origin: string, ts: number) => Promise<void>,
  source = "192.0.2.10",
): Promise<void> {
  await withArchive(async (origin) => {
    const key = await makeTest(
      origin,
      description({
        "packet-loss-rate": [["aggregation", 3600]],
        throughput: [["average", 3600]],
      }, {
        source,
        ...(source === "192.0.2.10" ? { destination: "192.0.2.20" } : {}),
        "tool-name": "bwctl/iperf3",
        "ip-transport-protocol": "tcp",
        "bw-parallel-streams": 4,
      }),
    );
    const ts = Math.floor(Date.now() / 1000) - 60;
    const lost = { numerator: 3, denominator: 600 };
    for (
      const [eventType, at, val] of [
        ["throughput", ts - 1, 7016320000],
        ["throughput", ts, 7016320000],
        ["packet-loss-rate", ts, lost],
      ] as const
    ) {
      const url = `${origin}${ROOT}${key}/${eventType}/base`;
      const { status } = await send("POST", url, { ts: at, val });
      assertEquals(status, 201);
    }
    await use(origin, ts);
  });
}

function timeText(ts: number): string {
  return new Date(ts * 1000).toISOString().slice(0, 19).replace("T", " ");
}
