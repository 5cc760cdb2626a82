import { assert, assertEquals, assertRejects } from "@std/assert";
import { fc } from "../../packages/fast_check.ts";
import {
  parquetMetadata,
  parquetReadObjects,
} from "../../packages/hyparquet.ts";
import {
  PARQUET_COLUMNS,
  ParquetOutput,
  textOf,
  valueOf,
} from "../../../cli/output/parquet.ts";
import { IDENTITY_COLUMNS } from "../../../cli/output/rows.ts";
import type { Lead, Row } from "../../../client/rows.ts";
import { Bytes } from "./sinks.ts";

const TS = 1456790400;

/** A series of a test without a destination and a measurement agent. */
const LEAD: Lead = {
  columns: IDENTITY_COLUMNS,
  cells: [
    ...['"http://192.0.2.9/"', '"f00"', '"192.0.2.10"', "null", "null"],
    ...['"iperf3"', '"throughput"', '"average"', "86400"],
  ],
};

/** A row of that series. */
function row(value: string, tsEpoch = TS, lead = LEAD): Row {
  return { lead, columns: ["value"], cells: [value], tsEpoch };
}

async function file(
  rows: Iterable<Row>,
  bytes = new Bytes(),
): Promise<Uint8Array<ArrayBuffer>> {
  const output = new ParquetOutput(bytes);
  for (const row of rows) await output.write(row);
  await output.end();
  return bytes.bytes;
}

async function read(bytes: Uint8Array<ArrayBuffer>) {
  return await parquetReadObjects({ file: bytes.buffer });
}

/** What is in the two columns of values. */
async function kept(cells: string[]): Promise<[unknown, unknown][]> {
  const rows = await read(await file(cells.map((cell) => row(cell))));
  return rows.map(({ value, value_json }) => [value, value_json]);
}

/** Name, types and number of the columns, as a reader finds them. */
function schema(bytes: Uint8Array<ArrayBuffer>): string[] {
  return parquetMetadata(bytes.buffer).schema.slice(1).map((element) =>
    [
      element.name,
      element.repetition_type,
      element.type,
      element.converted_type,
      element.logical_type && JSON.stringify(element.logical_type),
    ].join(" ").trim()
  );
}

Deno.test("ParquetOutput has the same columns whatever comes, and keys that are never null", async () => {
  const text = (name: string) =>
    `${name} REQUIRED BYTE_ARRAY UTF8 {"type":"STRING"}`;
  const columns = [
    ...["archive", "metadata_key", "source", "destination"].map(text),
    ...["measurement_agent", "tool", "event_type", "summary_type"].map(text),
    "summary_window REQUIRED INT32",
    "timestamp OPTIONAL INT64 TIMESTAMP_MILLIS " +
    '{"type":"TIMESTAMP","isAdjustedToUTC":true,"unit":"MILLIS"}',
    "value OPTIONAL DOUBLE",
    'value_json OPTIONAL BYTE_ARRAY UTF8 {"type":"STRING"}',
  ];
  assertEquals(columns.map((each) => each.split(" ")[0]), [...PARQUET_COLUMNS]);
  for (const cells of [[], ["null"], ["1.5"], ['"text"'], ["[1]"]]) {
    const bytes = await file(cells.map((cell) => row(cell)));
    assertEquals(schema(bytes), columns);
  }
  assertEquals(await read(await file([row("1.5")])), [{
    archive: "http://192.0.2.9/",
    metadata_key: "f00",
    source: "192.0.2.10",
    destination: "",
    measurement_agent: "",
    tool: "iperf3",
    event_type: "throughput",
    summary_type: "average",
    summary_window: 86400,
    timestamp: new Date(TS * 1000),
    value: 1.5,
    value_json: null,
  }]);
});

Deno.test("ParquetOutput writes what identifies a series as text, whatever an archive sends there", async () => {
  const cells = [...LEAD.cells];
  cells.splice(0, 4, '"é\\n\\ud83d\\ude00"', "7", '{"a": [1]}', '"\\ud800"');
  const [found] = await read(await file([row("1", TS, { ...LEAD, cells })]));
  const { archive, metadata_key, source, destination } = found!;
  assertEquals(
    [archive, metadata_key, source, destination],
    ["é\n😀", "7", '{"a": [1]}', "\ufffd"],
  );
});

