/**
 * Archives that misbehave, each in one way: what the library throws, what a
 * person sees, and that nothing partial looks whole.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { ApiConnect, ApiFilters, EsmondError } from "../mod.ts";
import {
  complete,
  differences,
  type Files,
  readFiles,
} from "./cli/export/files.ts";
import { type Ended, runCli } from "./helpers/run.ts";
import { mapFlags } from "../scripts/map_flags.ts";
import { withDirectory } from "./helpers/directory.ts";
import { IS_LONG } from "./helpers/long.ts";
import { runProcess } from "./helpers/process.ts";
import { lackedByOthers, testUnless } from "./helpers/skipping.ts";
import { archiveOf, FROM, makeSeries, ROOT } from "./servers/generated.ts";
import { MISBEHAVIOURS } from "./servers/hostile/all.ts";
import {
  type Listed,
  type Misbehaviour,
  PATIENCE,
} from "./servers/hostile/misbehaviour.ts";
import { type RawHandler, withRawServer } from "./servers/raw.ts";

/** How many points there can be depends on the time asked for. */
const TO = FROM + (IS_LONG ? 10_800 : 3000) - 1;
const WINDOW = ["-S", `@${FROM}`, "-E", `@${TO}`];

const PLAN = {
  eventType: "throughput",
  between: [FROM, TO] as [number, number],
};
const BAD = makeSeries({ ...PLAN, key: "bad1", count: 2500 });
const GOOD = makeSeries({
  ...{ ...PLAN, key: "good2", count: 100 },
  source: "192.0.2.31",
});

const MAX_RESPONSE = 8 << 20;
const OPTIONS = ["--retry", "0", "--max-response", "8M"];

/** How long a client waits, in s, where the archive keeps no silence. */
const AGES = 60;

/** What came of all that there is to try. */
interface Outcome {
  /** What the library threw. */
  error: unknown;
  get: Ended;
  /** Absent where little is tried. */
  metadata: Ended | undefined;
  bulk: Ended | undefined;
  /** What the export left. */
  files: Files;
}

/** An archive that misbehaves towards one series, or in its list. */
function archive({ data, list }: Misbehaviour, tests: Listed[]): RawHandler {
  return archiveOf(
    [BAD, GOOD],
    (asked) => asked.series === BAD ? data?.(asked) : undefined,
    (url) => list?.(tests, url),
  );
}

async function listed(): Promise<Listed[]> {
  return await withRawServer(
    archiveOf([BAD, GOOD]),
    async ({ origin }) => await (await fetch(origin + ROOT)).json(),
  );
}

async function tryAll(
  handler: RawHandler,
  { isSlow = false, isLong = false, list }: Partial<Misbehaviour> = {},
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const timeout = isSlow ? PATIENCE : AGES;
  const isBrief = isLong && !IS_LONG;
  await withDirectory((directory) =>
    withRawServer(handler, async ({ origin }) => {
      const run = (command: string, ...argv: string[]) =>
        runCli([
          ...[command, "-u", origin, ...WINDOW, "--ip", ...OPTIONS],
          ...["--timeout", String(timeout), ...argv],
        ]);
      const hosts = ["-s", "192.0.2.11", "-d", "192.0.2.21"];
      const [error, get, metadata, bulk] = await Promise.all([
        readAll(origin, timeout),
        run("get", ...hosts, "-e", "throughput", "-o", "csv"),
        // In short, not where nothing but data is struck.
        isBrief || !(IS_LONG || list)
          ? undefined
          : run("get-metadata", "-o", "json", "-M"),
        isBrief
          ? undefined
          : run("get-bulk", "-e", "throughput", "-o", "csv", "-D", directory),
      ]);
      outcome = { error, get, metadata, bulk, files: readFiles(directory) };
    })
  );
  return outcome!;
}

/**
 * Reads all series of an archive by the library; what was thrown, if anything.
 */
