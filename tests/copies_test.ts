/**
 * Copies: what `get-metadata` and `get-bulk -D -` print of an archive in ndjson
 * and `post-metadata` and `post` write into an empty one comes out of that as
 * it was.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { startArchive } from "../archive/server.ts";
import { EVENT_TYPES } from "../client/event_types.ts";
import { member } from "../client/json.ts";
import { readConversation, replay, TOKEN } from "./archive/conformance.ts";
import { withDirectory } from "./helpers/directory.ts";
import { NOT_IN_SHORT, runs } from "./helpers/long.ts";
import {
  type Contents,
  recordedContents,
} from "./helpers/recorded_contents.ts";
import { COLLECTIONS } from "./helpers/recordings.ts";
import { runCli } from "./helpers/run.ts";
import { testUnless } from "./helpers/skipping.ts";
import { type Handler, json, withServer } from "./servers/serve.ts";

const ROOT = "/esmond/perfsonar/archive/";

/** Recordings have points of before 1970, and of the future. */
const EVER = ["-S", "@-60000000000", "-E", "@250000000000"];

/** What came of a copy. */
interface Copied {
  /** The points of the archive, with the keys of the copy. */
  points: string[];
  /** Those of the copy. */
  copies: string[];
  /** What `post` said. */
  told: string;
}

/** Runs a command that reads, and gives the lines that it prints. */
async function linesOf(argv: string[]): Promise<string[]> {
  const { exit, stdout, stderr } = await runCli([...argv, "-o", "ndjson"]);
  assertEquals(exit, 0, stderr);
  return stdout.split("\n").slice(0, -1);
}

/** All points of an archive. */
async function pointsOf(url: string): Promise<string[]> {
  return await linesOf(["get-bulk", "-u", url, ...EVER, "-D", "-", "-q"]);
}

/** Copies an archive into an empty one. */
async function copy(url: string): Promise<Copied> {
  const target = await startArchive({ tokens: [TOKEN] });
  const env = { ESMOND_API_KEY: TOKEN };
  let told = "";
  try {
    const points = await pointsOf(url);
    const used = new Set(points.map(keyOf));
    const tests = (await linesOf(["get-metadata", "-u", url, "-S", "any"]))
      .filter((line) => used.has(JSON.parse(line)["metadata-key"]));
    const keys = new Map<string, string>();
    await withDirectory(async (directory) => {
      const file = join(directory, "keys");
      const post = async (command: string, lines: string[], argv: string[]) =>
        await runCli(
          [command, "-u", target.url, "--keys", file, ...argv],
          { env, input: lines.map((line) => `${line}\n`).join("") },
        );
      const made = await post("post-metadata", tests, []);
      assert([0, 3].includes(made.exit), made.stderr);
      for (const line of Deno.readTextFileSync(file).trimEnd().split("\n")) {
        const [old = "", key = ""] = line.split(" ");
        keys.set(old, key);
      }
      for (const [sent, lines] of bySent(points)) {
        const argv = sent === undefined ? [] : ["--sent", `${sent}`];
        const { exit, stderr } = await post("post", lines, argv);
        assert([0, 3].includes(exit), stderr);
        told += stderr;
      }
    });
    const copies = await pointsOf(target.url);
    return { points: without(points, keys), copies: without(copies), told };
  } finally {
    await target.close();
  }
}

function keyOf(line: string): string {
  return JSON.parse(line).metadata_key;
}

