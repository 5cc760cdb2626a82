/**
 * What an archive can send that it should not: the series ends with an error
 * that names it, and the run continues.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  archiveOf,
  type Asked,
  FROM,
  makeSeries,
  type Misbehaviour,
  type Series,
  WINDOW,
} from "../../servers/generated.ts";
import {
  type Misdeed,
  type MisdeedName,
  MISDEEDS,
} from "../../servers/misdeeds.ts";
import { parquetMetadata } from "../../packages/hyparquet.ts";
import { RawServer } from "../../servers/raw.ts";
import { seeded } from "../../servers/seeded.ts";
import { pause } from "../../helpers/waiting.ts";
import { withDirectory } from "../../helpers/directory.ts";
import {
  exportArguments,
  exportFrom,
  forEach,
  linesOf,
  wholeOf,
} from "./exporting.ts";
import { complete, differences, type Files, readFiles } from "./files.ts";
import { type Running, runProcess } from "../../helpers/process.ts";
import { runProgram, startProgram } from "../../helpers/program.ts";
import { IS_LONG } from "../../helpers/long.ts";
import { isInstalled } from "../../helpers/skipping.ts";

const BAD = makeSeries({ key: "bad1", eventType: "throughput", count: 3500 });
const GOOD = [
  makeSeries({ key: "bad1", eventType: "packet-trace", count: 50 }),
  makeSeries({
    ...{ key: "good2", eventType: "throughput", count: 2500 },
    source: "192.0.2.31",
  }),
];
const SERIES = [BAD, ...GOOD];

/** Words that the message of each damage holds. */
const WORDS: Record<MisdeedName, RegExp> = {
  "HTML in its place": /text\/html, not JSON/,
  "HTML that says it is JSON": /JSON is damaged/,
  "cut connection": /was cut off/,
  "cut chunks": /was cut off/,
  "broken JSON": /JSON is damaged/,
  "cut gzip": /JSON is damaged|cut off/,
  "two points exchanged": /order/,
  "page in reverse": /order/,
  "a point twice": /twice/,
  "the previous page": /same page|twice|order|outside/,
  "points of another window": /outside/,
  "a point beyond the window": /outside/,
};

const KINDS = Object.entries(MISDEEDS) as [MisdeedName, Misdeed][];

/**
 * Whether damage that comes again comes in the same way: what is said twice is
 * easily believed.
 */
const MANNERS = ["each time in another way", "each time in the same way"];

const CASES = KINDS.flatMap(([kind, misdeed]) =>
  MANNERS.map((manner) => ({ kind, misdeed, manner }))
);

/**
 * Whether the archive has to be believed: there is nothing that its data could
 * not be.
 */
function isKept({ kind, manner }: typeof CASES[number]): boolean {
  return kind === "a point twice" && manner === MANNERS[1];
}

/** Damages pages of the bad series, as long as `isTime`. */
function damaging(
  misdeed: Misdeed,
  manner: string,
  isTime: (asked: Asked) => boolean,
): { misbehave: Misbehaviour; damaged: Map<string, number> } {
  const random = seeded(1);
  const damaged = new Map<string, number>();
  return {
    damaged,
    misbehave: (asked) => {
      if (asked.series !== BAD || !isTime(asked)) return undefined;
      const isSame = manner === MANNERS[1];
      const reply = misdeed(asked, isSame ? () => 0.4 : random);
      const { start, offset } = asked.window;
      const place = `${start} ${offset}`;
      if (reply) damaged.set(place, (damaged.get(place) ?? 0) + 1);
      return reply;
    },
  };
}

Deno.test("get-bulk asks again for a page that comes damaged, and the file is the same", async () => {
  const whole = await wholeOf(SERIES);
  await forEach(KINDS, async ([kind, misdeed]) => {
    const { misbehave, damaged } = damaging(
      misdeed,
      MANNERS[0]!,
      ({ turn }) => turn === 0,
    );
    const result = await exportFrom(archiveOf(SERIES, misbehave));
    assertEquals(result.exit, 0, `${kind}: ${result.stderr}`);
    assert(damaged.size > 0, kind);
    const files = complete(result.files);
    assertEquals([...files.keys()].sort(), [...whole.keys()].sort(), kind);
    assertEquals(differences(files, whole), [], kind);
  });
});

Deno.test("get-bulk names the series whose pages come damaged each time, exits 3, and has the others", async () => {
  const whole = await wholeOf(GOOD);
  await forEach(CASES.filter((each) => !isKept(each)), async (each) => {
    const { kind, misdeed, manner } = each;
    const hint = `${kind}, ${manner}`;
    const { misbehave, damaged } = damaging(misdeed, manner, () => true);
    const result = await exportFrom(
      archiveOf(SERIES, misbehave),
      ["--retry", "2"],
    );
    assertEquals(result.exit, 3, `${hint}: ${result.stderr}`);
    const files = complete(result.files);
    assertEquals([...files.keys()].sort(), [...whole.keys()].sort(), hint);
    assertEquals(differences(files, whole), [], hint);
    const told = linesOf(result)
      .find((line) => /throughput of .*bad1/.test(line));
    assertMatch(told ?? "", WORDS[kind], `${hint}: ${result.stderr}`);
    const asked = Math.max(...damaged.values());
    // There is little point in asking a third time for what has come twice
    // alike.
    assert(asked >= 2 && asked <= 3, `${hint}: asked for ${asked} times`);
  });
});

