import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { parquetReadObjects } from "../../packages/hyparquet.ts";
import { writeParquet } from "../../../cli/export/parquet_files.ts";
import { isIntact, StorageError } from "../../../cli/export/part.ts";
import type { Partition } from "../../../cli/names.ts";
import { SpoolOutput } from "../../../cli/export/spool.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import { SeriesRows, typesOf } from "../../../cli/output/rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { Pieces } from "../output/sinks.ts";
import { BARE } from "../output/bare.ts";

const REQUEST = { eventType: "throughput", summaryWindow: 0 };
const NO_TIME = "__HIVE_DEFAULT_PARTITION__";

function at(time: string): number {
  return Date.parse(time) / 1000;
}

/** Around the end of a month, and of a year, with gaps. */
const TIMES = [
  ...["2015-12-30T12:00:00Z", "2015-12-31T23:59:59Z", "2016-01-01T00:00:00Z"],
  ...["2016-01-01T00:00:01Z", "2016-01-31T23:59:59Z", "2016-03-01T00:00:00Z"],
].map(at);

/**
 * A directory with a spool of rows of these seconds in it, and what makes files
 * of that.
 */
interface Place {
  directory: string;
  write(partition?: Partition): ReturnType<typeof writeParquet>;
}

async function withSpool(
  times: number[],
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const rows = await SeriesRows.create(
    { ...BARE, source: "192.0.2.1", tool: '"iperf3"' },
    REQUEST,
    new Hostnames({ keepAddresses: true }),
  );
  await withDirectory(async (place) => {
    const directory = join(place, "out");
    const spool = join(place, "a.spool");
    await Deno.mkdir(directory);
    const pieces = new Pieces();
    const output = new SpoolOutput(pieces);
    for (const [n, tsEpoch] of times.entries()) {
      const cells = ['"a time"', `${n}.5`];
      await output.write({ columns: rows.columns, cells, tsEpoch });
    }
    await Deno.writeTextFile(spool, pieces.text);
    const write = (partition?: Partition) =>
      writeParquet(spool, {
        directory,
        partition,
        rows,
        types: typesOf(REQUEST),
        nameOf: (folder) => folder === "" ? "a.parquet" : `${folder}/a.parquet`,
      });
    await use({ directory, write });
  });
}

/** Every file, with time and value of its rows. */
async function readAll(
  directory: string,
  below = "",
): Promise<Record<string, [number, number][]>> {
  const found: Record<string, [number, number][]> = {};
  for (const entry of Deno.readDirSync(join(directory, below))) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory) Object.assign(found, await readAll(directory, name));
    else {
      const { buffer } = Deno.readFileSync(join(directory, name));
      const rows = await parquetReadObjects({ file: buffer });
      found[name] = rows.map(({ timestamp, value, source }) => {
        assertEquals(source, "192.0.2.1");
        return [timestamp ? Number(timestamp) / 1000 : NaN, value];
      });
    }
  }
  return found;
}

/**
 * What has to be in the files: times and values, by the folder that a second
 * belongs to.
 */
function wanted(
  times: number[],
  folderOf: (second: number) => string,
): Record<string, [number, number][]> {
  const files: Record<string, [number, number][]> = {};
  for (const [n, second] of times.entries()) {
    const folder = folderOf(second);
    const name = folder === "" ? "a.parquet" : `${folder}/a.parquet`;
    (files[name] ??= []).push([second, n + 0.5]);
  }
  return files;
}

const FOLDERS: [Partition | undefined, (second: number) => string][] = [
  [undefined, () => ""],
  ["day", (second) => `day=${dateOf(second, 10)}`],
  ["month", (second) => `month=${dateOf(second, 7)}`],
];

function dateOf(second: number, length: number): string {
  return Number.isNaN(second)
    ? NO_TIME
    : new Date(second * 1000).toJSON().slice(0, length);
}

for (const [partition, folderOf] of FOLDERS) {
  Deno.test(`writeParquet writes the rows of a spool to ${partition ? `a file for each ${partition}` : "one file"}`, async () => {
    await withSpool(TIMES, async ({ directory, write }) => {
      for (let time = 0; time < 2; time++) {
        const files = await write(partition);
        const expected = wanted(TIMES, folderOf);
        assertEquals(await readAll(directory), expected);
        assertEquals(
          files.map(({ name, rows }) => [name, rows]),
          Object.entries(expected).map(([name, rows]) => [name, rows.length]),
        );
        for (const file of files) {
          assert(await isIntact(join(directory, file.name), file), file.name);
        }
      }
    });
  });

  Deno.test(`writeParquet loses no row without a time, wherever it stands, by ${partition ?? "nothing"}`, async () => {
    const [one, , two, three] = TIMES as [number, number, number, number];
    const times = [NaN, one, NaN, NaN, one + 1, two, NaN, three, NaN];
    await withSpool(times, async ({ directory, write }) => {
      const files = await write(partition);
      const expected = wanted(times, folderOf);
      assertEquals(await readAll(directory), expected);
      assertEquals(
        files.map(({ name }) => name).sort(),
        Object.keys(expected).sort(),
      );
      for (const file of files) {
        assert(await isIntact(join(directory, file.name), file), file.name);
      }
    });
  });
}

Deno.test("writeParquet writes nothing for no rows", async () => {
  await withSpool([], async ({ directory, write }) => {
    for (const partition of ["day", undefined] as const) {
      assertEquals(await write(partition), []);
      assertEquals([...Deno.readDirSync(directory)], []);
    }
  });
});

Deno.test("writeParquet leaves no draft when a file cannot be written, and those before it are whole", async () => {
  await withSpool(TIMES, async ({ directory, write }) => {
    const inTheWay = join(directory, "month=2016-01");
    await Deno.writeTextFile(inTheWay, "");
    await assertRejects(() => write("month"), StorageError, "month=2016-01");
    await Deno.remove(inTheWay);
    const inItsPlace = join(inTheWay, "a.parquet");
    await Deno.mkdir(inItsPlace, { recursive: true });
    const { message } = await assertRejects(() => write("month"), StorageError);
    assert(message.startsWith(`cannot write ${inItsPlace}: `), message);
    await Deno.remove(inItsPlace);
    assertEquals(
      await readAll(directory),
      wanted(TIMES.slice(0, 2), (second) => `month=${dateOf(second, 7)}`),
    );
    await write("month");
    assertEquals(Object.keys(await readAll(directory)).length, 3);
  });
});
