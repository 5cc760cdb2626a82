import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { writeParquet } from "../../../cli/export/parquet_file.ts";
import {
  hasOtherColumns,
  parquetRows,
} from "../../../cli/export/parquet_rows.ts";
import { NotWholeError } from "../../../cli/export/printed.ts";
import { readSpool } from "../../../cli/export/spool.ts";
import type { Row } from "../../../client/rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { olderParquet } from "../../packages/older_parquet.ts";
import { leadOf, row, writeSpool } from "./spooled.ts";

const LEAD = leadOf("f00");

/** Runs `use` with a Parquet file of these rows. */
async function withFile(
  rows: Row[],
  use: (path: string) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const path = join(directory, "a.parquet");
    await writeSpool(join(directory, "a.spool"), rows);
    await writeParquet(readSpool(join(directory, "a.spool")), path);
    await use(path);
  });
}

async function read(path: string): Promise<Row[]> {
  return (await Array.fromAsync(parquetRows(path))).flat();
}

Deno.test("parquetRows gives back times, and values that make the same columns again", async () => {
  const values: [tsEpoch: number, value: string, again?: string][] = [
    [1456790400, "1.5"],
    [1456790401, "null"],
    [1456790402, '"n/a"'],
    [1456790403, "5.0", "5"],
    [1456790404, "-0.0"],
    [1456790405, "9007199254740993"],
    [1456790406, '[1, {"a": 2.50}]'],
    [NaN, '"7"'],
  ];
  const rows = values.map(([ts, value]) => row(LEAD, ts, value));
  await withFile(rows, async (path) => {
    const found = await read(path);
    assertEquals(
      found.map(({ cells, tsEpoch }) => [tsEpoch, ...cells]),
      values.map(([ts, value, again = value]) => [ts, again]),
    );
    const cells = LEAD.cells.map((cell) => cell === "null" ? '""' : cell);
    assertEquals(found[0]!.lead, { columns: LEAD.columns, cells });
    assert(found.every(({ lead }) => lead === found[0]!.lead));
  });
});

Deno.test("parquetRows reads group by group", async () => {
  const rows = Array.from({ length: 20_000 }, (_, n) => row(LEAD, n, `${n}`));
  await withFile(rows, async (path) => {
    const groups = await Array.fromAsync(parquetRows(path));
    assertEquals(groups.map(({ length }) => length), [16_384, 3616]);
    assertEquals(groups.flat().map(({ tsEpoch }) => tsEpoch).at(-1), 19_999);
  });
});

Deno.test("parquetRows refuses a file that is cut off, none at all, and one with other columns", async () => {
  await withFile([row(LEAD, 1456790400)], async (path) => {
    const bytes = await Deno.readFile(path);
    assertEquals(await hasOtherColumns(path), false);
    for (const size of [0, 3, bytes.length >> 1, bytes.length - 1]) {
      await Deno.writeFile(path, bytes.subarray(0, size));
      assertEquals(await hasOtherColumns(path), false);
      const { message } = await assertRejects(() => read(path), NotWholeError);
      assertEquals(message.startsWith(`${path}: `), true, message);
    }
    await Deno.writeFile(path, olderParquet());
    assertEquals(await hasOtherColumns(path), true);
    await assertRejects(() => read(path), NotWholeError, "other columns");
  });
});
