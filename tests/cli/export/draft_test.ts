import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { gunzipSync } from "node:zlib";
import { DataPoint, type JsonValue } from "../../../mod.ts";
import { Draft, type DraftOptions } from "../../../cli/export/draft.ts";
import type { Checkpoint, Settled } from "../../../cli/export/record.ts";
import { PartFile } from "../../../cli/export/part.ts";
import { Settling } from "../../../cli/export/settling.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import { columnsFor, SeriesRows } from "../../../cli/output/rows.ts";
import type { Format } from "../../../cli/names.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { BARE } from "../output/bare.ts";

const FORMATS: [format: Format, isGzipped: boolean][] = [
  ["csv", false],
  ["json", false],
  ["ndjson", false],
  ["parquet", false],
  ["csv", true],
  ["json", true],
  ["ndjson", true],
];

function point(ts: number, val: JsonValue): DataPoint {
  return new DataPoint({ ts, val }, JSON.stringify({ ts, val }));
}

/** A trace of so many hops, each with a text of its own. */
function trace(hops: number, text: string): JsonValue {
  return Array.from({ length: hops }, (_, hop) => ({
    ...{ ttl: hop + 1, query: 1, success: 1, ip: `192.0.2.${hop}`, rtt: 0.5 },
    error_message: `${text} of ${hop}`,
  }));
}

/**
 * Points without rows, with several, several of one second, and some without a
 * time.
 */
function traces(text = "ü\n"): DataPoint[] {
  const hops: [ts: number, hops: number][] = [
    ...[[100, 2], [100, 0], [100, 3], [101, 0], [NaN, 2], [102, 1]] as const,
    ...[[103, 4], [NaN, 1], [NaN, 0], [104, 0], [105, 1], [105, 1]] as const,
  ].map(([ts, hops]) => [ts, hops]);
  return hops.map(([ts, hops], n) => point(ts, trace(hops, text + n)));
}

/**
 * Text that fills what is compressed in one go every few rows, and at times
 * within a point.
 */
const LONG = "0123456789abcdef".repeat(22_000);

async function optionsOf(
  [format, isGzipped]: typeof FORMATS[number],
  directory: string,
  settling?: Settling,
): Promise<DraftOptions> {
  const isParquet = format === "parquet";
  const request = {
    ...{ eventType: "packet-trace", summaryWindow: 0 },
    ...(isParquet ? { format } : {}),
  };
  const subject = { ...BARE, source: "192.0.2.1", tool: '"tracepath"' };
  const hostnames = new Hostnames({ keepAddresses: true });
  const rows = await SeriesRows.create(subject, request, hostnames);
  return {
    ...{ format, isGzipped, columns: columnsFor(request), rows },
    ...(settling ? { settling } : {}),
    ...(isParquet ? { parquet: join(directory, "a.parquet") } : {}),
  };
}

/** What settles all before a second when the last point is of another. */
function settlingAt(before: number, last: number): Settling {
  return new Settling({
    ...{ end: last, overlap: last + 1 - before },
    ...{ partition: undefined, summaryWindow: 0 },
  });
}

/** A file of the points, written in one go. */
async function whole(
  path: string,
  options: DraftOptions,
  points: DataPoint[],
): Promise<Uint8Array> {
  const draft = await Draft.open(await PartFile.create(path), options);
  await draft.write(points);
  assertEquals(draft.points, points.length);
  const { bytes } = await draft.finish();
  await draft.close();
  const written = await Deno.readFile(options.parquet ?? path);
  assertEquals(bytes, written.length);
  return written;
}

/** What is left for the next run, as the manifest keeps it. */
interface Left {
  checkpoint?: Checkpoint;
  settled?: Settled;
}

async function leave(draft: Draft): Promise<Left> {
  const checkpoint = await draft.checkpoint();
  const { settled } = draft;
  await draft.close();
  return JSON.parse(JSON.stringify({ checkpoint, settled }));
}

/** Goes on with a file, and with the points from where it was left. */
async function goOn(
  path: string,
  options: DraftOptions,
  points: DataPoint[],
  { checkpoint, settled }: Left,
): Promise<{ draft: Draft; rest: DataPoint[] }> {
  if (checkpoint === undefined) {
    const draft = await Draft.open(await PartFile.create(path), options);
    return { draft, rest: points };
  }
  const part = await PartFile.resume(path, checkpoint);
  assert(part !== undefined, "not what it was");
  const draft = await Draft.open(part, options, { from: checkpoint, settled });
  const from = points.findIndex(({ tsEpoch }) => tsEpoch === checkpoint.second);
  assert(from >= 0, `no point of second ${checkpoint.second}`);
  return { draft, rest: points.slice(from) };
}

function assertSame(one: Uint8Array, other: Uint8Array, hint: string): void {
  const isSame = one.length === other.length &&
    one.every((byte, at) => byte === other[at]);
  assert(isSame, `${hint}: ${one.length} bytes, not ${other.length}`);
}

