import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { writeParquet } from "../../../cli/export/parquet_file.ts";
import { parquetRows } from "../../../cli/export/parquet_rows.ts";
import { isIntact, StorageError } from "../../../cli/export/part.ts";
import { readSpool } from "../../../cli/export/spool.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { leadOf, row, writeSpool } from "./spooled.ts";

const LEAD = leadOf("f00");

Deno.test("writeParquet writes the rows of a spool in their order, wherever rows without a time stand", async () => {
  await withDirectory(async (directory) => {
    const spool = join(directory, "a.spool");
    const path = join(directory, "a.parquet.partial");
    const times = [NaN, 1, 1, NaN, 86_400 * 40, NaN];
    await writeSpool(spool, times.map((ts, n) => row(LEAD, ts, `${n}`)));
    const whole = await writeParquet(readSpool(spool), path);
    assertEquals(whole.rows, times.length);
    assertEquals(await isIntact(path, whole), true);
    const rows = (await Array.fromAsync(parquetRows(path))).flat();
    assertEquals(
      rows.map(({ tsEpoch, cells }) => [tsEpoch, cells[0]]),
      times.map((ts, n) => [ts, `${n}`]),
    );
  });
});

Deno.test("writeParquet leaves nothing when a file cannot be written, or its spool not be read", async () => {
  await withDirectory(async (directory) => {
    const spool = join(directory, "a.spool");
    const path = join(directory, "a.parquet.partial");
    const refused = () =>
      assertRejects(() => writeParquet(readSpool(spool), path), StorageError);
    await refused();
    assertEquals([...Deno.readDirSync(directory)], []);
    await writeSpool(spool, [row(LEAD, 1)]);
    await Deno.mkdir(path);
    const { message } = await refused();
    assertEquals(message.startsWith(`cannot write ${path}: `), true, message);
  });
});
