/** `get-bulk -D -`: everything that matches on standard output. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { EXIT } from "../../../cli/errors.ts";
import { DEFAULTS } from "../../../cli/options/table.ts";
import { needs } from "../../helpers/binary.ts";
import { withDirectory } from "../../helpers/directory.ts";
import {
  assertTold,
  type Ended,
  interrupt,
  runCli,
  type RunOptions,
} from "../../helpers/run.ts";
import {
  archiveOf,
  makeSeries,
  type Misbehaviour,
  pointsInWindow,
  type Series,
  WINDOW,
} from "../../servers/generated.ts";
import { withRawServer } from "../../servers/raw.ts";
import { Bytes } from "../output/sinks.ts";

const SERIES = Array.from({ length: 20 }, (_, n) =>
  makeSeries({
    ...{ key: `m${n}`, eventType: "throughput", count: n === 4 ? 0 : 10 + n },
    source: `198.51.100.${n}`,
  }));

/** Series with other columns. */
const TRACES = [
  makeSeries({ key: "t1", eventType: "packet-trace", count: 5 }),
  makeSeries({ key: "t1", eventType: "failures", count: 5 }),
];

/** Streams all that an archive has. */
async function stream(
  series: readonly Series[],
  argv: string[],
  misbehave?: Misbehaviour,
  options?: RunOptions,
): Promise<Ended> {
  return await withRawServer(
    archiveOf(series, misbehave),
    ({ origin }) =>
      runCli([
        ...["get-bulk", "-u", origin, ...WINDOW, "--ip", "-D", "-"],
        ...["-o", "ndjson", "--retry", "0", ...argv],
      ], options),
  );
}

/** Key and time of each line. */
function linesOf(stdout: string): string[] {
  assert(stdout === "" || stdout.endsWith("\n"), "the last line is cut off");
  return stdout.split("\n").slice(0, -1).map((line) => {
    const { metadata_key, event_type, ts } = JSON.parse(line);
    return `${metadata_key} ${event_type} ${ts}`;
  });
}

/** The same for whole series. */
function linesFor(series: readonly Series[]): string[] {
  return series.flatMap((each) =>
    pointsInWindow(each).map(({ ts }) => `${each.key} ${each.eventType} ${ts}`)
  );
}

Deno.test("get-bulk -D - prints one series after the other, whichever is answered first, and reads several at a time", async () => {
  const { promise: others, resolve } = Promise.withResolvers<void>();
  let answered = 0;
  const { exit, stdout, stderr } = await stream(
    SERIES,
    [],
    async ({ series }) => {
      if (series.key === "m0") await others;
      else if (++answered === DEFAULTS.concurrency - 1) resolve();
      return undefined;
    },
  );
  assertEquals(exit, 0);
  assertEquals(linesOf(stdout), linesFor(SERIES));
  assertMatch(stderr, /^20 series, [\d,]+ points, [^\n]* s\n$/);
});

Deno.test("get-bulk -D - prints the lines of files, and leaves no file", async () => {
  await withDirectory(async (directory) => {
    const all = [...SERIES.slice(0, 5), ...TRACES];
    const argv = ["-D", directory, "-q"];
    const files = await stream(all, argv);
    const whole = files.stdout.trim().split("\n")
      .map((path) => Deno.readTextFileSync(path)).join("");
    const before = [...Deno.readDirSync(directory)].length;
    const streamed = await stream(all, ["-q"]);
    assertEquals(streamed.stderr, "");
    const withoutPort = (text: string) => text.replace(/127\.0\.0\.1:\d+/g, "");
    assertEquals(withoutPort(streamed.stdout), withoutPort(whole));
    assertEquals([...Deno.readDirSync(directory)].length, before);
  });
});

Deno.test("get-bulk -o csv -D - prints one header, also before series without points", async () => {
  const { exit, stdout } = await stream(SERIES.slice(0, 6), ["-o", "csv"]);
  assertEquals(exit, 0);
  const [header, ...rows] = stdout.split("\r\n").slice(0, -1);
  assertMatch(header!, /^source,destination,event_type,/);
  assertEquals(rows.length, linesFor(SERIES.slice(0, 6)).length);
  assert(rows.every((row) => row.startsWith("198.51.100.")));
  const empty = await stream(SERIES.slice(4, 5), ["-o", "csv", "-q"]);
  assertEquals(empty, { exit: 0, stdout: `${header}\r\n`, stderr: "" });
});

Deno.test("get-bulk -o csv -D - tells of tests that no column tells apart", async () => {
  const twins = ["k1", "k2"].map((key) =>
    makeSeries({ key, eventType: "throughput", count: 3 })
  );
  const { stderr } = await stream(twins, ["-o", "csv"]);
  assertMatch(stderr, /^no column tells the rows of 2 tests apart/m);
  assert(!/no column/.test((await stream(twins, [])).stderr));
});