Deno.test("get-bulk keeps a point that an archive says twice that it has twice, and tells of it", async () => {
  const whole = await wholeOf(SERIES);
  await forEach(CASES.filter(isKept), async ({ misdeed, manner }) => {
    const { misbehave } = damaging(misdeed, manner, () => true);
    const result = await exportFrom(archiveOf(SERIES, misbehave));
    assertEquals(result.exit, 0, result.stderr);
    const told = linesOf(result).filter((line) => /a point twice/.test(line));
    assertEquals(told.length, 1, result.stderr);
    assertMatch(told[0]!, /kept: .*\/bad1\/throughput\//);
    const files = complete(result.files);
    const [changed, ...others] = differences(files, whole);
    assertMatch(changed ?? "", /throughput/);
    assertEquals(others, []);
  });
});

Deno.test("get-bulk tells neither good nor empty pages from each other where points stand close to the borders of pages", async () => {
  for (const count of [0, 1, 999, 1000, 1001, 2000, 2001]) {
    const series = makeSeries({ key: "k1", eventType: "throughput", count });
    const result = await exportFrom(archiveOf([series]));
    assertEquals(result.exit, 0, `${count}: ${result.stderr}`);
    const rows = [...complete(result.files).values()]
      .map((bytes) => new TextDecoder().decode(bytes).split("\r\n").length - 2);
    assertEquals(rows, count === 0 ? [] : [count], `${count}`);
  }
});

/** More series than there is patience for. */
const MANY = Array.from({ length: 30 }, (_, n) =>
  makeSeries({
    ...{ key: `m${n}`, eventType: "throughput", count: 1500 },
    source: `198.51.100.${n}`,
  }));

Deno.test("get-bulk gives up after a few series when the archive dies, keeps what was complete, and exits 3", async () => {
  const whole = await wholeOf(MANY);
  let left = 25;
  let isDead = false;
  const good = archiveOf(MANY);
  const server = new RawServer((url) => {
    isDead ||= left-- <= 0;
    if (isDead) queueMicrotask(() => server.die());
    return isDead ? "reset" : good(url);
  });
  try {
    await withDirectory(async (directory) => {
      const result = await runProgram([
        ...exportArguments(server.origin, directory),
        ...["--retry", "1", "--concurrency", "3"],
      ]);
      assertEquals(result.exit, 3, result.stderr);
      const files = complete(readFiles(directory));
      assert(files.size > 0 && files.size < MANY.length, `${files.size}`);
      assertEquals(differences(files, whole), []);
      const told = linesOf(result);
      assert(told.some((line) => /refused|cut off/.test(line)), told.join());
      const tried = new Set(told.map((line) => /\bm\d+/.exec(line)?.[0]));
      assert(tried.size <= 9, `${tried.size} series tried`);
    });
  } finally {
    await server.close();
  }
});

Deno.test("get-bulk exits 1 when the archive dies before anything is complete", async () => {
  const good = archiveOf(MANY);
  let isListed = false;
  const server: RawServer = new RawServer((url) => {
    if (isListed) queueMicrotask(() => server.die());
    if (isListed) return "reset";
    isListed = true;
    return good(url);
  });
  try {
    await withDirectory(async (directory) => {
      const result = await runProgram([
        ...exportArguments(server.origin, directory),
        ...["--retry", "0"],
      ]);
      assertEquals([result.exit, result.stdout], [1, ""], result.stderr);
      assertEquals(complete(readFiles(directory)).size, 0);
      assert(linesOf(result).length > 0);
    });
  } finally {
    await server.close();
  }
});

/**
 * In MB; ten million points are 300 in themselves, and several times that once
 * they are read.
 */
const MOST_MEMORY = 600;

/**
 * Ten million points, as many as the archive likes to send, whatever it was
 * asked for.
 */
async function* tenMillionPoints(): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const step = 10_000;
  yield encoder.encode(`[{"ts":${FROM},"val":1}`);
  for (let at = 0; at < 10_000_000; at += step) {
    let text = "";
    for (let n = 0; n < step; n++) {
      text += `,{"ts":${FROM + 1 + at + n},"val":1}`;
    }
    yield await Promise.resolve(encoder.encode(text));
  }
  yield encoder.encode("]");
}

/** Whether the memory of another process can be seen. */
const TELLS_MEMORY = Deno.build.os === "linux" && isInstalled("cat");

/**
 * The most memory that a process has had while it ran, in MB; 0 where the
 * system does not tell.
 */
