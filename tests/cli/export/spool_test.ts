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
import { type ParquetValue, valueOf } from "../../../cli/output/parquet.ts";
import type { Lead, Row } from "../../../client/rows.ts";
import { withDirectory } from "../../helpers/directory.ts";
import { Bytes } from "../output/sinks.ts";
import { leadOf, row as rowOf, spoolOf, writeSpool } from "./spooled.ts";

const LEAD = leadOf("f00");

const ENCODER = new TextEncoder();

function row(tsEpoch: number, value?: string): Row {
  return rowOf(LEAD, tsEpoch, value);
}

/** Runs `use` with a spool of these rows, after which `rest` stands. */
async function withSpool(
  rows: Row[],
  use: (path: string) => Promise<void>,
  rest: Uint8Array = new Uint8Array(),
): Promise<void> {
  await withDirectory(async (directory) => {
    const path = join(directory, "a.spool");
    await writeSpool(path, rows);
    await Deno.writeFile(path, rest, { append: true });
    await use(path);
  });
}

/** What is to be found of a row: its lead, its time, and its columns. */
type Found = [lead: Lead, tsEpoch: number, value: ParquetValue];

function wanted(rows: Row[]): Found[] {
  return rows.map((
    { lead, tsEpoch, cells },
  ) => [lead!, tsEpoch!, valueOf(cells[0]!)]);
}

/** The rows that were read; what is read next overwrites them. */
function rowsOf({ lead, rows }: Spooled): Found[] {
  return Array.from(rows.seconds, (tsEpoch, at) => {
    const number = rows.numbers[at]!;
    const value = Number.isNaN(number)
      ? valueOf(rows.text(at))
      : { number, json: null };
    return [lead, tsEpoch, value];
  });
}

async function allRows(blocks: AsyncIterable<Spooled>): Promise<Found[]> {
  const rows: Found[] = [];
  for await (const block of blocks) rows.push(...rowsOf(block));
  return rows;
}

/** The rows as they come out of a spool that they were written to. */
async function through(
  rows: Row[],
  rest?: Uint8Array<ArrayBuffer>,
): Promise<Found[]> {
  let read: Found[] = [];
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
  assertEquals(await through(rows), wanted(rows));
  assertEquals(await through([]), []);
});

Deno.test("a spool keeps values that an archive has broken into lines", async () => {
  const broken = '{\n  "a": 1,\r\n  "b": [\n1,\t2]\n}';
  const rows = [row(1, broken), row(2, "2")];
  const inOneLine = '{   "a": 1,   "b": [ 1,\t2] }';
  assertEquals(
    await through(rows),
    wanted([row(1, inOneLine), row(2, "2")]),
  );
});

Deno.test("a spool gives nothing of a block that was not written to its end", async () => {
  const rows = [row(1, "1")];
  const more = await spoolOf([row(2, "2"), row(3, "null")], true);
  for (let length = 1; length < more.length; length++) {
    const found = await through(rows, more.slice(0, length));
    assertEquals(found, wanted(rows), `${length}`);
  }
});

Deno.test("a spool that is continued says once what its rows begin with", async () => {
  const more = (await spoolOf([row(2)], true)).slice();
  assertEquals(await through([row(1)], more), wanted([row(1), row(2)]));
});

Deno.test("few rows are written nowhere until that is asked for, and can be read all the same", async () => {
  await withDirectory(async (directory) => {
    const path = join(directory, "a.spool");
    const rows = Array.from(
      { length: 2000 },
      (_, n) => row(n, n % 7 ? undefined : "[]"),
    );
    const bytes = new Bytes();
    const output = new SpoolOutput(bytes, LEAD);
    for (const each of rows) await output.write(each);
    for (let again = 0; again < 2; again++) {
      assertEquals(await allRows(output.rows(path)), wanted(rows));
    }
    assertEquals(bytes.length, 0);
    await output.flush();
    await Deno.writeFile(path, bytes.bytes);
    assertEquals(await allRows(output.rows(path)), wanted(rows));
    output.release();
  });
});