async function readAll(origin: string, timeout: number): Promise<unknown> {
  const filters = new ApiFilters({ timeout, timeStart: FROM, timeEnd: TO });
  const conn = new ApiConnect(origin, filters, {
    ...{ retries: 0, maxResponse: MAX_RESPONSE },
  });
  try {
    for await (const md of conn.getMetadata()) {
      assertEquals(typeof `${md}${md.dump}`, "string");
      for (const et of md.getAllEventTypes()) {
        assertEquals(typeof `${et}${et.dump}${et.timeUpdated}`, "string");
        assertEquals(typeof `${et.summaries}`, "string");
        for (const summary of et.getAllSummaries()) {
          assertEquals(typeof `${summary}${summary.dump}`, "string");
          summary.streamPages();
        }
      }
      const series = md.getEventType("throughput");
      for await (const point of series?.streamData() ?? []) {
        assertEquals(typeof `${point}`, "string");
      }
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

/**
 * What a person sees: a few lines that act on no terminal, and come from no
 * engine.
 */
function assertReadable({ stderr }: Ended): void {
  assert(
    !/^\s+at |Uncaught|file:\/\/\/\S*:\d|\b\w*Error:/m.test(stderr),
    stderr,
  );
  const lines = stderr.split("\n");
  assert(lines.length < 12, stderr);
  for (const line of lines) {
    assertMatch(line, /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]{0,2000}$/u);
  }
}

const whole = await filesOf(archiveOf([BAD, GOOD]));
const tests = await listed();

async function filesOf(handler: RawHandler): Promise<Files> {
  return complete((await tryAll(handler)).files);
}

/**
 * Those where the clients wait in vain are tried at once, with the first of
 * them.
 */
const slow = new Map<Misbehaviour, Outcome>();

async function outcomeOf(misbehaviour: Misbehaviour): Promise<Outcome> {
  const tryIt = (each: Misbehaviour) => tryAll(archive(each, tests), each);
  if (!misbehaviour.isSlow) return await tryIt(misbehaviour);
  if (slow.size === 0) {
    const all = Object.values(MISBEHAVIOURS).filter(({ isSlow }) => isSlow);
    const outcomes = await Promise.all(all.map(tryIt));
    all.forEach((each, at) => slow.set(each, outcomes[at]!));
  }
  return slow.get(misbehaviour)!;
}

for (const [name, misbehaviour] of Object.entries(MISBEHAVIOURS)) {
  Deno.test(`an archive that misbehaves: ${name}`, async () => {
    assertKept(misbehaviour, await outcomeOf(misbehaviour));
  });
}

/** What the client promises has been kept. */
function assertKept(
  misbehaviour: Misbehaviour,
  { error, get, metadata, bulk, files }: Outcome,
): void {
  const all = [get, metadata, bulk].filter((run) => run !== undefined);
  for (const run of all) assertReadable(run);
  assertEquals(Object.hasOwn(Object.prototype, "polluted"), false);
  const { error: expected, says, exit = 1, list } = misbehaviour;
  const strikes = misbehaviour.strikes ?? (list ? "list" : "series");
  const exits = [get, metadata, bulk].map((run) => run?.exit);
  const assertExits = (...expected: number[]) =>
    assertEquals(
      exits,
      exits.map((found, at) => found === undefined ? found : expected[at]),
      all.map(({ stderr }) => stderr).join("\n"),
    );
  if (expected === undefined || says === undefined) {
    assertEquals(error, undefined);
    assertExits(0, 0, 0);
    return;
  }
  assert(error instanceof EsmondError, String((error as Error)?.stack));
  assertEquals(error.name, expected, error.message);
  assertMatch(error.message, says);
  for (const run of [get, bulk, ...(strikes === "list" ? [metadata] : [])]) {
    if (run !== undefined) assertMatch(run.stderr, says);
  }
  if (strikes === "list") {
    assertExits(exit, exit, exit);
    assertEquals([...complete(files).keys()], []);
    return;
  }
  assertExits(exit, 0, 3);
  assertMatch(get.stdout, /^192\.0\.2\.31,/m);
  if (bulk === undefined) return;
  // The other series is there, whole; of this one there is nothing that looks
  // so.
  const goods = [...whole.keys()].filter((path) => path.includes(".31"));
  assertEquals([...complete(files).keys()], goods);
  assertEquals(differences(complete(files), whole), []);
}

/**
 * What moves a cursor, opens a link, turns the direction of writing, or breaks
 * a line.
 */
const ACTING =
  "\x1b]8;;http://evil.invalid\x07\x1b[2J\x9b31m\x00\x7f\u202egnp\u2066\u2028\r\n";

Deno.test("nothing that an archive says acts on a terminal, and all of it is exact where there is none", async () => {
  const misbehaviour: Misbehaviour = {
    list: ([first]) => ({
      body: JSON.stringify([{
        ...first,
        "metadata-count-total": 1,
        "source": ACTING,
        "tool-name": ACTING,
        "measurement-agent": ACTING,
        [ACTING]: [ACTING],
        "event-types": [
          ...first!["event-types"] as Listed[],
          { "event-type": ACTING },
        ],
      }]),
    }),
    data: () => ({
      body: `[{"ts":${FROM},"val":${JSON.stringify(ACTING)}}]`,
    }),
  };
  await withRawServer(archive(misbehaviour, tests), async ({ origin }) => {
    const get = ["get", "-s", "192.0.2.11", "-d", "192.0.2.21", "-e"];
    const commands = [
      [...get, "throughput"],
      ["get-endpoints"],
      ["get-metadata"],
      ["get-metadata", "-M"],
    ];
    for (const command of commands) {
      for (const format of ["human", "json", "csv", "ndjson"]) {
        if (format === "csv" && command.includes("-M")) continue;
        const argv = [...command, "-u", origin, ...WINDOW, "--ip", ...OPTIONS];
        for (const isTerminal of [true, false]) {
          const { exit, stdout, stderr } = await runCli(
            [...argv, "-v", "-o", format],
            { isTerminal },
          );
          assertEquals(exit, 0, stderr);
          assertMatch(
            stderr.replaceAll("\n", ""),
            /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u,
          );
          // JSON spells everything out anyway.
          const isExact = !isTerminal && ["human", "csv"].includes(format);
          assertEquals(stdout.includes(ACTING), isExact, argv.join(" "));
          if (isExact) continue;
          assertMatch(
            stdout.replace(/\r?\n/g, ""),
            /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u,
          );
        }
      }
    }
  });
});

testUnless(
  lackedByOthers("such numbers on memory"),
  "a gzip bomb is cut off early, in flat memory",
  async () => {
    const bomb = join(import.meta.dirname!, "servers/hostile/bomb.ts");
    const { stdout, stderr } = await runProcess([
      ...[Deno.execPath(), "run", "-q", "-A", ...mapFlags(), bomb],
      String(IS_LONG ? 1 << 30 : 1 << 28),
    ]);
    const { message, grown } = JSON.parse(stdout || `{"message":${stderr}`);
    assertMatch(message, /larger than 8 MiB/);
    assert(grown < 64 << 20, `${grown >> 20} MiB more`);
  },
);
