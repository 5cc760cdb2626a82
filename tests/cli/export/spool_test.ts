import { assertEquals, assertRejects } from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import { join } from "@std/path";
import { StorageError } from "../../../cli/export/part.ts";
import {
  readSpool,
  type Spooled,
  SpoolOutput,
  SpoolReader,
} from "../../../cli/export/spool.ts";
import type { Row } from "../../../client/rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { Pieces } from "../output/sinks.ts";
import { leadOf, row as rowOf, writeSpool } from "./spooled.ts";

const LEAD = leadOf("f00");

function row(tsEpoch: number, value?: string): Row {
  return rowOf(LEAD, tsEpoch, value);
}

/** Runs `use` with a spool of these rows, after which `rest` stands. */
async function withSpool(
  rows: Row[],
  use: (path: string) => Promise<void>,
  rest = "",
): Promise<void> {
  await withDirectory(async (directory) => {
    const path = join(directory, "a.spool");
    await writeSpool(path, rows);
    await Deno.writeTextFile(path, rest, { append: true });
    await use(path);
  });
}

/** The rows that were read; what is read next overwrites the bytes. */
function rowsOf({ lead, bytes, seconds, spans }: Spooled): Row[] {
  return Array.from(seconds, (tsEpoch, at) => ({
    lead,
    columns: ["value"],
    cells: [
      new TextDecoder().decode(
        bytes.subarray(spans[2 * at], spans[2 * at + 1]),
      ),
    ],
    tsEpoch,
  }));
}

async function allRows(blocks: AsyncIterable<Spooled>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const block of blocks) rows.push(...rowsOf(block));
  return rows;
}

/** The rows as they come out of a spool that they were written to. */
async function through(rows: Row[], rest = ""): Promise<Row[]> {
  let read: Row[] = [];
  await withSpool(rows, async (path) => {
    read = await allRows(readSpool(path));
  }, rest);
  return read;
}

Deno.test("a spool gives rows back as they were", async () => {
  const rows = [
    row(1456790400, "7016320000.0"),
    row(1456790400, "123456789012345678901234567890"),
    row(-62135596800, "1e-07"),
    row(253402300799, '"[1,2]\\n\\"],["'),
    row(0, '{"a": [1, {"b": null}], "c": "ü€😀\\ud800"}'),
    row(NaN, "null"),
    row(-1, "[]"),
    row(1, '"\u2028\u2029\u0085\\r\\n"'),
  ];
  assertEquals(await through(rows), rows);
  assertEquals(await through([]), []);
});

Deno.test("a spool keeps values that an archive has broken into lines", async () => {
  const rows = [row(1, '{\n  "a": 1,\r\n  "b": [\n1,\t2]\n}'), row(2, "2")];
  const values = (all: Row[]) =>
    all.map(({ tsEpoch, cells }) => [tsEpoch, JSON.parse(cells[0]!)]);
  assertEquals(values(await through(rows)), values(rows));
});

Deno.test("a spool gives no line that was not written to its end", async () => {
  const rows = [row(1, "1")];
  assertEquals(await through(rows, "[2,"), rows);
});

Deno.test("a spool that is continued says once what its rows begin with", async () => {
  const pieces = new Pieces();
  await new SpoolOutput(pieces, true).write(row(2));
  const rows = await through([row(1)], pieces.text);
  assertEquals(rows, [row(1), row(2)]);
});

Deno.test("a spool of many rows is read piece by piece, and none is cut", async () => {
  const rows = Array.from(
    { length: 5000 },
    (_, n) => row(n, JSON.stringify("ü€😀".repeat(n % 997))),
  );
  assertEquals(await through(rows), rows);
});

Deno.test("a spool gives back whatever JSON it is given", async () => {
  const value = fc.oneof(fc.json(), fc.json({ stringUnit: "binary" }));
  const rows = fc.array(
    fc.tuple(fc.integer(), value).map(([ts, value]) => row(ts, value)),
  );
  await fc.assert(
    fc.asyncProperty(rows, async (rows) => {
      assertEquals(await through(rows), rows);
    }),
    { numRuns: 50 },
  );
});

Deno.test("SpoolReader reads from second to second, and counts rows without a time", async () => {
  const times = [NaN, 10, 10, 11, NaN, 20, 30, NaN];
  await withSpool(times.map((ts) => row(ts, "1")), async (path) => {
    const spool = await SpoolReader.open(path);
    assertEquals(spool.lead, LEAD);
    const upTo = async (second: number) => {
      const rows = await allRows(spool.rowsBefore(second));
      return rows.map(({ tsEpoch }) => tsEpoch);
    };
    assertEquals([spool.second, await upTo(10)], [10, []]);
    assertEquals([await upTo(11), spool.second], [[10, 10], 11]);
    assertEquals([await upTo(11), spool.second], [[], 11]);
    assertEquals([await upTo(21), spool.second], [[11, 20], 30]);
    assertEquals([await upTo(Infinity), spool.second], [[30], Infinity]);
    assertEquals([await upTo(Infinity), spool.timeless], [[], 3]);
    const all = await allRows(spool.rows());
    assertEquals(all.map(({ tsEpoch }) => tsEpoch), times);
  });
});

Deno.test("SpoolReader finds seconds that are not just digits", async () => {
  const times = [-1e300, -62135596800, -1, 0, 7, 253402127999];
  await withSpool(times.map((ts) => row(ts)), async (path) => {
    const spool = await SpoolReader.open(path);
    for (const [at, second] of times.entries()) {
      assertEquals(spool.second, second);
      const rows = await allRows(spool.rowsBefore(times[at + 1] ?? Infinity));
      assertEquals(rows, [row(second)]);
    }
    assertEquals(spool.second, Infinity);
  });
});

Deno.test("SpoolReader finds every row once, wherever blocks and days end", async () => {
  const rows = Array.from(
    { length: 9000 },
    (_, n) => row(n * 7, JSON.stringify("ü€😀".repeat(n % 13))),
  );
  await withSpool(rows, async (path) => {
    const spool = await SpoolReader.open(path);
    const found: Row[] = [];
    for (let second = 0; spool.second < Infinity; second += 1201) {
      found.push(...await allRows(spool.rowsBefore(second)));
    }
    assertEquals(found, rows);
  });
});

Deno.test("SpoolReader says so when a spool has vanished, or has nothing in it", async () => {
  await withSpool([], async (path) => {
    await assertRejects(() => SpoolReader.open(path), StorageError, "no rows");
    await Deno.remove(path);
    const { message } = await assertRejects(
      () => SpoolReader.open(path),
      StorageError,
    );
    assertEquals(message.startsWith(`cannot read ${path}: `), true, message);
  });
});