Deno.test("get-bulk -o csv -D - is wrong usage for series with different columns, which it names", async () => {
  const all = [...SERIES.slice(0, 2), ...TRACES];
  assertTold(
    await stream(all, ["-o", "csv", "-q"]),
    2,
    /: --output-format csv has one set of columns, but throughput and packet-trace have different ones: choose ndjson/,
  );
  const { exit, stdout } = await stream(all, ["-e", "throughput", "-o", "csv"]);
  assertEquals([exit, stdout.split("\r\n").length > 20], [0, true]);
});

Deno.test("get-bulk -D - prints all that can be read, names what cannot, and exits 3", async () => {
  const isBad = (key: string) => ["m1", "m7"].includes(key);
  const { exit, stdout, stderr } = await stream(
    SERIES,
    ["-q"],
    ({ series }) =>
      isBad(series.key)
        ? { status: 404, body: '{"detail":"gone"}' }
        : undefined,
  );
  assertEquals(exit, EXIT.partial);
  assertEquals(
    linesOf(stdout),
    linesFor(SERIES.filter(({ key }) => !isBad(key))),
  );
  for (const key of ["m1", "m7"]) {
    assertMatch(
      stderr,
      new RegExp(`^incomplete: throughput of <Metadata/${key}:.*404`, "m"),
    );
  }
  assertMatch(stderr, /^2 of 20 series failed:$/m);
});

Deno.test("get-bulk -D - prints what had arrived of a series that is cut off", async () => {
  const long = makeSeries({ key: "l", eventType: "throughput", count: 3000 });
  const { exit, stdout } = await stream(
    [long, SERIES[1]!],
    ["--page-size", "500", "-q"],
    ({ series, window }) =>
      series === long && window.start > pointsInWindow(long)[900]!.ts
        ? { status: 404, body: "{}" }
        : undefined,
  );
  assertEquals(exit, EXIT.partial);
  const lines = linesOf(stdout);
  const own = lines.filter((line) => line.startsWith("l "));
  assert(own.length >= 500 && own.length < 3000, `${own.length} lines`);
  assertEquals(own, linesFor([long]).slice(0, own.length));
  assertEquals(lines.slice(own.length), linesFor([SERIES[1]!]));
});

Deno.test("get-bulk -D - exits 1 where nothing can be read, and 4 where the key is refused", async () => {
  for (const [status, exit] of [[404, EXIT.failed], [401, EXIT.refused]]) {
    const ended = await stream(SERIES, ["-q"], () => ({
      ...{ status: status!, body: "{}" },
    }));
    assertEquals([ended.exit, ended.stdout], [exit, ""]);
  }
});

Deno.test("get-bulk -D - ends after whole lines when it is interrupted", async () => {
  const stop = new AbortController();
  let answered = 0;
  const { exit, stdout, stderr } = await stream(
    SERIES,
    [],
    async () => {
      if (++answered === 8) await interrupt(stop);
      return undefined;
    },
    { signal: stop.signal },
  );
  assertEquals(exit, EXIT.interrupted, stderr);
  const lines = linesOf(stdout);
  assert(lines.length > 0, "nothing of what had arrived");
  const whole = new Set(linesFor(SERIES));
  assert(lines.every((line) => whole.has(line)));
  assert(lines.length < whole.size);
});

needs(
  "terminal",
  "get-bulk -D - shows rows on a terminal without progress, and no bytes",
  async () => {
    const options = { isTerminal: true };
    const shown = await stream(SERIES.slice(0, 2), [], undefined, options);
    assertEquals([shown.exit, shown.stderr], [0, ""]);
    assertEquals(linesOf(shown.stdout), linesFor(SERIES.slice(0, 2)));
    assertTold(
      await stream(SERIES, ["--gzip"], undefined, options),
      2,
      /: --gzip is not for a terminal/,
    );
  },
);

Deno.test("get-bulk -D - compresses with --gzip, and leaves no end where a part failed", async () => {
  for (const isBroken of [false, true]) {
    const stdoutBytes = new Bytes();
    const { exit } = await stream(
      SERIES.slice(0, 5),
      ["--gzip"],
      ({ series }) =>
        isBroken && series.key === "m2" ? { status: 404, body: "" } : undefined,
      { stdoutBytes },
    );
    if (isBroken) assertEquals(exit, EXIT.partial);
    else {
      const text = gunzipSync(stdoutBytes.bytes).toString();
      assertEquals(linesOf(text), linesFor(SERIES.slice(0, 5)));
    }
  }
});

Deno.test("get-bulk -D - prints nothing where nothing matches, and says so", async () => {
  const { exit, stdout, stderr } = await stream([], ["-o", "csv"]);
  assertEquals([exit, stdout], [0, ""]);
  assertMatch(stderr, /^nothing matches/);
});
