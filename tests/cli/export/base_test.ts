import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { type Base, findBase } from "../../../cli/export/base.ts";
import type { SeriesRecord, Settled } from "../../../cli/export/record.ts";
import type { ExportSettings } from "../../../cli/export/settings.ts";
import { withDirectory } from "../../helpers/directory.ts";

const NAME = "a.ndjson";
const OVERLAP = 60;

/** A row of a second. */
function line(ts: number): string {
  return `{"source": "a", "ts": ${ts}, "value": 1}\n`;
}

const BEGINNING = line(100) + line(200);
const WHOLE = BEGINNING + line(300) + line(360);

function extent(text: string) {
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { bytes: text.length, sha256 };
}

/** All before second 300 has settled. */
const SETTLED: Settled = {
  ...extent(BEGINNING),
  ...{ rows: 2, points: 2, second: 200, ofSecond: 1, rowsOfNext: 0 },
  before: 300,
};

function recordOf(more: Partial<SeriesRecord> = {}): SeriesRecord {
  return {
    ...{ key: "k", eventType: "throughput", state: "complete", last: 360 },
    files: [{ name: NAME, rows: 4, ...extent(WHOLE) }],
    settled: SETTLED,
    ...more,
  };
}

interface Found {
  base: Base;
  record: SeriesRecord;
  /** The seconds of the rows that are kept. */
  kept: number[] | undefined;
  /** What was told. */
  lines: string[];
  /** The names of the files in the directory, the time aside. */
  names: string[];
}

/** What there is of a series whose file has this text, if there is one. */
async function found(
  text: string | undefined,
  record = recordOf(),
): Promise<Found> {
  let result: Found | undefined;
  await withDirectory(async (directory) => {
    if (text !== undefined) {
      await Deno.writeTextFile(join(directory, NAME), text);
    }
    const lines: string[] = [];
    const settings = { directory, format: "ndjson", isGzipped: false };
    const base = await findBase(record, {
      settings: settings as ExportSettings,
      asides: { count: 0, warn: (told) => void lines.push(told) },
      columns: ["source", "ts", "value"],
      again: (last) => last - OVERLAP,
    });
    let kept: number[] | undefined;
    const rows = await base.kept?.();
    if (rows) {
      kept = [];
      for (; rows.second !== Infinity; await rows.take()) {
        kept.push(rows.second);
      }
    }
    const names = [...Deno.readDirSync(directory)]
      .map(({ name }) => name.replace(/(\.damaged-).*/, "$1")).sort();
    result = { base, record, kept, lines, names };
  });
  return result!;
}

Deno.test("findBase finds nothing for a series without files", async () => {
  const record: SeriesRecord = { key: "k", eventType: "e", state: "empty" };
  const { base, kept, lines } = await found(undefined, record);
  assertEquals([base, kept, lines], [{}, undefined, []]);
});

Deno.test("findBase continues after what has settled of a file that is what it was", async () => {
  const { base, kept, lines, names } = await found(WHOLE);
  assertEquals(base.prefix, { file: NAME, settled: SETTLED });
  assertEquals([base.again, kept], [300, [300, 360]]);
  assertEquals([lines, names], [[], [NAME]]);
});

Deno.test("findBase keeps all rows where nothing has settled, where more is read again than has not, and where the start is earlier", async () => {
  const { settled: _, ...unsettled } = recordOf();
  const records: [SeriesRecord, again: number | undefined][] = [
    [unsettled, 300],
    [recordOf({ last: 359 }), 299],
    [recordOf({ start: 100 }), 300],
    [recordOf({ start: 100, last: undefined as unknown as number }), undefined],
  ];
  for (const [record, again] of records) {
    const { base, kept } = await found(WHOLE, record);
    assertEquals([base.prefix, base.again], [undefined, again]);
    assertEquals(kept, [100, 200, 300, 360]);
  }
});

Deno.test("findBase continues a file whose rows after what has settled are others, but whole", async () => {
  const { base, kept, lines, names } = await found(BEGINNING + line(310));
  assertEquals(base.prefix?.file, NAME);
  assertEquals([base.again, kept], [300, [310]]);
  assertEquals([lines.length, names], [1, [NAME]]);
});

Deno.test("findBase keeps a copy of a file whose rows after what has settled are damaged, and reads these again", async () => {
  const { base, kept, record, names } = await found(WHOLE.slice(0, -5));
  assertEquals(base.prefix?.file, NAME);
  assertEquals([base.again, kept], [300, undefined]);
  assertEquals(names, [NAME, `${NAME}.damaged-`]);
  assertEquals(record.files?.length, 1);
});

Deno.test("findBase puts a file aside whose beginning has changed, or of which nothing has settled, and forgets it", async () => {
  const { settled: _, ...unsettled } = recordOf();
  const table: [text: string, record: SeriesRecord][] = [
    [WHOLE.replace("100", "101"), recordOf()],
    [WHOLE.slice(0, -5), unsettled],
    [BEGINNING.slice(0, -5), recordOf()],
  ];
  for (const [text, before] of table) {
    const { base, kept, record, names } = await found(text, before);
    assertEquals([base, kept], [{}, undefined]);
    assertEquals(names, [`${NAME}.damaged-`]);
    const { files, settled, last, start } = record;
    assertEquals({ files, settled, last, start }, {
      ...{ files: undefined, settled: undefined },
      ...{ last: undefined, start: undefined },
    });
  }
});

Deno.test("findBase says that a file is gone, and forgets it", async () => {
  const { base, lines, record } = await found(undefined);
  assertEquals(base, {});
  assertEquals(lines, [`${NAME} is gone: it is read again`]);
  assertEquals(record.files, undefined);
});

Deno.test("findBase puts a file aside that this program would not have written so, though it is what it was", async () => {
  const other = "[1]\n";
  const files = [{ name: NAME, rows: 1, ...extent(other) }];
  const { base, names } = await found(other, recordOf({ files }));
  assertEquals(base, {});
  assertEquals(names, [`${NAME}.damaged-`]);
});