/** Lines without the archive, with new keys, in no order. */
function without(lines: string[], keys?: Map<string, string>): string[] {
  return lines.map((line) => {
    const key = keyOf(line);
    return line.replace(/^\{"archive": "[^"]*", /, "{")
      .replace(key, keys?.get(key) ?? key);
  }).toSorted();
}

/**
 * The lines by the number of packets that --sent has to give: loss rates of
 * tests that do not count packets are fractions of something.
 */
function bySent(lines: string[]): Map<number | undefined, string[]> {
  const points = lines.map((line) => JSON.parse(line));
  const counting = new Set(
    points.filter((point) => point.event_type === "packet-count-sent")
      .map((point) => point.metadata_key),
  );
  return Map.groupBy(lines, (_, at) => {
    const { event_type, metadata_key, value } = points[at];
    if (!event_type.startsWith("packet-loss-rate")) return undefined;
    return counting.has(metadata_key) ? undefined : packetsOf(value);
  });
}

function packetsOf(rate: number): number {
  const fits = (sent: number) => Math.round(rate * sent) / sent === rate;
  const usual = [600, 1000, 10].find(fits);
  for (let sent = usual ?? 1;; sent++) if (fits(sent)) return sent;
}

/** Serves what was recorded. */
function archiveOf({ tests, points }: Contents): Handler {
  const kept = new Set([...points.keys()].map((path) => path.split("/")[4]));
  const listed = [...tests].filter(([key]) => kept.has(key))
    .map(([, text]) => text);
  return (_, { pathname, searchParams }) => {
    const given = (name: string, otherwise: number) =>
      Number(searchParams.get(name) ?? otherwise);
    const all = pathname === ROOT
      ? listed
      : (points.get(pathname) ?? []).filter((point) => {
        const ts = Number(member(point, "ts"));
        return ts >= given("time-start", 0) && ts <= given("time-end", ts);
      });
    const offset = given("offset", 0);
    const page = all.slice(offset, offset + given("limit", 1500));
    return json(`[${page.join()}]`, { headers: { allow: "GET" } });
  };
}

for (const collection of COLLECTIONS) {
  Deno.test({
    name:
      `${collection.name}: every value of esmond is the same in a copy, byte for byte`,
    ignore: collection.why !== undefined,
    fn: async () => {
      const contents = recordedContents(collection, "esmond 4.4.6");
      await withServer(archiveOf(contents), async (url) => {
        const { points, copies, told } = await copy(url);
        assertEquals(copies, points, told);
        assert(points.length > 3000, `${points.length} points`);
        const types = new Set(
          points.map((line) => JSON.parse(line).event_type),
        );
        assert(types.size > 30, [...types].join());
      });
    },
  });
}

Deno.test("every value of elmond that esmond can have is in a copy, whole numbers as floats, and the others are named", async () => {
  const contents = recordedContents(COLLECTIONS[0]!, "elmond (perfSONAR 5)");
  await withServer(archiveOf(contents), async (url) => {
    const { points, copies, told } = await copy(url);
    const expected = points.map(asEsmond).toSorted();
    const missing = withoutThose(expected, copies);
    assertEquals(withoutThose(copies, expected), []);
    const fractions = missing
      .filter((line) => line.includes('"event_type": "throughput"'));
    assertEquals(fractions.length, 2, told);
    assertEquals(missing.length, 18);
    assertMatch(told, /9876543210\.5 is not a value of throughput/);
    assertMatch(told, /an archive keeps one a second/);
    assertMatch(told, /^\d+ points are stored, 18 not$/m);
  });
});

/** A line as esmond has it: compact, and numbers as floats. */
function asEsmond(line: string): string {
  const { event_type: name } = JSON.parse(line);
  const isNumber = EVENT_TYPES.some((info) =>
    info.name === name && info.shape === "numeric"
  );
  const [begin = "", value = ""] = line.split(/(?<="value": )/);
  const compact = value.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
  return begin + (isNumber ? compact.replace(/^(-?\d+)\}$/, "$1.0}") : compact);
}

/** The lines that are left when each of the others has taken one like it. */
function withoutThose(lines: string[], others: string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

testUnless(
  NOT_IN_SHORT,
  "what the recorded conversations leave in an archive is the same in a copy, byte for byte",
  async () => {
    const source = await startArchive({ tokens: [TOKEN] });
    const { directory } = COLLECTIONS[0]!;
    try {
      for (const { name } of Deno.readDirSync(join(directory, "archive"))) {
        if (!/\.json(\.gz)?$/.test(name)) continue;
        const path = join(directory, "archive", name);
        await replay(await readConversation(path), source.url);
      }
      const { points, copies, told } = await copy(source.url);
      assertEquals(withoutThose(copies, points), []);
      // Values that esmond takes, but that are no histograms and no intervals.
      const odd = withoutThose(points, copies)
        .map((line) => /"value": (.*)\}$/.exec(line)![1]);
      assertEquals(odd.toSorted(), [
        `""`,
        `[]`,
        `[{"start":true,"duration":false,"val":1}]`,
      ], told);
      assert(points.length > 1900, `${points.length} points`);
    } finally {
      await source.close();
    }
  },
);

const DAYS = runs("ESMOND_COPY_DAYS", 0.05, 7);

Deno.test(`every value of serve --sample ${DAYS} is the same in a copy, byte for byte`, async () => {
  const source = await startArchive({ tokens: [TOKEN], sampleDays: DAYS });
  try {
    const { points, copies, told } = await copy(source.url);
    assertEquals(withoutThose(points, copies), [], told);
    assertEquals(withoutThose(copies, points), []);
    assert(points.length > 1000, `${points.length} points`);
  } finally {
    await source.close();
  }
});