Deno.test("ParquetOutput writes numbers alone where a double says all of them", async () => {
  const cells: [cell: string, value: number][] = [
    ["7016320000.0", 7016320000],
    ["0", 0],
    ["-0", -0],
    ["-0.0", -0],
    ["1e-07", 1e-7],
    ["1E+2", 100],
    ["123.4500000000000000000000", 123.45],
    ["0.30000000000000004", 0.30000000000000004],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992],
    ["1e300", 1e300],
    ["5e-324", 5e-324],
  ];
  assertEquals(
    await kept(cells.map(([cell]) => cell)),
    cells.map(([, value]) => [value, null]),
  );
});

Deno.test("ParquetOutput writes the nearest double beside the text of a number that is another, or that was sent as text", async () => {
  const cells: [cell: string, value: number][] = [
    ["9007199254740993", 9007199254740992],
    ["-9007199254740993", -9007199254740992],
    ["0.1000000000000000055511151231257827", 0.1],
    ["123456789012345678901234567890", 123456789012345680000000000000],
    ["1e-400", 0],
    ['"12.5"', 12.5],
    ['"7"', 7],
  ];
  assertEquals(
    await kept(cells.map(([cell]) => cell)),
    cells.map(([cell, value]) => [value, cell]),
  );
});

Deno.test("ParquetOutput writes everything else as the JSON that the archive sent, and null as null", async () => {
  const cells = [
    "1e400",
    '"1e400"',
    "NaN",
    "-Infinity",
    '"text"',
    '""',
    '" 7"',
    '"0x10"',
    '"Infinity"',
    "true",
    "[1, 2.50]",
    "[]",
    '{"a.b": "}", "10":1,"9":27.0}',
    '"\\ud800 \\u00e9 é"',
  ];
  assertEquals(await kept(cells), cells.map((cell) => [null, cell]));
  assertEquals(await kept(["null"]), [[null, null]]);
});

Deno.test("ParquetOutput writes times as instants, and leaves those that no calendar has empty", async () => {
  const times = [TS, 0, -1, -62135596800, 253402127999];
  const odd = [NaN, -62135596801, -1e300, Infinity];
  const rows = [...times, ...odd].map((tsEpoch) => row("1", tsEpoch));
  const { tsEpoch: _, ...timeless } = row("1");
  const found = await read(await file([...rows, timeless]));
  assertEquals(
    found.map(({ timestamp }) => timestamp?.getTime()),
    [...times.map((seconds) => seconds * 1000), ...Array(5).fill(undefined)],
  );
});

Deno.test("ParquetOutput of no rows is a file with columns", async () => {
  const bytes = await file([]);
  assertEquals(parquetMetadata(bytes.buffer).num_rows, 0n);
  assertEquals(await read(bytes), []);
});

const OTHER: Lead = {
  columns: IDENTITY_COLUMNS,
  cells: LEAD.cells.with(1, '"f01"'),
};

/** Rows of two series, numbered; some have no value. */
function* numbered(count: number): Generator<Row> {
  for (let n = 0; n < count; n++) {
    const value = n % 3 === 0 ? "null" : `${n}.5`;
    yield row(value, TS + n, n < count / 2 ? LEAD : OTHER);
  }
}

const GROUP = 1 << 14;

Deno.test("ParquetOutput writes groups of 16,384 rows with the least and the greatest key and time, and all rows are there", async () => {
  const bytes = await file(numbered(2 * GROUP + 1));
  const groups = parquetMetadata(bytes.buffer).row_groups;
  const most = BigInt(GROUP);
  assertEquals(groups.map((group) => group.num_rows), [most, most, 1n]);
  const rangeOf = (group: typeof groups[number], column: string) => {
    const { statistics } = group.columns[PARQUET_COLUMNS.indexOf(column)]!
      .meta_data!;
    return [statistics?.min_value, statistics?.max_value];
  };
  assertEquals(groups.map((group) => rangeOf(group, "metadata_key")), [
    ["f00", "f00"],
    ["f00", "f01"],
    ["f01", "f01"],
  ]);
  const time = (n: number) => new Date((TS + n) * 1000);
  assertEquals(groups.map((group) => rangeOf(group, "timestamp")), [
    [time(0), time(GROUP - 1)],
    [time(GROUP), time(2 * GROUP - 1)],
    [time(2 * GROUP), time(2 * GROUP)],
  ]);
  const rows = await read(bytes);
  assertEquals(rows.length, 2 * GROUP + 1);
  for (const [n, row] of rows.entries()) {
    if (n % 997 !== 0 && n < 2 * GROUP - 10) continue;
    const { metadata_key, timestamp, value, value_json } = row;
    assertEquals([metadata_key, timestamp, value, value_json], [
      n <= GROUP ? "f00" : "f01",
      time(n),
      n % 3 === 0 ? null : n + 0.5,
      null,
    ]);
  }
});

