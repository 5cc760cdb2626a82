/**
 * Drafts that are given pages, held against drafts that are given points.
 */

import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { constants, gunzipSync } from "node:zlib";
import { join } from "@std/path";
import { elements } from "../../../client/json.ts";
import { Draft, type DraftOptions } from "../../../cli/export/draft.ts";
import { KeptRows } from "../../../cli/export/kept.ts";
import { PartFile } from "../../../cli/export/part.ts";
import type { Checkpoint } from "../../../cli/export/record.ts";
import { Settling } from "../../../cli/export/settling.ts";
import type { Format } from "../../../cli/names.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import { columnsFor, SeriesRows } from "../../../cli/output/rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { runs } from "../../helpers/long.ts";
import { fc } from "../../packages/fast_check.ts";
import { BARE } from "../output/bare.ts";
import { pageOf, pages } from "../output/pages.ts";

/** How a draft is written. */
interface Way {
  format: Format;
  isGzipped: boolean;
  /** How many seconds of a mirror are read again, if it is one. */
  overlap: number | undefined;
  /** Whether rows of an earlier run are kept between those of the archive. */
  keeps: boolean;
  /** After how many pages the draft is left and continued. */
  leftAfter: number;
}

const way: fc.Arbitrary<Way> = fc.record({
  format: fc.constantFrom<Format>("csv", "json", "ndjson", "parquet"),
  isGzipped: fc.boolean(),
  overlap: fc.constantFrom(undefined, 0, 300, 100_000),
  keeps: fc.boolean(),
  leftAfter: fc.nat(4),
}).map((way) =>
  way.format === "parquet"
    ? { ...way, isGzipped: false, keeps: false, overlap: undefined }
    : way
);

/** The one format whose points need not be of a time with ten digits. */
const TABLE: Way = {
  ...{ format: "parquet", isGzipped: false, overlap: undefined },
  ...{ keeps: false, leftAfter: 0 },
};

async function optionsOf(
  { format, isGzipped, overlap }: Way,
  path: string,
  end: number,
): Promise<DraftOptions> {
  const request = { format, eventType: "throughput", summaryWindow: 0 };
  const subject = { ...BARE, source: "192.0.2.1", tool: '"iperf3"' };
  const hostnames = new Hostnames({ keepAddresses: true });
  const rows = await SeriesRows.create(subject, request, hostnames);
  return {
    ...{ format, isGzipped, columns: columnsFor(request), rows, many: 0 },
    ...(format === "parquet" ? { parquet: `${path}.parquet` } : {}),
    ...(overlap === undefined
      ? {}
      : { settling: new Settling({ end, overlap, summaryWindow: 0 }) }),
  };
}

/** Rows of an earlier run, some at seconds that the archive has points of. */
async function* keptRows(seconds: number[]) {
  for (const [n, second] of seconds.entries()) {
    if (n % 7 === 3) yield { second, text: `kept ${n}` };
    if (n % 7 === 5) yield { second: second + 7, text: `kept ${n}` };
  }
  await Promise.resolve();
}

/** The pages from a second on, as the archive sends them again. */
function pagesFrom(texts: readonly string[], second: number): string[] {
  return texts.map((text) => {
    const values = JSON.parse(text) as { ts: number }[];
    const points = elements(text).filter((_, n) => values[n]!.ts >= second);
    return `[${points.join()}]`;
  });
}

/** What a draft became. */
interface Written {
  bytes: Uint8Array;
  points: number;
  rows: number;
  last: number;
  checkpoints: (Checkpoint | undefined)[];
}

