import { assertEquals } from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import { join } from "@std/path";
import { readSpool, SpoolOutput } from "../../../cli/export/spool.ts";
import type { Row } from "../../../cli/output/rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { Pieces } from "../output/sinks.ts";

const LEAD = { columns: ["source"], cells: ['"192.0.2.1"'] };
const COLUMNS = ["timestamp", "value"];

function row(tsEpoch: number, ...cells: string[]): Row {
  return { lead: LEAD, columns: COLUMNS, cells, tsEpoch };
}

/**
 * The rows as they come out of a spool that they were written to; `rest` stands
 * after them.
 */
async function through(rows: Row[], rest = ""): Promise<Row[]> {
  const read: Row[] = [];
  await withDirectory(async (directory) => {
    const path = join(directory, "a.spool");
    const pieces = new Pieces();
    const output = new SpoolOutput(pieces);
    for (const each of rows) await output.write(each);
    await output.end();
    await Deno.writeTextFile(path, pieces.text + rest);
    for await (const lines of readSpool(path, LEAD, COLUMNS)) {
      read.push(...lines);
    }
  });
  return read;
}

Deno.test("a spool gives rows back as they were", async () => {
  const rows = [
    row(1456790400, '"2016-03-01 00:00:00"', "7016320000.0"),
    row(1456790400, '"2016-03-01 00:00:00"', "123456789012345678901234567890"),
    row(-62135596800, "null", "1e-07"),
    row(253402300799, '"9999-12-31 23:59:59.999999"', '"[1,2]\\n\\"],["'),
    row(0, "null", '{"a": [1, {"b": null}], "c": "ü€😀\\ud800"}'),
    row(NaN, "null", "null"),
    row(-1, '"x"', "[]"),
    row(1, '"x"', '"\u2028\u2029\u0085\\r\\n"'),
  ];
  assertEquals(await through(rows), rows);
  assertEquals(await through([]), []);
});

Deno.test("a spool gives rows without a time, and without a lead, those of the series", async () => {
  const [read] = await through([{ columns: COLUMNS, cells: ["null", "1"] }]);
  assertEquals(read, row(NaN, "null", "1"));
});

Deno.test("a spool keeps values that an archive has broken into lines", async () => {
  const rows = [
    row(1, '"x"', '{\n  "a": 1,\r\n  "b": [\n1,\t2]\n}'),
    row(2, '"x"', "2"),
  ];
  const values = (all: Row[]) =>
    all.map(({ tsEpoch, cells }) => [tsEpoch, JSON.parse(cells[1]!)]);
  assertEquals(values(await through(rows)), values(rows));
});

Deno.test("a spool gives no line that was not written to its end", async () => {
  const rows = [row(1, '"x"', "1")];
  assertEquals(await through(rows, "[2,"), rows);
});

Deno.test("a spool of many rows is read piece by piece, and none is cut", async () => {
  const rows = Array.from(
    { length: 5000 },
    (_, n) => row(n, '"€"', JSON.stringify("ü€😀".repeat(n % 97))),
  );
  assertEquals(await through(rows), rows);
});

Deno.test("a spool gives back whatever JSON it is given", async () => {
  const cells = fc.tuple(fc.json(), fc.json({ stringUnit: "binary" }));
  const rows = fc.array(
    fc.tuple(fc.integer(), cells).map(([ts, cells]) => row(ts, ...cells)),
  );
  await fc.assert(
    fc.asyncProperty(rows, async (rows) => {
      assertEquals(await through(rows), rows);
    }),
    { numRuns: 50 },
  );
});