Deno.test("ParquetOutput writes a group once there is much text, so that memory stays small", async () => {
  const bytes = new Bytes();
  const output = new ParquetOutput(bytes);
  const text = "x".repeat(1 << 20);
  for (let n = 0; n < 40; n++) {
    const wait = output.write(row(JSON.stringify([n, text])));
    assertEquals(wait instanceof Promise, n % 16 === 15, `${n}`);
    await wait;
    assert(bytes.length > 0 || n < 16);
  }
  await output.end();
  const groups = parquetMetadata(bytes.bytes.buffer).row_groups;
  assertEquals(groups.map((group) => group.num_rows), [16n, 16n, 8n]);
  const rows = await read(bytes.bytes);
  assertEquals(rows.at(-1)!["value_json"], `[39,"${text}"]`);
});

Deno.test("ParquetOutput gives the same bytes whatever the pace, and however leads are repeated", async () => {
  const rows = [...numbered(GROUP + 500)];
  const bytes = await file(rows);
  const slow = new Bytes(4999);
  const output = new ParquetOutput(slow);
  for (const row of rows) output.write(row); // not waited for
  await output.end();
  assertEquals(slow.bytes, bytes);
  const again = rows.map((row) => structuredClone(row));
  assertEquals(await file(again), bytes);
});

Deno.test("ParquetOutput without its end cannot be read", async () => {
  const bytes = new Bytes();
  const output = new ParquetOutput(bytes);
  for (const row of numbered(GROUP)) await output.write(row);
  assert(bytes.length > 1000);
  let error: unknown;
  try {
    parquetMetadata(bytes.bytes.buffer);
  } catch (caught) {
    error = caught;
  }
  assert(error instanceof Error, "a reader took it for a file");
});

Deno.test("ParquetOutput throws when writing fails", async () => {
  const full = { write: () => Promise.reject(new Error("no space left")) };
  const output = new ParquetOutput(full);
  for (const row of numbered(10)) output.write(row);
  await assertRejects(() => output.end(), Error, "no space left");
});

Deno.test("textOf() gives the number or the very JSON of what valueOf() made of it, and the same columns once more", () => {
  const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?$/);
  const power = fc.integer({ min: -340, max: 340 });
  const json = fc.oneof(
    fc.json({ stringUnit: "binary" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    digits,
    fc.tuple(digits, power).map(([number, power]) => `${number}e${power}`),
    digits.map((number) => JSON.stringify(number)),
  );
  fc.assert(
    fc.property(json, (text) => {
      const value = valueOf(text);
      const again = textOf(value);
      if (value.json !== null) assertEquals(again, text);
      else {
        assertEquals(JSON.parse(again), JSON.parse(text));
        if (value.number !== null) assertEquals(exact(again), exact(text));
      }
      assertEquals(valueOf(again), value);
    }),
    { numRuns: 3000, seed: 2016 },
  );
});

/** A decimal number as a whole number and a power of ten. */
function exact(text: string): [bigint, number] {
  const [, whole, fraction = "", power = "0"] =
    /^(-?\d+)(?:\.(\d+))?(?:e\+?(-?\d+))?$/i.exec(text.trim())!;
  let digits = BigInt(whole! + fraction);
  let exponent = Number(power) - fraction.length;
  if (digits === 0n) return [0n, 0];
  for (; digits % 10n === 0n; digits /= 10n) exponent++;
  return [digits, exponent];
}
