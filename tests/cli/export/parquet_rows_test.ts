import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { KeptRow } from "../../../cli/export/kept.ts";
import { writeParquet } from "../../../cli/export/parquet_files.ts";
import { parquetRows } from "../../../cli/export/parquet_rows.ts";
import { NotWholeError } from "../../../cli/export/printed.ts";
import { SpoolOutput } from "../../../cli/export/spool.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import { SeriesRows, typesOf } from "../../../cli/output/rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { Pieces } from "../output/sinks.ts";
import { BARE } from "../output/bare.ts";

type Cells = [tsEpoch: number, cells: string[]];

/** The rows of such a series. */
function rowsOf(eventType: string): Promise<SeriesRows> {
  return SeriesRows.create(
    { ...BARE, source: "192.0.2.1", tool: '"iperf3"' },
    { eventType, summaryWindow: 0 },
    new Hostnames({ keepAddresses: true }),
  );
}

/** Runs `use` with a Parquet file of these rows. */
async function withFile(
  eventType: string,
  written: Cells[],
  use: (path: string, rows: SeriesRows) => Promise<void>,
): Promise<void> {
  const rows = await rowsOf(eventType);
  await withDirectory(async (directory) => {
    const spool = join(directory, "a.spool");
    const pieces = new Pieces();
    const output = new SpoolOutput(pieces);
    for (const [tsEpoch, cells] of written) {
      await output.write({ columns: rows.columns, cells, tsEpoch });
    }
    await Deno.writeTextFile(spool, pieces.text);
    await writeParquet(spool, {
      ...{ directory, partition: undefined, rows },
      ...{ types: typesOf({ eventType, summaryWindow: 0 }) },
      nameOf: () => "a.parquet",
    });
    await use(join(directory, "a.parquet"), rows);
  });
}

async function read(
  path: string,
  rows: SeriesRows,
  eventType = "throughput",
): Promise<KeptRow[]> {
  const types = typesOf({ eventType, summaryWindow: 0 });
  return await Array.fromAsync(parquetRows(path, rows, types));
}

Deno.test("parquetRows gives back times, numbers, and what was in no column of its type", async () => {
  const cells: [tsEpoch: number, value: string][] = [
    [1456790400, "1.5"],
    [1456790401, "null"],
    [1456790402, '"n/a"'],
    [1456790403, "5"],
    [NaN, "7"],
  ];
  const written = cells.map(([ts, value]): Cells => [ts, ['"a time"', value]]);
  await withFile("throughput", written, async (path, rows) => {
    const found = await read(path, rows);
    assertEquals(found.map(({ second }) => second), cells.map(([ts]) => ts));
    const at = rows.columns.indexOf("value");
    assertEquals(
      found.map(({ row }) => row!.cells[at]),
      ["1.5", "null", '"n/a"', "5", "7"],
    );
    for (const { row, second } of found) {
      assertEquals([row!.lead, row!.tsEpoch], [rows.lead, second]);
      assertEquals(row!.columns, rows.columns);
    }
  });
});

Deno.test("parquetRows refuses a file that is cut off, none at all, and one with other columns", async () => {
  const written: Cells[] = [[1456790400, ['"a time"', "1.5"]]];
  await withFile("throughput", written, async (path, rows) => {
    await assertRejects(
      async () => await read(path, await rowsOf("failures"), "failures"),
      NotWholeError,
      "it has other columns",
    );
    const bytes = await Deno.readFile(path);
    for (const size of [0, 3, bytes.length >> 1, bytes.length - 1]) {
      await Deno.writeFile(path, bytes.subarray(0, size));
      const { message } = await assertRejects(
        () => read(path, rows),
        NotWholeError,
      );
      assertEquals(message.startsWith(`${path}: `), true, message);
    }
  });
});