Deno.test("rows that are left when their output is given up are not among the next ones", async () => {
  const output = new SpoolOutput(new Bytes(), LEAD);
  await output.write(row(1, '"left"'));
  output.release();
  const next = new SpoolOutput(new Bytes(), LEAD);
  await next.write(row(2, "2"));
  assertEquals(await allRows(next.rows("")), wanted([row(2, "2")]));
  next.release();
});

Deno.test("a spool keeps values that are longer than what is kept in memory", async () => {
  const long = JSON.stringify("x".repeat(3 << 20));
  const rows = [row(1, "1"), row(2, long), row(3, "3"), row(4, long)];
  assertEquals(await through(rows), wanted(rows));
});

Deno.test("points as bytes make the same columns as rows of text", async () => {
  const text = fc.oneof(
    fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?$/),
    fc.stringMatching(/^-?[1-9]\d{0,5}\.\d{1,3}$/),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.json({ stringUnit: "binary" }),
    fc.constantFrom("-0", "-0.0", "0", "null", "1e3", "NaN"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(text), async (texts) => {
      const rows = texts.map((text, at) => row(at, text));
      const bytes = ENCODER.encode(texts.join("\n"));
      const spans: number[] = [];
      for (const text of texts) {
        const begin = spans.length > 0 ? spans.at(-1)! + 1 : 0;
        spans.push(begin, begin + ENCODER.encode(text).length);
      }
      const seconds = Float64Array.from(rows, ({ tsEpoch }) => tsEpoch!);
      const points = { bytes, seconds, spans: Uint32Array.from(spans) };
      const output = new SpoolOutput(new Bytes(), LEAD);
      const half = texts.length >> 1;
      await output.writeBytes(points, 0, half);
      await output.writeBytes(points, half, texts.length);
      assertEquals(await allRows(output.rows("")), wanted(rows));
      output.release();
    }),
    { numRuns: 100, seed: 2016 },
  );
});

Deno.test("a spool of many rows is read piece by piece, and none is cut", async () => {
  const rows = Array.from(
    { length: 5000 },
    (_, n) => row(n, JSON.stringify("ü€😀".repeat(n % 997))),
  );
  assertEquals(await through(rows), wanted(rows));
});

Deno.test("a spool gives back whatever JSON it is given", async () => {
  const value = fc.oneof(fc.json(), fc.json({ stringUnit: "binary" }));
  const rows = fc.array(
    fc.tuple(fc.integer(), value).map(([ts, value]) => row(ts, value)),
  );
  await fc.assert(
    fc.asyncProperty(rows, async (rows) => {
      assertEquals(await through(rows), wanted(rows));
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
      return rows.map(([, tsEpoch]) => tsEpoch);
    };
    assertEquals([spool.second, await upTo(10)], [10, []]);
    assertEquals([await upTo(11), spool.second], [[10, 10], 11]);
    assertEquals([await upTo(11), spool.second], [[], 11]);
    assertEquals([await upTo(21), spool.second], [[11, 20], 30]);
    assertEquals([await upTo(Infinity), spool.second], [[30], Infinity]);
    assertEquals([await upTo(Infinity), spool.timeless], [[], 3]);
    const all = await allRows(spool.rows());
    assertEquals(all.map(([, tsEpoch]) => tsEpoch), times);
  });
});

Deno.test("SpoolReader finds seconds that are not just digits", async () => {
  const times = [-1e300, -62135596800, -1, 0, 7, 253402127999];
  await withSpool(times.map((ts) => row(ts)), async (path) => {
    const spool = await SpoolReader.open(path);
    for (const [at, second] of times.entries()) {
      assertEquals(spool.second, second);
      const rows = await allRows(spool.rowsBefore(times[at + 1] ?? Infinity));
      assertEquals(rows, wanted([row(second)]));
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
    const found: Found[] = [];
    for (let second = 0; spool.second < Infinity; second += 1201) {
      found.push(...await allRows(spool.rowsBefore(second)));
    }
    assertEquals(found, wanted(rows));
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