async function mostMemory({ pid, ended }: Running): Promise<number> {
  if (!TELLS_MEMORY) return 0;
  let most = 0;
  let isOver = false;
  const over = () => isOver = true;
  ended.then(over, over);
  while (!isOver) {
    // Deno itself may read there only with all permissions.
    const { stdout } = await runProcess(["cat", `/proc/${pid}/status`]);
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(stdout)?.[1] ?? 0;
    most = Math.max(most, Number(kilobytes) / 1024);
    await pause(50);
  }
  return most;
}

Deno.test("get-bulk does not read ten million points in one page into memory, says so, and has the other series", async () => {
  const whole = await wholeOf(GOOD);
  const handler = archiveOf(
    SERIES,
    ({ series }) => series === BAD ? { body: tenMillionPoints() } : undefined,
  );
  const server = new RawServer(handler);
  try {
    await withDirectory(async (directory) => {
      const running = startProgram([
        ...["get-bulk", "-u", server.origin, ...WINDOW, "--ip", "-o", "csv"],
        ...["-D", directory, "--retry", "1", "--timeout", "60"],
        // In short, a page is given up sooner.
        ...(IS_LONG ? [] : ["--max-response", "16M"]),
      ]);
      const most = await mostMemory(running);
      const result = await running.ended;
      assertEquals(result.exit, 3, result.stderr);
      if (TELLS_MEMORY) assert(most > 50, `${most} MB`);
      assert(most < MOST_MEMORY, `${most} MB`);
      const told = linesOf(result)
        .find((line) => /throughput of .*bad1/.test(line));
      assertMatch(told ?? "", /large|more points|window/, result.stderr);
      assertEquals(differences(complete(readFiles(directory)), whole), []);
      assertEquals(complete(readFiles(directory)).size, whole.size);
    });
  } finally {
    await server.close();
  }
});

const HOSTILE = [
  "../../etc/x",
  "..",
  "/etc/passwd",
  "CON",
  "con",
  "NUL",
  "nul.txt",
  "COM1",
  "LPT9.csv",
  "esmond-ps-manifest.json",
  ".esmond-ps.lock",
  "x".repeat(400),
  "ü".repeat(400),
  "a\0b\nc\x1b[31m",
  "%2e%2e%2f",
  "trailing. ",
];

Deno.test("get-bulk stays in its directory and uses no name that a system reserves, whatever hosts and event types are called", async () => {
  const series: Series[] = HOSTILE.flatMap((name, n) => [
    // As host, with and without a far end, and as event type.
    { ...named(`h${n}`), source: name, destination: name },
    { ...named(`e${n}`), source: name, destination: undefined },
    { ...named(`t${n}`), source: `192.0.2.${n}`, eventType: name },
  ]);
  await forEach(HOSTILE_FORMATS, async (format) => {
    const result = await exportFrom(hostileArchive(series), format);
    assertEquals(result.exit, 0, result.stderr);
    linesOf(result);
    const files = complete(result.files);
    const paths = [...files.keys()];
    const isDataset = format.includes("--partition");
    const count = isDataset ? rowsIn(files) : paths.length;
    assertEquals(count, series.length);
    const alike = new Set(paths.map((path) => path.toLowerCase()));
    assertEquals(alike.size, paths.length);
    for (const path of result.files.keys()) {
      const folders = path.split("/").length - 1;
      assert(folders === 0 || isDataset, path);
      path.split("/").forEach(assertHarmless);
    }
  });
});

const HOSTILE_FORMATS = [
  ["-o", "csv"],
  ["-o", "parquet", "--partition", "day"],
  ...(IS_LONG
    ? [["-o", "json"], ["-o", "csv", "--gzip"], ["-o", "parquet"]]
    : []),
];

/** How many rows are in the files of a dataset. */
function rowsIn(files: Files): number {
  return [...files.values()]
    .map((bytes) => parquetMetadata(bytes.slice().buffer).num_rows)
    .reduce((sum, rows) => sum + Number(rows), 0);
}

/** Fails for a name that some system cannot have. */
function assertHarmless(name: string): void {
  assert(!["", ".", ".."].includes(name), "no name");
  // deno-lint-ignore no-control-regex -- control characters are what must not be there
  assert(!/[\x00-\x1f\x7f<>:"\\|?*]|[. ]$/.test(name), name);
  // Windows ignores everything after the first dot.
  assert(!/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name), name);
  assert(new TextEncoder().encode(name).length <= 255, name);
}

function named(key: string): Series {
  return makeSeries({ key, eventType: "throughput", count: 1 });
}

/** Event types of any name have their data at a plain address. */
function hostileArchive(series: Series[]) {
  const plain = archiveOf(
    series.map((each) => ({ ...each, eventType: "throughput" })),
  );
  const listed = archiveOf(series);
  return async (url: URL) => {
    if (!url.pathname.endsWith("/archive/")) return await plain(url);
    const reply = await listed(url);
    if (typeof reply !== "object" || "raw" in reply) return reply;
    const tests = JSON.parse(reply.body as string);
    for (const test of tests) {
      test["event-types"][0]["base-uri"] = `${test.uri}throughput/base`;
    }
    return { body: JSON.stringify(tests) };
  };
}
