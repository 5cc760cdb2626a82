import { assertEquals, assertRejects } from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import { join } from "@std/path";
import { parquetRows } from "../../../cli/export/parquet_rows.ts";
import { isIntact, StorageError } from "../../../cli/export/part.ts";
import {
  seriesOf,
  writePartition,
} from "../../../cli/export/partition_file.ts";
import { SpoolReader } from "../../../cli/export/spool.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { leadOf, row, writeSpool } from "./spooled.ts";

/** The rows of a series: its key, then second and value of each. */
type Rows = [key: string, ...rows: [second: number, value: string][]];

/** What is in a file: key, second and value. */
type Found = [key: string, second: number, value: string];

interface Place {
  directory: string;
  /** Writes the file of spools, which are in order, and reads it back. */
  write(spools: Rows[], end?: number, hasBefore?: boolean): Promise<Found[]>;
}

async function withPlace(use: (place: Place) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const path = join(directory, "day=2016-03-01", "points.parquet");
    await use({
      directory,
      async write(all, end = 100, hasBefore = false) {
        const spools: SpoolReader[] = [];
        for (const [key, ...rows] of all) {
          const spool = join(directory, `${key}.spool`);
          const lead = leadOf(key);
          await writeSpool(spool, rows.map((each) => row(lead, ...each)));
          spools.push(await SpoolReader.open(spool));
        }
        const before = hasBefore ? path : undefined;
        const draft = `${path}.partial`;
        const whole = await writePartition(draft, { before, spools, end });
        await Deno.rename(draft, path);
        assertEquals(await isIntact(path, whole), true);
        const found = (await Array.fromAsync(parquetRows(path))).flat();
        assertEquals(found.length, whole.rows);
        return found.map(({ lead, tsEpoch, cells }) => [
          seriesOf(lead!).split("\0")[1]!,
          tsEpoch!,
          cells[0]!,
        ]);
      },
    });
  });
}

Deno.test("writePartition writes series by series, each in order of time, and leaves what is later in the spools", async () => {
  await withPlace(async ({ write }) => {
    const a: Rows = ["a", [1, "1"], [5, "2"], [100, "3"]];
    const later: Rows = ["b", [200, "4"]];
    const c: Rows = ["c", [2, "5"], [2, "6"]];
    assertEquals(await write([a, later, c]), [
      ["a", 1, "1"],
      ["a", 5, "2"],
      ["c", 2, "5"],
      ["c", 2, "6"],
    ]);
  });
});

Deno.test("writePartition keeps the rows that were there, but for seconds that a spool has rows of", async () => {
  await withPlace(async ({ write }) => {
    await write([
      ["a", [1, "1"], [2, "2"], [2, "3"], [4, "4"]],
      ["c", [1, "5"], [9, "6"]],
      ["e", [3, "7"]],
    ]);
    const spools: Rows[] = [
      ["b", [7, "10"]],
      ["c", [2, "11"], [9, "12"], [9, "13"]],
      ["d", [500, "14"]],
    ];
    const first = await write(spools, 100, true);
    assertEquals(first, [
      ["a", 1, "1"],
      ["a", 2, "2"],
      ["a", 2, "3"],
      ["a", 4, "4"],
      ["b", 7, "10"],
      ["c", 1, "5"],
      ["c", 2, "11"],
      ["c", 9, "12"],
      ["c", 9, "13"],
      ["e", 3, "7"],
    ]);
    assertEquals(await write(spools, 100, true), first, "the same once more");
  });
});

Deno.test("writePartition keeps the more of rows without a time", async () => {
  await withPlace(async ({ write }) => {
    await write([["a", [NaN, "1"], [7, "2"], [NaN, "3"]]], NaN);
    const less: Rows[] = [["a", [NaN, "4"]], ["b", [NaN, "5"]]];
    assertEquals(await write(less, NaN, true), [
      ["a", NaN, "1"],
      ["a", NaN, "3"],
      ["b", NaN, "5"],
    ]);
    const more: Rows[] = [["a", [NaN, "6"], [NaN, "7"]], ["c", [1, "8"]]];
    assertEquals(await write(more, NaN, true), [
      ["a", NaN, "6"],
      ["a", NaN, "7"],
      ["b", NaN, "5"],
    ]);
  });
});

Deno.test("writePartition gives the same file, however many runs the rows came in", async () => {
  const key = fc.constantFrom("a", "b", "c", "d");
  const point = fc.tuple(key, fc.nat(30), fc.nat(9).map(String));
  const runs = fc.array(fc.array(point, { minLength: 1 }), { minLength: 1 });
  const inOrder = (points: Map<string, Map<number, string>>): Rows[] =>
    [...points].sort(([one], [other]) => one < other ? -1 : 1)
      .map(([key, rows]) => [key, ...[...rows].sort(([a], [b]) => a - b)]);
  await fc.assert(
    fc.asyncProperty(runs, async (runs) => {
      const all = new Map<string, Map<number, string>>();
      await withPlace(async ({ write }) => {
        let found: Found[] = [];
        for (const [n, run] of runs.entries()) {
          const now = new Map<string, Map<number, string>>();
          for (const [key, second, value] of run) {
            for (const points of [now, all]) {
              if (!points.has(key)) points.set(key, new Map());
              points.get(key)!.set(second, value);
            }
          }
          found = await write(inOrder(now), 100, n > 0);
        }
        assertEquals(
          found,
          inOrder(all).flatMap(([key, ...rows]) =>
            rows.map((each): Found => [key, ...each])
          ),
        );
      });
    }),
    { numRuns: 25 },
  );
});

Deno.test("writePartition leaves nothing where it cannot write, and says what is in the way", async () => {
  await withPlace(async ({ directory, write }) => {
    const folder = join(directory, "day=2016-03-01");
    await Deno.writeTextFile(folder, "");
    const refused = () => write([["a", [1, "1"]]]);
    await assertRejects(refused, StorageError, folder);
    await Deno.remove(folder);
    const inTheWay = join(folder, "points.parquet.partial");
    await Deno.mkdir(inTheWay, { recursive: true });
    await assertRejects(refused, StorageError, `cannot write ${inTheWay}: `);
  });
});