async function written(
  path: string,
  way: Way,
  texts: string[],
  asPages: boolean,
): Promise<Written> {
  const seconds = texts.flatMap((text) =>
    (JSON.parse(text) as { ts: number }[]).map(({ ts }) => ts)
  );
  const options = await optionsOf(way, path, seconds.at(-1) ?? 0);
  const kept = (after?: number) =>
    way.keeps ? KeptRows.open(keptRows(seconds), after) : undefined;
  const checkpoints: Written["checkpoints"] = [];
  let draft = await Draft.open(await PartFile.create(path), options, {
    kept: await kept(),
  });
  const write = async (text: string) => {
    const page = pageOf(text);
    if (page.length === 0) return;
    if (asPages) await draft.writePage(page);
    else await draft.write(page.points(0, page.length));
    const checkpoint = await draft.checkpoint();
    checkpoints.push(way.isGzipped ? undefined : checkpoint);
    await checkSettled(draft, path);
  };
  for (const text of texts.slice(0, way.leftAfter)) await write(text);
  let rest = texts.slice(way.leftAfter);
  const from = await draft.checkpoint();
  const { settled } = draft;
  await draft.close();
  if (from === undefined) {
    rest = texts;
    draft = await Draft.open(await PartFile.create(path), options, {
      kept: await kept(),
    });
  } else {
    const part = await PartFile.resume(path, from);
    assert(part !== undefined, "not what it was");
    const start = { from, settled, kept: await kept(from.second) };
    draft = await Draft.open(part, options, start);
    rest = pagesFrom(texts, from.second);
  }
  for (const text of rest) await write(text);
  const { rows } = await draft.finish();
  await draft.close();
  const { points, last } = draft;
  const bytes = await Deno.readFile(options.parquet ?? path);
  return { bytes, points, rows, last, checkpoints };
}

/** Fails if a place to continue from is not in the file as it is noted. */
async function checkSettled(draft: Draft, path: string): Promise<void> {
  const { settled } = draft;
  if (settled === undefined) return;
  const { bytes, sha256 } = settled;
  const beginning = (await Deno.readFile(path)).subarray(0, bytes);
  assertEquals(beginning.length, bytes);
  assertEquals(createHash("sha256").update(beginning).digest("hex"), sha256);
}

/** How many lines the beginning of a file has. */
async function linesIn(
  path: string,
  bytes: number,
  isGzipped: boolean,
): Promise<number> {
  const beginning = (await Deno.readFile(path)).subarray(0, bytes);
  const text = isGzipped
    ? gunzipSync(beginning, { finishFlush: constants.Z_SYNC_FLUSH })
    : beginning;
  return text.filter((byte) => byte === 10).length;
}

Deno.test("a draft of pages is a draft of their points, wherever it is left and continued", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, "a.partial");
    await fc.assert(
      fc.asyncProperty(way, pages, async (way, texts) => {
        const wanted = await written(path, way, texts, false);
        assertEquals(await written(path, way, texts, true), wanted);
      }),
      {
        ...{ seed: 18, numRuns: runs("ESMOND_DRAFTS_RUNS", 60, 1500) },
        examples: [[
          TABLE,
          ['[{"ts":0,"val":0}]', '[{"ts":253402128050,"val":0}]'],
        ]],
      },
    );
  });
});

for (const isGzipped of [false, true]) {
  Deno.test(
    `every mark in the draft of a long series is where a row ends${
      isGzipped ? ", also in compressed text" : ""
    }`,
    async () => {
      await withDirectory(async (directory) => {
        const path = join(directory, "a.partial");
        const way = {
          ...{ format: "csv", isGzipped, keeps: false, leftAfter: 0 } as const,
          overlap: 30_000,
        };
        const begin = 1_456_790_400;
        const texts = Array.from({ length: 6 }, (_, page) => {
          const points = Array.from(
            { length: 4000 },
            (_, n) => `{"ts":${begin + 10 * (4000 * page + n)},"val":${n}}`,
          );
          return `[${points.join()}]`;
        });
        // Where the end is far, marks are where something was written, and
        // rarely else.
        const end = begin + (isGzipped ? 240_000 : 300_000_000);
        const options = await optionsOf(way, path, end);
        const draft = await Draft.open(await PartFile.create(path), options);
        const seen = new Set<number>();
        for (const text of texts) {
          await draft.writePage(pageOf(text));
          await checkSettled(draft, path);
          const { settled } = draft;
          if (settled === undefined || settled.rows === 0) continue;
          seen.add(settled.bytes);
          const { rows, points, second } = settled;
          assertEquals([rows, points], [points, (second - begin) / 10 + 1]);
          assertEquals(await linesIn(path, settled.bytes, isGzipped), rows + 1);
          assertEquals(await linesIn(path, settled.bytes, isGzipped), rows + 1);
        }
        await draft.finish();
        assert(seen.size > 2, `${seen.size}`);
      });
    },
  );
}