for (const format of FORMATS) {
  const told = `${format[0]}${format[1] ? ", compressed" : ""}`;

  Deno.test(`a draft that is left after any point and continued becomes the same file: ${told}`, async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, "a.partial");
      const points = traces(format[1] ? LONG : undefined);
      const options = await optionsOf(format, directory);
      const wanted = await whole(path, options, points);
      let gone = 0;
      for (let cut = 0; cut <= points.length; cut++) {
        const draft = await Draft.open(await PartFile.create(path), options);
        await draft.write(points.slice(0, cut));
        const left = await leave(draft);
        if (left.checkpoint) gone++;
        await Deno.writeTextFile(path, "never certain", { append: true });
        const again = await goOn(path, options, points, left);
        await again.draft.write(again.rest);
        assertEquals(again.draft.points, points.length);
        const { rows } = await again.draft.finish();
        await again.draft.close();
        assertEquals(rows, options.parquet ? points.length : 15, `${cut}`);
        const made = await Deno.readFile(options.parquet ?? path);
        assertSame(made, wanted, `cut at ${cut}`);
      }
      assert(gone > 4, "it was always begun anew");
    });
  });

  Deno.test(`a draft that is left over and over becomes the same file: ${told}`, async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, "a.partial");
      const points = traces(format[1] ? LONG : undefined);
      const isMirrored = format[0] !== "parquet";
      const settling = isMirrored ? settlingAt(104, 105) : undefined;
      const options = await optionsOf(format, directory, settling);
      const wanted = await whole(path, options, points);
      let left: Left = {};
      for (let more = 1; more <= points.length; more++) {
        const { draft, rest } = await goOn(path, options, points, left);
        const come = points.length - rest.length;
        await draft.write(rest.slice(0, Math.max(0, more - come)));
        left = await leave(draft);
      }
      const { draft, rest } = await goOn(path, options, points, left);
      for (const each of rest) await draft.write([each]);
      await draft.finish();
      await draft.close();
      const made = await Deno.readFile(options.parquet ?? path);
      assertSame(made, wanted, "one by one");
    });
  });

  if (format[0] === "parquet") continue; // nothing is added to it
  Deno.test(`the settled part of a draft can be continued when the rest is replaced: ${told}`, async () => {
    await withDirectory(async (directory) => {
      const from = join(directory, "a");
      const path = join(directory, "b");
      const points = traces();
      const text = (bytes: Uint8Array) => format[1] ? gunzipSync(bytes) : bytes;
      const wanted = text(
        await whole(path, await optionsOf(format, directory), points),
      );
      for (const settlesAt of [1, 100, 101, 103, 104, 105, 106, 1000]) {
        const last = Math.max(200, settlesAt);
        const settling = settlingAt(settlesAt, last);
        const options = await optionsOf(format, directory, settling);
        const isOld = ({ tsEpoch }: DataPoint) => !(tsEpoch >= settlesAt);
        const border = points.findIndex((each) => !isOld(each));
        const old = border < 0 ? points : points.slice(0, border);
        const others = [199, 200].map((ts) =>
          point(Math.max(ts, settlesAt), trace(2, "to be replaced"))
        );
        const draft = await Draft.open(await PartFile.create(from), options);
        await draft.write([...old, ...others]);
        await draft.finish();
        const settled: Settled = JSON.parse(JSON.stringify(draft.settled));
        assertEquals(settled.before, settlesAt);
        assertEquals(settled.points, old.length);
        assert(Number.isSafeInteger(settled.second), "it cannot be kept");
        assert(settled.second < settlesAt);
        const part = await PartFile.copy(from, settled, path);
        assert(part !== undefined, "not what it was");
        const again = await Draft.open(part, options, {
          ...{ from: settled, settled },
        });
        await again.write(points.slice(old.length));
        assertEquals(again.points, points.length);
        await again.finish();
        assertSame(
          text(await Deno.readFile(path)),
          wanted,
          `settled before ${settlesAt}`,
        );
      }
    });
  });
}

Deno.test("a draft has no checkpoint before there is a point with a time, and nothing settled where nothing is to be", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, "a");
    for (const format of FORMATS) {
      const options = await optionsOf(format, directory);
      const draft = await Draft.open(await PartFile.create(path), options);
      assertEquals(await draft.checkpoint(), undefined);
      await draft.write([point(NaN, trace(2, "x"))]);
      assertEquals(await draft.checkpoint(), undefined);
      await draft.write([point(5, trace(1, "x"))]);
      assertEquals((await draft.checkpoint()) === undefined, format[1]);
      await draft.finish();
      assertEquals(draft.settled, undefined);
    }
  });
});

Deno.test("a draft knows, when it is continued, what had settled before it was left", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, "a");
    const points = traces();
    const options = await optionsOf(
      ["csv", false],
      directory,
      settlingAt(103, 103),
    );
    const draft = await Draft.open(await PartFile.create(path), options);
    await draft.write(points.slice(0, 8));
    const { settled } = draft;
    assertEquals([settled?.before, settled?.second], [103, 102]);
    const left = await leave(draft);
    const later = await optionsOf(["csv", false], directory);
    const again = await goOn(path, later, points, left);
    await again.draft.write(again.rest);
    await again.draft.finish();
    assertEquals(again.draft.settled, settled);
  });
});

Deno.test("a draft passes over the rows of a point that are there when it was cut within it", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, "a");
    const points = [point(1, trace(9, LONG)), point(2, trace(9, LONG))];
    const options = await optionsOf(["csv", true], directory);
    const wanted = await whole(path, options, points);
    const draft = await Draft.open(await PartFile.create(path), options);
    await draft.write(points);
    const left = await leave(draft);
    assert(left.checkpoint!.rowsOfNext > 0, "not within a point");
    const again = await goOn(path, options, points, left);
    await again.draft.write(again.rest);
    await again.draft.finish();
    assertSame(await Deno.readFile(path), wanted, "within a point");
  });
});
